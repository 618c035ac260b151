//! A member asks to be forgotten: what `store/personal.rs` says is deleted and blanked, and then no byte of the database
//! file says who the member was. The books still hold, and repeats are still answered.

use loyalty_core::internals::{AtErasure, Leads, PERSONAL, erasure, session_of};
use loyalty_core::value::UserId;
use loyalty_tests::store;
use loyalty_tests::world::World;
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Value, json};

/// Those whom they brought, and those to whom they sent points.
const OTHERS: [i64; 4] = [107, 108, 207, 208];

/// Marks that are never stored: no table notes who did it, or a later call has changed who; digests are kept alone.
const NEVER_STORED: [&str; 5] =
    ["actorofreleasecoupon", "network", "device", "actorofgeneratereferral", "actorofusereferral"];

/// Who did what to two members is noted with both; the other one is not forgotten.
const OF_ANOTHER: [&str; 2] = ["actoroftransferpoints", "actorofresolvereferral"];

/// Who is forgotten, and who was merged into them.
const FORGOTTEN: [i64; 2] = [7, 8];

const PROGRAMME: &str = r#"
redemption = { minimum_points = 0 }
referral = { review_risk = 1 }
expiry = { reinstate_days = 30 }
[[rules]]
id = "review"
name = "A review"
effect = { add = 50 }
when = { event = "review_written" }
"#;

/// Calls with marks in them: texts that are nowhere else.
struct Marked {
    world: World,
    marks: Vec<String>,
    keyed: Vec<(String, Value)>,
}

impl Marked {
    fn new() -> Self {
        Self { world: World::on_file(PROGRAMME), marks: Vec::new(), keyed: Vec::new() }
    }

    /// A new mark.
    fn mark(&mut self, what: &str) -> String {
        let mark = format!("MARK{:03}{}", self.marks.len(), what.replace(['_', ' '], ""));
        self.marks.push(mark.clone());
        mark
    }

    /// Another text that must not be found.
    fn known(&mut self, text: &str) -> String {
        self.marks.push(text.to_owned());
        text.to_owned()
    }

    /// A call under a key by a marked actor.
    fn call(&mut self, operation: &str, mut arguments: Value) -> Value {
        arguments["actor"] = json!(self.mark(&format!("actor of {operation}")));
        arguments["key"] = json!(format!("key-{}", self.keyed.len()));
        let reply = self.world.ok(operation, arguments.clone());
        self.keyed.push((operation.to_owned(), arguments));
        reply
    }

    fn items(&mut self, of: &str) -> Value {
        let [sku, category, label] = ["sku", "category", "label"].map(|what| self.mark(&format!("{what} {of}")));
        json!([
            {"sku": sku, "quantity": 2, "amount": 60_000, "category": category, "labels": [label]},
            {"sku": self.mark("another sku"), "amount": 30_000},
        ])
    }
}

/// A member who has done everything.
fn lived(marked: &mut Marked, user: i64) {
    let email = format!("mark-of-email{user}@example.cl");
    let (email, phone) = (marked.known(&email), marked.known(&format!("+5691122334{user}")));
    let (card, birth) = (marked.known(&format!("MARKOFCARD{user}")), marked.known(&format!("193{user}-07-19")));
    let (name, attribute) = (marked.known(&format!("mark_of_name{user}")), marked.mark("attribute"));
    marked.call(
        "enroll",
        json!({
            "user_id": user, "name": "Eva", "email": email, "phone": phone, "card": card, "birth_date": birth,
            "consents": ["birthday"], "locale": "en", "attributes": {name: attribute},
        }),
    );
    bought(marked, user);
    given(marked, user);
    let [network, device] = ["network", "device"].map(|what| marked.mark(what));
    let invited = marked.call("generate_referral", json!({"user_id": user, "network": network, "device": device}));
    let friend = 100 + user;
    // A friend of the same name is for staff to decide.
    marked.world.ok("enroll", json!({"user_id": friend, "name": "Eva"}));
    let code = invited["code"].clone();
    marked.call("use_referral", json!({"user_id": friend, "code": code, "network": "203.0.113.7", "device": "d"}));
    marked.world.ok("earn_points", json!({"user_id": friend, "amount": 90_000, "order_id": format!("F-{user}")}));
    marked.call("resolve_referral", json!({"user_id": friend, "accept": true}));
    // Its answer has what was bought.
    let name = marked.mark("name");
    marked.call("update_member", json!({"user_id": user, "name": name}));
}

