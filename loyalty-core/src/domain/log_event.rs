//! What is told of: the kinds of the event log.

use serde_json::{Map, Value};

use super::ledger::EntryKind;
use crate::value::{EntryId, Instant, Points, UserId};

macro_rules! kinds {
    ($($name:ident = $code:literal $word:literal,)*) => {
        /// A kind of event. Its code is stored and its word is the contract: neither changes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum LogKind {
            $($name = $code,)*
        }

        impl LogKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its word.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }
        }
    };
}

kinds! {
    PointsEarned = 1 "points.earned",
    PointsRedeemed = 2 "points.redeemed",
    PointsReversed = 3 "points.reversed",
    PointsExpired = 4 "points.expired",
    PointsAdjusted = 5 "points.adjusted",
    PointsTransferred = 6 "points.transferred",
    PointsHeld = 7 "points.held",
    PointsReleased = 8 "points.released",
    MemberEnrolled = 20 "member.enrolled",
    MemberUpdated = 21 "member.updated",
    MemberMerged = 22 "member.merged",
    MemberBlocked = 23 "member.blocked",
    MemberUnblocked = 24 "member.unblocked",
    TierChanged = 30 "tier.changed",
    RewardRedeemed = 40 "reward.redeemed",
    RewardCancelled = 41 "reward.cancelled",
    RewardSaved = 42 "reward.saved",
    CouponIssued = 50 "coupon.issued",
    CouponUsed = 51 "coupon.used",
    CouponHeld = 52 "coupon.held",
    CouponReleased = 53 "coupon.released",
    CouponDeactivated = 54 "coupon.deactivated",
    CouponBatchIssued = 55 "coupon.batch_issued",
    GiftCardIssued = 60 "gift_card.issued",
    GiftCardUsed = 61 "gift_card.used",
    GiftCardReleased = 62 "gift_card.released",
    GiftCardToppedUp = 63 "gift_card.topped_up",
    GiftCardStopped = 64 "gift_card.stopped",
    StampGiven = 70 "stamp.given",
    StampTakenBack = 71 "stamp.taken_back",
    StampRewardUsed = 72 "stamp.reward_used",
    ReferralJoined = 80 "referral.joined",
    ReferralCompleted = 81 "referral.completed",
    ReferralReversed = 82 "referral.reversed",
    ReferralEnded = 83 "referral.ended",
    EventRecorded = 90 "event.recorded",
    ConsentChanged = 100 "consent.changed",
    MessageSent = 110 "message.sent",
    MessageFailed = 111 "message.failed",
    CampaignReached = 120 "campaign.reached",
    CampaignChanged = 121 "campaign.changed",
    WebhookTest = 130 "webhook.test",
    WebhookDisabled = 131 "webhook.disabled",
}

impl LogKind {
    /// The stored code.
    #[must_use]
    pub const fn code(self) -> i64 {
        self as i64
    }

    /// The kind with this stored code.
    #[must_use]
    pub fn of_code(code: i64) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.code() == code)
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// How an entry is told. Those of a hold are told as what they are by the hold.
    #[must_use]
    pub fn of_entry(kind: EntryKind, points: Points) -> Self {
        match kind {
            EntryKind::Earn | EntryKind::Bonus | EntryKind::Referral => Self::PointsEarned,
            EntryKind::Redeem => Self::PointsRedeemed,
            EntryKind::Expire => Self::PointsExpired,
            EntryKind::Adjustment => Self::PointsAdjusted,
            EntryKind::Reversal if points > Points::ZERO => Self::PointsReleased,
            EntryKind::Reversal => Self::PointsReversed,
            EntryKind::Transfer => Self::PointsTransferred,
        }
    }
}

/// What is said of an event besides its kind: ids, numbers and words; no name, address, free text or whole code.
pub type LogData = Map<String, Value>;

/// An event before it has its number.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEvent {
    /// Its kind.
    pub kind: LogKind,
    /// Whose it is; none for the shop alone.
    pub user_id: Option<UserId>,
    /// The ledger entry that tells the rest.
    pub entry: Option<EntryId>,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// When it happened.
    pub occurred_at: Instant,
    /// What no entry tells.
    pub data: LogData,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_code_and_a_word_of_its_own() {
        for kind in LogKind::ALL {
            assert_eq!(LogKind::of_code(kind.code()), Some(*kind));
            assert_eq!(LogKind::parse(kind.word()), Some(*kind));
        }
    }
}
