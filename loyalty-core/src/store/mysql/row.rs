//! Converts values into literals, and reads values from answers.

use mysql::Value;

use crate::store::session::Row;
use crate::{Error, Result};

/// The statement that changes the rows that a query locks. The columns and values of such a query contain no SQL
/// keywords.
pub(super) fn touching(query: &str) -> Option<String> {
    let (table, rows) = query.split_once(" FROM ")?.1.split_once(" WHERE ")?;
    // Every attempt changes the number of an attempt anyway.
    let is_counted = !table.ends_with("loyalty_attempts");
    is_counted.then(|| format!("UPDATE {table} SET locks = locks + 1 WHERE {}", rows.trim_end()))
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
    use crate::store::literals::inline_literals;
    use crate::store::session::SqlParam;
    use crate::store::{Dialect, Translated};

    #[test]
    fn what_a_query_locks_is_counted() {
        let statement =
            Translated::of("SELECT a, b FROM loyalty_users WHERE id = ? /* locked */", Dialect::MySql, "p_");
        let query = inline_literals(&statement, &[SqlParam::Int(7)]).unwrap();
        assert_eq!(touching(&query).unwrap(), "UPDATE p_loyalty_users SET locks = locks + 1 WHERE id = 7");
        assert_eq!(touching("SELECT number FROM loyalty_attempts WHERE name = 1"), None);
    }
}