fn bought(marked: &mut Marked, user: i64) {
    let items = marked.items("bought");
    let description = marked.mark("description");
    let order = |name: &str| format!("{name}-{user}");
    marked.call(
        "earn_points",
        json!({"user_id": user, "amount": 900_000, "order_id": order("A"), "description": description}),
    );
    let bill = |name: &str| json!({"user_id": user, "amount": 90_000, "order_id": order(name), "items": items});
    marked.call("earn_points", bill("B"));
    marked.call("earn_points", bill("C"));
    marked.call("earn_points", json!({"user_id": user, "amount": 90_000, "items": items}));
    marked.call("refund_order", json!({"order_id": order("B"), "items": [items[1]]}));
    let mut kept = items[0].clone();
    kept["amount"] = json!(60_000);
    marked.call("amend_order", json!({"order_id": order("C"), "amount": 60_000, "items": [kept]}));
    marked.call("cancel_order", json!({"order_id": order("B")}));
    let terms = json!({"discount_type": "percent", "discount_value": 10, "max_uses": 50, "stackable": true});
    let code = marked.world.ok("generate_discount_code", terms)["code"].clone();
    let mut use_it = json!({"code": code, "order_id": order("D"), "amount": 90_000, "user_id": user, "items": items});
    marked.call("use_coupon", use_it.clone());
    use_it["order_id"] = json!(order("E"));
    use_it["ttl_seconds"] = json!(900);
    marked.call("hold_coupon", use_it);
    let several = json!({"codes": [code], "order_id": order("F"), "amount": 90_000, "user_id": user, "items": items});
    marked.call("use_coupons", several);
    marked.call("release_coupon", json!({"order_id": order("D")}));
    marked.call("pay_with_points", json!({"user_id": user, "order_id": order("G"), "amount": 5_000, "points": 100}));
    marked.call("release_payment", json!({"order_id": order("G")}));
}

