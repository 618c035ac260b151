//! What is due to the member when a part of an order is returned, and by which means it goes back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::returning::Returning;
use crate::booking::cx::Cx;
use crate::booking::order;
use crate::booking::payment;
use crate::booking::presented_card::open_payments;
use crate::booking::sold_cards::{Sold, StoppedGiftCard, sold_back};
use crate::domain::act::{OrderBefore, RecordedAct};
use crate::domain::code;
use crate::domain::lines;
use crate::domain::purchase::{Item, Settlement};
use crate::domain::refund::Extent;
use crate::domain::refund_due::{self, Deal, Pools, Split, UsedCoupon, Worth};
use crate::ops::{Operation as _, ReleaseGiftCard};
use crate::store::coupon_uses::{self, UseState};
use crate::store::orders::Order;
use crate::store::{acts, coupons, members, payments};
use crate::value::{Amount, Decimal, Money, OrderId, Points};
use crate::{Error, Refusal, Result};

/// What goes back to the member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaidBack {
    /// What is due in total, in major units.
    pub due: Decimal,
    /// The part of it that goes back in money: in cash or to the member's bank card.
    pub money: Decimal,
    /// Points that had paid and that go back as points.
    pub points: i64,
    /// The part of it that these points had paid.
    pub points_amount: Decimal,
    /// The parts of it that go back to gift cards.
    pub gift_cards: Vec<GiftCardBack>,
    /// The coupons of the order, and what happens to their discounts.
    pub coupons: Vec<CouponBack>,
}

/// Money that goes back to a gift card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardBack {
    /// The code, in groups for reading.
    pub code: String,
    /// What it gets back.
    pub amount: Decimal,
}

/// What happens to the discount of a coupon.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CouponBack {
    /// The code, in groups for reading.
    pub code: String,
    /// What it took off the order.
    pub discount: Decimal,
    /// What it takes off the rest of the order.
    pub discount_left: Decimal,
    /// The refusal code when it no longer takes anything off.
    pub because: Option<String>,
    /// What is missing: the details of that refusal.
    pub missing: Option<Map<String, Value>>,
}

impl PaidBack {
    /// Nothing is due.
    pub(super) fn nothing(cx: &Cx<'_>) -> Self {
        let zero = cx.shown(Money::ZERO);
        Self { due: zero, money: zero, points: 0, points_amount: zero, gift_cards: Vec::new(), coupons: Vec::new() }
    }
}

/// What is due, before it is paid back.
pub(super) struct Due {
    pub(super) amount: Money,
    pub(super) split: Split,
    cards: Vec<(String, Money)>,
    coupons: Vec<CouponBack>,
    pub(super) sold: Vec<StoppedGiftCard>,
    /// How much of the order is returned.
    pub(super) extent: Extent,
}

impl Due {
    /// What is due for the returned lines, for a given amount of money, or for all that is left.
    pub(super) fn of(cx: &mut Cx<'_>, order: &Order, named: &[Item], amount: Option<Amount>) -> Result<Self> {
        let left = order.standing.left()?;
        if order.standing.cancelled {
            return Err(Error::refused(Refusal::NothingLeftToRefund));
        }
        let settlement = order::settlement_of(order)?;
        let returning = Returning::of(cx, order, named)?;
        let (used, uses) = coupons_of(cx, &order.id)?;
        let by_lines = !named.is_empty();
        let mut worth = None;
        let (amount, sold) = match amount {
            Some(amount) => (cx.money("amount", amount)?, Vec::new()),
            None if by_lines => {
                let (before, after) = worths(cx, order, &settlement, &returning, &used)?;
                let sold = sold_back(cx, &order.id, &Sold::Lines(named))?;
                let due = order_of_lines(order, &settlement)?.min(before).minus(after.amount)?;
                let due = due.minus(spent(cx, &sold)?)?.min(left).max(Money::ZERO);
                worth = Some(after);
                (due, sold)
            }
            None => (left, sold_back(cx, &order.id, &Sold::All)?),
        };
        check(cx, amount, left)?;
        let extent = order.standing.extent(amount, returning.lines_kept())?;
        let (pools, cards) = pools(cx, order, &settlement, left)?;
        let split = refund_due::split(amount, &pools, cx.programme.refund.tenders)?;
        let cards = by_card(cards, split.cards)?;
        let coupons = shown_coupons(cx, uses, worth.as_ref(), extent);
        Ok(Self { amount, split, cards, coupons, sold, extent })
    }

