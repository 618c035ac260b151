//! JSON texts in all tables, for `verify`.

use serde::de::IgnoredAny;

use super::session::{Row, Session};
use crate::{Error, Fault, Result};

/// The name of a row, with its number for `{}`, and the query for the number and the text.
const TEXTS: [(&str, &str); 14] = [
    (
        "settlement of the order booked by entry {}",
        "SELECT /* all */ entry_id, settlement FROM loyalty_order_standings",
    ),
    ("receipt of the imported order of entry {}", "SELECT /* all */ entry_id, receipt FROM loyalty_order_standings"),
    ("answer of the payment by entry {}", "SELECT /* all */ entry_id, answer FROM loyalty_payments"),
    (
        "answer of the release of the payment by entry {}",
        "SELECT /* all */ entry_id, release_answer FROM loyalty_payments",
    ),
    ("what of the payment by entry {} went back", "SELECT /* all */ entry_id, returned FROM loyalty_payments"),
    ("act behind entry {}", "SELECT /* all */ last_entry, act FROM loyalty_acts"),
    ("order before the act behind entry {}", "SELECT /* all */ last_entry, order_before FROM loyalty_acts"),
    ("terms of coupon {}", "SELECT /* all */ id, terms FROM loyalty_coupons"),
    ("terms of coupon batch {}", "SELECT /* all */ id, terms FROM loyalty_coupon_batches"),
    ("answer of the use of a coupon {}", "SELECT /* all */ id, answer FROM loyalty_coupon_uses"),
    ("answer of gift card entry {}", "SELECT /* all */ id, answer FROM loyalty_gift_card_entries"),
    ("properties of event {}", "SELECT /* all */ id, properties FROM loyalty_events"),
    ("answer of the key kept at {}", "SELECT /* all */ created_at, answer FROM loyalty_answers"),
    ("reasons of the referral of {}", "SELECT /* all */ referred_id, reasons FROM loyalty_referrals"),
];

/// Names every text that cannot be read.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn damaged(session: &mut dyn Session, mut each: impl FnMut(String)) -> Result<()> {
    for (what, sql) in TEXTS {
        session.query(sql, &[], &mut |row: &dyn Row| {
            let number = row.int(0)?.unwrap_or(0);
            // Bytes that are not text are not JSON either.
            let is_right = row.text(1).map(|text| text.is_none_or(is_json));
            if !is_right.or_else(
                |error: Error| if error.fault() == Some(Fault::DatabaseCorrupt) { Ok(false) } else { Err(error) },
            )? {
                each(what.replace("{}", &number.to_string()));
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// An empty text means that nothing is stored.
fn is_json(text: &str) -> bool {
    text.is_empty() || serde_json::from_str::<IgnoredAny>(text).is_ok()
}
