use loyalty_core::ops::{CalculateScore, ScoreReply};

use super::{Decimal, typed};
use crate::boundary::Record;
use crate::engine::Engine;
use crate::error::{ErrorObject, Status};

/// `days_since_last_visit` of a user who never came.
pub const LOYALTY_NEVER_VISITED: i64 = -1;

/// The arguments of `loyalty_calculate_score`. Set all fields to 0 first, then `size`, then what you need.
#[repr(C)]
pub struct CalculateScoreArgs {
    /// `sizeof(loyalty_calculate_score_args)`.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// Visits in the last 90 days (the programme's frequency window).
    pub visits_90_days: i64,
    /// Money spent in the last 365 days (the programme's amount window), in major units.
    pub spent_365_days: Decimal,
    /// Whole local days since the last visit, or `LOYALTY_NEVER_VISITED`.
    pub days_since_last_visit: i64,
    /// Different products bought.
    pub distinct_products: i64,
    /// Referrals that led to a purchase.
    pub successful_referrals: i64,
    /// 0.
    pub reserved_words: [u64; 4],
}

/// What `loyalty_calculate_score` returns, in hundredths: 5430 is 54.30. Set `size` before the call; the other fields
/// are written on success.
#[repr(C)]
pub struct CalculateScoreReply {
    /// `sizeof(loyalty_calculate_score_reply)`.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The weighted sum, 0 to 10000.
    pub score: i64,
    /// Visits, 0 to 10000.
    pub frequency: i64,
    /// Money, 0 to 10000.
    pub amount: i64,
    /// How recent the last visit is, 0 to 10000.
    pub recency: i64,
    /// Different products, 0 to 10000.
    pub variety: i64,
    /// Successful referrals, 0 to 10000.
    pub referral: i64,
    /// 0.
    pub reserved_words: [u64; 4],
}

impl Record for CalculateScoreArgs {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0 && self.reserved_words == [0; 4]
    }
}

impl Record for CalculateScoreReply {
    fn reserved_is_zero(&self) -> bool {
        true
    }
}

/// Calculates a score from given numbers: the operation `calculate_score` without JSON. It does not use the database.
///
/// On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
///
/// Errors: `LOYALTY_INVALID` for NULL, a wrong size, a reserved field that is not 0, or a number out of range.
///
/// Threads: any, at the same time on one engine. Fork: a child may call it on an engine that it inherited.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_calculate_score(
    engine: *const Engine,
    arguments: *const CalculateScoreArgs,
    reply: *mut CalculateScoreReply,
    error: *mut *mut ErrorObject,
) -> Status {
    typed(engine, arguments, reply, error, |engine, arguments| {
        let days = arguments.days_since_last_visit;
        let scored = engine.run(&CalculateScore {
            visits_90_days: arguments.visits_90_days,
            spent_365_days: arguments.spent_365_days.read("spent_365_days")?,
            days_since_last_visit: (days != LOYALTY_NEVER_VISITED).then_some(days),
            distinct_products: arguments.distinct_products,
            successful_referrals: arguments.successful_referrals,
        })?;
        Ok(CalculateScoreReply::new(&scored))
    })
}

impl CalculateScoreReply {
    fn new(scored: &ScoreReply) -> Self {
        Self {
            size: super::size_of_record::<Self>(),
            reserved: 0,
            score: scored.score.get(),
            frequency: scored.frequency.get(),
            amount: scored.amount.get(),
            recency: scored.recency.get(),
            variety: scored.variety.get(),
            referral: scored.referral.get(),
            reserved_words: [0; 4],
        }
    }
}