    /// Gives points and gift cards back what they had paid.
    pub(super) fn pay(&self, cx: &mut Cx<'_>, order_id: &OrderId) -> Result<()> {
        if self.split.points > Points::ZERO {
            let paid = payments::find(cx.store()?, order_id)?.ok_or_else(|| Error::not_found("order_id", order_id))?;
            payment::release(cx, &paid, Some(self.split.points))?;
        }
        if self.split.cards > Money::ZERO {
            let amount = Some(Amount::from(cx.shown(self.split.cards)));
            ReleaseGiftCard { order_id: order_id.clone(), code: None, amount }.run(cx)?;
        }
        Ok(())
    }

    pub(super) fn shown(&self, cx: &Cx<'_>) -> PaidBack {
        let card = |(code, amount): &(String, Money)| GiftCardBack { code: code.clone(), amount: cx.shown(*amount) };
        PaidBack {
            due: cx.shown(self.amount),
            money: cx.shown(self.split.money),
            points: self.split.points.get(),
            points_amount: cx.shown(self.split.by_points),
            gift_cards: self.cards.iter().map(card).collect(),
            coupons: self.coupons.clone(),
        }
    }
}

fn check(cx: &Cx<'_>, amount: Money, left: Money) -> Result<()> {
    if amount > left {
        let most = cx.shown(left).to_string();
        let expected = format!("must be at most `{most}`, what is left of the order");
        return Err(Error::invalid("amount", expected).with("left", most).with("left_minor", left.get()));
    }
    Ok(())
}

/// The amount that is still paid for the lines of the order.
fn order_of_lines(order: &Order, settlement: &Settlement) -> Result<Money> {
    order.standing.amount.minus(Money::minor(settlement.returned.unwrap_or(0))?)
}

/// The cost of the lines that the order has now, and of the lines that will be left.
fn worths(
    cx: &mut Cx<'_>,
    order: &Order,
    settlement: &Settlement,
    returning: &Returning,
    used: &[UsedCoupon],
) -> Result<(Money, Worth)> {
    if returning.parted.back.iter().any(|line| line.amount.is_none()) || returning.parted.back.is_empty() {
        return Err(Error::invalid("amount", "is required when the order does not say what a returned line cost"));
    }
    let now = order::items_of(order)?;
    let items = match settlement.returned {
        None => now.clone(),
        Some(_) => lines_before(cx, order)?.unwrap_or_else(|| now.clone()),
    };
    let deal = Deal { amount: order.standing.amount, items: &items, coupons: used };
    let after = refund_due::worth(&deal, &returning.parted.rest, cx.programme)?;
    let before = match settlement.returned {
        None => order.standing.amount,
        Some(_) => refund_due::worth(&deal, &now, cx.programme)?.amount,
    };
    Ok((before, after))
}

/// The lines of an order before any were returned: the first refund by lines stored them.
fn lines_before(cx: &mut Cx<'_>, order: &Order) -> Result<Option<Vec<Item>>> {
    let Some(member) = members::find(cx.store()?, order.user_id)? else { return Ok(None) };
    let mut changes = Vec::new();
    for part in members::parts(cx.store()?, member.id)? {
        changes.extend(acts::of_member(cx.store()?, part)?);
    }
    changes.sort_by_key(|act| (act.recorded_at, act.after));
    let mut before = None;
    for act in changes {
        match crate::store::json(&act.what)? {
            RecordedAct::Amend(amend) if amend.order_id == order.id => before = None,
            RecordedAct::Refund(refund)
                if refund.order_id == order.id && !refund.items.is_empty() && before.is_none() =>
            {
                before = act.order_before;
            }
            _ => {}
        }
    }
    let Some(before) = before else { return Ok(None) };
    let before: OrderBefore = crate::store::json(&before)?;
    before.items.as_deref().map(|stored| lines::read(Some(stored))).transpose()
}

