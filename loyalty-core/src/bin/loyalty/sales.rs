//! The rows of a file of sales, gathered into orders as they stream by.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Read;

use chrono::NaiveDate;
use csv::ByteRecord;
use loyalty_core::domain::purchase::{Item, ItemKind};
use loyalty_core::ops::EarnPoints;
use loyalty_core::value::{Decimal, Instant, OrderId, Sku, UserId, limit};
use loyalty_core::{Error, Result};

use crate::columns::{Columns, Money};
use crate::price::{self, Prices};
use crate::times::{Happened, Times};

/// Bad lines that are shown; all are counted.
pub(crate) const SHOWN_BAD: usize = 20;

/// How rows are read.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) prices: Prices,
    pub(crate) times: Times,
    pub(crate) order_prefix: String,
    pub(crate) skip_bad: bool,
}

/// Rows that were read, and those that are no sale.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) rows: u64,
    pub(crate) returns: u64,
    pub(crate) negative_price: u64,
    pub(crate) no_user: u64,
    pub(crate) bad: u64,
}

/// An order, ready to be booked.
#[derive(Debug)]
pub(crate) struct Order {
    /// The line of its first row.
    pub(crate) line: u64,
    /// How many rows it has.
    pub(crate) rows: u64,
    pub(crate) at: Instant,
    /// The local day in the file.
    pub(crate) day: NaiveDate,
    pub(crate) name: Option<String>,
    pub(crate) earn: EarnPoints,
}

impl Order {
    /// Its id.
    pub(crate) fn id(&self) -> &str {
        self.earn.order_id.as_ref().map_or("", OrderId::as_str)
    }
}

/// A row, with what can be said of it alone.
struct Row {
    line: u64,
    order: OrderId,
    content: Result<Content>,
}

enum Content {
    Sale(Sale),
    Skipped(Reason),
}

enum Reason {
    Return,
    NegativePrice,
    NoUser,
}

struct Sale {
    user: UserId,
    happened: Happened,
    minor: i64,
    items: Vec<Item>,
    name: Option<String>,
}

/// An order whose rows are still coming.
struct Group {
    line: u64,
    order: OrderId,
    rows: u64,
    bad: bool,
    sale: Option<Sale>,
}

/// The orders of a file. Memory holds one order at a time, and 16 bytes for each that was seen.
pub(crate) struct Sales {
    reader: csv::Reader<Box<dyn Read>>,
    columns: Columns,
    rules: Rules,
    record: ByteRecord,
    waiting: Option<Row>,
    seen: HashSet<u128>,
    pub(crate) counts: Counts,
    /// Errors of lines that were left out since somebody looked: the first of them.
    pub(crate) bad: Vec<Error>,
}

impl Sales {
    pub(crate) fn new(reader: csv::Reader<Box<dyn Read>>, columns: Columns, rules: Rules) -> Self {
        Self {
            reader,
            columns,
            rules,
            record: ByteRecord::new(),
            waiting: None,
            seen: HashSet::new(),
            counts: Counts::default(),
            bad: Vec::new(),
        }
    }

    /// The next order; rows and orders that are left out are counted.
    ///
    /// # Errors
    /// `invalid` naming line, column and what was expected, when bad lines are not to be left out.
    pub(crate) fn next_order(&mut self) -> Result<Option<Order>> {
        loop {
            let Some(first) = self.next_row()? else { return Ok(None) };
            let mut group = Group { line: first.line, order: first.order.clone(), rows: 0, bad: false, sale: None };
            if !self.seen.insert(fingerprint(&group.order)) {
                let again = format!("order `{}` came before; its rows must follow one another", group.order);
                self.note_bad(&mut group, self.columns.order.wrong(again), first.line)?;
            }
            self.add(&mut group, first)?;
            while let Some(row) = self.next_row()? {
                if row.order != group.order {
                    self.waiting = Some(row);
                    break;
                }
                self.add(&mut group, row)?;
            }
            if group.bad {
                self.counts.bad += group.rows;
            } else if let Some(order) = self.finished(group) {
                return Ok(Some(order));
            }
        }
    }

