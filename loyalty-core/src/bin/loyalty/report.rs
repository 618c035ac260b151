//! What an import did.

use std::collections::BTreeMap;

use loyalty_core::ops::Receipt;
use loyalty_core::value::{Instant, Moment, UserId, Zone};
use serde::Serialize;

use crate::sales::{Counts, Order};

/// Users that are named in the report.
const BUSIEST: usize = 10;

/// The report of an import.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Rows read.
    rows: u64,
    /// Orders of members, new or not.
    orders: u64,
    /// Of these, orders that were there already.
    replayed: u64,
    /// Users who became members.
    members_enrolled: u64,
    /// Rows that were no sale, by reason.
    skipped: Skipped,
    /// Points of the new orders.
    points_earned: i64,
    /// When the first order was.
    first: Option<Moment>,
    /// When the last order was.
    last: Option<Moment>,
    /// Users with most orders.
    busiest: Vec<Busy>,
    #[serde(skip)]
    orders_of: BTreeMap<UserId, u64>,
    #[serde(skip)]
    span: Option<(Instant, Instant)>,
    #[serde(skip)]
    zone: Zone,
    #[serde(skip)]
    shown: std::cell::Cell<usize>,
}

#[derive(Debug, Default, Serialize)]
struct Skipped {
    returns: u64,
    negative_price: u64,
    no_user: u64,
    bad: u64,
}

#[derive(Debug, Serialize)]
struct Busy {
    user_id: UserId,
    orders: u64,
}

impl Report {
    pub(crate) fn new(zone: Zone) -> Self {
        Self {
            rows: 0,
            orders: 0,
            replayed: 0,
            members_enrolled: 0,
            skipped: Skipped::default(),
            points_earned: 0,
            first: None,
            last: None,
            busiest: Vec::new(),
            orders_of: BTreeMap::new(),
            span: None,
            zone,
            shown: std::cell::Cell::new(0),
        }
    }

    /// Adds an order that was booked, or was there already.
    pub(crate) fn add(&mut self, order: &Order, enrolled: bool, receipt: &Receipt) {
        self.orders += 1;
        self.members_enrolled += u64::from(enrolled);
        self.replayed += u64::from(receipt.replayed);
        if !receipt.replayed {
            self.points_earned = self.points_earned.saturating_add(receipt.points_earned);
        }
        *self.orders_of.entry(order.earn.user_id).or_default() += 1;
        let (first, last) = self.span.unwrap_or((order.at, order.at));
        self.span = Some((first.min(order.at), last.max(order.at)));
    }

    /// Adds the rows of an order that could not be booked.
    pub(crate) fn add_bad(&mut self, rows: u64) {
        self.skipped.bad += rows;
    }

    /// Adds what was counted while reading.
    pub(crate) fn add_rows(&mut self, counts: &Counts) {
        self.rows += counts.rows;
        self.skipped.returns += counts.returns;
        self.skipped.negative_price += counts.negative_price;
        self.skipped.no_user += counts.no_user;
        self.skipped.bad += counts.bad;
    }

    /// Whether one more bad line may be shown.
    pub(crate) fn may_show(&self, most: usize) -> bool {
        self.shown.set(self.shown.get().saturating_add(1));
        self.shown.get() <= most
    }

    /// The report at the end.
    pub(crate) fn finished(mut self) -> Self {
        self.first = self.span.map(|(first, _)| self.zone.moment(first));
        self.last = self.span.map(|(_, last)| self.zone.moment(last));
        let mut users: Vec<Busy> = self.orders_of.iter().map(|(&user_id, &orders)| Busy { user_id, orders }).collect();
        // The sort is stable, and the map is in the order of the ids.
        users.sort_by_key(|user| std::cmp::Reverse(user.orders));
        users.truncate(BUSIEST);
        self.busiest = users;
        self
    }
}
