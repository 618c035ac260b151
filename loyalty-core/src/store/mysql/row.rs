//! Converts values into literals, and reads values from answers.

use std::fmt::Write as _;

use mysql::Value;

use crate::store::session::{Cell, Row};
use crate::store::translate::Translated;
use crate::{Error, Result};

/// The statement with its values written into it.
///
/// Texts and bytes become hexadecimal literals, which every mode and character set of the server reads in the same way.
pub(in crate::store) fn written(statement: &Translated, cells: &[Cell<'_>]) -> Result<String> {
    let mut sql = String::with_capacity(256);
    let mut params = statement.params().iter();
    for part in statement.parts() {
        sql.push_str(part);
        if let Some(place) = params.next() {
            let cell = cells.get(*place);
            literal(&mut sql, cell.ok_or_else(|| Error::internal("a statement has more parameters than values"))?);
        }
    }
    Ok(sql)
}

/// The statement that changes the rows that a query locks. The columns and values of such a query contain no SQL
/// keywords.
pub(super) fn touching(query: &str) -> Option<String> {
    let (table, rows) = query.split_once(" FROM ")?.1.split_once(" WHERE ")?;
    // Every attempt changes the number of an attempt anyway.
    let is_counted = !table.ends_with("loyalty_attempts");
    is_counted.then(|| format!("UPDATE {table} SET locks = locks + 1 WHERE {}", rows.trim_end()))
}

fn literal(sql: &mut String, cell: &Cell<'_>) {
    match cell {
        Cell::Null => sql.push_str("NULL"),
        Cell::Int(number) => drop(write!(sql, "{number}")),
        Cell::Text(text) => bytes(sql, text.as_bytes()),
        Cell::Blob(blob) => bytes(sql, blob),
    }
}

fn bytes(sql: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    const AT_ONCE: usize = 32;
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or(b'0');
    sql.reserve(bytes.len().saturating_mul(2).saturating_add(3));
    sql.push_str("x'");
    // Not character by character, because a purchase has more than a thousand digits.
    let mut digits = [0; 2 * AT_ONCE];
    for some in bytes.chunks(AT_ONCE) {
        for (pair, byte) in digits.chunks_exact_mut(2).zip(some) {
            pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 15)]);
        }
        let written = digits.get(..2 * some.len()).and_then(|digits| std::str::from_utf8(digits).ok());
        sql.push_str(written.unwrap_or_default());
    }
    sql.push('\'');
}

/// A row of an answer.
pub(super) struct Found(pub(super) Vec<Value>);

impl Found {
    fn get(&self, column: usize) -> Result<&Value> {
        self.0.get(column).ok_or_else(|| Error::internal(format_args!("there is no column {column}")))
    }
}

fn other_type(column: usize) -> Error {
    Error::damaged(format_args!("column {column} holds another type"))
}

impl Row for Found {
    fn int(&self, column: usize) -> Result<Option<i64>> {
        match self.get(column)? {
            Value::NULL => Ok(None),
            Value::Int(number) => Ok(Some(*number)),
            Value::UInt(number) => i64::try_from(*number).map(Some).map_err(|_| other_type(column)),
            // In a text answer, all numbers are digits, and sums are decimals without a fraction.
            Value::Bytes(digits) => {
                let number = std::str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok());
                number.map(Some).ok_or_else(|| other_type(column))
            }
            _ => Err(other_type(column)),
        }
    }

    fn text(&self, column: usize) -> Result<Option<&str>> {
        self.blob(column)?.map(std::str::from_utf8).transpose().map_err(Error::damaged)
    }

    fn blob(&self, column: usize) -> Result<Option<&[u8]>> {
        match self.get(column)? {
            Value::NULL => Ok(None),
            Value::Bytes(bytes) => Ok(Some(bytes)),
            _ => Err(other_type(column)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Dialect;

    #[test]
    fn what_a_query_locks_is_counted() {
        let statement =
            Translated::of("SELECT a, b FROM loyalty_users WHERE id = ? /* locked */", Dialect::MySql, "p_");
        let query = written(&statement, &[Cell::Int(7)]).unwrap();
        assert_eq!(touching(&query).unwrap(), "UPDATE p_loyalty_users SET locks = locks + 1 WHERE id = 7");
        assert_eq!(touching("SELECT number FROM loyalty_attempts WHERE name = 1"), None);
    }

    #[test]
    fn no_value_can_end_its_literal() {
        let statement = Translated::of("SELECT ?, ?, ?, ?", Dialect::MySql, "");
        let cells = [Cell::Null, Cell::Int(-7), Cell::Text("a'\\"), Cell::Blob(&[0, 255])];
        assert_eq!(written(&statement, &cells).unwrap(), "SELECT NULL, -7, x'61275c', x'00ff'");
        assert!(written(&statement, &[]).is_err());
    }
}
