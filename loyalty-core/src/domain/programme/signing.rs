//! Which signed codes are good, as data.

use crate::value::PublicKey;

/// Which signed codes are good.
#[derive(Debug, Clone, Default)]
pub struct Signing {
    /// Keys whose codes are good.
    pub public_keys: Vec<PublicKey>,
    /// Ids of codes that are stopped before their end.
    pub denied: Vec<String>,
}
