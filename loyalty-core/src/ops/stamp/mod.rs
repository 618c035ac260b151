//! Stamp cards: stamp them by hand, by scan or by order, show them, and use their rewards.

mod sign_stamp;
#[expect(clippy::module_inception, reason = "the operation `stamp` has the name of its group")]
mod stamp;
mod stamp_cards;
mod use_stamp_reward;

pub use sign_stamp::{SignStamp, SignedStampReply, StampTokenKind};
pub use stamp::{Stamp, Stamped};
pub use stamp_cards::{GoneStampCard, StampCardReply, StampCards, StampCardsReply, StampRewardKind};
pub use use_stamp_reward::{StampRewardUsed, UseStampReward};