fn given(marked: &mut Marked, user: i64) {
    let [description, reason] = ["description of a bonus", "reason"].map(|what| marked.mark(what));
    let bonus = json!({"user_id": user, "transaction_type": "bonus", "points": 50, "description": description});
    marked.call("record_transaction", bonus);
    marked.call("set_tier", json!({"user_id": user, "tier": "cafe_oro", "reason": reason}));
    let (property, name) = (marked.mark("property"), marked.known(&format!("mark_of_property{user}")));
    let properties = json!({"stars": property, name: 5});
    marked.call("record_event", json!({"user_id": user, "event": "review_written", "properties": properties}));
    marked.world.ok("enroll", json!({"user_id": 200 + user}));
    marked.call("transfer_points", json!({"from_user_id": user, "to_user_id": 200 + user, "points": 10}));
    let held = marked.call("hold_points", json!({"user_id": user, "points": 100, "ttl_seconds": 900}));
    marked.call("capture_hold", json!({"hold_id": held["hold_id"], "points": 60}));
    let held = marked.call("hold_points", json!({"user_id": user, "points": 100, "ttl_seconds": 900}));
    marked.call("void_hold", json!({"hold_id": held["hold_id"]}));
    marked.call("hold_points", json!({"user_id": user, "points": 90, "ttl_seconds": 900}));
    marked.call("reserve_reward", json!({"user_id": user, "reward_id": 3, "ttl_seconds": 900}));
    let paid = json!({"user_id": user, "order_id": format!("K-{user}"), "amount": 5_000, "points": 90});
    marked.call("pay_with_points", paid);
    let kept = marked.call("reserve_reward", json!({"user_id": user, "reward_id": 2, "ttl_seconds": 900}));
    marked.call("release_reward", json!({"reservation_id": kept["reservation_id"]}));
    let redeemed = marked.call("redeem_reward", json!({"user_id": user, "reward_id": 2}));
    marked.call("cancel_redemption", json!({"redemption_id": redeemed["redemption_id"]}));
    marked.call("redeem_reward", json!({"user_id": user, "reward_id": 2}));
    marked.call("stamp", json!({"user_id": user, "card": "cafe", "quantity": 20}));
    marked.call("use_stamp_reward", json!({"user_id": user, "card": "cafe"}));
    let card = marked.call("create_gift_card", json!({"amount": 20_000, "user_id": user}));
    let code = card["code"].clone();
    marked.call("top_up_gift_card", json!({"code": code, "amount": 5_000}));
    let order = format!("H-{user}");
    marked.call("use_gift_card", json!({"code": code, "order_id": order, "amount": 1_000, "user_id": user}));
    marked.call("release_gift_card", json!({"code": code, "order_id": order}));
    let order = format!("J-{user}");
    marked.call("use_gift_card", json!({"code": code, "order_id": order, "amount": 1_000, "user_id": user}));
    let text = marked.mark("imported");
    marked.call(
        "import_member",
        json!({
            "user_id": user, "source": "old shop", "balance": 250, "name": "Ana", "joined_at": "2025-01-01",
            "lifetime_points": 600, "orders": [{"order_id": format!("I-{user}"), "amount": 900, "points": 9, "paid_at": "2026-01-01"}],
            "history": [{"points": 20, "happened_at": "2025-12-01", "description": text}],
        }),
    );
}

/// The rows of a table that lead to those who are forgotten.
fn theirs(leads: Leads, forgotten: &[i64]) -> Option<String> {
    let users = forgotten.iter().map(i64::to_string).collect::<Vec<String>>().join(", ");
    let members = format!("SELECT id FROM loyalty_users WHERE user_id IN ({users})");
    Some(match leads {
        Leads::User(column) => format!("{column} IN ({users})"),
        Leads::Member(column) => format!("{column} IN ({members})"),
        Leads::Entry(column) => format!("({column} >> 22) IN ({members})"),
        Leads::Row(other, column) => {
            let owner = PERSONAL.iter().find(|table| table.name == other).expect("a table of the list");
            format!("{column} IN (SELECT id FROM {other} WHERE {})", theirs(owner.leads, forgotten)?)
        }
        Leads::Nowhere => return None,
    })
}

/// What stands in the place of what is blanked: nothing, or what is nothing for a column that must have a value.
fn blank(database: &Connection, table: &str, column: &str) -> &'static str {
    let sql = "SELECT \"notnull\", type FROM pragma_table_info(?1) WHERE name = ?2";
    let (required, kind): (bool, String) =
        database.query_row(sql, [table, column], |row| Ok((row.get(0)?, row.get(1)?))).expect("a column");
    match (required, kind.as_str(), column) {
        (false, ..) => "NULL",
        (true, "BLOB", _) => "x''",
        (true, _, "favorite_products") => "'[]'",
        (true, _, "properties") => "'{}'",
        (true, "INTEGER", _) => "0",
        (true, ..) => "''",
    }
}

/// Every value of personal columns that are bytes: salts and digests.
fn digests(database: &Connection, forgotten: &[i64]) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for table in PERSONAL {
        let Some(theirs) = theirs(table.leads, forgotten) else { continue };
        for column in table.personal {
            let sql = format!("SELECT {column} FROM {} WHERE {theirs}", table.name);
            let mut statement = database.prepare(&sql).expect("a table");
            let cells = statement.query_map([], |row| row.get::<_, Cell>(0)).expect("its rows");
            all.extend(cells.filter_map(|cell| match cell.expect("a cell") {
                Cell::Blob(bytes) if bytes.len() > 4 => Some((format!("{}.{column}", table.name), bytes)),
                _ => None,
            }));
        }
    }
    all
}

