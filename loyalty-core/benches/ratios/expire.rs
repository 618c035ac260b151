//! The nightly sweep, against set-based SQL with the same effects (and no hashes).

use std::path::Path;
use std::time::Instant;

use loyalty_core::Durability;
use loyalty_core::ops::ExpirePoints;

use crate::raw::{self, Sync};
use crate::report;
use crate::setup::{self, Folder};

/// Members of the database, and how many of them have points that are due.
const MEMBERS: i64 = 1_000_000;
const DUE: i64 = 100_000;

fn make_due(path: &Path) {
    setup::members(path, MEMBERS);
    let connection = raw::connection(path, Sync::Off);
    let sql = format!(
        "UPDATE loyalty_lots SET expires_at = available_at + 1000000 WHERE user_id % {0} = 0;
         UPDATE loyalty_users SET points_expiry_date = join_date + 1000000 WHERE user_id % {0} = 0;
         PRAGMA wal_checkpoint(TRUNCATE);",
        MEMBERS / DUE
    );
    connection.execute_batch(&sql).unwrap();
}

pub(crate) fn run() {
    let folder = Folder::new("expire");
    let (ours, theirs) = (folder.file("ours.db"), folder.file("theirs.db"));
    make_due(&ours);
    std::fs::copy(&ours, &theirs).unwrap();
    let engine = setup::engine(&ours, Durability::Relaxed);
    let began = Instant::now();
    let mut lots = 0;
    loop {
        let expired = engine.run(&ExpirePoints { limit: 10_000 }).unwrap();
        lots += expired.lots;
        if !expired.more {
            break;
        }
    }
    let swept = began.elapsed().as_secs_f64();
    assert_eq!(lots, DUE);
    let connection = raw::connection(&theirs, Sync::Off);
    let began = Instant::now();
    connection
        .execute_batch(
            "BEGIN IMMEDIATE;
             CREATE TEMP TABLE due AS SELECT lot.id, lot.user_id, lot.remaining, lot.expires_at FROM loyalty_users member
               JOIN loyalty_lots lot ON lot.user_id = member.user_id AND lot.closed = 0 AND lot.expires_at <= unixepoch() * 1000000
               WHERE member.points_expiry_date <= unixepoch() * 1000000;
             INSERT INTO loyalty_transactions SELECT (member.id << 22) | (member.entries + 1), due.user_id, 'expire', -due.remaining,
               member.balance, member.balance - due.remaining, NULL, due.id, 'Puntos vencidos', due.expires_at, unixepoch() * 1000000,
               NULL, NULL, 1, NULL, zeroblob(16) FROM due JOIN loyalty_users member ON member.user_id = due.user_id;
             INSERT INTO loyalty_lot_uses SELECT (user_id << 22) | 2, id, -remaining FROM due;
             UPDATE loyalty_lots SET remaining = 0, closed = 1 WHERE id IN (SELECT id FROM due);
             UPDATE loyalty_users SET balance = balance - due.remaining, entries = entries + 1, points_expiry_date = 9223372036854775807,
               last_link = zeroblob(16), last_recorded_at = unixepoch() * 1000000 FROM due WHERE loyalty_users.user_id = due.user_id;
             COMMIT;",
        )
        .unwrap();
    let set_based = began.elapsed().as_secs_f64();
    let value = format!("{swept:.2} s for 100 000 of 1 000 000 lots");
    report("`expire_points`", &value, &format!("{set_based:.2} s set-based"), set_based / swept, "≥ 0.50");
}
