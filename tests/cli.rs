//! The command line as a process: arguments, replies, exit statuses, and imports that can be repeated and killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use loyalty_core::ops::{Operation, Visitor, visit_all};
use loyalty_tests::root;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

/// The clock of every test: one moment, so that two runs can be compared.
const NOW: &str = "2012-01-15T12:00:00-03:00";
const HEADER: &str = "invoice,datetime,customer_id,stock_code,quantity,unit_price";

/// The program: the one that is named by `LOYALTY_CLI`, or one that is built now.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        if let Some(named) = std::env::var_os("LOYALTY_CLI") {
            return PathBuf::from(named);
        }
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let built = Command::new(cargo)
            .args(["build", "--message-format=json", "-p", "loyalty-core", "--features", "cli", "--bin", "loyalty"])
            .current_dir(root())
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(built.status.success(), "the command line does not build");
        let messages = String::from_utf8(built.stdout).unwrap();
        let program = messages
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .find_map(|message| message["executable"].as_str().map(PathBuf::from));
        program.expect("cargo names no program")
    })
}

/// A folder of its own, with a database; removed at the end.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("loyalty-cli-{}-{name}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn sales(&self, rows: &str) -> String {
        let path = self.file("sales.csv");
        fs::write(&path, format!("{HEADER}\n{rows}")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(words).args(["--now", NOW]).current_dir(&self.0);
        command.env_remove("LOYALTY_DATABASE").env_remove("LOYALTY_PROGRAM");
        command
    }

    fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The JSON reply of a call that succeeds.
    fn reply(&self, words: &[&str]) -> Value {
        let output = self.run(&[words, &["--json"]].concat());
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The exit status and the JSON error of a call that fails, which prints no reply.
    fn error(&self, words: &[&str]) -> (i32, Value) {
        let output = self.run(&[words, &["--json"]].concat());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.stdout.is_empty(), "{words:?} failed and printed a reply");
        let error = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{words:?}: {error}: {text}"));
        (output.status.code().unwrap(), error)
    }

    /// Everything that was booked, row by row. Codes are drawn at random, so they are left out.
    fn booked(&self) -> Vec<String> {
        let tables = [
            (
                "loyalty_users",
                "user_id, balance, debt, total_points, qualifying_points, current_tier, tier_since, score, \
              join_date, last_visit, total_visits, total_spent, distinct_products, favorite_products, \
              points_expiry_date, pending_until, entries, hex(last_link), last_recorded_at",
            ),
            ("loyalty_transactions", "*"),
            ("loyalty_lots", "*"),
            ("loyalty_lot_uses", "*"),
            ("loyalty_orders", "*"),
            ("loyalty_visits", "*"),
            ("loyalty_products", "*"),
        ];
        let database = self.file("loyalty.db");
        let connection = Connection::open_with_flags(database, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        let mut rows = Vec::new();
        for (table, columns) in tables {
            let mut statement = connection.prepare(&format!("SELECT {columns} FROM {table} ORDER BY 1, 2")).unwrap();
            let width = statement.column_count();
            let mut found = statement.query([]).unwrap();
            while let Some(row) = found.next().unwrap() {
                let cells: Vec<String> =
                    (0..width).map(|column| format!("{:?}", row.get_ref(column).unwrap())).collect();
                rows.push(format!("{table} {}", cells.join(" ")));
            }
        }
        rows
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

fn sample() -> String {
    root().join("examples/data/online_retail2_sample.csv.gz").to_str().unwrap().to_owned()
}

#[test]
fn every_operation_has_a_subcommand_with_a_help() {
    struct Names(Vec<&'static str>);
    impl Visitor for Names {
        fn visit<O: Operation + 'static>(&mut self) {
            self.0.push(O::NAME);
        }
    }
    let mut names = Names(Vec::new());
    visit_all(&mut names);
    assert!(names.0.len() > 20);
    let place = Place::new("help");
    let all = String::from_utf8(place.run(&["--help"]).stdout).unwrap();
    for name in names.0.iter().copied().chain(["migrate", "import_sales"]) {
        let word = name.replace('_', "-");
        assert!(all.lines().any(|line| line.split_whitespace().next() == Some(&word)), "{word} is not in the help");
        let help = place.run(&[&word, "--help"]);
        assert!(help.status.success(), "{word} --help");
        assert!(String::from_utf8_lossy(&help.stdout).contains(&format!("loyalty {word}")), "{word} --help");
    }
    assert!(!place.file("loyalty.db").exists(), "a help text needs no database");
}

#[test]
fn arguments_are_given_by_place_or_by_name() {
    let place = Place::new("arguments");
    let by_place = place.reply(&["quote-points", "7", "12990"]);
    assert_eq!(by_place["points"], 129, "{by_place}");
    assert_eq!(by_place, place.reply(&["quote-points", "--amount", "12990", "--user-id", "7"]));
    assert_eq!(by_place, place.reply(&["quote-points", "12990", "--user-id", "7"]), "a place is the next one free");
    let items = r#"[{"sku": "americano", "quantity": 2}]"#;
    let earned = place.reply(&["earn-points", "7", "12990.00", "--order-id", "A-17", "--items", items]);
    assert_eq!(earned["points_earned"], 129);
    assert_eq!(place.reply(&["profile", "7"])["favorite_products"], serde_json::json!(["americano"]));
    place.reply(&["record-transaction", "7", "adjustment", "-29", "till error"]);
    assert_eq!(place.reply(&["points", "7"])["available"], 100);
    for (words, marked) in [(&["generate-code", "--check"][..], true), (&["generate-code", "--check", "false"], false)]
    {
        let code = place.reply(words)["code"].as_str().unwrap().to_owned();
        assert_eq!(place.reply(&["check-code", &code])["valid"] == true, marked, "{words:?} gave {code}");
    }
}

#[test]
fn a_wrong_argument_is_named() {
    let place = Place::new("wrong");
    for (words, field) in [
        (&["profile", "seven"][..], "user_id"),
        (&["profile"], "user_id"),
        (&["earn-points", "7"], "amount"),
        (&["earn-points", "7", "1", "2"], "command"),
        (&["earn-points", "7", "1", "--user-id", "8"], "arguments"),
        (&["earn-points", "7", "much"], "amount"),
        (&["earn-points", "7", "1", "--items", "{}"], "items"),
        (&["earn-points", "7", "1", "--items", "[{"], "items"),
        (&["earn-points", "7", "1", "--at", "yesterday"], "at"),
        (&["rewards", "--include-inactive", "maybe"], "include_inactive"),
        (&["save-reward", "Cake", "100", "--discount-percent", "all"], "discount_percent"),
        (&["transactions", "7", "--limit", "1.5"], "limit"),
        (&["health", "--database", "oracle:x"], "database"),
        (&["health", "--program", "none.toml"], "program"),
        (&["no-such-command"], "command"),
        (&["profile", "7", "--no-such-option"], "command"),
        (&[], "command"),
    ] {
        let (status, error) = place.error(words);
        assert_eq!((status, error["kind"].as_str()), (1, Some("invalid")), "{words:?}: {error}");
        assert_eq!(error["details"]["field"], field, "{words:?}: {error}");
    }
    assert!(!place.file("loyalty.db").exists() || place.booked().is_empty());
}

#[test]
fn the_exit_status_is_the_kind_of_the_error() {
    let place = Place::new("status");
    place.reply(&["earn-points", "7", "1000", "--order-id", "A-1"]);
    assert_eq!(place.error(&["profile", "8"]).0, 2);
    let (status, refusal) = place.error(&["redeem-reward", "7", "1"]);
    assert_eq!((status, refusal["code"].as_str()), (3, Some("insufficient_points")));
    assert_eq!(refusal["details"]["missing"], 1490);
    let (status, conflict) = place.error(&["earn-points", "7", "2000", "--order-id", "A-1"]);
    assert_eq!((status, conflict["details"]["field"].as_str()), (4, Some("amount")));
    assert_eq!(place.error(&["health", "--database", "sqlite:no/such/folder/loyalty.db"]).0, 5);
    // Without --json the same errors are words.
    let spoken = place.run(&["redeem-reward", "7", "1"]);
    assert_eq!(spoken.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&spoken.stderr).contains("insufficient_points"));
    assert_eq!(place.run(&["no-such-command"]).status.code(), Some(1));
}

#[test]
fn a_verification_that_fails_is_printed_and_exits_with_1() {
    let place = Place::new("verify");
    place.reply(&["earn-points", "7", "1000", "--order-id", "A-1"]);
    assert_eq!(place.reply(&["verify"])["ok"], true);
    let connection = Connection::open(place.file("loyalty.db")).unwrap();
    connection.execute("UPDATE loyalty_users SET balance = balance + 1", []).unwrap();
    drop(connection);
    let found = place.run(&["verify", "--json"]);
    assert_eq!(found.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!((report["ok"].as_bool(), report["problems"][0]["user_id"].as_i64()), (Some(false), Some(7)));
}

#[test]
fn replies_are_readable_in_columns() {
    let place = Place::new("readable");
    place.reply(&["enroll", "7", "--name", "Ana"]);
    place.reply(&["earn-points", "7", "100", "--order-id", "A-1"]);
    place.reply(&["earn-points", "7", "123400", "--order-id", "A-2"]);
    let text = String::from_utf8(place.run(&["transactions", "7"]).stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "items:");
    let ends: Vec<usize> = [(1, "points_amount"), (2, "1234"), (3, "1")]
        .map(|(line, cell): (usize, &str)| lines[line].find(&format!("{cell}  ")).unwrap() + cell.len())
        .to_vec();
    assert!(ends[0] == ends[1] && text.contains("A-2"), "{text}");
    let profile = String::from_utf8(place.run(&["profile", "7"]).stdout).unwrap();
    let starts: Vec<usize> = profile.lines().filter_map(|line| line.find(": ").map(|_| value_start(line))).collect();
    assert!(starts.windows(2).all(|pair| pair[0] == pair[1]), "{profile}");
    assert!(profile.contains("Ana"));
}

fn value_start(line: &str) -> usize {
    let colon = line.find(':').unwrap() + 1;
    colon + line[colon..].len() - line[colon..].trim_start().len()
}

#[test]
fn migrate_tells_the_schema_before_and_after_and_settings_come_from_the_environment() {
    let place = Place::new("migrate");
    let first = place.reply(&["migrate"]);
    assert_eq!(first["before"], 0);
    assert!(first["after"].as_i64().unwrap() >= 1);
    let again = place.reply(&["migrate"]);
    assert_eq!((&again["before"], &again["after"]), (&first["after"], &first["after"]));
    let mut elsewhere = place.command(&["migrate", "--json"]);
    let output = elsewhere.env("LOYALTY_DATABASE", "sqlite:other.db").output().unwrap();
    assert!(output.status.success() && place.file("other.db").exists());
    let rules = fs::read_to_string(root().join("loyalty-core/programmes/cafe-vt.toml")).unwrap();
    fs::write(place.file("program.toml"), rules.replace("per = 100 ", "per = 10 ")).unwrap();
    let mut generous = place.command(&["earn-points", "7", "1000", "--json"]);
    let output = generous.env("LOYALTY_PROGRAM", "program.toml").output().unwrap();
    let reply: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(reply["points_earned"], 100);
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
        ("B,2011-06-01,2,x,1,100\nA,2011-06-01,1,x,1,100\n", 4, "invoice"),
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
    let file = place.sales(&format!("{good}B,2011-06-01,2\n"));
    let spoken = place.run(&["import-sales", &file]);
    let words = String::from_utf8(spoken.stderr).unwrap();
    assert!(words.contains("sales.csv: line 3: ") && words.contains("6 columns"), "{words}");
    assert!(place.booked().is_empty());
    let (_, error) = place.error(&["import-sales", &file, "--user-column", "client"]);
    assert_eq!(error["details"]["field"], "user_column");
    assert_eq!(place.error(&["import-sales", "no-such-file.csv"]).1["details"]["field"], "file");
}

#[test]
fn bad_orders_are_left_out_whole_when_asked_and_other_rows_are_counted_by_reason() {
    let place = Place::new("skip");
    let file = place.sales(
        "A,2011-06-01,1,x,1,100\n\
         B,2011-06-01,2,x,1,100\n\
         B,2011-06-01,2,x,many,100\n\
         C,2011-06-01,,x,1,100\n\
         D,2011-06-01,1,x,-1,100\n\
         E,2011-06-01,1,x,1,-100\n\
         F,2012-06-01,3,x,1,100\n\
         G,2011-06-01\n\
         H,2011-06-01,1,x,20000,1\n",
    );
    let report = place.reply(&["import-sales", &file, "--skip-bad"]);
    let skipped = serde_json::json!({"returns": 1, "negative_price": 1, "no_user": 1, "bad": 4});
    assert_eq!((&report["skipped"], report["rows"].as_i64()), (&skipped, Some(9)));
    assert_eq!((report["orders"].as_i64(), report["members_enrolled"].as_i64()), (Some(2), Some(1)));
    // An order in the future was refused; the enrolment that went before it is undone with it.
    for user in ["2", "3"] {
        assert_eq!(place.error(&["profile", user]).0, 2, "user {user}");
    }
    assert_eq!(place.reply(&["profile", "1"])["total_spent"].to_string().trim_matches('"'), "20100");
    assert_eq!(place.reply(&["verify"])["ok"], true);
    // Mended, the file can be imported again: nothing of the bad orders was kept.
    let mended = fs::read_to_string(&file).unwrap().replace("many", "2").replace("G,2011-06-01\n", "");
    fs::write(&file, mended.replace("F,2012", "F,2011")).unwrap();
    let report = place.reply(&["import-sales", &file]);
    assert_eq!((report["orders"].as_i64(), report["replayed"].as_i64()), (Some(4), Some(2)));
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