    fn next_row(&mut self) -> Result<Option<Row>> {
        if let Some(row) = self.waiting.take() {
            return Ok(Some(row));
        }
        loop {
            let more = self.reader.read_byte_record(&mut self.record).map_err(|error| {
                let line = self.reader.position().line();
                Error::invalid("file", format_args!("cannot be read on: {error}")).with("line", line)
            })?;
            if !more {
                return Ok(None);
            }
            self.counts.rows += 1;
            let line = self.record.position().map_or(0, csv::Position::line);
            match self.order_of_row() {
                Ok(order) => {
                    let content = self.content();
                    return Ok(Some(Row { line, order, content }));
                }
                Err(error) => {
                    self.leave_out(error, line)?;
                    self.counts.bad += 1;
                }
            }
        }
    }

    fn order_of_row(&self) -> Result<OrderId> {
        if self.record.len() != self.columns.count {
            let (expected, got) = (self.columns.count, self.record.len());
            return Err(Error::invalid("row", format_args!("must have {expected} columns like the header, got {got}")));
        }
        let column = &self.columns.order;
        let text = column.text(&self.record)?;
        if text.is_empty() {
            return Err(column.wrong("must not be empty"));
        }
        OrderId::new(format!("{}{text}", self.rules.order_prefix)).map_err(|error| column.wrong(expected(&error)))
    }

    /// Reads the row as a sale, or says why it is none.
    fn content(&self) -> Result<Content> {
        let (columns, row) = (&self.columns, &self.record);
        let user = columns.user.text(row)?;
        if user.is_empty() {
            return Ok(Content::Skipped(Reason::NoUser));
        }
        let user = user.parse::<i64>().ok().and_then(|number| UserId::new(number).ok()).ok_or_else(|| {
            columns.user.wrong(format_args!("must be a whole number above zero, got `{}`", shortened(user)))
        })?;
        let quantity = self.quantity()?;
        if quantity <= 0 {
            return Ok(Content::Skipped(Reason::Return));
        }
        let (column, pieces) = match &columns.money {
            Money::UnitPrice(column) => (column, quantity),
            Money::Amount(column) => (column, 1),
        };
        let price: Decimal = column.text(row)?.parse().map_err(|expected: String| {
            column.wrong(format_args!("{expected}, got `{}`", shortened(column.text(row).unwrap_or_default())))
        })?;
        if price.is_negative() {
            return Ok(Content::Skipped(Reason::NegativePrice));
        }
        let minor = self.rules.prices.amount(price, pieces).map_err(|expected| column.wrong(expected))?;
        let name = columns.name.as_ref().map(|column| column.text(row)).transpose()?;
        Ok(Content::Sale(Sale {
            user,
            happened: self.happened()?,
            minor,
            items: self.items(quantity, minor)?,
            name: name.filter(|name| !name.is_empty()).map(str::to_owned),
        }))
    }

    fn quantity(&self) -> Result<i64> {
        let Some(column) = &self.columns.quantity else { return Ok(1) };
        let text = column.text(&self.record)?;
        let whole = text.parse::<Decimal>().ok().and_then(|quantity| quantity.in_units(0));
        // The bound keeps the parts of a huge quantity within what one order can hold.
        let bound = limit::MAX_QUANTITY.saturating_mul(100);
        let whole = whole.filter(|whole| *whole <= bound);
        whole.ok_or_else(|| {
            column.wrong(format_args!("must be a whole number, at most {bound}, got `{}`", shortened(text)))
        })
    }

    fn happened(&self) -> Result<Happened> {
        let (column, row) = (&self.columns.time, &self.record);
        let date = column.text(row)?;
        let read = match &self.columns.time_of_day {
            Some(time_of_day) => self.rules.times.read(&format!("{date} {}", time_of_day.text(row)?)),
            None => self.rules.times.read(date),
        };
        read.map_err(|expected| column.wrong(expected))
    }

