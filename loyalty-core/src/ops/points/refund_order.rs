use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::{self, Bought};
use crate::domain::catalogue::Text;
use crate::domain::ledger::EntryKind;
use crate::domain::purchase::{self, Item};
use crate::domain::refund;
use crate::ops::account::{Account, Draft, Noted, OrderBefore};
use crate::ops::referral::follow_order;
use crate::ops::stamp::stamps_follow;
use crate::ops::{Access, Cx, Operation};
use crate::store::orders::{self, Order};
use crate::store::rule_uses;
use crate::value::{Amount, Money, OrderId};
use crate::{Error, Result};

/// Takes back the points of a refunded order, in proportion to the money.
///
/// Partial refunds add up: refunding in parts reverses exactly what refunding at once does. Points that were spent
/// already are owed and repaid by later points, written off, or the refund is refused, as the programme says.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RefundOrder {
    /// The order.
    pub order_id: OrderId,
    /// Amount refunded now; default all that is left, or the sum of `items` when these have amounts.
    #[serde(default)]
    pub amount: Option<Amount>,
    /// Lines that were returned.
    #[serde(default)]
    pub items: Vec<Item>,
}

/// What a refund did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refunded {
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points taken back by this refund.
    pub points_reversed: i64,
    /// Points already spent that are neither taken back nor owed: what the programme gives up.
    pub points_written_off: i64,
    /// Spendable points after it; below zero when points are owed.
    pub balance: i64,
    /// Points owed.
    pub debt: i64,
    /// Tier after it.
    pub tier: String,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for RefundOrder {
    const NAME: &'static str = "refund_order";
    const ACCESS: Access = Access::Write;
    type Reply = Refunded;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Refunded> {
        self.refund(cx, |_, _| Ok(()))
    }
}

impl RefundOrder {
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
        let refund = self.refunded(cx, &order)?;
        let back = refund::points_back(&order.standing, refund)?;

        let tier_value = account.carrying_value(cx)?;
        let text = Text::Refund { order: self.order_id.as_str() };
        let mut draft = Draft::new(EntryKind::Reversal, back.negated(), text.say(cx.locale_of(&account.member)), cx.at);
        draft.order_id = Some(self.order_id.clone());
        draft.reverses = Some(order.entry);
        let own = crate::store::ledger::of_order(cx.store()?, account.member.id, &order.id)?;
        let (entry, taken) = account.take_back(cx, draft, &own)?;
        order.standing.refunded = order.standing.refunded.plus(refund)?;
        order.standing.reversed = order.standing.reversed.plus(back)?;
        if order.standing.refunded == order.standing.amount && cx.programme.counts_uses() {
            rule_uses::forget(cx.store()?, order.user_id, order.entry)?;
        }
        self.uncount(cx, &mut account, &mut order, refund)?;
        let by_points = Money::minor(order::settlement_of(&order)?.points_paid)?;
        let kept = order.standing.amount.minus(order.standing.refunded)?.minus(by_points)?.max(Money::ZERO);
        follow_order(cx, &mut account, Some(&order.id), kept, order.occurred_at)?;
        then(cx, &mut account)?;
        let lines = order::items_of(&order)?;
        stamps_follow(cx, &order.id, account.member.user_id, &lines, kept, order.occurred_at)?;
        account.member.score = account.scored(cx, cx.at)?.1.score;
        account.lower_tier(cx, tier_value)?;
        account.save(cx)?;
        orders::update(cx.store()?, &order)?;
        account.note_change(cx, last, &Noted::Refund(self.clone()), Some(&before))?;
        Ok(Refunded {
            transaction_id: entry.get(),
            points_reversed: taken.get(),
            points_written_off: account.written_off.get(),
            balance: account.balance(cx)?,
            debt: account.member.debt.get(),
            tier: account.member.current_tier.clone(),
            replayed: false,
        })
    }

    fn refunded(&self, cx: &Cx<'_>, order: &Order) -> Result<Money> {
        let left = order.standing.amount.minus(order.standing.refunded)?;
        let of_items = purchase::total(&self.items, cx.programme.currency)?;
        match self.amount {
            Some(amount) => {
                let amount = cx.money("amount", amount)?;
                if amount == Money::ZERO && left > Money::ZERO {
                    return Err(Error::invalid("amount", "must be above zero"));
                }
                if amount > left && left > Money::ZERO {
                    let most = left.to_decimal(cx.programme.currency).to_string();
                    let expected = format!("must be at most `{most}`, what is left of the order");
                    return Err(Error::invalid("amount", expected).with("left", most).with("left_minor", left.get()));
                }
                Ok(amount)
            }
            None if self.items.is_empty() => Ok(left),
            None => of_items.ok_or_else(|| Error::invalid("amount", "is required when a returned line has no amount")),
        }
    }

    /// Visits, money and products follow: a whole refund takes the visit and all products away.
    fn uncount(&self, cx: &mut Cx<'_>, account: &mut Account, order: &mut Order, refund: Money) -> Result<()> {
        let whole = order.standing.refunded == order.standing.amount;
        let lines = order::items_of(order)?;
        let rest = order::without(lines.clone(), &self.items)?;
        let returned: &[Item] = if whole { &lines } else { &self.items };
        let spent = Money::ZERO.minus(refund)?;
        let visits = if whole { -1 } else { 0 };
        order::count(cx, account, &Bought { at: order.occurred_at, visits, spent, items: returned, sign: -1 })?;
        if !whole && !self.items.is_empty() {
            order.items = Some(serde_json::to_string(&rest).map_err(Error::internal)?);
        }
        Ok(())
    }
}
