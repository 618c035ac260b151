//! Numbered migrations: each runs once, in order, in one transaction with its record.

use super::session::{Cell, Session, Transaction};
use crate::value::Instant;
use crate::{Error, Result};

/// A step of the schema.
struct Migration {
    number: i64,
    name: &'static str,
    sql: &'static str,
}

const MIGRATIONS: [Migration; 11] = [
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
];

/// The number of the newest migration that this engine knows.
#[must_use]
pub const fn newest() -> i64 {
    MIGRATIONS.len() as i64
}

/// The number of the newest migration that the database has; 0 for an empty one.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn version(session: &mut dyn Session) -> Result<i64> {
    // A database without the table has no version; asking for it is the portable way to see that.
    match session.first("SELECT COALESCE(MAX(number), 0) FROM loyalty_migrations", &[], |row| row.int()) {
        Ok(version) => Ok(version.unwrap_or(0)),
        Err(error) if error.code() == "database_error" => Ok(0),
        Err(error) => Err(error),
    }
}

/// Brings the schema up to date. Safe when several processes start at once. Returns how many steps ran.
///
/// # Errors
/// `unavailable` when the database fails or is of a newer engine.
pub fn migrate(session: &mut dyn Session, now: Instant) -> Result<usize> {
    let before = version(session)?;
    if before == newest() {
        return Ok(0);
    }
    if before > newest() {
        let message =
            format!("the database has schema {before}, this engine knows up to {}; use a newer engine", newest());
        return Err(Error::unavailable("database_newer", message));
    }
    session.hold_schema()?;
    let migrated = run_held(session, now);
    session.release_schema();
    migrated
}

fn run_held(session: &mut dyn Session, now: Instant) -> Result<usize> {
    refuse_others_tables(session)?;
    session.begin(Transaction::Write)?;
    match run_missing(session, now) {
        Ok(steps) => session.commit().map(|()| steps),
        Err(error) => {
            session.rollback();
            Err(error)
        }
    }
}

/// A database may have tables of another system under our names; ours are younger than `loyalty_migrations`.
fn refuse_others_tables(session: &mut dyn Session) -> Result<()> {
    let mut has = |sql: &'static str| match session.first(sql, &[], |_| Ok(())) {
        Ok(_) => Ok(true),
        Err(error) if error.code() == "database_error" => Ok(false),
        Err(error) => Err(error),
    };
    if has("SELECT 1 FROM loyalty_users LIMIT 1")? && !has("SELECT 1 FROM loyalty_migrations LIMIT 1")? {
        let message = "the database has a table `loyalty_users` of another system; use a database of its own, or a \
                       prefix for our tables: `?prefix=…`";
        return Err(Error::unavailable("database_foreign", message));
    }
    Ok(())
}

fn run_missing(session: &mut dyn Session, now: Instant) -> Result<usize> {
    let dialect = session.dialect();
    session.script(&dialect.ddl(
        "CREATE TABLE IF NOT EXISTS loyalty_migrations \
         (number $int NOT NULL PRIMARY KEY, name $text(40) NOT NULL, applied_at $int NOT NULL) $clustered;",
    ))?;
    if session.may_lose_answers() {
        session.script(&dialect.ddl(
            "CREATE TABLE IF NOT EXISTS loyalty_attempts \
             (name $int NOT NULL PRIMARY KEY, number $int NOT NULL, written_at $int NOT NULL) $clustered;",
        ))?;
    }
    // Another process may have been faster.
    let done = version(session)?;
    let mut steps = 0;
    for migration in MIGRATIONS.iter().filter(|migration| migration.number > done) {
        session.script(&dialect.ddl(migration.sql))?;
        let cells = [Cell::Int(migration.number), Cell::Text(migration.name), Cell::Int(now.micros())];
        session.execute("INSERT INTO loyalty_migrations (number, name, applied_at) VALUES (?, ?, ?)", &cells)?;
        steps += 1;
    }
    Ok(steps)
}
