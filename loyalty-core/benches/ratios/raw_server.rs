//! The statements that the engine sends to a server for a purchase and a profile, sent by hand with the mysql crate.

use mysql::prelude::Queryable as _;
use mysql::{Conn, Params, Row, Value};

/// How a program sends its statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// In the packets in which the engine sends them, as text.
    Packed,
    /// One after the other, each prepared once and kept by the crate.
    Prepared,
}

/// A statement and its values.
type Part<'a> = (&'a str, Vec<Value>);

macro_rules! columns {
    () => {
        "id, user_id, locale, balance, debt, total_points, qualifying_points, current_tier, tier_since, tier_state, score, \
         join_date, last_visit, total_visits, total_spent, distinct_products, favorite_products, rewards_redeemed, \
         successful_referrals, referral_code, referral_code_expires_at, referred_by, points_expiry_date, ending_points, \
         pending_until, entries, lots_from, last_link, last_recorded_at, held, held_until, merged_into, blocked, text_salt, \
         archived_to"
    };
}
const MEMBER: &str = concat!("SELECT ", columns!(), " FROM loyalty_users WHERE user_id = ? FOR UPDATE");
const PROFILE: &str = concat!(
    "SELECT ",
    columns!(),
    ", COALESCE((SELECT SUM(visits) FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ?), 0), \
     COALESCE((SELECT SUM(spent) FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ?), 0), \
     (SELECT user_name FROM loyalty_persons WHERE user_id = ?) FROM loyalty_users WHERE user_id = ?"
);
const ORDER: &str = "SELECT entry_id FROM loyalty_orders WHERE order_id = ? FOR UPDATE";
const ENTRY: &str = "INSERT INTO loyalty_transactions (id, user_id, transaction_type, points_amount, balance_after, order_id, \
    reverses_id, description, occurred_at, recorded_after, expires_at, actor, acted_by, programme_id, details, amount, items, \
    settlement, link, remaining, available_at, ends_at, receipt, request) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const VISIT: &str = "INSERT INTO loyalty_visits (user_id, day, visits, spent) VALUES (?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE visits = visits + VALUES(visits), spent = spent + VALUES(spent)";
const WINDOWS: &str = "SELECT COALESCE(SUM(CASE WHEN day >= ? THEN visits ELSE 0 END), 0), \
    COALESCE(SUM(CASE WHEN day >= ? THEN spent ELSE 0 END), 0) FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ?";
const UPDATE: &str = "UPDATE loyalty_users SET balance = ?, debt = ?, total_points = ?, qualifying_points = ?, \
    current_tier = ?, tier_since = ?, tier_state = ?, score = ?, last_visit = ?, total_visits = ?, total_spent = ?, \
    distinct_products = ?, favorite_products = ?, rewards_redeemed = ?, successful_referrals = ?, ending_points = ?, \
    pending_until = ?, entries = ?, lots_from = ?, last_link = ?, last_recorded_at = ?, held = ?, held_until = ? WHERE id = ?";
const LEAD: &str = "INSERT INTO loyalty_orders (order_id, entry_id, user_id) VALUES (?, ?, ?)";
const ATTEMPT: &str = "INSERT INTO loyalty_attempts (name, number, written_at) VALUES (?, ?, ?) \
    ON DUPLICATE KEY UPDATE number = VALUES(number), written_at = VALUES(written_at)";

/// What is kept of the answer, and digests of the request with their seal: of the size that the engine writes.
const RECEIPT: &str = "[2,4742,0]";
const REQUEST: [u8; 16] = [7; 16];
const LINK: [u8; 16] = [7; 16];

macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$(Value::from($value)),*] };
}

/// A program that does by hand what the engine does.
pub(crate) struct ByHand {
    connection: Conn,
    way: Way,
    calls: i64,
}

impl ByHand {
    pub(crate) fn new(mut connection: Conn, way: Way) -> Self {
        let session = "SET SESSION autocommit = 0; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
        connection.query_drop(session).unwrap();
        Self { connection, way, calls: 0 }
    }

