//! The rewards of the first version's shop, and what happens to them here.

use serde::Serialize;

use loyalty_core::internals::{self, Caps, Promise, Reward};
use loyalty_core::programme::{DiscountType, Programme};
use loyalty_core::value::{Day, Decimal, Instant, Money, Percent, Points, limit};
use loyalty_core::{Error, Result};

/// A row of the old `loyalty_rewards`.
#[derive(Debug, Clone, Default)]
pub(super) struct OldReward {
    pub id: i64,
    pub name: String,
    pub description: String,
    pub points_cost: i64,
    pub discount_percent: String,
    pub tier_required: Option<String>,
    pub max_uses_per_user: Option<i64>,
    pub active: bool,
    pub expiry_date: Option<String>,
}

/// A difference between the shop and this engine for a reward with the same name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The property that differs.
    pub field: &'static str,
    /// The shop's value.
    pub shop: String,
    /// The value here.
    pub here: String,
}

/// Reads an old reward.
///
/// A reward of 100 % was one article there, as its text says; it becomes one free item, because 100 % of the whole
/// order would pay any bill. The amount of money in the text becomes the highest discount. A reward with an unknown
/// tier stays unavailable until staff have checked it.
///
/// # Errors
/// `invalid` with the column.
pub(super) fn read(old: &OldReward, programme: &Programme) -> Result<Reward> {
    let tier = old.tier_required.as_deref().filter(|tier| programme.tier(tier).is_some());
    let tier_required = match tier {
        Some(tier) => programme.tier_id(tier).to_owned(),
        None => programme.first_tier()?.id.clone(),
    };
    let percent: Decimal = old.discount_percent.trim().parse().map_err(|rule: String| {
        Error::invalid("discount_percent", format_args!("{rule}, got `{}`", old.discount_percent))
    })?;
    let hundredths = limit::within("discount_percent", percent.rounded(2).unwrap_or(-1), 0, Percent::FULL.get())?;
    let discount_percent = Percent::hundredths(hundredths);
    let is_whole = discount_percent == Percent::FULL;
    let description: String = old.description.chars().take(limit::MAX_DESCRIPTION).collect();
    let expiry_date = old.expiry_date.as_deref().filter(|day| !day.starts_with("0000-"));
    let expiry_date = expiry_date.map(|day| Day::parse(day).map(|day| programme.zone.end_of(day))).transpose();
    Ok(Reward {
        id: internals::reward_id(1),
        name: limit::readable_text("name", old.name.trim(), limit::MAX_NAME)?,
        description: match description.trim() {
            "" => String::new(),
            text => limit::readable_text("description", text, limit::MAX_DESCRIPTION)?,
        },
        points_cost: limit::within("points_cost", old.points_cost, 0, limit::MAX_POINTS).and_then(Points::new)?,
        discount_type: if is_whole { DiscountType::FreeItem } else { DiscountType::Percent },
        discount_percent,
        max_discount: money_named(&old.description, programme),
        coupon: Promise::default(),
        tier_required,
        caps: Caps { by_user: old.max_uses_per_user.filter(|uses| *uses > 0), ..Caps::default() },
        used: 0,
        price: Money::ZERO,
        cost: Money::ZERO,
        stock: None,
        active: old.active && (old.tier_required.is_none() || tier.is_some()),
        created_at: internals::instant(0),
        starts_at: None,
        expiry_date: expiry_date.map_err(|rule| Error::invalid("expiry_date", rule))?,
    })
}

/// The only amount of pesos in a text, as in `máximo $5.000`. In a currency with decimals, the point may be a decimal
/// point.
fn money_named(text: &str, programme: &Programme) -> Option<Money> {
    if programme.currency.exponent() != 0 {
        return None;
    }
    let mut named = text.split('$').skip(1).filter_map(|rest| {
        let rest = rest.trim_start();
        let end = rest.find(|sign: char| !sign.is_ascii_digit() && sign != '.').unwrap_or(rest.len());
        let digits: String = rest.get(..end)?.chars().filter(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|amount| *amount > 0)
    });
    match (named.next(), named.next()) {
        (Some(amount), None) => Money::minor(amount).ok(),
        _ => None,
    }
}

