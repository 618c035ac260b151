//! What needs no database.

use std::hint::black_box;
use std::time::Instant;

use loyalty_core::domain::code::CodeShape;
use loyalty_core::domain::programme::Programme;
use loyalty_core::domain::score::{self, Inputs};
use loyalty_core::domain::{earning, tier};
use loyalty_core::value::{Entropy, Money};

use crate::report;

/// Nanoseconds of one call, the best of some rounds.
fn nanos(calls: u32, mut job: impl FnMut(i64)) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..15 {
        let began = Instant::now();
        for call in 0..calls {
            job(i64::from(call));
        }
        best = best.min(began.elapsed().as_secs_f64() * 1e9 / f64::from(calls));
    }
    best
}

pub(crate) fn run() {
    let programme = Programme::cafe_vt().unwrap();
    let scored = nanos(200_000, |call| {
        let inputs = Inputs {
            visits: call % 90,
            spent: Money::minor(call % 12_000).unwrap(),
            days_since_last_visit: Some(call % 100),
            distinct_products: call % 25,
            successful_referrals: call % 12,
        };
        black_box(score::calculate(&programme.score, black_box(&inputs)));
    });
    report("`score::calculate`", &format!("{scored:.0} ns"), "50 ns", scored / 50.0, "≤ 1");
    let found = nanos(200_000, |call| {
        black_box(tier::tier_for(&programme.tiers, black_box(call)).unwrap());
    });
    report("`tier::tier_for`", &format!("{found:.1} ns"), "20 ns", found / 20.0, "≤ 1");
    let tier = &programme.tiers[1];
    let quoted = nanos(200_000, |call| {
        black_box(earning::points_for(&programme, Money::minor(call).unwrap(), tier.multiplier).unwrap());
    });
    report("`earning::points_for`", &format!("{quoted:.0} ns"), "2 µs", quoted / 2_000.0, "≤ 1");
    let shape = CodeShape::new(10, "", true).unwrap();
    let mut entropy = Entropy::from_system().unwrap();
    let made = nanos(200_000, |_| drop(black_box(shape.generate(&mut entropy))));
    let per_second = 1e3 / made;
    report("codes with a check symbol", &format!("{per_second:.1} million/s"), "5 million/s", per_second / 5.0, "≥ 1");
}
