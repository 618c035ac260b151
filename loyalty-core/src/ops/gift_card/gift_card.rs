use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::booking::cx::Cx;
use crate::booking::order_coupons::check_code;
use crate::booking::presented_card::{CardVerdict, PresentedCard};
use crate::domain::gift_card::{self as domain, CardChange};
use crate::ops::{Access, Operation};
use crate::store::gift_cards;
use crate::value::{Actor, Amount, Day, Decimal, Instant, Moment, Money, UserId};
use crate::{Error, Refusal, Result};

/// Most entries that the reply lists.
const MAX_ENTRIES: i64 = 50;

/// Returns the balance of a gift card, its changes, and what it would pay of a bill.
///
/// A caller without a `user_id` gets the same answer, `not_usable`, for a code that does not exist, has ended, is empty
/// or belongs to a member. After too many failed look-ups by one user or `actor`, the answer is `too_many_tries` for
/// some time.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct GiftCard {
    /// The code, as typed.
    pub code: String,
    /// Who would pay with it.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// A bill, in major units: the reply says how much of it the card would pay.
    #[serde(default)]
    #[new(default)]
    pub amount: Option<Amount>,
    /// Who asks: a network address or a till. Failed look-ups are counted for each.
    #[serde(default)]
    #[new(default)]
    pub actor: Option<Actor>,
    /// When; default now.
    #[serde(default)]
    #[new(default)]
    pub at: Option<Instant>,
}

/// A gift card, if it can be used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardVerdict {
    /// Whether it can be used.
    pub allowed: bool,
    /// The balance, in major units; 0 when the caller may not learn it.
    pub balance: Decimal,
    /// What it would pay of `amount`; null without one.
    pub pays: Option<Decimal>,
    /// What would be left to pay of `amount`; null without one.
    pub amount_left: Option<Decimal>,
    /// The member it is bound to; null when anyone who has the code may use it.
    pub user_id: Option<i64>,
    /// Until when it is good; null without an end.
    pub valid_until: Option<Moment>,
    /// Since when it has been stopped; null when it is not stopped.
    pub stopped_at: Option<Moment>,
    /// The last local day on which it is good, if it ends with a whole day: a form sends this back as `valid_until`.
    #[serde(default)]
    pub last_day: Option<Day>,
    /// Its changes, newest first: at most the last fifty.
    pub entries: Vec<GiftCardEntryReply>,
    /// The refusal code when it cannot be used.
    pub because: Option<String>,
    /// What is missing: the details of that refusal.
    pub missing: Option<Map<String, Value>>,
}

/// A change of the balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardEntryReply {
    /// The kind of change.
    pub kind: CardChange,
    /// What it added; below zero when money was used or taken off.
    pub amount: Decimal,
    /// The balance after the change.
    pub balance_after: Decimal,
    /// The order that sold the card, was paid with it, or was returned.
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
        let amount = self.amount.map(|amount| cx.money("amount", amount)).transpose()?;
        let brought = PresentedCard::look(cx, &self.code, self.user_id, self.actor.as_ref().map(Actor::as_str))?;
        let (refusal, tells, spendable) = match brought.judge(cx, self.at.unwrap_or(cx.at), Money::ZERO) {
            Ok(CardVerdict::Good(_, spendable)) => (None, false, spendable),
            Ok(CardVerdict::Refused(refusal, tells)) => (Some(refusal), tells, Money::ZERO),
            Err(error) if error.refusal() == Some(Refusal::TooManyTries) => {
                return verdict(cx, None, Some(error)).of_bill(cx, amount, Money::ZERO);
            }
            Err(error) => return Err(error),
        };
        if tells {
            brought.count_failure(cx)?;
            return verdict(cx, None, refusal).of_bill(cx, amount, Money::ZERO);
        }
        let card = brought.card.ok_or_else(|| Error::internal("no card is shown"))?;
        let entries = gift_cards::of_card(cx.store()?, card.id, MAX_ENTRIES)?;
        let mut shown = verdict(cx, Some(&card), refusal);
        shown.entries = entries.into_iter().map(|entry| entry_shown(cx, entry)).collect();
        shown.of_bill(cx, amount, spendable)
    }
}

impl GiftCardVerdict {
    /// The verdict, with what the card would pay of a bill if one was given.
    fn of_bill(self, cx: &Cx<'_>, amount: Option<Money>, spendable: Money) -> Result<Self> {
        let Some(amount) = amount else { return Ok(self) };
        let pays = spendable.min(amount);
        Ok(Self { pays: Some(cx.shown(pays)), amount_left: Some(cx.shown(amount.minus(pays)?)), ..self })
    }
}

fn verdict(cx: &Cx<'_>, card: Option<&domain::GiftCard>, refusal: Option<Error>) -> GiftCardVerdict {
    let until = card.map(|card| card.valid_until).filter(|until| *until != Instant::NEVER);
    GiftCardVerdict {
        allowed: refusal.is_none(),
        balance: cx.shown(card.map_or(Money::ZERO, |card| card.balance)),
        pays: None,
        amount_left: None,
        user_id: card.and_then(|card| card.user_id).map(UserId::get),
        valid_until: until.map(|until| cx.moment(until)),
        stopped_at: card.and_then(|card| card.stopped_at).map(|stopped| cx.moment(stopped)),
        last_day: until.and_then(|until| cx.last_day(until)),
        entries: Vec::new(),
        because: refusal.as_ref().map(|error| error.code().to_owned()),
        missing: refusal.map(|error| error.details().clone()),
    }
}

fn entry_shown(cx: &Cx<'_>, entry: gift_cards::CardEntry) -> GiftCardEntryReply {
    GiftCardEntryReply {
        kind: entry.change,
        amount: cx.shown(entry.amount),
        balance_after: cx.shown(entry.balance_after),
        order_id: entry.order_id,
        occurred_at: cx.moment(entry.at),
    }
}
