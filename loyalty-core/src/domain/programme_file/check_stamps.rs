//! The stamp cards of a programme: as they are written, and checked.

use serde::Deserialize;

use crate::domain::programme::{DiscountType, Lines, StampCard, StampCoupon, StampPer, StampReward};
use crate::domain::programme_file::check_names;
use crate::domain::programme_file::field::{key, money};
use crate::value::{Currency, Decimal, Money, Points, Sku, limit};
use crate::{Error, Result};

/// Most cards of a programme.
const MAX_CARDS: usize = 50;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub id: String,
    #[serde(default)]
    pub was: Vec<String>,
    pub name: String,
    pub stamps: i64,
    #[serde(default)]
    pub per: StampPer,
    #[serde(default)]
    pub skus: Vec<Sku>,
    #[serde(default)]
    pub categories: Vec<String>,
    #[serde(default)]
    pub labels: Vec<String>,
    #[serde(default)]
    pub automatic: bool,
    pub reward: Reward,
    #[serde(default)]
    pub cooldown_seconds: i64,
    pub daily_limit: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Reward {
    FreeItem(i64),
    Points(i64),
    Coupon(Coupon),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Coupon {
    pub discount_type: DiscountType,
    pub discount_value: Decimal,
    pub max_discount: Option<Decimal>,
    pub days: i64,
    #[serde(default)]
    pub not_on_granting_order: bool,
}

pub(crate) fn cards(cards: Vec<Source>, currency: Currency) -> Result<Vec<StampCard>> {
    if cards.len() > MAX_CARDS {
        let expected = format!("must have at most {MAX_CARDS} cards, got `{}`", cards.len());
        return Err(Error::invalid(&key("stamp_cards"), expected));
    }
    check_names::former("stamp_cards", cards.iter().map(|card| (card.id.as_str(), card.was.as_slice())))?;
    let mut checked: Vec<StampCard> = Vec::with_capacity(cards.len());
    for (index, card) in cards.into_iter().enumerate() {
        let field = |name: &str| key(&format!("stamp_cards[{index}].{name}"));
        if checked.iter().any(|other| other.id == card.id) {
            return Err(Error::invalid(&field("id"), format_args!("must be unique, got `{}` again", card.id)));
        }
        if card.id.len() > 40 {
            return Err(Error::invalid(&field("id"), "must have at most 40 bytes"));
        }
        let daily_limit = card.daily_limit.map(|most| limit::within(&field("daily_limit"), most, 1, 10_000));
        checked.push(StampCard {
            id: limit::text(&field("id"), &card.id, 40)?,
            was: card.was,
            name: limit::readable_text(&field("name"), &card.name, limit::MAX_NAME)?,
            stamps: limit::within(&field("stamps"), card.stamps, 1, 1_000)?,
            per: card.per,
            lines: Lines { skus: card.skus, categories: card.categories, labels: card.labels },
            automatic: card.automatic,
            reward: reward(index, card.reward, currency)?,
            cooldown_seconds: limit::within(&field("cooldown_seconds"), card.cooldown_seconds, 0, 86_400)?,
            daily_limit: daily_limit.transpose()?,
        });
    }
    Ok(checked)
}

fn reward(index: usize, reward: Reward, currency: Currency) -> Result<StampReward> {
    let name_of = |name: &str| format!("stamp_cards[{index}].reward.{name}");
    let field = |name: &str| key(&name_of(name));
    let coupon = match reward {
        Reward::FreeItem(units) => {
            return limit::within(&field("free_item"), units, 1, 100).map(StampReward::FreeItem);
        }
        Reward::Points(points) => {
            let points = limit::within(&field("points"), points, 1, 1_000_000_000)?;
            return Ok(StampReward::Points(Points::stored(points)));
        }
        Reward::Coupon(coupon) => coupon,
    };
    match coupon.discount_type {
        DiscountType::Percent => {
            let hundredths = coupon.discount_value.in_units(2).filter(|value| (1..=10_000).contains(value));
            if hundredths.is_none() {
                let expected = format!("must be above 0 and at most 100, got `{}`", coupon.discount_value);
                return Err(Error::invalid(&field("coupon.discount_value"), expected));
            }
        }
        DiscountType::Fixed => {
            if money(&name_of("coupon.discount_value"), coupon.discount_value, currency)? == Money::ZERO {
                return Err(Error::invalid(&field("coupon.discount_value"), "must be above zero"));
            }
        }
        DiscountType::FreeItem | DiscountType::FreeDelivery => {
            return Err(Error::invalid(&field("coupon.discount_type"), "must be percent or fixed"));
        }
    }
    if let Some(most) = coupon.max_discount {
        money(&name_of("coupon.max_discount"), most, currency)?;
    }
    Ok(StampReward::Coupon(StampCoupon {
        discount_type: coupon.discount_type,
        discount_value: coupon.discount_value,
        max_discount: coupon.max_discount,
        days: limit::within(&field("coupon.days"), coupon.days, 1, limit::MAX_SPAN_DAYS)?,
        not_on_granting_order: coupon.not_on_granting_order,
    }))
}
