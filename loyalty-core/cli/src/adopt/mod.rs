//! Moves Café-VT's first version into the engine: reads its tables, decides what becomes of each row, and books it.

mod catalogue;
pub(crate) mod command;
mod decide;
mod finding;
mod first;
mod rewards;
mod run;
mod tables;
mod triggers;

pub use catalogue::Difference;
pub use finding::{Finding, Found};
pub use rewards::AdoptedReward;
pub use run::{Adopted, Adoption, FoundLine, Rewards, adopt};
