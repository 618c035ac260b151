//! The segments of a programme, and the conditions of a question about members: as they are written, and checked.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::attribute::{self, AttributeValue};
use crate::domain::condition::Between;
use crate::domain::programme::{Criteria, Criterion, Figure, MemberSegment, Programme, StampCard, Tier};
use crate::domain::programme_file::field::{key, tier_named};
use crate::value::{Amount, Currency, Decimal, Locale, Money, Sku, limit};
use crate::{Error, Result};

/// Most segments of a programme.
const MAX_SEGMENTS: usize = 200;
/// Most conditions of one segment, with those inside `any` and `not`.
const MAX_CONDITIONS: usize = 100;
/// How deep `any` and `not` may lie in each other.
const MAX_DEPTH: usize = 8;
/// Most articles that one condition names.
const MAX_SKUS: usize = 200;
/// Longest name of a consent, in characters.
const MAX_CONSENT: usize = 64;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub id: String,
    pub name: Option<String>,
    #[serde(default)]
    pub when: Conditions,
}

/// Conditions on a member: all that are named must hold. What is not known of a member, like the days since the last
/// purchase of one who never bought, is neither at least nor at most anything.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[serde(expecting = "an object of conditions")]
pub struct Conditions {
    /// Ids of tiers: one of them is held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// Points that can be spent now: `at_least`, `at_most`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points: Option<NumberBounds>,
    /// Points earned ever, refunds subtracted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_points: Option<NumberBounds>,
    /// What is missing to the next tier; at the top it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points_to_next_tier: Option<NumberBounds>,
    /// The score, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<ScoreBounds>,
    /// Purchases in the last `days` local days, or ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visits: Option<VisitBounds>,
    /// Money spent in the last `days` local days, or ever, in major units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spent: Option<SpentBounds>,
    /// Local days since the last purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_since_visit: Option<NumberBounds>,
    /// Whether the member has never bought anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub never_visited: Option<bool>,
    /// Local days since joining.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_since_joining: Option<NumberBounds>,
    /// Local days to the next birthday; 0 on the day itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birthday_in_days: Option<NumberBounds>,
    /// Units bought of the articles `skus` together: `at_least`, 1 if it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bought: Option<BoughtArticles>,
    /// Referrals that led to a purchase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub referrals: Option<NumberBounds>,
    /// Coupons of the member's own that can be used now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coupons_open: Option<NumberBounds>,
    /// Points that end within `within_days` local days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub points_ending: Option<EndingBounds>,
    /// Stamps that are missing to fill the card `card`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stamps_left: Option<StampBounds>,
    /// Language of texts to the member.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
    /// Kind of messages that the member agreed to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<String>,
    /// Attributes and the values that they have.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, AttributeValue>,
    /// A list of such conditions, of which one holds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<BTreeMap<String, serde_json::Value>>")]
    pub any: Vec<Conditions>,
    /// Such conditions that do not all hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<BTreeMap<String, serde_json::Value>>")]
    pub not: Option<Box<Conditions>>,
}

/// Bounds of a number, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NumberBounds {
    /// The least number.
    pub at_least: Option<i64>,
    /// The greatest number.
    pub at_most: Option<i64>,
}

/// Bounds of a score, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ScoreBounds {
    /// The least score.
    pub at_least: Option<Decimal>,
    /// The greatest score.
    pub at_most: Option<Decimal>,
}

/// Bounds of a number of purchases, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct VisitBounds {
    /// How many local days count, with today; all when left out.
    pub days: Option<i64>,
    /// The least number.
    pub at_least: Option<i64>,
    /// The greatest number.
    pub at_most: Option<i64>,
}

/// Bounds of money spent, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SpentBounds {
    /// How many local days count, with today; all when left out.
    pub days: Option<i64>,
    /// The least amount, in major units.
    pub at_least: Option<Amount>,
    /// The greatest amount, in major units.
    pub at_most: Option<Amount>,
}

/// Articles of which some units were bought.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BoughtArticles {
    /// The articles.
    pub skus: Vec<Sku>,
    /// The least number of units of all of them; default 1.
    #[serde(default)]
    pub at_least: Option<i64>,
}

/// Bounds of points that end soon, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndingBounds {
    /// Within how many local days; 0 for those that end today.
    pub within_days: i64,
    /// The least number of points.
    #[serde(default)]
    pub at_least: Option<i64>,
    /// The greatest number of points.
    #[serde(default)]
    pub at_most: Option<i64>,
}

/// Bounds of the stamps that are missing on a card, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StampBounds {
    /// Id of the card.
    pub card: String,
    /// The least number.
    #[serde(default)]
    pub at_least: Option<i64>,
    /// The greatest number.
    #[serde(default)]
    pub at_most: Option<i64>,
}

