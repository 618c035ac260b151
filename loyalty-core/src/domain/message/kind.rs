//! Which messages there are.

/// Whether a message is part of the service, or offers something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageClass {
    /// What a guest must know of the own account.
    Service,
    /// What the shop would like: only with the guest's consent, with a link to stop it and a postal address.
    Promotional,
}

/// A kind of message; its word names its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each variant is its own word")]
pub enum MessageKind {
    Welcome,
    PointsEarned,
    TierUpgraded,
    TierInDanger,
    PointsExpiring,
    RewardRedeemed,
    CouponEnding,
    ReferralSuccessful,
    RewardAvailable,
    Birthday,
    WeMissYou,
    CloseToNextTier,
    PersonalOffer,
    OwnerReport,
}

impl MessageKind {
    /// Every kind.
    pub const ALL: [Self; 14] = [
        Self::Welcome,
        Self::PointsEarned,
        Self::TierUpgraded,
        Self::TierInDanger,
        Self::PointsExpiring,
        Self::RewardRedeemed,
        Self::CouponEnding,
        Self::ReferralSuccessful,
        Self::RewardAvailable,
        Self::Birthday,
        Self::WeMissYou,
        Self::CloseToNextTier,
        Self::PersonalOffer,
        Self::OwnerReport,
    ];

    /// The word that names it in files, in the programme and in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::PointsEarned => "points_earned",
            Self::TierUpgraded => "tier_upgraded",
            Self::TierInDanger => "tier_in_danger",
            Self::PointsExpiring => "points_expiring",
            Self::RewardRedeemed => "reward_redeemed",
            Self::CouponEnding => "coupon_ending",
            Self::ReferralSuccessful => "referral_successful",
            Self::RewardAvailable => "reward_available",
            Self::Birthday => "birthday",
            Self::WeMissYou => "we_miss_you",
            Self::CloseToNextTier => "close_to_next_tier",
            Self::PersonalOffer => "personal_offer",
            Self::OwnerReport => "owner_report",
        }
    }

    /// The kind with this word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Its class.
    #[must_use]
    pub const fn class(self) -> MessageClass {
        match self {
            Self::RewardAvailable | Self::Birthday | Self::WeMissYou | Self::CloseToNextTier | Self::PersonalOffer => {
                MessageClass::Promotional
            }
            _ => MessageClass::Service,
        }
    }
}
