//! What is due when lines are returned: what was paid for the order, minus what the remaining lines cost.

use super::coupon::cart::{self, Cart, spread};
use super::coupon::discount::{self, Rules};
use super::coupon::{Coupon, judge};
use super::programme::{Discounts, Programme, Tender};
use super::purchase::{Item, ItemKind};
use crate::domain::programme::{DiscountType, LinePrice};
use crate::value::{Amount, Currency, Money, Points};
use crate::{Error, Kind, Refusal, Result};

/// An order in its state before lines were returned.
#[derive(Debug, Clone, Copy)]
pub struct Deal<'a> {
    /// The bill, after everything that was taken off.
    pub amount: Money,
    /// Its lines.
    pub items: &'a [Item],
    /// The coupons that it used, in their order.
    pub coupons: &'a [UsedCoupon],
}

/// A coupon that the order used.
#[derive(Debug, Clone)]
pub struct UsedCoupon {
    /// The coupon.
    pub coupon: Coupon,
    /// What it took off.
    pub discount: Money,
}

/// What the remaining lines cost.
#[derive(Debug, Clone)]
pub struct Worth {
    /// Including what is still taken off.
    pub amount: Money,
    /// What happens to each coupon.
    pub coupons: Vec<KeptCoupon>,
}

/// What happens to a coupon.
#[derive(Debug, Clone)]
pub struct KeptCoupon {
    /// What it takes off the remaining lines.
    pub discount: Money,
    /// Why it no longer takes anything off.
    pub lost: Option<Error>,
}

/// What the remaining lines cost.
///
/// Discounts that are kept stay with their lines: what they took off a returned line is not paid back in money. Coupons
/// that are judged again take off what they would have taken off the remaining lines alone; other discounts of the shop
/// stay in proportion. The part that belongs to no line, like a delivery, stays paid.
///
/// # Errors
/// `invalid` when an amount is not one of the currency.
pub fn worth(deal: &Deal<'_>, rest: &[Item], programme: &Programme) -> Result<Worth> {
    let priced = Priced::of(deal, programme.currency)?;
    let units = units_left(&priced.items, rest);
    let has_lines = priced.items.iter().zip(&units).any(|(item, units)| *units > 0 && item.amount.is_some());
    match programme.refund.discounts {
        Discounts::Rejudge if has_lines => priced.rejudged(deal, &units, programme),
        _ => priced.kept(deal, &units, programme),
    }
}

/// The order before anything was taken off.
struct Priced {
    /// Its lines that were bought.
    items: Vec<Item>,
    /// What the lines cost.
    price: i64,
    /// The part that belongs to no line, including the delivery.
    besides: i64,
    /// The part of it that coupons for the delivery took off.
    delivery: i64,
    /// What was taken off other than by coupons.
    apart: i64,
    currency: Currency,
}

fn minor(item: &Item, currency: Currency) -> i64 {
    item.amount.and_then(|amount| amount.decimal().in_units(currency.exponent())).unwrap_or(0)
}

fn with_price(item: &Item, units: i64, price: i64, currency: Currency) -> Item {
    let amount = item.amount.map(|_| Amount::from(Money::stored(price).to_decimal(currency)));
    Item { quantity: units, amount, tax: None, ..item.clone() }
}

/// What is left of an amount for a number of units when only some of them remain: the most expensive go first.
fn of_units(amount: i64, of: i64, units: i64) -> i64 {
    let (each, dearer) = (amount / of.max(1), amount % of.max(1));
    let gone = of - units;
    amount - gone * each - gone.min(dearer)
}

impl Priced {
    /// Lines may have their prices before discounts, with a discount line or a bill below the sum; or they may have
    /// what was paid: then what coupons took off is added again.
    fn of(deal: &Deal<'_>, currency: Currency) -> Result<Self> {
        let bought = deal.items.iter().filter(|item| item.kind == ItemKind::Sale && !item.comes_back());
        let mut items: Vec<Item> = bought.cloned().collect();
        let weights: Vec<i64> = items.iter().map(|item| minor(item, currency)).collect();
        let shown = deal.items.iter().filter(|item| item.kind == ItemKind::Discount || item.comes_back());
        let shown: i64 = shown.map(|item| minor(item, currency).abs()).sum();
        let (amount, price): (i64, i64) = (deal.amount.get(), weights.iter().sum());
        let taken = shown.max(price - amount);
        let by_coupons: i64 = deal.coupons.iter().map(|used| used.discount.get()).sum();
        let missing = (by_coupons - taken).max(0);
        for ((item, weight), part) in items.iter_mut().zip(&weights).zip(spread(missing, &weights)) {
            *item = with_price(item, item.quantity, weight + part, currency);
        }
        let price = items.iter().map(|item| minor(item, currency)).sum();
        let besides = amount + taken + missing - price;
        let free = deal.coupons.iter().filter(|used| used.coupon.discount_type == DiscountType::FreeDelivery);
        let free: i64 = free.map(|used| used.discount.get()).sum();
        let apart = taken + missing - by_coupons;
        Ok(Self { items, price, besides, delivery: free.min(besides), apart, currency })
    }

