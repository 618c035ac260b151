//! Randomness for codes, from a cryptographic generator.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

/// A ChaCha20 generator.
///
/// The engine seeds it from the operating system, and makes a new one in a forked child, so two processes never share a
/// stream.
///
/// ```
/// use loyalty_core::value::{Entropy, SigningKey};
/// let key = |seed| SigningKey::generate(&mut Entropy::from_seed([seed; 32])).public();
/// assert_eq!(key(1), key(1));
/// assert_ne!(key(1), key(2));
/// ```
#[derive(Clone)]
pub struct Entropy(ChaCha20Rng);

impl Entropy {
    /// A generator with a given seed: the same seed gives the same codes.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }

    /// A random number above zero, in practice unique.
    pub(crate) fn number(&mut self) -> i64 {
        (self.0.next_u64() >> 2).max(1).cast_signed()
    }

    /// Random bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    /// Twelve symbols of five unbiased random bits each.
    pub(crate) fn symbols(&mut self) -> [u8; 12] {
        let mut word = self.0.next_u64();
        std::array::from_fn(|_| {
            let symbol = (word & 31) as u8;
            word >>= 5;
            symbol
        })
    }
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The state would let a reader of a log predict codes.
        f.write_str("Entropy(..)")
    }
}
