//! Rewards: list, save, reserve, redeem, give back.
//!
//! ```
//! use loyalty_core::ops::{AutoRedeem, CancelRedemption, EarnPoints, RedeemReward, ReleaseReward, ReserveReward};
//! use loyalty_core::ops::{Rewards, SaveReward};
//! use loyalty_core::value::{RedemptionId, ReservationId, RewardId, UserId};
//! use loyalty_core::{Engine, Options, programme::Programme};
//!
//! let cafe = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/programmes/cafe-vt.toml"));
//! let programme = Programme::parse(&format!("{cafe}\n[auto_redeem]\nreward = 2\nthreshold = 5000"))?;
//! let engine = Engine::open(Options::sqlite(":memory:").programme(programme))?;
//! let (ana, discount) = (UserId::new(7)?, RewardId::new(2)?);
//! engine.run(&EarnPoints::new(ana, 300_000.into()))?;
//!
//! assert_eq!(engine.run(&SaveReward::new("Cold brew".to_owned(), 900))?.reward.points_cost, 900);
//! let rewards = engine.run(&Rewards { user_id: Some(ana), ..Rewards::new() })?;
//! assert!(rewards.items.iter().any(|reward| reward.name == "Cold brew"));
//!
//! // One is kept for her and given up again, one is redeemed and cancelled.
//! let reserved = engine.run(&ReserveReward::new(ana, discount, 900))?;
//! assert_eq!(reserved.points_held, 1_000);
//! let released = engine.run(&ReleaseReward::new(ReservationId::new(reserved.reservation_id)?))?;
//! assert_eq!(released.points_returned, 1_000);
//! let redeemed = engine.run(&RedeemReward::new(ana, discount))?;
//! assert_eq!(redeemed.balance, 2_000);
//! let cancelled = engine.run(&CancelRedemption::new(RedemptionId::new(redeemed.redemption_id)?))?;
//! assert_eq!(cancelled.points_restored, 1_000);
//!
//! // Below the threshold nothing is redeemed by itself.
//! assert!(engine.run(&AutoRedeem::new(ana))?.redemptions.is_empty());
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod auto_redeem;
mod cancel_redemption;
mod redeem_reward;
mod release_reward;
mod reserve_reward;
mod rewards;
mod save_reward;

pub use auto_redeem::{AutoRedeem, AutoRedeemed};
pub use cancel_redemption::{CancelRedemption, Cancelled};
pub use redeem_reward::{RedeemReward, Redeemed};
pub use release_reward::{ReleaseReward, ReservationReleased};
pub use reserve_reward::{ReserveReward, Reserved};
pub use rewards::{RewardReply, Rewards, RewardsReply};
pub use save_reward::{SaveReward, SavedReward};
