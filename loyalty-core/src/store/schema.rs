//! Numbered migrations: each runs once, in order, in one transaction together with its record.

use super::Dialect;
use super::session::{Session, SqlParam, Transaction};
use crate::value::Instant;
use crate::{Error, Fault, Result};

/// A step of the schema.
struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: [Migration; 20] = [
    Migration { number: 1, name: "spine", sql: include_str!("migrations/0001_spine.sql") },
    Migration { number: 2, name: "referrals", sql: include_str!("migrations/0002_referrals.sql") },
    Migration { number: 3, name: "rewards", sql: include_str!("migrations/0003_rewards.sql") },
    Migration { number: 4, name: "earning", sql: include_str!("migrations/0004_earning.sql") },
    Migration { number: 5, name: "coupons", sql: include_str!("migrations/0005_coupons.sql") },
    Migration { number: 6, name: "points", sql: include_str!("migrations/0006_points.sql") },
    Migration { number: 7, name: "tiers", sql: include_str!("migrations/0007_tiers.sql") },
    Migration { number: 8, name: "reward_coupons", sql: include_str!("migrations/0008_reward_coupons.sql") },
    Migration { number: 9, name: "merges", sql: include_str!("migrations/0009_merges.sql") },
    Migration { number: 10, name: "stamps", sql: include_str!("migrations/0010_stamps.sql") },
    Migration { number: 11, name: "gift_cards", sql: include_str!("migrations/0011_gift_cards.sql") },
    Migration { number: 12, name: "acts", sql: include_str!("migrations/0012_acts.sql") },
    Migration { number: 13, name: "locks", sql: include_str!("migrations/0013_locks.sql") },
    Migration { number: 14, name: "blocked", sql: include_str!("migrations/0014_blocked.sql") },
    Migration { number: 15, name: "gift_card_orders", sql: include_str!("migrations/0015_gift_card_orders.sql") },
    Migration { number: 16, name: "order_standing", sql: include_str!("migrations/0016_order_standing.sql") },
    Migration { number: 17, name: "returned", sql: include_str!("migrations/0017_returned.sql") },
    Migration { number: 18, name: "currency", sql: include_str!("migrations/0018_currency.sql") },
    Migration { number: 19, name: "pieces", sql: include_str!("migrations/0019_pieces.sql") },
    Migration { number: 20, name: "outbox", sql: include_str!("migrations/0020_outbox.sql") },
];

/// The number of the newest migration that this engine knows.
#[must_use]
pub const fn newest() -> i64 {
    MIGRATIONS.len() as i64
}

/// The texts of all migrations, in order.
pub(super) fn scripts() -> impl Iterator<Item = &'static str> {
    MIGRATIONS.iter().map(|migration| migration.sql)
}

/// The number of the newest migration that the database has; 0 for an empty one.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn version(session: &mut dyn Session) -> Result<i64> {
    // A database without the table has no version; querying it is the portable way to find out.
    match session.first("SELECT COALESCE(MAX(number), 0) FROM loyalty_migrations", &[], |row| row.int()) {
        Ok(version) => Ok(version.unwrap_or(0)),
        Err(error) if error.fault() == Some(Fault::DatabaseTableMissing) => Ok(0),
        Err(error) => Err(error),
    }
}

/// Updates the schema. Safe when several processes start at once. Returns how many steps ran.
///
/// # Errors
/// `unavailable` when the database fails or was written by a newer engine.
pub fn migrate(session: &mut dyn Session, now: Instant) -> Result<usize> {
    let before = version(session)?;
    if before == newest() {
        return Ok(0);
    }
    if before >= UNFINISHED {
        return Err(unfinished());
    }
    if before > newest() {
        let message =
            format!("the database has schema {before}, this engine knows up to {}; use a newer engine", newest());
        return Err(Error::unavailable(Fault::DatabaseNewer, message));
    }
    session.hold_schema()?;
    let migrated = run_held(session, now);
    session.release_schema();
    migrated
}

/// The number under which an unfinished copy is recorded: higher than any migration, so no engine opens the database.
const UNFINISHED: i64 = 1_000_000_000;

fn unfinished() -> Error {
    let message = "a copy into this database was not completed; run `loyalty copy` again, or drop the database";
    Error::unavailable(Fault::DatabaseUnfinished, message)
}

/// Whether a copy into the database is unfinished.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn is_unfinished(session: &mut dyn Session) -> Result<bool> {
    version(session).map(|version| version >= UNFINISHED)
}

