use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::amend_order::{self, Change};
use super::due::{Due, PaidBack};
use super::returning::Returning;
use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::booking::order::{self, Bought};
use crate::booking::referral::settle_changed_order;
use crate::booking::sold_cards::{Sold, StoppedGiftCard, stop_sold};
use crate::booking::stamps::{Kept, adjust_stamps};
use crate::domain::act::{OrderBefore, RecordedAct, RefundAct};
use crate::domain::catalogue::Text;
use crate::domain::earning::Reason;
use crate::domain::ledger::EntryKind;
use crate::domain::purchase::{self, Item, ItemKind};
use crate::domain::refund::{self, Extent};
use crate::ops::{Access, Operation};
use crate::store::orders::{self, Order};
use crate::store::{ledger, rule_uses};
use crate::value::{Amount, EntryId, Money, OrderId, Points};
use crate::{Error, Refusal, Result};

/// Takes back the points of a refunded order: those that the returned lines earned, or without lines, in proportion to
/// the money.
///
/// The rest of the order keeps what it earns alone, judged as `amend_order` judges it: by the rules of the order's own
/// time. So the return of an article that earned five-fold takes five-fold points back, and an article that earned
/// nothing takes none. Partial refunds add up: refunds in parts, in any order, take back exactly what one refund of the
/// whole does. Points that were already spent are owed and repaid by later points, or written off, or the refund is
/// refused, as the programme says. When nothing is left, the order is cancelled: it no longer counts as a visit or a
/// first purchase, even if it cost nothing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct RefundOrder {
    /// The order.
    pub order_id: OrderId,
    /// Amount refunded now; default all that is left, or the sum of `items` when they have amounts.
    #[serde(default)]
    #[new(default)]
    pub amount: Option<Amount>,
    /// Lines that were returned, or parts of them. They must be lines of the order, if it has any. For an order without
    /// lines, they only give the amount.
    #[serde(default)]
    #[new(default)]
    pub items: Vec<Item>,
    /// Part of the amount that goes back as points; it reduces what points paid for the order.
    #[serde(default)]
    #[new(default)]
    pub points_back: Option<Amount>,
    /// Part of the amount that goes back to gift cards; it reduces what gift cards paid for the order.
    #[serde(default)]
    #[new(default)]
    pub gift_card_back: Option<Amount>,
    /// Part of the price of the returned lines that does not go back and pays for nothing that is left, like a fee; it
    /// earns no points. Default what was spent from the gift cards among the lines.
    #[serde(default)]
    #[new(default)]
    pub fee: Option<Amount>,
    /// Also pays back what `quote_refund` returns, in the same step. When no amount is given, it is what is due for the
    /// lines. Points and gift cards get back what they had paid of it.
    #[serde(default)]
    #[new(default)]
    pub pay_back: bool,
}

/// What a refund did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refunded {
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points taken back by this refund; below zero when the rest earns more without the returned lines.
    pub points_reversed: i64,
    /// Points that were already spent and are neither taken back nor owed: the programme gives them up.
    pub points_written_off: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Points owed.
    pub debt: i64,
    /// Tier after this call.
    pub tier: String,
    /// Gift cards that the order, or the returned lines, had sold: the rest of their balance was taken off.
    #[serde(default)]
    pub gift_cards_stopped: Vec<StoppedGiftCard>,
    /// What went back to the member with `pay_back`; null without it.
    #[serde(default)]
    pub paid_back: Option<PaidBack>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for RefundOrder {
    const NAME: &'static str = "refund_order";
    const ACCESS: Access = Access::Write;
    type Reply = Refunded;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Refunded> {
        if self.pay_back { self.with_payment(cx) } else { self.refund(cx, |_, _| Ok(())) }
    }
}

impl RefundOrder {
    /// All that is left of an order.
    #[must_use]
    pub const fn whole(order_id: OrderId) -> Self {
        Self {
            order_id,
            amount: None,
            items: Vec::new(),
            points_back: None,
            gift_card_back: None,
            fee: None,
            pay_back: false,
        }
    }

