//! A purchase that a shop's own tables recorded, read into the engine's terms.

use crate::domain::programme::Programme;
use crate::value::{Decimal, Instant, Money, OrderId, UserId, Zone, limit};
use crate::{Error, Result};

/// A row of `loyalty_outbox`: texts as the shop wrote them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number; the rows of a purchase are in this order.
    pub id: i64,
    /// The order's id in the engine.
    pub order_id: String,
    /// The shop's user, if the purchase has one.
    pub user_id: Option<i64>,
    /// What was paid.
    pub amount: Option<String>,
    /// The state of the purchase.
    pub state: String,
    /// When it was bought, in the shop's local time.
    pub bought_at: Option<String>,
    /// The zone of that time; the programme's when there is none.
    pub zone: Option<String>,
    /// Which of the shop's tables it comes from.
    pub source: Option<String>,
    /// When the row was written, in microseconds since 1970.
    pub noted_at: i64,
}

/// The state of a purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxState {
    /// It stands, with this amount.
    Completed(Money),
    /// It is cancelled as a whole.
    Cancelled,
    /// It is open again: neither completed nor cancelled.
    Open,
}

/// A purchase that was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The order.
    pub order_id: OrderId,
    /// Who bought; `None` for a purchase without a user.
    pub user_id: Option<UserId>,
    /// Its state.
    pub state: OutboxState,
    /// When it was bought.
    pub at: Instant,
}

/// Reads a row.
///
/// # Errors
/// `invalid` with the name of the column.
pub fn read(row: &OutboxRow, programme: &Programme, now: Instant) -> Result<Noted> {
    let order_id = OrderId::new(row.order_id.as_str()).map_err(|error| named(&error, "order_id"))?;
    let user_id = row.user_id.map(UserId::new).transpose().map_err(|error| named(&error, "user_id"))?;
    let state = match row.state.as_str() {
        "completed" => OutboxState::Completed(amount(row, programme)?),
        "cancelled" => OutboxState::Cancelled,
        "open" => OutboxState::Open,
        other => {
            let expected = format!("must be completed, cancelled or open, got `{other}`");
            return Err(Error::invalid("state", expected));
        }
    };
    Ok(Noted { order_id, user_id, state, at: bought(row, programme.zone, now)? })
}

/// The same error with the name of the column.
fn named(error: &Error, column: &str) -> Error {
    let expected = error.details().get("expected").and_then(|text| text.as_str().map(str::to_owned));
    Error::invalid(column, expected.unwrap_or_else(|| error.message().to_owned()))
}

/// A column of decimals may have more of them than the currency, usually zeros: half a unit or more is rounded up.
fn amount(row: &OutboxRow, programme: &Programme) -> Result<Money> {
    let text = row.amount.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Error::invalid("amount", "is required for a completed purchase"))?;
    let decimal: Decimal =
        text.parse().map_err(|rule| Error::invalid("amount", format_args!("{rule}, got `{text}`")))?;
    if decimal.is_negative() {
        return Err(Error::invalid("amount", format_args!("must not be negative, got `{text}`")));
    }
    let minor = decimal.rounded(programme.currency.exponent()).unwrap_or(i64::MAX);
    limit::within("amount", minor, 0, limit::MAX_MINOR)?;
    Money::minor(minor)
}

