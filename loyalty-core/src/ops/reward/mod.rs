//! Rewards: list, save, reserve, redeem, give back.

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
