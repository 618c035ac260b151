//! The ledger: append-only entries, chained by hashes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::value::{EntryId, Instant, Money, OrderId, Points, UserId};

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "a text for each would change the contract; the manual explains them")]
pub enum EntryKind {
    Earn,
    Redeem,
    Expire,
    Bonus,
    Referral,
    Adjustment,
    Reversal,
    Transfer,
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Earn,
        Self::Redeem,
        Self::Expire,
        Self::Bonus,
        Self::Referral,
        Self::Adjustment,
        Self::Reversal,
        Self::Transfer,
    ];

    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Earn => "earn",
            Self::Redeem => "redeem",
            Self::Expire => "expire",
            Self::Bonus => "bonus",
            Self::Referral => "referral",
            Self::Adjustment => "adjustment",
            Self::Reversal => "reversal",
            Self::Transfer => "transfer",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether entries of this kind can make new points.
    #[must_use]
    pub const fn is_credit(self) -> bool {
        matches!(self, Self::Earn | Self::Bonus | Self::Referral | Self::Adjustment)
    }
}

/// The link of the chain: 128 bits of SHA-256 over an entry and the link before.
pub type Link = [u8; 16];

/// The link before a member's first entry.
pub const FIRST_LINK: Link = [0; 16];

/// What hides the texts of a member's entries in their chain: 128 random bits.
pub type Salt = [u8; 16];

/// How many texts an entry has.
const TEXTS: usize = 4;

/// Digests that stand in the chain for the texts of an entry, so that a text can be erased.
pub type Commitments = [u8; TEXTS * COMMITMENT];

const COMMITMENT: usize = 16;

/// An entry as it is stored.
#[derive(Debug, Clone)]
pub struct Entry {
    pub id: EntryId,
    pub user_id: UserId,
    pub kind: EntryKind,
    pub points: Points,
    pub balance_before: Points,
    pub balance_after: Points,
    pub order_id: Option<OrderId>,
    pub reverses: Option<EntryId>,
    /// What the member reads in the history; none where the catalogue says it.
    pub description: Option<String>,
    pub occurred_at: Instant,
    pub recorded_at: Instant,
    /// For credits: when the points end.
    pub expires_at: Option<Instant>,
    pub actor: Option<String>,
    /// The user who acted, if it was not the member.
    pub acted_by: Option<UserId>,
    /// The programme's number in this database.
    pub programme: i64,
    /// The reasons, as JSON.
    pub details: Option<String>,
    /// For purchases: what was paid.
    pub amount: Option<Money>,
    /// The lines of a purchase, as JSON.
    pub items: Option<String>,
    /// How a purchase was settled, as JSON.
    pub settlement: Option<String>,
    pub link: Link,
    /// What the chain has for texts that were erased.
    pub erased: Option<Commitments>,
}

impl Entry {
    /// Whether it gave points of its own.
    #[must_use]
    pub fn is_credit(&self) -> bool {
        self.kind.is_credit() && self.points > Points::ZERO
    }

    /// What it adds to the points ever gained.
    #[must_use]
    pub fn gained(&self) -> i64 {
        let counts = self.is_credit() || (self.kind == EntryKind::Reversal && self.points < Points::ZERO);
        if counts { self.points.get() } else { 0 }
    }

    /// The link of this entry after the link `before`.
    ///
    /// It covers the numbers, and a salted digest of each text in place of the text: a text can be erased together with
    /// the salt, and the chain still holds.
    #[must_use]
    pub fn chain(&self, before: &Link, salt: Option<&Salt>) -> Link {
        let mut hash = Sha256::new();
        hash.update(before);
        for number in [
            self.id.get(),
            self.user_id.get(),
            self.points.get(),
            self.balance_before.get(),
            self.balance_after.get(),
            self.reverses.map_or(0, EntryId::get),
            self.occurred_at.micros(),
            self.recorded_at.micros(),
            self.expires_at.map_or(0, Instant::micros),
            self.programme,
            self.acted_by.map_or(0, UserId::get),
            self.amount.map_or(-1, Money::get),
        ] {
            hash.update(number.to_be_bytes());
        }
        let order = self.order_id.as_ref().map_or("", OrderId::as_str);
        for text in [self.kind.word(), order, self.settlement.as_deref().unwrap_or("")] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        hash.update(self.commitments(salt));
        first_bytes(hash)
    }

    /// What the chain has for the texts: for each a digest, or zeros for a text that was never there.
    #[must_use]
    pub fn commitments(&self, salt: Option<&Salt>) -> Commitments {
        let mut all = self.erased.unwrap_or([0; TEXTS * COMMITMENT]);
        for (number, (place, text)) in (0_u8..).zip(all.chunks_exact_mut(COMMITMENT).zip(self.texts())) {
            if let Some(text) = text {
                let mut hash = Sha256::new();
                hash.update(salt.unwrap_or(&[0; 16]));
                hash.update([number]);
                hash.update(text);
                let commitment: [u8; COMMITMENT] = first_bytes(hash);
                place.copy_from_slice(&commitment);
            }
        }
        all
    }

    /// Whether some text is stored, for which the chain needs a salt.
    #[must_use]
    pub fn has_texts(&self) -> bool {
        self.texts().iter().any(Option::is_some)
    }

    fn texts(&self) -> [Option<&str>; TEXTS] {
        [self.description.as_deref(), self.actor.as_deref(), self.details.as_deref(), self.items.as_deref()]
    }
}

fn first_bytes<const BYTES: usize>(hash: Sha256) -> [u8; BYTES] {
    let mut first = [0; BYTES];
    for (to, from) in first.iter_mut().zip(hash.finalize()) {
        *to = from;
    }
    first
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            id: EntryId::stored(4_194_305),
            user_id: UserId::stored(7),
            kind: EntryKind::Bonus,
            points: Points::stored(5),
            balance_before: Points::ZERO,
            balance_after: Points::stored(5),
            order_id: None,
            reverses: None,
            description: Some("Para Ana Soto".to_owned()),
            occurred_at: Instant::stored(1),
            recorded_at: Instant::stored(1),
            expires_at: None,
            actor: Some("caja 3".to_owned()),
            acted_by: None,
            programme: 1,
            details: None,
            amount: None,
            items: None,
            settlement: None,
            link: FIRST_LINK,
            erased: None,
        }
    }

    #[test]
    fn the_chain_holds_when_texts_and_salt_are_erased_and_only_then() {
        let salt = [9; 16];
        let whole = entry();
        let link = whole.chain(&FIRST_LINK, Some(&salt));
        let erased = Some(whole.commitments(Some(&salt)));
        let blank = Entry { description: None, actor: None, erased, ..whole.clone() };
        assert_eq!(blank.chain(&FIRST_LINK, None), link);
        assert_ne!(Entry { description: None, ..whole.clone() }.chain(&FIRST_LINK, Some(&salt)), link);
        assert_ne!(whole.chain(&FIRST_LINK, Some(&[8; 16])), link);
        let swapped = Entry { description: whole.actor.clone(), actor: whole.description.clone(), ..whole };
        assert_ne!(swapped.chain(&FIRST_LINK, Some(&salt)), link);
    }
}
