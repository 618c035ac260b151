//! Reads what a single row says.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use chrono::Datelike as _;
use csv::ByteRecord;
use loyalty_core::ops::IdentityKind as Kind;
use loyalty_core::value::{Decimal, OrderId, Sku, limit};
use loyalty_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::columns::Columns;
use super::numbers::Numbers;
use super::people::{self, Contact, UserKind, Who, somebody};
use super::price::Prices;
use super::roles::Role;
use super::status::{Status, Words};
use super::times::Times;

/// How rows are read.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) columns: Columns,
    pub(super) numbers: Numbers,
    pub(super) prices: Prices,
    pub(super) times: Times,
    pub(super) users: UserKind,
    pub(super) words: Words,
    pub(super) order_prefix: String,
}

/// A row of an order. Money is in minor units.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) order: String,
    /// Equal for rows that are equal in all their cells.
    pub(super) print: u64,
    #[serde(default)]
    pub(super) contact: Contact,
    /// The time in microseconds, and the local day.
    pub(super) at: Option<(i64, i32)>,
    pub(super) status: Option<Status>,
    /// Whether the row gives back what another row sold.
    pub(super) returned: bool,
    /// Whether what the row sold was given back.
    #[serde(default)]
    pub(super) undone: bool,
    /// Whether the row was cancelled.
    pub(super) void: bool,
    /// Whether the order was cancelled.
    pub(super) cancelled: bool,
    pub(super) sku: Option<String>,
    pub(super) category: Option<String>,
    pub(super) quantity: i64,
    /// What the row cost.
    pub(super) money: Option<i64>,
    /// What the order cost.
    pub(super) total: Option<i64>,
    /// The amount of the order that was refunded.
    pub(super) refunded: Option<i64>,
    /// The column and what was expected in it, when the row is bad.
    pub(super) wrong: Option<(String, String)>,
}

impl Reading {
    /// The order of a row: its own, or that of the row before when the row only continues it.
    ///
    /// # Errors
    /// `invalid` naming the column.
    pub(super) fn order_of(&self, record: &ByteRecord, before: Option<&str>) -> Result<String> {
        let (expected, got) = (self.columns.header.len(), record.len());
        if expected != got {
            return Err(Error::invalid(
                "row",
                format_args!("must have {expected} columns, as the header has, got {got}"),
            ));
        }
        let text = |role: Role| self.columns.text(role, record);
        let original = text(Role::Original);
        // The exact bytes, because the engine compares those.
        let own = self.columns.get(Role::Order).map_or("", |column| column.exact(record));
        let own = if original.is_empty() || original == "0" { own } else { original };
        if own.trim().is_empty() {
            let goes_on = [Role::Time, Role::User, Role::Email, Role::Phone, Role::Card]
                .iter()
                .all(|role| text(*role).is_empty());
            return match before.filter(|_| goes_on) {
                Some(before) => Ok(before.to_owned()),
                None => Err(self.columns.wrong(Role::Order, "must not be empty")),
            };
        }
        let order = format!("{}{own}", self.order_prefix);
        OrderId::new(order.as_str()).map_err(|error| self.columns.wrong(Role::Order, expected_of(&error)))?;
        Ok(order)
    }

    /// Reads a row; a bad row carries its error.
    pub(super) fn row(&self, record: &ByteRecord, line: u64, order: String) -> Row {
        let mut hasher = DefaultHasher::new();
        record.iter().for_each(|cell| cell.trim_ascii().hash(&mut hasher));
        let mut row = Row {
            line,
            order,
            print: hasher.finish(),
            contact: Contact::default(),
            at: None,
            status: None,
            returned: false,
            undone: false,
            void: false,
            cancelled: false,
            sku: None,
            category: None,
            quantity: 1,
            money: None,
            total: None,
            refunded: None,
            wrong: None,
        };
        if let Err(error) = self.fill(&mut row, record) {
            let detail =
                |name: &str| error.details().get(name).and_then(|value| value.as_str()).unwrap_or_default().to_owned();
            row.wrong = Some((detail("field"), detail("expected")));
        }
        row
    }

    fn fill(&self, row: &mut Row, record: &ByteRecord) -> Result<()> {
        let text = |role: Role| self.columns.text(role, record);
        row.contact = self.contact(record)?;
        self.state(row, record)?;
        row.quantity = self.quantity(record)?;
        row.returned |= row.quantity < 0 || !matches!(text(Role::Original), "" | "0");
        self.currency(record)?;
        row.total = self.money(Role::Total, record, 1)?;
        row.refunded = self.money(Role::Refunded, record, 1)?.map(i64::abs);
        row.money = match self.money(Role::UnitPrice, record, row.quantity)? {
            Some(money) => Some(money),
            None => {
                self.money(Role::Amount, record, 1)?.map(|money| if row.quantity < 0 { -money.abs() } else { money })
            }
        };
        let time = text(Role::Time);
        if !time.is_empty() {
            let of_day = text(Role::TimeOfDay);
            let whole =
                if of_day.is_empty() || time.contains(':') { time.to_owned() } else { format!("{time} {of_day}") };
            let happened = self.times.read(&whole).map_err(|expected| self.columns.wrong(Role::Time, expected))?;
            row.at = Some((happened.at.micros(), happened.day.num_days_from_ce()));
        }
        row.category = Some(text(Role::Category)).filter(|text| !text.is_empty()).map(str::to_owned);
        row.sku = self.sku(record, row.money.is_some())?;
        Ok(())
    }

