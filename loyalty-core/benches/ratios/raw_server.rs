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

macro_rules! member {
    () => {
        "SELECT id, user_id, user_name, email, phone, birth_date, locale, consents, balance, debt, total_points, \
         qualifying_points, current_tier, tier_since, tier_state, score, join_date, last_visit, total_visits, total_spent, \
         distinct_products, favorite_products, rewards_redeemed, successful_referrals, referral_code, \
         referral_code_expires_at, referred_by, points_expiry_date, pending_until, entries, last_link, last_recorded_at, held, \
         held_until, merged_into, blocked FROM loyalty_users WHERE user_id = ?"
    };
}
const ORDER: &str = "SELECT user_id, entry_id, amount, refunded, points, reversed, tier, visit, programme_id, occurred_at, \
    items, settlement, request, answer FROM loyalty_orders WHERE order_id = ? FOR UPDATE";
const ENTRY: &str = "INSERT INTO loyalty_transactions (id, user_id, transaction_type, points_amount, balance_before, \
    balance_after, order_id, reverses_id, description, occurred_at, created_at, expires_at, actor, programme_id, details, \
    link) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const LOT: &str = "INSERT INTO loyalty_lots (id, user_id, points, remaining, closed, available_at, expires_at) \
    VALUES (?, ?, ?, ?, ?, ?, ?)";
const VISIT: &str = "INSERT INTO loyalty_visits (user_id, day, visits, spent) VALUES (?, ?, ?, ?) \
    ON DUPLICATE KEY UPDATE visits = visits + VALUES(visits), spent = spent + VALUES(spent)";
const WINDOWS: &str = "SELECT COALESCE(SUM(CASE WHEN day >= ? THEN visits ELSE 0 END), 0), \
    COALESCE(SUM(CASE WHEN day >= ? THEN spent ELSE 0 END), 0) FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ?";
const UPDATE: &str = "UPDATE loyalty_users SET balance = ?, debt = ?, total_points = ?, qualifying_points = ?, \
    current_tier = ?, tier_since = ?, tier_state = ?, score = ?, last_visit = ?, total_visits = ?, total_spent = ?, \
    distinct_products = ?, favorite_products = ?, rewards_redeemed = ?, successful_referrals = ?, pending_until = ?, \
    entries = ?, last_link = ?, last_recorded_at = ?, held = ?, held_until = ? WHERE id = ?";
const INSERT_ORDER: &str = "INSERT INTO loyalty_orders (order_id, user_id, entry_id, amount, refunded, points, reversed, \
    tier, visit, programme_id, occurred_at, items, settlement, request, answer) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
const ATTEMPT: &str = "INSERT INTO loyalty_attempts (name, number, written_at) VALUES (?, ?, ?) \
    ON DUPLICATE KEY UPDATE number = VALUES(number), written_at = VALUES(written_at)";

/// Texts of the size that the engine writes.
const DETAILS: &str = r#"{"because":[{"rule":"base","points":129,"why":"1 punto por cada 100 CLP"}]}"#;
const REQUEST: &str = "user_id:0123456789abcdef amount:0123456789abcdef order_id:0123456789abcdef";
const ANSWER: &str = r#"{"transaction_id":4194305,"points_earned":129,"balance":258,"tier_before":"cafe_bronze","tier":"cafe_bronze","tier_changed":false,"points_to_next_tier":4742,"expires_at":"2027-11-25T00:00:00-03:00","because":[],"redemptions":[],"replayed":false}"#;

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

    /// Sends a packet and returns the first row of its last query.
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
                first = rows.map(Result::unwrap).next();
            }
            return first;
        }
        let mut first = None;
        for (sql, values) in packet {
            first = if values.is_empty() {
                self.connection.query_first(*sql).unwrap()
            } else {
                self.connection.exec_first(*sql, Params::Positional(values.clone())).unwrap()
            };
        }
        first
    }

    pub(crate) fn earn(&mut self, user: i64, order: &str) {
        let begin = [("START TRANSACTION", vec![]), ("SAVEPOINT loyalty_begun", vec![]), (ORDER, values![order])];
        assert!(self.send(&begin).is_none());
        let row = self.send(&[(concat!(member!(), " FOR UPDATE"), values![user])]).unwrap();
        let number = |column: usize| row.get::<i64, _>(column).unwrap();
        let (member, balance, visits, entries) = (number(0), number(8), number(18), number(29));
        let id = (member << 22) | (entries + 1);
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros() as i64;
        let (end, day, after) = (now + 31_536_000_000_000, now / 86_400_000_000, balance + 129);
        let (nothing, link) = (Value::NULL, [7_u8; 16].as_slice());
        let entry = values![
            id,
            user,
            "earn",
            129,
            balance,
            after,
            order,
            &nothing,
            "Compra A-17",
            now,
            now,
            end,
            &nothing,
            1,
            DETAILS,
            link
        ];
        self.send(&[
            (ENTRY, entry),
            (LOT, values![id, user, 129, 129, 0, now, end]),
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
            now,
            entries + 1,
            link,
            now,
            0,
            i64::MAX,
            member
        ];
        let kept = values![order, user, id, 12_990, 0, 129, 0, tier, 1, 1, now, &nothing, &nothing, REQUEST, ANSWER];
        self.calls += 1;
        let attempt = values![3_783_749_907_034_576_886_i64, self.calls, now];
        self.send(&[(UPDATE, update), (INSERT_ORDER, kept), (ATTEMPT, attempt)]);
        self.send(&[("RELEASE SAVEPOINT loyalty_begun", vec![]), ("COMMIT", vec![])]);
    }

    /// The member's balance.
    pub(crate) fn profile(&mut self, user: i64) -> i64 {
        let day = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64 / 86_400;
        let row = self.send(&[
            ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", vec![]),
            ("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", vec![]),
            (member!(), values![user]),
        ]);
        let windows = (WINDOWS, values![day - 89, day - 364, user, day - 364, day]);
        self.send(&[windows, ("COMMIT", vec![])]);
        row.unwrap().get(8).unwrap()
    }
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
