use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::ops::{Access, Operation};
use crate::value::SigningKey;

/// Makes a pair of keys for signed codes. Needs no database, and stores nothing.
///
/// Write `signing_key` into a file that only the server can read and name it in the setting `signing_key`. Put
/// `public_key` into the programme (`signing.public_keys`), where every till finds it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct GenerateSigningKey {}

/// A pair of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedSigningKey {
    /// The secret key: 64 hexadecimal digits.
    pub signing_key: String,
    /// The public key: 64 hexadecimal digits.
    pub public_key: String,
}

impl Operation for GenerateSigningKey {
    const NAME: &'static str = "generate_signing_key";
    const ACCESS: Access = Access::Pure;
    type Reply = GeneratedSigningKey;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GeneratedSigningKey> {
        let key = SigningKey::generate(cx.entropy);
        Ok(GeneratedSigningKey { signing_key: key.secret(), public_key: key.public().to_string() })
    }
}
