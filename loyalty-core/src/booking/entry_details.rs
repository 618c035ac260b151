//! What an entry stores besides points: the reasons, the texts, and for a purchase what was paid.
//!
//! What the catalogue and the programme of the entry say is not stored. The reasons of a purchase are a list
//! `[rule, points]`; a third place has a text that cannot be said again, or the tier whose rate applied. The base alone
//! is not stored at all.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::catalogue::Text;
use crate::domain::earning::{self, Earned, Missed, Reason};
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::lines;
use crate::domain::programme::Programme;
use crate::domain::purchase::{Item, Settlement};
use crate::store::{members, programmes};
use crate::value::{Locale, OrderId};
use crate::{Error, Result};

/// What an entry stores for its explanation.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Stored {
    /// Reasons of a purchase or an event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    b: Option<Vec<Part>>,
    /// Rules that did not apply, each with what was missing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    m: Vec<(String, String)>,
    /// The language of the texts, when it is not the programme's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l: Option<Locale>,
    /// Reasons of other entries.
    #[serde(default, skip_serializing)]
    because: Vec<Reason>,
}

/// A part of the points: the rule, the points, and a text or a tier.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Part(String, i64, #[serde(default, skip_serializing_if = "Option::is_none")] Option<String>);

/// The rule that gives the points of an amount, and the one of the tier's rate.
const BASE: &str = "base";
const TIER: &str = "tier";
/// What a cap cut: there are several, each with its text.
const CAP: &str = "cap";

/// The reasons of an entry, in full.
#[derive(Debug, Default)]
pub(crate) struct Details {
    pub(crate) because: Vec<Reason>,
    pub(crate) missed: Vec<Missed>,
}

/// Who reads the texts: the programme that judged, its tier, and the language.
#[derive(Clone, Copy)]
pub(crate) struct Spoken<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) tier: &'a str,
    pub(crate) locale: Locale,
}

impl Spoken<'_> {
    /// The reason as the catalogue and the programme say it.
    fn why(&self, rule: &str) -> Option<String> {
        Some(match rule {
            BASE => earning::base_text(self.programme, self.locale),
            TIER => earning::tier_text(self.programme.tier(self.tier)?.1, self.locale),
            earning::GIVEN => Text::GivenPoints.say(self.locale),
            id => self.programme.rules.iter().find(|rule| rule.id == id)?.name.clone(),
        })
    }

    fn part(&self, reason: &Reason) -> Part {
        let is_usual = self.why(&reason.rule).is_some_and(|why| why == reason.why);
        let third = match reason.rule.as_str() {
            TIER if is_usual => Some(self.tier.to_owned()),
            _ if is_usual => None,
            _ => Some(reason.why.clone()),
        };
        Part(reason.rule.clone(), reason.points, third)
    }

    fn reason(&self, Part(rule, points, third): Part) -> Reason {
        let by_tier = third.as_deref().filter(|_| rule == TIER);
        let why = match (by_tier, third.as_deref()) {
            (Some(tier), _) => Spoken { tier, ..*self }.why(TIER).unwrap_or_else(|| tier.to_owned()),
            (None, Some(text)) => text.to_owned(),
            (None, None) => self.why(&rule).unwrap_or_default(),
        };
        Reason { rule, points, why }
    }
}

/// The stored form of the reasons of what was earned; nothing when the base says it all.
///
/// # Errors
/// `internal` when it cannot be written as JSON.
pub(crate) fn stored_purchase(earned: &Earned, spoken: &Spoken<'_>) -> Result<Option<String>> {
    // What is earned now is always said as the catalogue and the programme say it, but for cuts.
    let part = |reason: &Reason| match reason.rule.as_str() {
        TIER => Part(TIER.to_owned(), reason.points, Some(spoken.tier.to_owned())),
        CAP => Part(CAP.to_owned(), reason.points, Some(reason.why.clone())),
        rule => Part(rule.to_owned(), reason.points, None),
    };
    let mut stored = Stored::said(earned.because.iter().map(part).collect(), &earned.missed, spoken);
    let points = earned.points.get();
    stored.b = stored.b.filter(|parts| *parts != [Part(BASE.to_owned(), points, None)]);
    let says_nothing = stored.b.is_none() && stored.m.is_empty() && stored.l.is_none();
    if says_nothing { Ok(None) } else { stored.json().map(Some) }
}

/// The stored form of the reasons of another entry.
///
/// # Errors
/// `internal` when it cannot be written as JSON.
pub(crate) fn stored_reasons(because: &[Reason], missed: &[Missed], spoken: &Spoken<'_>) -> Result<String> {
    Stored::said(because.iter().map(|reason| spoken.part(reason)).collect(), missed, spoken).json()
}

impl Stored {
    fn said(parts: Vec<Part>, missed: &[Missed], spoken: &Spoken<'_>) -> Self {
        Self {
            b: Some(parts),
            m: missed.iter().map(|missed| (missed.rule.clone(), missed.missing.clone())).collect(),
            l: (spoken.locale != spoken.programme.locale).then_some(spoken.locale),
            because: Vec::new(),
        }
    }

