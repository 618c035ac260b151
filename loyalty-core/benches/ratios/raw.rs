//! The very statements of an operation, written by hand with rusqlite and held prepared: what there is to be compared with.

use std::path::Path;

use rusqlite::{Connection, Statement, params};

/// How the hand-written program waits for the disk.
#[derive(Clone, Copy)]
pub(crate) enum Sync {
    Full,
    Off,
}

pub(crate) fn connection(path: &Path, sync: Sync) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    let level = match sync {
        Sync::Full => "FULL",
        Sync::Off => "NORMAL",
    };
    connection.pragma_update(None, "synchronous", level).unwrap();
    connection.pragma_update(None, "wal_autocheckpoint", 8_000).unwrap();
    connection
}

const MEMBER: &str = "SELECT id, user_id, user_name, email, phone, birth_date, locale, consents, balance, debt, total_points, \
    qualifying_points, current_tier, tier_since, tier_state, score, join_date, last_visit, total_visits, total_spent, \
    distinct_products, favorite_products, rewards_redeemed, successful_referrals, referral_code, referral_code_expires_at, \
    referred_by, points_expiry_date, pending_until, entries, last_link, last_recorded_at, held, held_until, merged_into, blocked \
    FROM loyalty_users WHERE user_id = ?";
const WINDOWS: &str = "SELECT COALESCE(SUM(CASE WHEN day >= ?2 THEN visits ELSE 0 END), 0), \
    COALESCE(SUM(CASE WHEN day >= ?3 THEN spent ELSE 0 END), 0) \
    FROM loyalty_visits WHERE user_id = ?1 AND day >= ?4 AND day <= ?5";

/// Texts of the size that the engine writes.
const DETAILS: &str = r#"{"because":[{"rule":"base","points":129,"why":"1 punto por cada 100 CLP"}]}"#;
const REQUEST: &str = "user_id:0123456789abcdef amount:0123456789abcdef order_id:0123456789abcdef";
const ANSWER: &str = r#"{"transaction_id":4194305,"points_earned":129,"balance":258,"tier_before":"cafe_bronze","tier":"cafe_bronze","tier_changed":false,"points_to_next_tier":4742,"expires_at":"2027-11-25T00:00:00-03:00","because":[],"replayed":false}"#;

/// The statements of `earn_points` for an order of a known member.
pub(crate) struct Earn<'a> {
    begin: Statement<'a>,
    order: Statement<'a>,
    member: Statement<'a>,
    entry: Statement<'a>,
    lot: Statement<'a>,
    visit: Statement<'a>,
    windows: Statement<'a>,
    insert_order: Statement<'a>,
    update: Statement<'a>,
    commit: Statement<'a>,
}

