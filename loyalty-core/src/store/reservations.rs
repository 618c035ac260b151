//! `loyalty_reservations`: pieces and uses of rewards that are kept for a member for a time.

use super::session::{Cell, Session};
use crate::Result;
use crate::value::{Instant, RewardId, UserId};

/// How a reservation stands, as it is stored. One that is open may have ended by the clock.
const OPEN: i64 = 0;

/// What an open reservation of a member keeps.
#[derive(Debug, Clone, Copy)]
pub struct Kept {
    /// The reward.
    pub reward: RewardId,
    /// How many pieces.
    pub quantity: i64,
    /// When it was made.
    pub created_at: Instant,
}

/// What is kept for a member at a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_member(session: &mut dyn Session, user_id: UserId, now: Instant) -> Result<Vec<Kept>> {
    session.all(
        "SELECT reward_id, quantity, created_at FROM loyalty_reservations \
         WHERE user_id = ? AND state = ? AND ends_at > ? ORDER BY ends_at, id",
        &[Cell::Int(user_id.get()), Cell::Int(OPEN), Cell::Int(now.micros())],
        |row| {
            Ok(Kept {
                reward: RewardId::stored(row.int()?),
                quantity: row.int()?,
                created_at: Instant::stored(row.int()?),
            })
        },
    )
}
