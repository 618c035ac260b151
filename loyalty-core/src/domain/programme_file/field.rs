//! Bounds that many keys of the programme file share, with errors that name the key.

use crate::Result;
use crate::domain::programme::Tier;
use crate::value::{Currency, Decimal, Money, Points, limit};

/// Names a key of the programme file in an error.
pub(crate) fn key(name: &str) -> String {
    format!("program.{name}")
}

pub(crate) fn days(name: &str, days: i64, min: i64) -> Result<i64> {
    limit::within(&key(name), days, min, limit::MAX_SPAN_DAYS)
}

pub(crate) fn money(name: &str, amount: Decimal, currency: Currency) -> Result<Money> {
    Money::read(&key(name), amount, currency)
}

pub(crate) fn points(name: &str, points: i64) -> Result<Points> {
    limit::within(&key(name), points, 0, limit::MAX_POINTS).map(Points::stored)
}

/// The tier that has this id or had it before.
pub(crate) fn tier_named<'a>(tiers: &'a [Tier], id: &str) -> Option<&'a Tier> {
    tiers.iter().find(|tier| tier.id == id || tier.was.iter().any(|was| was == id))
}
