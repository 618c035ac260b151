//! An entry before it is appended.

use serde_json::Value;

use crate::Result;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::domain::log_event::LogKind;
use crate::domain::programme::Programme;
use crate::domain::receipt::KeptReceipt;
use crate::value::{EntryId, Instant, Money, OrderId, Points, UserId};

/// The name, in the details of an entry, of the moment from which its points can be spent.
const BEGINS: &str = "begins";

/// An entry to be appended.
#[derive(Clone)]
pub(crate) struct Draft {
    pub(crate) kind: EntryKind,
    pub(crate) points: Points,
    /// None where the catalogue says it.
    pub(crate) description: Option<String>,
    pub(crate) occurred_at: Instant,
    pub(crate) order_id: Option<OrderId>,
    pub(crate) reverses: Option<EntryId>,
    pub(crate) expires_at: Option<Instant>,
    pub(crate) details: Option<String>,
    /// For a purchase: what was paid, the lines and the settlement in their stored forms.
    pub(crate) bought: Option<BoughtDraft>,
    /// The user who acted, if it was not the member.
    pub(crate) acted_by: Option<UserId>,
    /// As what it is told; none for the usual.
    pub(crate) told_as: Option<LogKind>,
}

/// What the entry of a purchase stores of it.
#[derive(Clone)]
pub(crate) struct BoughtDraft {
    pub(crate) amount: Money,
    pub(crate) items: Option<String>,
    pub(crate) settlement: Option<String>,
    /// Of an order, what is expected to be kept for its repeat: the receipt, and digests of the arguments.
    pub(crate) kept: Option<(KeptReceipt, Vec<u8>)>,
}

impl Draft {
    pub(crate) fn new(
        kind: EntryKind,
        points: Points,
        description: impl Into<Option<String>>,
        occurred_at: Instant,
    ) -> Self {
        Self {
            kind,
            points,
            description: description.into(),
            occurred_at,
            order_id: None,
            reverses: None,
            expires_at: None,
            details: None,
            bought: None,
            acted_by: None,
            told_as: None,
        }
    }

    /// Adds to the details the moment from which the points can be spent, if it is not the usual one: no other record
    /// keeps it for ever. Points that only move keep the beginning that they had.
    pub(super) fn saying_begin(mut self, programme: &Programme, begins: Instant) -> Result<Self> {
        let usual = [self.occurred_at, expiry::available_at(programme, self.occurred_at)];
        if usual.contains(&begins) || self.kind == EntryKind::Transfer {
            return Ok(self);
        }
        let said: serde_json::Map<String, Value> =
            self.details.as_deref().map_or_else(|| Ok(serde_json::Map::new()), crate::store::json)?;
        let said = said.into_iter().chain([(BEGINS.to_owned(), Value::from(begins.micros()))]);
        self.details = Some(Value::Object(said.collect()).to_string());
        Ok(self)
    }
}
