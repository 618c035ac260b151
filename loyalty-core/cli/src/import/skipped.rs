//! The rows of a file that were left out, and why.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use loyalty_core::{Error, Result};
use serde::Serialize;

use crate::fail;

/// How many rows the report lists; all are counted, and `--skipped` writes all.
const LISTED: usize = 50;

/// Why a row was left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Reason {
    /// Something was given back from an order that is not in the file.
    Returns,
    /// A negative price, of an order that is not in the file.
    NegativePrice,
    /// A sale to a guest without any identity.
    NoUser,
    /// The row could not be read or booked.
    Bad,
    /// The row is blank.
    Blank,
    /// The row is a sum of other rows.
    Totals,
    /// The row repeats one before.
    Duplicate,
    /// The order is not paid yet.
    Pending,
    /// The order was cancelled.
    Cancelled,
}

impl Reason {
    const fn word(self) -> &'static str {
        match self {
            Self::Returns => "returns",
            Self::NegativePrice => "negative_price",
            Self::NoUser => "no_user",
            Self::Bad => "bad",
            Self::Blank => "blank",
            Self::Totals => "totals",
            Self::Duplicate => "duplicate",
            Self::Pending => "pending",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Counts by reason. The rarer reasons are listed only when there are such rows.
#[derive(Debug, Default)]
pub(super) struct Counts(BTreeMap<Reason, u64>);

impl Serialize for Counts {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let always = [Reason::Returns, Reason::NegativePrice, Reason::NoUser, Reason::Bad];
        let of = |reason: Reason| (reason.word(), self.0.get(&reason).copied().unwrap_or_default());
        let more = self.0.keys().copied().filter(|reason| !always.contains(reason));
        serializer.collect_map(always.into_iter().chain(more).map(of))
    }
}

/// A row that was left out.
#[derive(Debug, Clone, Serialize)]
pub(super) struct SkippedRow {
    line: u64,
    order_id: String,
    reason: Reason,
    detail: String,
}

/// All rows that were left out.
#[derive(Debug, Default)]
pub(super) struct Skipped {
    pub(super) counts: Counts,
    pub(super) first: Vec<SkippedRow>,
    file: Option<csv::Writer<File>>,
}

impl Skipped {
    /// An empty list; when a file is named, rows are written to it as they are added.
    ///
    /// # Errors
    /// `invalid` when the file cannot be written.
    pub(super) fn new(path: Option<&Path>) -> Result<Self> {
        let file = path.map(csv::Writer::from_path).transpose().map_err(unwritten)?;
        let mut skipped = Self { file, ..Self::default() };
        if let Some(file) = &mut skipped.file {
            file.write_record(["line", "order_id", "reason", "detail"]).map_err(unwritten)?;
        }
        Ok(skipped)
    }

    /// Notes a row.
    ///
    /// # Errors
    /// `invalid` when it cannot be written to the file.
    pub(super) fn add(&mut self, line: u64, order_id: &str, reason: Reason, detail: &str) -> Result<()> {
        self.add_rows(1, line, order_id, reason, detail)
    }

    /// Notes the rows of an order; the first of them is listed.
    ///
    /// # Errors
    /// The errors of [`Skipped::add`].
    pub(super) fn add_rows(
        &mut self,
        rows: u64,
        line: u64,
        order_id: &str,
        reason: Reason,
        detail: &str,
    ) -> Result<()> {
        *self.counts.0.entry(reason).or_default() += rows;
        if let Some(file) = &mut self.file {
            file.write_record([&line.to_string(), order_id, reason.word(), detail]).map_err(unwritten)?;
        }
        if self.first.len() < LISTED {
            let (order_id, detail) = (order_id.to_owned(), detail.to_owned());
            self.first.push(SkippedRow { line, order_id, reason, detail });
        }
        Ok(())
    }

    /// Notes a bad row with its error.
    ///
    /// # Errors
    /// The errors of [`Skipped::add`].
    pub(super) fn add_bad(&mut self, rows: u64, line: u64, order_id: &str, error: &Error) -> Result<()> {
        self.add_rows(rows, line, order_id, Reason::Bad, &fail::in_words(error).replace('\n', " "))
    }

    /// Finishes the file.
    ///
    /// # Errors
    /// `invalid` when it cannot be written.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.file.as_mut().map_or(Ok(()), |file| file.flush().map_err(|error| unwritten(error.into())))
    }
}

fn unwritten(error: csv::Error) -> Error {
    Error::invalid("skipped", format_args!("cannot be written: {error}"))
}
