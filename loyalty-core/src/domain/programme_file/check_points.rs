//! Checks what the programme file says about the life of points.

use std::collections::BTreeMap;

use crate::domain::programme::{
    DebtRules, Expiry, ExpiryPolicy, ExpiryRules, MonthsEnd, PendingPolicy, RefundRules, RunsFrom, Shortfall, Tender,
    Tier,
};
use crate::domain::programme_file::field::{days, key, points, tier_named};
use crate::domain::programme_file::source;
use crate::value::{Points, limit};
use crate::{Error, Result};

/// Most months that points may live.
const MAX_MONTHS: i64 = 1_200;
/// Days that every month has.
const SHORTEST_MONTH: i64 = 28;

pub(crate) fn pending_days(earn: &source::Earn) -> Result<i64> {
    if earn.pending == PendingPolicy::UntilReleased && earn.pending_days > 0 {
        return Err(Error::invalid(&key("earn.pending_days"), "has no meaning for points that wait to be released"));
    }
    days("earn.pending_days", earn.pending_days, 0)
}

pub(crate) fn debt(refund: &source::Refund, adjustment: &source::Adjustment) -> Result<DebtRules> {
    let limit = refund.debt_limit.map(|limit| points("refund.debt_limit", limit)).transpose()?;
    if limit.is_some() && refund.shortfall != Shortfall::Debt {
        return Err(Error::invalid(&key("refund.debt_limit"), "has no meaning when nothing is owed"));
    }
    let adjustments: Points = points("adjustment.debt_limit", adjustment.debt_limit)?;
    Ok(DebtRules { shortfall: refund.shortfall, limit, adjustments })
}

/// What is due back, and by which means it goes back.
pub(crate) fn refund(refund: &source::Refund) -> Result<RefundRules> {
    let usual = [Tender::Money, Tender::GiftCard, Tender::Points];
    let tenders = match refund.tenders.as_deref() {
        None => usual,
        Some([first, second, third]) if usual.iter().all(|one| [first, second, third].contains(&one)) => {
            [*first, *second, *third]
        }
        Some(_) => {
            let expected = "must name `money`, `gift_card` and `points` once each, in the order in which they go back";
            return Err(Error::invalid(&key("refund.tenders"), expected));
        }
    };
    Ok(RefundRules { discounts: refund.discounts, tenders })
}

/// The digits of a country code, without a plus.
pub(crate) fn calling_code(code: Option<String>) -> Result<Option<String>> {
    if let Some(code) = &code {
        let sane = (1..=3).contains(&code.len()) && code.bytes().all(|digit| digit.is_ascii_digit());
        if !sane || code.starts_with('0') {
            let shown: String = code.chars().take(10).collect();
            let expected = format!("must be the digits of a country like `56`, got `{shown}`");
            return Err(Error::invalid(&key("identity.calling_code"), expected));
        }
    }
    Ok(code)
}

pub(crate) fn expiry(expiry: &source::Expiry, tiers: &[Tier], pending_days: i64) -> Result<(Expiry, ExpiryRules)> {
    let rule = rule(expiry)?;
    let by_days = matches!(rule, Expiry::FixedDays(_) | Expiry::Inactivity(_));
    let mut days_by_tier = BTreeMap::new();
    for (tier, span) in &expiry.days_by_tier {
        let name = format!("expiry.days_by_tier.{tier}");
        if !by_days {
            return Err(Error::invalid(&key(&name), "has no meaning for this policy"));
        }
        let Some(known) = tier_named(tiers, tier) else {
            return Err(Error::invalid(&key(&name), "must be the id of a tier"));
        };
        days(&name, *span, 0)?;
        if days_by_tier.insert(known.id.clone(), *span).is_some() {
            return Err(Error::invalid(&key(&name), format_args!("must name the tier `{}` once", known.id)));
        }
        ends_after_it_begins(Expiry::FixedDays(*span), expiry.runs_from, pending_days, &name)?;
    }
    ends_after_it_begins(rule, expiry.runs_from, pending_days, if by_days { "expiry.days" } else { "expiry.policy" })?;
    let rules = ExpiryRules {
        days_by_tier,
        runs_from: expiry.runs_from,
        reinstate_days: days("expiry.reinstate_days", expiry.reinstate_days, 0)?,
    };
    Ok((rule, rules))
}

