use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::owner;
use crate::domain::outbox::{self as noted, Noted, OutboxRow, OutboxState};
use crate::ops::{Access, AmendOrder, CancelOrder, EarnPoints, Operation, RefundOrder};
use crate::store::members;
use crate::store::orders::{self, Order};
use crate::store::outbox::{self, OutboxKind as Rows};
use crate::value::{Amount, Money, OrderId, UserId, limit};
use crate::{Error, Fault, Kind, Result};

/// Rows of one call, when the call gives no limit.
const USUAL: i64 = 50;
/// Most rows of one call.
const MOST: i64 = 1_000;
/// Most failures that a reply lists.
const NAMED: i64 = 20;
/// How many times to look for rows again when other calls took them meanwhile.
const LOOKS: u32 = 3;
/// The table of the first version whose users are looked up.
const PURCHASES: &str = "Compra";
/// The `actor` of the bookings when the caller names none.
const ACTOR: &str = "drain";

/// Earns and cancels the purchases that the shop's own tables recorded in `loyalty_outbox`, oldest first.
///
/// `loyalty adopt --outbox` creates the triggers that write this table; a shop may also write it with its own triggers.
/// A completed purchase earns as by `earn_points`, at the time of the purchase. If the order is already known with
/// another amount, it is amended as by `amend_order`; this also restores a cancelled order. A cancelled purchase is
/// cancelled as by `cancel_order`, and one that is open again is refunded as by `refund_order`. The order always ends
/// in the state that the row gives, so each purchase earns once, however often it was recorded and even if
/// `earn_points` was called for it. A purchase without a user earns nothing.
///
/// One call processes at most `limit` rows in one transaction: call it until nothing waits, from as many processes as
/// you like. A row that fails does not stop the others. It stays with its error until a retry succeeds, a later row of
/// its order is drained, or staff delete it. `health` reports failed rows. The command line drains all rows and exits
/// with 1 if any failed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Drain {
    /// Most rows of this call, from 1 to 1000; default 50.
    #[serde(default)]
    #[new(default)]
    pub limit: Option<i64>,
    /// Whether to retry rows that failed, before those that wait.
    #[serde(default)]
    #[new(default)]
    pub retry: bool,
}

/// What was drained.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Drained {
    /// Purchases that earned.
    pub earned: i64,
    /// Purchases that now stand with another amount, or that stand again.
    pub amended: i64,
    /// Purchases that were cancelled, or are open again.
    pub cancelled: i64,
    /// Rows that changed nothing: their state was already known, or the purchase had no user.
    pub unchanged: i64,
    /// Points given, minus points taken back.
    pub points: i64,
    /// Rows that failed in this call.
    pub failed_now: i64,
    /// All rows that have failed and remain, including those of earlier calls.
    pub failed: i64,
    /// The newest of these, at most 20.
    pub failures: Vec<FailedPurchase>,
    /// Rows that still wait.
    pub waiting: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// A row that failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FailedPurchase {
    /// The row of `loyalty_outbox`.
    pub id: i64,
    /// The order.
    pub order_id: String,
    /// The shop's user; null for a purchase without one.
    pub user_id: Option<i64>,
    /// How often it was tried.
    pub tries: i64,
    /// The code of the error.
    pub code: String,
    /// Its message.
    pub message: String,
}

impl Operation for Drain {
    const NAME: &'static str = "drain";
    const ACCESS: Access = Access::Write;
    type Reply = Drained;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Drained> {
        let limit = self.limit.map_or(Ok(USUAL), |rows| limit::within("limit", rows, 1, MOST))?;
        cx.actor = cx.actor.or(Some(ACTOR));
        let mut drained = Drained::default();
        if self.retry {
            for row in outbox::failed(cx.store()?, limit)? {
                drained.take(cx, &row, Rows::Failed)?;
            }
        }
        let mut left = limit - drained.rows();
        for _ in 0..LOOKS {
            let (before, rows) = (drained.rows(), outbox::waiting(cx.store()?, left)?);
            for row in &rows {
                drained.take(cx, row, Rows::Waiting)?;
            }
            left -= drained.rows() - before;
            // Other calls took some rows while this one waited for them.
            if left <= 0 || rows.is_empty() || drained.rows() - before == rows.len() as i64 {
                break;
            }
        }
        drained.tell(cx)?;
        Ok(drained)
    }
}

/// What a row changed.
enum Done {
    Earned(i64),
    Amended(i64),
    Cancelled(i64),
    Nothing,
}

impl Drained {
    /// Rows of this call.
    const fn rows(&self) -> i64 {
        self.earned + self.amended + self.cancelled + self.unchanged + self.failed_now
    }

    /// Processes one row, unless another call has taken it. Calls that want the same row wait at it, so rows are
    /// drained in order.
    fn take(&mut self, cx: &mut Cx<'_>, row: &OutboxRow, kind: Rows) -> Result<()> {
        if !outbox::take(cx.store()?, row.id, kind)? {
            return Ok(());
        }
        outbox::begin(cx.store()?)?;
        // The row is removed inside the step, so everything that was written has been sent when the step ends.
        match one(cx, row).and_then(|done| outbox::remove(cx.store()?, row).map(|()| done)) {
            Ok(done) => {
                outbox::end(cx.store()?)?;
                self.count(&done);
                Ok(())
            }
            Err(error) if is_of_the_store(&error) => Err(error),
            Err(error) => {
                outbox::undo(cx.store()?)?;
                self.failed_now += 1;
                outbox::fail(cx.store()?, row, &format!("{} {}", error.code(), error.message()))
            }
        }
    }

