//! A folder in which the command line is run as a process, and its database is looked into.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;

use crate::cargo;

/// The clock of every test: one moment, so that two runs can be compared.
const NOW: &str = "2012-01-15T12:00:00-03:00";
/// The header of the sample sales, whose columns are the usual ones.
const HEADER: &str = "invoice,datetime,customer_id,stock_code,quantity,unit_price";

/// The program: the one that is named by `LOYALTY_CLI`, or one that is built now.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| std::env::var_os("LOYALTY_CLI").map_or_else(|| cargo::built("loyalty", ""), PathBuf::from))
}

/// A folder of its own, with a database; removed at the end.
#[derive(Debug)]
pub struct Place(PathBuf);

impl Place {
    /// A new folder with nothing in it.
    #[must_use]
    pub fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("loyalty-cli-{}-{name}", std::process::id()));
        fs::remove_dir_all(&folder).ok();
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// A file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file of sales under the usual header, and gives its path.
    #[must_use]
    pub fn sales(&self, rows: &str) -> String {
        let path = self.file("sales.csv");
        fs::write(&path, format!("{HEADER}\n{rows}")).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The program with these arguments, in this folder.
    #[must_use]
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(words).args(["--now", NOW]).current_dir(&self.0);
        command.env_remove("LOYALTY_DATABASE").env_remove("LOYALTY_PROGRAM");
        command
    }

    /// Runs the program to its end.
    #[must_use]
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The JSON reply of a call that succeeds.
    pub fn reply(&self, words: &[&str]) -> Value {
        let output = self.run(&[words, &["--json"]].concat());
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// The exit status and the JSON error of a call that fails, which prints no reply.
    #[must_use]
    pub fn error(&self, words: &[&str]) -> (i32, Value) {
        let output = self.run(&[words, &["--json"]].concat());
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(output.stdout.is_empty(), "{words:?} failed and printed a reply");
        let error = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{words:?}: {error}: {text}"));
        (output.status.code().unwrap(), error)
    }

    /// Everything that was booked, row by row. Codes are drawn at random, so they are left out.
    #[must_use]
    pub fn booked(&self) -> Vec<String> {
        let tables = [
            (
                "loyalty_users",
                "user_id, balance, debt, total_points, qualifying_points, current_tier, tier_since, score, \
              join_date, last_visit, total_visits, total_spent, distinct_products, favorite_products, \
              points_expiry_date, pending_until, entries, lots_from, last_recorded_at",
            ),
            // Links and digests depend on salts that every database draws for itself.
            (
                "loyalty_transactions",
                "id, user_id, transaction_type, points_amount, balance_after, remaining, order_id, reverses_id, \
              description, occurred_at, expires_at, available_at, ends_at, actor, programme_id, details, amount, items, \
              settlement, receipt",
            ),
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
