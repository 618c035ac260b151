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

macro_rules! columns {
    () => {
        "id, user_id, locale, balance, debt, total_points, qualifying_points, current_tier, tier_since, tier_state, score, \
         join_date, last_visit, total_visits, total_spent, distinct_products, favorite_products, rewards_redeemed, \
         successful_referrals, referral_code, referral_code_expires_at, referred_by, points_expiry_date, ending_points, \
         pending_until, entries, lots_from, last_link, last_recorded_at, held, held_until, merged_into, blocked, text_salt, \
         archived_to"
    };
}
const MEMBER: &str = concat!("SELECT ", columns!(), " FROM loyalty_users WHERE user_id = ?");
const WINDOWS: &str = "SELECT COALESCE(SUM(CASE WHEN day >= ?2 THEN visits ELSE 0 END), 0), \
    COALESCE(SUM(CASE WHEN day >= ?3 THEN spent ELSE 0 END), 0) \
    FROM loyalty_visits WHERE user_id = ?1 AND day >= ?4 AND day <= ?5";

const PROFILE: &str = concat!(
    "SELECT ",
    columns!(),
    ", COALESCE((SELECT SUM(visits) FROM loyalty_visits WHERE user_id = ?1 AND day >= ?2 AND day <= ?4), 0), \
     COALESCE((SELECT SUM(spent) FROM loyalty_visits WHERE user_id = ?1 AND day >= ?3 AND day <= ?4), 0), \
     (SELECT user_name FROM loyalty_persons WHERE user_id = ?1) FROM loyalty_users WHERE user_id = ?1"
);

/// What is kept of the answer, and digests of the request with their seal: of the size that the engine writes.
const RECEIPT: &str = "[2,4742,0]";
const REQUEST: [u8; 16] = [7; 16];

/// The statements of `earn_points` for an order of a known member.
pub(crate) struct Earn<'a> {
    begin: Statement<'a>,
    order: Statement<'a>,
    member: Statement<'a>,
    entry: Statement<'a>,
    visit: Statement<'a>,
    windows: Statement<'a>,
    update: Statement<'a>,
    lead: Statement<'a>,
    commit: Statement<'a>,
}

impl<'a> Earn<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        let prepare = |sql: &str| connection.prepare(sql).unwrap();
        Self {
            begin: prepare("BEGIN IMMEDIATE"),
            order: prepare("SELECT entry_id FROM loyalty_orders WHERE order_id = ?"),
            member: prepare(MEMBER),
            entry: prepare(
                "INSERT INTO loyalty_transactions (id, user_id, transaction_type, points_amount, balance_after, order_id, \
                 reverses_id, description, occurred_at, recorded_after, expires_at, actor, acted_by, programme_id, details, \
                 amount, items, settlement, link, remaining, available_at, ends_at, receipt, request) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            ),
            visit: prepare(
                "INSERT INTO loyalty_visits (user_id, day, visits, spent) VALUES (?, ?, ?, ?) ON CONFLICT (user_id, day) \
                 DO UPDATE SET visits = visits + excluded.visits, spent = spent + excluded.spent",
            ),
            windows: prepare(WINDOWS),
            update: prepare(
                "UPDATE loyalty_users SET balance = ?, debt = ?, total_points = ?, qualifying_points = ?, current_tier = ?, \
                 tier_since = ?, tier_state = ?, score = ?, last_visit = ?, total_visits = ?, total_spent = ?, distinct_products = ?, \
                 favorite_products = ?, rewards_redeemed = ?, successful_referrals = ?, ending_points = ?, pending_until = ?, \
                 entries = ?, lots_from = ?, last_link = ?, last_recorded_at = ?, held = ?, held_until = ? WHERE id = ?",
            ),
            lead: prepare("INSERT INTO loyalty_orders (order_id, entry_id, user_id) VALUES (?, ?, ?)"),
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
        let member = Member::find(&mut self.member, user);
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
                after,
                order,
                None::<i64>,
                None::<&str>,
                now,
                0,
                end,
                None::<&str>,
                None::<i64>,
                1,
                None::<&str>,
                12_990,
                None::<&str>,
                None::<&str>,
                link,
                129,
                None::<i64>,
                None::<i64>,
                RECEIPT,
                REQUEST
            ])
            .unwrap();
        let day = now / 86_400_000_000;
        self.visit.execute(params![user, day, 1, 12_990]).unwrap();
        let _: (i64, i64) = self
            .windows
            .query_row(params![user, day - 89, day - 364, day - 364, day], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap();
        self.update(&member, after, now, link);
        self.lead.execute(params![order, id, user]).unwrap();
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
                129,
                now,
                member.entries + 1,
                member.lots_from,
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
    lots_from: i64,
}

impl Member {
    fn find(statement: &mut Statement<'_>, user: i64) -> Self {
        statement.query_row([user], Self::read).unwrap()
    }

    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let _: (Option<String>, String, String) = (row.get(2)?, row.get(7)?, row.get(16)?);
        let _: (String, [u8; 16]) = (row.get(19)?, row.get(27)?);
        let _: [i64; 15] = [
            row.get(1)?,
            row.get(4)?,
            row.get(5)?,
            row.get(6)?,
            row.get(8)?,
            row.get(10)?,
            row.get(11)?,
            row.get(14)?,
            row.get(15)?,
            row.get(17)?,
            row.get(18)?,
            row.get(20)?,
            row.get(22)?,
            row.get(23)?,
            row.get(24)?,
        ];
        Ok(Self {
            id: row.get(0)?,
            balance: row.get(3)?,
            visits: row.get(13)?,
            entries: row.get(25)?,
            lots_from: row.get(26)?,
        })
    }
}

/// The statement of `profile`, outside any transaction.
pub(crate) struct Profile<'a>(Statement<'a>);

impl<'a> Profile<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        Self(connection.prepare(PROFILE).unwrap())
    }

    pub(crate) fn run(&mut self, user: i64, day: i64) -> i64 {
        let read = |row: &rusqlite::Row<'_>| {
            let _: (i64, Option<String>) = (row.get(35)?, row.get(36)?);
            Ok(Member::read(row)?.balance + row.get::<_, i64>(34)?)
        };
        self.0.query_row([user, day - 89, day - 364, day], read).unwrap()
    }
}
