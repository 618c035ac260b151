//! `adopt`: members of Café-VT's first version come over with all they have, once, and nothing else changes.

use loyalty_cli::adopt::{Adopted, Adoption, Rewards, adopt as take_over};
use loyalty_core::ops::Verify;
use loyalty_core::value::{Day, Instant};
use loyalty_core::{Engine, Error, Options};
use loyalty_tests::Place;
use loyalty_tests::shop::Shop;
use serde_json::{Value, json};

const NOW: &str = "2026-11-25T12:00:00-03:00";

fn adoption(apply: bool, archive: Option<&str>) -> Adoption {
    let archive = archive.map(str::to_owned);
    Adoption { apply, archive, source: "Café-VT 1".to_owned(), ..Adoption::default() }
}

fn adopt(target: &str, from: &Shop, adoption: &Adoption) -> Result<Adopted, Error> {
    let now = Some(Instant::parse(NOW).unwrap());
    take_over(&Options::parse(target).unwrap(), &Options::parse(&from.setting).unwrap(), adoption, now)
}

fn engine(setting: &str) -> Engine {
    let engine = Engine::open(Options::parse(setting).unwrap()).unwrap();
    engine.fix_now(Some(Instant::parse(NOW).unwrap()));
    let verified = engine.run(&Verify::default()).unwrap();
    assert!(verified.ok, "{:?}", verified.problems);
    engine
}

fn profile(engine: &Engine, user: i64) -> Value {
    engine.call("profile", json!({ "user_id": user })).unwrap()
}

/// Name, points, points ever, tier, visits, money: what a member sees.
fn seen(engine: &Engine, user: i64) -> (Value, i64, i64, String, i64, String) {
    let profile = profile(engine, user);
    let number = |name: &str| profile[name].as_i64().unwrap();
    let text = |name: &str| profile[name].as_str().unwrap().to_owned();
    let (tier, spent) = (text("current_tier"), text("total_spent"));
    (
        profile["user_name"].clone(),
        number("current_points"),
        number("total_points"),
        tier,
        number("total_visits"),
        spent,
    )
}

/// What must hold of the members, wherever they went.
fn check_members(engine: &Engine) {
    let row = |name: Value, points, ever, tier: &str, visits, spent: &str| {
        (name, points, ever, tier.to_owned(), visits, spent.to_owned())
    };
    let bronze = "cafe_bronze";
    assert_eq!(seen(engine, 1), row(json!("Ana Soto Muñoz"), 172, 172, bronze, 2, "17290"));
    assert_eq!(seen(engine, 2), row(json!("Bea ☕ Ñandú"), 6000, 6000, "cafe_plata", 12, "60000"));
    assert_eq!(seen(engine, 3), row(json!("Leo"), 500, 500, bronze, 0, "0"));
    assert_eq!(seen(engine, 5), row(Value::Null, 70, 70, bronze, 1, "7000"));
    assert_eq!(seen(engine, 6), row(Value::Null, 0, 0, bronze, 0, "0"));
    assert_eq!(seen(engine, 7), row(json!("Iván Díaz"), 200, 200, bronze, 2, "20000"));
    assert_eq!(seen(engine, 8), row(json!("Sol María Paz"), 80_000, 89_500, "cafe_diamante", 3, "30000"));
    assert_eq!(seen(engine, 9), row(json!("Noé Gil"), 155, 155, "cafe_plata", 1, "12991"));
    let owing = profile(engine, 4);
    assert_eq!((&owing["current_points"], &owing["debt_points"]), (&json!(0), &json!(4900)));
    let by_email = |email: &str| engine.call("find_member", json!({"kind": "email", "value": email}));
    assert_eq!(by_email("ana@example.cl").unwrap()["user_id"], 1);
    assert!(by_email("shared@example.cl").is_err(), "an address that two have finds neither");
    assert!(engine.call("profile", json!({"user_id": 10})).is_err(), "only members come over");
    let next = engine.call("points", json!({"user_id": 1})).unwrap();
    assert_eq!(next["next_expiry"]["date"], "2027-11-25", "a year from the day on which they came");
    let history = engine.call("tier_history", json!({"user_id": 8})).unwrap();
    assert_eq!(history["items"][0]["tier"], "cafe_diamante", "{history}");
    let coupons = engine.call("coupons", json!({"user_id": 8})).unwrap();
    assert_eq!(coupons["items"].as_array().unwrap().len(), 2, "{coupons}");
}