/// How an existing reward differs from the shop's: price, discount, tier, limits and dates.
#[must_use]
pub(super) fn differences(here: &Reward, shop: &Reward, programme: &Programme) -> Vec<Difference> {
    let number = |number: Option<i64>| number.map_or_else(|| "none".to_owned(), |number| number.to_string());
    let day =
        |end: Option<Instant>| end.map_or_else(|| "none".to_owned(), |end| programme.zone.moment(end).to_string());
    let shown = |reward: &Reward| {
        let percent = Decimal::new(reward.discount_percent.get(), 2).shortest();
        [
            ("points_cost", reward.points_cost.get().to_string()),
            ("price", reward.price.to_decimal(programme.currency).to_string()),
            ("discount_percent", percent.to_string()),
            ("tier_required", reward.tier_required.clone()),
            ("max_uses_per_user", number(reward.caps.by_user)),
            ("max_uses", number(reward.caps.in_all)),
            ("stock", number(reward.stock)),
            ("active", if reward.active { "yes" } else { "no" }.to_owned()),
            ("starts_at", day(reward.starts_at)),
            ("expiry_date", day(reward.expiry_date)),
        ]
    };
    let pairs = shown(shop).into_iter().zip(shown(here));
    pairs
        .filter(|(shop, here)| shop.1 != here.1)
        .map(|(shop, here)| Difference { field: shop.0, shop: shop.1, here: here.1 })
        .collect()
}

/// An existing reward with the shop's price, tier, limits and dates; and with the shop's discount if its percentage
/// differs.
#[must_use]
pub(super) fn with_terms_of(here: Reward, shop: Reward) -> Reward {
    let mut reward = Reward {
        points_cost: shop.points_cost,
        price: shop.price,
        tier_required: shop.tier_required,
        caps: shop.caps,
        stock: shop.stock,
        active: shop.active,
        starts_at: shop.starts_at,
        expiry_date: shop.expiry_date,
        ..here
    };
    if reward.discount_percent != shop.discount_percent {
        reward.discount_type = shop.discount_type;
        reward.discount_percent = shop.discount_percent;
        reward.max_discount = shop.max_discount;
        reward.coupon = shop.coupon;
    }
    reward
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shop(percent: &str, description: &str) -> Reward {
        let old = OldReward {
            name: "Taza".to_owned(),
            description: description.to_owned(),
            points_cost: 700,
            discount_percent: percent.to_owned(),
            active: true,
            ..OldReward::default()
        };
        read(&old, &Programme::cafe_vt().unwrap()).unwrap()
    }

    #[test]
    fn a_reward_of_all_is_one_item_and_the_money_of_its_text_is_the_most() {
        for (percent, text, kind, most) in [
            ("100.00", "Una taza (valor: $1.500 CLP)", DiscountType::FreeItem, Some(1_500)),
            ("100.00", "Una taza", DiscountType::FreeItem, None),
            ("25.00", "25% (máximo $ 15.000)", DiscountType::Percent, Some(15_000)),
            ("25.00", "de $1.000 a $2.000", DiscountType::Percent, None),
            ("0", "gratis por $", DiscountType::Percent, None),
        ] {
            let reward = shop(percent, text);
            assert_eq!((reward.discount_type, reward.max_discount.map(Money::get)), (kind, most), "{text}");
        }
    }

    #[test]
    fn what_differs_is_told_and_the_shops_terms_replace_ours() {
        let programme = Programme::cafe_vt().unwrap();
        let here =
            Reward { points_cost: Points::new(1_500).unwrap(), max_discount: Money::minor(9).ok(), ..shop("100", "") };
        let other = shop("100", "valor: $5");
        let found = differences(&here, &other, &programme);
        let [Difference { field: "points_cost", shop, here: stood }] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((shop.as_str(), stood.as_str()), ("700", "1500"));
        let kept = with_terms_of(here, other);
        assert_eq!((kept.points_cost.get(), kept.max_discount), (700, Money::minor(9).ok()));
        assert_eq!(with_terms_of(kept, self::shop("20", "")).discount_type, DiscountType::Percent);
    }
}
