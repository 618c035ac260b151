//! Which signed codes are good: as written in a programme, and checked.

use serde::Deserialize;

use crate::domain::code::normalize;
use crate::domain::programme::Signing;
use crate::domain::programme_file::field::key;
use crate::value::PublicKey;
use crate::{Error, Result};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Source {
    pub public_keys: Vec<String>,
    pub denied: Vec<String>,
}

pub(crate) fn signing(signing: Source) -> Result<Signing> {
    let keys = signing.public_keys.iter().enumerate().map(|(index, text)| {
        PublicKey::parse(text)
            .map_err(|expected| Error::invalid(&key(&format!("signing.public_keys[{index}]")), expected))
    });
    for (index, id) in signing.denied.iter().enumerate() {
        if normalize(id).is_none_or(|id| id.is_empty()) {
            let expected = format!("must be the id of a signed code, got `{id}`");
            return Err(Error::invalid(&key(&format!("signing.denied[{index}]")), expected));
        }
    }
    Ok(Signing { public_keys: keys.collect::<Result<_>>()?, denied: signing.denied })
}
