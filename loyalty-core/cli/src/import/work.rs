//! The steps of an import: rows are sorted by order, orders by time, and then booked.

use chrono::NaiveDate;
use loyalty_core::value::{Day, Instant};
use loyalty_core::{Engine, Error, Kind, Result};
use serde_json::Value;

use super::book::{Amounts, Booking, Done, Latecomers};
use super::order::{AmountEvidence, Event, Judged, judge};
use super::report::Report;
use super::roles::Role;
use super::row::{Reading, Row};
use super::rows::{Rows, Sort};
use super::skipped::{Reason, Skipped};
use super::sort::{Sorted, Sorter};
use super::source::bar;
use super::understand::Understood;
use super::{ImportSales, RepeatedRows};

/// Orders in one transaction: few enough that pages hardly wait, enough that disk syncs do not matter.
const ORDERS_IN_BATCH: usize = 500;

/// The largest number of rows that one order may have.
const MOST_ROWS: usize = 10_000;

/// The events of a file, by time.
pub(super) struct Gathered {
    pub(super) events: Sorted<Event>,
    pub(super) count: u64,
    pub(super) evidence: AmountEvidence,
    /// The local day of the last sale.
    pub(super) last: Option<NaiveDate>,
}

impl ImportSales {
    /// Imports the file.
    ///
    /// # Errors
    /// The errors of the command.
    pub(super) fn all(&self, engine: &Engine) -> Result<Value> {
        let understood = self.understood(engine)?;
        if let Some((option, why)) = understood.unclear.first() {
            return Err(Error::invalid(option, why));
        }
        let mut skipped = Skipped::new(self.skipped.as_deref())?;
        let mut gathered = self.gathered(&understood, &mut skipped)?;
        let amounts = self.amounts(&understood.reading, &gathered.evidence)?;
        let mut booking = self.booking(engine, amounts, gathered.last)?;
        let mut report = Report::new(engine.programme().zone);
        let progress = bar(gathered.count);
        loop {
            let events = some_of(&mut gathered.events)?;
            if events.is_empty() {
                break;
            }
            self.book(engine, &events, &mut booking, &mut report, &mut skipped)?;
            progress.inc(u64::try_from(events.len()).unwrap_or_default());
        }
        progress.finish_and_clear();
        skipped.finish()?;
        report.add_rows(understood.survey.rows, skipped);
        serde_json::to_value(report.finished()).map_err(Error::internal)
    }

    /// How the events are booked.
    ///
    /// # Errors
    /// `invalid` for a date that is not valid.
    pub(super) fn booking(&self, engine: &Engine, amounts: Amounts, last: Option<NaiveDate>) -> Result<Booking> {
        let mut shift = self.shift_days;
        if let Some(until) = &self.until {
            let day = Day::parse(until).map_err(|expected| Error::invalid("until", expected))?;
            let until = NaiveDate::parse_from_str(&day.to_string(), "%Y-%m-%d").map_err(Error::internal)?;
            shift = last.map_or(0, |last| until.signed_duration_since(last).num_days());
        }
        let latecomers = if self.allow_late { Latecomers::Booked } else { Latecomers::Refused };
        Ok(Booking::new(amounts, engine.programme(), shift, latecomers))
    }

    /// Reads all rows and turns them into events.
    ///
    /// # Errors
    /// `invalid` naming a bad line, unless bad lines are to be left out.
    pub(super) fn gathered(&self, understood: &Understood, skipped: &mut Skipped) -> Result<Gathered> {
        let mut rows = self.rows(understood, skipped)?;
        let mut events = Sorter::new();
        let mut gathered = (0, AmountEvidence::default(), None);
        let mut next = rows.next()?;
        while let Some(first) = next.take() {
            let mut group = vec![first];
            loop {
                match rows.next()? {
                    Some(row) if group.last().is_some_and(|last| last.order == row.order) => {
                        group.push(row);
                        Self::bounded(&group)?;
                    }
                    other => {
                        next = other;
                        break;
                    }
                }
            }
            for event in self.events(group, &understood.reading, &mut gathered.1, skipped)? {
                if let Event::Sale(sale) = &event {
                    gathered.2 = gathered.2.max(NaiveDate::from_num_days_from_ce_opt(sale.day));
                }
                gathered.0 += 1;
                events.push(event.key(), &event)?;
            }
        }
        let (count, evidence, last) = gathered;
        Ok(Gathered { events: events.sorted()?, count, evidence, last })
    }

    /// A column that is the same on all rows is not the order's id; besides, an order must fit in memory.
    fn bounded(group: &[Row]) -> Result<()> {
        let Some(first) = group.first().filter(|_| group.len() > MOST_ROWS) else { return Ok(()) };
        let expected = format!("must be different for each order: more than {MOST_ROWS} rows have `{}`", first.order);
        Err(Error::invalid("order_column", expected).with("line", first.line))
    }

    /// All rows of sales, by order.
    fn rows(&self, understood: &Understood, skipped: &mut Skipped) -> Result<Sorted<Row>> {
        let reading = &understood.reading;
        let mut rows = Rows::open(&self.file, understood.form)?;
        let mut sorter = Sorter::new();
        let mut before: Option<String> = None;
        while rows.advance()? {
            match rows.sort(&reading.columns) {
                Sort::Blank => skipped.add(rows.line, "", Reason::Blank, "")?,
                Sort::Totals => skipped.add(rows.line, "", Reason::Totals, "")?,
                Sort::Sale => match reading.order_of(&rows.record, before.as_deref()) {
                    Err(error) => self.bad(skipped, 1, rows.line, "", error)?,
                    Ok(order) => {
                        before = Some(order.clone());
                        let row = reading.row(&rows.record, rows.line, order);
                        if let Some((column, expected)) = row.wrong.as_ref().filter(|_| !self.skip_bad && !self.guess) {
                            let error = Error::invalid(column, expected).with("column", column.as_str());
                            return Err(error.with("line", row.line));
                        }
                        let mut key = row.order.as_bytes().to_vec();
                        key.push(0);
                        key.extend(row.line.to_be_bytes());
                        sorter.push(key, &row)?;
                    }
                },
            }
        }
        sorter.sorted()
    }

