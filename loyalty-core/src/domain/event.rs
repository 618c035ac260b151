//! Events that earn: what happened apart from purchases, with its properties.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::value::{Amount, Decimal, EventName, limit};

/// The event of joining the programme; the engine raises it itself.
pub const ENROLLED: &str = "enrolled";
/// Events that happen once in a member's life.
const ONCE: [&str; 3] = [ENROLLED, "account_created", "first_purchase"];

/// Whether an event can happen only once to a member.
#[must_use]
pub fn is_once(event: &EventName) -> bool {
    ONCE.contains(&event.as_str())
}

/// A property of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "must be a text, a number, true or false")]
pub enum Property {
    /// True or false.
    Flag(bool),
    /// A number, or a text that looks like one.
    Number(Amount),
    /// A text.
    Text(String),
}

/// The properties of an event, by name.
pub type Properties = BTreeMap<String, Property>;

/// Checks the properties of an event.
///
/// # Errors
/// `invalid` naming the property.
pub fn check(properties: &Properties) -> Result<()> {
    let count = i64::try_from(properties.len()).unwrap_or(i64::MAX);
    limit::within("properties", count, 0, limit::MAX_LABELS as i64)?;
    for (name, value) in properties {
        limit::text("properties", name, limit::MAX_NAME)?;
        if let Property::Text(text) = value {
            limit::text(&format!("properties.{name}"), text, limit::MAX_NAME)?;
        }
    }
    Ok(())
}

/// What a rule requires of one property. All given conditions must be met; the property must exist.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    /// One of these values.
    #[serde(rename = "is")]
    pub one_of: Vec<Property>,
    /// At least this number.
    pub at_least: Option<Decimal>,
    /// At most this number.
    pub at_most: Option<Decimal>,
}

impl Wanted {
    /// Whether a property meets the conditions.
    #[must_use]
    pub fn holds(&self, property: Option<&Property>) -> bool {
        let Some(property) = property else { return false };
        let listed = self.one_of.is_empty() || self.one_of.contains(property);
        let number = match property {
            Property::Number(number) => number.decimal().in_units(SCALE),
            _ => None,
        };
        let bounded = |bound: Option<Decimal>, fits: fn(i64, i64) -> bool| {
            bound.is_none_or(|bound| {
                number.zip(bound.in_units(SCALE)).is_some_and(|(number, bound)| fits(number, bound))
            })
        };
        listed && bounded(self.at_least, |number, bound| number >= bound) && bounded(self.at_most, |n, b| n <= b)
    }
}

/// Decimals used to compare numbers.
const SCALE: u8 = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_listed_bounded_or_missing() {
        let wanted = |text: &str| toml::from_str::<Wanted>(text).unwrap();
        let value = |json: &str| serde_json::from_str::<Property>(json).unwrap();
        for (rule, property, holds) in [
            ("is = ['web', 'app']", "\"app\"", true),
            ("is = ['web', 'app']", "\"shop\"", false),
            ("is = [5]", "5.0", true),
            ("is = [true]", "true", true),
            ("is = [true]", "false", false),
            ("at_least = 4", "4", true),
            ("at_least = 4", "3.99", false),
            ("at_least = 1\nat_most = 4.5", "4.5", true),
            ("at_most = 4.5", "5", false),
            ("at_least = 4", "\"many\"", false),
        ] {
            assert_eq!(wanted(rule).holds(Some(&value(property))), holds, "{rule}: {property}");
        }
        assert!(!wanted("at_least = 4").holds(None));
    }
}