/// What conditions may name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names<'a> {
    pub(crate) tiers: &'a [Tier],
    pub(crate) cards: &'a [StampCard],
    pub(crate) currency: Currency,
}

impl<'a> Names<'a> {
    /// Those of a programme.
    pub(crate) fn of(programme: &'a Programme) -> Self {
        Self { tiers: &programme.tiers, cards: &programme.stamp_cards, currency: programme.currency }
    }
}

pub(crate) fn segments(segments: Vec<Source>, names: Names<'_>) -> Result<Vec<MemberSegment>> {
    if segments.len() > MAX_SEGMENTS {
        let expected = format!("must have at most {MAX_SEGMENTS} segments, got `{}`", segments.len());
        return Err(Error::invalid(&key("segments"), expected));
    }
    let mut checked: Vec<MemberSegment> = Vec::with_capacity(segments.len());
    for (index, segment) in segments.into_iter().enumerate() {
        let field = |name: &str| key(&format!("segments[{index}].{name}"));
        let id = limit::text(&field("id"), &segment.id, 40)?;
        if checked.iter().any(|other| other.id == id) {
            return Err(Error::invalid(&field("id"), format_args!("must be unique, got `{id}` again")));
        }
        let name = segment.name.map(|name| limit::readable_text(&field("name"), &name, limit::MAX_NAME));
        checked.push(MemberSegment {
            name: name.transpose()?,
            when: criteria(&field("when"), &segment.when, names)?,
            id,
        });
    }
    Ok(checked)
}

/// The checked form of conditions; `field` names them in errors.
///
/// # Errors
/// `invalid` naming the condition.
pub(crate) fn criteria(field: &str, conditions: &Conditions, names: Names<'_>) -> Result<Criteria> {
    let mut check = Check { names, left: MAX_CONDITIONS };
    check.all(field, conditions, 0)
}

struct Check<'a> {
    names: Names<'a>,
    left: usize,
}

impl Check<'_> {
    fn all(&mut self, field: &str, given: &Conditions, depth: usize) -> Result<Criteria> {
        let mut all = Vec::new();
        if !given.tiers.is_empty() {
            all.push(self.tiers(&format!("{field}.tiers"), &given.tiers)?);
        }
        figures(field, given, self.names, &mut all)?;
        all.extend(given.never_visited.map(Criterion::NeverVisited));
        all.extend(given.locale.map(Criterion::Locale));
        if let Some(consent) = &given.consent {
            all.push(Criterion::Consent(limit::text(&format!("{field}.consent"), consent, MAX_CONSENT)?));
        }
        for (name, value) in &given.attributes {
            attribute::check_name(&format!("{field}.attributes"), name)?;
            attribute::check_value(&format!("{field}.attributes.{name}"), value)?;
            all.push(Criterion::Attribute(name.clone(), value.clone()));
        }
        let has_inner = !given.any.is_empty() || given.not.is_some();
        let too_many = self.left < all.len() + usize::from(has_inner);
        if too_many || (has_inner && depth == MAX_DEPTH) {
            let expected = format!("must have at most {MAX_CONDITIONS} conditions, at most {MAX_DEPTH} deep");
            return Err(Error::invalid(field, expected));
        }
        self.left -= all.len() + usize::from(has_inner);
        if !given.any.is_empty() {
            let any = given.any.iter().enumerate();
            let any = any.map(|(place, inner)| self.all(&format!("{field}.any[{place}]"), inner, depth + 1));
            all.push(Criterion::Any(any.collect::<Result<_>>()?));
        }
        if let Some(inner) = &given.not {
            all.push(Criterion::Not(self.all(&format!("{field}.not"), inner, depth + 1)?));
        }
        Ok(Criteria(all))
    }

    fn tiers(&self, field: &str, ids: &[String]) -> Result<Criterion> {
        let named = ids.iter().map(|id| {
            let shown = limit::beginning(id);
            let unknown = || Error::invalid(field, format_args!("must be ids of tiers, got `{shown}`"));
            tier_named(self.names.tiers, id).map(|tier| tier.id.clone()).ok_or_else(unknown)
        });
        named.collect::<Result<_>>().map(Criterion::Tiers)
    }
}

