use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::payment::PointValue;
use crate::domain::revenue::{self, RevenueProgress, Sale};
use crate::ops::{Access, Operation};
use crate::value::{Amount, Decimal, Money, Points, limit};
use crate::{Error, Result};

/// Divides the revenue of sales between the goods and the points that the sales gave, and returns what is still owed in
/// points.
///
/// For the accounts, as IFRS 15 and ASC 606 require. The money paid is divided in proportion to what the goods and the
/// points cost on their own. Only points that are expected to be redeemed count. The share of the points becomes
/// revenue as they are redeemed; the rest is the liability. Amounts are rounded half up to the minor unit. Needs no
/// database.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct AllocateRevenue {
    /// What was paid, in major units.
    pub amount: Amount,
    /// How many of the points that the sales gave were expected to be redeemed at the time of the sale.
    pub points: i64,
    /// What the goods cost on their own, in major units; default the money paid.
    #[serde(default)]
    #[new(default)]
    pub goods_price: Option<Amount>,
    /// What a point is worth when it is redeemed; default the programme's `redemption.point_value`.
    #[serde(default)]
    #[new(default)]
    pub point_value: Option<Amount>,
    /// Points redeemed until now.
    #[serde(default)]
    #[new(default)]
    pub redeemed_points: i64,
    /// How many points are now expected to be redeemed in all; default `points`.
    #[serde(default)]
    #[new(default)]
    pub expected_points: Option<i64>,
    /// Revenue from the points that was recognised in earlier periods, in major units.
    #[serde(default)]
    #[new(default)]
    pub recognised_before: Amount,
}

/// The revenue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevenueReply {
    /// What the points are worth on their own.
    pub points_price: Decimal,
    /// Revenue from the goods, recognised at once.
    pub goods: Decimal,
    /// Revenue that is deferred for the points.
    pub deferred: Decimal,
    /// Revenue from the points so far, earlier periods included.
    pub recognised_in_all: Decimal,
    /// Revenue from the points to recognise now; below zero when too much was recognised before.
    pub recognised: Decimal,
    /// What is still owed in points.
    pub liability: Decimal,
}

impl Operation for AllocateRevenue {
    const NAME: &'static str = "allocate_revenue";
    const ACCESS: Access = Access::Pure;
    type Reply = RevenueReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<RevenueReply> {
        let paid = cx.money("amount", self.amount)?;
        let points = |field: &str, points: i64| limit::within(field, points, 0, limit::MAX_POINTS).map(Points::stored);
        let expected = points("points", self.points)?;
        let goods = self.goods_price.map(|price| cx.money("goods_price", price)).transpose()?.unwrap_or(paid);
        let allocated = revenue::allocate(&Sale { paid, goods, value: self.value(cx)?, expected })?;
        let progress = RevenueProgress {
            redeemed: points("redeemed_points", self.redeemed_points)?,
            expected: points("expected_points", self.expected_points.unwrap_or(self.points))?,
            before: cx.money("recognised_before", self.recognised_before)?,
        };
        let recognised = revenue::recognise(allocated.points, &progress)?;
        Ok(RevenueReply {
            points_price: cx.shown(allocated.points_alone),
            goods: cx.shown(allocated.goods),
            deferred: cx.shown(allocated.points),
            recognised_in_all: cx.shown(recognised.total),
            recognised: cx.shown(Money::stored(recognised.now)),
            liability: cx.shown(recognised.liability),
        })
    }
}

impl AllocateRevenue {
    fn value(&self, cx: &Cx<'_>) -> Result<PointValue> {
        let given = self.point_value.map(|value| PointValue::new(value.decimal(), cx.programme.currency)).transpose();
        let given = given.map_err(|expected| Error::invalid("point_value", expected))?;
        let required = || Error::invalid("point_value", "is required when the programme sets no value for points");
        given.or(cx.programme.payment.value).ok_or_else(required)
    }
}
