//! `import-sales`: replays a file of sales as enrolments and purchases with their own dates.

mod back;
mod book;
mod columns;
mod guess;
mod numbers;
mod order;
mod people;
mod price;
mod report;
mod roles;
mod row;
mod rows;
mod skipped;
mod sort;
mod source;
mod status;
mod survey;
mod times;
mod understand;
mod work;

use std::path::PathBuf;

use clap::{ArgMatches, Args, FromArgMatches as _};
use loyalty_core::{Engine, Error, Result};
use serde_json::Value;

use self::columns::Names;
use self::numbers::DecimalSign;
use self::people::UserKind;
use self::times::DateOrder;

/// What becomes of a row that stands in its order a second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum RepeatedRows {
    /// It counts once.
    Once,
    /// It counts as often as it stands there.
    Add,
}

/// Replay a file of sales as enrolments and purchases with their own dates
///
/// Reads CSV as shops have it, also compressed with gzip: the signs between columns, the encoding, the sign before
/// decimals, the order of day and month and the columns are found out, and what can be read in two ways is asked for.
/// `--guess` shows how the file is understood and the first orders as they would be booked, and writes nothing.
///
/// Rows with the same order id are one order, wherever they stand, and so are rows below it that have no order, time and
/// user. The order is dated by its first sale, and orders are booked by their dates: the same rows in any order
/// give the same database. An unknown user is enrolled with the first order; users who are no numbers are found by e-mail,
/// telephone or card, or get an id above 2^52 that depends on that alone. What was given back is refunded. Pending and
/// cancelled orders, guests, blank rows, rows of sums and repeated rows are left out, counted by reason and listed. A
/// quantity above 9999 becomes several lines of the order.
///
/// Orders are their own keys: importing a file again changes nothing and reports them as `replayed`; an import that
/// was interrupted is continued by running it again with the same options. 500 orders are one transaction; a bad line
/// stops the import before anything is written, and is named with line and column. Orders older than what their member has
/// bought by now are refused when the tier has changed between: they would earn by the wrong one.
#[derive(Debug, Args)]
pub(crate) struct ImportSales {
    /// The file: CSV, or CSV compressed with gzip
    file: PathBuf,
    /// Show how the file is understood, and write nothing
    #[arg(long)]
    guess: bool,
    /// Field delimiter: one character, or `tab` [default: the one that parts the header into most columns]
    #[arg(long, value_name = "SIGN")]
    delimiter: Option<String>,
    /// Encoding, by its name in web pages [default: by the file's mark; else UTF-8, or Windows-1252 if it is none]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Sign before decimals [default: the one that all amounts agree with]
    #[arg(long, value_name = "SIGN", value_enum)]
    decimal_sign: Option<DecimalSign>,
    /// Whether day or month comes first in dates like `01/02/2025` [default: what all dates agree with]
    #[arg(long, value_name = "FIRST", value_enum, conflicts_with = "time_format")]
    date_order: Option<DateOrder>,
    /// How times are written, as in chrono's strftime [default: RFC 3339, `2026-03-02` or `02/03/2026`, with an optional
    /// `09:30[:15]`, `AM` or `PM` and offset]
    ///
    /// Times without an offset are in the programme's zone. One that the clocks skip moves forward by what they skip;
    /// of one that comes twice the first is meant.
    #[arg(long, value_name = "FORMAT")]
    time_format: Option<String>,
    /// What the column of users holds [default: what all its values look like]
    #[arg(long, value_name = "KIND", value_enum)]
    user_kind: Option<UserKind>,
    /// What a state of an order means: `WORD=paid`, `=pending`, `=cancelled`, `=refunded` or `=partly-refunded`; repeatable
    #[arg(long, value_name = "WORD=MEANING")]
    status_word: Vec<String>,
    /// What becomes of a row that stands in its order a second time, equal in all its cells
    #[arg(long, value_name = "HOW", value_enum, default_value = "once")]
    repeated_rows: RepeatedRows,
    /// Amounts of an order's rows add up, also where each order has the same on all of its rows
    #[arg(long)]
    amounts_add_up: bool,
    /// Factor on prices, to bring them to the programme's currency
    ///
    /// The amount of a row is multiplied exactly and rounded once, half up, to the smallest unit of the currency.
    /// Without a factor nothing is rounded: an amount that the currency does not have is an error.
    #[arg(long, value_name = "DECIMAL")]
    price_factor: Option<String>,
    /// Move all dates by so many whole days
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true, default_value_t = 0, conflicts_with = "until")]
    shift_days: i64,
    /// Move all dates by whole days so that the last sale falls on this local date
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Text to put before order ids, to keep them apart from those of the shop
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    order_prefix: String,
    /// Leave out orders with bad lines instead of stopping; they are counted and listed
    #[arg(long)]
    skip_bad: bool,
    /// Write all rows that were left out to a file, with line, order and reason
    #[arg(long, value_name = "FILE")]
    skipped: Option<PathBuf>,
    /// Book orders that come after later ones of another tier, by the tier of today
    #[arg(long)]
    allow_late: bool,
    // Last, because its heading holds for everything after it.
    #[command(flatten)]
    names: Names,
}

/// Whether the file is only to be looked at, so that no database is made.
pub(crate) fn only_guesses(given: &ArgMatches) -> bool {
    given.get_flag("guess")
}

/// Runs the import; the reply is its report.
///
/// # Errors
/// `invalid` naming line, column and what was expected, or that of the order that could not be booked.
pub(crate) fn run(engine: &Engine, given: &ArgMatches) -> Result<Value> {
    let import = ImportSales::from_arg_matches(given).map_err(|error| Error::invalid("command", error))?;
    let reply = if import.guess { import.guessed(engine) } else { import.all(engine) };
    reply.map_err(|error| match error.details().contains_key("line") {
        true => error.with("file", import.file.display().to_string()),
        false => error,
    })
}
