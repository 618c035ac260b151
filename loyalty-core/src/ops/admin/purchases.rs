//! What a member bought: orders, days, products and points of orders, checked against the entries that booked them.

use std::collections::{BTreeMap, BTreeSet};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::entry_details::paid_of;
use crate::domain::act::{OrderBefore, RecordedAct};
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::lines;
use crate::domain::member::Member;
use crate::domain::purchase::{self, Item};
use crate::ops::admin::audit::Audit;
use crate::store::orders::{self, Order};
use crate::store::{acts, ledger, members, visits};
use crate::value::{EntryId, Instant, OrderId, Points};

/// What the rows say the member bought.
#[derive(Default)]
struct Bought {
    /// Visits and minor units by day.
    days: BTreeMap<i64, (i64, i64)>,
    products: BTreeMap<String, i64>,
    /// When something was bought.
    moments: BTreeSet<Instant>,
    /// Whether the days are known: in a very long import they were joined.
    by_day: bool,
}

impl Bought {
    fn add(&mut self, day: i64, visits: i64, spent: i64) {
        let (all, sum) = self.days.entry(day).or_default();
        *all += visits;
        *sum += spent;
    }

    fn add_items(&mut self, items: &[Item]) {
        for (sku, quantity) in purchase::bought(items) {
            *self.products.entry(sku.as_str().to_owned()).or_default() += quantity;
        }
    }
}

/// What the entries say about an order.
#[derive(Default)]
struct OrderEntries {
    points: i64,
    /// Whether some of the points to be taken back were given up, which no entry shows.
    is_cut: bool,
}

/// The part of an entry that is kept here.
struct Brief {
    points: Points,
    names_an_order: bool,
}

/// The entries and acts of a member, and of those who were merged into the member, as far as they concern purchases.
#[derive(Default)]
struct PurchaseBooks {
    orders: BTreeMap<OrderId, OrderEntries>,
    /// Entries by id.
    entries: BTreeMap<EntryId, Brief>,
    /// Amounts of changed orders before their first change.
    before: BTreeMap<OrderId, i64>,
}

/// Checks what a member bought. Returns how many orders were checked.
pub(super) fn check(cx: &mut Cx<'_>, member: &Member, audit: &mut Audit<'_>) -> Result<()> {
    let mut bought = Bought { by_day: true, ..Bought::default() };
    let mut books = PurchaseBooks::default();
    for part in members::parts(cx.store()?, member.id)? {
        read(cx, part, &mut books, &mut bought)?;
    }
    for id in books.orders.keys() {
        let Some(order) = orders::find(cx.store()?, id)? else { continue };
        count(cx, &order, &books, &mut bought)?;
        points(&order, &books, audit)?;
    }
    days(cx, member, &bought, audit)?;
    habits(cx, member, &bought, audit)
}

fn read(cx: &mut Cx<'_>, part: crate::value::MemberId, books: &mut PurchaseBooks, bought: &mut Bought) -> Result<()> {
    let zone = cx.programme.zone;
    for act in acts::of_member(cx.store()?, part)? {
        let order = match crate::store::json(&act.what)? {
            RecordedAct::Refund(refund) => refund.order_id,
            RecordedAct::Amend(amend) => amend.order_id,
            RecordedAct::Import(taken) => {
                bought.by_day &= taken.is_by_day();
                taken.days().for_each(|(day, visits, spent)| bought.add(day, visits, spent));
                bought.moments.extend(taken.last_visit());
                continue;
            }
            _ => continue,
        };
        if let Some(before) = act.order_before.as_deref() {
            let before: OrderBefore = crate::store::json(before)?;
            books.before.entry(order.clone()).or_insert(before.amount);
        }
        books.orders.entry(order).or_default();
    }
    ledger::walk(cx.store()?, part, |entry| {
        if entry.kind == EntryKind::Earn
            && entry.order_id.is_none()
            && let Some(paid) = paid_of(&entry)?
        {
            bought.add(zone.day_of(entry.occurred_at).number(), 1, paid.amount);
            bought.add_items(&paid.items);
            bought.moments.insert(entry.occurred_at);
        }
        tell(entry, books);
        Ok(())
    })
}

/// Notes what an entry says about an order: the points it gave, or those it took back from the order's entry.
fn tell(entry: Entry, books: &mut PurchaseBooks) {
    if let Some(order) = &entry.order_id {
        let of_order = match entry.kind {
            EntryKind::Earn => true,
            EntryKind::Reversal => entry.reverses.is_some() && entry.points <= Points::ZERO,
            _ => false,
        };
        if of_order {
            let told = books.orders.entry(order.clone()).or_default();
            told.points += entry.points.get();
            told.is_cut |= entry.details.as_deref().is_some_and(|details| details.contains("\"written_off\""));
        }
    }
    let names_an_order = entry.order_id.is_some();
    books.entries.insert(entry.id, Brief { points: entry.points, names_an_order });
}

/// Whether an order was imported with the member: its entry is then the one of the whole import.
fn is_imported(order: &Order, books: &PurchaseBooks) -> bool {
    books.entries.get(&order.entry).is_some_and(|entry| !entry.names_an_order)
}