/// Records that a copy begins, under its name; an earlier copy can then no longer write.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn begin_copy(session: &mut dyn Session, name: &str, now: Instant) -> Result<()> {
    session.execute("DELETE FROM loyalty_migrations WHERE number = ?", &[SqlParam::Int(UNFINISHED)])?;
    session.execute_one(
        "INSERT INTO loyalty_migrations (number, name, applied_at) VALUES (?, ?, ?)",
        &[SqlParam::Int(UNFINISHED), SqlParam::Text(name), SqlParam::Int(now.micros())],
    )
}

/// Checks, inside a transaction, that the copy of this name is still the one that writes here.
///
/// # Errors
/// `unavailable` when another copy has begun, or the database fails.
pub fn continue_copy(session: &mut dyn Session, name: &str, now: Instant) -> Result<()> {
    let sql = "UPDATE loyalty_migrations SET applied_at = ? WHERE number = ? AND name = ?";
    let rows = session.execute(sql, &[SqlParam::Int(now.micros()), SqlParam::Int(UNFINISHED), SqlParam::Text(name)])?;
    if rows == 1 { Ok(()) } else { Err(unfinished().with("reason", "another copy into this database has begun")) }
}

/// Records that the copy is complete: engines may open the database.
///
/// # Errors
/// `unavailable` when another copy has begun, or the database fails.
pub fn end_copy(session: &mut dyn Session, name: &str, now: Instant) -> Result<()> {
    continue_copy(session, name, now)?;
    session.execute_one("DELETE FROM loyalty_migrations WHERE number = ?", &[SqlParam::Int(UNFINISHED)])
}

fn run_held(session: &mut dyn Session, now: Instant) -> Result<usize> {
    refuse_others_tables(session)?;
    session.begin(Transaction::Write)?;
    let done = not_as_guest(session).and_then(|()| run_missing(session, now));
    match done {
        Ok(steps) => session.commit().map(|()| steps),
        Err(error) => {
            session.rollback();
            Err(error)
        }
    }
}

/// What is created once must not be rolled back with the host's transaction, and must not commit it, as a schema change
/// does.
///
/// # Errors
/// `unavailable` inside the host's transaction.
pub fn not_as_guest(session: &dyn Session) -> Result<()> {
    if !session.is_guest() {
        return Ok(());
    }
    let message = "the tables or the programme are new to this database and cannot be added inside an open transaction: \
                   name the connection before the transaction begins";
    Err(Error::unavailable(Fault::DatabaseUnprepared, message))
}

/// A database may have tables of another system with the engine's names; the engine's own are newer than
/// `loyalty_migrations`.
fn refuse_others_tables(session: &mut dyn Session) -> Result<()> {
    let mut has = |sql: &'static str| match session.first(sql, &[], |_| Ok(())) {
        Ok(_) => Ok(true),
        Err(error) if error.fault() == Some(Fault::DatabaseTableMissing) => Ok(false),
        Err(error) => Err(error),
    };
    if has("SELECT 1 FROM loyalty_users LIMIT 1")? && !has("SELECT 1 FROM loyalty_migrations LIMIT 1")? {
        let message = "the database has a table `loyalty_users` of another system; use a database of its own, or a \
                       prefix for our tables: `?prefix=…`";
        return Err(Error::unavailable(Fault::DatabaseForeign, message));
    }
    Ok(())
}

fn run_missing(session: &mut dyn Session, now: Instant) -> Result<usize> {
    let dialect = session.dialect();
    session.script(&dialect.ddl(
        "CREATE TABLE IF NOT EXISTS loyalty_migrations \
         (number $int NOT NULL PRIMARY KEY, name $text(40) NOT NULL, applied_at $int NOT NULL) $clustered;",
    ))?;
    if dialect == Dialect::MySql {
        session.script(&dialect.ddl(
            "CREATE TABLE IF NOT EXISTS loyalty_attempts \
             (name $int NOT NULL PRIMARY KEY, number $int NOT NULL, written_at $int NOT NULL) $clustered; \
             CREATE INDEX loyalty_attempts_written ON loyalty_attempts (written_at);",
        ))?;
    }
    // Another process may have been faster.
    let done = version(session)?;
    let mut steps = 0;
    for migration in MIGRATIONS.iter().filter(|migration| migration.number > done) {
        session.script(&dialect.ddl(migration.sql))?;
        let cells = [SqlParam::Int(migration.number), SqlParam::Text(migration.name), SqlParam::Int(now.micros())];
        session.execute("INSERT INTO loyalty_migrations (number, name, applied_at) VALUES (?, ?, ?)", &cells)?;
        steps += 1;
    }
    Ok(steps)
}