    fn json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(Error::internal)
    }

    fn of(details: Option<&str>) -> Result<Self> {
        details.map_or_else(|| Ok(Self::default()), crate::store::json)
    }

    /// The parts of the points of a purchase, if they are stored in this form.
    fn parts(&mut self, is_purchase: bool, points: i64) -> Option<Vec<Part>> {
        let is_base = is_purchase && self.b.is_none() && self.because.is_empty();
        if is_base { Some(vec![Part(BASE.to_owned(), points, None)]) } else { self.b.take() }
    }
}

const fn is_purchase(entry: &Entry) -> bool {
    matches!(entry.kind, EntryKind::Earn) && entry.amount.is_some()
}

/// The rules that gave the points of an entry, and how many each gave.
///
/// # Errors
/// `database_corrupt` when they are not what was written.
pub(crate) fn parts_of(entry: &Entry) -> Result<Vec<(String, i64)>> {
    let mut stored = Stored::of(entry.details.as_deref())?;
    Ok(match stored.parts(is_purchase(entry), entry.points.get()) {
        Some(parts) => parts.into_iter().map(|Part(rule, points, _)| (rule, points)).collect(),
        None => stored.because.into_iter().map(|reason| (reason.rule, reason.points)).collect(),
    })
}

/// The reasons of an entry.
///
/// # Errors
/// `database_corrupt` when they are not what was written.
pub(crate) fn details_of(cx: &mut Cx<'_>, entry: &Entry) -> Result<Details> {
    let about = (is_purchase(entry), entry.points.get());
    details(cx, entry.programme, entry.details.as_deref(), about)
}

/// The reasons of a purchase of so many points.
///
/// # Errors
/// `database_corrupt` when they are not what was written.
pub(crate) fn details_of_purchase(
    cx: &mut Cx<'_>,
    programme: i64,
    details_text: Option<&str>,
    points: i64,
) -> Result<Details> {
    details(cx, programme, details_text, (true, points))
}

fn details(cx: &mut Cx<'_>, programme: i64, text: Option<&str>, (is_purchase, points): (bool, i64)) -> Result<Details> {
    let mut stored = Stored::of(text)?;
    let missed = std::mem::take(&mut stored.m).into_iter().map(|(rule, missing)| Missed { rule, missing }).collect();
    let Some(parts) = stored.parts(is_purchase, points) else {
        return Ok(Details { because: stored.because, missed });
    };
    let because = of_its_time(cx, programme, |programme| {
        let spoken = Spoken { programme, tier: "", locale: stored.l.unwrap_or(programme.locale) };
        parts.into_iter().map(|part| spoken.reason(part)).collect()
    })?;
    Ok(Details { because, missed })
}

/// Asks the programme with a number: that of an entry may be an earlier one.
///
/// # Errors
/// `internal` when there is none.
pub(crate) fn of_its_time<T>(cx: &mut Cx<'_>, number: i64, ask: impl FnOnce(&Programme) -> T) -> Result<T> {
    if number == cx.programme_id {
        return Ok(ask(cx.programme));
    }
    let source = programmes::source(cx.store()?, number)?;
    let source = source.ok_or_else(|| Error::internal("the programme of an entry is missing"))?;
    Programme::parse(&source).map(|programme| ask(&programme))
}

/// What the member reads about an entry.
///
/// # Errors
/// `unavailable` when the database fails.
pub(crate) fn description_of(cx: &mut Cx<'_>, entry: &Entry) -> Result<String> {
    if let Some(text) = &entry.description {
        return Ok(text.clone());
    }
    let member = members::by_id(cx.store()?, entry.id.member())?;
    Ok(description(entry, member.map_or(cx.programme.locale, |member| cx.locale_of(&member))).into_owned())
}

/// The same in a language.
pub(crate) fn description(entry: &Entry, locale: Locale) -> Cow<'_, str> {
    match (&entry.description, entry.kind) {
        (Some(text), _) => Cow::Borrowed(text),
        (None, EntryKind::Earn) => {
            Cow::Owned(Text::Purchase { order: entry.order_id.as_ref().map(OrderId::as_str) }.say(locale))
        }
        // The text was erased.
        (None, _) => Cow::Borrowed(""),
    }
}

/// A purchase without an order, as its entry stores it.
#[derive(Debug)]
pub(crate) struct Paid {
    /// Minor units.
    pub(crate) amount: i64,
    pub(crate) items: Vec<Item>,
    pub(crate) settlement: Settlement,
}

/// The purchase that an entry booked, if it booked one.
///
/// # Errors
/// `database_corrupt` when it is not what was written.
pub(crate) fn paid_of(entry: &Entry) -> Result<Option<Paid>> {
    let Some(amount) = entry.amount.filter(|_| entry.kind == EntryKind::Earn) else { return Ok(None) };
    let settlement = entry.settlement.as_deref().map_or_else(|| Ok(Settlement::default()), crate::store::json)?;
    Ok(Some(Paid { amount: amount.get(), items: lines::read(entry.items.as_deref())?, settlement }))
}