    /// Sends a packet and returns the first row of the last query that has one.
    fn send(&mut self, packet: &[Part<'_>]) -> Option<Row> {
        if self.way == Way::Packed {
            let mut text = String::with_capacity(2_048);
            for (place, part) in packet.iter().enumerate() {
                if place > 0 {
                    text.push(';');
                }
                write(&mut text, part);
            }
            let mut answers = self.connection.query_iter(text).unwrap();
            let mut first = None;
            while let Some(rows) = answers.iter() {
                first = rows.map(Result::unwrap).next().or(first);
            }
            return first;
        }
        let mut first = None;
        for (sql, values) in packet {
            let row: Option<Row> = if values.is_empty() {
                self.connection.query_first(*sql).unwrap()
            } else {
                self.connection.exec_first(*sql, Params::Positional(values.clone())).unwrap()
            };
            first = row.or(first);
        }
        first
    }

    pub(crate) fn earn(&mut self, user: i64, order: &str) {
        let begin = [("START TRANSACTION", vec![]), ("SAVEPOINT loyalty_begun", vec![]), (ORDER, values![order])];
        assert!(self.send(&begin).is_none());
        let row = self.send(&[(MEMBER, values![user])]).unwrap();
        let number = |column: usize| row.get::<i64, _>(column).unwrap();
        let (member, balance, visits, entries) = (number(0), number(3), number(13), number(25));
        let id = (member << 22) | (entries + 1);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64;
        let (day, after) = (now / 86_400_000_000, balance + 129);
        let (nothing, link) = (Value::NULL, LINK.as_slice());
        self.send(&[
            (ENTRY, entry(id, user, after, order, now)),
            (VISIT, values![user, day, 1, 12_990]),
            (WINDOWS, values![day - 89, day - 364, user, day - 364, day]),
        ])
        .unwrap();
        let tier = "cafe_bronze";
        let update = values![
            after,
            0,
            after,
            after,
            tier,
            now,
            &nothing,
            100,
            now,
            visits + 1,
            25_980,
            0,
            "[]",
            0,
            0,
            129,
            now,
            entries + 1,
            number(26),
            link,
            now,
            0,
            i64::MAX,
            member
        ];
        self.calls += 1;
        let attempt = values![3_783_749_907_034_576_886_i64, self.calls, now];
        self.send(&[(UPDATE, update), (LEAD, values![order, id, user]), (ATTEMPT, attempt)]);
        self.send(&[("RELEASE SAVEPOINT loyalty_begun", vec![]), ("COMMIT", vec![])]);
    }

    /// The member's balance.
    pub(crate) fn profile(&mut self, user: i64) -> i64 {
        let day = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64 / 86_400;
        let values = values![user, day - 89, day, user, day - 364, day, user, user];
        let row = self.send(&[(PROFILE, values), ("COMMIT", vec![])]);
        row.unwrap().get(3).unwrap()
    }
}

/// The values of an entry with its lot.
fn entry(id: i64, user: i64, after: i64, order: &str, now: i64) -> Vec<Value> {
    let (end, nothing) = (now + 31_536_000_000_000, Value::NULL);
    values![
        id,
        user,
        "earn",
        129,
        after,
        order,
        &nothing,
        &nothing,
        now,
        0,
        end,
        &nothing,
        &nothing,
        1,
        &nothing,
        12_990,
        &nothing,
        &nothing,
        LINK.as_slice(),
        129,
        &nothing,
        &nothing,
        RECEIPT,
        REQUEST.as_slice()
    ]
}

/// Writes the values into a statement. None of them holds a quote or a backslash.
fn write(text: &mut String, (sql, values): &Part<'_>) {
    let mut values = values.iter();
    for part in sql.split('?') {
        text.push_str(part);
        match values.next() {
            Some(Value::Int(number)) => text.push_str(&number.to_string()),
            Some(Value::Bytes(bytes)) => {
                text.push('\'');
                text.push_str(std::str::from_utf8(bytes).unwrap());
                text.push('\'');
            }
            Some(_) => text.push_str("NULL"),
            None => {}
        }
    }
}