    fn count(&mut self, done: &Done) {
        let (counter, points) = match done {
            Done::Earned(points) => (&mut self.earned, *points),
            Done::Amended(points) => (&mut self.amended, *points),
            Done::Cancelled(points) => (&mut self.cancelled, -points),
            Done::Nothing => (&mut self.unchanged, 0),
        };
        *counter += 1;
        self.points = self.points.saturating_add(points);
    }

    fn tell(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        self.waiting = outbox::count(cx.store()?, Rows::Waiting)?.0;
        self.failed = outbox::count(cx.store()?, Rows::Failed)?.0;
        if self.failed == 0 {
            return Ok(());
        }
        let shown = |row: outbox::FailedRow| {
            let (code, message) = row.error.split_once(' ').unwrap_or((&row.error, ""));
            FailedPurchase {
                id: row.id,
                order_id: row.order_id,
                user_id: row.user_id,
                tries: row.tries,
                code: code.to_owned(),
                message: message.to_owned(),
            }
        };
        self.failures = outbox::failures(cx.store()?, NAMED)?.into_iter().map(shown).collect();
        Ok(())
    }
}

/// Whether nothing more can be done in this transaction. Damaged data of one member does not stop the others.
fn is_of_the_store(error: &Error) -> bool {
    error.kind() == Kind::Unavailable && error.fault() != Some(Fault::DatabaseCorrupt)
}

/// Brings the order into the state that the row gives.
fn one(cx: &mut Cx<'_>, row: &OutboxRow) -> Result<Done> {
    let Noted { order_id, user_id, state, at } = noted::read(row, cx.programme, cx.now)?;
    let before = (cx.at, cx.given_at);
    // As if no time were given, so that the shop's own call for the same order is a repeat.
    (cx.at, cx.given_at) = (at, None);
    let done = match state {
        OutboxState::Completed(amount) => completed(cx, row, order_id, user_id, amount),
        OutboxState::Cancelled => cancelled(cx, order_id),
        OutboxState::Open => opened(cx, order_id),
    };
    (cx.at, cx.given_at) = before;
    done
}

fn completed(
    cx: &mut Cx<'_>,
    row: &OutboxRow,
    order_id: OrderId,
    user_id: Option<UserId>,
    amount: Money,
) -> Result<Done> {
    let Some(user_id) = user_id else { return Ok(Done::Nothing) };
    let shown = Amount::from(cx.shown(amount));
    let Some(order) = orders::find(cx.store()?, &order_id)? else {
        check_person(cx, row, user_id)?;
        let earn = EarnPoints { order_id: Some(order_id), ..EarnPoints::new(user_id, shown) };
        return earn.run(cx).map(|receipt| Done::Earned(receipt.points_earned));
    };
    if !owner::is_same(cx, order.user_id, user_id)? {
        return Err(owner::not_yours(&order_id).with("field", "user_id"));
    }
    if stands_with(&order, amount)? {
        return Ok(Done::Nothing);
    }
    let amend = AmendOrder {
        order_id,
        amount: shown,
        items: Vec::new(),
        tax: None,
        points_paid: None,
        gift_card_paid: None,
        points: None,
    };
    amend.run(cx).map(|amended| Done::Amended(amended.points_difference))
}

/// Whether the order stands with this amount: the amount at first, or after refunds by the shop.
fn stands_with(order: &Order, amount: Money) -> Result<bool> {
    let standing = &order.standing;
    Ok(!standing.cancelled && (standing.amount == amount || standing.left()? == amount))
}

/// Refuses a purchase of the first version's shop when its user is neither a member nor in the table of persons.
fn check_person(cx: &mut Cx<'_>, row: &OutboxRow, user_id: UserId) -> Result<()> {
    if row.source.as_deref() != Some(PURCHASES) || members::find(cx.store()?, user_id)?.is_some() {
        return Ok(());
    }
    if outbox::has_person(cx.store()?, user_id.get())? { Ok(()) } else { Err(Error::not_found("user_id", user_id)) }
}

fn cancelled(cx: &mut Cx<'_>, order_id: OrderId) -> Result<Done> {
    let stood = orders::find(cx.store()?, &order_id)?.is_some_and(|order| !order.standing.cancelled);
    match (CancelOrder { order_id }).run(cx) {
        Ok(undone) if stood => Ok(Done::Cancelled(undone.points_reversed)),
        Ok(_) => Ok(Done::Nothing),
        // It never earned, and has no other parts.
        Err(error) if error.kind() == Kind::NotFound && !stood => Ok(Done::Nothing),
        Err(error) => Err(error),
    }
}

fn opened(cx: &mut Cx<'_>, order_id: OrderId) -> Result<Done> {
    match orders::find(cx.store()?, &order_id)? {
        Some(order) if !order.standing.cancelled => {
            RefundOrder::whole(order_id).run(cx).map(|refunded| Done::Cancelled(refunded.points_reversed))
        }
        _ => Ok(Done::Nothing),
    }
}
