//! What needs no database.

use std::hint::black_box;
use std::time::Instant;

use loyalty_core::internals::{Bill, CodeShape, Ending, History, Inputs, Purchase, Settlement, earning, score, tier};
use loyalty_core::programme::Programme;
use loyalty_core::value::Locale;
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

/// The default programme with so many rules, of which some apply.
fn with_rules(count: usize) -> Programme {
    let rule = |number: usize| {
        let when = if number.is_multiple_of(4) { "weekdays = ['tue']" } else { "weekdays = ['sun']" };
        format!(
            "[[rules]]\nid = 'r{number}'\nname = 'Rule {number}'\neffect = {{ add = {number} }}\nwhen = {{ {when} }}\n"
        )
    };
    let rules: String = (1..=count).map(rule).collect();
    let text = Programme::cafe_vt().unwrap().source().replacen("[[rewards]]", &format!("{rules}\n[[rewards]]"), 1);
    Programme::parse(&text).unwrap()
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
    let ruled = with_rules(20);
    let (settlement, history) = (Settlement::default(), History::default());
    let purchase = Purchase {
        at: loyalty_core::value::Instant::parse("2026-03-10T10:00:00-03:00").unwrap(),
        bill: Bill { amount: Money::minor(12_990).unwrap(), items: &[], settlement: &settlement },
        event: None,
        tier: &ruled.tiers[1],
        visit: 7,
        birth_date: None,
        history: &history,
    };
    let judged = nanos(20_000, |_| drop(black_box(earning::earn(&ruled, black_box(&purchase), Locale::EsCl).unwrap())));
    report(
        "`earning::earn` with 20 rules and all reasons",
        &format!("{judged:.0} ns"),
        "2 µs",
        judged / 2_000.0,
        "≤ 1",
    );
    let shape = CodeShape::new(10, "", Ending::Check).unwrap();
    let mut entropy = Entropy::from_seed([1; 32]);
    let made = nanos(200_000, |_| drop(black_box(shape.generate(&mut entropy))));
    let per_second = 1e3 / made;
    report("codes with a check symbol", &format!("{per_second:.1} million/s"), "5 million/s", per_second / 5.0, "≥ 1");
}
