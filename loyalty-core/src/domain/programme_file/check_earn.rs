//! Checks the earning base, its caps, and which part of a bill earns.

use crate::domain::fraction::common_divisor;
use crate::domain::programme::{Accrual, Basis, Earn, Effect, ExpiryPolicy, PendingPolicy, Rule};
use crate::domain::programme_file::field::{key, money};
use crate::domain::programme_file::source_rules::{Earns, PerAmount, Reduces};
use crate::domain::programme_file::{check_points, source};
use crate::value::{Currency, Money, Points, limit};
use crate::{Error, Result};

/// Largest common multiple of the amounts for which points are given; it keeps their sum exact.
const MAX_COMMON: i128 = 1_000_000_000_000_000;

/// The table `[earn]`.
pub(crate) fn earn(earn: &source::Earn, policy: ExpiryPolicy, currency: Currency) -> Result<Earn> {
    let Accrual { points, per, whole_groups } = {
        let written = PerAmount { points: earn.points, per: earn.per, whole_groups: earn.whole_groups };
        accrual("earn", &written, currency)?
    };
    let basis = &earn.basis;
    Ok(Earn {
        points,
        per,
        whole_groups,
        rounding_place: earn.rounding_place,
        enroll_on_first_earn: earn.enroll_on_first_earn,
        pending_days: check_points::pending_days(earn)?,
        pending: earn.pending,
        max_points_per_order: cap("earn.max_points_per_order", earn.max_points_per_order)?,
        max_points_per_day: cap("earn.max_points_per_day", earn.max_points_per_day)?,
        max_points_per_week: cap("earn.max_points_per_week", earn.max_points_per_week)?,
        max_points_per_month: cap("earn.max_points_per_month", earn.max_points_per_month)?,
        max_balance: cap("earn.max_balance", earn.max_balance)?,
        pending_lapse_days: pending_lapse_days(earn, policy)?,
        cap: earn.cap,
        leap_day: earn.leap_day,
        basis: Basis {
            tax_earns: basis.tax == Earns::Earns,
            gifts_earn: basis.gifts == Earns::Earns,
            discounts_reduce: basis.discounts == Reduces::Reduces,
            points_paid_reduce: basis.points_paid == Reduces::Reduces,
            gift_cards_reduce: basis.gift_card_paid == Reduces::Reduces,
            order_discount: basis.order_discount,
            payments: basis.payments,
            exclude: basis.exclude.clone(),
        },
    })
}

/// Days after which points that wait for a release lapse.
fn pending_lapse_days(earn: &source::Earn, policy: ExpiryPolicy) -> Result<Option<i64>> {
    let name = key("earn.pending_lapse_days");
    let Some(days) = earn.pending_lapse_days else { return Ok(None) };
    if earn.pending != PendingPolicy::UntilReleased {
        return Err(Error::invalid(&name, "applies only with `pending = \"until_released\"`"));
    }
    if policy == ExpiryPolicy::Inactivity {
        return Err(Error::invalid(
            &name,
            "must not be given with the expiry policy `inactivity`, which sets new ends",
        ));
    }
    limit::within(&name, days, 0, limit::MAX_SPAN_DAYS).map(Some)
}

/// This many points for this much money.
pub(crate) fn accrual(name: &str, written: &PerAmount, currency: Currency) -> Result<Accrual> {
    let per = money(&format!("{name}.per"), written.per, currency)?;
    if per == Money::ZERO {
        return Err(Error::invalid(&key(&format!("{name}.per")), "must be above zero"));
    }
    let points = limit::within(&key(&format!("{name}.points")), written.points, 0, 1_000_000_000)?;
    Ok(Accrual { points, per, whole_groups: written.whole_groups })
}

/// Refuses amounts whose common multiple is too large for exact sums.
pub(crate) fn common_multiple(earn: &Earn, rules: &[Rule]) -> Result<()> {
    let mut common = i128::from(earn.per.get());
    for rule in rules {
        let Effect::PerAmount(accrual) = &rule.effect else { continue };
        let per = i128::from(accrual.per.get());
        common = common / common_divisor(common, per) * per;
        if common > MAX_COMMON {
            let expected = format!("its amount and the others have no common multiple below {MAX_COMMON}");
            return Err(Error::invalid(&key("rules"), expected).with("rule", rule.id.as_str()));
        }
    }
    Ok(())
}

fn cap(name: &str, most: Option<i64>) -> Result<Option<Points>> {
    most.map(|most| limit::within(&key(name), most, 1, limit::MAX_POINTS).map(Points::stored)).transpose()
}
