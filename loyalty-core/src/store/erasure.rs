//! Erases the texts of a member's entries, and of those who were merged into the member. The chain holds: digests take
//! the places of the texts, and the salt that hides them is gone.

use serde_json::Value;

use super::session::{Session, SqlParam};
use super::{acts, keys, ledger, members};
use crate::domain::receipt;
use crate::value::{EntryId, MemberId, OrderId, UserId};
use crate::{Error, Result};

/// What an entry or an imported order still says of itself: the order, its receipt.
type Receipt = (EntryId, OrderId, String);

/// Erases the texts of all entries, the digests of their orders' arguments, and the salt.
///
/// # Errors
/// `not_found` when there is no such member, `unavailable` when the database fails.
pub fn texts(session: &mut dyn Session, user_id: UserId) -> Result<()> {
    let member = members::find(session, user_id)?.ok_or_else(|| Error::not_found("user_id", user_id))?;
    for part in members::parts(session, member.id)? {
        entries(session, part)?;
        requests(session, part)?;
        session.execute("UPDATE loyalty_users SET text_salt = NULL WHERE id = ?", &[SqlParam::Int(part.get())])?;
    }
    Ok(())
}

fn entries(session: &mut dyn Session, member: MemberId) -> Result<()> {
    let salt = members::by_id(session, member)?.and_then(|member| member.text_salt);
    let mut entries = Vec::new();
    ledger::walk(session, member, |entry| {
        entries.push(entry);
        Ok(())
    })?;
    for entry in entries.iter().filter(|entry| entry.has_texts()) {
        session.execute_one(
            "UPDATE loyalty_transactions SET erased = ?, description = NULL, actor = NULL, details = NULL, \
             items = NULL WHERE id = ?",
            &[SqlParam::Blob(&entry.commitments(salt.as_ref())), SqlParam::Int(entry.id.get())],
        )?;
    }
    Ok(())
}

/// The seal over a receipt stays, without the digests before it.
fn requests(session: &mut dyn Session, member: MemberId) -> Result<()> {
    let (low, high) = member.entry_range();
    let range = [SqlParam::Int(low), SqlParam::Int(high)];
    let booked = receipts(
        session,
        "SELECT id, order_id, receipt FROM loyalty_transactions WHERE id > ? AND id < ? AND receipt IS NOT NULL",
        &range,
    )?;
    for (entry, order, receipt) in booked {
        let seal = receipt::sealed(&[], &receipt, (entry, &order));
        let cells = [SqlParam::Blob(&seal), SqlParam::Int(entry.get())];
        session.execute_one("UPDATE loyalty_transactions SET request = ? WHERE id = ?", &cells)?;
    }
    let sql = "UPDATE loyalty_order_standings SET items = NULL WHERE entry_id > ? AND entry_id < ?";
    session.execute(sql, &range)?;
    let imported = receipts(
        session,
        "SELECT entry_id, order_id, receipt FROM loyalty_order_standings \
         WHERE entry_id > ? AND entry_id < ? AND receipt IS NOT NULL",
        &range,
    )?;
    for (entry, order, receipt) in imported {
        let seal = receipt::sealed(&[], &receipt, (entry, &order));
        let cells = [SqlParam::Blob(&seal), SqlParam::Int(entry.get()), SqlParam::Text(order.as_str())];
        let sql = "UPDATE loyalty_order_standings SET request = ? WHERE entry_id = ? AND order_id = ?";
        session.execute_one(sql, &cells)?;
    }
    Ok(())
}

fn receipts(session: &mut dyn Session, sql: &'static str, range: &[SqlParam<'_>]) -> Result<Vec<Receipt>> {
    session.all(sql, range, |row| Ok((EntryId::stored(row.int()?), OrderId::new(row.text()?)?, row.text()?.to_owned())))
}

/// Empties these fields in the answers that were kept for a user.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn answers(session: &mut dyn Session, user_id: UserId, fields: &[&str]) -> Result<()> {
    keys::change_answers(session, user_id, |answer| emptied(answer, fields))
}

/// Empties these fields in what was done to a member, and to those who were merged into the member.
///
/// # Errors
/// `not_found` when there is no such member, `unavailable` when the database fails.
pub fn recorded_acts(session: &mut dyn Session, user_id: UserId, fields: &[&str]) -> Result<()> {
    let member = members::find(session, user_id)?.ok_or_else(|| Error::not_found("user_id", user_id))?;
    for part in members::parts(session, member.id)? {
        acts::change(session, part, |text| emptied(text, fields))?;
    }
    Ok(())
}

/// A JSON text in which the fields with these names are empty: lists without anything in them, all else left out.
///
/// # Errors
/// `database_corrupt` when it is not JSON.
pub fn emptied(json: &str, fields: &[&str]) -> Result<String> {
    fn empty(value: &mut Value, fields: &[&str]) {
        match value {
            Value::Object(object) => {
                object.retain(|name, value| value.is_array() || !fields.contains(&name.as_str()));
                for (name, value) in object {
                    match value {
                        Value::Array(list) if fields.contains(&name.as_str()) => list.clear(),
                        _ => empty(value, fields),
                    }
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|value| empty(value, fields)),
            _ => {}
        }
    }
    let mut value: Value = super::json(json)?;
    empty(&mut value, fields);
    Ok(value.to_string())
}