fn counted(report: &Adopted) -> Value {
    let lines = report.findings.iter().map(|line| serde_json::to_value(line).unwrap());
    lines.map(|line| (line["finding"].as_str().unwrap().to_owned(), line["count"].clone())).collect()
}

fn all_findings() -> Value {
    json!({
        "balance_differs_from_ledger": 1, "broken_chain": 0, "negative_balance": 1, "negative_earn": 1, "no_person": 1,
        "unknown_tier": 1, "shared_email": 2, "unusable_email": 1, "changed_name": 1, "order_credited_twice": 1,
        "order_without_purchase": 1, "order_cancelled": 1, "money_rounded": 2, "reward_gone": 1, "tier_raised": 1,
        "entries_of_nobody": 1, "redemptions_of_nobody": 1, "other_tier_table": 1,
    })
}

#[test]
fn a_rehearsal_tells_everything_and_changes_nothing() {
    let mut shop = Shop::new();
    let (names, rows) = (shop.names(), shop.old(""));
    let report = adopt(&shop.with("prefix=ly_"), &shop, &adoption(false, Some("v1_"))).unwrap();
    assert_eq!((report.applied, report.members, report.taken_over), (false, 9, 9));
    assert_eq!((report.points, report.owed, report.coupons, report.rewards_added), (87_097, 4_900, 2, 1));
    let mut expected = all_findings();
    expected.as_object_mut().unwrap().retain(|_, count| *count != 0);
    assert_eq!(counted(&report), expected);
    assert_eq!(report.steps.len(), 3, "{:?}", report.steps);
    assert!(report.trigger.unwrap().contains("completado"));
    assert!((shop.names(), shop.old("")) == (names, rows), "a rehearsal changed something");
}

#[test]
fn all_comes_over_beside_the_old_tables_once_and_no_purchase_earns_twice() {
    let mut shop = Shop::new();
    let rows = shop.old("");
    // The names are taken: that is told before anything is changed.
    let refused = adopt(&shop.setting, &shop, &adoption(true, None)).unwrap_err();
    assert_eq!(refused.details()["field"], "archive", "{refused:?}");
    assert!(shop.names().contains(&"after_compra_complete".to_owned()));

    let report = adopt(&shop.setting, &shop, &adoption(true, Some("v1_"))).unwrap();
    assert_eq!((report.applied, report.taken_over, report.orders), (true, 9, 5));
    assert!(shop.old("v1_") == rows, "the old rows are the history, and stay as they were");
    assert!(!shop.names().contains(&"after_compra_complete".to_owned()));
    let engine = engine(&shop.setting);
    check_members(&engine);

    // An old purchase is answered and earns nothing more, and its refund takes its points back.
    let earn = |user: i64, amount: i64, order: &str| {
        engine.call("earn_points", json!({"user_id": user, "amount": amount, "order_id": order}))
    };
    assert_eq!(earn(1, 12_990, "1").unwrap()["replayed"], true);
    assert_eq!(earn(1, 13_000, "1").unwrap_err().code(), "idempotency_conflict");
    assert_eq!(engine.call("refund_order", json!({"order_id": "2"})).unwrap()["points_reversed"], 43);
    assert_eq!(engine.call("refund_order", json!({"order_id": "3"})).unwrap()["points_reversed"], 200);
    // A new purchase: the trigger is gone, so only the engine credits it.
    shop.sql("INSERT INTO Compra (compra_ID, usuario_ID, fecha_compra, total) VALUES (901, 1, NOW(), 1000)");
    shop.sql("UPDATE Compra SET estado = 'completado' WHERE compra_ID = 901");
    assert!(shop.old("v1_") == rows);
    let missed = adopt(&shop.setting, &shop, &adoption(false, Some("v1_"))).unwrap();
    assert_eq!(missed.unrewarded, [901], "completed, and nobody credited it");
    assert_eq!(earn(1, 1_000, "901").unwrap()["points_earned"], 10);

    // Done again, there is nothing to do.
    let again = adopt(&shop.setting, &shop, &adoption(true, Some("v1_"))).unwrap();
    assert_eq!((again.taken_over, again.added_to, again.unchanged, again.points), (0, 0, 9, 0));
    assert_eq!((again.unrewarded.len(), again.steps.len(), again.rewards_added), (0, 1, 0));
}

