//! The history of another system: entries, each with its own date, that make up a part of the imported points.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::act::OpeningBalance;
use crate::domain::catalogue::Text;
use crate::domain::earning::Reason;
use crate::domain::ledger::EntryKind;
use crate::value::{DayOrMoment, Instant, Points, Zone, limit};
use crate::{Error, Result};

/// Most entries of one member.
pub(super) const MAX_ENTRIES: usize = 2_000;

/// An entry of another system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedEntry {
    /// Points; below zero when they were spent.
    pub points: i64,
    /// When it happened.
    pub happened_at: DayOrMoment,
    /// Text for members, up to 500 characters; default the text of the import.
    #[serde(default)]
    pub description: Option<String>,
}

/// Entries that are booked one by one, in chronological order.
#[derive(Default)]
pub(super) struct History {
    entries: Vec<(Instant, i64, Option<String>)>,
    /// Points that they earned, and how many of them earned any.
    pub(super) earned: Points,
    pub(super) earning: i64,
    /// Points that they spent.
    pub(super) spent: Points,
}

impl History {
    /// The newest entries that fit: together they earn no more than was earned there, and spend no more than was spent
    /// there. Older ones stay part of the summary entries.
    pub(super) fn of(given: &[ImportedEntry], earned: Points, spent: Points, zone: Zone) -> Result<Self> {
        let mut all = Vec::with_capacity(given.len());
        for (place, entry) in given.iter().enumerate() {
            let field = |name: &str| format!("history[{place}].{name}");
            limit::within(&field("points"), entry.points, -limit::MAX_POINTS, limit::MAX_POINTS)?;
            if entry.points == 0 {
                return Err(Error::invalid(&field("points"), "must not be 0"));
            }
            let text = entry.description.as_deref().filter(|text| !text.is_empty());
            let text = text.map(|text| limit::readable_text(&field("description"), text, limit::MAX_DESCRIPTION));
            all.push((entry.happened_at.as_start(zone), entry.points, text.transpose()?));
        }
        all.sort_by_key(|(at, ..)| *at);
        let mut history = Self::default();
        let (mut gains_fit, mut losses_fit) = (true, true);
        for (at, points, text) in all.into_iter().rev() {
            let (sum, most, fits) = if points > 0 {
                (&mut history.earned, earned, &mut gains_fit)
            } else {
                (&mut history.spent, spent, &mut losses_fit)
            };
            let with = sum.get().saturating_add(points.saturating_abs());
            *fits &= with <= most.get();
            if *fits {
                *sum = Points::new(with)?;
                history.earning += i64::from(points > 0);
                history.entries.push((at, points, text));
            }
        }
        history.entries.reverse();
        Ok(history)
    }

    /// Books the entries. The points that they earned end like the rest.
    pub(super) fn book(&self, cx: &mut Cx<'_>, account: &mut Account, taken: &OpeningBalance) -> Result<()> {
        let (source, ends) = (&taken.source, taken.ends(cx, account));
        let locale = cx.locale_of(&account.member);
        for (at, points, text) in &self.entries {
            let points = Points::new(*points)?;
            let usual = if points > Points::ZERO { Text::Imported { source } } else { Text::ImportedSpent { source } };
            let why = text.clone().unwrap_or_else(|| usual.say(locale));
            if points > Points::ZERO {
                let because = [Reason { rule: "import".to_owned(), points: points.get(), why: why.clone() }];
                let mut draft = Draft::new(EntryKind::Earn, points, why, *at);
                draft.details = Some(serde_json::json!({ "because": because }).to_string());
                account.take_points_over(cx, draft, ends)?;
            } else {
                let draft = Draft::new(EntryKind::Redeem, points, why, *at);
                account.overdraw(cx, draft, Points::new(limit::MAX_POINTS)?)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_entries_that_fit_are_kept() {
        let zone = Zone::parse("UTC").unwrap();
        let entry = |points, day: &str| ImportedEntry {
            points,
            happened_at: DayOrMoment::Moment(Instant::parse(&format!("2026-01-{day}T00:00:00Z")).unwrap()),
            description: None,
        };
        let given = [entry(100, "01"), entry(-30, "02"), entry(50, "03"), entry(-20, "04"), entry(40, "05")];
        let kept = |earned, spent| {
            let points = |points| Points::new(points).unwrap();
            let history = History::of(&given, points(earned), points(spent), zone).unwrap();
            history.entries.iter().map(|entry| entry.1).collect::<Vec<_>>()
        };
        assert_eq!(kept(190, 50), [100, -30, 50, -20, 40]);
        assert_eq!(kept(189, 20), [50, -20, 40]);
        assert_eq!(kept(0, 0), [0_i64; 0]);
        let error = History::of(&[entry(0, "01")], Points::ZERO, Points::ZERO, zone).map(|_| ()).unwrap_err();
        assert_eq!(error.details()["field"], "history[0].points");
    }
}
