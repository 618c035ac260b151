//! Judges one member: pure, from what is known.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::facts::{Known, MemberFacts};
use crate::domain::attribute::AttributeValue;
use crate::domain::catalogue::criterion_text;
use crate::domain::condition::Between;
use crate::domain::programme::{Criteria, Criterion, Figure, Programme};
use crate::value::{Day, Decimal, Locale, Money};

/// Whether a member is in a segment, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct JudgedMember {
    /// Whether the member is in it.
    pub in_it: bool,
    /// Each condition, and whether it speaks for the member.
    pub because: Vec<SegmentReason>,
}

/// One condition, and what is known of the member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SegmentReason {
    /// The condition, with the way to it: `points`, `any[0].visits`, `not.attributes.staff`.
    pub condition: String,
    /// Whether it speaks for the member; below `not`, that is when it does not hold.
    pub met: bool,
    /// What is known of the member; null when there is nothing.
    pub value: Option<ReasonValue>,
    /// The least number that is asked for.
    pub at_least: Option<ReasonValue>,
    /// The greatest number that is asked for.
    pub at_most: Option<ReasonValue>,
    /// The values of which one is asked for; empty for a number.
    pub wanted: Vec<ReasonValue>,
    /// The same in words, for staff.
    pub why: String,
}

/// A value in a reason: money and scores are texts with their decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ReasonValue {
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text, or a number with decimals.
    Text(String),
}

impl From<&AttributeValue> for ReasonValue {
    fn from(value: &AttributeValue) -> Self {
        match value {
            AttributeValue::Flag(flag) => Self::Flag(*flag),
            AttributeValue::Number(number) => Self::Number(*number),
            AttributeValue::Text(text) => Self::Text(text.clone()),
        }
    }
}

/// Whether all conditions hold on a local day. Nothing when that depends on what was not read.
#[must_use]
pub fn holds(criteria: &Criteria, facts: &MemberFacts, programme: &Programme, today: Day) -> Option<bool> {
    let mut all = Some(true);
    for criterion in &criteria.0 {
        match one_holds(criterion, facts, programme, today) {
            Some(false) => return Some(false),
            Some(true) => {}
            None => all = None,
        }
    }
    all
}

fn one_holds(criterion: &Criterion, facts: &MemberFacts, programme: &Programme, today: Day) -> Option<bool> {
    match criterion {
        Criterion::Figure(figure, between) => {
            facts.figure(figure, programme, today).meets(|number| between.has(*number))
        }
        Criterion::Tiers(ids) => facts.tier.meets(|tier| ids.contains(tier)),
        Criterion::NeverVisited(wanted) => match facts.last_visit {
            Known::Unread => None,
            Known::Missing => Some(*wanted),
            Known::Is(_) => Some(!*wanted),
        },
        Criterion::Locale(locale) => facts.locale.meets(|own| own == locale),
        Criterion::Consent(kind) => facts.consents.meets(|given| given.contains(kind)),
        Criterion::Attribute(name, value) => facts.attributes.meets(|all| all.get(name) == Some(value)),
        Criterion::Any(any) => {
            let mut found = Some(false);
            for inner in any {
                match holds(inner, facts, programme, today) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => found = None,
                }
            }
            found
        }
        Criterion::Not(inner) => holds(inner, facts, programme, today).map(|held| !held),
    }
}

/// Judges a member of whom everything that the conditions need was read, on a local day. What was not read counts as
/// missing.
#[must_use]
pub fn judge(
    criteria: &Criteria,
    facts: &MemberFacts,
    programme: &Programme,
    (today, locale): (Day, Locale),
) -> JudgedMember {
    let mut telling = Telling { facts, programme, today, locale, because: Vec::new() };
    telling.all(criteria, "", Side::For);
    let in_it = holds(criteria, facts, programme, today).unwrap_or(false);
    JudgedMember { in_it, because: telling.because }
}

/// What a condition that holds speaks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    For,
    Against,
}

struct Telling<'a> {
    facts: &'a MemberFacts,
    programme: &'a Programme,
    today: Day,
    locale: Locale,
    because: Vec<SegmentReason>,
}