/// Does what the list says to the rows of those who are forgotten.
fn forget(world: &World, database: &Connection, forgotten: &[i64]) {
    let users = forgotten.iter().map(|user| UserId::new(*user).expect("an id"));
    for user in users.clone() {
        world.engine().batch(|batch| erasure::texts(session_of(batch), user)).expect("the texts are erased");
    }
    for table in PERSONAL.iter().filter(|table| table.at_erasure != AtErasure::Keep) {
        let Some(theirs) = theirs(table.leads, forgotten) else { continue };
        if table.at_erasure == AtErasure::Delete {
            database.execute(&format!("DELETE FROM {} WHERE {theirs}", table.name), []).expect("a table");
            continue;
        }
        // Digests of an order's arguments have a seal in the same column.
        let is_sealed = ["loyalty_transactions", "loyalty_order_standings"].contains(&table.name);
        for column in table.personal.iter().filter(|column| **column != "request" || !is_sealed) {
            let blank = blank(database, table.name, column);
            let sql = format!("UPDATE {} SET {column} = {blank} WHERE {theirs}", table.name);
            database.execute(&sql, []).unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        for (column, fields) in table.inside {
            // What has a seal is sealed again.
            let sealed = match table.name {
                "loyalty_answers" => erasure::answers,
                "loyalty_acts" => erasure::recorded_acts,
                _ => {
                    empty_inside(database, (table.name, column, &theirs), fields);
                    continue;
                }
            };
            let empty = |user| world.engine().batch(|batch| sealed(session_of(batch), user, fields));
            users.clone().for_each(|user| empty(user).expect("the texts are emptied"));
        }
    }
    database.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); VACUUM; PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
}

/// Empties fields of the JSON in a column.
fn empty_inside(database: &Connection, (table, column, theirs): (&str, &str, &str), fields: &[&str]) {
    let sql = format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL AND {theirs}");
    let mut statement = database.prepare(&sql).expect("a table");
    let texts = statement.query_map([], |row| row.get::<_, String>(0)).expect("its rows");
    for text in texts.map(Result::unwrap).collect::<Vec<String>>() {
        let emptied = erasure::emptied(&text, fields).expect("JSON");
        let sql = format!("UPDATE {table} SET {column} = ?1 WHERE {column} = ?2 AND {theirs}");
        database.execute(&sql, [&emptied, &text]).expect("a row");
    }
}

