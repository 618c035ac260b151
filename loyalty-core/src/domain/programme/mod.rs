//! The programme: the rules of a scheme as data, checked as a whole.

mod campaigns;
mod coupons;
mod life;
mod messages;
mod past;
mod rules;
mod segments;
mod signing;
mod stamps;
mod tiers;

use serde::Deserialize;

use super::code::CodeShape;
use super::guessing::GuessRules;
use super::payment::PaymentTerms;
use crate::value::{Currency, EventName, LeapDay, Locale, Money, Percent, Points, RewardId, Rounding, Zone};
use crate::{Error, Result};

pub use self::campaigns::{
    AdvertisingRules, Campaign, CampaignClass, CampaignNotice, CampaignOffer, CampaignTrigger, EndsWith, OncePer,
    TakesOff,
};
pub use self::coupons::{AmountBasis, DiscountType, LinePrice, TierDiscount};
pub(super) use self::life::ExpiryPolicy;
pub use self::life::{
    DebtRules, Discounts, Expiry, ExpiryRules, MonthsEnd, PendingPolicy, RefundRules, RunsFrom, Shortfall, Tender,
    TransferExpiry,
};
pub use self::messages::{MessagePaths, MessageRules, NoticeRules, Reminders, Retention};
pub use self::past::{Keys, Named, Past, Renames};
pub use self::rules::{Accrual, Counts, Effect, Limits, Lines, Rule, Stacking, Used, When, Windowed};
pub use self::segments::{Criteria, Criterion, Figure, MemberSegment};
pub use self::signing::Signing;
pub use self::stamps::{StampCard, StampCoupon, StampPer, StampReward};
pub use self::tiers::{
    Benefit, Downgrade, GiftPer, Grace, GraceEnd, GraceFrom, Metric, Review, Tier, TierRules, Window,
};

/// A checked programme. Build one with [`Programme::parse`] or take [`Programme::cafe_vt`].
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the fields are those of the programme file, explained there key by key")]
pub struct Programme {
    pub(super) source: String,
    pub(super) hash: String,
    pub name: String,
    pub currency: Currency,
    pub zone: Zone,
    pub locale: Locale,
    pub rounding: Rounding,
    pub earn: Earn,
    pub stacking: Stacking,
    pub rules: Vec<Rule>,
    pub expiry: Expiry,
    pub expiry_rules: ExpiryRules,
    pub minimum_points: Points,
    pub coupon_days: i64,
    pub payment: PaymentTerms,
    pub auto_redeem: Option<AutoRedeemRule>,
    pub debt: DebtRules,
    /// What is due back to the customer, and by which means it goes back.
    pub refund: RefundRules,
    pub transfer_expiry: TransferExpiry,
    pub calling_code: Option<String>,
    pub future_tolerance_seconds: i64,
    /// How far the clock may be ahead of the newest record; 0 for any distance.
    pub max_jump_days: i64,
    pub retention: Retention,
    pub notices: NoticeRules,
    pub messages: Option<MessageRules>,
    pub reminders: Reminders,
    pub tier_rules: TierRules,
    pub tiers: Vec<Tier>,
    pub score: ScoreRules,
    /// Fewest bits of a code: the chance to guess one live code is 2 to the power of minus this number.
    pub minimum_code_bits: i64,
    pub referral_code: CodeShape,
    pub coupon_code: CodeShape,
    pub gift_card_code: CodeShape,
    pub referral: ReferralRules,
    pub coupons: CouponRules,
    pub guessing: GuessRules,
    pub signing: Signing,
    pub stamp_cards: Vec<StampCard>,
    pub segments: Vec<MemberSegment>,
    pub advertising: AdvertisingRules,
    pub campaigns: Vec<Campaign>,
    pub rewards: Vec<RewardSeed>,
}

/// The earning base: this many points for this much money.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the keys of `[earn]` in the programme file")]
pub struct Earn {
    pub points: i64,
    pub per: Money,
    pub enroll_on_first_earn: bool,
    pub pending_days: i64,
    pub pending: PendingPolicy,
    pub max_points_per_order: Option<Points>,
    pub max_points_per_day: Option<Points>,
    pub max_points_per_week: Option<Points>,
    pub max_points_per_month: Option<Points>,
    pub max_balance: Option<Points>,
    pub pending_lapse_days: Option<i64>,
    pub cap: CapPolicy,
    pub whole_groups: bool,
    pub rounding_place: RoundingPlace,
    pub leap_day: LeapDay,
    pub basis: Basis,
}

/// Where the points of a purchase become whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingPlace {
    /// Once, on the sum of everything that money earns.
    #[default]
    Order,
    /// For the base and for each rule that accrues by amount.
    Rule,
    /// For each line of each of them.
    Line,
}

