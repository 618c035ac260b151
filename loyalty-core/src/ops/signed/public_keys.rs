use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::signing::trusted_keys;
use crate::ops::{Access, Operation};
use crate::value::{PublicKey, SigningKey};

/// Lists the public keys whose codes are good, and the denied ids: what a till needs to check codes offline.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct PublicKeys {}

/// What a till needs to check codes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicKeysReply {
    /// The key that belongs to new codes; null when no secret key is set here.
    pub public_key: Option<String>,
    /// All keys whose codes are good.
    pub public_keys: Vec<String>,
    /// Ids of codes that are no longer good.
    pub denied: Vec<String>,
}

impl Operation for PublicKeys {
    const NAME: &'static str = "public_keys";
    const ACCESS: Access = Access::Pure;
    type Reply = PublicKeysReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<PublicKeysReply> {
        Ok(PublicKeysReply {
            public_key: cx.signing_key.map(SigningKey::public).as_ref().map(PublicKey::to_string),
            public_keys: trusted_keys(cx).iter().map(PublicKey::to_string).collect(),
            denied: cx.programme.signing.denied.clone(),
        })
    }
}
