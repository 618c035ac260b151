//! `loyalty import-sales`: files that are repeated, killed in the middle, moved, converted, and wrong.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use loyalty_tests::{Place, root};
use serde_json::Value;

fn sample() -> String {
    root().join("examples/data/online_retail2_sample.csv.gz").to_str().unwrap().to_owned()
}

#[test]
fn importing_twice_changes_nothing() {
    let place = Place::new("twice");
    let words = ["import-sales", &sample(), "--price-factor", "1000"];
    let first = place.reply(&words);
    assert_eq!((first["rows"].as_i64(), first["orders"].as_i64()), (Some(38_699), Some(1_855)));
    assert_eq!((first["members_enrolled"].as_i64(), first["replayed"].as_i64()), (Some(150), Some(0)));
    assert_eq!(first["first"], "2009-12-01T11:37:00-03:00");
    assert_eq!(first["last"], "2011-12-09T09:46:00-03:00");
    assert_eq!(first["busiest"][0], serde_json::json!({"user_id": 13468, "orders": 72}));
    assert_eq!(first["busiest"].as_array().unwrap().len(), 10);
    assert_eq!(place.reply(&["verify"])["ok"], true);
    let booked = place.booked();
    let again = place.reply(&words);
    assert_eq!((again["orders"].as_i64(), again["replayed"].as_i64()), (Some(1_855), Some(1_855)));
    assert_eq!((again["points_earned"].as_i64(), again["members_enrolled"].as_i64()), (Some(0), Some(0)));
    assert_eq!(booked, place.booked());
    // The same orders with other prices are other orders under the same ids.
    let (status, error) = place.error(&["import-sales", &sample(), "--price-factor", "999"]);
    assert_eq!((status, error["details"]["line"].as_i64()), (4, Some(2)), "{error}");
    assert_eq!(booked, place.booked());
}

