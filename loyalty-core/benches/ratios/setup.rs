//! Databases to measure on.

use std::path::{Path, PathBuf};
use std::time::Instant;

use loyalty_core::ops::EarnPoints;
use loyalty_core::programme::Programme;
use loyalty_core::value::{OrderId, UserId};
use loyalty_core::{Durability, Engine, Options};

/// A folder that goes when it is dropped.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("loyalty-bench-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn engine(path: &Path, durability: Durability) -> Engine {
    Engine::open(Options::sqlite(path).durability(durability)).unwrap()
}

pub(crate) fn user(number: i64) -> UserId {
    UserId::new(number).unwrap()
}

pub(crate) fn purchase(member: i64, order: &str) -> EarnPoints {
    EarnPoints { order_id: Some(OrderId::new(order).unwrap()), ..EarnPoints::new(user(member), 12_990.into()) }
}

/// A database with so many members, each with one purchase of 90 days ago; made by SQL, since only its size matters.
pub(crate) fn members(path: &Path, count: i64) {
    drop(engine(path, Durability::Relaxed));
    let raw = rusqlite::Connection::open(path).unwrap();
    let bronze = Programme::cafe_vt().unwrap().tiers[0].id.clone();
    let sql = format!(
        "BEGIN;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
         INSERT INTO loyalty_users (id, user_id, balance, debt, pending_until, points_expiry_date, ending_points,
           total_points, qualifying_points, current_tier, tier_since, score, join_date, last_visit, total_visits, total_spent,
           distinct_products, favorite_products, rewards_redeemed, successful_referrals, referral_code,
           referral_code_expires_at, entries, last_link, last_recorded_at)
         SELECT i, i, 129, 0, t, t + 31536000000000, 129, 129, 129, '{bronze}', t, 0, t, t, 1, 12990, 0, '[]', 0, 0,
           printf('%09d', i), t, 1, zeroblob(16), t FROM n, (SELECT (unixepoch() - 7776000) * 1000000 AS t);
         INSERT INTO loyalty_persons (user_id, user_name, consents)
         SELECT user_id, 'Guest ' || user_id, '{{}}' FROM loyalty_users;
         INSERT INTO loyalty_transactions (id, user_id, remaining, points_amount, balance_after, transaction_type,
           occurred_at, recorded_after, expires_at, order_id, programme_id, amount, receipt, request, link)
         SELECT (id << 22) | 1, user_id, 129, 129, 129, 'earn', join_date, 0, points_expiry_date, 'old-' || user_id, 1,
           12990, '[1,4871,0]', zeroblob(16), zeroblob(16) FROM loyalty_users;
         INSERT INTO loyalty_visits SELECT user_id, join_date / 86400000000, 1, 12990 FROM loyalty_users;
         COMMIT; PRAGMA wal_checkpoint(TRUNCATE);"
    );
    raw.execute_batch(&sql).unwrap();
}

/// What opening an engine on an existing file takes.
pub(crate) fn open() {
    let folder = Folder::new("open");
    let path = folder.file("a.db");
    members(&path, 10_000);
    let mut times = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        drop(engine(&path, Durability::Shared));
        times.push(crate::micros(began.elapsed()));
    }
    let opened = crate::median(times);
    crate::report("open an engine", &format!("{:.2} ms", opened / 1e3), "5 ms", opened / 5e3, "≤ 1");
    let grown = crate::processes::memory(&path) / 1024.0;
    crate::report("memory of an open engine", &format!("{grown:.1} MiB"), "8 MiB", grown / 8.0, "≤ 1");
}

/// Opens an engine, shows a member, and prints by how many KiB the process grew. For a process of its own.
pub(crate) fn print_memory(path: &Path) {
    let before = resident();
    let engine = engine(path, Durability::Shared);
    engine.run(&loyalty_core::ops::Profile { user_id: user(1) }).unwrap();
    println!("{}", resident().saturating_sub(before));
}

/// Memory of this process in KiB.
pub(crate) fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
