//! The ledger: append-only entries, chained by hashes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::value::{EntryId, Instant, OrderId, Points, UserId};

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
    pub description: String,
    pub occurred_at: Instant,
    pub recorded_at: Instant,
    /// For credits: when the points end.
    pub expires_at: Option<Instant>,
    pub actor: Option<String>,
    /// The programme's number in this database.
    pub programme: i64,
    /// The reasons, as JSON.
    pub details: Option<String>,
    pub link: Link,
}

impl Entry {
    /// The link of this entry after the link `before`.
    #[must_use]
    pub fn chain(&self, before: &Link) -> Link {
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
        ] {
            hash.update(number.to_be_bytes());
        }
        let order = self.order_id.as_ref().map_or("", OrderId::as_str);
        let texts = [
            self.kind.word(),
            order,
            &self.description,
            self.actor.as_deref().unwrap_or(""),
            self.details.as_deref().unwrap_or(""),
        ];
        for text in texts {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        let digest = hash.finalize();
        let mut link = FIRST_LINK;
        for (to, from) in link.iter_mut().zip(digest) {
            *to = from;
        }
        link
    }
}
