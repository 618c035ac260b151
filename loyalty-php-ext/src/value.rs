//! Converts PHP values to and from those of the engine's connections.

use ext_php_rs::types::{ZendHashTable, ZendStr, Zval};
use loyalty_core::host::Row;
use loyalty_core::{Error, Result};

pub(crate) fn int(number: i64) -> Zval {
    let mut zval = Zval::new();
    zval.set_long(number);
    zval
}

pub(crate) fn bytes(bytes: &[u8]) -> Zval {
    let mut zval = Zval::new();
    zval.set_zend_string(ZendStr::new(bytes, false));
    zval
}

/// A whole number, also when given as digits or as a boolean.
pub(crate) fn whole(value: &Zval) -> Option<i64> {
    let digits = || value.zend_str().and_then(|text| std::str::from_utf8(text.as_bytes()).ok()?.parse().ok());
    value.long().or_else(|| value.bool().map(i64::from)).or_else(digits)
}

/// A number of rows.
pub(crate) fn rows(value: &Zval) -> u64 {
    whole(value).and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0)
}

/// A row of an answer, as a list of its columns.
pub(crate) struct Found<'a>(pub(crate) &'a ZendHashTable);

impl Found<'_> {
    /// The value in a column, if it is not null.
    fn get(&self, column: usize) -> Result<Option<&Zval>> {
        let value = i64::try_from(column).ok().and_then(|column| self.0.get_index(column));
        let value = value.ok_or_else(|| Error::internal(format_args!("there is no column {column}")))?;
        Ok(Some(value).filter(|value| !value.is_null()))
    }
}

fn other_type(column: usize) -> Error {
    Error::damaged(format_args!("column {column} holds another type"))
}

impl Row for Found<'_> {
    fn int(&self, column: usize) -> Result<Option<i64>> {
        self.get(column)?.map(|value| whole(value).ok_or_else(|| other_type(column))).transpose()
    }

    fn text(&self, column: usize) -> Result<Option<&str>> {
        self.blob(column)?.map(std::str::from_utf8).transpose().map_err(Error::damaged)
    }

    fn blob(&self, column: usize) -> Result<Option<&[u8]>> {
        match self.get(column)? {
            None => Ok(None),
            Some(value) => value.zend_str().map(|text| Some(text.as_bytes())).ok_or_else(|| other_type(column)),
        }
    }
}
