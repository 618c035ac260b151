//! Tiers and scores.
//!
//! ```
//! use loyalty_core::ops::{CalculateScore, CheckTierUpgrade, EarnPoints, ReviewTiers, SetTier, TierBenefits, TierFor};
//! use loyalty_core::ops::{TierHistory, TierOutlook, TierProgress, Tiers, UserScore};
//! use loyalty_core::{Engine, Options, value::{Percent, UserId}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let ana = UserId::new(7)?;
//!
//! // What the programme says.
//! assert_eq!(engine.run(&Tiers {})?.items.len(), 4);
//! assert_eq!(engine.run(&TierFor::new(6_000))?.tier, "cafe_plata");
//! assert_eq!(engine.run(&TierProgress::new(6_000))?.next_tier.as_deref(), Some("cafe_oro"));
//! let gold = engine.run(&TierBenefits::new("cafe_oro".to_owned()))?;
//! assert_eq!(gold.discount_percent, Percent::hundredths(1_500));
//! assert!(engine.run(&CalculateScore::new(6, 84_000.into(), 5, 1))?.score > Percent::ZERO);
//!
//! // What a member has reached.
//! assert_eq!(engine.run(&EarnPoints::new(ana, 600_000.into()))?.tier, "cafe_plata");
//! assert!(!engine.run(&CheckTierUpgrade::new(ana))?.upgraded);
//! let given = SetTier { tier: Some("cafe_oro".to_owned()), ..SetTier::new(ana) };
//! assert_eq!(engine.run(&given)?.tier, "cafe_oro");
//! assert_eq!(engine.run(&TierHistory::new(ana))?.items.len(), 2);
//! assert!(engine.run(&TierOutlook::new(ana))?.keeps);
//! assert_eq!(engine.run(&ReviewTiers::new())?.lowered, 0);
//! assert_eq!(engine.run(&UserScore::new(ana))?.visits_90_days, 1);
//! # Ok::<(), loyalty_core::Error>(())
//! ```

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