    fn cart(&self, items: &[Item], price: i64) -> Result<Cart> {
        let (amount, delivery) = (Money::minor(self.besides + price)?, Money::stored(self.delivery));
        Cart::new(&cart::CouponBill { amount, items, delivery, tax: None }, self.currency, LinePrice::Own)
    }

    /// What was paid for the remaining lines, as it was paid.
    fn kept(&self, deal: &Deal<'_>, units: &[i64], programme: &Programme) -> Result<Worth> {
        let mut cart = self.cart(&self.items, self.price)?;
        cart.take_evenly(self.apart);
        let of_rest = |lefts: &[i64], cart: &Cart| -> i64 {
            let lines = cart.lines().iter().zip(lefts);
            let parts = lines.map(|(line, left)| match line.place {
                Some(place) => {
                    let of = self.items.get(place).map_or(1, |item| item.quantity);
                    of_units(*left, of, units.get(place).copied().unwrap_or(0))
                }
                None => *left,
            });
            parts.sum()
        };
        let lefts = |cart: &Cart| cart.lines().iter().map(|line| line.left).collect::<Vec<i64>>();
        let mut coupons = Vec::with_capacity(deal.coupons.len());
        for used in deal.coupons {
            let (before, delivery) = (lefts(&cart), cart.delivery());
            let share = judged(&used.coupon, &cart, programme)?.unwrap_or_default();
            if share.total() == used.discount.get() {
                cart.take(&share);
            } else {
                cart.take_evenly(used.discount.get());
            }
            let off: Vec<i64> = before.iter().zip(lefts(&cart)).map(|(before, after)| before - after).collect();
            let discount = of_rest(&off, &cart) + delivery - cart.delivery();
            coupons.push(KeptCoupon { discount: Money::minor(discount)?, lost: None });
        }
        let amount = of_rest(&lefts(&cart), &cart) + cart.delivery();
        Ok(Worth { amount: Money::minor(amount)?, coupons })
    }

    /// What the remaining lines would have cost alone.
    fn rejudged(&self, deal: &Deal<'_>, units: &[i64], programme: &Programme) -> Result<Worth> {
        let lines = self.items.iter().zip(units).filter(|(_, units)| **units > 0);
        let rest: Vec<Item> = lines
            .map(|(item, units)| {
                let price = of_units(minor(item, self.currency), item.quantity, *units);
                with_price(item, *units, price, self.currency)
            })
            .collect();
        let price: i64 = rest.iter().map(|item| minor(item, self.currency)).sum();
        let mut cart = self.cart(&rest, price)?;
        let apart = i128::from(self.apart) * i128::from(price) / i128::from(self.price.max(1));
        cart.take_evenly(i64::try_from(apart).unwrap_or(0));
        let mut coupons = Vec::with_capacity(deal.coupons.len());
        for used in deal.coupons {
            let kept = match judged(&used.coupon, &cart, programme)? {
                Ok(share) => {
                    cart.take(&share);
                    KeptCoupon { discount: Money::minor(share.total())?, lost: None }
                }
                Err(lost) => KeptCoupon { discount: Money::ZERO, lost: Some(lost) },
            };
            coupons.push(kept);
        }
        Ok(Worth { amount: Money::minor(cart.to_pay())?, coupons })
    }
}

/// What a coupon takes off these lines, or why nothing: its limits and its time were judged when it was used.
fn judged(coupon: &Coupon, cart: &Cart, programme: &Programme) -> Result<std::result::Result<cart::Share, Error>> {
    let rules = Rules { rounding: programme.rounding, base: programme.coupons.stacking_base };
    match judge::check_order(coupon, cart, programme) {
        Ok(()) => {}
        Err(error) if error.kind() == Kind::Refused => return Ok(Err(error)),
        Err(error) => return Err(error),
    }
    let share = discount::share(coupon, cart, rules)?;
    if share.total() == 0 {
        return Ok(Err(Error::refused(Refusal::ConditionNotMet).with("condition", "amount")));
    }
    Ok(Ok(share))
}

/// How many units of each line remain: each remaining line is matched with the most similar line of the order.
fn units_left(items: &[Item], rest: &[Item]) -> Vec<i64> {
    let price = |item: &Item, units: i64| {
        i128::from(item.amount.and_then(|amount| amount.decimal().in_units(9)).unwrap_or(0)) * i128::from(units)
    };
    let mut units = vec![0; items.len()];
    for left in rest.iter().filter(|left| left.kind == ItemKind::Sale) {
        let alike = items.iter().enumerate().filter(|(place, item)| {
            let same = (&item.sku, &item.category, &item.labels) == (&left.sku, &left.category, &left.labels);
            same && item.quantity >= left.quantity && units.get(*place) == Some(&0)
        });
        let nearest = alike.min_by_key(|(_, item)| (price(item, left.quantity) - price(left, item.quantity)).abs());
        if let Some(slot) = nearest.and_then(|(place, _)| units.get_mut(place)) {
            *slot = left.quantity;
        }
    }
    units
}

