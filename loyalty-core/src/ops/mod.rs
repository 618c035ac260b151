//! The operations: each a struct whose fields are the arguments, with `run` as the flow: read, decide, write.

mod admin;
mod campaign;
mod code;
mod coupon;
pub mod describe;
mod event;
mod gift_card;
mod guest_message;
mod member;
mod message;
mod notice;
mod outbox;
mod payment;
mod points;
mod qr;
mod referral;
mod reward;
mod signed;
mod simulation;
mod stamp;
mod table;
mod task;
mod tier;
mod webhook;

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::Result;

pub use crate::booking::cx::Cx;
pub use crate::booking::person::PersonField;
pub use crate::domain::attribute::{AttributeChanges, AttributeValue, Attributes};
pub use crate::domain::condition::{Between, DayName};
pub use crate::domain::coupon::stack::Policy;
pub use crate::domain::coupon::terms::{Target, TaxBasis};
pub use crate::domain::earning::{Missed, Reason};
pub use crate::domain::event::{Properties, Property};
pub use crate::domain::gift_card::CardChange;
pub use crate::domain::identity::IdentityKind;
pub use crate::domain::ledger::EntryKind;
pub use crate::domain::lint::{Finding, Severity};
pub use crate::domain::programme_file::{
    BoughtArticles, Conditions, EndingBounds, NumberBounds, ScoreBounds, SpentBounds, StampBounds, VisitBounds,
};
pub use crate::domain::purchase::{Item, ItemKind};
pub use crate::domain::referral::ReferralStatus;
pub use crate::domain::referral::risk::Sign;
pub use crate::domain::segment::{ReasonValue, SegmentReason};
pub use crate::domain::tier::Cause;
pub use admin::*;
pub use campaign::*;
pub use code::*;
pub use coupon::*;
pub use event::*;
pub use gift_card::*;
pub use guest_message::*;
pub use member::*;
pub use message::*;
pub use notice::*;
pub use outbox::*;
pub use payment::*;
pub use points::*;
pub use qr::*;
pub use referral::*;
pub use reward::*;
pub use signed::*;
pub use simulation::*;
pub use stamp::*;
pub use table::{Visitor, visit_all};
pub use task::*;
pub use tier::*;
pub use webhook::*;

/// What an operation needs of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: it answers from its arguments and the programme.
    Pure,
    /// A snapshot to read from.
    Read,
    /// A snapshot where there is a database, and an empty one in memory where there is none.
    ReadIfAny,
    /// A transaction. Commands take `at`, `key` and `actor` besides their own arguments.
    Write,
}

/// An operation: one entry of the contract, under one name on every surface.
pub trait Operation: Serialize + DeserializeOwned + JsonSchema {
    /// The name, as in `loyalty_<name>` and `loyalty_call(…, "<name>", …)`.
    const NAME: &'static str;
    /// What it needs of the store.
    const ACCESS: Access;
    /// Arguments that are names and part of the natural key: a repeat may write them in another case or with other
    /// blanks.
    const NAMES: &'static [&'static str] = &[];
    /// The answer.
    type Reply: Serialize + DeserializeOwned + JsonSchema;

    /// Reads, decides and writes. Any error rolls everything back.
    ///
    /// # Errors
    /// Those of the contract.
    fn run(&self, cx: &mut Cx<'_>) -> Result<Self::Reply>;

    /// Answers a question from a single row, outside any transaction, if that row is enough: at most one query.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn at_once(&self, _: &mut Cx<'_>) -> Result<Option<Self::Reply>> {
        Ok(None)
    }

    /// What identifies a repeat of this call as the same act when the caller gives no key.
    ///
    /// It is recorded only on success. `earn_points` keeps its own record, the order.
    fn natural_key(&self) -> Option<String> {
        None
    }

    /// Fields of the reply that are secret or say who a member is: they are not kept with the answer. `items.name` is the
    /// field of each item of a list.
    const PERSONAL: &[&str] = &[];

    /// Reads these fields anew for the repeat of an answer.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn read_person(&self, _: &mut Cx<'_>, _: &mut Self::Reply) -> Result<()> {
        Ok(())
    }

    /// Whether the act that a stored answer reports still stands. Once it was undone, the answer is not returned again,
    /// because it would promise something that is gone.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn stands(&self, _: &mut Cx<'_>, _: &Self::Reply) -> Result<bool> {
        Ok(true)
    }

    /// Whether the caller wants to repeat an act that was undone.
    fn reopens(&self) -> bool {
        false
    }
}
