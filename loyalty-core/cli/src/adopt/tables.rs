//! The tables of the first version, which are only read: `loyalty_users` and the other old tables, `Usuario`, `Compra`.
//!
//! The session is on the old database, with the prefix of the old tables.

use std::collections::BTreeSet;

use super::catalogue::OldReward;
use super::decide::{OldEntry, OldMember, OldRedemption};
use loyalty_core::Fault;
use loyalty_core::Result;
use loyalty_core::host::Columns;
use loyalty_core::internals::{Session, SqlParam};
use loyalty_core::value::{Instant, Zone};

/// A row of the old table of tiers.
#[derive(Debug, Clone)]
pub(super) struct OldTier {
    pub id: String,
    pub threshold: i64,
}

/// Whether the old tables are here: the new schema has no table of that name.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn is_here(session: &mut dyn Session) -> Result<bool> {
    match session.first("SELECT 1 FROM loyalty_tier_config LIMIT 1", &[], |_| Ok(())) {
        Ok(_) => Ok(true),
        Err(error) if error.fault() == Some(Fault::DatabaseTableMissing) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Whether the tables with these names are the engine's own: then the old ones have another prefix.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn is_ours(session: &mut dyn Session) -> Result<bool> {
    let name = format!("{}loyalty_users", session.prefix());
    let sql = "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? \
               AND COLUMN_NAME = 'last_link'";
    Ok(session.first(sql, &[SqlParam::Text(&name)], |row| row.int())?.is_some())
}

/// The server and the database of a session, as the server itself reports them.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn place(session: &mut dyn Session) -> Result<Option<String>> {
    let sql = "SELECT CONCAT_WS(':', @@hostname, @@port, @@datadir, DATABASE())";
    session.first(sql, &[], |row| row.text().map(str::to_owned))
}

/// Members with ids above `after`, with their personal data.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn members(session: &mut dyn Session, after: i64, limit: i64) -> Result<Vec<OldMember>> {
    session.all(
        "SELECT u.user_id, COALESCE(u.total_points, 0), u.current_tier, FLOOR(UNIX_TIMESTAMP(u.join_date)), \
         FLOOR(UNIX_TIMESTAMP(u.last_visit)), COALESCE(u.total_visits, 0), u.total_spent, \
         CASE WHEN p.usuario_ID IS NULL THEN 0 ELSE 1 END, p.nombre, p.apellidos, p.correo \
         FROM loyalty_users u LEFT JOIN Usuario p ON p.usuario_ID = u.user_id \
         WHERE u.user_id > ? ORDER BY u.user_id LIMIT ?",
        &[SqlParam::Int(after), SqlParam::Int(limit)],
        member,
    )
}

fn member(row: &mut Columns<'_>) -> Result<OldMember> {
    let user_id = row.int()?;
    let points = row.int()?;
    let tier = row.opt_text()?.map(str::to_owned);
    let (joined, last_visit) = (row.opt_int()?, row.opt_int()?);
    let visits = row.int()?.max(0);
    let spent = row.opt_text()?.map(str::to_owned);
    let has_person = row.int()? == 1;
    let (first, last) = (row.opt_text()?.unwrap_or_default(), row.opt_text()?.unwrap_or_default());
    let name = format!("{} {}", first.trim(), last.trim()).trim().to_owned();
    let email = row.opt_text()?.map(str::to_owned);
    Ok(OldMember { user_id, points, tier, joined, last_visit, visits, spent, has_person, name, email })
}

/// The entries of the members of a page, from the first to the last, with their purchases, in the order of members.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn entries(session: &mut dyn Session, first: i64, last: i64, zone: Zone) -> Result<Vec<OldEntry>> {
    session.all(
        "SELECT t.user_id, t.id, COALESCE(t.transaction_type, ''), COALESCE(t.points_amount, 0), \
         COALESCE(t.balance_before, 0), COALESCE(t.balance_after, 0), t.order_id, c.usuario_ID, c.total, \
         DATE_FORMAT(c.fecha_compra, '%Y-%m-%d %H:%i:%s'), CASE WHEN c.estado = 'cancelado' THEN 1 ELSE 0 END, \
         COALESCE(t.description, ''), FLOOR(UNIX_TIMESTAMP(t.created_at)) FROM loyalty_transactions t LEFT JOIN Compra c ON c.compra_ID = t.order_id \
         WHERE t.user_id >= ? AND t.user_id <= ? ORDER BY t.user_id, t.id",
        &[SqlParam::Int(first), SqlParam::Int(last)],
        |row| {
            Ok(OldEntry {
                user_id: row.int()?,
                id: row.int()?,
                kind: row.text()?.to_owned(),
                points: row.int()?,
                before: row.int()?,
                after: row.int()?,
                order_id: row.opt_int()?,
                owner: row.opt_int()?,
                total: row.opt_text()?.map(str::to_owned),
                // The page wrote local time.
                paid: row.opt_text()?.and_then(|text| local(text, zone)),
                cancelled: row.int()? == 1,
                text: row.text()?.to_owned(),
                at: row.opt_int()?,
            })
        },
    )
}

