//! `import-sales`: replays a file of sales as enrolments and purchases with their own dates.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, IsTerminal as _, Read};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{ArgMatches, Args, FromArgMatches as _};
use flate2::read::MultiGzDecoder;
use indicatif::{ProgressBar, ProgressStyle};
use loyalty_core::ops::{Enroll, Receipt};
use loyalty_core::value::Decimal;
use loyalty_core::{Batch, Call, Engine, Error, Kind, Result};
use serde_json::Value;

use crate::columns::{Columns, Names};
use crate::fail;
use crate::price::Prices;
use crate::report::Report;
use crate::sales::{Order, Rules, SHOWN_BAD, Sales};
use crate::times::Times;

/// Orders in one transaction: few enough that pages hardly wait, enough that syncs do not count.
const ORDERS_IN_BATCH: usize = 500;

/// Replay a file of sales as enrolments and purchases with their own dates
///
/// Reads CSV, also compressed with gzip, with a header. Rows with the same order id are one order: they must follow
/// one another, as in any file sorted by order or by time; an order that comes back later is an error. The order
/// is dated by its first row. An unknown user is enrolled with the first order. Rows with a quantity of zero or less
/// (returns), with a negative price, or without a user are skipped and counted. A quantity above 9999 becomes several
/// lines of the order.
///
/// Orders are their own keys: importing a file again changes nothing and reports them as `replayed`; an import that
/// was interrupted is continued by running it again with the same options. 500 orders are one transaction; a bad line
/// stops the import, undoes its transaction and is named with line and column.
#[derive(Debug, Args)]
pub(crate) struct ImportSales {
    /// The file: CSV, or CSV compressed with gzip
    file: PathBuf,
    /// Field delimiter: one character, or `tab`
    #[arg(long, value_name = "SIGN", default_value = ",")]
    delimiter: String,
    /// How times are written, as in chrono's strftime [default: RFC 3339, or `2026-03-02` with an optional `09:30[:15]`]
    ///
    /// Times without an offset are in the programme's zone. One that the clocks skip moves forward by what they skip;
    /// of one that comes twice the first is meant.
    #[arg(long, value_name = "FORMAT")]
    time_format: Option<String>,
    /// Factor on prices, to bring them to the programme's currency
    ///
    /// The amount of a row is multiplied exactly and rounded once, half up, to the smallest unit of the currency.
    /// Without a factor nothing is rounded: an amount that the currency does not have is an error.
    #[arg(long, value_name = "DECIMAL")]
    price_factor: Option<String>,
    /// Move all dates by so many whole days
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true, default_value_t = 0, conflicts_with = "until")]
    shift_days: i64,
    /// Move all dates by whole days so that the last sale falls on this local date; reads the file twice
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// Text to put before order ids, to keep them apart from those of the shop
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    order_prefix: String,
    /// Leave out orders with bad lines instead of stopping; they are counted and the first are shown
    #[arg(long)]
    skip_bad: bool,
    // Last, because its heading holds for everything after it.
    #[command(flatten)]
    names: Names,
}

/// Runs the import; the reply is its report.
///
/// # Errors
/// `invalid` naming line, column and what was expected, or that of the order that could not be booked.
pub(crate) fn run(engine: &Engine, given: &ArgMatches) -> Result<Value> {
    let import = ImportSales::from_arg_matches(given).map_err(|error| Error::invalid("command", error))?;
    let report = import.all(engine).map_err(|error| match error.details().contains_key("line") {
        true => error.with("file", import.file.display().to_string()),
        false => error,
    })?;
    serde_json::to_value(report).map_err(Error::internal)
}

impl ImportSales {
    fn all(&self, engine: &Engine) -> Result<Report> {
        let mut shift = self.shift_days;
        if let Some(until) = &self.until {
            let until = NaiveDate::parse_from_str(until, "%Y-%m-%d").map_err(|_| {
                Error::invalid("until", format_args!("must be a date like `2026-03-02`, got `{until}`"))
            })?;
            // The first reading finds the last day, and any bad line before something is written.
            let (mut sales, bar) = self.open(engine, 0)?;
            let mut last: Option<NaiveDate> = None;
            while let Some(order) = sales.next_order()? {
                last = last.max(Some(order.day));
            }
            bar.finish_and_clear();
            shift = last.map_or(0, |last| until.signed_duration_since(last).num_days());
        }
        let (mut sales, bar) = self.open(engine, shift)?;
        let mut report = Report::new(engine.programme().zone);
        loop {
            let orders = read_some(&mut sales)?;
            self.show_bad(&mut sales.bad, &report, &bar);
            if orders.is_empty() {
                break;
            }
            self.book(engine, &orders, &mut report, &bar)?;
        }
        bar.finish_and_clear();
        report.add_rows(&sales.counts);
        Ok(report.finished())
    }

