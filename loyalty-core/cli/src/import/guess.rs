//! `--guess`: how a file is understood, and its first orders as they would be booked.

use loyalty_core::value::UserId;
use loyalty_core::{Engine, Result};
use serde_json::{Map, Value, json};

use super::ImportSales;
use super::book::{Amounts, Booking};
use super::numbers::DecimalSign;
use super::order::Event;
use super::people::{UserKind, Who, given_id};
use super::roles::Role;
use super::skipped::Skipped;
use super::times::DateOrder;
use super::understand::Understood;

/// How many orders are shown.
const SHOWN: usize = 5;

impl ImportSales {
    /// How the file is understood; nothing is written.
    ///
    /// # Errors
    /// `invalid` for a file that cannot be understood at all.
    pub(super) fn guessed(&self, engine: &Engine) -> Result<Value> {
        let understood = self.understood(engine)?;
        let mut skipped = Skipped::new(self.skipped.as_deref())?;
        let mut gathered = self.gathered(&understood, &mut skipped)?;
        let mut unclear: Vec<Value> = understood
            .unclear
            .iter()
            .map(|(option, why)| json!({"option": format!("--{}", option.replace('_', "-")), "why": why}))
            .collect();
        let amounts = self.amounts(&understood.reading, &gathered.evidence).unwrap_or_else(|error| {
            unclear.push(json!({"option": "--total-column or --amounts-add-up", "why": error.message()}));
            Amounts::Rows
        });
        let last = gathered.last;
        let booking = self.booking(engine, amounts, last)?;
        let mut orders = Vec::new();
        while orders.len() < SHOWN
            && let Some(event) = gathered.events.next()?
        {
            orders.push(shown(engine, &booking, &event)?);
        }
        skipped.finish()?;
        let mut reply = description(&understood, amounts);
        reply.insert("unclear".to_owned(), Value::from(unclear));
        reply.insert("rows".to_owned(), Value::from(understood.survey.rows));
        reply.insert("would_book".to_owned(), Value::from(gathered.count));
        reply.insert("first_orders".to_owned(), Value::from(orders));
        reply.insert("skipped".to_owned(), json!(skipped.counts));
        reply.insert("skipped_rows".to_owned(), json!(skipped.first));
        Ok(Value::Object(reply))
    }
}

fn description(understood: &Understood, amounts: Amounts) -> Map<String, Value> {
    let reading = &understood.reading;
    let columns: Vec<Value> = reading
        .columns
        .all()
        .map(|(role, column)| {
            let how = if column.named { "named" } else { "guessed" };
            json!({"for": role.word(), "column": column.name, "how": how, "option": format!("--{}", role.option())})
        })
        .collect();
    let states: Vec<Value> = understood
        .survey
        .words
        .iter()
        .map(|(word, rows)| json!({"word": word, "rows": rows, "means": reading.words.meaning(word)}))
        .collect();
    let delimiter = match understood.form.delimiter {
        b'\t' => "tab".to_owned(),
        other => char::from(other).to_string(),
    };
    let order = match understood.date_order {
        _ if !understood.survey.dates.matters() => None,
        DateOrder::Day => Some("day"),
        DateOrder::Month => Some("month"),
    };
    let users = match reading.users {
        _ if !reading.columns.has(Role::User) => None,
        UserKind::Number => Some("number"),
        UserKind::Email => Some("email"),
        UserKind::Phone => Some("phone"),
        UserKind::Card => Some("card"),
    };
    let amounts = match amounts {
        Amounts::Rows => "add up to their order",
        Amounts::Totals => "are totals of orders",
        Amounts::TotalsOfRows => "are totals of rows",
    };
    let sign = if understood.decimal_sign == DecimalSign::Point { "." } else { "," };
    let reply = json!({
        "encoding": understood.form.encoding.name(),
        "delimiter": delimiter,
        "decimal_sign": sign,
        "date_order": order,
        "user_kind": users,
        "amounts": amounts,
        "columns": columns,
        "unused_columns": reading.columns.unused(),
        "states": states,
    });
    reply.as_object().cloned().unwrap_or_default()
}

/// An event as it would be booked.
fn shown(engine: &Engine, booking: &Booking, event: &Event) -> Result<Value> {
    let zone = engine.programme().zone;
    let at = booking.at(event).map_or(Value::Null, |at| Value::from(zone.moment(at).to_string()));
    match event {
        Event::Sale(sale) => {
            let (user_id, found_by) = match &sale.contact.who {
                Some(Who::User(number)) => (UserId::new(*number)?, None),
                Some(Who::Found(kind, value)) => (given_id(*kind, value)?, Some(format!("{}: {value}", kind.word()))),
                None => return Ok(Value::Null),
            };
            let purchase = booking.purchase(sale, user_id)?;
            Ok(json!({
                "line": sale.line, "order_id": sale.order, "books": "purchase", "at": at, "user_id": user_id,
                "found_by": found_by, "amount": purchase.amount, "lines": purchase.items.len(),
            }))
        }
        Event::Back(back) => {
            let refund = booking.refund(back)?;
            Ok(json!({
                "line": back.line, "order_id": back.order, "books": "refund", "at": at, "user_id": null,
                "found_by": null, "amount": refund.amount, "lines": refund.items.len(),
            }))
        }
    }
}
