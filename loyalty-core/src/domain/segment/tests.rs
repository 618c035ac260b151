//! Facts of the judge, a row per case.

use std::collections::{BTreeMap, BTreeSet};

use super::{Known, MemberFacts, Narrow, Needs, holds, judge};
use crate::domain::attribute::AttributeValue;
use crate::domain::programme::{Criteria, Programme};
use crate::domain::programme_file::{Conditions, Names, criteria};
use crate::domain::tier::VisitDay;
use crate::value::{Day, Instant, Locale, Money, Sku};

fn programme() -> Programme {
    Programme::cafe_vt().unwrap()
}

fn today() -> Day {
    Day::parse("2026-03-02").unwrap()
}

fn checked(programme: &Programme, json: &str) -> Criteria {
    let given: Conditions = serde_json::from_str(json).unwrap();
    criteria("conditions", &given, Names::of(programme)).unwrap()
}

/// A member who buys often.
fn ana(programme: &Programme) -> MemberFacts {
    let day = |ago: i64, visits: i64, spent: i64| VisitDay {
        day: today().plus_days(-ago).number(),
        visits,
        spent: Money::stored(spent),
    };
    MemberFacts {
        tier: Known::Is("cafe_plata".to_owned()),
        points: Known::Is(600),
        lifetime_points: Known::Is(6_000),
        points_to_next_tier: Known::Is(19_000),
        score: Known::Is(7_150),
        visits: Known::Is(9),
        spent: Known::Is(90_000),
        days: Known::Is(vec![day(89, 2, 20_000), day(29, 1, 10_000), day(10, 1, 9_000)]),
        last_visit: Known::Is(today().plus_days(-10)),
        joined: Known::Is(today().plus_days(-400)),
        birth_date: Known::Is(Day::parse("1990-03-05").unwrap()),
        bought: Known::Is(BTreeMap::from([(Sku::new("latte").unwrap(), 3), (Sku::new("mocha").unwrap(), 2)])),
        referrals: Known::Is(1),
        coupons_open: Known::Is(2),
        ending: Known::Is(BTreeMap::from([(7, 100), (30, 250)])),
        locale: Known::Is(Locale::En),
        consents: Known::Is(BTreeSet::from(["birthday".to_owned()])),
        attributes: Known::Is(BTreeMap::from([("staff".to_owned(), AttributeValue::Flag(true))])),
        ..MemberFacts::newcomer(programme, today())
    }
}

