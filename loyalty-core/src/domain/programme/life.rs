//! The keys of the programme file about the life of points: pending, expiry, debt, transfer.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::value::Points;

/// When points end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// At the end of the local day that many days after they were earned.
    FixedDays(i64),
    /// By the local day that many months after they were earned, the last one of a shorter month.
    Months(i64, MonthsEnd),
    /// At the end of the next such day of the year: month and day.
    CalendarDate(u32, u32),
    /// At the end of the local month that many months after the one in which they were earned.
    EndOfMonth(i64),
    /// At the end of the local year in which they were earned.
    EndOfYear,
    /// At the end of the local day that many days after the last earn or redemption.
    Inactivity(i64),
    /// Never.
    Never,
}

/// What of the day that is some months later ends the points, or of the span of the calendar that holds it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthsEnd {
    /// Its first moment: whole months and no more.
    #[default]
    StartOfDay,
    /// Its last moment.
    EndOfDay,
    /// The end of its month.
    EndOfMonth,
    /// The end of its quarter.
    EndOfQuarter,
    /// The end of its half year.
    EndOfHalfYear,
    /// The end of its year.
    EndOfYear,
}

/// The word for an expiry rule in the programme file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::domain) enum ExpiryPolicy {
    FixedDays,
    Months,
    CalendarDate,
    EndOfMonth,
    EndOfYear,
    Inactivity,
    Never,
}

/// From when on the time of points runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunsFrom {
    /// From the day on which they were earned.
    #[default]
    Earning,
    /// From the day on which they can first be spent.
    Activation,
}

/// What else is said about the end of points.
#[derive(Debug, Clone)]
pub struct ExpiryRules {
    /// Days for points earned by members of a tier, where they differ.
    pub days_by_tier: BTreeMap<String, i64>,
    /// From when on the time runs.
    pub runs_from: RunsFrom,
    /// For how many days after their end points can be reinstated.
    pub reinstate_days: i64,
}

/// How earned points wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingPolicy {
    /// For `pending_days`.
    #[default]
    Days,
    /// Until the host says that the order is final.
    UntilReleased,
}

/// What becomes of refunded points that were already spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// They are owed, and later points repay them first.
    Debt,
    /// The refund is cut at what is left, and the rest is written off.
    #[serde(alias = "clamp")]
    Forgive,
    /// The refund is refused.
    Refuse,
}

/// What becomes of what was taken off an order when a part of it comes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discounts {
    /// It stays: a line that comes back is worth what was paid for it.
    #[default]
    Keep,
    /// What is left must carry its coupons by itself.
    Rejudge,
}

/// What had paid an order, and gets it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tender {
    /// Cash, or the guest's own card.
    Money,
    /// Gift cards of the shop.
    GiftCard,
    /// Points.
    Points,
}

/// What is due back to the guest, and by what it goes back.
#[derive(Debug, Clone, Copy)]
pub struct RefundRules {
    /// What becomes of what was taken off.
    pub discounts: Discounts,
    /// What gets its money back first.
    pub tenders: [Tender; 3],
}

/// What may be owed.
#[derive(Debug, Clone, Copy)]
pub struct DebtRules {
    /// What becomes of refunded points that were already spent.
    pub shortfall: Shortfall,
    /// Most points that refunds let a member owe; the rest is written off.
    pub limit: Option<Points>,
    /// Most points that an adjustment by hand lets a member owe.
    pub adjustments: Points,
}

/// What becomes of the end of points that go to another member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferExpiry {
    /// They keep it.
    #[default]
    Keep,
    /// They get a new one, as if earned at that moment.
    Reset,
}
