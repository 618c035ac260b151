//! The rows of a file in order, with the lines on which they begin.

use std::path::Path;

use csv::ByteRecord;
use encoding_rs::Encoding;
use indicatif::ProgressBar;
use loyalty_core::{Error, Result};

use super::columns::{Columns, folded};
use super::roles::Role;
use super::source::{self, Text};

/// How a file is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) encoding: &'static Encoding,
    pub(super) delimiter: u8,
}

/// What a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sort {
    /// A row of sales, or something that should be one.
    Sale,
    /// Nothing at all.
    Blank,
    /// A sum of the rows above.
    Totals,
}

/// The rows of a file.
pub(super) struct Rows {
    reader: csv::Reader<Text>,
    bar: ProgressBar,
    /// The row that was read last.
    pub(super) record: ByteRecord,
    /// The line on which it begins.
    pub(super) line: u64,
}

impl Rows {
    /// Opens a file in its format; the first row is the header.
    ///
    /// # Errors
    /// `invalid` when it cannot be read or has no header.
    pub(super) fn open(path: &Path, form: Form) -> Result<Self> {
        let (bytes, bar) = source::open(path).map_err(|error| unreadable(path, &error))?;
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(form.delimiter).flexible(true).has_headers(false);
        let reader = builder.from_reader(Text::new(bytes, form.encoding));
        let mut rows = Self { reader, bar, record: ByteRecord::new(), line: 0 };
        while rows.advance()? {
            if !is_blank(&rows.record) {
                return Ok(rows);
            }
        }
        Err(Error::invalid("file", "has no header"))
    }

    /// Reads the next row, if there is one.
    ///
    /// # Errors
    /// `invalid` when the file cannot be read further.
    pub(super) fn advance(&mut self) -> Result<bool> {
        let more = self.reader.read_byte_record(&mut self.record).map_err(|error| {
            let line = self.reader.position().line();
            Error::invalid("file", format_args!("cannot be read further: {error}")).with("line", line)
        })?;
        // Where the reader says that a row begins is before the empty lines that it skips; where a row ends is exact.
        let inside: usize = self.record.iter().map(|cell| cell.iter().filter(|byte| **byte == b'\n').count()).sum();
        let inside = u64::try_from(inside).unwrap_or_default();
        self.line = self.reader.position().line().saturating_sub(inside).saturating_sub(1);
        if !more {
            self.bar.finish_and_clear();
        }
        Ok(more)
    }

    /// What the row holds.
    pub(super) fn sort(&self, columns: &Columns) -> Sort {
        if is_blank(&self.record) {
            return Sort::Blank;
        }
        let first = self.record.iter().map(|cell| String::from_utf8_lossy(cell)).find(|cell| !cell.trim().is_empty());
        let first = folded(&first.unwrap_or_default());
        let word = first.split(' ').next().unwrap_or_default();
        let sums = matches!(word, "total" | "totals" | "totales" | "subtotal" | "suma" | "sum")
            || ["grand total", "sub total", "gran total"].iter().any(|words| first.starts_with(words));
        let dated = columns.text(Role::Time, &self.record).starts_with(|sign: char| sign.is_ascii_digit());
        if sums && !dated { Sort::Totals } else { Sort::Sale }
    }
}

/// The format of a file: as given by options, or as the file shows.
///
/// # Errors
/// `invalid` when it cannot be read.
pub(super) fn form_of(path: &Path, encoding: Option<&'static Encoding>, delimiter: Option<u8>) -> Result<Form> {
    let encoding = match encoding {
        Some(named) => named,
        None => source::encoding_of(path).map_err(|error| unreadable(path, &error))?,
    };
    let delimiter = match delimiter {
        Some(named) => named,
        None => {
            let (bytes, bar) = source::open(path).map_err(|error| unreadable(path, &error))?;
            bar.finish_and_clear();
            let lines = std::io::BufReader::new(Text::new(bytes, encoding));
            let mut lines = std::io::BufRead::lines(lines).map_while(std::result::Result::ok);
            source::delimiter_of(&lines.find(|line| !line.trim().is_empty()).unwrap_or_default())
        }
    };
    Ok(Form { encoding, delimiter })
}

fn is_blank(record: &ByteRecord) -> bool {
    record.iter().all(|cell| cell.trim_ascii().is_empty())
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::invalid("file", format_args!("cannot read `{}`: {error}", path.display()))
}
