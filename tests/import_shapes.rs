//! `loyalty import-sales` reads files as shops have them: three exports of well-known shapes, and what each can hide.

use std::fs;

use loyalty_tests::{Place, root};
use serde_json::{Value, json};

fn shape(name: &str) -> String {
    root().join("tests/sales").join(name).to_str().unwrap().to_owned()
}

/// A file in a place.
fn written(place: &Place, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = place.file(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The profile of whom an identity finds.
fn profile_of(place: &Place, kind: &str, value: &str) -> Value {
    let found = place.reply(&["find-member", kind, value]);
    place.reply(&["profile", &found["user_id"].to_string()])
}

fn money(value: &Value) -> String {
    value.to_string().trim_matches('"').to_owned()
}

fn lines_of(report: &Value, reason: &str) -> Vec<u64> {
    let rows = report["skipped_rows"].as_array().unwrap();
    rows.iter().filter(|row| row["reason"] == reason).map(|row| row["line"].as_u64().unwrap()).collect()
}

#[test]
fn the_export_of_an_online_shop_needs_no_option() {
    let place = Place::new("shop-export");
    let file = shape("shop-export.csv");
    let report = place.reply(&["import-sales", &file]);
    assert_eq!((&report["orders"], &report["refunds"], &report["members_enrolled"]), (&json!(3), &json!(2), &json!(3)));
    let skipped = json!({"returns": 0, "negative_price": 0, "no_user": 1, "bad": 0, "pending": 1, "cancelled": 1});
    assert_eq!(report["skipped"], skipped);
    assert_eq!((lines_of(&report, "no_user"), lines_of(&report, "cancelled")), (vec![6], vec![7]));
    // The header stands on the first row only, and the total counts with delivery.
    let ana = profile_of(&place, "email", "ana@example.cl");
    assert_eq!((money(&ana["total_spent"]), &ana["total_points"]), ("14980".to_owned(), &json!(149)));
    assert_eq!((&ana["user_name"], &ana["total_visits"]), (&json!("Ana Soto"), &json!(1)));
    assert_eq!(ana["favorite_products"].as_array().unwrap().len(), 2);
    // What was given back is refunded.
    let ben = profile_of(&place, "phone", "+56987654321");
    assert_eq!((money(&ben["total_spent"]), &ben["total_points"]), ("6000".to_owned(), &json!(60)));
    let eva = profile_of(&place, "email", "eva@example.cl");
    assert_eq!((money(&eva["total_spent"]), &eva["total_visits"]), ("0".to_owned(), &json!(0)));
    assert_eq!(place.reply(&["verify"])["ok"], true);
    // Again, nothing changes; the user's id depends on the address alone.
    let booked = place.booked();
    let again = place.reply(&["import-sales", &file]);
    assert_eq!(
        (&again["replayed"], &again["points_earned"], &again["points_reversed"]),
        (&json!(3), &json!(0), &json!(0))
    );
    assert_eq!(booked, place.booked());
    assert_eq!(ana["user_id"], json!((1_u64 << 52) + 0xf_9a3e_7841_05d9));
}

const ERP: &str = "N° Pedido;Fecha;Código Cliente;Nombre Cliente;Total;Estado\r\n\
    P-100;31/12/2011 23:50;C-0042;María Núñez;12.990,00;Completado\r\n\
    \r\n\
    P-101;01/12/2011 10:00;C-0043;Iñaki;5.000;Completado\r\n\
    P-102;02/12/2011 10:00;C-0043;Iñaki;7.000;Anulado\r\n\
    P-103;03/12/2011 10:00;C-0043;Iñaki;9.000;Pendiente de pago\r\n\
    P-104;04/12/2011 10:00;C-0043;Iñaki;6.000;Devuelto\r\n\
    ;;;;;\r\n\
    TOTAL;;;;39.990,00;\r\n";

#[test]
fn the_export_of_an_erp_is_read_in_latin_1_and_in_utf_8_with_its_mark() {
    let latin: Vec<u8> = ERP.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap()).collect();
    let marked = [b"\xef\xbb\xbf", ERP.as_bytes()].concat();
    let wide: Vec<u8> = std::iter::once(0xfeff).chain(ERP.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [("latin", latin), ("marked", marked), ("wide", wide)] {
        let place = Place::new(&format!("erp-{name}"));
        let file = written(&place, "erp.csv", bytes);
        let report = place.reply(&["import-sales", &file]);
        assert_eq!((&report["orders"], &report["refunds"]), (&json!(3), &json!(1)), "{name}: {report}");
        assert_eq!(report["skipped"]["cancelled"], 1, "{name}");
        assert_eq!((lines_of(&report, "pending"), lines_of(&report, "totals")), (vec![6], vec![9]), "{name}");
        let maria = profile_of(&place, "card", "c0042");
        assert_eq!((money(&maria["total_spent"]), &maria["user_name"]), ("12990".to_owned(), &json!("María Núñez")));
        assert_eq!(money(&profile_of(&place, "card", "C-0043")["total_spent"]), "5000");
    }
}

#[test]
fn the_export_of_a_till_has_signs_brackets_returns_and_rows_twice() {
    let place = Place::new("pos");
    let all = place.file("skipped.csv");
    let report = place.reply(&["import-sales", &shape("pos.csv"), "--skipped", all.to_str().unwrap()]);
    assert_eq!((&report["orders"], &report["refunds"]), (&json!(2), &json!(1)));
    let skipped =
        json!({"returns": 0, "negative_price": 1, "no_user": 1, "bad": 0, "blank": 1, "totals": 1, "duplicate": 1});
    assert_eq!(report["skipped"], skipped);
    assert_eq!((lines_of(&report, "duplicate"), lines_of(&report, "negative_price")), (vec![3], vec![9]));
    // 1 299 + 3 001 less the promotion.
    assert_eq!(money(&place.reply(&["profile", "55"])["total_spent"]), "4000");
    // Bought on the second, brought back on the fifth.
    assert_eq!(money(&place.reply(&["profile", "56"])["total_spent"]), "0");
    let entries = place.reply(&["transactions", "56"]);
    assert_eq!(entries["items"][0]["occurred_at"], "2012-01-05T10:00:00-03:00");
    let written = fs::read_to_string(all).unwrap();
    assert!(
        written.starts_with("line,order_id,reason,detail\n") && written.contains("\n3,R-1,duplicate,"),
        "{written}"
    );
    assert_eq!(written.lines().count(), 6);
    // A row that stands there twice may be two pieces: that is for the shop to say.
    let place = Place::new("pos-adds");
    place.reply(&["import-sales", &shape("pos.csv"), "--repeated-rows", "add"]);
    assert_eq!(money(&place.reply(&["profile", "55"])["total_spent"]), "5299");
}

#[test]
fn a_guess_shows_how_the_file_is_understood_and_writes_nothing() {
    let place = Place::new("guess");
    let file = written(&place, "erp.csv", ERP);
    let guess = place.reply(&["import-sales", &file, "--guess"]);
    assert!(!place.file("loyalty.db").exists());
    assert_eq!((&guess["encoding"], &guess["delimiter"]), (&json!("UTF-8"), &json!(";")));
    assert_eq!((&guess["decimal_sign"], &guess["date_order"]), (&json!(","), &json!("day")));
    assert_eq!((&guess["user_kind"], &guess["unclear"]), (&json!("card"), &json!([])));
    let column = &guess["columns"][0];
    assert_eq!(
        (&column["for"], &column["column"], &column["option"]),
        (&json!("order"), &json!("N° Pedido"), &json!("--order-column"))
    );
    // By time, as they would be booked; a refund follows its purchase.
    let orders: Vec<_> = guess["first_orders"]
        .as_array()
        .unwrap()
        .iter()
        .map(|order| (order["order_id"].as_str().unwrap(), order["books"].as_str().unwrap()))
        .collect();
    assert_eq!(orders, [("P-101", "purchase"), ("P-104", "purchase"), ("P-104", "refund"), ("P-100", "purchase")]);
    assert_eq!(money(&guess["first_orders"][0]["amount"]), "5000");
    assert_eq!(guess["skipped"]["pending"], 1);
    let word = guess["states"].as_array().unwrap().iter().find(|state| state["word"] == "Anulado").unwrap();
    assert_eq!(word["means"], "cancelled");
}

#[test]
fn what_can_be_read_in_two_ways_is_told_and_an_option_decides() {
    let header = "order_id,date,customer_id,total,status\n";
    for (rows, option, values, spent) in [
        ("A,01/02/2011,1,100,paid\n", "date_order", &["--date-order", "month"][..], "100"),
        ("A,2011-02-01,1,12.000,paid\n", "decimal_sign", &["--decimal-sign", ","][..], "12000"),
        ("A,2011-02-01,1,100,ready\n", "status_word", &["--status-word", "ready=paid"][..], "100"),
        ("A,2011-02-01,Ana,100,paid\n", "user_kind", &["--user-kind", "card"][..], "100"),
    ] {
        let place = Place::new(&format!("unclear-{option}"));
        let file = written(&place, "sales.csv", format!("{header}{rows}"));
        let (status, error) = place.error(&["import-sales", &file]);
        assert_eq!((status, error["details"]["field"].as_str()), (1, Some(option)), "{rows}: {error}");
        let told = format!("--{}", option.replace('_', "-"));
        assert!(error["message"].as_str().unwrap().contains(&told), "{rows}: {error}");
        let guess = place.reply(&["import-sales", &file, "--guess"]);
        assert_eq!(guess["unclear"][0]["option"], json!(told), "{rows}: {guess}");
        place.reply(&[&["import-sales", &file], values].concat());
        let profile =
            if option == "user_kind" { profile_of(&place, "card", "ana") } else { place.reply(&["profile", "1"]) };
        assert_eq!(money(&profile["total_spent"]), spent, "{rows}");
    }
}

#[test]
fn a_total_on_each_row_of_its_order_counts_once() {
    let place = Place::new("totals");
    let rows =
        "A,2011-06-01,1,latte,4000\nA,2011-06-01,1,muffin,4000\nB,2011-06-02,1,latte,2500\nB,2011-06-02,1,scone,2500\n";
    let file = written(&place, "totals.csv", format!("order_id,date,customer_id,sku,total\n{rows}"));
    place.reply(&["import-sales", &file]);
    assert_eq!(money(&place.reply(&["profile", "1"])["total_spent"]), "6500");
    // Under the name of an amount it may be either, and is asked for.
    let place = Place::new("amounts");
    let file = written(&place, "amounts.csv", format!("order_id,date,customer_id,sku,amount\n{rows}"));
    let (_, error) = place.error(&["import-sales", &file, "--amount-column", "amount"]);
    assert_eq!(error["details"]["field"], "amount_column", "{error}");
    place.reply(&["import-sales", &file, "--total-column", "amount"]);
    assert_eq!(money(&place.reply(&["profile", "1"])["total_spent"]), "6500");
    place.reply(&["import-sales", &file, "--amounts-add-up", "--order-prefix", "sum-"]);
    assert_eq!(money(&place.reply(&["profile", "1"])["total_spent"]), "19500");
    // What is called a total and differs between the rows is that of its row.
    let place = Place::new("row-totals");
    let rows = "A,2011-06-01,1,latte,2,1000,2000\nA,2011-06-01,1,muffin,1,2000,2000\n";
    let file = written(&place, "rows.csv", format!("order_id,date,customer_id,sku,quantity,price,total\n{rows}"));
    place.reply(&["import-sales", &file]);
    assert_eq!(money(&place.reply(&["profile", "1"])["total_spent"]), "4000");
}

#[test]
fn a_returned_row_takes_its_part_back_and_a_row_of_another_order_names_it() {
    let place = Place::new("returns");
    let file = written(
        &place,
        "returns.csv",
        "ticket,datetime,customer_id,sku,quantity,unit_price,type,original order\n\
         A,2011-06-01 10:00,1,latte,3,1000,sale,\n\
         A,2011-06-03 10:00,1,latte,-1,1000,return,\n\
         B,2011-06-02 10:00,1,torta,1,9000,sale,\n\
         N-7,2011-06-04 10:00,1,torta,1,9000,return,B\n\
         X,2011-06-05 10:00,1,scone,-1,500,return,\n",
    );
    let report = place.reply(&["import-sales", &file]);
    assert_eq!(
        (&report["orders"], &report["refunds"], &report["skipped"]["returns"]),
        (&json!(2), &json!(2), &json!(1))
    );
    let profile = place.reply(&["profile", "1"]);
    assert_eq!((money(&profile["total_spent"]), &profile["total_points"]), ("2000".to_owned(), &json!(20)));
    assert_eq!(place.reply(&["verify"])["ok"], true);
}

#[test]
fn states_that_differ_between_rows_are_those_of_the_rows() {
    let place = Place::new("row-states");
    let file = written(
        &place,
        "states.csv",
        "order_id,date,customer_id,sku,amount,status\n\
         A,2011-06-01,1,latte,4000,paid\n\
         A,2011-06-01,1,muffin,3000,refunded\n\
         A,2011-06-01,1,torta,9000,cancelled\n",
    );
    let report = place.reply(&["import-sales", &file]);
    assert_eq!((&report["refunds"], &report["skipped"]["cancelled"]), (&json!(1), &json!(1)));
    assert_eq!(money(&place.reply(&["profile", "1"])["total_spent"]), "4000");
}

#[test]
fn rows_below_an_order_without_its_id_belong_to_it() {
    let place = Place::new("goes-on");
    let file = written(
        &place,
        "sales.csv",
        "order_id,date,customer_id,sku,quantity,unit_price\n\
         A,2011-06-01,1,latte,1,1000\n,,,muffin,2,500\nB,2011-06-02,1,torta,1,9000\n,,,scone,1,100\n",
    );
    assert_eq!(place.reply(&["import-sales", &file])["orders"], 2);
    let profile = place.reply(&["profile", "1"]);
    assert_eq!(
        (money(&profile["total_spent"]), profile["favorite_products"].as_array().unwrap().len()),
        ("11100".to_owned(), 4)
    );
}

#[test]
fn what_the_shop_has_given_back_itself_is_not_given_back_again() {
    let place = Place::new("given-back");
    let header = "order_id,date,customer_id,total,status\n";
    place.reply(&["import-sales", &written(&place, "paid.csv", format!("{header}A,2011-06-01,1,1000,paid\n"))]);
    place.reply(&["refund-order", "A"]);
    let booked = place.booked();
    let file = written(&place, "later.csv", format!("{header}A,2011-06-01,1,1000,refunded\n"));
    let report = place.reply(&["import-sales", &file]);
    assert_eq!(
        (&report["replayed"], &report["refunds"], &report["points_reversed"]),
        (&json!(1), &json!(1), &json!(0))
    );
    assert_eq!(booked, place.booked());
}

/// The rows of a text in the other order.
fn reversed(text: &str) -> String {
    let (header, rows) = text.split_once('\n').unwrap();
    let mut rows: Vec<&str> = rows.lines().collect();
    rows.reverse();
    format!("{header}\n{}\n", rows.join("\n"))
}

#[test]
fn the_same_rows_in_any_order_give_the_same_database() {
    let sample = root().join("examples/data/online_retail2_sample.csv.gz");
    let unpacked = std::process::Command::new("gzip").arg("-dc").arg(sample).output().unwrap();
    let text = String::from_utf8(unpacked.stdout).unwrap();
    // The first rows in full: the tiers of many members change in them.
    let text: String = text.lines().take(9_000).flat_map(|line| [line, "\n"]).collect();
    let (oldest, newest, mixed) = (Place::new("oldest-first"), Place::new("newest-first"), Place::new("mixed"));
    let words =
        |file: &str| ["import-sales".to_owned(), file.to_owned(), "--price-factor".to_owned(), "1000".to_owned()];
    let (header, rows) = text.split_once('\n').unwrap();
    let mut shuffled: Vec<(usize, &str)> =
        rows.lines().enumerate().map(|(place, row)| (place * 7_919 % 9_001, row)).collect();
    shuffled.sort_unstable();
    let shuffled: String = shuffled.into_iter().flat_map(|(_, row)| [row, "\n"]).collect();
    for (place, text) in
        [(&oldest, text.clone()), (&newest, reversed(&text)), (&mixed, format!("{header}\n{shuffled}"))]
    {
        let file = written(place, "sales.csv", text);
        let words = words(&file);
        let report = place.reply(&words.each_ref().map(String::as_str));
        let profile = place.reply(&["profile", &report["busiest"][0]["user_id"].to_string()]);
        assert!(!profile.to_string().contains("cafe_bronze"), "no tier was reached: {profile}");
    }
    let booked = oldest.booked();
    assert_eq!(booked, newest.booked());
    assert_eq!(booked, mixed.booked());
}

#[test]
fn a_file_of_earlier_orders_is_refused_when_it_comes_too_late_for_the_right_tier() {
    let place = Place::new("late");
    let header = "order_id,date,customer_id,total\n";
    let later = written(
        &place,
        "later.csv",
        format!("{header}B,2011-06-02,1,600000\nC,2011-06-03,1,1000\nD,2011-06-03,2,1000\n"),
    );
    let small = written(&place, "small.csv", format!("{header}S,2011-05-01,2,500\n"));
    let early = written(&place, "early.csv", format!("{header}A,2011-06-01,1,1000\n"));
    place.reply(&["import-sales", &later]);
    // Where the tier is the same, the order of files does not matter.
    assert_eq!(place.reply(&["import-sales", &small])["late"], 1);
    let before = place.booked();
    let (status, error) = place.error(&["import-sales", &early]);
    assert_eq!(
        (status, &error["details"]["field"], &error["details"]["line"]),
        (1, &json!("at"), &json!(2)),
        "{error}"
    );
    assert_eq!(before, place.booked());
    assert_eq!(place.reply(&["import-sales", &early, "--allow-late"])["late"], 1);
    // What is there already is no latecomer.
    assert_eq!(place.reply(&["import-sales", &early])["replayed"], 1);
}

#[test]
fn lines_are_counted_with_every_line_end_and_over_empty_lines() {
    let place = Place::new("lines");
    let text = "invoice,datetime,customer_id,stock_code,quantity,unit_price\nA,2011-06-01,1,x,1,100\n\n\
                \"B\",2011-06-01,1,\"a\nb\",1,100\nC,soon,1,x,1,100";
    let good = text.replace("a\nb", "a b");
    for (text, line) in [(good.clone(), 5), (good.replace('\n', "\r\n"), 5), (good.replace('\n', "\r"), 5)] {
        let (_, error) = place.error(&["import-sales", &written(&place, "sales.csv", &text)]);
        assert_eq!(error["details"]["line"], line, "{text:?}: {error}");
        assert_eq!(error["details"]["column"], "datetime");
    }
    // A break inside a cell is a line, too.
    let text = text.replace("C,soon", "C,2011-06-01").replace("a\nb", "a\r\nb");
    let (_, error) =
        place.error(&["import-sales", &written(&place, "sales.csv", text.replace("1,100\nC", "many,100\nC"))]);
    assert_eq!((&error["details"]["line"], &error["details"]["column"]), (&json!(4), &json!("quantity")), "{error}");
}

#[test]
fn all_missing_columns_are_told_at_once_with_their_options() {
    let place = Place::new("missing");
    let file = written(&place, "sales.csv", "a,b\n1,2\n");
    let (_, error) = place.error(&["import-sales", &file]);
    let message = error["message"].as_str().unwrap();
    for option in [
        "--order-column",
        "--time-column",
        "--date-column",
        "--user-column",
        "--email-column",
        "--total-column",
        "`a,b`",
    ] {
        assert!(message.contains(option), "{option}: {message}");
    }
    let (_, error) = place.error(&["import-sales", &file, "--date-column", "day", "--user-column", "who"]);
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("`day` (--date-column)") && message.contains("`who` (--user-column)"), "{message}");
}

#[test]
fn a_column_named_twice_is_an_error() {
    let place = Place::new("twice-named");
    let file = written(&place, "sales.csv", "order_id,date,customer_id,total,total\nA,2011-06-01,1,100,200\n");
    let (_, error) = place.error(&["import-sales", &file]);
    assert_eq!(error["details"]["field"], "total_column", "{error}");
    assert!(error["message"].as_str().unwrap().contains("more than once"), "{error}");
    // One that is not used may be.
    let file = written(&place, "sales.csv", "order_id,date,customer_id,total,,\nA,2011-06-01,1,100,,\n");
    assert_eq!(place.reply(&["import-sales", &file])["orders"], 1);
}

#[test]
fn a_column_that_is_the_same_everywhere_is_no_order_id() {
    let place = Place::new("one-order");
    let rows: String = (0..10_001).map(|row| format!("shop,2011-06-01,{},x{row},1,1\n", row + 1)).collect();
    let (_, error) = place.error(&["import-sales", &place.sales(&rows)]);
    assert_eq!((&error["details"]["field"], &error["details"]["line"]), (&json!("order_column"), &json!(2)), "{error}");
}

#[test]
fn an_order_id_is_the_bytes_that_stand_there() {
    let place = Place::new("bytes");
    place.reply(&["earn-points", "1", "500", "--order-id", "A-17 "]);
    let file = place.sales("A-17 ,2011-06-01,1,x,1,500\n\" B\",2011-06-01,1,x,1,500\nB,2011-06-01,1,x,1,500\n");
    // The page's own order is found under its id, and is another purchase.
    let (status, error) = place.error(&["import-sales", &file]);
    assert_eq!((status, &error["details"]["order_id"]), (4, &json!("A-17 ")), "{error}");
    let file = place.sales("\" B\",2011-06-01,1,x,1,500\nB,2011-06-01,1,x,1,500\n");
    assert_eq!(place.reply(&["import-sales", &file])["orders"], 2);
    assert_eq!(place.reply(&["refund-order", " B"])["replayed"], false);
}

#[test]
fn a_column_of_names_does_not_hide_the_addresses() {
    let place = Place::new("names");
    let rows = "Order ID,Date,Customer,Email,Total\nA,2011-06-01,Ana Soto,ana@example.cl,100\n";
    place.reply(&["import-sales", &written(&place, "sales.csv", rows)]);
    assert_eq!(profile_of(&place, "email", "ana@example.cl")["user_name"], "Ana Soto");
}

#[test]
fn amounts_of_another_currency_are_refused() {
    let place = Place::new("currency");
    let file = written(&place, "sales.csv", "order_id,date,customer_id,total,currency\nA,2011-06-01,1,100,USD\n");
    let (_, error) = place.error(&["import-sales", &file]);
    assert_eq!(error["details"]["column"], "currency", "{error}");
    place.reply(&["import-sales", &file, "--price-factor", "950"]);
    assert_eq!(money(&place.reply(&["profile", "1"])["total_spent"]), "95000");
}
