//! What `verify` sees of a change behind the engine's back: each column of each table is changed in turn, and each row
//! deleted, in a small database that has something of everything.

use std::collections::{BTreeMap, BTreeSet};

use loyalty_core::programme::Programme;
use loyalty_tests::everything;
use loyalty_tests::store;
use loyalty_tests::world::World;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::json;

/// Tables that are not looked into.
const APART: &[(&str, &str)] = &[
    ("loyalty_migrations", "the record of the schema, which every opening reads"),
    ("loyalty_attempts", "of a connection to a server"),
    ("loyalty_guesses", "failed look-ups of the last minutes"),
    ("loyalty_database", "read when a database is opened, which refuses another"),
    ("loyalty_currency", "read when a database is opened, which refuses another"),
    ("loyalty_closings", "where entries have left: tests/archive.rs changes each column"),
    ("loyalty_outbox", "what the shop's own tables say, before it is booked"),
    ("loyalty_hints", "digests that are only compared"),
    ("loyalty_event_log", "tells what the books say: no sum follows from it"),
    ("loyalty_event_arrivals", "of a server: what waits for its number in the log"),
    ("loyalty_notices", "what a member was told: no sum follows from it"),
    ("loyalty_messages", "what is on its way to members: no sum follows from it"),
    ("loyalty_consents", "the proof of what members agreed to; what stands is with the person"),
    ("loyalty_suppressions", "addresses that get nothing, as digests"),
    ("loyalty_tasks", "how far the regular work has come: it may be done again"),
    ("loyalty_campaigns", "how far campaigns have come: `tests/campaigns.rs` compares its counts with the rows"),
    ("loyalty_chosen", "whom campaigns have chosen: what they got is in the books"),
    ("loyalty_notice_marks", "what a member has read"),
    ("loyalty_event_consumers", "how far other systems have read"),
    ("loyalty_webhooks", "who is told of the events, and how far"),
    ("loyalty_deliveries", "what was told and has not arrived"),
    ("loyalty_stamp_scans", "a scan that is forgotten can be made again: its stamps are in the books"),
];