/// What paid an order and still stands.
#[derive(Debug, Clone, Copy)]
pub struct Pools {
    /// What is left of the bill.
    pub left: Money,
    /// The part of it that gift cards paid.
    pub cards: Money,
    /// The part of it that points paid.
    pub by_points: Money,
    /// Those points.
    pub points: Points,
}

/// Money that goes back, by its means of payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// In money.
    pub money: Money,
    /// To gift cards.
    pub cards: Money,
    /// What the points are worth.
    pub by_points: Money,
    /// In points.
    pub points: Points,
}

/// Splits what is due by the means that paid the order, in the order of the programme. Points are whole: a value below
/// one point goes to the next means, or adds one point when no other means is left.
///
/// # Errors
/// `invalid` when a sum is out of range.
pub fn split(due: Money, pools: &Pools, tenders: [Tender; 3]) -> Result<Split> {
    let mut split = Split { money: Money::ZERO, cards: Money::ZERO, by_points: Money::ZERO, points: Points::ZERO };
    let cash = pools.left.minus(pools.cards)?.minus(pools.by_points)?.max(Money::ZERO);
    let mut left = due;
    for tender in tenders {
        let part = match tender {
            Tender::Money => {
                split.money = left.min(cash);
                split.money
            }
            Tender::GiftCard => {
                split.cards = left.min(pools.cards);
                split.cards
            }
            Tender::Points => {
                (split.points, split.by_points) = whole_points(left, pools)?;
                split.by_points
            }
        };
        left = left.minus(part)?;
    }
    if left > Money::ZERO && split.points < pools.points {
        split.points = split.points.plus(Points::stored(1))?;
        split.by_points = split.by_points.plus(left)?;
        left = Money::ZERO;
    }
    split.money = split.money.plus(left)?;
    Ok(split)
}

/// The points for this much money, and what they had paid.
fn whole_points(money: Money, pools: &Pools) -> Result<(Points, Money)> {
    if money >= pools.by_points {
        return Ok((pools.points, pools.by_points));
    }
    let (all, worth) = (i128::from(pools.points.get()), i128::from(pools.by_points.get()));
    let points = all * i128::from(money.get()) / worth.max(1);
    let paid = worth * points / all.max(1);
    Ok((Points::new(i64::try_from(points).unwrap_or(0))?, Money::minor(i64::try_from(paid).unwrap_or(0))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_goes_back_in_the_order_of_the_programme() {
        use Tender::{GiftCard, Money as Cash, Points as ByPoints};
        let money = Money::stored;
        // 10 000 were paid: 3 000 by a card, 2 000 by 200 points, the rest in money.
        let pools =
            Pools { left: money(10_000), cards: money(3_000), by_points: money(2_000), points: Points::stored(200) };
        for (due, tenders, expected) in [
            (4_000, [Cash, GiftCard, ByPoints], (4_000, 0, 0)),
            (6_000, [Cash, GiftCard, ByPoints], (5_000, 1_000, 0)),
            (9_000, [Cash, GiftCard, ByPoints], (5_000, 3_000, 100)),
            (1_005, [ByPoints, GiftCard, Cash], (0, 5, 100)),
            (8_015, [Cash, GiftCard, ByPoints], (5_000, 3_000, 2)),
            (10_000, [ByPoints, GiftCard, Cash], (5_000, 3_000, 200)),
        ] {
            let split = split(money(due), &pools, tenders).unwrap();
            assert_eq!((split.money.get(), split.cards.get(), split.points.get()), expected, "{due} {tenders:?}");
            assert_eq!(split.money.get() + split.cards.get() + split.by_points.get(), due);
        }
    }

    fn deal(amount: i64, items: &str, rest: &str, coupons: &[UsedCoupon], discounts: &str) -> Worth {
        let text = Programme::cafe_vt().unwrap().source().replacen("[refund]", &format!("[refund]\n{discounts}"), 1);
        let programme = Programme::parse(&text).unwrap();
        let (items, rest): (Vec<Item>, Vec<Item>) =
            (serde_json::from_str(items).unwrap(), serde_json::from_str(rest).unwrap());
        worth(&Deal { amount: Money::stored(amount), items: &items, coupons }, &rest, &programme).unwrap()
    }

    #[test]
    fn discounts_are_kept_in_proportion_and_what_no_line_accounts_for_stays() {
        let lines = r#"[{"sku":"A","amount":6000},{"sku":"B","quantity":2,"amount":4000},{"sku":"D","kind":"discount","amount":-1000}]"#;
        let left = |rest| deal(9_000, lines, rest, &[], "").amount.get();
        assert_eq!(left(r#"[{"sku":"A","amount":6000},{"sku":"B","quantity":2,"amount":4000}]"#), 9_000);
        assert_eq!(left(r#"[{"sku":"B","quantity":2,"amount":4000}]"#), 3_600);
        assert_eq!(left(r#"[{"sku":"B","quantity":1,"amount":2000}]"#), 1_800);
        assert_eq!(left("[]"), 0);
        let delivered = deal(12_000, r#"[{"sku":"A","amount":6000},{"sku":"B","amount":4000}]"#, "[]", &[], "");
        assert_eq!(delivered.amount.get(), 2_000);
    }
}