    /// The lines of the order that the row stands for: more than one when there are too many pieces for one.
    fn items(&self, quantity: i64, minor: i64) -> Result<Vec<Item>> {
        let Some(column) = &self.columns.sku else { return Ok(Vec::new()) };
        let sku = Sku::new(column.text(&self.record)?).map_err(|error| column.wrong(expected(&error)))?;
        let category = self.columns.category.as_ref().map(|column| column.text(&self.record)).transpose()?;
        let category = category.filter(|category| !category.is_empty()).map(str::to_owned);
        let exponent = self.rules.prices.currency.exponent();
        let parts = price::split(minor, quantity, limit::MAX_QUANTITY).into_iter();
        Ok(parts
            .map(|(quantity, minor)| Item {
                sku: sku.clone(),
                quantity,
                amount: Some(Decimal::new(minor, exponent).into()),
                tax: None,
                category: category.clone(),
                labels: Vec::new(),
                kind: ItemKind::Sale,
            })
            .collect())
    }

    /// Adds a row to its order.
    fn add(&mut self, group: &mut Group, row: Row) -> Result<()> {
        group.rows += 1;
        match row.content {
            Err(error) => self.note_bad(group, error, row.line),
            Ok(Content::Skipped(reason)) => {
                let count = match reason {
                    Reason::Return => &mut self.counts.returns,
                    Reason::NegativePrice => &mut self.counts.negative_price,
                    Reason::NoUser => &mut self.counts.no_user,
                };
                *count += 1;
                group.rows -= 1;
                Ok(())
            }
            Ok(Content::Sale(sale)) => self.add_sale(group, sale, row.line),
        }
    }

    fn add_sale(&mut self, group: &mut Group, sale: Sale, line: u64) -> Result<()> {
        let Some(whole) = &mut group.sale else {
            group.sale = Some(sale);
            return Ok(());
        };
        if whole.user != sale.user {
            let expected = format!("must be `{}` as in the rows of the order before, got `{}`", whole.user, sale.user);
            return self.note_bad(group, self.columns.user.wrong(expected), line);
        }
        if whole.items.len() + sale.items.len() > limit::MAX_ITEMS {
            let error = Error::invalid("order", format_args!("must have at most {} lines", limit::MAX_ITEMS));
            return self.note_bad(group, error, line);
        }
        let Some(minor) = whole.minor.checked_add(sale.minor) else {
            let error = Error::invalid("order", "its amount is out of range");
            return self.note_bad(group, error, line);
        };
        whole.minor = minor;
        whole.items.extend(sale.items);
        Ok(())
    }

    fn finished(&self, group: Group) -> Option<Order> {
        let sale = group.sale?;
        let amount = Decimal::new(sale.minor, self.rules.prices.currency.exponent());
        Some(Order {
            line: group.line,
            rows: group.rows,
            at: sale.happened.at,
            day: sale.happened.day,
            name: sale.name,
            earn: EarnPoints {
                order_id: Some(group.order),
                items: sale.items,
                ..EarnPoints::new(sale.user, amount.into())
            },
        })
    }

    /// A bad row makes its order bad: half an order would be booked with a wrong amount, and for good.
    fn note_bad(&mut self, group: &mut Group, error: Error, line: u64) -> Result<()> {
        group.bad = true;
        self.leave_out(error, line)
    }

    fn leave_out(&mut self, error: Error, line: u64) -> Result<()> {
        let error = error.with("line", line);
        if !self.rules.skip_bad {
            return Err(error);
        }
        // A file of nothing but bad lines must not fill the memory.
        if self.bad.len() < SHOWN_BAD {
            self.bad.push(error);
        }
        Ok(())
    }
}

/// What tells orders apart without keeping their ids.
fn fingerprint(order: &OrderId) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, order.as_str()).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    (half(0) << 64) | half(1)
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// What an error expected, without the field it was about.
fn expected(error: &Error) -> String {
    error.details().get("expected").and_then(|expected| expected.as_str()).unwrap_or_default().to_owned()
}