impl<'a> Earn<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        let prepare = |sql: &str| connection.prepare(sql).unwrap();
        Self {
            begin: prepare("BEGIN IMMEDIATE"),
            order: prepare(
                "SELECT user_id, entry_id, amount, refunded, points, reversed, tier, visit, programme_id, occurred_at, items, \
                 settlement, request, answer FROM loyalty_orders WHERE order_id = ?",
            ),
            member: prepare(MEMBER),
            entry: prepare(
                "INSERT INTO loyalty_transactions (id, user_id, transaction_type, points_amount, balance_before, balance_after, \
                 order_id, reverses_id, description, occurred_at, created_at, expires_at, actor, programme_id, details, link) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ),
            lot: prepare(
                "INSERT INTO loyalty_lots (id, user_id, points, remaining, closed, available_at, expires_at) \
                 VALUES (?, ?, ?, ?, ?, ?, ?)",
            ),
            visit: prepare(
                "INSERT INTO loyalty_visits (user_id, day, visits, spent) VALUES (?, ?, ?, ?) ON CONFLICT (user_id, day) \
                 DO UPDATE SET visits = visits + excluded.visits, spent = spent + excluded.spent",
            ),
            windows: prepare(WINDOWS),
            insert_order: prepare(
                "INSERT INTO loyalty_orders (order_id, user_id, entry_id, amount, refunded, points, reversed, tier, visit, \
                 programme_id, occurred_at, items, settlement, request, answer) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ),
            update: prepare(
                "UPDATE loyalty_users SET balance = ?, debt = ?, total_points = ?, qualifying_points = ?, current_tier = ?, \
                 tier_since = ?, tier_state = ?, score = ?, last_visit = ?, total_visits = ?, total_spent = ?, distinct_products = ?, \
                 favorite_products = ?, rewards_redeemed = ?, successful_referrals = ?, pending_until = ?, entries = ?, \
                 last_link = ?, last_recorded_at = ?, held = ?, held_until = ? WHERE id = ?",
            ),
            commit: prepare("COMMIT"),
        }
    }

    pub(crate) fn run(&mut self, user: i64, order: &str, now: i64) {
        self.begin();
        self.inside(user, order, now);
        self.commit();
    }

    pub(crate) fn begin(&mut self) {
        self.begin.execute([]).unwrap();
    }

    pub(crate) fn commit(&mut self) {
        self.commit.execute([]).unwrap();
    }

    /// The statements between BEGIN and COMMIT.
    pub(crate) fn inside(&mut self, user: i64, order: &str, now: i64) {
        assert!(!self.order.exists([order]).unwrap());
        let member = Member::read(&mut self.member, user);
        let id = (member.id << 22) | (member.entries + 1);
        let end = now + 31_536_000_000_000;
        let link = [7_u8; 16];
        let after = member.balance + 129;
        self.entry
            .execute(params![
                id,
                user,
                "earn",
                129,
                member.balance,
                after,
                order,
                None::<i64>,
                "Compra A-17",
                now,
                now,
                end,
                None::<&str>,
                1,
                DETAILS,
                link
            ])
            .unwrap();
        self.lot.execute(params![id, user, 129, 129, 0, now, end]).unwrap();
        let day = now / 86_400_000_000;
        self.visit.execute(params![user, day, 1, 12_990]).unwrap();
        let _: (i64, i64) = self
            .windows
            .query_row(params![user, day - 89, day - 364, day - 364, day], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        self.insert_order
            .execute(params![
                order,
                user,
                id,
                12_990,
                0,
                129,
                0,
                "cafe_bronze",
                1,
                1,
                now,
                None::<&str>,
                None::<&str>,
                REQUEST,
                ANSWER
            ])
            .unwrap();
        self.update(&member, after, now, link);
    }

    fn update(&mut self, member: &Member, after: i64, now: i64, link: [u8; 16]) {
        self.update
            .execute(params![
                after,
                0,
                after,
                after,
                "cafe_bronze",
                now,
                None::<&str>,
                100,
                now,
                member.visits + 1,
                25_980,
                0,
                "[]",
                0,
                0,
                now,
                member.entries + 1,
                link,
                now,
                0,
                i64::MAX,
                member.id
            ])
            .unwrap();
    }
}

/// What the hand-written program needs of a member's row.
struct Member {
    id: i64,
    balance: i64,
    visits: i64,
    entries: i64,
}

impl Member {
    fn read(statement: &mut Statement<'_>, user: i64) -> Self {
        let read = |row: &rusqlite::Row<'_>| {
            let _: (Option<String>, String, String) = (row.get(2)?, row.get(7)?, row.get(12)?);
            let _: (String, String) = (row.get(21)?, row.get(24)?);
            let _: [i64; 8] = [
                row.get(9)?,
                row.get(10)?,
                row.get(11)?,
                row.get(13)?,
                row.get(15)?,
                row.get(16)?,
                row.get(19)?,
                row.get(27)?,
            ];
            Ok(Self { id: row.get(0)?, balance: row.get(8)?, visits: row.get(18)?, entries: row.get(29)? })
        };
        statement.query_row([user], read).unwrap()
    }
}

/// The statements of `profile`.
pub(crate) struct Profile<'a> {
    begin: Statement<'a>,
    member: Statement<'a>,
    windows: Statement<'a>,
    commit: Statement<'a>,
}

impl<'a> Profile<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        let prepare = |sql: &str| connection.prepare(sql).unwrap();
        Self {
            begin: prepare("BEGIN DEFERRED"),
            member: prepare(MEMBER),
            windows: prepare(WINDOWS),
            commit: prepare("COMMIT"),
        }
    }

    pub(crate) fn run(&mut self, user: i64, day: i64) -> i64 {
        self.begin.execute([]).unwrap();
        let member = Member::read(&mut self.member, user);
        let (visits, _): (i64, i64) = self
            .windows
            .query_row(params![user, day - 89, day - 364, day - 364, day], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        self.commit.execute([]).unwrap();
        member.balance + visits
    }
}