/// Starts an import, and kills it once its first transaction is there. Whether it was killed in the middle.
fn import_and_kill(place: &Place, words: &[&str]) -> bool {
    place.reply(&["migrate"]);
    let log = place.file("loyalty.db-wal");
    let mut import = place.command(words).stdout(Stdio::null()).spawn().unwrap();
    let began = Instant::now();
    // A transaction of 500 orders writes far more than this to the log.
    while fs::metadata(&log).map_or(0, |log| log.len()) < 200_000 && began.elapsed() < Duration::from_secs(120) {
        if import.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    import.kill().unwrap();
    !import.wait().unwrap().success()
}

#[test]
fn an_import_killed_in_the_middle_is_continued_to_the_same_end() {
    let words = ["import-sales", &sample(), "--price-factor", "1000"];
    let whole = Place::new("whole");
    whole.reply(&words);
    let expected = whole.booked();
    // The import may be over before it is killed; then it is tried again.
    let killed = (0..20).find_map(|attempt| {
        let place = Place::new(&format!("killed-{attempt}"));
        (import_and_kill(&place, &words) && place.booked().len() < expected.len()).then_some(place)
    });
    let place = killed.expect("no import was caught in the middle");
    assert_eq!(place.reply(&["verify"])["ok"], true);
    let orders = |rows: &[String]| rows.iter().filter(|row| row.starts_with("loyalty_orders")).count();
    let before = orders(&place.booked());
    assert_eq!(before % 500, 0, "a transaction is whole or not there");
    let report = place.reply(&words);
    assert_eq!(report["replayed"].as_u64(), Some(before as u64));
    assert_eq!(expected, place.booked());
}

#[test]
fn local_times_are_those_of_the_programme_also_when_the_clocks_change() {
    let place = Place::new("clocks");
    // Chile's clocks jumped over the first hour of 21 August 2011, and went through 23:00 to 24:00 of 7 May 2011 twice.
    let file = place.sales(
        "A,2011-08-21T00:20,1,x,1,100\n\
         B,2011-05-07 23:30,2,x,1,100\n\
         C,2011-05-07T23:30:00-04:00,3,x,1,100\n\
         D,2011-06-01,4,x,1,100\n",
    );
    place.reply(&["import-sales", &file]);
    for (user, moment) in [
        ("1", "2011-08-21T01:20:00-03:00"),
        ("2", "2011-05-07T23:30:00-03:00"),
        ("3", "2011-05-07T23:30:00-04:00"),
        ("4", "2011-06-01T00:00:00-04:00"),
    ] {
        let entries = place.reply(&["transactions", user, "--transaction-type", "earn"]);
        assert_eq!(entries["items"][0]["occurred_at"], moment, "user {user}");
    }
}

#[test]
fn prices_are_multiplied_exactly_and_rounded_once() {
    let place = Place::new("prices");
    let file = place.sales("A,2011-06-01,1,x,3,0.15\nB,2011-06-01,2,x,10,5.95\nB,2011-06-01,2,y,1,0.5\n");
    let (status, error) = place.error(&["import-sales", &file]);
    let details = &error["details"];
    assert_eq!((status, details["line"].as_i64(), details["column"].as_str()), (1, Some(2), Some("unit_price")));
    place.reply(&["import-sales", &file, "--price-factor", "1"]);
    // 3 × 0.15 is 0.45, down to 0; 10 × 5.95 is 59.5, up to 60; 0.5 up to 1.
    assert_eq!(place.reply(&["profile", "1"])["total_spent"].to_string().trim_matches('"'), "0");
    assert_eq!(place.reply(&["profile", "2"])["total_spent"].to_string().trim_matches('"'), "61");
    place.reply(&["import-sales", &file, "--price-factor", "1234.5678", "--order-prefix", "clp-"]);
    // 555.55551 to 556; 73456.7841 to 73457 and 617.2839 to 617.
    assert_eq!(place.reply(&["profile", "1"])["total_spent"].to_string().trim_matches('"'), "556");
    assert_eq!(place.reply(&["profile", "2"])["total_spent"].to_string().trim_matches('"'), "74135");
}

#[test]
fn dates_move_by_whole_local_days() {
    let place = Place::new("moves");
    let file = place.sales("A,2011-01-01 10:00,1,x,1,100\nB,2011-01-31 23:59,1,x,1,100\n");
    let report = place.reply(&["import-sales", &file, "--until", "2011-07-15", "--order-prefix", "until-"]);
    assert_eq!(
        (&report["first"], &report["last"]),
        (&Value::from("2011-06-15T10:00:00-04:00"), &Value::from("2011-07-15T23:59:00-04:00"),)
    );
    let report = place.reply(&["import-sales", &file, "--shift-days", "-31", "--order-prefix", "shift-"]);
    assert_eq!(
        (&report["first"], &report["last"]),
        (&Value::from("2010-12-01T10:00:00-03:00"), &Value::from("2010-12-31T23:59:00-03:00"),)
    );
    let (status, error) = place.error(&["import-sales", &file, "--until", "2012-02-01", "--order-prefix", "future-"]);
    assert_eq!((status, error["details"]["field"].as_str()), (1, Some("at")), "{error}");
    assert_eq!(error["details"]["line"], 3, "{error}");
}

#[test]
fn a_bad_line_is_named_and_nothing_of_its_transaction_stays() {
    let good = "A,2011-06-01,1,x,1,100\n";
    let place = Place::new("bad");
    place.reply(&["migrate"]);
    for (rows, line, column) in [
        ("B,soon,2,x,1,100\n", 3, "datetime"),
        ("B,2011-06-01,Ana,x,1,100\n", 3, "customer_id"),
        ("B,2011-06-01,0,x,1,100\n", 3, "customer_id"),
        ("B,2011-06-01,2,,1,100\n", 3, "stock_code"),
        ("B,2011-06-01,2,x,1.5,100\n", 3, "quantity"),
        ("B,2011-06-01,2,x,one,100\n", 3, "quantity"),
        ("B,2011-06-01,2,x,1,£100\n", 3, "unit_price"),
        (",2011-06-01,2,x,1,100\n", 3, "invoice"),
        ("B,2011-06-01,2,x,1,100\nB,2011-06-01,3,x,1,100\n", 4, "customer_id"),
        ("B,2011-06-01,2,x,1,100\nA,2011-06-03,1,y,1,100\n", 2, "invoice"),
    ] {
        let file = place.sales(&format!("{good}{rows}"));
        let (status, error) = place.error(&["import-sales", &file]);
        assert_eq!((status, error["kind"].as_str()), (1, Some("invalid")), "{rows}: {error}");
        let details = &error["details"];
        assert_eq!(
            (details["line"].as_i64(), details["column"].as_str()),
            (Some(line), Some(column)),
            "{rows}: {error}"
        );
        assert!(place.booked().is_empty(), "{rows} left something");
    }
    let long: String = (0..501).map(|row| format!("L,2011-06-01,1,x{row},1,1\n")).collect();
    let (_, error) = place.error(&["import-sales", &place.sales(&long)]);
    assert_eq!((error["details"]["field"].as_str(), error["details"]["line"].as_i64()), (Some("order"), Some(502)));
    let file = place.sales(&format!("{good}B,2011-06-01,2\n"));
    let spoken = place.run(&["import-sales", &file]);
    let words = String::from_utf8(spoken.stderr).unwrap();
    assert!(words.contains("sales.csv: line 3: ") && words.contains("6 columns"), "{words}");
    assert!(place.booked().is_empty());
    let (_, error) = place.error(&["import-sales", &file, "--user-column", "client"]);
    assert_eq!(error["details"]["field"], "user_column");
    assert_eq!(place.error(&["import-sales", "no-such-file.csv"]).1["details"]["field"], "file");
    // A packed file that was cut off is told from one that ends.
    let whole = fs::read(sample()).unwrap();
    fs::write(place.file("cut.csv.gz"), &whole[..2_000]).unwrap();
    let (_, error) = place.error(&["import-sales", "cut.csv.gz", "--price-factor", "1"]);
    assert_eq!(error["details"]["field"], "file", "{error}");
    assert!(place.booked().is_empty());
}

#[test]
fn bad_orders_are_left_out_whole_when_asked_and_other_rows_are_counted_by_reason() {
    let place = Place::new("skip");
    place.reply(&["earn-points", "5", "100", "--order-id", "Z"]);
    let file = place.sales(
        "A,2011-06-01,1,x,1,100\n\
         B,2011-06-01,2,x,1,100\n\
         B,2011-06-01,2,x,many,100\n\
         C,2011-06-01,,x,1,100\n\
         D,2011-06-01,1,x,-1,100\n\
         E,2011-06-01,1,x,1,-100\n\
         F,2012-06-01,3,x,1,100\n\
         G,2011-06-01\n\
         H,2011-06-01,1,x,20000,1\n\
         Z,2011-06-01,4,x,1,100\n",
    );
    let report = place.reply(&["import-sales", &file, "--skip-bad"]);
    let skipped = serde_json::json!({"returns": 1, "negative_price": 1, "no_user": 1, "bad": 5});
    assert_eq!((&report["skipped"], report["rows"].as_i64()), (&skipped, Some(10)));
    assert_eq!((report["orders"].as_i64(), report["members_enrolled"].as_i64()), (Some(2), Some(1)));
    // F lies in the future and Z is another user's order: the enrolment that went before is undone with the order.
    for user in ["2", "3", "4"] {
        assert_eq!(place.error(&["profile", user]).0, 2, "user {user}");
    }
    assert_eq!(place.reply(&["profile", "1"])["total_spent"].to_string().trim_matches('"'), "20100");
    assert_eq!(place.reply(&["verify"])["ok"], true);
    // Mended, the file can be imported again: nothing of the bad orders was kept.
    let mended =
        fs::read_to_string(&file).unwrap().replace("many", "2").replace("G,2011-06-01\n", "").replace("Z,", "Y,");
    fs::write(&file, mended.replace("F,2012", "F,2011")).unwrap();
    let report = place.reply(&["import-sales", &file]);
    assert_eq!((report["orders"].as_i64(), report["replayed"].as_i64()), (Some(5), Some(2)));
}

#[test]
fn columns_formats_and_delimiters_can_be_named() {
    let place = Place::new("columns");
    let file = place.file("till.csv");
    fs::write(
        &file,
        "Ticket;Fecha;Hora;Cliente;Nombre;Producto;Tipo;Total\n\
         7;02.06.2011;9.30;1;Ana;latte;café;2500\n7;02.06.2011;9.30;1;Ana;muffin;dulce;1500\n",
    )
    .unwrap();
    let report = place.reply(&[
        "import-sales",
        file.to_str().unwrap(),
        "--delimiter",
        ";",
        "--order-column",
        "Ticket",
        "--date-column",
        "Fecha",
        "--time-of-day-column",
        "Hora",
        "--time-format",
        "%d.%m.%Y %H.%M",
        "--user-column",
        "Cliente",
        "--name-column",
        "Nombre",
        "--sku-column",
        "Producto",
        "--category-column",
        "Tipo",
        "--amount-column",
        "Total",
    ]);
    assert_eq!((report["orders"].as_i64(), report["points_earned"].as_i64()), (Some(1), Some(40)));
    assert_eq!(report["first"], "2011-06-02T09:30:00-04:00");
    let profile = place.reply(&["profile", "1"]);
    assert_eq!(profile["user_name"], "Ana");
    assert_eq!(profile["favorite_products"].as_array().unwrap().len(), 2);
}
