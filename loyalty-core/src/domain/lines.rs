//! The stored form of an order's lines: one line of text for each, with the fields `sku`, `amount`, `quantity`, `tax`,
//! `category`, `labels` and `kind` between tabs. What is usual is empty, and empty fields at the end are left out. A line
//! that has a control character or begins with a brace is a JSON object in place of that.
//!
//! This is a stored form: fields are only ever added, at the end.

use serde_json::Value;

use super::purchase::Item;
use crate::{Error, Result};

/// The fields of a line in the order of their places.
const PLACES: [&str; 7] = ["sku", "amount", "quantity", "tax", "category", "labels", "kind"];
/// Between the labels of a line.
const LABELS: &str = "\u{1f}";

/// Writes lines; nothing when there are none.
///
/// # Errors
/// `internal` when a line cannot be written.
pub fn write(items: &[Item]) -> Result<Option<String>> {
    if items.is_empty() {
        return Ok(None);
    }
    let lines = items.iter().map(line).collect::<Result<Vec<String>>>()?;
    Ok(Some(lines.join("\n")))
}

fn line(item: &Item) -> Result<String> {
    let mut fields = serde_json::to_value(item).map_err(Error::internal)?;
    let mut places: Vec<String> = Vec::with_capacity(PLACES.len());
    for name in PLACES {
        places.push(match fields.get_mut(name).map(Value::take).unwrap_or_default() {
            Value::Null => String::new(),
            Value::String(text) if name == "kind" && text == "sale" => String::new(),
            Value::Number(number) if name == "quantity" && number.as_i64() == Some(1) => String::new(),
            Value::String(text) => text,
            Value::Array(labels) => labels.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(LABELS),
            other => other.to_string(),
        });
    }
    let says_more = places.iter().any(|place| place.contains(char::is_control) && !place.contains(LABELS))
        || item.labels.iter().any(|label| label.is_empty() || label.contains(char::is_control))
        || item.category.as_ref().is_some_and(String::is_empty)
        || item.sku.as_str().starts_with('{');
    if says_more {
        return serde_json::to_string(item).map_err(Error::internal);
    }
    let written = places.join("\t");
    Ok(written.trim_end_matches('\t').to_owned())
}

/// Reads stored lines.
///
/// # Errors
/// `database_corrupt` when they are not what was written.
pub fn read(stored: Option<&str>) -> Result<Vec<Item>> {
    let lines = stored.filter(|stored| !stored.is_empty()).map(|stored| stored.split('\n'));
    lines.into_iter().flatten().map(item).collect()
}

fn item(line: &str) -> Result<Item> {
    if line.starts_with('{') {
        return serde_json::from_str(line).map_err(Error::damaged);
    }
    let mut fields = serde_json::Map::new();
    for (name, text) in PLACES.iter().zip(line.split('\t')).filter(|(_, text)| !text.is_empty()) {
        let value = match *name {
            "quantity" => Value::from(text.parse::<i64>().map_err(Error::damaged)?),
            "labels" => text.split(LABELS).map(Value::from).collect(),
            _ => Value::from(text),
        };
        fields.insert((*name).to_owned(), value);
    }
    serde_json::from_value(Value::Object(fields)).map_err(Error::damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_back_as_they_were_and_take_little_room() {
        let given = serde_json::json!([
            {"sku": "latte-12", "quantity": 2, "amount": "2500"},
            {"sku": "medialuna", "amount": "900"},
            {"sku": "7801", "amount": "-12.5", "tax": "-2", "category": "té negro", "labels": ["vegan", "5"]},
            {"sku": "x", "kind": "gift"},
            {"sku": "{y", "category": "a\tb", "labels": [""]},
            {"sku": "z", "category": ""},
        ]);
        let items: Vec<Item> = serde_json::from_value(given).unwrap();
        let stored = write(&items).unwrap().unwrap();
        let lines: Vec<&str> = stored.split('\n').collect();
        assert_eq!(
            lines[..4],
            ["latte-12\t2500\t2", "medialuna\t900", "7801\t-12.5\t\t-2\tté negro\tvegan\u{1f}5", "x\t\t\t\t\t\tgift"]
        );
        assert!(lines[4..].iter().all(|line| line.starts_with('{')));
        assert_eq!(read(Some(&stored)).unwrap(), items);
        assert_eq!((write(&[]).unwrap(), read(None).unwrap(), read(Some("")).unwrap()), (None, vec![], vec![]));
        assert!(read(Some("a\t5\tx")).is_err() && read(Some("{}")).is_err());
    }
}