    /// Books orders in one transaction.
    fn book(&self, engine: &Engine, orders: &[Order], report: &mut Report, bar: &ProgressBar) -> Result<()> {
        let (mut booked, mut skipped) = (Vec::new(), Vec::new());
        engine.batch(|batch| {
            // The batch may be run again.
            booked.clear();
            skipped.clear();
            for order in orders {
                match book_one(batch, order) {
                    Ok(done) => booked.push((order, done)),
                    Err(error) => {
                        let of_store = matches!(error.kind(), Kind::Unavailable | Kind::Internal);
                        if of_store {
                            return Err(error);
                        }
                        let error = error.with("line", order.line).with("order_id", order.id());
                        if !self.skip_bad {
                            return Err(error);
                        }
                        skipped.push((order.rows, error));
                    }
                }
            }
            Ok(())
        })?;
        for (order, (enrolled, receipt)) in &booked {
            report.add(order, *enrolled, receipt);
        }
        let mut bad = Vec::with_capacity(skipped.len());
        for (rows, error) in skipped {
            report.add_bad(rows);
            bad.push(error);
        }
        self.show_bad(&mut bad, report, bar);
        Ok(())
    }

    fn show_bad(&self, bad: &mut Vec<Error>, report: &Report, bar: &ProgressBar) {
        for error in bad.drain(..) {
            if report.may_show(SHOWN_BAD) {
                let error = error.with("file", self.file.display().to_string());
                bar.suspend(|| eprintln!("{} (skipped)", fail::in_words(&error)));
            }
        }
    }

    fn open(&self, engine: &Engine, shift_days: i64) -> Result<(Sales, ProgressBar)> {
        let programme = engine.programme();
        let factor = self.price_factor.as_deref().map(|text| {
            let factor = text.parse::<Decimal>().ok().filter(|factor| !factor.is_negative());
            factor
                .ok_or_else(|| Error::invalid("price_factor", "must be a decimal number like `1250.50`, not negative"))
        });
        let delimiter = match self.delimiter.as_bytes() {
            b"tab" | b"\\t" => b'\t',
            [one] => *one,
            _ => return Err(Error::invalid("delimiter", "must be one character, or `tab`")),
        };
        let rules = Rules {
            prices: Prices { factor: factor.transpose()?, currency: programme.currency },
            times: Times::new(programme.zone, self.time_format.clone(), shift_days)?,
            order_prefix: self.order_prefix.clone(),
            skip_bad: self.skip_bad,
        };
        let (source, bar) = open(&self.file)
            .map_err(|error| Error::invalid("file", format_args!("cannot read `{}`: {error}", self.file.display())))?;
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(source);
        let header =
            reader.headers().map_err(|error| Error::invalid("file", format_args!("has no header: {error}")))?;
        let columns = Columns::find(&self.names, header)?;
        Ok((Sales::new(reader, columns, rules), bar))
    }
}

/// A file, unpacked when it is packed, and the bar that moves as it is read.
fn open(path: &Path) -> io::Result<(Box<dyn Read>, ProgressBar)> {
    let file = File::open(path)?;
    let bar = if io::stderr().is_terminal() { ProgressBar::new(file.metadata()?.len()) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent}% {eta} left") {
        bar.set_style(style);
    }
    let mut source = BufReader::new(bar.wrap_read(file));
    // The first two bytes tell gzip, whatever the file is called.
    let packed = source.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let source: Box<dyn Read> = if packed { Box::new(MultiGzDecoder::new(source)) } else { Box::new(source) };
    Ok((source, bar))
}

fn read_some(sales: &mut Sales) -> Result<Vec<Order>> {
    let mut orders = Vec::with_capacity(ORDERS_IN_BATCH);
    while orders.len() < ORDERS_IN_BATCH {
        match sales.next_order()? {
            Some(order) => orders.push(order),
            None => break,
        }
    }
    Ok(orders)
}

fn book_one(batch: &mut Batch<'_>, order: &Order) -> Result<(bool, Receipt)> {
    let call = Call::new().at(order.at);
    batch.together(|batch| {
        let enrolled = !batch.is_member(order.earn.user_id)?;
        if enrolled {
            let name = order.name.clone();
            batch.run_as(&Enroll { name, ..Enroll::user(order.earn.user_id) }, &call)?;
        }
        Ok((enrolled, batch.run_as(&order.earn, &call)?))
    })
}
