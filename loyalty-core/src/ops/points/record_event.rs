use crate::booking::announce::announce;
use crate::domain::log_event::LogKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::enrolment::join;
use crate::booking::recorded_event;
use crate::domain::earning::{Missed, Reason};
use crate::domain::event::{self, Properties};
use crate::domain::member::Person;
use crate::domain::purchase::Settlement;
use crate::ops::{Access, Operation};
use crate::store::events::{self, Event};
use crate::value::{EntryId, EventName, Shop, UserId};
use crate::{Error, Result};

/// Records something that a member did other than buying, and credits what the programme gives for it.
///
/// The programme's rules with `when.event` say what an event earns: a review, a survey, a new account. An event without
/// a rule is stored and earns nothing. `account_created` and `first_purchase` earn once in a member's life; every other
/// call is a new event unless it has the same key. Joining raises the event `enrolled` automatically. An unknown user
/// becomes a member if the programme says so.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct RecordEvent {
    /// The member.
    pub user_id: UserId,
    /// Name of the event, like `review_written`.
    pub event: EventName,
    /// Data that the programme's rules may test: texts, numbers, true or false, by name; at most 20.
    #[serde(default)]
    #[new(default)]
    pub properties: Option<Properties>,
    /// Shop where it happened, for rules about shops.
    #[serde(default)]
    #[new(default)]
    pub shop: Option<Shop>,
}

/// What an event earned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EventReply {
    /// The ledger entry; null when the event earned nothing.
    pub transaction_id: Option<i64>,
    /// Points that it earned.
    pub points_earned: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Tier after this call.
    pub tier: String,
    /// The parts of the points.
    pub because: Vec<Reason>,
    /// Rules for this event that did not apply, and what was missing.
    pub missed: Vec<Missed>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for RecordEvent {
    const NAME: &'static str = "record_event";
    const ACCESS: Access = Access::Write;
    type Reply = EventReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<EventReply> {
        let properties = self.properties.clone().unwrap_or_default();
        event::check(&properties)?;
        if self.event.as_str() == event::ENROLLED {
            return Err(Error::invalid("event", "is raised automatically when a user joins"));
        }
        let mut account = self.account(cx)?;
        let after = account.last_entry();
        let settlement = Settlement { shop: self.shop.clone(), ..Settlement::default() };
        let (entry, earned) = recorded_event::book(cx, &mut account, &self.event, &properties, &settlement)?;
        let happened = Event {
            id: 0,
            user_id: account.member.user_id,
            name: self.event.clone(),
            properties: serde_json::to_string(&properties).map_err(Error::internal)?,
            shop: self.shop.clone(),
            occurred_at: cx.at,
            recorded_at: cx.now,
            entry,
            after,
        };
        let id = events::insert(cx.store()?, &happened)?;
        let data = [("event", self.event.as_str().into()), ("event_id", id.into())];
        announce(cx, LogKind::EventRecorded, Some(account.member.user_id), data)?;
        account.raise_tier(cx)?;
        account.save(cx)?;
        Ok(EventReply {
            transaction_id: entry.map(EntryId::get),
            points_earned: earned.points.get(),
            balance: account.balance(cx)?,
            tier: account.member.current_tier.clone(),
            because: earned.because,
            missed: earned.missed,
            replayed: false,
        })
    }
}

impl RecordEvent {
    fn account(&self, cx: &mut Cx<'_>) -> Result<Account> {
        match Account::find(cx, self.user_id)? {
            Some(account) => account.member.may_act().map(|()| account),
            None if cx.programme.earn.enroll_on_first_earn => {
                let mut account = join(cx, self.user_id, Person::default())?;
                recorded_event::enrolled(cx, &mut account)?;
                Ok(account)
            }
            None => Err(Error::not_found("user_id", self.user_id)),
        }
    }
}
