//! The takeover of Café-VT's first version: its tables read, what becomes of each row decided, and all of it booked.

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
