use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::booking::owner;
use crate::booking::request::{Request, digest, kept_answer, same_request};
use crate::domain::catalogue::Text;
use crate::domain::ledger::EntryKind;
use crate::domain::payment::Wish;
use crate::ops::{Access, Operation};
use crate::store::payments::{self, Payment};
use crate::value::{Amount, Decimal, OrderId, Points, UserId, limit};
use crate::{Error, Refusal, Result};

/// Pays a part of an order with points.
///
/// The programme sets the value of a point. The call takes the fewest points that cover the bill, and never more than
/// the bill is worth. The payment and its ledger entry are written together or not at all. The order is the idempotency
/// key. `release_payment` gives the points back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct PayWithPoints {
    /// The member who pays.
    pub user_id: UserId,
    /// The order to pay; it must not belong to another member. It is the idempotency key when no other is given.
    pub order_id: OrderId,
    /// The bill, in major units.
    pub amount: Amount,
    /// Points to pay with; default as many as can pay for the bill.
    #[serde(default)]
    #[new(default)]
    pub points: Option<i64>,
    /// Whether too many points are reduced to what is allowed instead of refused.
    #[serde(default)]
    #[new(default)]
    pub clamp: bool,
    /// Pays again an order whose payment was released. Without this, such a call is refused, because it may be a late
    /// retry.
    #[serde(default)]
    #[new(default)]
    pub reopened: bool,
}

/// What was paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Paid {
    /// The ledger entry that took the points.
    pub transaction_id: i64,
    /// Points taken.
    pub points_used: i64,
    /// What they paid, in major units.
    pub discount: Decimal,
    /// What is left to pay with money. Then pass the whole bill to `earn_points`, and the discount as `points_paid`.
    pub payable: Decimal,
    /// Spendable points after this call.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// The points that a request asks for.
pub(super) fn points(wanted: Option<i64>) -> Result<Option<Points>> {
    let checked = wanted.map(|points| limit::within("points", points, 0, limit::MAX_POINTS));
    Ok(checked.transpose()?.map(Points::stored))
}

impl Operation for PayWithPoints {
    const NAME: &'static str = "pay_with_points";
    const ACCESS: Access = Access::Write;
    type Reply = Paid;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Paid> {
        let bill = cx.money("amount", self.amount)?;
        let points = points(self.points)?;
        let request = digest(cx, self)?;
        let before = payments::find(cx.store()?, &self.order_id)?;
        if let Some(before) = &before
            && (before.released_by.is_none() || !self.reopened)
        {
            return replay(before, &request);
        }
        let mut account = Account::active(cx, self.user_id)?;
        owner::check(cx, &self.order_id, account.member.user_id)?;
        let spendable = account.spendable(cx)?;
        let wish = Wish { bill: Some(bill), points, clamp: self.clamp, spendable };
        let payment = cx.programme.payment.judge(&wish)?;

        let text = Text::PaidWithPoints { order: self.order_id.as_str() }.say(cx.locale_of(&account.member));
        let mut draft = Draft::new(EntryKind::Redeem, payment.points.negated(), text, cx.at);
        draft.order_id = Some(self.order_id.clone());
        let entry = account.debit(cx, draft)?;
        account.extend_on_activity(cx)?;
        account.save(cx)?;
        let paid = Paid {
            transaction_id: entry.get(),
            points_used: payment.points.get(),
            discount: cx.shown(payment.discount),
            payable: cx.shown(bill.minus(payment.discount)?),
            balance: account.balance(cx)?,
            replayed: false,
        };
        let row = Payment {
            order_id: self.order_id.clone(),
            user_id: self.user_id,
            entry,
            points: payment.points,
            amount: bill,
            discount: payment.discount,
            released: Points::ZERO,
            returned: Vec::new(),
            released_by: None,
            request: request.bytes().to_vec(),
            answer: serde_json::to_string(&paid).map_err(Error::internal)?,
            release_answer: None,
        };
        let at = cx.at;
        match before {
            Some(_) => payments::replace(cx.store()?, &row, at)?,
            None => payments::insert(cx.store()?, &row, at)?,
        }
        Ok(paid)
    }

    fn stands(&self, cx: &mut Cx<'_>, paid: &Paid) -> Result<bool> {
        let payment = payments::find(cx.store()?, &self.order_id)?;
        Ok(payment.is_some_and(|made| made.entry.get() == paid.transaction_id && made.released_by.is_none()))
    }
}

/// The first answer for an order whose payment stands. A payment that was released is not answered: its points are
/// back, and the answer would claim that they still pay.
fn replay(payment: &Payment, request: &Request) -> Result<Paid> {
    same_request(&payment.request, request, payment.order_id.as_str())?;
    if payment.released_by.is_some() {
        return Err(Error::refused(Refusal::AlreadyUsed).with("order_id", payment.order_id.as_str()));
    }
    kept_answer(&payment.answer)
}