/// What is not seen in some row, and why not: columns, or `(row)` for a row that is gone.
const UNSEEN: &[(&str, &[&str])] = &[
    (
        "noted beside what was done: who, when it was written down, and why",
        &[
            "loyalty_coupon_batches.created_at",
            "loyalty_coupon_batches.created_by",
            "loyalty_coupon_uses.actor",
            "loyalty_coupon_uses.created_at",
            "loyalty_coupon_uses.released_at",
            "loyalty_coupons.created_at",
            "loyalty_coupons.updated_by",
            "loyalty_events.created_at",
            "loyalty_gift_card_entries.actor",
            "loyalty_gift_card_entries.created_at",
            "loyalty_gift_cards.created_at",
            "loyalty_gift_cards.created_by",
            "loyalty_identities.added_at",
            "loyalty_merges.actor",
            "loyalty_merges.merged_at",
            "loyalty_payments.created_at",
            "loyalty_payments.returned",
            "loyalty_programmes.first_used_at",
            "loyalty_redemptions.created_at",
            "loyalty_referrals.created_at",
            "loyalty_referrals.decided_by",
            "loyalty_reservations.created_at",
            "loyalty_reservations.released_at",
            "loyalty_rewards.created_at",
            "loyalty_rewards.updated_by",
            "loyalty_stamps.actor",
            "loyalty_stamps.created_at",
            "loyalty_tier_changes.actor",
            "loyalty_tier_changes.reason",
            "loyalty_tier_changes.recorded_at",
            "loyalty_persons.updated_by",
        ],
    ),
    (
        "counted by clusters alone",
        &[
            "loyalty_coupons.locks",
            "loyalty_gift_cards.locks",
            "loyalty_orders.locks",
            "loyalty_redemptions.locks",
            "loyalty_users.locks",
        ],
    ),
    (
        "digests of arguments: a call that is repeated meets them, and no sum; they may be erased",
        &["loyalty_answers.request", "loyalty_payments.request"],
    ),
    (
        "what staff decided, which nothing else follows from",
        &[
            "loyalty_coupon_batches.name",
            "loyalty_coupons.active",
            "loyalty_coupons.code",
            "loyalty_coupons.discount_value",
            "loyalty_coupons.max_discount",
            "loyalty_coupons.max_uses",
            "loyalty_coupons.min_order_amount",
            "loyalty_coupons.stackable",
            "loyalty_coupons.terms",
            "loyalty_coupons.user_id",
            "loyalty_coupons.valid_from",
            "loyalty_coupons.valid_until",
            "loyalty_gift_cards.code",
            "loyalty_gift_cards.stopped_at",
            "loyalty_gift_cards.user_id",
            "loyalty_gift_cards.valid_until",
            "loyalty_programmes.name",
            "loyalty_referrals.decision",
            "loyalty_rewards.cost",
            "loyalty_rewards.coupon_amount",
            "loyalty_rewards.coupon_units",
            "loyalty_rewards.description",
            "loyalty_rewards.discount_percent",
            "loyalty_rewards.expiry_date",
            "loyalty_rewards.max_discount",
            "loyalty_rewards.max_uses",
            "loyalty_rewards.max_uses_per_user",
            "loyalty_rewards.max_uses_per_user_per_day",
            "loyalty_rewards.max_uses_per_user_per_month",
            "loyalty_rewards.max_uses_per_user_per_week",
            "loyalty_rewards.max_uses_per_user_per_year",
            "loyalty_rewards.min_order_amount",
            "loyalty_rewards.name",
            "loyalty_rewards.points_cost",
            "loyalty_rewards.price",
            "loyalty_rewards.stackable",
            "loyalty_rewards.starts_at",
            "loyalty_rewards.stock",
            "loyalty_rewards.tier_required",
            "loyalty_users.blocked",
        ],
    ),
    (
        "what is known of a person, or of a member that was merged into another",
        &[
            "loyalty_attributes.name",
            "loyalty_attributes.value",
            "loyalty_persons.(row)",
            "loyalty_persons.consents",
            "loyalty_persons.user_id",
            "loyalty_persons.user_name",
            "loyalty_users.text_salt",
            "loyalty_users.current_tier",
            "loyalty_users.favorite_products",
            "loyalty_users.join_date",
            "loyalty_users.last_recorded_at",
            "loyalty_users.last_visit",
            "loyalty_users.pending_until",
            "loyalty_users.referral_code",
            "loyalty_users.referral_code_expires_at",
            "loyalty_users.referred_by",
            "loyalty_users.score",
            "loyalty_users.tier_since",
            "loyalty_users.user_id",
        ],
    ),
    (
        "said of an event, an order or a till once, and read by nothing that is summed up",
        &[
            "loyalty_coupon_uses.hold_ends",
            "loyalty_coupon_uses.id",
            "loyalty_coupon_uses.used_at",
            "loyalty_events.(row)",
            "loyalty_events.after_entry",
            "loyalty_events.event",
            "loyalty_events.id",
            "loyalty_events.occurred_at",
            "loyalty_events.shop",
            "loyalty_events.user_id",
            "loyalty_gift_card_entries.answer",
            "loyalty_gift_card_entries.id",
            "loyalty_gift_card_entries.occurred_at",
            "loyalty_gift_card_entries.order_id",
            "loyalty_gift_card_entries.reverses",
            "loyalty_gift_card_entries.sold_as",
            "loyalty_gift_card_entries.stopped",
            "loyalty_order_standings.settlement",
            "loyalty_redemptions.cost",
            "loyalty_redemptions.money_due",
            "loyalty_redemptions.order_id",
            "loyalty_redemptions.quantity",
            "loyalty_stamp_cards.last_stamped_at",
            "loyalty_stamps.asked",
            "loyalty_stamps.day",
            "loyalty_stamps.id",
            "loyalty_stamps.occurred_at",
            "loyalty_stamps.order_id",
        ],
    ),
    (
        "when points that came from another member could first be spent, which their entry does not say",
        &["loyalty_transactions.available_at"],
    ),
    ("a bound from which on lots are read: a lower one reads more", &["loyalty_users.lots_from"]),
    (
        "what limits and clocks read: times, and uses of rules that may have been given back",
        &[
            "loyalty_acts.(row)",
            "loyalty_coupon_batches.(row)",
            "loyalty_coupons.id",
            "loyalty_holds.stands_until",
            "loyalty_referrals.completed_at",
            "loyalty_referrals.expires_at",
            "loyalty_referrals.qualified_at",
            "loyalty_referrals.risk",
            "loyalty_reservations.ends_at",
            "loyalty_reservations.id",
            "loyalty_reservations.redemption_id",
            "loyalty_rule_uses.(row)",
            "loyalty_rule_uses.entry_id",
            "loyalty_rule_uses.points",
            "loyalty_rule_uses.rule_id",
            "loyalty_tier_changes.tier_before",
            "loyalty_tier_gifts.(row)",
            "loyalty_tier_gifts.lost",
            "loyalty_tier_gifts.period",
            "loyalty_tier_gifts.tier",
            "loyalty_tier_gifts.user_id",
        ],
    ),
];

