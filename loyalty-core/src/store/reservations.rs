//! `loyalty_reservations`: pieces and uses of rewards that are reserved for a member for some time.

use super::session::{Columns, Session, SqlParam};
use crate::value::{EntryId, Instant, ReservationId, RewardId, UserId};
use crate::{Error, Result};

/// The state of a reservation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservationState {
    /// It stands, unless its end has come.
    Open,
    /// The reward was redeemed.
    Redeemed,
    /// It was cancelled, and its pieces and uses were given back.
    Released,
    /// It ended by the clock, and its pieces and uses were given back.
    Ended,
}

impl ReservationState {
    const fn number(self) -> i64 {
        match self {
            Self::Open => 0,
            Self::Redeemed => 1,
            Self::Released | Self::Ended => 2,
        }
    }

    fn parse(number: i64, released_at: Option<i64>) -> Result<Self> {
        match (number, released_at) {
            (0, _) => Ok(Self::Open),
            (1, _) => Ok(Self::Redeemed),
            (2, Some(_)) => Ok(Self::Released),
            (2, None) => Ok(Self::Ended),
            _ => Err(Error::internal("a reservation has an unknown state")),
        }
    }
}

/// A reservation.
#[derive(Debug, Clone, Copy)]
pub struct Reservation {
    /// Its id; ignored when a reservation is inserted.
    pub id: ReservationId,
    /// The member it is for.
    pub user_id: UserId,
    /// The reward.
    pub reward: RewardId,
    /// How many pieces.
    pub quantity: i64,
    /// The hold on the points; `None` for a reward without a price in points.
    pub hold: Option<EntryId>,
    /// Its state.
    pub state: ReservationState,
    /// First instant at which it no longer stands.
    pub ends_at: Instant,
    /// When it was made: its uses count in the periods that contain this moment.
    pub created_at: Instant,
}

macro_rules! columns {
    () => {
        "id, user_id, reward_id, quantity, hold_id, state, released_at, ends_at, created_at"
    };
}

fn read(row: &mut Columns<'_>) -> Result<Reservation> {
    Ok(Reservation {
        id: ReservationId::stored(row.int()?),
        user_id: UserId::stored(row.int()?),
        reward: RewardId::stored(row.int()?),
        quantity: row.int()?,
        hold: Some(row.int()?).filter(|hold| *hold > 0).map(EntryId::stored),
        state: ReservationState::parse(row.int()?, row.opt_int()?)?,
        ends_at: Instant::stored(row.int()?),
        created_at: Instant::stored(row.int()?),
    })
}

/// Adds an open reservation. Returns its id.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, reservation: &Reservation) -> Result<ReservationId> {
    let id = session.insert(
        "INSERT INTO loyalty_reservations (user_id, reward_id, quantity, hold_id, state, ends_at, created_at) \
         VALUES (?, ?, ?, ?, 0, ?, ?)",
        &[
            SqlParam::Int(reservation.user_id.get()),
            SqlParam::Int(reservation.reward.get()),
            SqlParam::Int(reservation.quantity),
            SqlParam::Int(reservation.hold.map_or(0, EntryId::get)),
            SqlParam::Int(reservation.ends_at.micros()),
            SqlParam::Int(reservation.created_at.micros()),
        ],
    )?;
    Ok(ReservationId::stored(id))
}

/// One reservation.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, id: ReservationId) -> Result<Option<Reservation>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_reservations WHERE id = ?");
    session.first(sql, &[SqlParam::Int(id.get())], read)
}

/// What is reserved for a member at a moment.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_member(session: &mut dyn Session, user_id: UserId, now: Instant) -> Result<Vec<Reservation>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM loyalty_reservations WHERE user_id = ? AND state = 0 AND ends_at > ? ORDER BY ends_at, id"
    );
    session.all(sql, &[SqlParam::Int(user_id.get()), SqlParam::Int(now.micros())], read)
}

/// Reservations of a reward that ended by the clock but whose pieces were not given back, the first to end first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn ended(session: &mut dyn Session, reward: RewardId, now: Instant, limit: i64) -> Result<Vec<Reservation>> {
    let sql = concat!(
        "SELECT ",
        columns!(),
        " FROM loyalty_reservations WHERE reward_id = ? AND state = 0 AND ends_at <= ? ORDER BY ends_at, id LIMIT ?"
    );
    session.all(sql, &[SqlParam::Int(reward.get()), SqlParam::Int(now.micros()), SqlParam::Int(limit)], read)
}

/// The pieces of those reservations.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn ended_pieces(session: &mut dyn Session, reward: RewardId, now: Instant) -> Result<i64> {
    let pieces = session.first(
        "SELECT COALESCE(SUM(quantity), 0) FROM loyalty_reservations WHERE reward_id = ? AND state = 0 AND ends_at <= ?",
        &[SqlParam::Int(reward.get()), SqlParam::Int(now.micros())],
        |row| row.int(),
    )?;
    Ok(pieces.unwrap_or(0))
}

/// Closes an open reservation. Returns whether it was open.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn close(
    session: &mut dyn Session,
    id: ReservationId,
    state: ReservationState,
    redemption: Option<EntryId>,
    now: Instant,
) -> Result<bool> {
    let released_at = (state == ReservationState::Released).then(|| now.micros());
    let rows = session.execute(
        "UPDATE loyalty_reservations SET state = ?, redemption_id = ?, released_at = ? WHERE id = ? AND state = 0",
        &[
            SqlParam::Int(state.number()),
            SqlParam::int(redemption.map(EntryId::get)),
            SqlParam::int(released_at),
            SqlParam::Int(id.get()),
        ],
    )?;
    Ok(rows == 1)
}