    fn events(
        &self,
        mut group: Vec<Row>,
        reading: &Reading,
        evidence: &mut AmountEvidence,
        skipped: &mut Skipped,
    ) -> Result<Vec<Event>> {
        let mut prints = std::collections::HashSet::new();
        let mut repeated = Vec::new();
        if self.repeated_rows == RepeatedRows::Once {
            repeated = group.extract_if(.., |row| !prints.insert(row.print)).collect();
        }
        for row in repeated {
            let detail = "equal to an earlier row; --repeated-rows add counts it";
            skipped.add(row.line, &row.order, Reason::Duplicate, detail)?;
        }
        let (line, order) = group.first().map(|row| (row.line, row.order.clone())).unwrap_or_default();
        let count = u64::try_from(group.len()).unwrap_or(u64::MAX);
        let lines: Vec<u64> = group.iter().map(|row| row.line).collect();
        let judged = judge(group, reading, evidence, |row, reason| skipped.add(row.line, &row.order, reason, ""))?;
        match judged {
            Judged::Booked(events) => Ok(events),
            Judged::Skipped(reason) => {
                lines.iter().try_for_each(|line| skipped.add(*line, &order, reason, ""))?;
                Ok(Vec::new())
            }
            Judged::Bad(at, error) => {
                self.bad(skipped, count, if at == 0 { line } else { at }, &order, error)?;
                Ok(Vec::new())
            }
        }
    }

    /// A bad row makes its whole order bad: half an order would be booked with a wrong amount, for good.
    fn bad(&self, skipped: &mut Skipped, rows: u64, line: u64, order: &str, error: Error) -> Result<()> {
        let error = error.with("line", line);
        if self.skip_bad || self.guess { skipped.add_bad(rows, line, order, &error) } else { Err(error) }
    }

    /// What the amounts mean, judged by all orders.
    ///
    /// # Errors
    /// `invalid` naming the option that decides.
    pub(super) fn amounts(&self, reading: &Reading, evidence: &AmountEvidence) -> Result<Amounts> {
        let name = |role: Role| reading.columns.get(role).map_or("", |column| column.name.as_str());
        let Some(total) = reading.columns.get(Role::Total) else {
            return match (&evidence.same, &evidence.different) {
                (Some((line, order)), None) if reading.columns.has(Role::Amount) && !self.amounts_add_up => {
                    let column = name(Role::Amount);
                    let expected = format!(
                        "`{column}` is the same on all rows of each order, like `{order}`: is it the order's total? \
                         --total-column \"{column}\" says yes, --amounts-add-up says no"
                    );
                    Err(Error::invalid("amount_column", expected).with("line", *line))
                }
                _ => Ok(Amounts::Rows),
            };
        };
        if evidence.like_rows > 0 && evidence.unlike_rows == 0 {
            return Ok(Amounts::TotalsOfRows);
        }
        match &evidence.different {
            None => Ok(Amounts::Totals),
            Some(_) if !total.named => Ok(Amounts::TotalsOfRows),
            Some((line, order)) => {
                let expected = format!(
                    "`{0}` differs between the rows of order `{order}`; --amount-column \"{0}\" adds them up",
                    total.name
                );
                Err(Error::invalid("total_column", expected).with("line", *line))
            }
        }
    }

    /// Books events in one transaction.
    fn book(
        &self,
        engine: &Engine,
        events: &[Event],
        booking: &mut Booking,
        report: &mut Report,
        skipped: &mut Skipped,
    ) -> Result<()> {
        let (mut booked, mut bad): (Vec<(Instant, Done)>, Vec<_>) = (Vec::new(), Vec::new());
        engine.batch(|batch| {
            // The batch may run again.
            booked.clear();
            bad.clear();
            for event in events {
                let (line, order, rows) = match event {
                    Event::Sale(sale) => (sale.line, &sale.order, sale.rows),
                    Event::Back(back) => (back.line, &back.order, 1),
                };
                let done = booking.at(event).and_then(|at| Ok((at, booking.book(batch, event)?)));
                match done {
                    Ok(done) => booked.push(done),
                    Err(error) if matches!(error.kind(), Kind::Unavailable | Kind::Internal) => return Err(error),
                    Err(error) if self.skip_bad => bad.push((rows, line, order, error)),
                    Err(error) => return Err(error.with("line", line).with("order_id", order.as_str())),
                }
            }
            Ok(())
        })?;
        booked.iter().for_each(|(at, done)| report.add(*at, done));
        bad.into_iter().try_for_each(|(rows, line, order, error)| skipped.add_bad(rows, line, order, &error))
    }
}

fn some_of(events: &mut Sorted<Event>) -> Result<Vec<Event>> {
    let mut some = Vec::with_capacity(ORDERS_IN_BATCH);
    while some.len() < ORDERS_IN_BATCH {
        match events.next()? {
            Some(event) => some.push(event),
            None => break,
        }
    }
    Ok(some)
}
