//! Numbered migrations: each runs once, in order, in one transaction together with its record.

use super::dialect::statements;
use super::session::{Session, SqlParam, Transaction};
use super::{Dialect, database};
use crate::value::{Instant, limit};
use crate::{Error, Fault, Result};

/// A step of the schema.
struct Migration {
    number: i64,
    name: &'static str,
    /// The oldest schema whose engines may still read and write after this step: a step that only adds what they do not
    /// name leaves it.
    serves_from: i64,
    sql: &'static str,
}

const MIGRATIONS: [Migration; 14] = [
    Migration { number: 1, name: "members", serves_from: 14, sql: include_str!("migrations/0001_members.sql") },
    Migration { number: 2, name: "ledger", serves_from: 14, sql: include_str!("migrations/0002_ledger.sql") },
    Migration { number: 3, name: "rewards", serves_from: 14, sql: include_str!("migrations/0003_rewards.sql") },
    Migration { number: 4, name: "coupons", serves_from: 14, sql: include_str!("migrations/0004_coupons.sql") },
    Migration { number: 5, name: "stamps", serves_from: 14, sql: include_str!("migrations/0005_stamps.sql") },
    Migration { number: 6, name: "gift_cards", serves_from: 14, sql: include_str!("migrations/0006_gift_cards.sql") },
    Migration { number: 7, name: "outbox", serves_from: 14, sql: include_str!("migrations/0007_outbox.sql") },
    Migration { number: 8, name: "event_log", serves_from: 14, sql: include_str!("migrations/0008_event_log.sql") },
    Migration { number: 9, name: "notices", serves_from: 14, sql: include_str!("migrations/0009_notices.sql") },
    Migration { number: 10, name: "tasks", serves_from: 14, sql: include_str!("migrations/0010_tasks.sql") },
    // An engine that does not know attributes would leave them behind when members are merged.
    Migration { number: 11, name: "segments", serves_from: 14, sql: include_str!("migrations/0011_segments.sql") },
    Migration { number: 12, name: "messages", serves_from: 14, sql: include_str!("migrations/0012_messages.sql") },
    // An engine that does not know campaigns would not end what a purchase ends.
    Migration { number: 13, name: "campaigns", serves_from: 14, sql: include_str!("migrations/0013_campaigns.sql") },
    Migration { number: 14, name: "webhooks", serves_from: 14, sql: include_str!("migrations/0014_webhooks.sql") },
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

/// The schema of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schema {
    /// The number of its newest migration; 0 for an empty database.
    pub version: i64,
    /// The oldest schema whose engines may write here.
    serves_from: i64,
}

impl Schema {
    /// Whether this engine may write: it has made the schema, or later steps have left it room.
    #[must_use]
    pub const fn is_served(self) -> bool {
        self.version >= newest() && self.serves_from <= newest()
    }
}

/// The schema of the database.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn held(session: &mut dyn Session) -> Result<Schema> {
    // A database without the table has no version; querying it is the portable way to find out.
    let sql = "SELECT COALESCE(MAX(number), 0), COALESCE(MAX(serves_from), 0) FROM loyalty_migrations";
    match session.first(sql, &[], |row| Ok(Schema { version: row.int()?, serves_from: row.int()? })) {
        Ok(held) => Ok(held.unwrap_or(Schema { version: 0, serves_from: 0 })),
        Err(error) if error.fault() == Some(Fault::DatabaseTableMissing) => Ok(Schema { version: 0, serves_from: 0 }),
        Err(error) => Err(error),
    }
}

/// The number of the newest migration that the database has; 0 for an empty one.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn version(session: &mut dyn Session) -> Result<i64> {
    held(session).map(|held| held.version)
}

/// Updates the schema. Safe when several processes start at once. Returns how many steps ran.
///
/// # Errors
/// `unavailable` when the database fails or was written by a newer engine.
pub fn migrate(session: &mut dyn Session, now: Instant, number: Option<u8>) -> Result<usize> {
    let held = held(session)?;
    if held.is_served() {
        return Ok(0);
    }
    let before = held.version;
    if before >= UNFINISHED {
        return Err(unfinished());
    }
    if before > newest() {
        let message = format!(
            "the database has schema {before} and is written by engines from schema {}, this engine knows up to {}; use a \
             newer engine",
            held.serves_from,
            newest()
        );
        return Err(Error::unavailable(Fault::DatabaseNewer, message));
    }
    session.hold_schema()?;
    let migrated = run_held(session, now, number);
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
        "INSERT INTO loyalty_migrations (number, name, applied_at, serves_from) VALUES (?, ?, ?, ?)",
        &[SqlParam::Int(UNFINISHED), SqlParam::Text(name), SqlParam::Int(now.micros()), SqlParam::Int(UNFINISHED)],
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

fn run_held(session: &mut dyn Session, now: Instant, number: Option<u8>) -> Result<usize> {
    refuse_others_tables(session)?;
    session.begin(Transaction::Write)?;
    let done = not_as_guest(session).and_then(|()| run_missing(session, now, number));
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

fn run_missing(session: &mut dyn Session, now: Instant, number: Option<u8>) -> Result<usize> {
    let dialect = session.dialect();
    session.script(&dialect.ddl(
        "CREATE TABLE IF NOT EXISTS loyalty_migrations \
         (number $int NOT NULL PRIMARY KEY, name $text(40) NOT NULL, applied_at $int NOT NULL, \
         serves_from $int NOT NULL) $clustered;",
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
    let number = if done == 0 { number.map(i64::from) } else { database::number(session)? };
    let number = number.filter(|number| *number > 0);
    let mut steps = 0;
    for migration in MIGRATIONS.iter().filter(|migration| migration.number > done) {
        match number {
            None => session.script(&dialect.ddl(migration.sql))?,
            Some(number) => session.script(&numbered(session, migration.sql, number))?,
        }
        session.execute(
            "INSERT INTO loyalty_migrations (number, name, applied_at, serves_from) VALUES (?, ?, ?, ?)",
            &[
                SqlParam::Int(migration.number),
                SqlParam::Text(migration.name),
                SqlParam::Int(now.micros()),
                SqlParam::Int(migration.serves_from),
            ],
        )?;
        steps += 1;
    }
    Ok(steps)
}

/// A step for a database with a number: the ids that it counts begin with it, so that no other database gives them too.
fn numbered(session: &dyn Session, sql: &str, number: i64) -> String {
    let dialect = session.dialect();
    // Only so does SQLite begin elsewhere than at 1.
    let counting = sql.replace("$serial", "$serial AUTOINCREMENT");
    let mut script = dialect.ddl(if dialect == Dialect::Sqlite { &counting } else { sql });
    for statement in statements(sql).iter().filter(|statement| statement.contains("$serial")) {
        let Some(table) = statement.split_whitespace().nth(2) else { continue };
        let first = if table == "loyalty_users" { number << limit::MEMBER_BITS } else { number << limit::ROW_BITS };
        script.push_str(&match dialect {
            Dialect::Sqlite => {
                let name = format!("{}{table}", session.prefix());
                format!("INSERT INTO sqlite_sequence (name, seq) VALUES ('{name}', {first});")
            }
            Dialect::MySql => format!("ALTER TABLE {table} AUTO_INCREMENT = {};", first + 1),
        });
    }
    script
}
