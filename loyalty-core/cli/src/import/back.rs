//! What of an order was given back: some rows, an amount, or everything.

use std::collections::BTreeMap;

use loyalty_core::Error;
use loyalty_core::ops::ItemKind;

use super::order::{AtLine, Back, Sale, items};
use super::roles::Role;
use super::row::{Reading, Row};
use super::status::Status;

/// The rows of an order, grouped by what they are.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Rows that sell something.
    pub(super) sold: Vec<Row>,
    /// Rows that lower the bill.
    pub(super) discounts: Vec<Row>,
    /// Rows that give something back.
    pub(super) back: Vec<Row>,
    /// Rows with a quantity of zero.
    pub(super) nothing: Vec<Row>,
}

/// Groups the rows of an order. A row with a negative amount is a discount if it has the time of the sale; if it is
/// later, or its state says so, it gives something back. A row whose own state says that it was given back counts as
/// both sold and given back, unless another row sells the same article.
pub(super) fn parted(rows: Vec<Row>) -> Parts {
    let mut parts = Parts::default();
    let negative = |row: &Row| row.money.or(row.total).is_some_and(|money| money < 0);
    let sold_at = rows.iter().filter(|row| !row.returned && !negative(row)).filter_map(|row| row.at).min();
    let plain: Vec<(Option<String>, i64)> = rows
        .iter()
        .filter(|row| !row.returned && !row.undone && !negative(row) && row.quantity > 0)
        .map(|row| (row.sku.clone(), row.money.or(row.total).unwrap_or_default().abs()))
        .collect();
    for row in rows {
        let sells = |row: &Row| {
            let same = (row.sku.clone(), row.money.or(row.total).unwrap_or_default().abs());
            plain.contains(&same)
        };
        if row.quantity == 0 {
            parts.nothing.push(row);
        } else if row.returned {
            parts.back.push(row);
        } else if row.undone {
            if !negative(&row) && !sells(&row) {
                parts.sold.push(row.clone());
            }
            parts.back.push(row);
        } else if negative(&row) {
            let later = row.at.zip(sold_at).is_some_and(|(at, sold_at)| at.0 > sold_at.0);
            // A negative total of the whole order cannot be a discount on one of its lines.
            let is_discount = sold_at.is_some() && !later && row.money.is_some();
            if is_discount { parts.discounts.push(row) } else { parts.back.push(row) }
        } else {
            parts.sold.push(row);
        }
    }
    if parts.sold.is_empty() {
        parts.back.append(&mut parts.discounts);
    }
    parts
}

/// What of a sale was given back, and when.
pub(super) fn given_back(
    parts: &Parts,
    status: Option<Status>,
    sale: &Sale,
    reading: &Reading,
) -> std::result::Result<Vec<Back>, AtLine> {
    let whole = |line: u64, amount: Option<i64>| Back {
        line,
        order: sale.order.clone(),
        at: sale.at,
        day: sale.day,
        amount,
        items: Vec::new(),
        number: 1,
    };
    if status == Some(Status::Refunded) {
        return Ok(vec![whole(sale.line, None)]);
    }
    // When each row of the order has the amount, it is one amount, not several.
    let refunded =
        parts.sold.iter().chain(&parts.back).filter_map(|row| row.refunded).max().filter(|amount| *amount > 0);
    if let Some(refunded) = refunded {
        let all = [sale.total, sale.of_rows].into_iter().flatten().any(|amount| amount == refunded);
        return Ok(vec![whole(sale.line, Some(refunded).filter(|_| !all))]);
    }
    if parts.back.is_empty() && status == Some(Status::PartlyRefunded) {
        let expected = "says that a part was refunded, but no column says how much; name one with --refunded-column";
        return Err((sale.line, reading.columns.wrong(Role::Status, expected)));
    }
    let known = sold_pieces(&parts.sold);
    let mut backs = Vec::new();
    for (row, number) in parts.back.iter().zip(1..) {
        let Some(money) = row.money.or(row.total) else {
            let error = Error::invalid("row", "gives something back, but has no amount");
            return Err((row.line, error));
        };
        let (at, day) = row.at.filter(|at| at.0 > sale.at).unwrap_or((sale.at, sale.day));
        let fits = row.sku.as_ref().is_some_and(|sku| known.get(sku).is_some_and(|sold| row.quantity.abs() <= *sold));
        let mut one = row.clone();
        one.money = None;
        let lines = if fits { items(&[one], reading.prices.currency, ItemKind::Sale) } else { Ok(Vec::new()) };
        let items = lines.map_err(|error| (row.line, error))?;
        backs.push(Back {
            line: row.line,
            order: sale.order.clone(),
            at,
            day,
            amount: Some(money.abs()),
            items,
            number,
        });
    }
    Ok(backs)
}

/// Pieces sold of each article.
fn sold_pieces(sold: &[Row]) -> BTreeMap<String, i64> {
    let mut pieces = BTreeMap::new();
    for row in sold {
        if let Some(sku) = &row.sku {
            *pieces.entry(sku.clone()).or_default() += row.quantity;
        }
    }
    pieces
}
