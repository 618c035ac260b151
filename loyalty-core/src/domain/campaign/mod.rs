//! Campaigns: when one is due, whom it chooses, how often, for which arm, and what it costs at worst.

mod arm;
mod choose;
mod occasion;
mod offer;
mod period;

pub use arm::Arm;
pub use choose::{ArmChoice, PassedOver, PastChoice, Verdict, choose};
pub use occasion::{CampaignState, Occasion, Phase, occasion, phase, stands_in_for};
pub use offer::{percent_of, worst_cost};
pub use period::{needs_of, next_tier};

#[cfg(test)]
mod tests;