/// What happens to points beyond a cap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CapPolicy {
    /// They are cut off.
    #[default]
    Cut,
    /// The whole purchase, or the whole part of the rule, gives none.
    Reject,
}

/// Which part of a bill earns points.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the keys of `[earn.basis]` in the programme file")]
#[expect(clippy::struct_excessive_bools, reason = "each is a declared choice of the programme")]
pub struct Basis {
    pub tax_earns: bool,
    pub gifts_earn: bool,
    pub discounts_reduce: bool,
    pub points_paid_reduce: bool,
    pub gift_cards_reduce: bool,
    pub order_discount: Discounted,
    pub payments: Payments,
    /// Lines that never earn.
    pub exclude: Lines,
}

/// How a discount on the whole order affects a rule that names lines.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Discounted {
    /// It is spread over all lines by value.
    #[default]
    Spread,
    /// It is separate: the lines keep their price.
    Apart,
}

/// Which lines points and gift cards paid, if what they paid earns nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Payments {
    /// All lines by value, including those that never earn.
    #[default]
    Spread,
    /// First the lines that earn; the rest pays those that never earn.
    EarningFirst,
}

/// Weights, windows and targets of the score. Weights are basis points that add up to 10 000.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the keys of `[score]` in the programme file")]
pub struct ScoreRules {
    pub frequency_weight: i64,
    pub frequency_days: i64,
    pub amount_weight: i64,
    pub amount_days: i64,
    pub amount_target: Money,
    pub recency_weight: i64,
    pub recency_days: i64,
    pub variety_weight: i64,
    pub variety_products: i64,
    pub referral_weight: i64,
    pub referral_value: i64,
}

/// What a referral is worth and how long things take.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the keys of `[referral]` in the programme file")]
pub struct ReferralRules {
    pub referrer_points: Points,
    pub referred_points: Points,
    pub minimum_amount: Money,
    pub code_days: i64,
    pub pending_days: i64,
    pub monthly_limit: i64,
    pub total_limit: Option<i64>,
    pub review_risk: Option<i64>,
}

/// The reward that members get automatically once they have the points.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the keys of `[auto_redeem]` in the programme file")]
pub struct AutoRedeemRule {
    pub reward: RewardId,
    pub threshold: Points,
    pub at_most: usize,
}

/// How coupons are combined and given back.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "the keys of `[coupons]` in the programme file")]
pub struct CouponRules {
    pub stacking_base: AmountBasis,
    pub release_after_end: bool,
    pub tier_discount: TierDiscount,
    pub line_price: LinePrice,
}

/// A reward that a new database starts with.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the keys of `[[rewards]]` in the programme file")]
pub struct RewardSeed {
    pub name: String,
    pub description: String,
    pub points_cost: Points,
    pub discount_type: DiscountType,
    pub discount_percent: Percent,
    pub max_discount: Option<Money>,
    pub tier_required: String,
    pub max_uses_per_user: Option<i64>,
}

impl Programme {
    /// The text it was read from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The version: the first 16 hexadecimal digits of the SHA-256 of the text.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The tier that has this id or had it before, and its position in the ladder, from 0.
    #[must_use]
    pub fn tier(&self, id: &str) -> Option<(usize, &Tier)> {
        self.tiers.iter().enumerate().find(|(_, tier)| tier.id == id || tier.was.iter().any(|was| was == id))
    }

    /// The current id of a tier, also for a former id; an unknown id stays as it is.
    #[must_use]
    pub fn tier_id<'a>(&'a self, id: &'a str) -> &'a str {
        self.tier(id).map_or(id, |(_, tier)| &tier.id)
    }

    /// The stamp card that has this id or had it before.
    #[must_use]
    pub fn stamp_card(&self, id: &str) -> Option<&StampCard> {
        self.stamp_cards.iter().find(|card| card.names().any(|name| name == id))
    }

    /// The segment with this id.
    #[must_use]
    pub fn segment(&self, id: &str) -> Option<&MemberSegment> {
        self.segments.iter().find(|segment| segment.id == id)
    }

    /// The campaign with this id.
    #[must_use]
    pub fn campaign(&self, id: &str) -> Option<&Campaign> {
        self.campaigns.iter().find(|campaign| campaign.id == id)
    }

    /// The rules for purchases, or those for an event.
    pub fn rules_for<'a>(&'a self, event: Option<&'a EventName>) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.when.event.as_ref() == event)
    }

    /// Whether uses must be counted for any rule.
    #[must_use]
    pub fn counts_uses(&self) -> bool {
        self.rules.iter().any(|rule| rule.limits.need_counting())
    }

    /// The first tier of the ladder.
    ///
    /// # Errors
    /// `internal`, which the check of the programme excludes.
    pub fn first_tier(&self) -> Result<&Tier> {
        self.tiers.first().ok_or_else(|| Error::internal("the programme has no tiers"))
    }
}