fn local(text: &str, zone: Zone) -> Option<Instant> {
    let time = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    zone.from_local(time).ok()
}

/// The redemptions of the members of a page, from the first to the last, in the order of members.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn redemptions(session: &mut dyn Session, first: i64, last: i64) -> Result<Vec<OldRedemption>> {
    session.all(
        "SELECT user_id, id, reward_id, COALESCE(points_spent, 0), FLOOR(UNIX_TIMESTAMP(redeemed_at)), \
         CASE WHEN order_id IS NULL THEN 0 ELSE 1 END FROM loyalty_redemptions \
         WHERE user_id >= ? AND user_id <= ? ORDER BY user_id, id",
        &[SqlParam::Int(first), SqlParam::Int(last)],
        |row| {
            Ok(OldRedemption {
                user_id: row.int()?,
                id: row.int()?,
                reward_id: row.int()?,
                points: row.int()?,
                at: row.opt_int()?,
                used: row.int()? == 1,
            })
        },
    )
}

/// The old catalogue.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn rewards(session: &mut dyn Session) -> Result<Vec<OldReward>> {
    session.all(
        "SELECT id, name, COALESCE(description, ''), points_cost, COALESCE(discount_percent, 0), tier_required, \
         max_uses_per_user, COALESCE(active, 0), DATE_FORMAT(expiry_date, '%Y-%m-%d') FROM loyalty_rewards ORDER BY id",
        &[],
        |row| {
            Ok(OldReward {
                id: row.int()?,
                name: row.text()?.to_owned(),
                description: row.text()?.to_owned(),
                points_cost: row.int()?,
                discount_percent: row.text()?.to_owned(),
                tier_required: row.opt_text()?.map(str::to_owned),
                max_uses_per_user: row.opt_int()?,
                active: row.int()? != 0,
                expiry_date: row.opt_text()?.map(str::to_owned),
            })
        },
    )
}

/// The old table of tiers, lowest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn tiers(session: &mut dyn Session) -> Result<Vec<OldTier>> {
    session.all(
        "SELECT COALESCE(tier_name, ''), points_required FROM loyalty_tier_config ORDER BY points_required",
        &[],
        |row| Ok(OldTier { id: row.text()?.to_owned(), threshold: row.int()? }),
    )
}

/// E-mail addresses that several members share, in lower case.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn shared_emails(session: &mut dyn Session) -> Result<BTreeSet<String>> {
    let found = session.all(
        "SELECT LOWER(TRIM(p.correo)) FROM loyalty_users u JOIN Usuario p ON p.usuario_ID = u.user_id \
         WHERE TRIM(p.correo) <> '' GROUP BY LOWER(TRIM(p.correo)) HAVING COUNT(*) > 1",
        &[],
        |row| row.text().map(str::to_lowercase),
    )?;
    Ok(found.into_iter().collect())
}

/// How many entries, and how many redemptions, belong to no member.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn of_nobody(session: &mut dyn Session) -> Result<(i64, i64)> {
    let entries = session.first(
        "SELECT COUNT(*) FROM loyalty_transactions t LEFT JOIN loyalty_users u ON u.user_id = t.user_id \
         WHERE u.user_id IS NULL",
        &[],
        |row| row.int(),
    )?;
    let redemptions = session.first(
        "SELECT COUNT(*) FROM loyalty_redemptions r LEFT JOIN loyalty_users u ON u.user_id = r.user_id \
         WHERE u.user_id IS NULL",
        &[],
        |row| row.int(),
    )?;
    Ok((entries.unwrap_or(0), redemptions.unwrap_or(0)))
}

/// A purchase that earned nothing.
#[derive(Debug, Clone)]
pub(super) struct Missed {
    pub number: i64,
    pub user_id: i64,
    pub total: Option<String>,
    pub bought_at: Option<String>,
}

/// Purchases of members that were completed after the last one that earned, and earned nothing.
///
/// # Errors
/// `unavailable` when the database fails.
pub(super) fn unrewarded(session: &mut dyn Session) -> Result<Vec<Missed>> {
    session.all(
        "SELECT c.compra_ID, c.usuario_ID, c.total, DATE_FORMAT(c.fecha_compra, '%Y-%m-%d %H:%i:%s') \
         FROM Compra c JOIN loyalty_users u ON u.user_id = c.usuario_ID \
         LEFT JOIN loyalty_transactions t ON t.order_id = c.compra_ID \
         WHERE c.estado = 'completado' AND t.id IS NULL \
         AND c.compra_ID > (SELECT COALESCE(MAX(order_id), 0) FROM loyalty_transactions) ORDER BY c.compra_ID",
        &[],
        |row| {
            Ok(Missed {
                number: row.int()?,
                user_id: row.int()?,
                total: row.opt_text()?.map(str::to_owned),
                bought_at: row.opt_text()?.map(str::to_owned),
            })
        },
    )
}
