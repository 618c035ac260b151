//! Giving back points that paid a bill.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::catalogue::Text;
use crate::domain::hold;
use crate::domain::ledger::EntryKind;
use crate::store::payments::{self, Payment};
use crate::value::Points;
use crate::{Error, Refusal, Result};

/// Gives back points of a payment: this many, or all that are left.
pub(crate) fn release(cx: &mut Cx<'_>, payment: &Payment, part: Option<Points>) -> Result<PaymentReleased> {
    let mut account = Account::get(cx, payment.user_id)?;
    let left = payment.points.minus(payment.released)?;
    let part = part.unwrap_or(left);
    let uses = account.next_part(cx, payment.entry, &payment.returned, part)?;
    let returned = hold::joined(&payment.returned, &uses)?;
    if part > left || !payments::give_back(cx.store()?, &payment.order_id, part, &returned)? {
        return Err(Error::refused(Refusal::NothingLeftToRefund).with("points_left", left.get()));
    }
    let text = Text::PaymentReleased { order: payment.order_id.as_str() }.say(cx.locale_of(&account.member));
    let mut draft = Draft::new(EntryKind::Reversal, part, text, cx.at);
    draft.order_id = Some(payment.order_id.clone());
    draft.reverses = Some(payment.entry);
    let entry = account.restore_part(cx, draft, uses)?;
    account.save(cx)?;
    let released = PaymentReleased {
        transaction_id: entry.get(),
        points_restored: part.get(),
        points_reversed: account.reclaimed.get(),
        points_left: left.minus(part)?.get(),
        balance: account.balance(cx)?,
        replayed: false,
    };
    if part == left {
        let answer = serde_json::to_string(&released).map_err(Error::internal)?;
        payments::release(cx.store()?, &payment.order_id, entry, &answer)?;
    }
    Ok(released)
}

/// What was given back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentReleased {
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points given back.
    pub points_restored: i64,
    /// The part of them that a returned order had given up: it was taken back at once.
    #[serde(default)]
    pub points_reversed: i64,
    /// Points of the payment that still stand.
    pub points_left: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}
