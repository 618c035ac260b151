//! Tiers and scores.

mod calculate_score;
mod check_tier_upgrade;
mod review_tiers;
mod set_tier;
mod tier_benefits;
mod tier_for;
mod tier_history;
mod tier_outlook;
mod tier_progress;
mod tiers;
mod user_score;

pub use crate::domain::tier::HandMode;
pub use calculate_score::{CalculateScore, ScoreReply};
pub use check_tier_upgrade::{CheckTierUpgrade, TierCheck};
pub use review_tiers::{ReviewTiers, TiersReviewed};
pub use set_tier::SetTier;
pub use tier_benefits::{TierBenefits, TierBenefitsReply};
pub use tier_for::{TierFor, TierForReply};
pub use tier_history::{TierChange, TierHistory, TierHistoryReply};
pub use tier_outlook::{TierOutlook, TierOutlookReply};
pub use tier_progress::{TierProgress, TierProgressReply};
pub use tiers::{TierReply, Tiers, TiersReply};
pub use user_score::{UserScore, UserScoreReply};
