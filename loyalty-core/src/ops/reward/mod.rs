//! Rewards: listed, kept, redeemed, given back.

mod cancel_redemption;
mod redeem_reward;
mod rewards;
mod save_reward;

pub use cancel_redemption::{CancelRedemption, Cancelled};
pub use redeem_reward::{CouponReply, RedeemReward, Redeemed};
pub use rewards::{RewardReply, Rewards, RewardsReply};
pub use save_reward::{SaveReward, SavedReward};
