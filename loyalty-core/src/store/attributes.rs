//! `loyalty_attributes`: what the host knows of a member. The member's row counts them.

use super::session::{Columns, Session, SqlParam};
use crate::domain::attribute::{AttributeValue, Attributes};
use crate::domain::member::Member;
use crate::value::UserId;
use crate::{Error, Result};

/// The attributes of a member: no query when there are none.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of(session: &mut dyn Session, member: &Member) -> Result<Attributes> {
    if member.attributes == 0 { Ok(Attributes::new()) } else { all(session, member.user_id) }
}

/// The attributes of a user.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session, user_id: UserId) -> Result<Attributes> {
    let sql = "SELECT name, kind, value FROM loyalty_attributes WHERE user_id = ? ORDER BY name";
    let found = session.all(sql, &[SqlParam::Int(user_id.get())], read)?;
    Ok(found.into_iter().collect())
}

/// A name and its value.
pub(super) fn read(row: &mut Columns<'_>) -> Result<(String, AttributeValue)> {
    let name = row.text()?.to_owned();
    let (kind, value) = (row.text()?, row.text()?);
    let damaged = || Error::damaged(format_args!("an attribute of kind `{kind}` has an unknown value"));
    let value = match kind {
        "text" => AttributeValue::Text(value.to_owned()),
        "number" => AttributeValue::Number(value.parse().map_err(|_| damaged())?),
        "flag" => AttributeValue::Flag(value.parse().map_err(|_| damaged())?),
        _ => return Err(damaged()),
    };
    Ok((name, value))
}

/// Stores the attributes of a member in place of those before, and their number in the member's row.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn replace(session: &mut dyn Session, member: &mut Member, before: &Attributes, after: &Attributes) -> Result<()> {
    let user_id = SqlParam::Int(member.user_id.get());
    for name in before.keys().filter(|name| !after.contains_key(*name)) {
        let sql = "DELETE FROM loyalty_attributes WHERE user_id = ? AND name = ?";
        session.execute_one(sql, &[user_id, SqlParam::Text(name)])?;
    }
    for (name, value) in after.iter().filter(|(name, value)| before.get(*name) != Some(value)) {
        let (kind, value) = match value {
            AttributeValue::Text(text) => ("text", text.clone()),
            AttributeValue::Number(number) => ("number", number.to_string()),
            AttributeValue::Flag(flag) => ("flag", flag.to_string()),
        };
        session.execute_one(
            "INSERT INTO loyalty_attributes (user_id, name, kind, value) VALUES (?, ?, ?, ?) \
             ON CONFLICT (user_id, name) DO UPDATE SET kind = excluded.kind, value = excluded.value",
            &[user_id, SqlParam::Text(name), SqlParam::Text(kind), SqlParam::Text(&value)],
        )?;
    }
    let count = i64::try_from(after.len()).unwrap_or(i64::MAX);
    if member.attributes != count {
        member.attributes = count;
        let sql = "UPDATE loyalty_users SET attributes = ? WHERE id = ?";
        session.execute_one(sql, &[SqlParam::Int(count), SqlParam::Int(member.id.get())])?;
    }
    Ok(())
}
