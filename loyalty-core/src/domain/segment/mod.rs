//! Segments: whether a member is in one, and why or why not.

mod facts;
mod judge;
mod narrow;
mod needs;

pub use facts::{Known, MemberFacts};
pub use judge::{ReasonValue, SegmentReason, holds, judge};
pub use narrow::Narrow;
pub use needs::Needs;

#[cfg(test)]
mod tests;
