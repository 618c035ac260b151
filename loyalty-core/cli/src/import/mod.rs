//! `import-sales`: imports a file of sales as enrolments and purchases with their own dates.

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

/// What to do with a row that is repeated within its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum RepeatedRows {
    /// Count it once.
    Once,
    /// Count it as often as it occurs.
    Add,
}

/// Import a file of sales as enrolments and purchases with their own dates
///
/// Reads CSV files as shops export them, also compressed with gzip. It works out the delimiter, the encoding, the
/// decimal sign, the order of day and month, and the columns; when something can be read in two ways, it asks for an
/// option. `--guess` shows how the file is understood and its first orders as they would be booked, and writes nothing.
///
/// Rows with the same order id are one order, wherever they are in the file; so are the rows below that have no order,
/// time and user. An order has the date of its first sale, and orders are booked by date: the same rows in any order
/// give the same database. An unknown user is enrolled with the first order. Users without a number are found by
/// e-mail, telephone or card; otherwise they get an id above 2^52 that depends only on that identity. What was given
/// back is refunded. Pending and cancelled orders, guests, blank rows, rows with sums and repeated rows are left out,
/// counted by reason and listed. A quantity above 9999 becomes several lines of the order.
///
/// Each order is its own idempotency key: importing a file again changes nothing and reports its orders as `replayed`.
/// To continue an import that was interrupted, run it again with the same options. Each transaction books 500 orders. A
/// bad line stops the import before anything is written, and the error names its line and column. An order that is
/// older than what its member has already bought is refused when the tier has changed in between, because it would earn
/// by the wrong tier.
#[derive(Debug, Args)]
pub(crate) struct ImportSales {
    /// The file: CSV, or CSV compressed with gzip
    file: PathBuf,
    /// Show how the file is understood, and write nothing
    #[arg(long)]
    guess: bool,
    /// Field delimiter: one character, or `tab` [default: the one that splits the header into the most columns]
    #[arg(long, value_name = "SIGN")]
    delimiter: Option<String>,
    /// Encoding, by its name on the web [default: by the file's byte order mark; otherwise UTF-8, or Windows-1252 if
    /// the file is not UTF-8]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Decimal sign [default: the one that fits all amounts]
    #[arg(long, value_name = "SIGN", value_enum)]
    decimal_sign: Option<DecimalSign>,
    /// Whether day or month comes first in dates like `01/02/2025` [default: the order that fits all dates]
    #[arg(long, value_name = "FIRST", value_enum, conflicts_with = "time_format")]
    date_order: Option<DateOrder>,
    /// How times are written, as in chrono's strftime [default: RFC 3339, `2026-03-02` or `02/03/2026`, with an
    /// optional `09:30[:15]`, `AM` or `PM` and offset]
    ///
    /// Times without an offset are in the programme's zone. A time that the clocks skip moves forward by what they
    /// skip; a time that occurs twice means the first.
    #[arg(long, value_name = "FORMAT")]
    time_format: Option<String>,
    /// What the column of users holds [default: what all its values look like]
    #[arg(long, value_name = "KIND", value_enum)]
    user_kind: Option<UserKind>,
    /// What a state of an order means: `WORD=paid`, `=pending`, `=cancelled`, `=refunded` or `=partly-refunded`;
    /// repeatable
    #[arg(long, value_name = "WORD=MEANING")]
    status_word: Vec<String>,
    /// What to do with a row that is repeated within its order, equal in all its cells
    #[arg(long, value_name = "HOW", value_enum, default_value = "once")]
    repeated_rows: RepeatedRows,
    /// Add up the amounts of an order's rows, even when all rows of each order have the same amount
    #[arg(long)]
    amounts_add_up: bool,
    /// Factor for prices, to convert them to the programme's currency
    ///
    /// The amount of a row is multiplied exactly and rounded once, half up, to the smallest unit of the currency.
    /// Without a factor nothing is rounded: an amount that the currency cannot express is an error.
    #[arg(long, value_name = "DECIMAL")]
    price_factor: Option<String>,
    /// Move all dates by this many whole days
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true, default_value_t = 0, conflicts_with = "until")]
    shift_days: i64,
    /// Move all dates by whole days so that the last sale is on this local date
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Text to put before order ids, to keep them apart from the shop's own
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    order_prefix: String,
    /// Leave out orders with bad lines instead of stopping; they are counted and listed
    #[arg(long)]
    skip_bad: bool,
    /// Write all rows that were left out to a file, with line, order and reason
    #[arg(long, value_name = "FILE")]
    skipped: Option<PathBuf>,
    /// Book late orders, which come after later ones of another tier, by today's tier
    #[arg(long)]
    allow_late: bool,
    // Last, because its heading applies to everything after it.
    #[command(flatten)]
    names: Names,
}

/// Whether the file is only inspected, so that no database is created.
pub(crate) fn only_guesses(given: &ArgMatches) -> bool {
    given.get_flag("guess")
}

/// Runs the import; the reply is its report.
///
/// # Errors
/// `invalid` naming the line, the column and what was expected, or the error of the order that could not be booked.
pub(crate) fn run(engine: &Engine, given: &ArgMatches) -> Result<Value> {
    let import = ImportSales::from_arg_matches(given).map_err(|error| Error::invalid("command", error))?;
    let reply = if import.guess { import.guessed(engine) } else { import.all(engine) };
    reply.map_err(|error| match error.details().contains_key("line") {
        true => error.with("file", import.file.display().to_string()),
        false => error,
    })
}
