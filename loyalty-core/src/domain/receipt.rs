//! What is kept of the first answer to an `earn_points`, besides what its entry says: with both, a repeat gets the same
//! answer for ever.
//!
//! This is a stored form: places and names are only ever added, with a default.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::value::{EntryId, OrderId};

/// The first answer, as a list: the visit, what is missing to the next tier, the place of the tier; then what is not
/// usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptReceipt(
    /// Number of the member's visit, from 1.
    pub i64,
    /// What was missing to reach the next tier.
    pub i64,
    /// Place of the tier whose rate applied, in the programme of the entry: 0 is the first tier.
    pub usize,
    #[serde(default, skip_serializing_if = "Unusual::is_none")] pub Unusual,
);

/// What an answer says that cannot be seen in most entries.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unusual {
    /// The tier before, when it is not the one whose rate applied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The tier after, when it is not the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The balance in the answer, when it is not that of the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub balance: Option<i64>,
    /// The points of the order, when an entry for more than the order booked them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// When the points end, in microseconds, 0 for never: when it is not the end in the entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends: Option<i64>,
    /// The redemptions that were made at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub redeemed: Vec<i64>,
    /// The segments named by rules that the member was in: the order is judged by them again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<String>,
}

impl Unusual {
    fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

impl KeptReceipt {
    /// Number of the member's visit.
    #[must_use]
    pub const fn visit(&self) -> i64 {
        self.0
    }

    /// What was missing to reach the next tier.
    #[must_use]
    pub const fn missing(&self) -> i64 {
        self.1
    }

    /// Place of the tier whose rate applied.
    #[must_use]
    pub const fn place(&self) -> usize {
        self.2
    }

    /// What is not usual.
    #[must_use]
    pub const fn unusual(&self) -> &Unusual {
        &self.3
    }

    /// The segments named by rules that the member was in.
    #[must_use]
    pub fn segments(&self) -> &[String] {
        &self.3.segments
    }

    /// The tier before; `tier` is the one whose rate applied.
    #[must_use]
    pub fn tier_before<'a>(&'a self, tier: &'a str) -> &'a str {
        self.3.before.as_deref().unwrap_or(tier)
    }

    /// The tier after.
    #[must_use]
    pub fn tier_after<'a>(&'a self, tier: &'a str) -> &'a str {
        self.3.after.as_deref().unwrap_or_else(|| self.tier_before(tier))
    }
}

/// How many bytes seal a receipt.
const SEAL: usize = 4;

/// The digests of the arguments, followed by the seal over them and the receipt of an order: a byte that changes in
/// either is seen.
#[must_use]
pub fn sealed(request: &[u8], receipt: &str, (entry, order): (EntryId, &OrderId)) -> Vec<u8> {
    let mut hash = Sha256::new();
    hash.update(entry.get().to_be_bytes());
    for part in [order.as_str().as_bytes(), request, receipt.as_bytes()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    request.iter().copied().chain(hash.finalize().into_iter().take(SEAL)).collect()
}

/// The digests of the arguments, without the seal.
#[must_use]
pub fn unsealed(request: &[u8]) -> &[u8] {
    request.get(..request.len().saturating_sub(SEAL)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_usual_receipt_is_three_places_and_an_unusual_one_comes_back_whole() {
        let usual = KeptReceipt(3, 986, 0, Unusual::default());
        assert_eq!(serde_json::to_string(&usual).unwrap(), "[3,986,0]");
        assert_eq!(serde_json::from_str::<KeptReceipt>("[3,986,0]").unwrap(), usual);
        let unusual = Unusual { after: Some("silver".to_owned()), redeemed: vec![7], ..Unusual::default() };
        let unusual = KeptReceipt(3, 0, 0, unusual);
        let text = serde_json::to_string(&unusual).unwrap();
        assert_eq!(text, r#"[3,0,0,{"after":"silver","redeemed":[7]}]"#);
        assert_eq!(serde_json::from_str::<KeptReceipt>(&text).unwrap(), unusual);
        assert_eq!((unusual.tier_before("bronze"), unusual.tier_after("bronze")), ("bronze", "silver"));
    }

    #[test]
    fn the_seal_depends_on_every_byte() {
        let of = |entry: i64, order: &str, request: &[u8], receipt: &str| {
            sealed(request, receipt, (EntryId::stored(entry), &OrderId::new(order).unwrap()))
        };
        let first = of(7, "A-1", b"abcdef", "[1,2]");
        assert_eq!(unsealed(&first), b"abcdef");
        let others = [
            of(8, "A-1", b"abcdef", "[1,2]"),
            of(7, "A-2", b"abcdef", "[1,2]"),
            of(7, "A-1", b"abcdeg", "[1,2]"),
            of(7, "A-1", b"abcdef", "[1,3]"),
            of(7, "A-1", b"abcdef[", "1,2]"),
        ];
        for other in others {
            assert_ne!(other.last_chunk::<SEAL>(), first.last_chunk::<SEAL>());
        }
    }
}