#[test]
fn each_condition_holds_inside_its_bounds_and_not_outside() {
    let programme = programme();
    let ana = ana(&programme);
    for (json, expected) in [
        ("{}", true),
        (r#"{"tiers":["cafe_oro","cafe_plata"]}"#, true),
        (r#"{"tiers":["cafe_oro"]}"#, false),
        (r#"{"points":{"at_least":600}}"#, true),
        (r#"{"points":{"at_least":601}}"#, false),
        (r#"{"points":{"at_most":600}}"#, true),
        (r#"{"points":{"at_most":599}}"#, false),
        (r#"{"lifetime_points":{"at_least":6000,"at_most":6000}}"#, true),
        (r#"{"points_to_next_tier":{"at_most":18999}}"#, false),
        (r#"{"score":{"at_least":71.5}}"#, true),
        (r#"{"score":{"at_least":"71.51"}}"#, false),
        (r#"{"visits":{"at_least":9}}"#, true),
        (r#"{"visits":{"days":90,"at_least":4}}"#, true),
        // The 90th day back is the first of the window, today is the last.
        (r#"{"visits":{"days":89,"at_least":3}}"#, false),
        (r#"{"visits":{"days":10,"at_most":0}}"#, true),
        (r#"{"visits":{"days":11,"at_most":0}}"#, false),
        (r#"{"spent":{"days":30,"at_least":"19000"}}"#, true),
        (r#"{"spent":{"days":30,"at_least":19001}}"#, false),
        (r#"{"spent":{"at_most":89999}}"#, false),
        (r#"{"days_since_visit":{"at_least":10,"at_most":10}}"#, true),
        (r#"{"days_since_visit":{"at_least":11}}"#, false),
        (r#"{"never_visited":true}"#, false),
        (r#"{"never_visited":false}"#, true),
        (r#"{"days_since_joining":{"at_least":400}}"#, true),
        (r#"{"birthday_in_days":{"at_most":3}}"#, true),
        (r#"{"birthday_in_days":{"at_most":2}}"#, false),
        (r#"{"bought":{"skus":["latte","mocha"],"at_least":5}}"#, true),
        (r#"{"bought":{"skus":["latte"],"at_least":4}}"#, false),
        (r#"{"bought":{"skus":["tea"]}}"#, false),
        (r#"{"referrals":{"at_least":1}}"#, true),
        (r#"{"coupons_open":{"at_most":1}}"#, false),
        (r#"{"points_ending":{"within_days":30,"at_least":250}}"#, true),
        (r#"{"points_ending":{"within_days":7,"at_least":101}}"#, false),
        (r#"{"locale":"en"}"#, true),
        (r#"{"locale":"es-CL"}"#, false),
        (r#"{"consent":"birthday"}"#, true),
        (r#"{"consent":"we_miss_you"}"#, false),
        (r#"{"attributes":{"staff":true}}"#, true),
        (r#"{"attributes":{"staff":false}}"#, false),
        (r#"{"attributes":{"staff":"true"}}"#, false),
        (r#"{"attributes":{"shop":"mall"}}"#, false),
        (r#"{"any":[{"locale":"es-CL"},{"points":{"at_least":1}}]}"#, true),
        (r#"{"any":[{"locale":"es-CL"},{"points":{"at_least":601}}]}"#, false),
        (r#"{"not":{"locale":"en","points":{"at_least":601}}}"#, true),
        (r#"{"not":{"locale":"en"}}"#, false),
        (r#"{"locale":"en","not":{"attributes":{"staff":true}}}"#, false),
    ] {
        assert_eq!(holds(&checked(&programme, json), &ana, &programme, today()), Some(expected), "{json}");
    }
}

#[test]
fn what_is_missing_is_neither_at_least_nor_at_most() {
    let programme = programme();
    let top = MemberFacts { points_to_next_tier: Known::Missing, ..MemberFacts::newcomer(&programme, today()) };
    for name in ["days_since_visit", "birthday_in_days", "points_to_next_tier"] {
        for bound in ["at_least", "at_most"] {
            let json = format!(r#"{{"{name}":{{"{bound}":0}}}}"#);
            assert_eq!(holds(&checked(&programme, &json), &top, &programme, today()), Some(false), "{json}");
            let not = format!(r#"{{"not":{json}}}"#);
            assert_eq!(holds(&checked(&programme, &not), &top, &programme, today()), Some(true), "{not}");
        }
    }
    assert_eq!(holds(&checked(&programme, r#"{"never_visited":true}"#), &top, &programme, today()), Some(true));
}

#[test]
fn what_was_not_read_decides_only_when_it_matters() {
    let programme = programme();
    let known = MemberFacts { locale: Known::Is(Locale::En), ..MemberFacts::default() };
    for (json, expected) in [
        (r#"{"points":{"at_least":1}}"#, None),
        (r#"{"locale":"es-CL","points":{"at_least":1}}"#, Some(false)),
        (r#"{"locale":"en","points":{"at_least":1}}"#, None),
        (r#"{"any":[{"locale":"en"},{"points":{"at_least":1}}]}"#, Some(true)),
        (r#"{"any":[{"locale":"es-CL"},{"points":{"at_least":1}}]}"#, None),
        (r#"{"not":{"points":{"at_least":1}}}"#, None),
        (r#"{"not":{"locale":"es-CL","points":{"at_least":1}}}"#, Some(true)),
    ] {
        assert_eq!(holds(&checked(&programme, json), &known, &programme, today()), expected, "{json}");
    }
}

#[test]
fn a_member_is_explained_condition_by_condition() {
    let programme = programme();
    let json = r#"{"spent":{"at_least":100000},"any":[{"tiers":["cafe_oro"]},{"points":{"at_least":500,"at_most":700}}],
                   "not":{"attributes":{"staff":true}},"days_since_visit":{"at_most":45}}"#;
    let criteria = checked(&programme, json);
    let judged = judge(&criteria, &ana(&programme), &programme, (today(), Locale::En));
    assert!(!judged.in_it);
    let told: Vec<_> = judged.because.iter().map(|one| (one.condition.as_str(), one.met, one.why.as_str())).collect();
    assert_eq!(
        told,
        [
            ("days_since_visit", true, "10; asked for: at most 45"),
            ("spent", false, "90000; asked for: at least 100000"),
            ("any[0].tiers", false, "cafe_plata; asked for: cafe_oro"),
            ("any[1].points", true, "600; asked for: between 500 and 700"),
            ("not.attributes.staff", false, "yes; asked for: yes"),
        ]
    );
    let newcomer = MemberFacts::newcomer(&programme, today());
    let judged = judge(&criteria, &newcomer, &programme, (today(), Locale::EsCl));
    let visit = judged.because.iter().find(|one| one.condition == "days_since_visit").unwrap();
    assert_eq!((visit.met, &visit.value, visit.why.as_str()), (false, &None, "no hay dato; se pide a lo más 45"));
}

#[test]
fn only_what_conditions_name_is_needed() {
    let programme = programme();
    let needs = |json: &str| Needs::of(&checked(&programme, json));
    assert_eq!(needs(r#"{"lifetime_points":{"at_least":1},"never_visited":false,"locale":"en"}"#), Needs::default());
    let json = r#"{"any":[{"visits":{"days":30,"at_least":1}},{"not":{"spent":{"days":365,"at_most":1}}}]}"#;
    assert_eq!(needs(json), Needs { days: 365, ..Needs::default() });
    assert_eq!(needs(r#"{"consent":"birthday"}"#), Needs { person: true, ..Needs::default() });
}

#[test]
fn a_query_is_narrowed_by_what_must_hold_and_by_nothing_else() {
    let programme = programme();
    let narrow = |json: &str| Narrow::of(&checked(&programme, json), &programme, today());
    for json in [
        "{}",
        r#"{"any":[{"points":{"at_least":1}},{"referrals":{"at_least":1}}]}"#,
        r#"{"not":{"points":{"at_least":1}}}"#,
        r#"{"visits":{"days":3,"at_least":1}}"#,
    ] {
        assert_eq!(narrow(json), Narrow::NOTHING, "{json}");
    }
    let both = narrow(r#"{"points":{"at_least":5,"at_most":9},"days_since_visit":{"at_least":1,"at_most":2}}"#);
    assert_eq!((both.points.at_least, both.points.at_most), (Some(5), Some(9)));
    let moment = |text: &str| Instant::parse(text).unwrap();
    let span = (both.last_visit.from, both.last_visit.before);
    assert_eq!(span, (moment("2026-02-28T00:00:00-03:00"), moment("2026-03-02T00:00:00-03:00")));
    assert!(!both.last_visit.or_never);
}

#[test]
fn a_wrong_condition_is_named_with_its_path() {
    let programme = programme();
    for (json, field) in [
        (r#"{"tiers":["gold"]}"#, "conditions.tiers"),
        (r#"{"points":{}}"#, "conditions.points"),
        (r#"{"points":{"at_least":-1}}"#, "conditions.points.at_least"),
        (r#"{"points":{"at_least":5,"at_most":4}}"#, "conditions.points.at_most"),
        (r#"{"score":{"at_most":100.01}}"#, "conditions.score.at_most"),
        (r#"{"visits":{"days":0,"at_least":1}}"#, "conditions.visits.days"),
        (r#"{"spent":{"at_least":1.5}}"#, "conditions.spent.at_least"),
        (r#"{"birthday_in_days":{"at_most":367}}"#, "conditions.birthday_in_days.at_most"),
        (r#"{"bought":{"skus":[]}}"#, "conditions.bought.skus"),
        (r#"{"points_ending":{"within_days":-1,"at_least":1}}"#, "conditions.points_ending.within_days"),
        (r#"{"stamps_left":{"card":"none","at_most":1}}"#, "conditions.stamps_left.card"),
        (r#"{"consent":""}"#, "conditions.consent"),
        (r#"{"attributes":{"Staff":true}}"#, "conditions.attributes"),
        (r#"{"any":[{},{"not":{"tiers":["gold"]}}]}"#, "conditions.any[1].not.tiers"),
    ] {
        let given: Conditions = serde_json::from_str(json).unwrap();
        let error = criteria("conditions", &given, Names::of(&programme)).unwrap_err();
        assert_eq!(error.to_json()["details"]["field"], field, "{json}");
    }
    let deep = (0..9).fold("{}".to_owned(), |inner, _| format!(r#"{{"not":{inner}}}"#));
    let given: Conditions = serde_json::from_str(&deep).unwrap();
    assert!(criteria("conditions", &given, Names::of(&programme)).is_err());
    let many = (0..101).map(|_| r#"{"locale":"en"}"#).collect::<Vec<_>>().join(",");
    let given: Conditions = serde_json::from_str(&format!(r#"{{"any":[{many}]}}"#)).unwrap();
    assert!(criteria("conditions", &given, Names::of(&programme)).is_err());
}
