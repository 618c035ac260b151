//! The shop of the first version: its tables on a server, and data as years of use leave them.

use std::fs;

use mysql::prelude::Queryable as _;
use mysql::{Conn, Row};

use crate::{root, store};

/// The tables of the first version.
pub const TABLES: [&str; 5] =
    ["loyalty_users", "loyalty_tier_config", "loyalty_transactions", "loyalty_rewards", "loyalty_redemptions"];

/// A database of the shop, with the old tables; dropped at the end.
#[derive(Debug)]
pub struct Shop {
    /// The setting of its database.
    pub setting: String,
    connection: Conn,
}

impl Default for Shop {
    fn default() -> Self {
        Self::new()
    }
}

impl Shop {
    /// A new one.
    ///
    /// # Panics
    /// When the server does not take it.
    #[must_use]
    pub fn new() -> Self {
        let setting = store::database();
        let connection = store::connect(&setting);
        let mut shop = Self { setting, connection };
        shop.run(&statements());
        shop
    }

    fn run(&mut self, statements: &[String]) {
        for statement in statements {
            self.connection.query_drop(statement).unwrap_or_else(|error| panic!("{error}: {statement}"));
        }
    }

    /// Runs the SQL again that the application was shipped with: it makes what is not there, and writes its own rewards
    /// and its trigger, on a server that lets columns without a value pass.
    ///
    /// # Panics
    /// When the server does not take it.
    pub fn ship_again(&mut self) {
        self.sql("SET sql_mode = '', foreign_key_checks = 0");
        self.sql("DROP TRIGGER IF EXISTS after_compra_complete");
        let made = statements().into_iter().filter(|sql| sql.contains("CREATE TABLE loyalty_"));
        let made = made.map(|sql| sql.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"));
        let again = made.chain(statements().into_iter().filter(|sql| sql.contains("CREATE TRIGGER")));
        self.run(&again.collect::<Vec<_>>());
        self.sql(
            "REPLACE INTO loyalty_tier_config (tier_name, display_name, points_required) VALUES \
             ('cafe_bronze', 'Café Bronze', 0), ('cafe_plata', 'Café Plata', 5000)",
        );
        self.sql(
            "REPLACE INTO loyalty_rewards (id, name, description, points_cost, discount_percent, tier_required, \
             max_uses_per_user) VALUES (1, 'Café Americano Gratis', 'valor $1.500', 1500, 100.00, 'cafe_bronze', 1), \
             (2, '10% Descuento en tu Próximo Café', 'máximo $5.000', 1000, 10.00, 'cafe_bronze', 3)",
        );
        self.sql("SET sql_mode = DEFAULT");
    }

    /// Its setting with more settings.
    #[must_use]
    pub fn with(&self, settings: &str) -> String {
        let joint = if self.setting.contains('?') { '&' } else { '?' };
        format!("{}{joint}{settings}", self.setting)
    }

    /// The same database for another account.
    ///
    /// # Panics
    /// Never: a setting has an account.
    #[must_use]
    pub fn of(&self, account: &str) -> String {
        self.setting.replacen("root@", &format!("{account}@"), 1)
    }

    /// The rows of the old tables, whose names have a prefix.
    ///
    /// # Panics
    /// When they are not there.
    pub fn old(&mut self, prefix: &str) -> Vec<String> {
        let mut all = Vec::new();
        for table in TABLES {
            let rows: Vec<Row> =
                self.connection.query(format!("SELECT * FROM {prefix}{table} ORDER BY 1")).expect("the old table");
            all.extend(rows.into_iter().map(|row| format!("{table} {:?}", row.unwrap())));
        }
        all
    }

    /// What the tables and the triggers are called.
    ///
    /// # Panics
    /// When the server does not say.
    pub fn names(&mut self) -> Vec<String> {
        let mut names: Vec<String> = self.connection.query("SHOW TABLES").expect("the tables");
        let triggers: Vec<Row> = self.connection.query("SHOW TRIGGERS").expect("the triggers");
        names.extend(triggers.iter().filter_map(|row| row.get::<String, _>(0)));
        names.sort();
        names
    }

    /// Runs a statement.
    ///
    /// # Panics
    /// When the server refuses it.
    pub fn sql(&mut self, sql: &str) {
        self.connection.query_drop(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// Whether the server is a MariaDB, and no MySQL.
    ///
    /// # Panics
    /// When the server does not say.
    pub fn is_mariadb(&mut self) -> bool {
        self.ask("SELECT VERSION()").iter().any(|version| version.contains("MariaDB"))
    }

    /// The first column of a query's rows, as texts.
    ///
    /// # Panics
    /// When the server refuses it.
    pub fn ask(&mut self, sql: &str) -> Vec<String> {
        let rows: Vec<Option<String>> = self.connection.query(sql).unwrap_or_else(|error| panic!("{error}: {sql}"));
        rows.into_iter().map(Option::unwrap_or_default).collect()
    }
}

fn statements() -> Vec<String> {
    let sql = fs::read_to_string(root().join("tests/adopt/first-version.sql")).expect("the shop's tables");
    sql.split(";;").map(str::trim).filter(|statement| !statement.is_empty()).map(str::to_owned).collect()
}

impl Drop for Shop {
    fn drop(&mut self) {
        store::drop_database(&self.setting);
    }
}