/// All bytes of the database and its log.
fn stored(world: &World) -> Vec<u8> {
    let mut name = world.path().to_owned().into_os_string();
    name.push("-wal");
    let mut bytes = std::fs::read(world.path()).unwrap();
    bytes.extend(std::fs::read(name).unwrap_or_default());
    bytes
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Where a text is, as `table.column: value`.
fn places(database: &Connection, mark: &str) -> Vec<String> {
    let names = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let mut places = Vec::new();
    for table in names("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'loyalty%'") {
        for column in names(&format!("SELECT name FROM pragma_table_info('{table}')")) {
            let sql = format!("SELECT '{table}.{column}: ' || {column} FROM {table} WHERE instr({column}, '{mark}')");
            places.extend(names(&sql));
        }
    }
    places
}

/// What is left of texts and digests, and where.
fn left(world: &World, database: &Connection, marks: &[String], digests: &[(String, Vec<u8>)]) -> Vec<String> {
    let bytes = stored(world);
    let mut left = Vec::new();
    for mark in marks.iter().filter(|mark| has(&bytes, mark.as_bytes())) {
        let places = places(database, mark);
        let places = if places.is_empty() { vec!["in no row".to_owned()] } else { places };
        left.extend(places.iter().map(|place| format!("{mark} in {place}")));
    }
    left.extend(
        digests.iter().filter(|(_, digest)| has(&bytes, digest)).map(|(column, _)| format!("a digest of {column}")),
    );
    left
}

/// What every repeat says, without what says who the member is.
fn repeats(world: &World, keyed: &[(String, Value)]) -> Vec<String> {
    let repeat = |(operation, arguments): &(String, Value)| {
        let said = match world.call(operation, arguments.clone()) {
            Ok(mut reply) => {
                assert_eq!(reply["replayed"], true, "{operation}: {reply}");
                // What is empty is left out.
                reply.as_object_mut().map(|reply| reply.shift_remove("attributes"));
                for name in ["user_name", "email", "phone", "birth_date", "consents", "locale"] {
                    if let Some(value) = reply.get_mut(name) {
                        *value = Value::Null;
                    }
                }
                erasure::emptied(&reply.to_string(), &["lines", "favorite_products"]).expect("JSON")
            }
            Err(error) => error.to_json().to_string(),
        };
        format!("{operation}: {said}")
    };
    keyed.iter().map(repeat).collect()
}

#[test]
fn nothing_of_a_member_who_is_forgotten_is_left_and_the_books_still_hold() {
    if store::is_server() || store::is_page() {
        return;
    }
    let mut marked = Marked::new();
    for user in FORGOTTEN {
        lived(&mut marked, user);
    }
    marked.call("merge_members", json!({"into_user_id": FORGOTTEN[0], "from_user_id": FORGOTTEN[1]}));
    let Marked { world, marks, keyed } = marked;
    world.verify();
    let database = Connection::open(world.path()).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(60)).unwrap();
    let failed = "INSERT INTO loyalty_outbox (order_id, user_id, state, noted_at, failed, error) \
                  VALUES ('O', 7, 'completed', 0, 1, ?)";
    database.execute(failed, [&marks[0]]).unwrap();
    let known = digests(&database, &FORGOTTEN);
    assert!(known.len() > 50, "only {} digests were found", known.len());
    let said = repeats(&world, &keyed);
    let before = left(&world, &database, &marks, &[]);
    for mark in &marks {
        let is_stored = before.iter().any(|place| place.starts_with(mark));
        assert_ne!(is_stored, NEVER_STORED.iter().any(|what| mark.ends_with(what)), "{mark}");
    }

    forget(&world, &database, &FORGOTTEN);
    let still = left(&world, &database, &marks, &known);
    let (of_another, theirs): (Vec<String>, Vec<String>) = still.into_iter().partition(|place| {
        let mark = place.split_whitespace().next().unwrap_or_default();
        OF_ANOTHER.iter().any(|what| mark.ends_with(what)) && place.contains(" in loyalty_transactions.actor: ")
    });
    assert!(theirs.is_empty(), "{theirs:#?}");
    assert_eq!(of_another.len(), OF_ANOTHER.len() * FORGOTTEN.len(), "{of_another:#?}");
    world.verify();
    for (said, says) in said.iter().zip(repeats(&world, &keyed)) {
        assert_eq!(*said, says);
    }

    for (operation, arguments) in [
        ("profile", json!({"user_id": FORGOTTEN[0]})),
        ("transactions", json!({"user_id": FORGOTTEN[0]})),
        ("tier_history", json!({"user_id": FORGOTTEN[0]})),
        ("refund_order", json!({"order_id": "C-7", "amount": 1_000})),
        ("simulate", json!({"program": world.engine().programme().source()})),
    ] {
        world.ok(operation, arguments);
    }
    // They come again: new texts get a new salt.
    let again =
        json!({"user_id": FORGOTTEN[0], "amount": 9_000, "order_id": "Z", "description": "again", "actor": "till"});
    world.ok("earn_points", again);
    world.ok("update_member", json!({"user_id": FORGOTTEN[0], "name": "Eva"}));
    world.verify();

    forget(&world, &database, &OTHERS);
    assert_eq!(left(&world, &database, &marks, &known), [""; 0]);
    world.verify();
}
