//! Every bound in one table: numbers, lengths and spans that a request may have.

use crate::{Error, Result};

/// Largest number of points in one request, entry or balance: 10^15, which every language represents exactly.
pub const MAX_POINTS: i64 = 1_000_000_000_000_000;
/// Largest amount of money, in minor units: 10^15.
pub const MAX_MINOR: i64 = 1_000_000_000_000_000;
/// Most items in one order.
pub const MAX_ITEMS: usize = 500;
/// Largest quantity of one item.
pub const MAX_QUANTITY: i64 = 9_999;
/// Most rows in one page of a listing.
pub const MAX_PAGE: i64 = 200;
/// Longest key, in bytes.
pub const MAX_KEY: usize = 128;
/// Longest order id, in bytes.
pub const MAX_ORDER_ID: usize = 64;
/// Longest name of an actor, in bytes.
pub const MAX_ACTOR: usize = 64;
/// Longest article number, in bytes.
pub const MAX_SKU: usize = 64;
/// Longest name of a shop, in bytes.
pub const MAX_SHOP: usize = 64;
/// Longest name of an event, in bytes.
pub const MAX_EVENT: usize = 64;
/// Most labels of one item, and most properties of one event.
pub const MAX_LABELS: usize = 20;
/// Longest name of a person, reward or category, in characters.
pub const MAX_NAME: usize = 120;
/// Longest description, in characters.
pub const MAX_DESCRIPTION: usize = 500;
/// Longest e-mail address, in bytes (RFC 5321).
pub const MAX_EMAIL: usize = 254;
/// Entries that one member can have: the low bits of an entry's id.
pub const ENTRY_BITS: u32 = 22;
/// Members that one database can have (134 million): the middle bits of an entry's id.
pub const MEMBER_BITS: u32 = 27;
/// Databases that can share a programme: the high bits of an entry's id.
pub const DATABASES: i64 = 16;
/// Members of all databases, so that every entry's id stays below 2^53.
pub const MAX_MEMBERS: i64 = DATABASES << MEMBER_BITS;
/// Rows that a database can count in any other table; their ids begin with the number of the database.
pub const ROW_BITS: u32 = 40;
/// Most days a span of the programme may have (about 100 years).
pub const MAX_SPAN_DAYS: i64 = 36_525;
/// First instant that is accepted: 1970-01-01T00:00:00Z.
pub const FIRST_MICROS: i64 = 0;
/// Last instant that is accepted: 9999-12-31T00:00:00Z, in microseconds.
pub const LAST_MICROS: i64 = 253_402_214_400_000_000;

/// Returns `number` when it lies between `min` and `max`, both included.
///
/// # Errors
/// `invalid` naming the field and the bounds.
pub fn within(field: &str, number: i64, min: i64, max: i64) -> Result<i64> {
    if (min..=max).contains(&number) {
        return Ok(number);
    }
    Err(Error::invalid(field, format_args!("must be between {min} and {max}, got `{number}`")))
}

/// Returns the text when it is not empty, has at most `max` characters and no control characters.
///
/// # Errors
/// `invalid` naming the field and what was expected.
pub fn text(field: &str, text: &str, max: usize) -> Result<String> {
    line(text, max).map_err(|expected| Error::invalid(field, expected))?;
    Ok(text.to_owned())
}

/// Returns a name or text for people, without control characters, direction marks and surrounding blanks.
///
/// # Errors
/// `invalid` naming the field, when nothing is left or it has more than `max` characters.
pub fn readable_text(field: &str, text: &str, max: usize) -> Result<String> {
    // Dropped characters count too, so that a text of megabytes is refused without being read.
    if text.len() > max.saturating_mul(8) {
        return Err(Error::invalid(field, format_args!("must have at most {max} characters")));
    }
    self::text(field, &super::readable(text), max)
}

/// Checks a text that was typed or pasted, such as a code: not empty, and at most `max` visible characters.
///
/// # Errors
/// `invalid` naming the field and what was expected.
pub fn typed(field: &str, text: &str, max: usize) -> Result<String> {
    if text.len() > max.saturating_mul(16) {
        return Err(Error::invalid(field, format_args!("must have at most {max} characters")));
    }
    // Line ends inside come from a code that was broken over two lines.
    let joined: String = super::pasted(text).chars().filter(|sign| !matches!(sign, '\n' | '\r' | '\t')).collect();
    self::text(field, &joined, max)
}

/// What is wrong with a line of text, if anything: the text for the error.
pub(crate) fn line(text: &str, max: usize) -> std::result::Result<(), String> {
    if text.trim().is_empty() {
        return Err("must not be empty".to_owned());
    }
    // The number of bytes bounds the number of characters, so a text of megabytes is refused without being read.
    if text.len() > max.saturating_mul(4) || text.chars().count() > max {
        return Err(format!("must have at most {max} characters"));
    }
    if text.chars().any(char::is_control) {
        return Err("must not contain control characters".to_owned());
    }
    Ok(())
}

/// Longest text that is looked up as a code, in characters.
pub const MAX_TYPED: usize = 100;
/// Characters that an error repeats of what it was sent.
const MAX_REPEATED: usize = 40;

/// The beginning of a text that somebody sent, for an error.
#[must_use]
pub fn beginning(text: &str) -> String {
    text.chars().take(MAX_REPEATED).collect()
}
