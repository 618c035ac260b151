//! What is found in old data, and what happens to it.

use std::collections::BTreeMap;

use serde::Serialize;

/// Most users that a finding lists.
const EXAMPLES: usize = 10;

/// Something about the old data that an operator should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each says what becomes of it")]
pub enum Finding {
    BalanceDiffersFromLedger,
    BrokenChain,
    NegativeBalance,
    NegativeEarn,
    NoPerson,
    UnusableUserId,
    UnknownTier,
    SharedEmail,
    UnusableEmail,
    ChangedName,
    OrderCreditedTwice,
    OrderOfAnother,
    OrderWithoutPurchase,
    OrderCancelled,
    MoneyRounded,
    CountersRaised,
    RewardGone,
    TierRaised,
    EntriesOfNobody,
    RedemptionsOfNobody,
    OtherTierTable,
    RewardReadAsItem,
    RewardWithoutMaximum,
    RewardDiffers,
    RewardOfUnknownTier,
}

impl Finding {
    /// What happens to it.
    #[must_use]
    pub const fn done(self) -> &'static str {
        match self {
            Self::BalanceDiffersFromLedger => "the old balance is used, not the sum of the old entries",
            Self::BrokenChain => "the old entries stay as they are in the old table",
            Self::NegativeBalance => "owed: later points repay it (`--forgive-debt` makes it 0)",
            Self::NegativeEarn => "subtracted from the points earned in a lifetime",
            Self::NoPerson => "a member without name and e-mail",
            Self::UnusableUserId => "not imported: an id must be above 0",
            Self::UnknownTier => "the first tier of the programme, or what the points give",
            Self::SharedEmail => "removed from all who share it, because it must identify one member",
            Self::UnusableEmail => "left out",
            Self::ChangedName => "characters that no name may have are left out; a name that is too long is cut",
            Self::OrderCreditedTwice => "all its points are kept, and go back together with a refund",
            Self::OrderOfAnother => "the points are kept, the order is the other's",
            Self::OrderWithoutPurchase => "known with an amount of 0, so that it never earns again",
            Self::OrderCancelled => "its points are kept; `refund_order` takes them back",
            Self::MoneyRounded => "half up to the currency's smallest unit",
            Self::CountersRaised => "visits and money are those of the purchases",
            Self::RewardGone => "the redemption stays in the old table only",
            Self::TierRaised => "the points earned in a lifetime give a higher tier, which applies",
            Self::EntriesOfNobody | Self::RedemptionsOfNobody => "left in the old table",
            Self::OtherTierTable => "the thresholds of the programme apply",
            Self::RewardReadAsItem => "100 % becomes one free item, not the whole order",
            Self::RewardWithoutMaximum => "a percentage of the whole order, however large: set its `max_discount`",
            Self::RewardDiffers => "a reward of this name has other terms here: see `rewards`",
            Self::RewardOfUnknownTier => "switched off until staff give it a tier",
        }
    }
}

/// How often something was found, and for whom.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Found {
    /// How often.
    pub count: u64,
    /// The first users.
    pub users: Vec<i64>,
}

/// All findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Findings(BTreeMap<Finding, Found>);

impl Findings {
    /// Notes a finding about a user; 0 for none.
    pub(super) fn note(&mut self, finding: Finding, user_id: i64) {
        self.note_many(finding, user_id, 1);
    }

    /// Notes several of a kind.
    pub(super) fn note_many(&mut self, finding: Finding, user_id: i64, count: u64) {
        if count == 0 {
            return;
        }
        let found = self.0.entry(finding).or_default();
        found.count = found.count.saturating_add(count);
        if user_id != 0 && found.users.len() < EXAMPLES && !found.users.contains(&user_id) {
            found.users.push(user_id);
        }
    }

    /// Each finding, in a fixed order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Finding, &Found)> {
        self.0.iter().map(|(finding, found)| (*finding, found))
    }
}