#[test]
fn what_is_new_in_the_old_tables_comes_over_the_next_time() {
    let mut shop = Shop::new();
    let target = shop.with("prefix=ly_");
    adopt(&target, &shop, &adoption(true, None)).unwrap();
    // The old service runs on: it credits, it sells a reward, and somebody joins.
    shop.sql("SET foreign_key_checks = 0");
    shop.sql("INSERT INTO Compra (compra_ID, usuario_ID, fecha_compra, total) VALUES (902, 1, '2026-11-20', 5000)");
    shop.sql(
        "INSERT INTO loyalty_transactions (user_id, transaction_type, points_amount, order_id, balance_before, \
         balance_after) VALUES (1, 'earn', 50, 902, 172, 222), (8, 'redeem', -1500, NULL, 80000, 78500)",
    );
    shop.sql("INSERT INTO loyalty_redemptions (user_id, reward_id, points_spent) VALUES (8, 1, 1500)");
    shop.sql("UPDATE loyalty_users SET total_points = 222 WHERE user_id = 1");
    shop.sql("UPDATE loyalty_users SET total_points = 78500 WHERE user_id = 8");
    shop.sql("INSERT INTO loyalty_users (user_id, total_points) VALUES (10, 30)");
    let report = adopt(&target, &shop, &adoption(true, None)).unwrap();
    assert_eq!((report.taken_over, report.added_to, report.unchanged), (1, 2, 7));
    assert_eq!((report.orders, report.orders_known, report.coupons), (1, 0, 1));
    {
        let engine = engine(&target);
        assert_eq!(seen(&engine, 1).1, 222);
        assert_eq!(seen(&engine, 1).4, 3);
        assert_eq!((seen(&engine, 8).1, seen(&engine, 8).2), (78_500, 89_500));
        assert_eq!(seen(&engine, 10).1, 30);
        // The engine credits a purchase first, then the old service too: it counts once.
        engine.call("earn_points", json!({"user_id": 1, "amount": 3000, "order_id": "903"})).unwrap();
    }
    shop.sql("INSERT INTO Compra (compra_ID, usuario_ID, fecha_compra, total) VALUES (903, 1, '2026-11-21', 3000)");
    shop.sql(
        "INSERT INTO loyalty_transactions (user_id, transaction_type, points_amount, order_id, balance_before, \
         balance_after) VALUES (1, 'earn', 30, 903, 222, 252)",
    );
    shop.sql("UPDATE loyalty_users SET total_points = 252 WHERE user_id = 1");
    let report = adopt(&target, &shop, &adoption(true, None)).unwrap();
    assert_eq!((report.added_to, report.orders_known), (1, 1));
    assert_eq!(seen(&engine(&target), 1).1, 252);
    assert_eq!(adopt(&target, &shop, &adoption(true, None)).unwrap().unchanged, 10);
}

#[test]
fn members_can_go_to_a_file_and_the_operator_says_what_is_owed_and_open() {
    let mut shop = Shop::new();
    let place = Place::new("adopt-file");
    let target = format!("sqlite:{}", place.file("loyalty.db").display());
    let terms =
        Adoption { open_since: Some(Day::parse("2026-02-01").unwrap()), forgive_debt: true, ..adoption(true, None) };
    let report = adopt(&target, &shop, &terms).unwrap();
    assert_eq!((report.owed, report.coupons), (0, 1));
    let engine = engine(&target);
    assert_eq!(profile(&engine, 4)["debt_points"], 0);
    assert_eq!(seen(&engine, 8).1, 80_000);
    assert!(shop.names().contains(&"loyalty_users".to_owned()));
}

#[test]
fn what_cannot_come_over_stops_everything_and_can_be_mended_and_done_again() {
    let mut shop = Shop::new();
    let target = shop.with("prefix=ly_");
    shop.sql("UPDATE loyalty_rewards SET points_cost = -700 WHERE id = 10");
    let stopped = adopt(&target, &shop, &adoption(true, None)).unwrap_err();
    assert_eq!(stopped.details()["old_reward_id"], 10, "{stopped:?}");
    assert!(engine(&target).call("profile", json!({"user_id": 1})).is_err(), "nothing came over");
    shop.sql("UPDATE loyalty_rewards SET points_cost = 700 WHERE id = 10");
    assert_eq!(adopt(&target, &shop, &adoption(true, None)).unwrap().taken_over, 9);
    check_members(&engine(&target));
}

