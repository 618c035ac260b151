//! The keys of the programme file about the life of points: pending, expiry, debt, transfer.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::value::Points;

/// When points end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// At the end of the local day this many days after they were earned.
    FixedDays(i64),
    /// At the local day this many months after they were earned, or the last day of a shorter month.
    Months(i64, MonthsEnd),
    /// At the end of the next such day of the year: month and day.
    CalendarDate(u32, u32),
    /// At the end of the local month this many months after the one in which they were earned.
    EndOfMonth(i64),
    /// At the end of the local year in which they were earned.
    EndOfYear,
    /// At the end of the local day this many days after the last earn or redemption.
    Inactivity(i64),
    /// Never.
    Never,
}

/// Which moment of the day some months later, or of the calendar period around it, ends the points.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthsEnd {
    /// Its first moment: exactly whole months.
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

/// When the lifetime of points begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunsFrom {
    /// On the day on which they were earned.
    #[default]
    Earning,
    /// On the day on which they can first be spent.
    Activation,
}

/// Further rules about the end of points.
#[derive(Debug, Clone)]
pub struct ExpiryRules {
    /// Days for points earned by members of a tier, where they differ.
    pub days_by_tier: BTreeMap<String, i64>,
    /// When the lifetime begins.
    pub runs_from: RunsFrom,
    /// For how many days after their end points can be reinstated.
    pub reinstate_days: i64,
}

/// How earned points become spendable.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PendingPolicy {
    /// After `pending_days`.
    #[default]
    Days,
    /// When the host says that the order is final.
    UntilReleased,
}

/// What happens to refunded points that were already spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// They are owed, and later points repay them first.
    Debt,
    /// The refund takes only what is left, and the rest is written off.
    #[serde(alias = "clamp")]
    Forgive,
    /// The refund is refused.
    Refuse,
}

/// What happens to discounts of an order when a part of it is returned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discounts {
    /// They stay: a returned line is worth what was paid for it.
    #[default]
    Keep,
    /// The coupons must apply to the rest of the order alone.
    Rejudge,
}

/// A means of payment that gets its money back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tender {
    /// Cash, or the customer's bank card.
    Money,
    /// Gift cards of the shop.
    GiftCard,
    /// Points.
    Points,
}

/// What is due back to the customer, and by which means it goes back.
#[derive(Debug, Clone, Copy)]
pub struct RefundRules {
    /// What happens to discounts.
    pub discounts: Discounts,
    /// Which means gets its money back first.
    pub tenders: [Tender; 3],
}

/// How much may be owed.
#[derive(Debug, Clone, Copy)]
pub struct DebtRules {
    /// What happens to refunded points that were already spent.
    pub shortfall: Shortfall,
    /// Most points that refunds let a member owe; the rest is written off.
    pub limit: Option<Points>,
    /// Most points that an adjustment by hand lets a member owe.
    pub adjustments: Points,
}

/// What happens to the end of points that are transferred to another member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferExpiry {
    /// They keep it.
    #[default]
    Keep,
    /// They get a new end, as if earned at that moment.
    Reset,
}
