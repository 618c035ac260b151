use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::desk::{Brought, Verdict};
use crate::domain::gift_card::{self as domain, Change};
use crate::ops::coupon::check_code;
use crate::ops::{Access, Cx, Operation};
use crate::store::gift_cards;
use crate::value::{Actor, Decimal, Instant, Moment, Money, UserId};
use crate::{Error, Kind, Refusal, Result};

/// Entries that are shown.
const MAX_ENTRIES: i64 = 50;

/// Says what is on a gift card and what changed it.
///
/// Somebody without a `user_id` gets one answer, `not_usable`, for a code that does not exist, is over, has nothing left
/// or is somebody's. After too many failed look-ups by one user or `actor` the answer is `too_many_tries` for a time.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GiftCard {
    /// The code, as typed.
    pub code: String,
    /// Who would pay with it.
    #[serde(default)]
    pub user_id: Option<UserId>,
    /// Who asks: an address or a till. Failed look-ups are counted by it.
    #[serde(default)]
    pub actor: Option<Actor>,
    /// When; default now.
    #[serde(default)]
    pub at: Option<Instant>,
}

/// A gift card, if it can be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardVerdict {
    /// Whether it can be used.
    pub allowed: bool,
    /// What is on it, in major units; 0 when nothing may be told of it.
    pub balance: Decimal,
    /// The member it is bound to; null for who has the code.
    pub user_id: Option<i64>,
    /// Until when it is good; null without an end.
    pub valid_until: Option<Moment>,
    /// What changed it, newest first: the last fifty changes.
    pub entries: Vec<GiftCardEntryReply>,
    /// The refusal code when it cannot be used.
    pub because: Option<String>,
    /// What is missing, as the details of that refusal.
    pub missing: Option<Map<String, Value>>,
}

/// What changed a balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardEntryReply {
    /// What it was.
    pub kind: Change,
    /// What it added; below zero for a use.
    pub amount: Decimal,
    /// What was on the card after it.
    pub balance_after: Decimal,
    /// The order.
    pub order_id: Option<String>,
    /// When it happened.
    pub occurred_at: Moment,
}

impl Operation for GiftCard {
    const NAME: &'static str = "gift_card";
    const ACCESS: Access = Access::Read;
    type Reply = GiftCardVerdict;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GiftCardVerdict> {
        check_code(&self.code)?;
        let brought = Brought::look(cx, &self.code, self.user_id, self.actor.as_ref().map(Actor::as_str))?;
        let (refusal, tells) = match brought.judge(cx, self.at.unwrap_or(cx.at), Money::ZERO) {
            Ok(Verdict::Good(..)) => (None, false),
            Ok(Verdict::Refused(refusal, tells)) => (Some(refusal), tells),
            Err(error) if error.kind() == Kind::Refused && error.code() == Refusal::TooManyTries.code() => {
                return Ok(verdict(cx, None, Some(error)));
            }
            Err(error) => return Err(error),
        };
        if tells {
            brought.count_failure(cx)?;
            return Ok(verdict(cx, None, refusal));
        }
        let card = brought.card.ok_or_else(|| Error::internal("no card is shown"))?;
        let entries = gift_cards::of_card(cx.store()?, card.id, MAX_ENTRIES)?;
        let mut shown = verdict(cx, Some(&card), refusal);
        shown.entries = entries.into_iter().map(|entry| entry_shown(cx, entry)).collect();
        Ok(shown)
    }
}

fn verdict(cx: &Cx<'_>, card: Option<&domain::GiftCard>, refusal: Option<Error>) -> GiftCardVerdict {
    let until = card.map(|card| card.valid_until).filter(|until| *until != Instant::NEVER);
    GiftCardVerdict {
        allowed: refusal.is_none(),
        balance: cx.shown(card.map_or(Money::ZERO, |card| card.balance)),
        user_id: card.and_then(|card| card.user_id).map(UserId::get),
        valid_until: until.map(|until| cx.moment(until)),
        entries: Vec::new(),
        because: refusal.as_ref().map(|error| error.code().to_owned()),
        missing: refusal.map(|error| error.details().clone()),
    }
}

fn entry_shown(cx: &Cx<'_>, entry: gift_cards::Entry) -> GiftCardEntryReply {
    GiftCardEntryReply {
        kind: entry.change,
        amount: cx.shown(entry.amount),
        balance_after: cx.shown(entry.balance_after),
        order_id: entry.order_id,
        occurred_at: cx.moment(entry.at),
    }
}