    fn contact(&self, record: &ByteRecord) -> Result<Contact> {
        let text = |role: Role| somebody(self.columns.text(role, record));
        let email = text(Role::Email).filter(|text| text.contains('@')).map(str::to_lowercase);
        let digits = |text: &&str| text.chars().filter(char::is_ascii_digit).count() >= 6;
        let phone = text(Role::Phone).filter(digits).map(str::to_owned);
        let card = text(Role::Card).and_then(people::card);
        let mut who = match text(Role::User) {
            // Some systems write a zero for a guest.
            Some("0") if self.columns.has(Role::Email) || self.columns.has(Role::Phone) => None,
            Some(user) => {
                Some(people::read(user, self.users).map_err(|expected| self.columns.wrong(Role::User, expected))?)
            }
            None => None,
        };
        for (kind, value) in [(Kind::Email, &email), (Kind::Phone, &phone), (Kind::Card, &card)] {
            who = who.or_else(|| value.clone().map(|value| Who::Found(kind, value)));
        }
        let name = text(Role::Name).map(|name| name.chars().take(limit::MAX_NAME).collect());
        Ok(Contact { who, email, phone, card, name })
    }

    fn state(&self, row: &mut Row, record: &ByteRecord) -> Result<()> {
        let word = self.columns.text(Role::Status, record);
        if !word.is_empty() {
            row.status =
                Some(self.words.meaning(word).ok_or_else(|| self.columns.wrong(Role::Status, unknown_word(word)))?);
        }
        row.cancelled = !self.columns.text(Role::Cancelled, record).is_empty();
        match self.words.meaning(self.columns.text(Role::Type, record)) {
            Some(Status::Refunded | Status::PartlyRefunded) => row.returned = true,
            Some(Status::Cancelled | Status::Pending) => row.void = true,
            _ => {}
        }
        Ok(())
    }

    fn quantity(&self, record: &ByteRecord) -> Result<i64> {
        let text = self.columns.text(Role::Quantity, record);
        if !self.columns.has(Role::Quantity) || (text.is_empty() && self.columns.has(Role::Total)) {
            return Ok(1);
        }
        // The bound keeps the parts of a huge quantity within the lines that one order can have.
        let bound = limit::MAX_QUANTITY.saturating_mul(100);
        let whole = self.numbers.whole(text).filter(|whole| *whole <= bound);
        whole.ok_or_else(|| {
            let expected = format!("must be a whole number, at most {bound}, got `{}`", shortened(text));
            self.columns.wrong(Role::Quantity, expected)
        })
    }

    fn currency(&self, record: &ByteRecord) -> Result<()> {
        let (code, ours) = (self.columns.text(Role::Currency, record), self.prices.currency.code());
        if code.is_empty() || self.prices.factor.is_some() || code.eq_ignore_ascii_case(ours) {
            return Ok(());
        }
        let expected =
            format!("must be `{ours}`, the programme's currency, got `{}`; --price-factor converts", shortened(code));
        Err(self.columns.wrong(Role::Currency, expected))
    }

    fn money(&self, role: Role, record: &ByteRecord, pieces: i64) -> Result<Option<i64>> {
        let text = self.columns.text(role, record);
        // When the file has more money columns than unit prices, a missing price may be on another row of the order.
        if text.is_empty() && (role != Role::UnitPrice || !self.columns.has(role) || self.columns.has(Role::Total)) {
            return Ok(None);
        }
        let wrong = |expected: String| self.columns.wrong(role, expected);
        let price: Decimal = self.numbers.amount(text).map_err(wrong)?;
        let negative = price.is_negative() != (pieces < 0);
        let price = if price.is_negative() { price.negated() } else { price };
        let minor = self.prices.amount(price, pieces.saturating_abs()).map_err(wrong)?;
        Ok(Some(if negative { -minor } else { minor }))
    }

    fn sku(&self, record: &ByteRecord, has_price: bool) -> Result<Option<String>> {
        let Some(column) = self.columns.get(Role::Sku) else { return Ok(None) };
        let mut text = column.text(record);
        // When orders have totals, a row need not be an article.
        if text.is_empty() && (self.columns.has(Role::Total) || !has_price) {
            return Ok(None);
        }
        if !column.named {
            // The name of an article may be longer than an article number may be.
            let end = (0..=limit::MAX_SKU).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
            text = text.get(..end).unwrap_or(text).trim();
        }
        Sku::new(text)
            .map(|sku| Some(sku.as_str().to_owned()))
            .map_err(|error| self.columns.wrong(Role::Sku, expected_of(&error)))
    }
}

/// The error for an unknown state.
pub(super) fn unknown_word(word: &str) -> String {
    format!("must be a known state, got `{0}`; give its meaning, as in --status-word \"{0}=paid\"", shortened(word))
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// What an error expected, without the field that it is about.
fn expected_of(error: &Error) -> String {
    error.details().get("expected").and_then(|expected| expected.as_str()).unwrap_or_default().to_owned()
}
