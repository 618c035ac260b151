//! Keys for signed codes (Ed25519). The secret key comes from a file that the operator keeps; it is never stored or
//! shown.

use super::hex;
use ed25519_dalek::{Signature, Signer as _};

use super::Entropy;
use crate::{Error, Result};

/// Bytes of a signature.
pub const SIGNATURE: usize = 64;
/// Every signed text begins with this, so that the engine's signatures are valid for nothing else.
const PURPOSE: &[u8] = b"loyalty signed code 1\n";

/// A secret key.
///
/// ```
/// use loyalty_core::value::SigningKey;
/// let key = SigningKey::parse(&"07".repeat(32))?;
/// assert_eq!(key.secret(), "07".repeat(32));
/// assert_eq!(format!("{key:?}"), "SigningKey(..)");
/// # Ok::<(), loyalty_core::Error>(())
/// ```
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

/// A public key: all that a till needs to check codes.
///
/// ```
/// use loyalty_core::value::{Entropy, PublicKey, SigningKey};
/// let secret = SigningKey::generate(&mut Entropy::from_seed([7; 32]));
/// let public = PublicKey::parse(&secret.public().to_string()).unwrap();
/// assert!(public.verifies(b"a code", &secret.sign(b"a code")));
/// assert!(!public.verifies(b"another", &secret.sign(b"a code")));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(ed25519_dalek::VerifyingKey);

impl SigningKey {
    /// A new key.
    pub fn generate(entropy: &mut Entropy) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(&entropy.bytes()))
    }

    /// Reads a key: 64 hexadecimal digits; surrounding spaces are ignored.
    ///
    /// # Errors
    /// `invalid`; the message never repeats what was read.
    pub fn parse(text: &str) -> Result<Self> {
        let bytes = from_hex(text.trim());
        bytes.map(|bytes| Self(ed25519_dalek::SigningKey::from_bytes(&bytes))).ok_or_else(|| {
            Error::invalid("signing_key", "must be a file with 64 hexadecimal digits, as `generate_signing_key` makes")
        })
    }

    /// The key for its file. Keep it secret.
    #[must_use]
    pub fn secret(&self) -> String {
        hex(self.0.as_bytes())
    }

    /// The public key, with which tills check codes.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs bytes.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; SIGNATURE] {
        self.0.sign(&[PURPOSE, bytes].concat()).to_bytes()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

impl PublicKey {
    /// Reads a key: 64 hexadecimal digits.
    ///
    /// # Errors
    /// What was expected, in words.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let key = from_hex(text.trim()).and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok());
        key.map(Self).ok_or_else(|| {
            let shown: String = text.chars().take(80).collect();
            format!("must be a public key of 64 hexadecimal digits, got `{shown}`")
        })
    }

    /// Whether the bytes were signed with the secret key that belongs to this one.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &[u8; SIGNATURE]) -> bool {
        self.0.verify_strict(&[PURPOSE, bytes].concat(), &Signature::from_bytes(signature)).is_ok()
    }
}

impl std::fmt::Display for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(self.0.as_bytes()))
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let halves: Option<Vec<u8>> = text.chars().map(|sign| sign.to_digit(16)?.try_into().ok()).collect();
    let halves = halves.filter(|halves| halves.len() == 64)?;
    let bytes = halves.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, half| (byte << 4) | half));
    bytes.collect::<Vec<u8>>().try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_test_of_rfc_8032_gives_its_public_key() {
        let key = SigningKey::parse("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n").unwrap();
        assert_eq!(key.public().to_string(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        assert_eq!(SigningKey::parse(&key.secret()).unwrap().public(), key.public());
    }

    #[test]
    fn a_wrong_key_is_not_repeated_in_the_error_nor_a_right_one_in_debug() {
        let error = SigningKey::parse("9d61b19deffd5a60 hunter2").unwrap_err();
        assert!(!format!("{error:?}").contains("hunter2"));
        let key = SigningKey::generate(&mut Entropy::from_seed([3; 32]));
        assert_eq!(format!("{key:?}"), "SigningKey(..)");
        for bad in ["", "00", &"g".repeat(64), &"0".repeat(63), &"é".repeat(32)] {
            assert!(SigningKey::parse(bad).is_err() && PublicKey::parse(bad).is_err(), "{bad}");
        }
    }
}