fn rule(expiry: &source::Expiry) -> Result<Expiry> {
    let required = |name: &str| Error::invalid(&key(&format!("expiry.{name}")), "is required for this policy");
    let span = || days("expiry.days", expiry.days.ok_or_else(|| required("days"))?, 0);
    let months = |least| {
        let months = expiry.months.ok_or_else(|| required("months"))?;
        limit::within(&key("expiry.months"), months, least, MAX_MONTHS)
    };
    let rule = match expiry.policy {
        ExpiryPolicy::FixedDays => Expiry::FixedDays(span()?),
        ExpiryPolicy::Inactivity => Expiry::Inactivity(span()?),
        ExpiryPolicy::Months => {
            let end = expiry.months_end.unwrap_or_default();
            Expiry::Months(months(i64::from(end == MonthsEnd::StartOfDay))?, end)
        }
        ExpiryPolicy::EndOfMonth => Expiry::EndOfMonth(months(0)?),
        ExpiryPolicy::CalendarDate => {
            let date = expiry.date.as_deref().ok_or_else(|| required("date"))?;
            let (month, day) = month_and_day(date)?;
            Expiry::CalendarDate(month, day)
        }
        ExpiryPolicy::EndOfYear => Expiry::EndOfYear,
        ExpiryPolicy::Never => Expiry::Never,
    };
    let by_days = matches!(rule, Expiry::FixedDays(_) | Expiry::Inactivity(_));
    let by_months = matches!(rule, Expiry::Months(..) | Expiry::EndOfMonth(_));
    let by_date = matches!(rule, Expiry::CalendarDate(..));
    for (name, given, used) in [
        ("days", expiry.days.is_some(), by_days),
        ("months", expiry.months.is_some(), by_months),
        ("months_end", expiry.months_end.is_some(), matches!(rule, Expiry::Months(..))),
        ("date", expiry.date.is_some(), by_date),
    ] {
        if given && !used {
            return Err(Error::invalid(&key(&format!("expiry.{name}")), "has no meaning for this policy"));
        }
    }
    Ok(rule)
}

fn month_and_day(date: &str) -> Result<(u32, u32)> {
    let wrong = || {
        let shown: String = date.chars().take(20).collect();
        Error::invalid(&key("expiry.date"), format_args!("must be a month and a day like `03-31`, got `{shown}`"))
    };
    // A year with a 29 February.
    let day = crate::value::Day::parse(&format!("2024-{date}")).map_err(|_| wrong())?;
    Ok((day.month(), day.day()))
}

/// A lot that would end before it can be spent is an error in the programme.
fn ends_after_it_begins(rule: Expiry, runs_from: RunsFrom, pending_days: i64, name: &str) -> Result<()> {
    if runs_from == RunsFrom::Activation {
        return Ok(());
    }
    let ends = match rule {
        Expiry::FixedDays(days) | Expiry::Inactivity(days) => days >= pending_days,
        Expiry::Months(months, MonthsEnd::StartOfDay) => months * SHORTEST_MONTH > pending_days,
        Expiry::Months(months, _) | Expiry::EndOfMonth(months) => months * SHORTEST_MONTH >= pending_days,
        Expiry::CalendarDate(..) | Expiry::EndOfYear => pending_days == 0,
        Expiry::Never => true,
    };
    if ends {
        return Ok(());
    }
    let expected = "points must end after `earn.pending_days`, or their time run from activation (`expiry.runs_from`)";
    Err(Error::invalid(&key(name), expected))
}
