use std::ffi::c_char;

use loyalty_core::ops;
use loyalty_core::value::UserId;

use super::{LOYALTY_DATE_SIZE, instant, room, typed};
use crate::boundary::Record;
use crate::engine::Engine;
use crate::error::{ErrorObject, Status};

/// The arguments of `loyalty_points`. Set all fields to 0 first, then `size`, then what you need.
#[repr(C)]
pub struct PointsArgs {
    /// `sizeof(loyalty_points_args)`.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The member.
    pub user_id: i64,
    /// The moment, past or future, in microseconds since 1970-01-01T00:00:00Z; 0 is now.
    pub as_of_micros: i64,
    /// 0.
    pub reserved_words: [u64; 4],
}

/// What `loyalty_points` returns. Set `size` before the call; the other fields are written on success.
#[repr(C)]
pub struct PointsReply {
    /// `sizeof(loyalty_points_reply)`.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The member.
    pub user_id: i64,
    /// Points that can be spent.
    pub available: i64,
    /// Points earned that cannot be spent yet.
    pub pending: i64,
    /// Points set aside for an open bill.
    pub held: i64,
    /// Points owed.
    pub debt: i64,
    /// Points earned in a lifetime, refunds subtracted.
    pub lifetime: i64,
    /// How many points end next; 0 when no points end.
    pub next_expiry_points: i64,
    /// The last local day on which they can be spent; `""` when none end.
    pub next_expiry_date: [c_char; LOYALTY_DATE_SIZE],
    /// 0.
    pub reserved_words: [u64; 4],
}

impl Record for PointsArgs {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0 && self.reserved_words == [0; 4]
    }
}

impl Record for PointsReply {
    fn reserved_is_zero(&self) -> bool {
        true
    }
}

/// Returns a member's points, now or at another moment: the operation `points` without JSON.
///
/// On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
///
/// Errors: `LOYALTY_NOT_FOUND` for an unknown member; `LOYALTY_INVALID` for NULL, a wrong size, or a reserved field
/// that is not 0.
///
/// Threads: any, at the same time on one engine. Fork: see the chapter above.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_points(
    engine: *const Engine,
    arguments: *const PointsArgs,
    reply: *mut PointsReply,
    error: *mut *mut ErrorObject,
) -> Status {
    typed(engine, arguments, reply, error, |engine, arguments| {
        let as_of = instant(arguments.as_of_micros, "as_of_micros")?;
        let operation = ops::Points { as_of, ..ops::Points::new(UserId::new(arguments.user_id)?) };
        let points = engine.run(&operation)?;
        PointsReply::new(&points)
    })
}

impl PointsReply {
    fn new(points: &ops::PointsReply) -> loyalty_core::Result<Self> {
        let next = points.next_expiry.as_ref();
        Ok(Self {
            size: super::size_of_record::<Self>(),
            reserved: 0,
            user_id: points.user_id,
            available: points.available,
            pending: points.pending,
            held: points.held,
            debt: points.debt,
            lifetime: points.lifetime,
            next_expiry_points: next.map_or(0, |next| next.points),
            next_expiry_date: room(&next.map(|next| next.date.to_string()).unwrap_or_default())?,
            reserved_words: [0; 4],
        })
    }
}