fn count(cx: &Cx<'_>, order: &Order, books: &PurchaseBooks, bought: &mut Bought) -> Result<()> {
    let day = cx.programme.zone.day_of(order.occurred_at).number();
    let kept = order.standing.amount.minus(order.standing.refunded)?.get();
    let visits = i64::from(!order.standing.cancelled);
    if is_imported(order, books) {
        // The day counts the amount that the order had at first.
        let came = books.before.get(&order.id).copied().unwrap_or(kept);
        bought.add(day, visits - 1, kept - came);
        return Ok(());
    }
    bought.add(day, visits, kept);
    bought.moments.insert(order.occurred_at);
    if visits > 0 {
        bought.add_items(&lines::read(order.items.as_deref())?);
    }
    Ok(())
}

/// Checks the points of an order, and its answer, against its entries.
fn points(order: &Order, books: &PurchaseBooks, audit: &mut Audit<'_>) -> Result<()> {
    let id = &order.id;
    audit.same(
        || format!("order {id}: its receipt and its digests are those that were stored"),
        true,
        order.is_sealed(),
    );
    let Some(told) = books.orders.get(id) else { return Ok(()) };
    let came = if is_imported(order, books) {
        order.first_points().get()
    } else {
        let entry = books.entries.get(&order.entry);
        let first = entry.map_or(0, |entry| entry.points.get());
        let what = || format!("order {id}: its receipt has the points of its entry");
        audit.same(what, first, order.first_points().get());
        0
    };
    if !told.is_cut {
        let left = order.standing.points.minus(order.standing.reversed)?.get();
        let what = || format!("order {id}: points - reversed = sum of its entries");
        audit.same(what, told.points + came, left);
    }
    Ok(())
}

/// Checks the days, and the moment of the last visit.
fn days(cx: &mut Cx<'_>, member: &Member, bought: &Bought, audit: &mut Audit<'_>) -> Result<()> {
    let stored: BTreeMap<i64, (i64, i64)> = visits::all_days(cx.store()?, member.user_id)?
        .into_iter()
        .map(|(day, visits, spent)| (day.number(), (visits, spent.get())))
        .collect();
    let sum = |days: &BTreeMap<i64, (i64, i64)>| days.values().fold((0, 0), |sum, day| (sum.0 + day.0, sum.1 + day.1));
    let mut compare = |what: &str, expected: (i64, i64), found: (i64, i64)| {
        audit.same(|| format!("{what}: spent = sum of the purchases"), expected.1, found.1);
        audit.same(|| format!("{what}: visits = number of the purchases"), expected.0, found.0);
    };
    if !bought.by_day {
        compare("all days", sum(&bought.days), sum(&stored));
        return Ok(());
    }
    let all: BTreeSet<&i64> = bought.days.keys().chain(stored.keys()).collect();
    for day in all {
        let of = |days: &BTreeMap<i64, (i64, i64)>| days.get(day).copied().unwrap_or_default();
        compare(&format!("day {day}"), of(&bought.days), of(&stored));
    }
    if let Some(last) = member.last_visit {
        let known = bought.moments.contains(&last);
        audit.same(|| "last_visit = moment of a purchase".to_owned(), true, known);
    }
    Ok(())
}

/// Checks how often each product was bought.
fn habits(cx: &mut Cx<'_>, member: &Member, bought: &Bought, audit: &mut Audit<'_>) -> Result<()> {
    let (_, most) = visits::favorites(cx.store()?, member.user_id)?;
    let favorites: Vec<String> = crate::store::json(&member.favorite_products)?;
    audit.same(|| "favorite_products = products bought most often".to_owned(), most.join(" "), favorites.join(" "));
    let stored: BTreeMap<String, i64> = visits::products(cx.store()?, member.user_id)?
        .into_iter()
        .map(|(sku, quantity)| (sku.as_str().to_owned(), quantity))
        .collect();
    let all: BTreeSet<&String> = bought.products.keys().chain(stored.keys()).collect();
    for sku in all {
        let of = |products: &BTreeMap<String, i64>| products.get(sku).copied().unwrap_or_default().max(0);
        audit.same(|| format!("product {sku}: quantity = what was bought"), of(&bought.products), of(&stored));
    }
    Ok(())
}

/// Purchases that were not cancelled, of a member and of those who were merged into the member, including those that
/// were imported from another system.
pub(super) fn visits_made(cx: &mut Cx<'_>, member: &Member) -> Result<i64> {
    let (mut made, mut openings, mut changed) = (0, BTreeSet::new(), BTreeSet::new());
    for part in members::parts(cx.store()?, member.id)? {
        made += visits::purchases(cx.store()?, part)?;
        for act in acts::of_member(cx.store()?, part)? {
            match crate::store::json(&act.what)? {
                RecordedAct::Import(taken) => {
                    // The entries that it booked are among the purchases.
                    made += taken.visits() - 1 - taken.earning;
                    openings.insert(EntryId::stored(act.after.get() + 1));
                }
                RecordedAct::Refund(refund) => drop(changed.insert(refund.order_id)),
                _ => {}
            }
        }
    }
    for order_id in changed.iter().filter(|_| !openings.is_empty()) {
        let order = orders::find(cx.store()?, order_id)?;
        made -= i64::from(order.is_some_and(|order| openings.contains(&order.entry) && order.standing.cancelled));
    }
    Ok(made)
}
