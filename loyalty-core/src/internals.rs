//! Internals for `loyalty-core/cli`, the tests and the benchmarks of this repository, under the feature `internals`.
//!
//! The command line uses them to import another system's data past the operations. They may change at any time.

use serde_json::Value;

use crate::booking::request;
use crate::domain::programme::{Programme, RewardSeed};
use crate::engine::connection;
use crate::ops::{Operation, Visitor, visit_all};
use crate::value::{Instant, Money, RewardId};
use crate::{Batch, Call, Engine, Error, Options, Result};

pub use crate::domain::act::{OrderBefore, RecordedAct};
pub use crate::domain::code::{CodeShape, Ending, is_checked};
pub use crate::domain::coupon::terms::CouponTerms;
pub use crate::domain::limits::Caps;
pub use crate::domain::lines;
pub use crate::domain::outbox::OutboxRow;
pub use crate::domain::purchase::{Bill, Settlement};
pub use crate::domain::qr::Qr;
pub use crate::domain::reward::{Promise, Reward};
pub use crate::domain::rule::{History, Purchase};
pub use crate::domain::score::Inputs;
pub use crate::domain::{earning, score, tier};
pub use crate::options::Place;
pub use crate::store::address::Address;
pub use crate::store::keys::KeptAnswer;
pub use crate::store::mysql::MySql;
pub use crate::store::personal::{AtErasure, AtMerge, Leads, TABLES as PERSONAL};
pub use crate::store::triggers::{FIRST_VERSION, OURS, Trigger, all as triggers};
pub use crate::store::{
    Session, SqlParam, Transaction, erasure, json, keys, orders, outbox, payments, rewards, schema,
};

/// Which database it is.
#[must_use]
pub const fn place_of(options: &Options) -> &Place {
    &options.place
}

/// The programme in use.
#[must_use]
pub const fn programme_of(options: &Options) -> Option<&Programme> {
    options.programme.as_ref()
}

/// The connection of a batch, inside its transaction.
pub fn session_of<'a>(batch: &'a mut Batch<'_>) -> &'a mut dyn Session {
    batch.session()
}

/// The time of the engine's clock.
///
/// # Errors
/// The errors of a call that happens now.
pub fn now(engine: &Engine) -> Result<Instant> {
    engine.now_for(&Call::new())
}

/// Opens a connection to a database, and leaves its schema as it is.
///
/// # Errors
/// `unavailable` when it cannot be opened.
pub fn connect(options: &Options) -> Result<Box<dyn Session>> {
    connection::connect(options)
}

/// Checks that a programme counts money in the currency of the database.
///
/// # Errors
/// `unavailable` when the currency differs, or the database fails.
pub fn check_money(session: &mut dyn Session, programme: Option<&Programme>) -> Result<()> {
    connection::check_money(session, programme)
}

/// A reward of the programme, as a new database gets it.
#[must_use]
pub fn seeded(seed: &RewardSeed) -> Reward {
    connection::seeded(seed)
}

/// A moment, in microseconds that are known to be within bounds.
#[must_use]
pub const fn instant(micros: i64) -> Instant {
    Instant::stored(micros)
}

/// An amount of money, in minor units that are known to be within bounds.
#[must_use]
pub const fn money(minor: i64) -> Money {
    Money::stored(minor)
}

/// A reward's id that is known to be above zero.
#[must_use]
pub const fn reward_id(number: i64) -> RewardId {
    RewardId::stored(number)
}

/// The answer of an operation that was kept, as a repeat gets it: without what is read anew of a person. Nothing when
/// there is no such operation.
///
/// # Errors
/// `database_corrupt` when it is not what was written.
pub fn kept_reply(operation: &str, answer: &str) -> Result<Option<Value>> {
    struct Named<'a> {
        operation: &'a str,
        answer: &'a str,
        read: Option<Result<Value>>,
    }
    impl Visitor for Named<'_> {
        fn visit<O: Operation + 'static>(&mut self) {
            if self.operation == O::NAME {
                let reply = request::kept_answer::<O::Reply>(self.answer);
                self.read = Some(reply.and_then(|reply| serde_json::to_value(reply).map_err(Error::internal)));
            }
        }
    }
    let mut named = Named { operation, answer, read: None };
    visit_all(&mut named);
    named.read.transpose()
}

/// A refusal that was kept, as a repeat gets it.
///
/// # Errors
/// `database_corrupt` when it is not what was written.
pub fn kept_refusal(answer: &str) -> Result<Error> {
    json(answer).map(|kept| Error::from_kept(&kept))
}
