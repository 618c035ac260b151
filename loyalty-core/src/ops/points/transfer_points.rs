use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::hold_points::above_zero;
use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::catalogue::Text;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::programme::TransferExpiry;
use crate::ops::{Access, Operation};
use crate::value::{EntryId, UserId};
use crate::{Error, Refusal, Result};

/// Moves spendable points from one member to another.
///
/// They keep their end, those that end soonest first, unless the programme gives transferred points a new end. Pending
/// and ended points cannot be moved. A transfer changes nobody's tier: the points were earned once.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct TransferPoints {
    /// The member who gives.
    pub from_user_id: UserId,
    /// The member who receives.
    pub to_user_id: UserId,
    /// How many points, above zero.
    pub points: i64,
}

/// What was moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Transferred {
    /// The ledger entry of the member who gave.
    pub transaction_id: i64,
    /// The ledger entries of the member who received: one for each end of the points.
    pub received_ids: Vec<i64>,
    /// Points moved.
    pub points: i64,
    /// Spendable points of the member who gave.
    pub from_balance: i64,
    /// Spendable points of the member who received; below zero when points are still owed.
    pub to_balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for TransferPoints {
    const NAME: &'static str = "transfer_points";
    const ACCESS: Access = Access::Write;
    type Reply = Transferred;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Transferred> {
        let points = above_zero(self.points)?;
        let pair = Account::pair(cx, ("from_user_id", self.from_user_id), ("to_user_id", self.to_user_id))?;
        let (mut from, mut to) = pair.ok_or_else(|| Error::invalid("to_user_id", "must be another member"))?;
        from.member.may_act()?;
        to.member.may_act()?;
        if let Some(room) = to.member.room(cx.programme)?.filter(|room| points > *room) {
            // Transferred points are not cut by a cap: if they do not fit, they stay where they are.
            return Err(Error::refused(Refusal::AboveMaximum)
                .with("maximum", room.get())
                .with("excess", points.minus(room)?.get()));
        }
        let text = Text::PointsSent.say(cx.locale_of(&from.member));
        let sent = from.debit(cx, Draft::new(EntryKind::Transfer, points.negated(), text, cx.at))?;
        let text = Text::PointsReceived.say(cx.locale_of(&to.member));
        let mut received = Vec::new();
        for (begins, ends, part) in from.moved_by(cx, sent)? {
            let ends = match cx.programme.transfer_expiry {
                TransferExpiry::Keep => ends,
                TransferExpiry::Reset => expiry::ends(cx.programme, &to.member.current_tier, cx.at, cx.at),
            };
            received.push(to.receive(cx, part, text.clone(), (begins, ends))?.get());
        }
        from.save(cx)?;
        to.save(cx)?;
        Ok(Transferred {
            transaction_id: EntryId::get(sent),
            received_ids: received,
            points: points.get(),
            from_balance: from.balance(cx)?,
            to_balance: to.balance(cx)?,
            replayed: false,
        })
    }
}
