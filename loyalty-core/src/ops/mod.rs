//! The operations: each a struct whose fields are the arguments, with `run` as the flow: read, decide, write.

mod admin;
mod code;
mod coupon;
pub mod describe;
mod gift_card;
mod guest_message;
mod member;
mod outbox;
mod payment;
mod points;
mod qr;
mod referral;
mod reward;
mod signed;
mod simulation;
mod stamp;
mod table;
mod tier;

use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

use crate::Result;

pub use crate::booking::coupon_reply::{AppliedCode, CouponReply, LineDiscount, RejectedCode};
pub use crate::booking::cx::Cx;
pub use crate::booking::sold_cards::StoppedGiftCard;
pub use admin::{
    AllocateRevenue, Health, HealthCheck, HealthReport, HealthStatus, LintProgram, Linted, Problem, RevenueReply,
    Verified, Verify,
};
pub use code::{CheckCode, CheckedCode, GenerateCode, GeneratedCode};
pub use coupon::{
    BatchCode, BestOffers, BestOffersReply, CouponBatch, CouponBatchPage, CouponHeld, CouponUsed, CouponVerdict,
    Coupons, CouponsReply, CouponsUsed, CouponsVerdict, DeactivateCoupon, Deactivated, GenerateCoupons,
    GenerateDiscountCode, GeneratedCoupons, GeneratedDiscountCode, HoldCoupon, KeptUse, LeftOffer, OfferKind,
    ReleaseCoupon, Released, UseCoupon, UseCoupons, UsedOffer, ValidateCoupon, ValidateCoupons,
};
pub use gift_card::{
    CreateGiftCard, CreatedGiftCard, GiftCard, GiftCardEntryReply, GiftCardReleased, GiftCardReply, GiftCardStopped,
    GiftCardUsed, GiftCardVerdict, ReleaseGiftCard, ReleasedGiftCard, StopGiftCard, TopUpGiftCard, ToppedUpGiftCard,
    UseGiftCard,
};
pub use guest_message::{GuestMessage, GuestMessageReply};
pub use member::{
    Enroll, Enrolled, FindMember, Found, ImportMember, Imported, ImportedClaim, ImportedEntry, ImportedOrder,
    ImportedRedemption, MergeMembers, Merged, Profile, ProfileReply, UpdateMember, Updated,
};
pub use outbox::{Drain, Drained, FailedPurchase};
pub use payment::{
    CancelOrder, KeptRedemption, OrderCancelled, Paid, PayWithPoints, PaymentQuote, PaymentReleased, QuotePayment,
    ReleasePayment, StampsTaken,
};
pub use points::{
    AmendOrder, Amended, CaptureHold, Captured, CouponBack, EarnPoints, EventReply, ExpirePoints, Expired,
    ExpiringPoints, ExpiringReply, Explain, Explanation, ExtendPoints, Extended, GiftCardBack, Held, HoldPoints,
    LotChange, NextExpiry, PaidBack, Points, PointsReply, Quote, QuotePoints, QuoteRefund, Receipt, RecordEvent,
    RecordTransaction, RecordType, Recorded, RefundOrder, RefundQuote, Refunded, ReinstatePoints, Reinstated,
    ReleasePoints, ReleasedPoints, Transaction, Transactions, TransactionsPage, TransferPoints, Transferred, VoidHold,
    Voided,
};
pub use qr::{QrCode, QrCodeReply, QrFormat, QrKind, ReadKind, ReadQr, ReadQrReply};
pub use referral::{
    GenerateReferral, GeneratedReferral, ReferralReply, Referrals, ReferralsReply, ResolveReferral, ResolvedReferral,
    UseReferral, UsedReferral,
};
pub use reward::{
    AutoRedeem, AutoRedeemed, CancelRedemption, Cancelled, RedeemReward, Redeemed, ReleaseReward, ReservationReleased,
    ReserveReward, Reserved, RewardReply, Rewards, RewardsReply, SaveReward, SavedReward,
};
pub use signed::{
    CheckSignedCoupon, CheckedSignedCoupon, GenerateSigningKey, GeneratedSigningKey, PublicKeys, PublicKeysReply,
    SignCoupon, SignedCouponReply,
};
pub use simulation::{Changed, Simulate, Simulated, TierMove};
pub use stamp::{
    GoneStampCard, SignStamp, SignedStampReply, Stamp, StampCardReply, StampCards, StampCardsReply, StampRewardKind,
    StampRewardUsed, StampTokenKind, Stamped, UseStampReward,
};
pub use table::{Visitor, visit_all};
pub use tier::{
    CalculateScore, CheckTierUpgrade, HandMode, ReviewTiers, ScoreReply, SetTier, TierBenefits, TierBenefitsReply,
    TierChange, TierCheck, TierFor, TierForReply, TierHistory, TierHistoryReply, TierOutlook, TierOutlookReply,
    TierProgress, TierProgressReply, TierReply, Tiers, TiersReply, TiersReviewed, UserScore, UserScoreReply,
};

/// What an operation needs of the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: it answers from its arguments and the programme.
    Pure,
    /// A snapshot to read from.
    Read,
    /// The same where there is a database, and one in memory where there is none.
    ReadIfAny,
    /// A transaction. Commands take `at`, `key` and `actor` besides their own arguments.
    Write,
}

/// An operation: one entry of the contract, under one name on every surface.
pub trait Operation: Serialize + DeserializeOwned + JsonSchema {
    /// The name, as in `loyalty_<name>` and `loyalty_call(…, "<name>", …)`.
    const NAME: &'static str;
    /// What it needs of the store.
    const ACCESS: Access;
    /// Arguments that are names and part of the natural key: a repeat may write them in other case, or with other blanks.
    const NAMES: &'static [&'static str] = &[];
    /// The answer.
    type Reply: Serialize + DeserializeOwned + JsonSchema;

    /// Reads, decides and writes. Any error rolls everything back.
    ///
    /// # Errors
    /// Those of the contract.
    fn run(&self, cx: &mut Cx<'_>) -> Result<Self::Reply>;

    /// What makes a repeat of this very call the same act, when the caller gives no key.
    ///
    /// It is recorded on success only. `earn_points` keeps its own record, the order.
    fn natural_key(&self) -> Option<String> {
        None
    }

    /// Whether the act that a kept answer tells of still stands. Once it was undone the answer is not given again, for
    /// it would promise what is gone.
    ///
    /// # Errors
    /// `unavailable` when the database fails.
    fn stands(&self, _: &mut Cx<'_>, _: &Self::Reply) -> Result<bool> {
        Ok(true)
    }

    /// Whether the caller says that what was undone is to be done again.
    fn reopens(&self) -> bool {
        false
    }
}
