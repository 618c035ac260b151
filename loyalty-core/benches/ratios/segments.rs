//! The walk over all members for a segment, against the same question as one statement of SQL on the columns alone.

use std::path::Path;
use std::time::Instant;

use loyalty_core::ops::{Conditions, NumberBounds, Segment, VisitBounds};
use loyalty_core::{Durability, Engine};

use crate::raw::{self, Sync};
use crate::report;
use crate::setup::{self, Folder};

/// Members of the database.
const MEMBERS: i64 = 1_000_000;

/// Members whose points, tiers and last purchases differ.
fn spread(path: &Path) {
    setup::members(path, MEMBERS);
    let sql = "UPDATE loyalty_users SET balance = 129 + user_id % 900, total_points = 129 + user_id % 900,
                 current_tier = CASE WHEN user_id % 4 = 0 THEN 'cafe_plata' ELSE current_tier END,
                 last_visit = last_visit + (user_id % 90) * 86400000000, total_visits = 2;
               UPDATE loyalty_visits SET day = day + user_id % 90;
               PRAGMA wal_checkpoint(TRUNCATE);";
    raw::connection(path, Sync::Off).execute_batch(sql).unwrap();
}

fn asked(engine: &Engine, conditions: Conditions) -> (f64, i64) {
    let began = Instant::now();
    let found = engine.run(&Segment { conditions: Some(conditions), ..Segment::new() }).unwrap();
    (began.elapsed().as_secs_f64(), found.count)
}

const fn between(at_least: Option<i64>, at_most: Option<i64>) -> Option<NumberBounds> {
    Some(NumberBounds { at_least, at_most })
}

pub(crate) fn run() {
    let folder = Folder::new("segments");
    let path = folder.file("members.db");
    spread(&path);
    let engine = setup::engine(&path, Durability::Relaxed);
    let before = setup::resident();
    let by_row = Conditions {
        points: between(Some(300), None),
        days_since_visit: between(Some(30), Some(120)),
        tiers: vec!["cafe_plata".to_owned()],
        ..Conditions::default()
    };
    let (took, count) = asked(&engine, by_row);
    let connection = raw::connection(&path, Sync::Off);
    let began = Instant::now();
    let sql = "SELECT COUNT(*) FROM loyalty_users WHERE balance + debt >= 300 AND current_tier = 'cafe_plata'
               AND last_visit < unixepoch() * 1000000 - 2592000000000";
    let raw: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    let plain = began.elapsed().as_secs_f64();
    let value = format!("{took:.2} s, {count} of 1 000 000 (SQL: {raw})");
    report("`segment` by row", &value, &format!("{plain:.2} s in SQL"), took / 10.0, "≤ 1 of 10 s");
    let by_days = Conditions {
        visits: Some(VisitBounds { days: Some(60), at_least: Some(1), at_most: None }),
        ..Conditions::default()
    };
    let (took, count) = asked(&engine, by_days);
    report("`segment` by visits in 60 days", &format!("{took:.2} s, {count} found"), "10 s", took / 10.0, "≤ 1");
    let (took, count) = asked(&engine, Conditions::default());
    report("`segment` of everybody", &format!("{took:.2} s, {count} found"), "10 s", took / 10.0, "≤ 1");
    let grown = setup::resident().saturating_sub(before) as f64 / 1024.0;
    report("memory of three walks", &format!("{grown:.1} MiB"), "32 MiB", grown / 32.0, "≤ 1");
}