/// Codes, in groups for reading, with what each took off.
type Discounts = Vec<(String, Money)>;

/// The coupons that the order uses, with their codes.
fn coupons_of(cx: &mut Cx<'_>, order_id: &OrderId) -> Result<(Vec<UsedCoupon>, Discounts)> {
    let mut used = Vec::new();
    let mut shown = Vec::new();
    for made in coupon_uses::of_order(cx.store()?, order_id)? {
        if made.state != UseState::Used {
            continue;
        }
        let coupon = coupons::find(cx.store()?, made.coupon)?;
        let coupon = coupon.ok_or_else(|| Error::internal("a used coupon is missing"))?;
        shown.push((code::grouped(&coupon.code), made.discount));
        used.push(UsedCoupon { coupon, discount: made.discount });
    }
    Ok((used, shown))
}

fn shown_coupons(cx: &Cx<'_>, uses: Discounts, worth: Option<&Worth>, extent: Extent) -> Vec<CouponBack> {
    let all = uses.into_iter().enumerate();
    all.map(|(place, (code, discount))| {
        let kept = worth.and_then(|worth| worth.coupons.get(place));
        let stands = if extent == Extent::Whole { Money::ZERO } else { discount };
        let lost = kept.and_then(|kept| kept.lost.as_ref());
        CouponBack {
            code,
            discount: cx.shown(discount),
            discount_left: cx.shown(kept.map_or(stands, |kept| kept.discount)),
            because: lost.map(|lost| lost.code().to_owned()),
            missing: lost.map(|lost| lost.details().clone()),
        }
    })
    .collect()
}

/// What the member spent from the gift cards that are returned: it is not due again.
fn spent(cx: &Cx<'_>, sold: &[StoppedGiftCard]) -> Result<Money> {
    let minor = |spent: Decimal| spent.in_units(cx.programme.currency.exponent()).unwrap_or(0);
    sold.iter().try_fold(Money::ZERO, |sum, card| sum.plus(Money::minor(minor(card.spent))?))
}

/// What paid the order and still stands; of the gift cards, the one that paid last comes first.
fn pools(
    cx: &mut Cx<'_>,
    order: &Order,
    settlement: &Settlement,
    left: Money,
) -> Result<(Pools, Vec<(String, Money)>)> {
    let cards = open_payments(cx, &order.id)?;
    let on_cards = cards.iter().try_fold(Money::ZERO, |sum, (_, paid)| sum.plus(*paid))?;
    let on_cards = on_cards.min(Money::minor(settlement.gift_card_paid)?).min(left);
    let payment = payments::find(cx.store()?, &order.id)?;
    let (points, worth) = match payment {
        Some(payment) => {
            let points = payment.points.minus(payment.released)?;
            let all = i128::from(payment.discount.get()) * i128::from(payment.released.get());
            let gone = i64::try_from(all / i128::from(payment.points.get().max(1))).unwrap_or(0);
            (points, payment.discount.minus(Money::minor(gone)?)?)
        }
        None => (Points::ZERO, Money::ZERO),
    };
    let by_points = worth.min(Money::minor(settlement.points_paid)?).min(left.minus(on_cards)?);
    let points = if by_points == Money::ZERO { Points::ZERO } else { points };
    Ok((Pools { left, cards: on_cards, by_points, points }, cards))
}

/// The share of each card.
fn by_card(cards: Vec<(String, Money)>, amount: Money) -> Result<Vec<(String, Money)>> {
    let mut left = amount;
    let mut parts = Vec::with_capacity(cards.len());
    for (code, paid) in cards {
        let part = left.min(paid);
        if part > Money::ZERO {
            left = left.minus(part)?;
            parts.push((code, part));
        }
    }
    Ok(parts)
}
