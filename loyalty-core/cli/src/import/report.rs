//! The report of what an import did.

use std::collections::BTreeMap;

use loyalty_core::value::{Instant, Moment, UserId, Zone};
use serde::Serialize;

use super::book::Done;
use super::skipped::{Counts, Skipped, SkippedRow};

/// How many users the report lists.
const BUSIEST: usize = 10;

/// The report of an import.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// Rows read.
    rows: u64,
    /// Orders of members, both new ones and ones imported before.
    orders: u64,
    /// Of these, orders that had been imported before.
    replayed: u64,
    /// Users who were enrolled.
    members_enrolled: u64,
    /// Orders that are older than what their member had already bought: booked by today's tier.
    #[serde(skip_serializing_if = "is_zero")]
    late: u64,
    /// Refunds, both new ones and ones imported before.
    refunds: u64,
    /// Rows that were left out, by reason.
    skipped: Counts,
    /// The first of these rows.
    skipped_rows: Vec<SkippedRow>,
    /// Points of the new orders.
    points_earned: i64,
    /// Points taken back by new refunds.
    points_reversed: i64,
    /// When the first order was.
    first: Option<Moment>,
    /// When the last order was.
    last: Option<Moment>,
    /// The users with the most orders.
    busiest: Vec<Busy>,
    #[serde(skip)]
    orders_of: BTreeMap<UserId, u64>,
    #[serde(skip)]
    span: Option<(Instant, Instant)>,
    #[serde(skip)]
    zone: Zone,
}

#[derive(Debug, Serialize)]
struct Busy {
    user_id: UserId,
    orders: u64,
}

impl Report {
    pub(super) fn new(zone: Zone) -> Self {
        Self {
            rows: 0,
            orders: 0,
            replayed: 0,
            members_enrolled: 0,
            late: 0,
            refunds: 0,
            skipped: Counts::default(),
            skipped_rows: Vec::new(),
            points_earned: 0,
            points_reversed: 0,
            first: None,
            last: None,
            busiest: Vec::new(),
            orders_of: BTreeMap::new(),
            span: None,
            zone,
        }
    }

    /// Adds an event that was booked at a moment, or had been booked before.
    pub(super) fn add(&mut self, at: Instant, done: &Done) {
        match done {
            Done::Sale { user_id, enrolled, late, receipt } => {
                self.orders += 1;
                self.members_enrolled += u64::from(*enrolled);
                self.replayed += u64::from(receipt.replayed);
                self.late += u64::from(*late);
                if !receipt.replayed {
                    self.points_earned = self.points_earned.saturating_add(receipt.points_earned);
                }
                *self.orders_of.entry(*user_id).or_default() += 1;
                let (first, last) = self.span.unwrap_or((at, at));
                self.span = Some((first.min(at), last.max(at)));
            }
            Done::NothingLeft => self.refunds += 1,
            Done::Back(refunded) => {
                self.refunds += 1;
                if !refunded.replayed {
                    self.points_reversed = self.points_reversed.saturating_add(refunded.points_reversed);
                }
            }
        }
    }

    /// Adds what was left out, and how many rows there were.
    pub(super) fn add_rows(&mut self, rows: u64, skipped: Skipped) {
        self.rows = rows;
        self.skipped = skipped.counts;
        self.skipped_rows = skipped.first;
    }

    /// The report at the end.
    pub(super) fn finished(mut self) -> Self {
        self.first = self.span.map(|(first, _)| self.zone.moment(first));
        self.last = self.span.map(|(_, last)| self.zone.moment(last));
        let mut users: Vec<Busy> = self.orders_of.iter().map(|(&user_id, &orders)| Busy { user_id, orders }).collect();
        // The sort is stable, and the map is ordered by id.
        users.sort_by_key(|user| std::cmp::Reverse(user.orders));
        users.truncate(BUSIEST);
        self.busiest = users;
        self
    }
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}
