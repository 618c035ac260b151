//! A million coupons in one batch, against the same rows inserted by hand.

use std::path::Path;
use std::time::Instant;

use loyalty_core::Durability;
use rusqlite::params;
use serde_json::json;

use crate::raw::{self, Sync};
use crate::setup::{self, Folder};
use crate::{median, report};

/// Coupons of the batch.
const COUNT: i64 = 1_000_000;
/// How often both are measured, in turns.
const ROUNDS: usize = 3;

/// Seconds that `generate_coupons` takes on a new database.
fn ours(path: &Path) -> f64 {
    let engine = setup::engine(path, Durability::Relaxed);
    let call = json!({"count": COUNT, "batch": "a million", "discount_type": "percent", "discount_value": 10});
    let began = Instant::now();
    engine.call("generate_coupons", call).unwrap();
    began.elapsed().as_secs_f64()
}

/// Seconds that the same rows take when a program inserts them that has them already, with one statement held prepared.
fn theirs(path: &Path, same: &Path) -> f64 {
    drop(setup::engine(path, Durability::Relaxed));
    let codes: Vec<String> = {
        let connection = raw::connection(same, Sync::Off);
        let mut all = connection.prepare("SELECT code FROM loyalty_coupons ORDER BY id").unwrap();
        all.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let connection = raw::connection(path, Sync::Off);
    let began = Instant::now();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut insert = connection
        .prepare(
            "INSERT INTO loyalty_coupons (code, user_id, redemption_id, batch_id, discount_type, discount_value, max_discount, \
             min_order_amount, max_uses, used_count, valid_from, valid_until, stackable, active, terms, created_at, updated_by) \
             VALUES (?, NULL, NULL, ?, ?, ?, NULL, ?, ?, 0, ?, ?, ?, ?, NULL, ?, NULL)",
        )
        .unwrap();
    for code in &codes {
        insert.execute(params![code, 1, "percent", 1000, 0, 1, 0, i64::MAX, 0, 1, 0]).unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
    began.elapsed().as_secs_f64()
}

pub(crate) fn run() {
    let folder = Folder::new("coupons");
    let (mut made, mut inserted) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (one, other) = (folder.file(&format!("ours{round}.db")), folder.file(&format!("theirs{round}.db")));
        made.push(ours(&one));
        inserted.push(theirs(&other, &one));
    }
    let (made, inserted) = (median(made), median(inserted));
    let value = format!("{made:.2} s for a million, codes and all");
    report("`generate_coupons`", &value, &format!("{inserted:.2} s inserted by hand"), inserted / made, "≥ 0.70");
}
