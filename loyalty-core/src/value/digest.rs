//! Digests of what must be compared but not kept: arguments of requests, addresses, devices.
//!
//! They are HMAC-SHA-256 under a key that the shop sets, so that nobody who has only the database can find a telephone
//! number or an address by trying.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::{Error, Result};

/// The shortest secret, in bytes.
const SHORTEST: usize = 16;
/// The longest secret, in bytes.
const LONGEST: usize = 4096;

/// The shop's secret for digests: the content of a file that is not in the database, and not in its backups.
///
/// ```
/// use loyalty_core::value::DigestSecret;
/// assert!(DigestSecret::parse("short").is_err());
/// let secret = DigestSecret::parse("correct horse battery staple")?;
/// assert_eq!(format!("{secret:?}"), "DigestSecret(..)");
/// # Ok::<(), loyalty_core::Error>(())
/// ```
#[derive(Clone)]
pub struct DigestSecret(Vec<u8>);

impl DigestSecret {
    /// Reads a secret: 16 to 4096 bytes; surrounding spaces are ignored.
    ///
    /// # Errors
    /// `invalid`; the message never repeats what was read.
    pub fn parse(text: &str) -> Result<Self> {
        let secret = text.trim().as_bytes();
        if (SHORTEST..=LONGEST).contains(&secret.len()) {
            return Ok(Self(secret.to_vec()));
        }
        let expected = format!("must be a file with {SHORTEST} to {LONGEST} bytes that nobody can guess");
        Err(Error::invalid("digest_key", expected))
    }
}

impl std::fmt::Debug for DigestSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestSecret(..)")
    }
}

/// The random part of the key, which is in the database.
pub(crate) type DigestSalt = [u8; 16];

/// The key of a database's digests.
#[derive(Clone)]
pub(crate) struct DigestKey(Hmac<Sha256>);

impl DigestKey {
    /// The key from the shop's secret, if it has set one, and the database's salt.
    pub(crate) fn of(secret: Option<&DigestSecret>, salt: &DigestSalt) -> Self {
        let secret: &[u8] = secret.map_or(&[], |secret| &secret.0);
        let own: [u8; 32] = first_bytes(keyed(secret), &[salt]);
        Self(keyed(&own))
    }

    /// The first bytes of the digest of some parts: at most 32. Each part is preceded by its length.
    pub(crate) fn digest<const BYTES: usize>(&self, parts: &[&[u8]]) -> [u8; BYTES] {
        first_bytes(self.0.clone(), parts)
    }

    /// What shows whether another key is this one.
    pub(crate) fn check(&self) -> [u8; 8] {
        self.digest(&[b"digest key"])
    }
}

impl std::fmt::Debug for DigestKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DigestKey(..)")
    }
}

/// Bytes of a block of SHA-256: HMAC hashes a longer key first.
const BLOCK: usize = 64;

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    let hashed = Sha256::digest(key);
    let key = if key.len() > BLOCK { hashed.as_slice() } else { key };
    let mut block = [0; BLOCK];
    for (byte, from) in block.iter_mut().zip(key) {
        *byte = *from;
    }
    Hmac::new(&block.into())
}

fn first_bytes<const BYTES: usize>(mut hash: Hmac<Sha256>, parts: &[&[u8]]) -> [u8; BYTES] {
    const { assert!(BYTES <= 32, "an HMAC-SHA-256 has 32 bytes") };
    for part in parts {
        hash.update(&(part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut first = [0; BYTES];
    for (byte, of_digest) in first.iter_mut().zip(hash.finalize().into_bytes()) {
        *byte = of_digest;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_depends_on_secret_salt_and_every_part() {
        let secret = DigestSecret::parse("correct horse battery staple").unwrap();
        let key = DigestKey::of(Some(&secret), &[1; 16]);
        let of = |key: &DigestKey, parts: &[&[u8]]| key.digest::<8>(parts);
        let first = of(&key, &[b"phone", b"+56912345678"]);
        assert_eq!(first, of(&DigestKey::of(Some(&secret), &[1; 16]), &[b"phone", b"+56912345678"]));
        let others = [
            of(&DigestKey::of(None, &[1; 16]), &[b"phone", b"+56912345678"]),
            of(&DigestKey::of(Some(&secret), &[2; 16]), &[b"phone", b"+56912345678"]),
            of(&key, &[b"phone", b"+56912345679"]),
            of(&key, &[b"phone+", b"56912345678"]),
        ];
        assert!(others.iter().all(|other| *other != first));
    }
}