/// When it was bought: never after it was recorded, nor after now, because a shop's clock may use another zone. An
/// invalid date becomes the time of the record.
fn bought(row: &OutboxRow, own: Zone, now: Instant) -> Result<Instant> {
    let latest = Instant::from_micros(row.noted_at).map_err(|error| named(&error, "noted_at"))?.min(now);
    let zone = match row.zone.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => Zone::parse(name).ok_or_else(|| {
            let expected = format!("must be an IANA time zone like `America/Santiago`, got `{name}`");
            Error::invalid("zone", expected)
        })?,
        None => own,
    };
    let Some(text) = row.bought_at.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(latest) };
    if text.starts_with("0000-") {
        return Ok(latest);
    }
    let formats = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f"];
    let local = formats.iter().find_map(|format| chrono::NaiveDateTime::parse_from_str(text, format).ok());
    let local = local.ok_or_else(|| {
        let expected = format!("must be a local time like `2026-03-02 09:30:00`, got `{text}`");
        Error::invalid("bought_at", expected)
    })?;
    Ok(zone.from_local(local).map_err(|error| named(&error, "bought_at"))?.min(latest))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTED: &str = "2026-03-02T15:00:00Z";

    fn row() -> OutboxRow {
        OutboxRow {
            order_id: "17".to_owned(),
            user_id: Some(7),
            amount: Some("12990.50".to_owned()),
            state: "completed".to_owned(),
            bought_at: Some("2026-03-02 09:30:00".to_owned()),
            noted_at: Instant::parse(NOTED).unwrap().micros(),
            ..OutboxRow::default()
        }
    }

    fn noted(row: &OutboxRow) -> Result<Noted> {
        read(row, &Programme::cafe_vt().unwrap(), Instant::parse("2026-03-03T00:00:00Z").unwrap())
    }

    fn at(row: &OutboxRow) -> Instant {
        noted(row).unwrap().at
    }

    #[test]
    fn a_time_is_read_in_the_shops_zone_and_never_lies_ahead_of_the_note() {
        let instant = |text: &str| Instant::parse(text).unwrap();
        assert_eq!(at(&row()), instant("2026-03-02T12:30:00Z"), "in the programme's zone");
        let mexico = OutboxRow { zone: Some("America/Mexico_City".to_owned()), ..row() };
        assert_eq!(at(&mexico), instant(NOTED), "15:30 there, half an hour after the note");
        let utc = OutboxRow { zone: Some("UTC".to_owned()), ..row() };
        assert_eq!(at(&utc), instant("2026-03-02T09:30:00Z"));
        for none in [None, Some("0000-00-00 00:00:00".to_owned())] {
            assert_eq!(at(&OutboxRow { bought_at: none, ..row() }), instant(NOTED));
        }
        let early = read(&row(), &Programme::cafe_vt().unwrap(), instant("2026-03-02T12:00:00Z")).unwrap();
        assert_eq!(early.at, instant("2026-03-02T12:00:00Z"), "a clock that was set back");
    }

    #[test]
    fn an_amount_of_a_column_is_rounded_to_the_currency() {
        let state = |text: &str| noted(&OutboxRow { amount: Some(text.to_owned()), ..row() }).unwrap().state;
        for (text, pesos) in
            [("12990.50", 12_991), ("12990.4999", 12_990), ("12.000", 12), ("0", 0), ("5000.00", 5_000)]
        {
            assert_eq!(state(text), OutboxState::Completed(Money::minor(pesos).unwrap()), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_names_its_column() {
        let text = |text: &str| Some(text.to_owned());
        for (wrong, field) in [
            (OutboxRow { order_id: String::new(), ..row() }, "order_id"),
            (OutboxRow { user_id: Some(0), ..row() }, "user_id"),
            (OutboxRow { amount: None, ..row() }, "amount"),
            (OutboxRow { amount: text("-1.00"), ..row() }, "amount"),
            (OutboxRow { amount: text("mucho"), ..row() }, "amount"),
            (OutboxRow { amount: text("99999999999999999"), ..row() }, "amount"),
            (OutboxRow { state: "pagado".to_owned(), ..row() }, "state"),
            (OutboxRow { zone: text("America/Santiago"), bought_at: text("ayer"), ..row() }, "bought_at"),
            (OutboxRow { zone: text("Marte"), ..row() }, "zone"),
            (OutboxRow { noted_at: -1, ..row() }, "noted_at"),
        ] {
            assert_eq!(noted(&wrong).unwrap_err().details()["field"], field, "{wrong:?}");
        }
    }
}
