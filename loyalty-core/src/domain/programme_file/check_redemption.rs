//! Checks how points are spent: the value of a point, and automatic redemption.

use crate::domain::payment::{PaymentTerms, PointValue};
use crate::domain::programme::AutoRedeemRule;
use crate::domain::programme_file::field::{key, points};
use crate::domain::programme_file::source;
use crate::value::{Currency, Percent, Points, RewardId, Rounding, limit};
use crate::{Error, Result};

/// How points pay bills.
pub(crate) fn terms(redemption: &source::Redemption, currency: Currency, rounding: Rounding) -> Result<PaymentTerms> {
    let value = redemption.point_value.map(|money| PointValue::new(money, currency));
    let value = value.transpose().map_err(|expected| Error::invalid(&key("redemption.point_value"), expected))?;
    let multiple_of = redemption.multiple_of.unwrap_or(1);
    let multiple_of = limit::within(&key("redemption.multiple_of"), multiple_of, 1, 1_000_000_000)?;
    let minimum = points("redemption.minimum_points", redemption.minimum_points)?;
    let maximum = redemption.maximum_points.map(|most| points("redemption.maximum_points", most)).transpose()?;
    if let Some(most) = maximum.filter(|most| *most < minimum.max(Points::stored(multiple_of))) {
        let expected = format!("must be at least `minimum_points` and `multiple_of`, got `{most}`");
        return Err(Error::invalid(&key("redemption.maximum_points"), expected));
    }
    let share = redemption.maximum_percent_of_bill.unwrap_or(Percent::FULL);
    if share == Percent::ZERO {
        return Err(Error::invalid(&key("redemption.maximum_percent_of_bill"), "must be above 0, got `0`"));
    }
    Ok(PaymentTerms { value, multiple_of, minimum, maximum, share, rounding })
}

/// The automatic redemption.
pub(crate) fn auto_redeem(rule: &source::AutoRedeem) -> Result<AutoRedeemRule> {
    let at_most = limit::within(&key("auto_redeem.at_most"), rule.at_most.unwrap_or(1), 1, 100)?;
    Ok(AutoRedeemRule {
        reward: RewardId::stored(limit::within(&key("auto_redeem.reward"), rule.reward, 1, i64::MAX)?),
        threshold: Points::stored(limit::within(&key("auto_redeem.threshold"), rule.threshold, 1, limit::MAX_POINTS)?),
        at_most: usize::try_from(at_most).unwrap_or(1),
    })
}
