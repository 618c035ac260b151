//! Turns the rows of one order into a sale and what was given back of it, or says why not.

use loyalty_core::ops::{Item, ItemKind};
use loyalty_core::value::{Currency, Decimal, Instant, Sku, limit};
use loyalty_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::people::Contact;
use super::roles::Role;
use super::row::{Reading, Row};
use super::skipped::Reason;
use super::status::Status;
use super::{back, price};

/// Microseconds of a day: the rows of one order are at most this far apart.
const A_DAY: i64 = 86_400_000_000;

/// Something to book at its time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) enum Event {
    Sale(Sale),
    Back(Back),
}

/// An order that was paid. Money is in minor units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Sale {
    /// The line of its first row.
    pub(super) line: u64,
    /// How many rows it has.
    pub(super) rows: u64,
    pub(super) order: String,
    pub(super) at: i64,
    /// The local day in the file.
    pub(super) day: i32,
    pub(super) contact: Contact,
    /// The sum of its rows.
    pub(super) of_rows: Option<i64>,
    /// The total of the whole order.
    pub(super) total: Option<i64>,
    /// The sum of the totals on its rows.
    pub(super) sum_of_totals: Option<i64>,
    pub(super) items: Vec<Item>,
}

/// What was given back of an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Back {
    pub(super) line: u64,
    pub(super) order: String,
    pub(super) at: i64,
    pub(super) day: i32,
    /// How much; everything when the file does not say.
    pub(super) amount: Option<i64>,
    pub(super) items: Vec<Item>,
    /// The number of this refund within its order, from 1.
    pub(super) number: u32,
}

impl Event {
    /// The sort key: time, then order; the sale comes before its refunds.
    pub(super) fn key(&self) -> Vec<u8> {
        let (at, order, number) = match self {
            Self::Sale(sale) => (sale.at, &sale.order, 0),
            Self::Back(back) => (back.at, &back.order, back.number),
        };
        let mut key = at.to_be_bytes().to_vec();
        key.extend(order.as_bytes());
        key.push(0);
        key.extend(number.to_be_bytes());
        key
    }
}

/// What the orders of a file show about the meaning of their amounts.
#[derive(Debug, Default)]
pub(super) struct AmountEvidence {
    /// The first order of several rows that all have the same amount, and its line.
    pub(super) same: Option<(u64, String)>,
    /// The first order whose rows have different amounts.
    pub(super) different: Option<(u64, String)>,
    /// Orders of several rows in which the total of each row is the price of its pieces.
    pub(super) like_rows: u64,
    /// Orders of several rows in which it is not.
    pub(super) unlike_rows: u64,
}

/// What became of an order.
pub(super) enum Judged {
    Booked(Vec<Event>),
    Skipped(Reason),
    /// The line and what is wrong there.
    Bad(u64, Error),
}

