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
        "UPDATE loyalty_transactions SET expires_at = occurred_at + 1000000 WHERE user_id % {0} = 0;
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
             CREATE TEMP TABLE due AS SELECT lot.id, member.id AS member, lot.user_id, lot.remaining, lot.expires_at
               FROM loyalty_users member JOIN loyalty_transactions lot
               ON lot.id >= (member.id << 22) + member.lots_from AND lot.id < (member.id + 1) << 22 AND lot.remaining > 0
               AND COALESCE(lot.ends_at, lot.expires_at, 9223372036854775807) <= unixepoch() * 1000000
               WHERE member.points_expiry_date <= unixepoch() * 1000000;
             INSERT INTO loyalty_transactions (id, user_id, points_amount, balance_after, transaction_type, occurred_at,
               recorded_after, reverses_id, programme_id, description, link)
               SELECT (member.id << 22) | (member.entries + 1), due.user_id, -due.remaining, member.balance - due.remaining,
               'expire', due.expires_at, unixepoch() * 1000000 - due.expires_at, due.id, 1, 'Puntos vencidos', zeroblob(16)
               FROM due JOIN loyalty_users member ON member.id = due.member;
             INSERT INTO loyalty_lot_uses SELECT (member << 22) | 2, id, user_id, -remaining FROM due;
             UPDATE loyalty_transactions SET remaining = 0 WHERE id IN (SELECT id FROM due);
             UPDATE loyalty_users SET balance = balance - due.remaining, entries = entries + 1, lots_from = entries + 2,
               points_expiry_date = 9223372036854775807, ending_points = NULL, last_link = zeroblob(16),
               text_salt = randomblob(16), last_recorded_at = unixepoch() * 1000000 FROM due WHERE loyalty_users.id = due.member;
             COMMIT;",
        )
        .unwrap();
    let set_based = began.elapsed().as_secs_f64();
    let value = format!("{swept:.2} s for 100 000 of 1 000 000 lots");
    report("`expire_points`", &value, &format!("{set_based:.2} s set-based"), set_based / swept, "≥ 0.50");
}
