use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::catalogue::Text;
use crate::domain::ledger::EntryKind;
use crate::ops::account::{Account, Draft};
use crate::ops::{Access, Cx, Operation};
use crate::store::payments::{self, Payment};
use crate::value::OrderId;
use crate::{Error, Result};

/// Gives back the points that paid a part of an order.
///
/// The very points go back into the accruals they came from, and keep their own end. They are given back once,
/// however often it is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReleasePayment {
    /// The order.
    pub order_id: OrderId,
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentReleased {
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points given back.
    pub points_restored: i64,
    /// Spendable points after it; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for ReleasePayment {
    const NAME: &'static str = "release_payment";
    const ACCESS: Access = Access::Write;
    type Reply = PaymentReleased;

    fn run(&self, cx: &mut Cx<'_>) -> Result<PaymentReleased> {
        let payment = payments::find(cx.store()?, &self.order_id)?;
        let payment = payment.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;
        if let Some(answer) = &payment.release_answer {
            let mut released: PaymentReleased = serde_json::from_str(answer).map_err(Error::internal)?;
            released.replayed = true;
            return Ok(released);
        }
        release(cx, payment)
    }
}

/// Gives the points of a payment that stands back.
pub(super) fn release(cx: &mut Cx<'_>, payment: Payment) -> Result<PaymentReleased> {
    let mut account = Account::get(cx, payment.user_id)?;
    let text = Text::PaymentReleased { order: payment.order_id.as_str() }.say(cx.locale_of(&account.member));
    let mut draft = Draft::new(EntryKind::Reversal, payment.points, text, cx.at);
    draft.order_id = Some(payment.order_id.clone());
    draft.reverses = Some(payment.entry);
    let entry = account.restore(cx, draft)?;
    account.save(cx)?;
    let released = PaymentReleased {
        transaction_id: entry.get(),
        points_restored: payment.points.get(),
        balance: account.balance(cx)?,
        replayed: false,
    };
    let answer = serde_json::to_string(&released).map_err(Error::internal)?;
    payments::release(cx.store()?, &payment.order_id, entry, &answer)?;
    Ok(released)
}
