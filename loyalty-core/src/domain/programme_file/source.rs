//! The programme file as it is written: the shape of its TOML, before it is checked as a whole.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::ledger::EntryKind;
use crate::domain::programme::{
    AmountBasis, Benefit, CapPolicy, DiscountType, Downgrade, ExpiryPolicy, GiftPer, GraceEnd, GraceFrom, LinePrice,
    Metric, MonthsEnd, PendingPolicy, Review, RoundingPlace, RunsFrom, Shortfall, Stacking, TierDiscount,
    TransferExpiry, Window,
};
use crate::domain::programme_file::source_rules::{Basis, Rule};
use crate::domain::programme_file::{
    check_campaigns, check_mail, check_messages, check_segments, check_signing, check_stamps,
};
use crate::value::{Currency, Decimal, LeapDay, Locale, Percent, Rate, Rounding, Zone};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub name: String,
    pub currency: Currency,
    pub time_zone: Zone,
    pub locale: Locale,
    #[serde(default)]
    pub rounding: Rounding,
    pub earn: Earn,
    pub expiry: Expiry,
    pub redemption: Redemption,
    pub auto_redeem: Option<AutoRedeem>,
    pub refund: Refund,
    #[serde(default)]
    pub adjustment: Adjustment,
    #[serde(default)]
    pub transfer: Transfer,
    #[serde(default)]
    pub identity: Identity,
    pub clock: Clock,
    #[serde(default)]
    pub retention: check_messages::RetentionSource,
    #[serde(default)]
    pub notices: check_messages::NoticesSource,
    pub messages: Option<check_mail::Source>,
    #[serde(default)]
    pub reminders: check_messages::RemindersSource,
    pub tier_rules: TierRules,
    pub tiers: Vec<Tier>,
    pub score: Score,
    pub codes: Codes,
    pub referral: Referral,
    #[serde(default)]
    pub coupons: Coupons,
    #[serde(default)]
    pub guessing: Guessing,
    #[serde(default)]
    pub signing: check_signing::Source,
    #[serde(default)]
    pub stamp_cards: Vec<check_stamps::Source>,
    #[serde(default)]
    pub segments: Vec<check_segments::Source>,
    #[serde(default)]
    pub advertising: check_campaigns::AdvertisingSource,
    #[serde(default)]
    pub campaigns: Vec<check_campaigns::Source>,
    #[serde(default)]
    pub rules: Vec<Rule>,
    #[serde(default)]
    pub rewards: Vec<Reward>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Earn {
    pub points: i64,
    pub per: Decimal,
    pub enroll_on_first_earn: bool,
    pub pending_days: i64,
    #[serde(default)]
    pub pending: PendingPolicy,
    #[serde(default)]
    pub stacking: Stacking,
    pub max_points_per_order: Option<i64>,
    pub max_points_per_day: Option<i64>,
    pub max_points_per_week: Option<i64>,
    pub max_points_per_month: Option<i64>,
    pub max_balance: Option<i64>,
    pub pending_lapse_days: Option<i64>,
    #[serde(default)]
    pub cap: CapPolicy,
    #[serde(default)]
    pub whole_groups: bool,
    #[serde(default)]
    pub rounding_place: RoundingPlace,
    #[serde(default)]
    pub leap_day: LeapDay,
    #[serde(default)]
    pub basis: Basis,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expiry {
    pub policy: ExpiryPolicy,
    pub days: Option<i64>,
    pub months: Option<i64>,
    pub months_end: Option<MonthsEnd>,
    pub date: Option<String>,
    #[serde(default)]
    pub days_by_tier: BTreeMap<String, i64>,
    #[serde(default)]
    pub runs_from: RunsFrom,
    #[serde(default)]
    pub reinstate_days: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Redemption {
    pub minimum_points: i64,
    pub coupon_days: i64,
    pub point_value: Option<Decimal>,
    pub multiple_of: Option<i64>,
    pub maximum_points: Option<i64>,
    pub maximum_percent_of_bill: Option<Percent>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AutoRedeem {
    pub reward: i64,
    pub threshold: i64,
    pub at_most: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refund {
    pub shortfall: Shortfall,
    pub debt_limit: Option<i64>,
    #[serde(default)]
    pub discounts: crate::domain::programme::Discounts,
    pub tenders: Option<Vec<crate::domain::programme::Tender>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Adjustment {
    #[serde(default)]
    pub debt_limit: i64,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Transfer {
    #[serde(default)]
    pub expiry: TransferExpiry,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Identity {
    pub calling_code: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Clock {
    pub future_tolerance_seconds: i64,
    #[serde(default = "max_jump_days")]
    pub max_jump_days: i64,
}

const fn max_jump_days() -> i64 {
    1_830
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TierRules {
    pub metric: Metric,
    #[serde(default)]
    pub window: Window,
    pub window_days: i64,
    pub qualifying: Vec<EntryKind>,
    pub downgrade: Downgrade,
    #[serde(default)]
    pub review: Review,
    pub review_days: i64,
    #[serde(default)]
    pub grace_days: i64,
    #[serde(default)]
    pub grace_months: i64,
    #[serde(default)]
    pub grace_end: GraceEnd,
    #[serde(default)]
    pub grace_from: GraceFrom,
    #[serde(default)]
    pub min_stay_days: i64,
    #[serde(default)]
    pub current_order_counts: bool,
    #[serde(default)]
    pub gift_per: GiftPer,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tier {
    pub id: String,
    #[serde(default)]
    pub was: Vec<String>,
    pub name: String,
    pub threshold: Decimal,
    pub multiplier: Rate,
    pub discount_percent: Percent,
    pub benefits: Vec<Benefit>,
    #[serde(default)]
    pub gift_points: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Score {
    pub frequency_weight: Decimal,
    pub frequency_days: i64,
    pub amount_weight: Decimal,
    pub amount_days: i64,
    pub amount_target: Decimal,
    pub recency_weight: Decimal,
    pub recency_days: i64,
    pub variety_weight: Decimal,
    pub variety_products: i64,
    pub referral_weight: Decimal,
    pub referral_value: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Codes {
    #[serde(default = "forty")]
    pub minimum_bits: i64,
    pub referral: CodeShape,
    pub coupon: CodeShape,
    #[serde(default)]
    pub gift_card: Option<CodeShape>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeShape {
    pub length: i64,
    #[serde(default)]
    pub prefix: String,
    #[serde(default = "yes")]
    pub check: bool,
}

const fn forty() -> i64 {
    40
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Referral {
    pub referrer_points: i64,
    pub referred_points: i64,
    pub minimum_amount: Decimal,
    pub code_days: i64,
    pub pending_days: i64,
    pub monthly_limit: i64,
    pub total_limit: Option<i64>,
    pub review_risk: Option<i64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Coupons {
    pub stacking_base: AmountBasis,
    pub release_after_end: bool,
    #[serde(default)]
    pub tier_discount: TierDiscount,
    #[serde(default)]
    pub line_price: LinePrice,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Guessing {
    pub tries: i64,
    pub window_minutes: i64,
    pub pause_minutes: i64,
}

impl Default for Guessing {
    fn default() -> Self {
        Self { tries: 10, window_minutes: 15, pause_minutes: 15 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reward {
    pub name: String,
    #[serde(default)]
    pub description: String,
    pub points_cost: i64,
    pub discount_type: DiscountType,
    pub discount_percent: Percent,
    pub max_discount: Option<Decimal>,
    pub tier_required: String,
    pub max_uses_per_user: Option<i64>,
}
