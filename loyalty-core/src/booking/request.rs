//! A request as digests of its fields: enough to distinguish a repeat from another request, without the data itself.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::value::{Instant, same_name};
use crate::value::{fingerprint, push_hex};
use crate::{Error, Result};

/// `field:digest` for each argument that was given, in the order of the contract.
///
/// # Errors
/// `internal`, when a request cannot be written as JSON.
pub(crate) fn digest(request: &impl Serialize, at: Option<Instant>) -> Result<String> {
    digest_by_names(request, at, &[])
}

/// The same for a request in which some arguments are names: they are compared as [`same_name`] does.
///
/// # Errors
/// `internal`, when a request cannot be written as JSON.
pub(crate) fn digest_by_names(request: &impl Serialize, at: Option<Instant>, names: &[&str]) -> Result<String> {
    let mut json = serde_json::to_value(request).map_err(Error::internal)?;
    let fields = json.as_object_mut().ok_or_else(|| Error::internal("a request is not an object"))?;
    if let Some(at) = at {
        fields.insert("at".to_owned(), Value::from(at.micros()));
    }
    for name in names {
        if let Some(Value::String(text)) = fields.get_mut(*name) {
            *text = same_name(text);
        }
    }
    let mut digests = String::with_capacity(fields.len() * 24);
    for (name, value) in fields.iter().filter(|(_, value)| !is_absent(value)) {
        if !digests.is_empty() {
            digests.push(' ');
        }
        push_field(&mut digests, name, value);
    }
    Ok(digests)
}

fn push_field(digests: &mut String, name: &str, value: &Value) {
    digests.push_str(name);
    digests.push(':');
    push_hex(digests, &fingerprint::<8>(value.to_string()));
}

/// Whether the digests belong to a request with this value of a field.
pub(crate) fn is_of(digests: &str, name: &str, value: &Value) -> bool {
    if is_absent(value) {
        return digests.split(' ').all(|part| part.split(':').next() != Some(name));
    }
    let mut wanted = String::new();
    push_field(&mut wanted, name, value);
    digests.split(' ').any(|part| part == wanted)
}

/// An omitted argument equals its empty default.
fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// Makes sure that a repeat is of the request that was answered.
///
/// # Errors
/// `idempotency_conflict` with the first field that differs.
pub(crate) fn same_request(kept: &str, asked: &str, key: &str) -> Result<()> {
    differing_field(kept, asked).map_or(Ok(()), |field| Err(Error::conflict(key, field)))
}

/// The answer that was kept, as a repeat gets it.
///
/// # Errors
/// `database_corrupt` when it is not what was written.
pub(crate) fn kept_answer<R: DeserializeOwned>(answer: &str) -> Result<R> {
    let mut answer: Value = crate::store::json(answer)?;
    if let Some(replayed) = answer.get_mut("replayed") {
        *replayed = Value::Bool(true);
    }
    serde_json::from_value(answer).map_err(Error::damaged)
}

/// The first field in which two requests differ.
pub(crate) fn differing_field<'a>(kept: &'a str, asked: &'a str) -> Option<&'a str> {
    let name = |part: &'a str| part.split(':').next().unwrap_or_default();
    let unknown_to = |other: &'a str| move |part: &&'a str| !other.split(' ').any(|known| known == *part);
    let changed = asked.split(' ').find(unknown_to(kept));
    changed.or_else(|| kept.split(' ').find(unknown_to(asked))).map(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_field_that_differs_also_when_it_was_left_out() {
        let of = |json: Value| digest(&json, None).unwrap();
        let kept = of(serde_json::json!({"user_id": 7, "amount": "100", "order_id": null, "items": []}));
        assert_eq!(differing_field(&kept, &of(serde_json::json!({"user_id": 7, "amount": "100"}))), None);
        assert_eq!(differing_field(&kept, &of(serde_json::json!({"user_id": 7, "amount": "101"}))), Some("amount"));
        assert_eq!(differing_field(&kept, &of(serde_json::json!({"user_id": 7}))), Some("amount"));
    }
}