/// Judges the rows of an order, in the order of their lines. Rows that do not count are given to `skip`.
///
/// # Errors
/// The errors of `skip`.
pub(super) fn judge(
    rows: Vec<Row>,
    reading: &Reading,
    evidence: &mut AmountEvidence,
    mut skip: impl FnMut(&Row, Reason) -> Result<()>,
) -> Result<Judged> {
    let Some(first) = rows.first() else { return Ok(Judged::Booked(Vec::new())) };
    let line = first.line;
    if let Some(row) = rows.iter().find(|row| row.wrong.is_some()) {
        let (column, expected) = row.wrong.clone().unwrap_or_default();
        return Ok(Judged::Bad(row.line, Error::invalid(&column, expected).with("column", column)));
    }
    let contact = match merged(&rows, reading) {
        Ok(contact) => contact,
        Err((line, error)) => return Ok(Judged::Bad(line, error)),
    };
    let status = common_status(&rows);
    match status {
        Some(Status::Pending) => return Ok(Judged::Skipped(Reason::Pending)),
        Some(Status::Cancelled) => return Ok(Judged::Skipped(Reason::Cancelled)),
        _ if rows.iter().any(|row| row.cancelled) => return Ok(Judged::Skipped(Reason::Cancelled)),
        _ => {}
    }
    let mut kept = Vec::new();
    for mut row in rows {
        match row.status.filter(|_| status.is_none()) {
            _ if row.void => skip(&row, Reason::Cancelled)?,
            Some(Status::Pending) => skip(&row, Reason::Pending)?,
            Some(Status::Cancelled) => skip(&row, Reason::Cancelled)?,
            of_row => {
                row.undone = matches!(of_row, Some(Status::Refunded | Status::PartlyRefunded));
                kept.push(row);
            }
        }
    }
    if contact.who.is_none() {
        return Ok(Judged::Skipped(Reason::NoUser));
    }
    let parts = back::parted(kept);
    for row in &parts.nothing {
        skip(row, Reason::Returns)?;
    }
    if parts.sold.is_empty() {
        let returns = parts.back.iter().any(|row| row.returned || row.undone) || !parts.nothing.is_empty();
        let reason = if returns { Reason::Returns } else { Reason::NegativePrice };
        for row in &parts.back {
            skip(row, reason)?;
        }
        return Ok(Judged::Booked(Vec::new()));
    }
    let built = built(&parts, contact, line, reading, evidence).and_then(|sale| {
        let backs = back::given_back(&parts, status, &sale, reading)?;
        Ok(std::iter::once(Event::Sale(sale)).chain(backs.into_iter().map(Event::Back)).collect())
    });
    Ok(match built {
        Ok(events) => Judged::Booked(events),
        Err((line, error)) => Judged::Bad(line, error),
    })
}

/// An error and the line that it is about.
pub(super) type AtLine = (u64, Error);

/// The state of the whole order: the one that all rows with a state share.
fn common_status(rows: &[Row]) -> Option<Status> {
    let mut states = rows.iter().filter_map(|row| row.status);
    let first = states.next()?;
    states.all(|state| state == first).then_some(first)
}

/// Whose order it is, from all of its rows.
fn merged(rows: &[Row], reading: &Reading) -> std::result::Result<Contact, AtLine> {
    let mut merged = Contact::default();
    for row in rows {
        let contact = &row.contact;
        match (&merged.who, &contact.who) {
            (Some(known), Some(other)) if known != other => {
                let expected = format!("must be `{known}` as in earlier rows of the order, got `{other}`");
                let role = [Role::User, Role::Email, Role::Phone, Role::Card]
                    .into_iter()
                    .find(|role| reading.columns.has(*role));
                return Err((row.line, reading.columns.wrong(role.unwrap_or(Role::User), expected)));
            }
            (None, Some(_)) => merged.who.clone_from(&contact.who),
            _ => {}
        }
        merged.email = merged.email.or_else(|| contact.email.clone());
        merged.phone = merged.phone.or_else(|| contact.phone.clone());
        merged.card = merged.card.or_else(|| contact.card.clone());
        merged.name = merged.name.or_else(|| contact.name.clone());
    }
    Ok(merged)
}

