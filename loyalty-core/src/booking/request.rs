//! A request as digests of its fields: enough to distinguish a repeat from another request, without the data itself.

use std::borrow::Cow;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::booking::cx::Cx;
use crate::booking::fields::{Field, fields};
use crate::value::{DigestKey, Instant, UserId, fingerprint, same_name};
use crate::{Error, Result};

/// Bytes that tell which field a digest is of, and bytes of the digest.
const NAME: usize = 2;
const DIGEST: usize = 4;
const FIELD: usize = NAME + DIGEST;

/// The digests of a request that is being answered, and the names of its fields.
#[derive(Debug, Default)]
pub(crate) struct Request {
    bytes: Vec<u8>,
    names: Vec<Cow<'static, str>>,
    user_id: Option<UserId>,
}

impl Request {
    /// The user that the request names.
    pub(crate) const fn user_id(&self) -> Option<UserId> {
        self.user_id
    }

    /// The digests, as they are stored: for each argument that was given, in the order of the contract.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name of a field by the bytes that stand for it.
    fn name(&self, bytes: &[u8]) -> &str {
        let of_field = bytes.get(..NAME);
        let name = self.names.iter().find(|name| of_field == Some(name_bytes(name).as_slice()));
        name.map_or("arguments", |name| name)
    }
}

/// The digests of a request.
///
/// # Errors
/// `internal`, when a request cannot be written as JSON.
pub(crate) fn digest(cx: &Cx<'_>, request: &impl Serialize) -> Result<Request> {
    digest_by_names(cx, request, &[])
}

/// The same for a request whose fields are changed first, at a moment that was given.
///
/// # Errors
/// `internal`, when a request cannot be written as JSON.
pub(crate) fn digest_with(
    cx: &Cx<'_>,
    request: &impl Serialize,
    at: Option<Instant>,
    change: impl FnOnce(&mut Vec<Field>),
) -> Result<Request> {
    let mut fields = fields_of(request, at)?;
    change(&mut fields);
    Ok(of_fields(cx.digests()?, fields))
}

/// The same for a request in which some arguments are names: they are compared as [`same_name`] does.
///
/// # Errors
/// `internal`, when a request cannot be written as JSON.
pub(crate) fn digest_by_names(cx: &Cx<'_>, request: &impl Serialize, names: &[&str]) -> Result<Request> {
    let mut fields = fields_of(request, cx.given_at)?;
    for field in fields.iter_mut().filter(|field| names.contains(&&*field.name)) {
        if let Ok(Value::String(text)) = serde_json::from_slice(&field.json) {
            field.json = Value::from(same_name(&text)).to_string().into_bytes();
        }
    }
    Ok(of_fields(cx.digests()?, fields))
}

fn fields_of(request: &impl Serialize, at: Option<Instant>) -> Result<Vec<Field>> {
    let mut fields = fields(request).map_err(Error::internal)?;
    if let Some(at) = at {
        fields.push(Field { name: Cow::Borrowed("at"), json: at.micros().to_string().into_bytes() });
    }
    Ok(fields)
}

fn of_fields(key: &DigestKey, fields: Vec<Field>) -> Request {
    let mut request = Request { bytes: Vec::with_capacity(fields.len() * FIELD), ..Request::default() };
    for found in fields {
        if !found.is_absent() {
            request.bytes.extend(field(key, &found.name, &found.json));
        }
        if found.name == "user_id" {
            let number = serde_json::from_slice::<i64>(&found.json).ok();
            request.user_id = number.and_then(|number| UserId::new(number).ok());
        }
        request.names.push(found.name);
    }
    request
}

/// Which field a digest is of. It depends on the name alone, so that it is the same in every database.
fn name_bytes(name: &str) -> [u8; NAME] {
    fingerprint(name)
}

fn field(key: &DigestKey, name: &str, json: &[u8]) -> [u8; FIELD] {
    let digest: [u8; DIGEST] = key.digest(&[name.as_bytes(), json]);
    let mut bytes = [0; FIELD];
    for (byte, from) in bytes.iter_mut().zip(name_bytes(name).into_iter().chain(digest)) {
        *byte = from;
    }
    bytes
}

/// Whether the digests belong to a request with this value of a field.
pub(crate) fn is_of(key: &DigestKey, digests: &[u8], name: &str, value: &Value) -> bool {
    let mut fields = digests.chunks(FIELD);
    if is_absent(value) {
        return fields.all(|kept| !kept.starts_with(&name_bytes(name)));
    }
    let wanted = field(key, name, value.to_string().as_bytes());
    fields.any(|kept| *kept == wanted)
}

/// An omitted argument equals its empty default.
fn is_absent(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}

/// Makes sure that a repeat is of the request that was answered. Digests that were erased fit every request.
///
/// # Errors
/// `idempotency_conflict` with the first field that differs.
pub(crate) fn same_request(kept: &[u8], asked: &Request, key: &str) -> Result<()> {
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

/// Whether a request is the one with these digests. Digests that were erased fit every request.
pub(crate) fn is_repeat(kept: &[u8], asked: &Request) -> bool {
    differing_field(kept, asked).is_none()
}

/// The first field in which a request differs from the one that was answered.
fn differing_field<'a>(kept: &[u8], asked: &'a Request) -> Option<&'a str> {
    if kept.is_empty() {
        return None;
    }
    let unknown_to = |other: &'a [u8]| move |part: &&[u8]| !other.chunks(FIELD).any(|known| known == *part);
    let changed = asked.bytes.chunks(FIELD).find(|part| !kept.chunks(FIELD).any(|known| known == *part));
    let differing = changed.or_else(|| kept.chunks(FIELD).find(unknown_to(&asked.bytes)));
    differing.map(|part| asked.name(part))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn of(json: Value) -> Request {
        of_fields(&DigestKey::of(None, &[7; 16]), fields(&json).unwrap())
    }

    #[test]
    fn names_the_field_that_differs_also_when_it_was_left_out() {
        let kept = of(serde_json::json!({"user_id": 7, "amount": "100", "order_id": null, "items": []}));
        let differing = |json: Value| differing_field(kept.bytes(), &of(json)).map(str::to_owned);
        assert_eq!(differing(serde_json::json!({"user_id": 7, "amount": "100"})), None);
        assert_eq!(differing(serde_json::json!({"user_id": 7, "amount": "101"})).as_deref(), Some("amount"));
        assert_eq!(differing(serde_json::json!({"user_id": 7, "amount": null})).as_deref(), Some("amount"));
        let without = of(serde_json::json!({"user_id": 7}));
        assert_eq!(differing_field(&[], &without), None, "digests that were erased");
        assert_eq!(kept.bytes().len(), 2 * FIELD);
    }

    #[test]
    fn no_two_fields_of_an_operation_share_their_bytes() {
        for operation in crate::ops::describe::all() {
            let mut known: BTreeMap<[u8; NAME], &str> = BTreeMap::new();
            for name in operation.params.iter().map(|param| param.name.as_str()) {
                assert_eq!(known.insert(name_bytes(name), name), None, "{}.{name}", operation.name);
            }
        }
    }
}
