//! The table of operations: every surface is generated from this list.

use super::*;

/// Something that visits every operation: a surface, a generator, a test.
pub trait Visitor {
    /// Called once for each operation, in the order of the manual.
    fn visit<O: Operation + 'static>(&mut self);
}

/// Passes every operation to a visitor.
pub fn visit_all(visitor: &mut impl Visitor) {
    members_and_points(visitor);
    rewards_and_coupons(visitor);
    tiers_and_codes(visitor);
}

fn members_and_points(visitor: &mut impl Visitor) {
    visitor.visit::<Enroll>();
    visitor.visit::<UpdateMember>();
    visitor.visit::<Profile>();
    visitor.visit::<FindMember>();
    visitor.visit::<MergeMembers>();
    visitor.visit::<ImportMember>();

    visitor.visit::<Points>();
    visitor.visit::<Transactions>();
    visitor.visit::<QuotePoints>();
    visitor.visit::<EarnPoints>();
    visitor.visit::<QuoteRefund>();
    visitor.visit::<RefundOrder>();
    visitor.visit::<AmendOrder>();
    visitor.visit::<Drain>();
    visitor.visit::<RecordEvent>();
    visitor.visit::<RecordTransaction>();
    visitor.visit::<TransferPoints>();
    visitor.visit::<HoldPoints>();
    visitor.visit::<CaptureHold>();
    visitor.visit::<VoidHold>();
    visitor.visit::<ReleasePoints>();
    visitor.visit::<ExtendPoints>();
    visitor.visit::<ReinstatePoints>();
    visitor.visit::<ExpiringPoints>();
    visitor.visit::<ExpirePoints>();
    visitor.visit::<Explain>();
}

fn rewards_and_coupons(visitor: &mut impl Visitor) {
    visitor.visit::<Rewards>();
    visitor.visit::<SaveReward>();
    visitor.visit::<RedeemReward>();
    visitor.visit::<ReserveReward>();
    visitor.visit::<ReleaseReward>();
    visitor.visit::<CancelRedemption>();
    visitor.visit::<AutoRedeem>();

    visitor.visit::<QuotePayment>();
    visitor.visit::<PayWithPoints>();
    visitor.visit::<ReleasePayment>();
    visitor.visit::<CancelOrder>();

    visitor.visit::<GenerateReferral>();
    visitor.visit::<UseReferral>();
    visitor.visit::<Referrals>();
    visitor.visit::<ResolveReferral>();

    visitor.visit::<GenerateDiscountCode>();
    visitor.visit::<GenerateCoupons>();
    visitor.visit::<CouponBatch>();
    visitor.visit::<Coupons>();
    visitor.visit::<ValidateCoupon>();
    visitor.visit::<UseCoupon>();
    visitor.visit::<ValidateCoupons>();
    visitor.visit::<UseCoupons>();
    visitor.visit::<HoldCoupon>();
    visitor.visit::<ReleaseCoupon>();
    visitor.visit::<DeactivateCoupon>();
    visitor.visit::<BestOffers>();

    visitor.visit::<CreateGiftCard>();
    visitor.visit::<GiftCard>();
    visitor.visit::<UseGiftCard>();
    visitor.visit::<ReleaseGiftCard>();
    visitor.visit::<TopUpGiftCard>();
    visitor.visit::<StopGiftCard>();

    visitor.visit::<Stamp>();
    visitor.visit::<StampCards>();
    visitor.visit::<UseStampReward>();
    visitor.visit::<SignStamp>();
}

fn tiers_and_codes(visitor: &mut impl Visitor) {
    visitor.visit::<Tiers>();
    visitor.visit::<TierBenefits>();
    visitor.visit::<TierFor>();
    visitor.visit::<TierProgress>();
    visitor.visit::<CheckTierUpgrade>();
    visitor.visit::<TierOutlook>();
    visitor.visit::<TierHistory>();
    visitor.visit::<SetTier>();
    visitor.visit::<ReviewTiers>();
    visitor.visit::<CalculateScore>();
    visitor.visit::<UserScore>();

    visitor.visit::<GenerateCode>();
    visitor.visit::<CheckCode>();
    visitor.visit::<QrCode>();
    visitor.visit::<ReadQr>();
    visitor.visit::<GenerateSigningKey>();
    visitor.visit::<PublicKeys>();
    visitor.visit::<SignCoupon>();
    visitor.visit::<CheckSignedCoupon>();

    visitor.visit::<Notifications>();
    visitor.visit::<ReadNotifications>();
    visitor.visit::<Preferences>();
    visitor.visit::<SavePreferences>();
    visitor.visit::<Unsubscribe>();
    visitor.visit::<NextMessages>();
    visitor.visit::<MessageSent>();
    visitor.visit::<MessageFailed>();
    visitor.visit::<RecordBounce>();
    visitor.visit::<Suppress>();
    visitor.visit::<PreviewMessage>();
    visitor.visit::<RunTasks>();
    visitor.visit::<Tasks>();
    visitor.visit::<Events>();
    visitor.visit::<AckEvents>();

    visitor.visit::<SaveWebhook>();
    visitor.visit::<Webhooks>();
    visitor.visit::<RotateWebhookSecret>();
    visitor.visit::<TestWebhook>();
    visitor.visit::<ReplayEvents>();
    visitor.visit::<NextDeliveries>();
    visitor.visit::<DeliveryDone>();
    visitor.visit::<VerifyWebhook>();

    visitor.visit::<GuestMessage>();

    visitor.visit::<Segment>();
    visitor.visit::<Campaigns>();
    visitor.visit::<PreviewCampaign>();
    visitor.visit::<RunCampaign>();
    visitor.visit::<PauseCampaign>();
    visitor.visit::<EndCampaign>();

    visitor.visit::<AllocateRevenue>();
    visitor.visit::<LintProgram>();
    visitor.visit::<Simulate>();
    visitor.visit::<Verify>();
    visitor.visit::<Health>();
}
