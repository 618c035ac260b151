//! `loyalty_persons`: who a member is. A member about whom nothing is known has no row.

use super::members;
use super::session::{Columns, Session, SqlParam};
use crate::domain::member::{Member, Person};
use crate::value::{Day, UserId};
use crate::{Error, Result};

/// Consents of somebody who gave none.
const NO_CONSENTS: &str = "{}";

/// What is known about a member as a person.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, member: &Member) -> Result<Person> {
    let found = session.first(
        "SELECT user_name, email, phone, birth_date, consents FROM loyalty_persons WHERE user_id = ?",
        &[SqlParam::Int(member.user_id.get())],
        read,
    )?;
    let unknown = || Person { consents: NO_CONSENTS.to_owned(), ..Person::default() };
    Ok(Person { locale: member.locale, ..found.unwrap_or_else(unknown) })
}

/// What is known about a person by the user's id, without the language.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of(session: &mut dyn Session, user_id: UserId) -> Result<Person> {
    let sql = "SELECT user_name, email, phone, birth_date, consents FROM loyalty_persons WHERE user_id = ?";
    let found = session.first(sql, &[SqlParam::Int(user_id.get())], read)?;
    Ok(found.unwrap_or_else(|| Person { consents: NO_CONSENTS.to_owned(), ..Person::default() }))
}

fn read(row: &mut Columns<'_>) -> Result<Person> {
    Ok(Person {
        name: row.opt_text()?.map(str::to_owned),
        email: row.opt_text()?.map(str::to_owned),
        phone: row.opt_text()?.map(str::to_owned),
        birth_date: row.opt_text()?.map(Day::parse).transpose().map_err(Error::internal)?,
        locale: None,
        consents: row.text()?.to_owned(),
    })
}

/// The name of a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn name(session: &mut dyn Session, user_id: UserId) -> Result<Option<String>> {
    let sql = "SELECT user_name FROM loyalty_persons WHERE user_id = ?";
    let found = session.first(sql, &[SqlParam::Int(user_id.get())], |row| Ok(row.opt_text()?.map(str::to_owned)))?;
    Ok(found.flatten())
}

/// The birthday of a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn birth_date(session: &mut dyn Session, user_id: UserId) -> Result<Option<Day>> {
    let sql = "SELECT birth_date FROM loyalty_persons WHERE user_id = ?";
    let found = session.first(sql, &[SqlParam::Int(user_id.get())], |row| {
        row.opt_text()?.map(Day::parse).transpose().map_err(Error::internal)
    })?;
    Ok(found.flatten())
}

/// Adds what is known about a new member: no row when that is nothing.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, user_id: UserId, person: &Person) -> Result<()> {
    let is_known = [&person.name, &person.email, &person.phone].iter().any(|field| field.is_some());
    let has_consents = !matches!(person.consents.as_str(), "" | NO_CONSENTS);
    if is_known || has_consents || person.birth_date.is_some() { save(session, user_id, person, None) } else { Ok(()) }
}

/// Stores a member's personal data and language, and whether staff have blocked the member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, member: &mut Member, person: &Person, actor: Option<&str>) -> Result<()> {
    member.locale = person.locale;
    members::update_language(session, member)?;
    save(session, member.user_id, person, actor)
}

fn save(session: &mut dyn Session, user_id: UserId, person: &Person, actor: Option<&str>) -> Result<()> {
    let birth_date = person.birth_date.map(|day| day.to_string());
    let consents = if person.consents.is_empty() { NO_CONSENTS } else { &person.consents };
    session.execute_one(
        "INSERT INTO loyalty_persons (user_id, user_name, email, phone, birth_date, consents, updated_by) \
         VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_id) DO UPDATE SET user_name = excluded.user_name, \
         email = excluded.email, phone = excluded.phone, birth_date = excluded.birth_date, \
         consents = excluded.consents, updated_by = excluded.updated_by",
        &[
            SqlParam::Int(user_id.get()),
            SqlParam::text(person.name.as_deref()),
            SqlParam::text(person.email.as_deref()),
            SqlParam::text(person.phone.as_deref()),
            SqlParam::text(birth_date.as_deref()),
            SqlParam::Text(consents),
            SqlParam::text(actor),
        ],
    )
}