/// Another value of the same type.
fn other(cell: &Cell) -> Cell {
    match cell {
        Cell::Null => Cell::Integer(1),
        Cell::Integer(number) => Cell::Integer(number.wrapping_add(1)),
        Cell::Text(text) => Cell::Text(format!("{text}x")),
        Cell::Blob(bytes) => Cell::Blob(bytes.iter().map(|byte| byte ^ 1).collect()),
        Cell::Real(_) => unreachable!("no column holds one"),
    }
}

struct Tampering<'a> {
    world: &'a World,
    database: Connection,
}

impl Tampering<'_> {
    fn names(&self, sql: &str) -> Vec<String> {
        let mut statement = self.database.prepare(sql).unwrap();
        let names = statement.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    }

    fn rows(&self, table: &str) -> Vec<Vec<Cell>> {
        let mut statement = self.database.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let width = statement.column_count();
        let rows = statement.query_map([], |row| (0..width).map(|at| row.get::<_, Cell>(at)).collect());
        rows.unwrap().map(Result::unwrap).collect()
    }

    fn is_seen(&self) -> bool {
        match self.world.call("verify", json!({})) {
            Ok(verified) => verified["ok"] == false,
            Err(error) => {
                assert_eq!(error.code(), "database_corrupt", "{error:?}");
                true
            }
        }
    }

    /// Whether the change is refused by the database, or seen.
    fn change(&self, sql: &str, cells: &[Cell], back: impl FnOnce()) -> bool {
        let cells: Vec<&dyn rusqlite::ToSql> = cells.iter().map(|cell| cell as &dyn rusqlite::ToSql).collect();
        match self.database.execute(sql, cells.as_slice()) {
            Ok(1) => {}
            Ok(rows) => panic!("{sql}: {rows} rows"),
            Err(_) => return true,
        }
        let seen = self.is_seen();
        back();
        seen
    }
}