    /// Pays back what is due, and takes back the points for exactly that.
    fn with_payment(&self, cx: &mut Cx<'_>) -> Result<Refunded> {
        for (field, given) in [("points_back", self.points_back), ("gift_card_back", self.gift_card_back)] {
            if given.is_some_and(|given| given.decimal().in_units(0) != Some(0)) {
                return Err(Error::invalid(field, "must not be given with `pay_back`, which decides it"));
            }
        }
        purchase::check(&self.items)?;
        let order = orders::find(cx.store()?, &self.order_id)?;
        let order = order.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;
        let due = Due::of(cx, &order, &self.items, self.amount)?;
        due.pay(cx, &order.id)?;
        // The record keeps what was decided, not how.
        let shown = |amount: Money| Some(Amount::from(cx.shown(amount)));
        let decided = Self {
            amount: shown(due.amount),
            points_back: shown(due.split.by_points),
            gift_card_back: shown(due.split.cards),
            pay_back: false,
            ..self.clone()
        };
        let refunded = decided.refund(cx, |_, _| Ok(()))?;
        Ok(Refunded { paid_back: Some(due.shown(cx)), ..refunded })
    }

    /// Takes the points back. `then` books what else the refund undoes, before the tier is judged.
    pub(in crate::ops) fn refund(
        &self,
        cx: &mut Cx<'_>,
        then: impl FnOnce(&mut Cx<'_>, &mut Account) -> Result<()>,
    ) -> Result<Refunded> {
        purchase::check(&self.items)?;
        let order = orders::find(cx.store()?, &self.order_id)?;
        let mut order = order.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;
        let before = OrderBefore::of(&order);
        let mut account = Account::get(cx, order.user_id)?;
        let last = account.last_entry();
        if order.standing.cancelled {
            return Err(Error::refused(Refusal::NothingLeftToRefund));
        }
        let refund = self.refunded(cx, &order)?;
        let (by_points, by_cards) = self.not_in_money(cx, refund)?;
        let mut returning = Returning::of(cx, &order, &self.items)?;
        returning.goes_back(by_points, by_cards);
        let extent = order.standing.extent(refund, returning.lines_kept())?;
        let is_whole = extent == Extent::Whole;
        let fee = returning.fee(cx, &order, refund, self.fee)?;
        let judged = if is_whole { None } else { returning.judge(cx, &order, &account, refund, fee)? };
        let back = refund::points_back(&order.standing, refund, extent, judged.as_ref().map(|(lines, _)| *lines))?;

        let tier_value = account.carrying_value(cx)?;
        let (entry, taken) = self.book(cx, &mut account, &order, back)?;
        order.standing.take_back(refund, extent, back)?;
        if is_whole && cx.programme.counts_uses() {
            rule_uses::forget(cx.store()?, account.member.user_id, order.entry)?;
        }
        self.uncount(cx, &mut account, &order, &returning, refund)?;
        returning.keep(cx, &mut order, &account, judged.as_ref().map(|(_, earned)| earned))?;
        let settlement = order::settlement_of(&order)?;
        let by_points = Money::minor(settlement.points_paid)?;
        let kept = order.standing.left()?.minus(by_points)?.max(Money::ZERO);
        let known = if is_whole { Some(kept) } else { settlement.known_paid(order.standing.amount, kept) };
        settle_changed_order(cx, &mut account, &order.id, known, order.occurred_at)?;
        then(cx, &mut account)?;
        let lines = order::items_of(&order)?;
        let stands = if is_whole { Kept::Nothing } else { Kept::Paid(kept) };
        adjust_stamps(cx, &order.id, account.member.user_id, &lines, stands, order.occurred_at)?;
        account.member.score = account.scored(cx, cx.at)?.1.score;
        account.lower_tier(cx, tier_value)?;
        if back < Points::ZERO {
            account.raise_tier(cx)?;
        }
        account.save(cx)?;
        orders::update(cx.store()?, &order)?;
        let sold = if is_whole { Sold::All } else { Sold::Lines(&self.items) };
        let gift_cards_stopped = stop_sold(cx, &self.order_id, &sold)?;
        let fee = (fee > Money::ZERO).then(|| Amount::from(cx.shown(fee)));
        account.note_change(
            cx,
            last,
            &RecordedAct::Refund(RefundAct { fee, ..self.clone().into_act() }),
            Some(&before),
        )?;
        Ok(Refunded {
            transaction_id: entry.get(),
            points_reversed: taken.get(),
            points_written_off: account.written_off.get(),
            balance: account.balance(cx)?,
            debt: account.member.debt.get(),
            tier: account.member.current_tier.clone(),
            gift_cards_stopped,
            paid_back: None,
            replayed: false,
        })
    }

    /// The parts of the refund that go back as points and to gift cards.
    fn not_in_money(&self, cx: &Cx<'_>, refund: Money) -> Result<(Money, Money)> {
        let money = |field: &str, given: Option<Amount>| given.map_or(Ok(Money::ZERO), |given| cx.money(field, given));
        let by_points = money("points_back", self.points_back)?;
        let by_cards = money("gift_card_back", self.gift_card_back)?;
        let field = if by_points > refund { "points_back" } else { "gift_card_back" };
        if by_points.plus(by_cards)? > refund {
            return Err(Error::invalid(field, "must be at most what is left of the amount"));
        }
        Ok((by_points, by_cards))
    }

    fn refunded(&self, cx: &Cx<'_>, order: &Order) -> Result<Money> {
        let left = order.standing.left()?;
        purchase::total_returned(&self.items, cx.programme.currency)?;
        // A gift cost nothing, whatever it is worth.
        let paid: Vec<Item> = self.items.iter().filter(|item| item.kind != ItemKind::Gift).cloned().collect();
        let of_items = purchase::total(&paid, cx.programme.currency)?;
        match self.amount {
            Some(amount) => {
                let amount = cx.money("amount", amount)?;
                if amount == Money::ZERO && left > Money::ZERO && self.items.is_empty() {
                    return Err(Error::invalid("amount", "must be above zero"));
                }
                if amount > left {
                    let most = left.to_decimal(cx.programme.currency).to_string();
                    let expected = format!("must be at most `{most}`, what is left of the order");
                    return Err(Error::invalid("amount", expected).with("left", most).with("left_minor", left.get()));
                }
                Ok(amount)
            }
            None if self.items.is_empty() || left == Money::ZERO => Ok(left),
            None => of_items.ok_or_else(|| Error::invalid("amount", "is required when a returned line has no amount")),
        }
    }

    /// Takes the points back, or adds points when the rest earns more.
    fn book(&self, cx: &mut Cx<'_>, account: &mut Account, order: &Order, back: Points) -> Result<(EntryId, Points)> {
        let text = Text::Refund { order: self.order_id.as_str() };
        if back < Points::ZERO {
            let (difference, why) = (back.negated(), text.say(cx.locale_of(&account.member)));
            let because = vec![Reason { rule: EntryKind::Earn.word().to_owned(), points: difference.get(), why }];
            let entry = amend_order::book(cx, account, order, &Change { difference, because, text })?;
            let (entry, _) = entry.ok_or_else(|| Error::internal("points were not booked"))?;
            return Ok((entry, back));
        }
        let own = ledger::of_order(cx.store()?, account.member.id, &order.id)?;
        let at = own.last.map_or(cx.at, |last| last.max(cx.at));
        let mut draft = Draft::new(EntryKind::Reversal, back.negated(), text.say(cx.locale_of(&account.member)), at);
        draft.order_id = Some(self.order_id.clone());
        draft.reverses = Some(order.entry);
        account.take_back(cx, draft, &own.credits)
    }

    /// Updates visits, money and products: a whole refund removes the visit and all products.
    fn uncount(
        &self,
        cx: &mut Cx<'_>,
        account: &mut Account,
        order: &Order,
        returning: &Returning,
        refund: Money,
    ) -> Result<()> {
        let whole = order.standing.cancelled;
        let lines = if whole { order::items_of(order)? } else { returning.parted.back.clone() };
        let spent = Money::ZERO.minus(refund)?;
        let visits = if whole { -1 } else { 0 };
        order::count(cx, account, &Bought { at: order.occurred_at, visits, spent, items: &lines, sign: -1 })
    }
}

impl RefundOrder {
    /// The form in which it is kept.
    pub(crate) fn into_act(self) -> RefundAct {
        let RefundOrder { order_id, amount, items, points_back, gift_card_back, fee, pay_back } = self;
        RefundAct { order_id, amount, items, points_back, gift_card_back, fee, pay_back }
    }

    /// The request that was kept.
    pub(crate) fn from_act(act: RefundAct) -> Self {
        let RefundAct { order_id, amount, items, points_back, gift_card_back, fee, pay_back } = act;
        Self { order_id, amount, items, points_back, gift_card_back, fee, pay_back }
    }
}