fn figures(field: &str, given: &Conditions, names: Names<'_>, all: &mut Vec<Criterion>) -> Result<()> {
    let mut add = |figure: Figure, between: Between| all.push(Criterion::Figure(figure, between));
    for (name, bounds, figure, most) in [
        ("points", given.points, Figure::Points, limit::MAX_POINTS),
        ("lifetime_points", given.lifetime_points, Figure::LifetimePoints, limit::MAX_POINTS),
        ("points_to_next_tier", given.points_to_next_tier, Figure::PointsToNextTier, limit::MAX_POINTS),
        ("days_since_visit", given.days_since_visit, Figure::DaysSinceVisit, limit::MAX_SPAN_DAYS),
        ("days_since_joining", given.days_since_joining, Figure::DaysSinceJoining, limit::MAX_SPAN_DAYS),
        ("birthday_in_days", given.birthday_in_days, Figure::BirthdayInDays, 366),
        ("referrals", given.referrals, Figure::Referrals, limit::MAX_POINTS),
        ("coupons_open", given.coupons_open, Figure::CouponsOpen, limit::MAX_POINTS),
    ] {
        if let Some(bounds) = bounds {
            add(figure, within(&format!("{field}.{name}"), (bounds.at_least, bounds.at_most), most)?);
        }
    }
    if let Some(score) = given.score {
        let field = format!("{field}.score");
        let hundredths = |name: &str, given: Option<Decimal>| {
            let units = given.map(|given| given.in_units(2).filter(|units| (0..=10_000).contains(units)).ok_or(given));
            let wrong = |given| format!("must be between 0 and 100 with at most 2 decimals, got `{given}`");
            units.transpose().map_err(|given| Error::invalid(&format!("{field}.{name}"), wrong(given)))
        };
        let bounds = (hundredths("at_least", score.at_least)?, hundredths("at_most", score.at_most)?);
        add(Figure::Score, within(&field, bounds, 10_000)?);
    }
    if let Some(visits) = given.visits {
        let field = format!("{field}.visits");
        let days = days(&field, visits.days)?;
        add(Figure::Visits(days), within(&field, (visits.at_least, visits.at_most), limit::MAX_POINTS)?);
    }
    if let Some(spent) = given.spent {
        let field = format!("{field}.spent");
        let minor = |name: &str, amount: Option<Amount>| {
            let read = |amount| Money::read(&format!("{field}.{name}"), amount, names.currency).map(Money::get);
            amount.map(read).transpose()
        };
        let bounds = (minor("at_least", spent.at_least)?, minor("at_most", spent.at_most)?);
        add(Figure::Spent(days(&field, spent.days)?), within(&field, bounds, limit::MAX_MINOR)?);
    }
    further_figures(field, given, names, all)
}

fn further_figures(field: &str, given: &Conditions, names: Names<'_>, all: &mut Vec<Criterion>) -> Result<()> {
    let mut add = |figure: Figure, between: Between| all.push(Criterion::Figure(figure, between));
    if let Some(bought) = &given.bought {
        let field = format!("{field}.bought");
        if bought.skus.is_empty() || bought.skus.len() > MAX_SKUS {
            let expected = format!("must have 1 to {MAX_SKUS} articles, got `{}`", bought.skus.len());
            return Err(Error::invalid(&format!("{field}.skus"), expected));
        }
        let at_least = limit::within(&format!("{field}.at_least"), bought.at_least.unwrap_or(1), 1, limit::MAX_POINTS)?;
        add(Figure::Bought(bought.skus.clone()), Between { at_least: Some(at_least), at_most: None });
    }
    if let Some(ending) = &given.points_ending {
        let field = format!("{field}.points_ending");
        let within_days = limit::within(&format!("{field}.within_days"), ending.within_days, 0, limit::MAX_SPAN_DAYS)?;
        let bounds = within(&field, (ending.at_least, ending.at_most), limit::MAX_POINTS)?;
        add(Figure::PointsEnding(within_days), bounds);
    }
    if let Some(stamps) = &given.stamps_left {
        let field = format!("{field}.stamps_left");
        let card = names.cards.iter().find(|card| card.names().any(|name| name == stamps.card));
        let shown = limit::beginning(&stamps.card);
        let unknown =
            || Error::invalid(&format!("{field}.card"), format_args!("must be the id of a card, got `{shown}`"));
        let id = card.ok_or_else(unknown)?.id.clone();
        add(Figure::StampsLeft(id), within(&field, (stamps.at_least, stamps.at_most), limit::MAX_POINTS)?);
    }
    Ok(())
}

fn days(field: &str, days: Option<i64>) -> Result<Option<i64>> {
    days.map(|days| limit::within(&format!("{field}.days"), days, 1, limit::MAX_SPAN_DAYS)).transpose()
}

fn within(field: &str, (at_least, at_most): (Option<i64>, Option<i64>), most: i64) -> Result<Between> {
    for (name, bound) in [("at_least", at_least), ("at_most", at_most)] {
        bound.map(|bound| limit::within(&format!("{field}.{name}"), bound, 0, most)).transpose()?;
    }
    match (at_least, at_most) {
        (None, None) => Err(Error::invalid(field, "must have `at_least` or `at_most`")),
        (Some(least), Some(most)) if least > most => {
            Err(Error::invalid(&format!("{field}.at_most"), "must not be below `at_least`"))
        }
        _ => Ok(Between { at_least, at_most }),
    }
}
