//! Statements whose values are written into them as literals.

use std::fmt::Write as _;

use super::session::SqlParam;
use super::translate::Translated;
use crate::{Error, Result};

/// The statement with its values written into it.
///
/// Texts and bytes become hexadecimal literals, which every mode and character set of the server reads in the same way.
pub(super) fn inline_literals(statement: &Translated, cells: &[SqlParam<'_>]) -> Result<String> {
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

fn literal(sql: &mut String, cell: &SqlParam<'_>) {
    match cell {
        SqlParam::Null => sql.push_str("NULL"),
        SqlParam::Int(number) => drop(write!(sql, "{number}")),
        SqlParam::Text(text) => bytes(sql, text.as_bytes()),
        SqlParam::Blob(blob) => bytes(sql, blob),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Dialect;

    #[test]
    fn no_value_can_end_its_literal() {
        let statement = Translated::of("SELECT ?, ?, ?, ?", Dialect::MySql, "");
        let cells = [SqlParam::Null, SqlParam::Int(-7), SqlParam::Text("a'\\"), SqlParam::Blob(&[0, 255])];
        assert_eq!(inline_literals(&statement, &cells).unwrap(), "SELECT NULL, -7, x'61275c', x'00ff'");
        assert!(inline_literals(&statement, &[]).is_err());
    }
}
