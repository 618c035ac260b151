use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::signing::signing_key;
use crate::domain::code;
use crate::domain::programme::DiscountType;
use crate::domain::signed::{Signed, SignedCoupon};
use crate::ops::{Access, Operation};
use crate::value::{Amount, Day, DayOrMoment, Decimal, Instant, Moment, Money, Percent, UserId, limit};
use crate::{Error, Result};

/// Longest name of a campaign, in bytes: it travels in the code.
const MAX_CAMPAIGN: usize = 24;

/// Makes a coupon that carries its own data: a signed code, short enough for a QR code, that a till checks without a
/// network.
///
/// Needs the setting `signing_key` and no database. Nothing is stored: to stop such a coupon before its end, put its id
/// on the deny list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct SignCoupon {
    /// Campaign it belongs to, up to 24 bytes.
    pub campaign: String,
    /// What it takes off.
    pub discount_type: DiscountType,
    /// How much: percent, money in major units, or 1 for a free item.
    pub discount_value: Decimal,
    /// Highest discount in money, for a percentage.
    #[serde(default)]
    #[new(default)]
    pub max_discount: Option<Amount>,
    /// Smallest order it can be used for.
    #[serde(default)]
    #[new(default)]
    pub min_order_amount: Option<Amount>,
    /// Uses in total, 1 to 1 000 000. A till without a network can count only its own.
    #[serde(default = "one")]
    #[new(value = "one()")]
    pub max_uses: i64,
    /// The only member who may use it.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// From when it is good; default now. A date stands for the start of its local day.
    #[serde(default)]
    #[new(default)]
    pub valid_from: Option<DayOrMoment>,
    /// Until when it is good; default the programme's `redemption.coupon_days`. A date stands for its whole local day.
    #[serde(default)]
    #[new(default)]
    pub valid_until: Option<DayOrMoment>,
}

const fn one() -> i64 {
    1
}

/// A signed coupon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SignedCouponReply {
    /// The code: capital letters and digits.
    pub token: String,
    /// Its id, for the deny list and for counting uses.
    pub id: String,
    /// Campaign it belongs to.
    pub campaign: String,
    /// What it takes off.
    pub discount_type: DiscountType,
    /// How much: percent, money in major units, or 1 for a free item.
    pub discount_value: Decimal,
    /// Highest discount in money.
    pub max_discount: Option<Decimal>,
    /// Smallest order it can be used for.
    pub min_order_amount: Decimal,
    /// Uses in total.
    pub max_uses: i64,
    /// The only member who may use it; null for anyone.
    pub user_id: Option<i64>,
    /// From when it is good.
    pub valid_from: Moment,
    /// Until when it is good.
    pub valid_until: Moment,
    /// The last local day on which it is good, if it ends with a whole day: a form sends this back as `valid_until`.
    #[serde(default)]
    pub last_day: Option<Day>,
}

impl Operation for SignCoupon {
    const NAME: &'static str = "sign_coupon";
    const ACCESS: Access = Access::Pure;
    type Reply = SignedCouponReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<SignedCouponReply> {
        let coupon = self.coupon(cx)?;
        let key = signing_key(cx)?;
        let token = Signed::Coupon(coupon.clone()).write(key);
        Ok(shown(cx, token, coupon))
    }
}

impl SignCoupon {
    fn coupon(&self, cx: &mut Cx<'_>) -> Result<SignedCoupon> {
        let campaign = limit::text("campaign", &self.campaign, MAX_CAMPAIGN)?;
        if campaign.len() > MAX_CAMPAIGN {
            return Err(Error::invalid("campaign", format_args!("must have at most {MAX_CAMPAIGN} bytes")));
        }
        let money = |field: &str, amount: Option<Amount>| amount.map(|amount| cx.money(field, amount)).transpose();
        let max_discount = money("max_discount", self.max_discount)?;
        if max_discount.is_some() && self.discount_type != DiscountType::Percent {
            return Err(Error::invalid("max_discount", "applies to percent only"));
        }
        let min_order_amount = money("min_order_amount", self.min_order_amount)?.unwrap_or(Money::ZERO);
        let zone = cx.programme.zone;
        let valid_from = self.valid_from.map_or(cx.now, |given| given.as_start(zone));
        let days = cx.programme.coupon_days;
        let by_programme = || zone.end_of(zone.day_of(valid_from).plus_days(days));
        let valid_until = self.valid_until.map_or_else(by_programme, |given| given.as_end(zone));
        if valid_until <= valid_from.max(cx.now) {
            return Err(Error::invalid("valid_until", "must lie after `valid_from` and after now"));
        }
        Ok(SignedCoupon {
            campaign,
            currency: cx.programme.currency.code().to_owned(),
            discount_type: self.discount_type,
            value: self.value(cx)?,
            max_discount,
            min_order_amount,
            max_uses: limit::within("max_uses", self.max_uses, 1, 1_000_000)?,
            user_id: self.user_id,
            valid_from: whole_second(valid_from)?,
            valid_until: whole_second(valid_until)?,
            id: SignedCoupon::new_id(cx.entropy),
        })
    }

    /// Hundredths of a percent, minor units, or a number of items.
    fn value(&self, cx: &Cx<'_>) -> Result<i64> {
        let value = self.discount_value;
        match self.discount_type {
            DiscountType::Percent => {
                let hundredths = value.in_units(2).filter(|hundredths| (1..=10_000).contains(hundredths));
                hundredths.ok_or_else(|| {
                    let expected = format!("must be above 0 and at most 100 with up to 2 decimals, got `{value}`");
                    Error::invalid("discount_value", expected)
                })
            }
            DiscountType::Fixed => match Money::read("discount_value", value, cx.programme.currency)? {
                Money::ZERO => Err(Error::invalid("discount_value", "must be above zero")),
                amount => Ok(amount.get()),
            },
            DiscountType::FreeItem | DiscountType::FreeDelivery => {
                let one = value.in_units(0).filter(|items| *items == 1);
                one.ok_or_else(|| Error::invalid("discount_value", format_args!("must be 1, got `{value}`")))
            }
        }
    }
}

/// Codes keep whole seconds.
fn whole_second(instant: Instant) -> Result<Instant> {
    Instant::from_micros(instant.micros().div_euclid(1_000_000) * 1_000_000)
}

/// A signed coupon for a reply.
pub(super) fn shown(cx: &Cx<'_>, token: String, coupon: SignedCoupon) -> SignedCouponReply {
    SignedCouponReply {
        token,
        id: code::grouped(&coupon.id),
        campaign: coupon.campaign,
        discount_type: coupon.discount_type,
        discount_value: match coupon.discount_type {
            DiscountType::Percent => Decimal::new(Percent::hundredths(coupon.value).get(), 2).shortest(),
            DiscountType::Fixed => cx.shown(Money::stored(coupon.value)),
            DiscountType::FreeItem | DiscountType::FreeDelivery => Decimal::new(coupon.value, 0),
        },
        max_discount: coupon.max_discount.map(|amount| cx.shown(amount)),
        min_order_amount: cx.shown(coupon.min_order_amount),
        max_uses: coupon.max_uses,
        user_id: coupon.user_id.map(UserId::get),
        valid_from: cx.moment(coupon.valid_from),
        valid_until: cx.moment(coupon.valid_until),
        last_day: cx.last_day(coupon.valid_until),
    }
}