/// What is not seen of a table.
fn unseen(tampering: &Tampering<'_>, table: &str) -> BTreeSet<String> {
    let columns = tampering.names(&format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"));
    let keys = tampering.names(&format!("SELECT name FROM pragma_table_info('{table}') WHERE pk > 0 ORDER BY pk"));
    let place = |name: &String| columns.iter().position(|column| column == name).unwrap();
    let marks = vec!["?"; columns.len()].join(", ");
    let mut unseen = BTreeSet::new();
    for row in tampering.rows(table) {
        let key: Vec<Cell> = keys.iter().map(|name| row[place(name)].clone()).collect();
        let is_row = |from: usize| -> String {
            let parts = keys.iter().enumerate().map(|(at, name)| format!("{name} = ?{}", from + at));
            parts.collect::<Vec<_>>().join(" AND ")
        };
        let restore = |old: &[Cell]| {
            let old: Vec<&dyn rusqlite::ToSql> = old.iter().map(|cell| cell as &dyn rusqlite::ToSql).collect();
            tampering.database.execute(&format!("DELETE FROM {table} WHERE {}", is_row(1)), old.as_slice()).unwrap();
            let cells: Vec<&dyn rusqlite::ToSql> = row.iter().map(|cell| cell as &dyn rusqlite::ToSql).collect();
            tampering.database.execute(&format!("INSERT INTO {table} VALUES ({marks})"), cells.as_slice()).unwrap();
        };
        for (at, column) in columns.iter().enumerate() {
            let changed = other(&row[at]);
            let cells: Vec<Cell> = std::iter::once(changed.clone()).chain(key.iter().cloned()).collect();
            let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {}", is_row(2));
            let now: Vec<Cell> = keys
                .iter()
                .zip(&key)
                .map(|(name, old)| if name == column { changed.clone() } else { old.clone() })
                .collect();
            if !tampering.change(&sql, &cells, || restore(&now)) {
                unseen.insert(column.clone());
            }
        }
        let sql = format!("DELETE FROM {table} WHERE {}", is_row(1));
        if !tampering.change(&sql, &key, || restore(&key)) {
            unseen.insert("(row)".to_owned());
        }
    }
    unseen
}

/// Another connection to the file, which keeps no rule of the schema.
fn behind_the_back(world: &World) -> Connection {
    let database = Connection::open(world.path()).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
    database.pragma_update(None, "ignore_check_constraints", true).unwrap();
    database
}

#[test]
fn every_change_behind_the_engines_back_is_seen_or_listed_here_with_its_reason() {
    if store::is_server() || store::is_page() {
        return;
    }
    let world = everything::world();
    let database = behind_the_back(&world);
    let tampering = Tampering { world: &world, database };
    let tables =
        tampering.names("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'loyalty%' ORDER BY name");
    let mut empty = Vec::new();
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in &tables {
        if APART.iter().any(|(name, _)| name == table) {
            continue;
        }
        if tampering.rows(table).is_empty() {
            empty.push(table.clone());
        }
        found.insert(table.clone(), unseen(&tampering, table));
    }
    assert!(!tampering.is_seen(), "all is as it was");
    assert!(empty.is_empty(), "nothing is in {empty:?}");
    let listed: BTreeSet<String> = UNSEEN.iter().flat_map(|(_, names)| *names).map(|name| (*name).to_owned()).collect();
    let all: BTreeSet<String> = found
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}")))
        .collect();
    let news: Vec<&String> = all.difference(&listed).collect();
    assert!(news.is_empty(), "not seen, and not listed:\n{news:#?}");
    let idle: Vec<&String> = listed.difference(&all).collect();
    assert!(idle.is_empty(), "seen, but listed as unseen: {idle:#?}");
}

#[test]
fn damaged_text_is_a_damaged_database_and_no_defect() {
    if store::is_server() || store::is_page() {
        return;
    }
    let world = everything::world();
    let database = behind_the_back(&world);
    let user = json!({"user_id": 1});
    let order = json!({"order_id": "A-1"});
    for (table, column, operation, arguments) in [
        ("loyalty_users", "tier_state", "profile", &user),
        ("loyalty_users", "favorite_products", "profile", &user),
        ("loyalty_persons", "birth_date", "update_member", &user),
        ("loyalty_users", "locale", "profile", &user),
        ("loyalty_transactions", "transaction_type", "transactions", &user),
        ("loyalty_transactions", "order_id", "transactions", &user),
        ("loyalty_transactions", "items", "refund_order", &order),
        ("loyalty_transactions", "settlement", "refund_order", &order),
        ("loyalty_transactions", "receipt", "refund_order", &order),
        ("loyalty_holds", "status", "verify", &user),
        ("loyalty_rewards", "discount_type", "rewards", &user),
        ("loyalty_rewards", "coupon_terms", "rewards", &user),
        ("loyalty_acts", "act", "simulate", &json!({"program": Programme::cafe_vt().unwrap().source()})),
    ] {
        let kept = format!("CREATE TEMP TABLE kept AS SELECT * FROM {table}");
        database.execute_batch(&kept).unwrap();
        database.execute(&format!("UPDATE {table} SET {column} = char(1) || '{{no'"), []).unwrap();
        let said = match world.call(operation, arguments.clone()) {
            Err(error) => error.code().to_owned(),
            Ok(reply) if operation == "verify" && reply["ok"] == false => "database_corrupt".to_owned(),
            Ok(reply) => reply.to_string(),
        };
        assert_eq!(said, "database_corrupt", "{operation}, {table}.{column}");
        let verified = world.call("verify", json!({}));
        let is_seen =
            verified.map_or_else(|error| error.code() == "database_corrupt", |verified| verified["ok"] == false);
        assert!(is_seen, "{table}.{column}");
        let back = format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept; DROP TABLE kept");
        database.execute_batch(&back).unwrap();
    }
    world.verify();
}