fn built(
    parts: &back::Parts,
    contact: Contact,
    line: u64,
    reading: &Reading,
    evidence: &mut AmountEvidence,
) -> std::result::Result<Sale, AtLine> {
    let order = parts.sold.first().map(|row| row.order.clone()).unwrap_or_default();
    let (at, day) = when(&parts.sold, reading).map_err(|error| (line, error))?;
    let too_large = || (line, Error::invalid("order", "its amount is out of range"));
    let sum =
        |amounts: &[i64]| amounts.iter().try_fold(0_i64, |sum, more| sum.checked_add(*more)).ok_or_else(too_large);
    let of_rows: Vec<i64> = parts.sold.iter().filter_map(|row| row.money).collect();
    let totals: Vec<i64> = parts.sold.iter().filter_map(|row| row.total).filter(|total| *total >= 0).collect();
    let off: Vec<i64> = parts.discounts.iter().filter_map(|row| row.money).collect();
    let rows_sum = sum(&of_rows)?.checked_add(sum(&off)?).ok_or_else(too_large)?.max(0);
    let sum_of_totals = sum(&totals)?;
    note(evidence, parts, &order, line, if reading.columns.has(Role::Total) { &totals } else { &of_rows });
    if of_rows.is_empty() && totals.is_empty() {
        return Err((line, reading.columns.wrong(Role::UnitPrice, "must not be empty on all rows of an order")));
    }
    let currency = reading.prices.currency;
    let mut items = items(&parts.sold, currency, ItemKind::Sale).map_err(|error| (line, error))?;
    items.extend(self::items(&parts.discounts, currency, ItemKind::Discount).map_err(|error| (line, error))?);
    if items.len() > limit::MAX_ITEMS {
        let row = parts.sold.get(limit::MAX_ITEMS).map_or(line, |row| row.line);
        return Err((row, Error::invalid("order", format_args!("must have at most {} lines", limit::MAX_ITEMS))));
    }
    Ok(Sale {
        line,
        rows: u64::try_from(parts.sold.len() + parts.discounts.len()).unwrap_or(u64::MAX),
        order,
        at,
        day,
        contact,
        of_rows: (!of_rows.is_empty()).then_some(rows_sum),
        total: totals.first().copied(),
        sum_of_totals: (!totals.is_empty()).then_some(sum_of_totals),
        items,
    })
}

/// The time of the order: that of its first row.
fn when(sold: &[Row], reading: &Reading) -> Result<(i64, i32)> {
    let times = sold.iter().filter_map(|row| row.at);
    let (first, last) = (times.clone().min(), times.max());
    let (Some(first), Some(last)) = (first, last) else {
        return Err(reading.columns.wrong(Role::Time, "must not be empty on all rows of an order"));
    };
    if last.0.saturating_sub(first.0) > A_DAY {
        let days = (last.0.saturating_sub(first.0)) / A_DAY;
        let expected = format!("must be an id that is used once: rows with it are {days} days apart");
        return Err(reading.columns.wrong(Role::Order, expected));
    }
    Ok(first)
}

/// Notes what the amounts of an order of several rows look like.
fn note(evidence: &mut AmountEvidence, parts: &back::Parts, order: &str, line: u64, amounts: &[i64]) {
    let Some((first, rest)) = amounts.split_first().filter(|(_, rest)| !rest.is_empty()) else { return };
    let same = rest.iter().all(|amount| amount == first) && *first != 0;
    let place = if same { &mut evidence.same } else { &mut evidence.different };
    place.get_or_insert_with(|| (line, order.to_owned()));
    let like = |row: &Row| row.total.is_none() || row.total == row.money;
    match parts.sold.iter().all(like) {
        true => evidence.like_rows += 1,
        false => evidence.unlike_rows += 1,
    }
}

/// The lines of an order in a fixed order, which does not depend on how the file is sorted.
pub(super) fn items(rows: &[Row], currency: Currency, kind: ItemKind) -> Result<Vec<Item>> {
    let mut items = Vec::new();
    for row in rows {
        let Some(sku) = &row.sku else { continue };
        let sku = Sku::new(sku.as_str())?;
        // A row may have more pieces than one line can hold.
        let amount = row.money.unwrap_or_default();
        for (quantity, minor) in price::split(amount, row.quantity.saturating_abs(), limit::MAX_QUANTITY) {
            items.push(Item {
                sku: sku.clone(),
                quantity,
                amount: row.money.map(|_| Decimal::new(minor, currency.exponent()).into()),
                tax: None,
                category: row.category.clone(),
                labels: Vec::new(),
                kind,
            });
        }
    }
    items.sort_by_cached_key(|item| {
        let amount = item.amount.map(|amount| amount.decimal().to_string());
        (item.sku.as_str().to_owned(), item.quantity, amount, item.category.clone())
    });
    Ok(items)
}

/// The instant of an event.
pub(super) fn instant(micros: i64) -> Result<Instant> {
    Instant::from_micros(micros)
}
