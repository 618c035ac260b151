//! The hours of a coupon are those of the local clock, also in a night in which it changes.

use loyalty_tests::world::World;
use serde_json::json;

/// Moments, and whether the coupon is good then.
type Moments = &'static [(&'static str, bool)];

/// Windows of coupons in nights in which the clock changes: zone, weekday, hours, and moments in and out of them.
const CHANGES: [(&str, &str, (&str, &str), Moments); 6] = [
    // Of a time that comes twice the first opens the window and the second closes it.
    (
        "America/Santiago",
        "sat",
        ("23:30", "00:30"),
        &[
            ("2026-04-04T23:29:59-03:00", false),
            ("2026-04-04T23:30:00-03:00", true),
            ("2026-04-04T23:10:00-04:00", true),
            ("2026-04-05T00:29:59-04:00", true),
            ("2026-04-05T00:30:00-04:00", false),
            // The night of Sunday is not that of Saturday.
            ("2026-04-05T23:45:00-04:00", false),
        ],
    ),
    (
        "Europe/Madrid",
        "sun",
        ("02:30", "02:45"),
        &[
            ("2026-10-25T02:29:59+02:00", false),
            ("2026-10-25T02:30:00+02:00", true),
            ("2026-10-25T02:10:00+01:00", true),
            ("2026-10-25T02:44:59+01:00", true),
            ("2026-10-25T02:45:00+01:00", false),
        ],
    ),
    (
        "Australia/Lord_Howe",
        "sun",
        ("01:40", "01:50"),
        &[
            ("2026-04-05T01:39:59+11:00", false),
            ("2026-04-05T01:40:00+11:00", true),
            ("2026-04-05T01:30:00+10:30", true),
            ("2026-04-05T01:49:59+10:30", true),
            ("2026-04-05T01:50:00+10:30", false),
        ],
    ),
    // One that is skipped moves forward.
    (
        "America/Santiago",
        "sun",
        ("00:30", "02:00"),
        &[
            ("2026-09-05T23:59:59-04:00", false),
            ("2026-09-06T01:00:00-03:00", true),
            ("2026-09-06T01:59:59-03:00", true),
            ("2026-09-06T02:00:00-03:00", false),
        ],
    ),
    (
        "Europe/Madrid",
        "sun",
        ("02:30", "03:30"),
        &[
            ("2026-03-29T01:59:59+01:00", false),
            ("2026-03-29T03:00:00+02:00", true),
            ("2026-03-29T03:30:00+02:00", false),
        ],
    ),
    (
        "Australia/Lord_Howe",
        "sun",
        ("02:10", "02:40"),
        &[
            ("2026-10-04T01:59:59+10:30", false),
            ("2026-10-04T02:30:00+11:00", true),
            ("2026-10-04T02:40:00+11:00", false),
        ],
    ),
];

#[test]
fn hours_and_weekdays_of_a_coupon_are_those_of_the_local_clock_also_when_it_changes() {
    for (zone, weekday, (from, until), moments) in CHANGES {
        let world = World::in_memory(&format!("time_zone = \"{zone}\""));
        let coupon = json!({"discount_type": "percent", "discount_value": 10, "weekdays": [weekday], "hours_from": from,
            "hours_until": until});
        let code = world.ok("generate_discount_code", coupon)["code"].clone();
        for (moment, open) in moments {
            world.now(moment);
            let verdict = world.ok("validate_coupon", json!({"code": code, "amount": 1_000, "user_id": 1}));
            assert_eq!(&verdict["allowed"], open, "{zone} {moment}");
        }
    }
}
