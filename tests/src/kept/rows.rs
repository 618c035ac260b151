//! The rows of a database as JSON, and a database of such rows.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::{Map, Value, json};

/// Tables that say what the schema is.
const OF_THE_SCHEMA: [&str; 1] = ["loyalty_migrations"];
/// In the place of the text of a programme, which has a line of its own.
const SOURCE: &str = "$source";

/// All rows by table, without what is null and without the texts of programmes.
pub(super) fn of(path: &Path) -> Value {
    let database = Connection::open(path).expect("a database");
    let mut all = Map::new();
    for table in tables(&database) {
        let mut rows = of_table(&database, &table);
        if table == "loyalty_programmes" {
            rows.iter_mut().for_each(|row| row["source"] = json!(SOURCE));
        }
        if !rows.is_empty() {
            all.insert(table, Value::Array(rows));
        }
    }
    Value::Object(all)
}

/// The rows of a table.
pub(super) fn of_table(database: &Connection, table: &str) -> Vec<Value> {
    let mut statement = database.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).expect("a table");
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let rows = statement.query_map([], |row| {
        let cells = names.iter().enumerate().map(|(at, name)| Ok((name.clone(), json_of(row.get::<_, Cell>(at)?))));
        let cells: rusqlite::Result<Vec<(String, Value)>> = cells.collect();
        Ok(Value::Object(cells?.into_iter().filter(|(_, cell)| !cell.is_null()).collect()))
    });
    rows.expect("rows").map(|row| row.expect("a row")).collect()
}

fn tables(database: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'loyalty%' ORDER BY name";
    let mut statement = database.prepare(sql).expect("the schema");
    let names = statement.query_map([], |row| row.get::<_, String>(0)).expect("the tables");
    names.map(|name| name.expect("a name")).filter(|name| !OF_THE_SCHEMA.contains(&name.as_str())).collect()
}

/// Bytes are written `x'…'`.
pub(super) fn json_of(cell: Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => json!(number),
        Cell::Text(text) => json!(text),
        Cell::Blob(bytes) => {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            json!(format!("x'{digits}'"))
        }
        Cell::Real(_) => unreachable!("no column holds one"),
    }
}

/// The reverse.
pub(super) fn cell_of(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Number(number) => Cell::Integer(number.as_i64().expect("a whole number")),
        Value::String(text) => match text.strip_prefix("x'").and_then(|rest| rest.strip_suffix('\'')) {
            Some(digits) => {
                let pairs = (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16));
                Cell::Blob(pairs.map(|pair| pair.expect("two digits")).collect())
            }
            None => Cell::Text(text.clone()),
        },
        other => panic!("no cell: {other}"),
    }
}

/// Gives a database these rows and no others.
pub(super) fn put(path: &Path, rows: &Value, source: &str) {
    let database = Connection::open(path).expect("a database");
    for table in tables(&database) {
        database.execute(&format!("DELETE FROM {table}"), []).expect("a table can be emptied");
    }
    for (table, rows) in rows.as_object().expect("rows by table") {
        for row in rows.as_array().expect("rows") {
            let row = row.as_object().expect("a row");
            let mut cells: Vec<Cell> = row.values().map(cell_of).collect();
            for cell in &mut cells {
                if *cell == Cell::Text(SOURCE.to_owned()) {
                    *cell = Cell::Text(source.to_owned());
                }
            }
            insert(&database, table, row.keys(), &cells);
        }
    }
}

/// Adds a row.
pub(super) fn insert<'a>(database: &Connection, table: &str, names: impl Iterator<Item = &'a String>, cells: &[Cell]) {
    let names: Vec<&str> = names.map(String::as_str).collect();
    let (names, marks) = (names.join(", "), vec!["?"; cells.len()].join(", "));
    let sql = format!("INSERT INTO {table} ({names}) VALUES ({marks})");
    let done = database.execute(&sql, rusqlite::params_from_iter(cells));
    done.unwrap_or_else(|error| panic!("{sql}: {error}"));
}
