//! What the host knows of a member: small values under names of its own.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::limit;
use crate::{Error, Result};

/// Most attributes of one member.
pub const MAX_ATTRIBUTES: usize = 20;
/// Longest name, in bytes.
const MAX_NAME: usize = 32;
/// Longest text, in characters.
const MAX_TEXT: usize = 64;

/// The value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "must be a text, an integer, true or false")]
pub enum AttributeValue {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

/// The attributes of a member, by name.
pub type Attributes = BTreeMap<String, AttributeValue>;

/// What a call changes: null removes an attribute.
pub type AttributeChanges = BTreeMap<String, Option<AttributeValue>>;

/// Checks the name of an attribute.
///
/// # Errors
/// `invalid` naming the field.
pub fn check_name(field: &str, name: &str) -> Result<()> {
    let begins = name.bytes().next().is_some_and(|first| first.is_ascii_lowercase());
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if begins && name.len() <= MAX_NAME && name.bytes().all(is_plain) {
        return Ok(());
    }
    let shown = limit::beginning(name);
    let expected = format!("must be a name of 1 to {MAX_NAME} small letters, digits and `_`, got `{shown}`");
    Err(Error::invalid(field, expected))
}

/// Checks the value of an attribute.
///
/// # Errors
/// `invalid` naming the field.
pub fn check_value(field: &str, value: &AttributeValue) -> Result<()> {
    match value {
        AttributeValue::Flag(_) => Ok(()),
        AttributeValue::Number(number) => {
            limit::within(field, *number, -limit::MAX_POINTS, limit::MAX_POINTS).map(drop)
        }
        AttributeValue::Text(text) => limit::text(field, text, MAX_TEXT).map(drop),
    }
}

/// The attributes after a change.
///
/// # Errors
/// `invalid` naming the attribute, or when there would be too many.
pub fn changed(before: &Attributes, changes: &AttributeChanges) -> Result<Attributes> {
    let mut after = before.clone();
    for (name, value) in changes {
        let field = format!("attributes.{name}");
        check_name("attributes", name)?;
        match value {
            Some(value) => {
                check_value(&field, value)?;
                after.insert(name.clone(), value.clone());
            }
            None => drop(after.remove(name)),
        }
    }
    if after.len() > MAX_ATTRIBUTES {
        let expected = format!("must leave a member at most {MAX_ATTRIBUTES} attributes, got `{}`", after.len());
        return Err(Error::invalid("attributes", expected));
    }
    Ok(after)
}

/// The attributes of two members who are one: those of the first stand, and of the second come as many as fit.
#[must_use]
pub fn joined(own: &Attributes, other: &Attributes) -> Attributes {
    let mut joined = own.clone();
    for (name, value) in other {
        if joined.len() < MAX_ATTRIBUTES && !joined.contains_key(name) {
            joined.insert(name.clone(), value.clone());
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(json: &str) -> AttributeChanges {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_is_given_is_set_and_what_is_null_is_removed() {
        let first = changed(&Attributes::new(), &changes(r#"{"staff":true,"shop":"mall","visits_2019":7}"#)).unwrap();
        let then = changed(&first, &changes(r#"{"staff":null,"shop":"port","unknown":null}"#)).unwrap();
        assert_eq!(serde_json::to_string(&then).unwrap(), r#"{"shop":"port","visits_2019":7}"#);
    }

    #[test]
    fn names_values_and_their_number_are_bounded() {
        let refused = |json: &str| changed(&Attributes::new(), &changes(json)).unwrap_err().to_json();
        for (json, field) in [
            (r#"{"Staff":true}"#, "attributes"),
            (r#"{"":true}"#, "attributes"),
            (r#"{"2nd":true}"#, "attributes"),
            (r#"{"a23456789012345678901234567890123":true}"#, "attributes"),
            (r#"{"shop":""}"#, "attributes.shop"),
            (r#"{"n":1000000000000001}"#, "attributes.n"),
        ] {
            assert_eq!(refused(json)["details"]["field"], field, "{json}");
        }
        let long = format!(r#"{{"shop":"{}"}}"#, "é".repeat(65));
        assert_eq!(refused(&long)["details"]["field"], "attributes.shop");
        assert!(changed(&Attributes::new(), &changes(&long.replacen('é', "", 1))).is_ok());
        let many: AttributeChanges = (0..21).map(|n| (format!("a{n}"), Some(AttributeValue::Number(n)))).collect();
        assert!(changed(&Attributes::new(), &many).is_err());
        assert!(serde_json::from_str::<AttributeChanges>(r#"{"a":1.5}"#).is_err());
    }

    #[test]
    fn of_two_members_the_own_value_stands() {
        let of = |json: &str| changed(&Attributes::new(), &changes(json)).unwrap();
        let joined = joined(&of(r#"{"a":1,"b":2}"#), &of(r#"{"b":3,"c":4}"#));
        assert_eq!(serde_json::to_string(&joined).unwrap(), r#"{"a":1,"b":2,"c":4}"#);
        let many: Attributes = (0..20).map(|n| (format!("a{n}"), AttributeValue::Number(n))).collect();
        assert_eq!(super::joined(&many, &of(r#"{"c":4}"#)), many);
    }
}