#[test]
fn the_command_line_rehearses_unless_it_is_told_to_apply() {
    let mut shop = Shop::new();
    let place = Place::new("adopt-cli");
    let run = |words: &[&str]| {
        let mut command = place.command(&[&["adopt", "env:SHOP", "--json"], words].concat());
        let output = command.env("SHOP", &shop.setting).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(run(&[])["applied"], false);
    assert!(!place.file("loyalty.db").exists(), "a rehearsal makes no database");
    let applied = run(&["--apply"]);
    assert_eq!((&applied["applied"], &applied["taken_over"]), (&json!(true), &json!(9)));
    assert_eq!(run(&[])["unchanged"], 9);
    assert!(!shop.names().contains(&"after_compra_complete".to_owned()));
    let (_, error) = place.error(&["adopt", "sqlite:shop.db"]);
    assert_eq!(error["details"]["field"], "from");
}

#[test]
fn a_target_with_money_in_another_currency_is_refused_before_anything_is_changed() {
    let mut shop = Shop::new();
    let before = (shop.old(""), shop.names());
    let place = Place::new("adopt-currency");
    let path = place.file("l.db");
    let engine = Engine::open(Options::sqlite(&path)).unwrap();
    engine.call("earn_points", json!({ "user_id": 1, "amount": 10_000, "order_id": "A" })).unwrap();
    let target = Options::sqlite(&path).programme(loyalty_tests::world::programme("currency = 'USD'"));
    for apply in [false, true] {
        let from = Options::parse(&shop.setting).unwrap();
        let error = take_over(&target, &from, &adoption(apply, Some("v1_")), None).unwrap_err();
        assert_eq!(error.code(), "database_other_currency");
        assert_eq!(error.details()["currency"], "CLP");
    }
    assert_eq!((shop.old(""), shop.names()), before);
}

/// An account of the server that may do everything in the shop's database but use triggers.
fn without_triggers(shop: &mut Shop, account: &str) -> Options {
    let database = shop.ask("SELECT DATABASE()").remove(0);
    shop.sql(&format!("CREATE USER {account}@localhost"));
    shop.sql(&format!(
        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX ON {database}.* TO {account}@localhost"
    ));
    Options::parse(&shop.of(account)).unwrap()
}

#[test]
fn who_cannot_see_triggers_is_told_what_an_administrator_runs_and_nothing_is_changed() {
    let mut shop = Shop::new();
    let from = without_triggers(&mut shop, "no_triggers");
    shop.sql("CREATE TRIGGER second AFTER INSERT ON Compra FOR EACH ROW UPDATE loyalty_users SET total_points = 1");
    let target = Options::parse(&shop.setting).unwrap();
    let before = (shop.names(), shop.old(""));
    let told = take_over(&target, &from, &adoption(false, Some("v1_")), None).unwrap();
    // MySQL does not even show that they are there.
    let seen: &[&str] = if shop.is_mariadb() { &["after_compra_complete", "second"] } else { &[] };
    assert_eq!(told.hidden_triggers, seen);
    assert!(told.administrator[0].starts_with("GRANT TRIGGER ON `"), "{:?}", told.administrator);
    let refused = take_over(&target, &from, &adoption(true, Some("v1_")), None).unwrap_err();
    assert_eq!((refused.kind(), &refused.details()["field"]), (loyalty_core::Kind::Invalid, &json!("from")));
    assert_eq!(refused.message().contains("`second` may credit purchases as well"), shop.is_mariadb(), "{refused}");
    assert!((shop.names(), shop.old("")) == before, "something was changed");
    // As it says.
    let sql: Vec<String> = serde_json::from_value(refused.details()["sql"].clone()).unwrap();
    sql.iter().for_each(|statement| shop.sql(statement));
    let refused = take_over(&target, &from, &adoption(true, Some("v1_")), None).unwrap_err();
    assert_eq!(refused.details()["sql"], json!(["DROP TRIGGER IF EXISTS `second`"]), "{refused}");
    assert!((shop.names(), shop.old("")) == before, "something was changed");
    shop.sql("DROP TRIGGER second");
    assert_eq!(take_over(&target, &from, &adoption(true, Some("v1_")), None).unwrap().taken_over, 9);
    shop.sql("DROP USER no_triggers@localhost");
}

#[test]
fn an_account_that_cannot_make_triggers_gets_their_text_before_anything_is_changed() {
    let mut shop = Shop::new();
    let from = without_triggers(&mut shop, "no_making");
    shop.sql("DROP TRIGGER after_compra_complete");
    let target = Options::parse(&shop.setting).unwrap();
    let before = (shop.names(), shop.old(""));
    let terms = Adoption { outbox: true, ..adoption(true, Some("v1_")) };
    let refused = take_over(&target, &from, &terms, None).unwrap_err();
    assert!((shop.names(), shop.old("")) == before, "something was changed");
    let sql = refused.details()["sql"][0].as_str().unwrap();
    if shop.is_mariadb() {
        assert_eq!(refused.details()["field"], "outbox", "{refused:?}");
        assert!(sql.starts_with("CREATE TRIGGER loyalty_outbox_inserted"), "{sql}");
        // Where nothing is left to drop, the right is not needed.
        assert_eq!(take_over(&target, &from, &adoption(true, Some("v1_")), None).unwrap().taken_over, 9);
    } else {
        assert!(sql.starts_with("GRANT TRIGGER ON `"), "{sql}");
    }
    shop.sql("DROP USER no_making@localhost");
}

fn reward_line(report: &Adopted, old: i64) -> Value {
    let line = report.rewards.iter().find(|line| line.old_reward_id == old).unwrap();
    serde_json::to_value(line).unwrap()
}

#[test]
fn a_reward_of_all_is_one_item_and_one_that_is_here_keeps_the_shops_terms_and_both_are_told() {
    let mut shop = Shop::new();
    shop.sql(
        "INSERT INTO loyalty_rewards (id, name, description, points_cost, discount_percent, tier_required, \
         max_uses_per_user, active, expiry_date) VALUES \
         (11, 'Taza de la casa', 'Una taza (valor: $4.000 CLP)', 700, 100.00, 'cafe_bronze', 2, 1, NULL), \
         (12, '10% DESCUENTO en tu próximo café', 'máximo $5.000', 600, 10.00, 'cafe_plata', 9, 1, '2027-01-31'), \
         (13, 'Descuento de la casa', 'sin tope', 900, 15.00, 'cafe_bronze', 1, 1, NULL)",
    );
    let report = adopt(&shop.setting, &shop, &adoption(true, Some("v1_"))).unwrap();
    let mug = reward_line(&report, 11);
    assert_eq!(
        (&mug["done"], &mug["discount_type"], &mug["max_discount"]),
        (&json!("added"), &json!("free_item"), &json!("4000"))
    );
    let found = counted(&report);
    assert_eq!(
        (&found["reward_read_as_item"], &found["reward_without_maximum"], &found["reward_differs"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let differs = reward_line(&report, 12);
    let fields: Vec<(&str, &str, &str)> = differs["differences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["field"].as_str().unwrap(), one["shop"].as_str().unwrap(), one["here"].as_str().unwrap()))
        .collect();
    assert_eq!(
        fields,
        [
            ("points_cost", "600", "1000"),
            ("tier_required", "cafe_plata", "cafe_bronze"),
            ("max_uses_per_user", "9", "3"),
            ("expiry_date", "2027-02-01T00:00:00-03:00", "none"),
        ]
    );
    let engine = engine(&shop.setting);
    let all = engine.call("rewards", json!({"include_inactive": true})).unwrap();
    let named = |name: &str| all["items"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap().clone();
    let kept = named("10% Descuento en tu Próximo Café");
    assert_eq!(
        (&kept["points_cost"], &kept["max_discount"], &kept["tier_required"]),
        (&json!(600), &json!("5000"), &json!("cafe_plata"))
    );
    // 700 points no longer pay for a whole order.
    let redeem = json!({"user_id": 2, "reward_id": mug["reward_id"]});
    let code = engine.call("redeem_reward", redeem).unwrap()["coupon"]["code"].clone();
    let order = json!({"code": code, "user_id": 2, "order_id": "big", "amount": 60_000, "items": [
        {"sku": "cup", "quantity": 1, "amount": 3_500}, {"sku": "cake", "quantity": 10, "amount": 56_500}]});
    assert_eq!(engine.call("use_coupon", order).unwrap()["discount"], "3500");
    // What staff changes afterwards is not taken back by the next run.
    engine.call("save_reward", json!({"id": differs["reward_id"], "name": "10% Descuento en tu Próximo Café", "points_cost": 650, "discount_percent": 10})).unwrap();
    drop(engine);
    let again = adopt(&shop.setting, &shop, &adoption(true, Some("v1_"))).unwrap();
    assert_eq!((again.rewards.len(), again.rewards_added), (0, 0));
    // The programme's terms, for who asks for them.
    let place = Place::new("adopt-rewards");
    let target = format!("sqlite:{}", place.file("l.db").display());
    let terms = Adoption { rewards: Rewards::Programme, ..adoption(true, Some("v1_")) };
    let report = adopt(&target, &shop, &terms).unwrap();
    assert_eq!(reward_line(&report, 12)["done"], "kept here with its own terms");
    let all = self::engine(&target).call("rewards", json!({"include_inactive": true})).unwrap();
    assert!(all["items"].as_array().unwrap().iter().any(|one| one["points_cost"] == 1000), "{all}");
}

#[test]
fn the_shops_sql_run_again_is_seen_by_health_and_mended_by_the_next_adoption() {
    let mut shop = Shop::new();
    adopt(&shop.setting, &shop, &adoption(true, Some("v1_"))).unwrap();
    let status = |setting: &str| {
        let engine = Engine::open(Options::parse(setting).unwrap()).unwrap();
        let health = engine.call("health", json!({})).unwrap();
        let bad = health["checks"].as_array().unwrap().iter().filter(|check| check["status"] != "ok");
        bad.map(|check| check["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(status(&shop.setting), Vec::<String>::new());
    shop.ship_again();
    assert_eq!(status(&shop.setting), ["stored", "trigger", "first_version"]);
    let refused = adopt(&shop.setting, &shop, &adoption(true, None)).unwrap_err();
    assert_eq!(refused.details()["field"], "archive", "{refused:?}");
    let report = adopt(&shop.setting, &shop, &adoption(true, Some("v1_"))).unwrap();
    let steps = report.steps.join("; ");
    for step in ["drop the trigger", "drop `loyalty_tier_config`", "repair the reward 1", "repair the reward 2"] {
        assert!(steps.contains(step), "{steps}");
    }
    assert_eq!((report.taken_over, report.unchanged), (0, 9));
    assert_eq!(status(&shop.setting), Vec::<String>::new());
    check_members(&engine(&shop.setting));
}

#[test]
fn the_report_says_that_purchases_earn_nothing_by_themselves_and_the_history_keeps_its_dates() {
    let mut shop = Shop::new();
    shop.sql("UPDATE loyalty_transactions SET created_at = '2026-02-14 12:05:00' WHERE order_id = 1");
    shop.sql("UPDATE loyalty_transactions SET created_at = '2026-03-01 09:20:00' WHERE order_id = 2");
    let report = adopt(&shop.setting, &shop, &adoption(true, Some("v1_"))).unwrap();
    assert!(report.purchases.contains("earn nothing until"), "{}", report.purchases);
    assert!(report.history.contains("`v1_loyalty_transactions`"), "{}", report.history);
    let engine = engine(&shop.setting);
    let page = engine.call("transactions", json!({"user_id": 1})).unwrap();
    let told: Vec<_> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (&one["points_amount"], &one["occurred_at"], &one["description"]))
        .collect();
    let bought = |points: i64, at: &str| (json!(points), json!(at), json!("Compra"));
    let kept = [bought(43, "2026-03-01T09:20:00-03:00"), bought(129, "2026-02-14T12:05:00-03:00")];
    assert_eq!(told[..2], kept.iter().map(|(points, at, text)| (points, at, text)).collect::<Vec<_>>(), "{page}");
    assert_eq!(told[2].0, &json!(0), "nothing is left for the rest");
    let page = engine.call("transactions", json!({"user_id": 8, "transaction_type": "redeem"})).unwrap();
    let dates: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|one| one["occurred_at"].as_str().unwrap()).collect();
    assert_eq!(dates, ["2026-02-10T10:00:00-03:00", "2026-01-10T10:00:00-03:00"]);
}