impl Telling<'_> {
    fn all(&mut self, criteria: &Criteria, path: &str, side: Side) {
        for criterion in &criteria.0 {
            match criterion {
                Criterion::Any(any) => {
                    for (place, inner) in any.iter().enumerate() {
                        self.all(inner, &format!("{path}any[{place}]."), side);
                    }
                }
                Criterion::Not(inner) => {
                    let other = if side == Side::For { Side::Against } else { Side::For };
                    self.all(inner, &format!("{path}not."), other);
                }
                _ => self.tell(criterion, path, side),
            }
        }
    }

    fn tell(&mut self, criterion: &Criterion, path: &str, side: Side) {
        let held = one_holds(criterion, self.facts, self.programme, self.today).unwrap_or(false);
        let shape = self.shape(criterion);
        let why = criterion_text(&shape.said(), self.locale);
        self.because.push(SegmentReason {
            condition: format!("{path}{}", shape.name),
            met: held == (side == Side::For),
            value: shape.value,
            at_least: shape.at_least,
            at_most: shape.at_most,
            wanted: shape.wanted,
            why,
        });
    }

    fn shape(&self, criterion: &Criterion) -> Shape {
        match criterion {
            Criterion::Figure(figure, between) => self.figure(figure, *between),
            Criterion::Tiers(ids) => {
                let wanted = ids.iter().cloned().map(ReasonValue::Text).collect();
                Shape::of("tiers", value(&self.facts.tier, |tier| ReasonValue::Text(tier.clone())), wanted)
            }
            Criterion::NeverVisited(wanted) => {
                let never = ReasonValue::Flag(matches!(self.facts.last_visit, Known::Missing));
                Shape::of("never_visited", Some(never), vec![ReasonValue::Flag(*wanted)])
            }
            Criterion::Locale(locale) => {
                let tag = |locale: &Locale| ReasonValue::Text(locale.tag().to_owned());
                Shape::of("locale", value(&self.facts.locale, tag), vec![tag(locale)])
            }
            Criterion::Consent(kind) => {
                let given = value(&self.facts.consents, |given| ReasonValue::Flag(given.contains(kind)));
                let shape = Shape::of("consent", given, vec![ReasonValue::Flag(true)]);
                Shape { name: format!("consent.{kind}"), ..shape }
            }
            Criterion::Attribute(name, wanted) => {
                let own = match &self.facts.attributes {
                    Known::Is(all) => all.get(name).map(ReasonValue::from),
                    _ => None,
                };
                let shape = Shape::of("attributes", own, vec![ReasonValue::from(wanted)]);
                Shape { name: format!("attributes.{name}"), ..shape }
            }
            // These have reasons inside.
            Criterion::Any(_) | Criterion::Not(_) => Shape::of("", None, Vec::new()),
        }
    }

    fn figure(&self, figure: &Figure, between: Between) -> Shape {
        let name = match figure {
            Figure::Points => "points",
            Figure::LifetimePoints => "lifetime_points",
            Figure::PointsToNextTier => "points_to_next_tier",
            Figure::Score => "score",
            Figure::Visits(_) => "visits",
            Figure::Spent(_) => "spent",
            Figure::DaysSinceVisit => "days_since_visit",
            Figure::DaysSinceJoining => "days_since_joining",
            Figure::BirthdayInDays => "birthday_in_days",
            Figure::Bought(_) => "bought",
            Figure::Referrals => "referrals",
            Figure::CouponsOpen => "coupons_open",
            Figure::PointsEnding(_) => "points_ending",
            Figure::StampsLeft(_) => "stamps_left",
        };
        let currency = self.programme.currency;
        let shown = |number: i64| match figure {
            Figure::Spent(_) => ReasonValue::Text(Money::stored(number).to_decimal(currency).to_string()),
            Figure::Score => ReasonValue::Text(Decimal::new(number, 2).to_string()),
            _ => ReasonValue::Number(number),
        };
        Shape {
            name: name.to_owned(),
            value: value(&self.facts.figure(figure, self.programme, self.today), |number| shown(*number)),
            at_least: between.at_least.map(shown),
            at_most: between.at_most.map(shown),
            wanted: Vec::new(),
        }
    }
}

fn value<T>(known: &Known<T>, shown: impl FnOnce(&T) -> ReasonValue) -> Option<ReasonValue> {
    match known {
        Known::Is(value) => Some(shown(value)),
        Known::Missing | Known::Unread => None,
    }
}

/// A condition and what is known, before it is said.
struct Shape {
    name: String,
    value: Option<ReasonValue>,
    at_least: Option<ReasonValue>,
    at_most: Option<ReasonValue>,
    wanted: Vec<ReasonValue>,
}

impl Shape {
    fn of(name: &str, value: Option<ReasonValue>, wanted: Vec<ReasonValue>) -> Self {
        Self { name: name.to_owned(), value, at_least: None, at_most: None, wanted }
    }

    fn said(&self) -> [Option<String>; 4] {
        let of = |value: &Option<ReasonValue>| value.as_ref().map(ReasonValue::said);
        let wanted: Vec<String> = self.wanted.iter().map(ReasonValue::said).collect();
        let wanted = (!wanted.is_empty()).then(|| wanted.join(", "));
        [of(&self.value), of(&self.at_least), of(&self.at_most), wanted]
    }
}

impl ReasonValue {
    fn said(&self) -> String {
        match self {
            Self::Flag(flag) => flag.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}
