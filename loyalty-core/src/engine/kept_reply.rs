//! What of a reply is kept under a key.

use serde_json::Value;

use crate::ops::Operation;
use crate::{Error, Result};

/// A reply as it is kept: without secrets and the fields that say who the member is. A repeat reads these anew.
pub(super) fn without_person<O: Operation>(reply: &O::Reply) -> Result<String> {
    let mut kept = serde_json::to_value(reply).map_err(Error::internal)?;
    O::PERSONAL.iter().for_each(|field| blank(&mut kept, field));
    Ok(kept.to_string())
}

/// Empties a field; one after a dot is that of each item of a list.
fn blank(reply: &mut Value, field: &str) {
    match field.split_once('.') {
        Some((list, field)) => {
            let items = reply.get_mut(list).and_then(Value::as_array_mut);
            items.into_iter().flatten().for_each(|item| blank(item, field));
        }
        None => {
            if let Some(value) = reply.get_mut(field) {
                *value = Value::Null;
            }
        }
    }
}
