use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::due::{Due, PaidBack};
use super::returning::Returning;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::sold_cards::StoppedGiftCard;
use crate::domain::purchase::{self, Item};
use crate::domain::refund::{self, Extent};
use crate::ops::{Access, Operation};
use crate::store::orders;
use crate::value::{Amount, Decimal, Money, OrderId};
use crate::{Error, Kind, Result};

/// Returns what is due to the member when a part of an order is returned; changes nothing.
///
/// `[refund]` of the programme decides what happens to discounts. With `discounts = "keep"`, the returned lines are
/// worth what was paid for them. With `"rejudge"`, the coupons must apply to the rest of the order alone: if a minimum
/// no longer holds, or the partner of a free article is returned, the member loses that discount. The money goes back
/// in the order of `tenders`. `refund_order` with `pay_back` does exactly this.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct QuoteRefund {
    /// The order.
    pub order_id: OrderId,
    /// Money that goes back, whatever is returned for it; default what is due for the lines, or all that is left.
    #[serde(default)]
    #[new(default)]
    pub amount: Option<Amount>,
    /// Returned lines, or parts of them; default all that is left of the order.
    #[serde(default)]
    #[new(default)]
    pub items: Vec<Item>,
}

/// What is due back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefundQuote {
    /// Whether anything is left of the order that can be returned.
    pub allowed: bool,
    /// What goes back to the member.
    #[serde(flatten)]
    pub paid_back: PaidBack,
    /// Earned points to take back, as far as the member has them or can owe them; below zero when the rest of the order
    /// earns more alone.
    pub points_reversed: i64,
    /// What is left of the bill afterwards.
    pub amount_left: Decimal,
    /// Gift cards that the order, or the returned lines, had sold. What was spent from cards of the returned lines is
    /// not due.
    pub gift_cards_stopped: Vec<StoppedGiftCard>,
    /// The refusal code when nothing is left.
    pub because: Option<String>,
    /// What is missing: the details of that refusal.
    pub missing: Option<Map<String, Value>>,
}

impl Operation for QuoteRefund {
    const NAME: &'static str = "quote_refund";
    const ACCESS: Access = Access::Read;
    type Reply = RefundQuote;

    fn run(&self, cx: &mut Cx<'_>) -> Result<RefundQuote> {
        purchase::check(&self.items)?;
        let order = orders::find(cx.store()?, &self.order_id)?;
        let order = order.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;
        let due = match Due::of(cx, &order, &self.items, self.amount) {
            Ok(due) => due,
            Err(error) if error.kind() == Kind::Refused => return Ok(refused(cx, &error)),
            Err(error) => return Err(error),
        };
        let account = Account::get(cx, order.user_id)?;
        let mut returning = Returning::of(cx, &order, &self.items)?;
        returning.goes_back(due.split.by_points, due.split.cards);
        let is_whole = due.extent == Extent::Whole;
        let fee = returning.fee(cx, &order, due.amount, None)?;
        let judged = if is_whole { None } else { returning.judge(cx, &order, &account, due.amount, fee)? };
        let back = refund::points_back(&order.standing, due.amount, due.extent, judged.map(|(lines, _)| lines))?;
        let left = order.standing.left()?.minus(due.amount)?;
        Ok(RefundQuote {
            allowed: true,
            paid_back: due.shown(cx),
            points_reversed: back.get(),
            amount_left: cx.shown(left),
            gift_cards_stopped: due.sold,
            because: None,
            missing: None,
        })
    }
}

fn refused(cx: &Cx<'_>, error: &Error) -> RefundQuote {
    RefundQuote {
        allowed: false,
        paid_back: PaidBack::nothing(cx),
        points_reversed: 0,
        amount_left: cx.shown(Money::ZERO),
        gift_cards_stopped: Vec::new(),
        because: Some(error.code().to_owned()),
        missing: Some(error.details().clone()),
    }
}
