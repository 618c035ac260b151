//! What a member is told on their own pages: the kinds, and what is stored of one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::value::{Instant, Locale, UserId};

macro_rules! kinds {
    ($($name:ident $word:literal $link:ident)*) => {
        /// A kind of notice.
        #[allow(missing_docs, reason = "their words say what they are")]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum NoticeKind {
            $($name,)*
        }

        impl NoticeKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its word, which is stored.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// The page that shows more.
            #[must_use]
            pub const fn link(self) -> NoticeLink {
                match self {
                    $(Self::$name => NoticeLink::$link,)*
                }
            }
        }
    };
}

kinds! {
    Welcome "welcome" Card
    PointsEarned "points_earned" History
    BalancePassed "balance_passed" Rewards
    TierUpgraded "tier_upgraded" Card
    TierInDanger "tier_in_danger" Card
    CloseToNextTier "close_to_next_tier" Card
    PointsExpiring "points_expiring" Rewards
    RewardAvailable "reward_available" Rewards
    RewardRedeemed "reward_redeemed" Coupons
    CouponReceived "coupon_received" Coupons
    CouponEnding "coupon_ending" Coupons
    StampsAlmostFull "stamps_almost_full" Stamps
    ReferralJoined "referral_joined" Referrals
    ReferralSuccessful "referral_successful" Referrals
    Birthday "birthday" Coupons
    WeMissYou "we_miss_you" Rewards
    PersonalOffer "personal_offer" Coupons
}

impl NoticeKind {
    /// Reads the word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

/// A page of the shop that shows more about a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLink {
    /// The member's card: tier, progress, points.
    Card,
    /// The points, entry by entry.
    History,
    /// The rewards.
    Rewards,
    /// The member's coupons.
    Coupons,
    /// The stamp cards.
    Stamps,
    /// The member's invitations.
    Referrals,
}

impl NoticeLink {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::History => "history",
            Self::Rewards => "rewards",
            Self::Coupons => "coupons",
            Self::Stamps => "stamps",
            Self::Referrals => "referrals",
        }
    }
}

/// What the shop says in its own words: templates of title and text, by language and name.
pub type OwnWords = BTreeMap<(Locale, String), [String; 2]>;

/// The numbers of a notice, as they are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeData {
    /// Points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<i64>,
    /// How many of something else: purchases, stamps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// A local day, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<i64>,
    /// The words of the shop, for an offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A notice before it has its number. Another with the same kind, subject and period is the same notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeDraft {
    /// Whose it is.
    pub user_id: UserId,
    /// Its kind.
    pub kind: NoticeKind,
    /// What it is about: the id of a tier, a reward, a coupon; may be empty.
    pub subject: String,
    /// The time for which it counts; may be empty for once in a life.
    pub period: String,
    /// Its numbers.
    pub data: NoticeData,
    /// When it is no longer shown.
    pub ends_at: Option<Instant>,
}

impl NoticeDraft {
    /// A notice that comes once for its subject.
    pub fn of(user_id: UserId, kind: NoticeKind, subject: impl Into<String>) -> Self {
        let data = NoticeData::default();
        Self { user_id, kind, subject: subject.into(), period: String::new(), data, ends_at: None }
    }
}
