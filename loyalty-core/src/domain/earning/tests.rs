use super::*;
use crate::domain::purchase::{Bill, Item, Settlement};
use crate::domain::rule::History;
use crate::value::{Day, Instant};

/// A Tuesday, ten in the morning in Santiago.
const TUESDAY: &str = "2026-03-10T10:00:00-03:00";

pub(super) fn programme(rules: &str) -> Programme {
    let text = Programme::cafe_vt().unwrap().source().replacen("[[rewards]]", &format!("{rules}\n[[rewards]]"), 1);
    Programme::parse(&text).unwrap()
}

pub(super) fn with_all(rules: &str) -> Programme {
    let text = programme(rules).source().replacen("pending_days = 0", "pending_days = 0\nstacking = \"all\"", 1);
    Programme::parse(&text).unwrap()
}

pub(super) struct Case<'a> {
    pub(super) amount: i64,
    pub(super) items: &'a str,
    pub(super) tier: &'a str,
    pub(super) at: &'a str,
    pub(super) visit: i64,
    pub(super) born: Option<&'a str>,
}

pub(super) const PLAIN: Case<'static> =
    Case { amount: 10_000, items: "[]", tier: "cafe_bronze", at: TUESDAY, visit: 2, born: None };

pub(super) fn judged(programme: &Programme, case: &Case<'_>) -> Earned {
    judged_as(programme, case, &Settlement::default(), &History::default())
}

pub(super) fn judged_as(programme: &Programme, case: &Case<'_>, settlement: &Settlement, history: &History) -> Earned {
    let items: Vec<Item> = serde_json::from_str(case.items).unwrap();
    let purchase = Purchase {
        at: Instant::parse(case.at).unwrap(),
        bill: Bill { amount: Money::stored(case.amount), items: &items, settlement },
        event: None,
        tier: programme.tier(case.tier).unwrap().1,
        visit: case.visit,
        birth_date: case.born.map(|born| Day::parse(born).unwrap()),
        history,
    };
    let earned = earn(programme, &purchase, Locale::En).unwrap();
    let sum: i64 = earned.because.iter().map(|part| part.points).sum();
    assert_eq!(sum, earned.points.get(), "the parts sum to the points");
    earned
}

pub(super) fn points(programme: &Programme, case: &Case<'_>) -> i64 {
    judged(programme, case).points.get()
}

#[test]
fn the_floor_is_taken_once_of_the_whole_product() {
    let programme = Programme::cafe_vt().unwrap();
    // CVT-02 of the cases from other systems, and the example of the rules: 1 990 at x1.2 is 23, not 22.
    for (amount, tier, expected) in [
        (4_990, "cafe_bronze", 49),
        (4_990, "cafe_plata", 59),
        (4_990, "cafe_oro", 74),
        (4_990, "cafe_diamante", 99),
        (1_990, "cafe_plata", 23),
        (12_990, "cafe_plata", 155),
        (99, "cafe_bronze", 0),
        (0, "cafe_diamante", 0),
    ] {
        assert_eq!(points(&programme, &Case { amount, tier, ..PLAIN }), expected, "{amount} at {tier}");
    }
}

#[test]
fn rule_multipliers_join_the_one_product() {
    let programme = programme("[[rules]]\nid='half'\nname='Half more'\neffect={multiply=1.5}");
    // 1 990 × 1.2 × 1.5 ÷ 100 = 35.82; rounding in between would give 34.
    assert_eq!(points(&programme, &Case { amount: 1_990, tier: "cafe_plata", ..PLAIN }), 35);
}

#[test]
fn each_condition_decides_and_says_what_is_missing() {
    let rule = |when: &str| programme(&format!("[[rules]]\nid='r'\nname='R'\neffect={{multiply=2}}\nwhen={{{when}}}"));
    let cake = r#"[{"sku":"CAKE","category":"Sweet","amount":10000}]"#;
    for (when, meets, misses, missing) in [
        (
            "weekdays=['tue']",
            PLAIN,
            Case { at: "2026-03-11T10:00:00-03:00", ..PLAIN },
            "Valid on other days of the week",
        ),
        (
            "from='08:00',until='11:00'",
            PLAIN,
            Case { at: "2026-03-10T11:00:00-03:00", ..PLAIN },
            "Valid at other hours",
        ),
        (
            "from='22:00',until='02:00'",
            Case { at: "2026-03-10T01:59:59-03:00", ..PLAIN },
            PLAIN,
            "Valid at other hours",
        ),
        ("starts='2026-03-10'", PLAIN, Case { at: "2026-03-09T23:59:59-03:00", ..PLAIN }, "Valid from 2026-03-10"),
        ("ends='2026-03-10'", PLAIN, Case { at: "2026-03-11T00:00:00-03:00", ..PLAIN }, "Only until 2026-03-10"),
        ("minimum_amount=10000", PLAIN, Case { amount: 8_000, ..PLAIN }, "2,000 CLP to go"),
        ("tiers=['cafe_oro']", Case { tier: "cafe_oro", ..PLAIN }, PLAIN, "Only for Café Oro"),
        ("skus=['CAKE']", Case { items: cake, ..PLAIN }, PLAIN, "Valid for other products"),
        ("categories=['Sweet']", Case { items: cake, ..PLAIN }, PLAIN, "Valid for other products"),
        ("first_purchase=true", Case { visit: 1, ..PLAIN }, PLAIN, "Only on the first purchase"),
        ("birthday_month=true", Case { born: Some("1990-03-31"), ..PLAIN }, PLAIN, "Only in your birthday month"),
        ("every_nth_visit=10", Case { visit: 20, ..PLAIN }, Case { visit: 9, ..PLAIN }, "1 visit to go"),
    ] {
        let programme = rule(when);
        let plain = points(&Programme::cafe_vt().unwrap(), &meets);
        assert_eq!(points(&programme, &meets), 2 * plain, "{when}");
        let missed = judged(&programme, &misses);
        assert_eq!(missed.points.get(), points(&Programme::cafe_vt().unwrap(), &misses), "{when}");
        assert_eq!(missed.missed[0].missing, missing, "{when}");
    }
}

#[test]
fn a_multiplier_of_products_works_on_their_lines_only() {
    let text = Programme::cafe_vt().unwrap().source().replacen("points = 1 ", "points = 4 ", 1);
    let text = text.replacen("per = 100 ", "per = 1 ", 1);
    let rule = "[[rules]]\nid='r'\nname='R'\neffect={multiply=3}\nwhen={skus=['123']}\n[[rewards]]";
    let programme = Programme::parse(&text.replacen("[[rewards]]", rule, 1)).unwrap();
    // OLO-09 of the cases from other systems: 12 × 4 × 3 + 100 × 4 + 40 × 4.
    let items = r#"[{"sku":"123","amount":12},{"sku":"000","amount":100},{"sku":"0001","amount":40}]"#;
    assert_eq!(points(&programme, &Case { amount: 152, items, ..PLAIN }), 704);
    // A discount on the whole order is spread by value; the part without a line belongs to no line.
    assert_eq!(points(&programme, &Case { amount: 76, items, ..PLAIN }), 352);
    assert_eq!(points(&programme, &Case { amount: 160, items, ..PLAIN }), 704 + 32);
}

#[test]
fn zero_is_a_legal_factor_and_gifts_match_nothing() {
    let programme = programme("[[rules]]\nid='r'\nname='R'\neffect={multiply=0}\nwhen={skus=['CARD']}");
    let card = r#"[{"sku":"CARD","amount":6000},{"sku":"TEA","amount":4000}]"#;
    assert_eq!(points(&programme, &Case { items: card, ..PLAIN }), 40);
    let gift = r#"[{"sku":"CARD","amount":6000,"kind":"gift"},{"sku":"TEA","amount":4000}]"#;
    assert_eq!(points(&programme, &Case { items: gift, ..PLAIN }), 100);
}

const THREE: &str = "[[rules]]\nid='a'\nname='A'\neffect={add=70}\n\
    [[rules]]\nid='b'\nname='B'\neffect={multiply=2}\n\
    [[rules]]\nid='c'\nname='C'\neffect={per_unit=10}\nwhen={skus=['TEA']}";

#[test]
fn the_best_rule_wins_or_all_join() {
    let tea = r#"[{"sku":"TEA","quantity":3},{"sku":"CAKE","quantity":9}]"#;
    let case = Case { items: tea, ..PLAIN };
    let best = judged(&programme(THREE), &case);
    assert_eq!(best.points.get(), 200);
    let missed: Vec<_> = best.missed.iter().map(|missed| missed.rule.as_str()).collect();
    assert_eq!(missed, ["a", "c"]);
    assert_eq!(points(&with_all(THREE), &case), 200 + 70 + 30);
}

#[test]
fn the_order_in_which_rules_were_written_never_matters() {
    let mut parts: Vec<&str> = THREE.split("[[rules]]").filter(|part| !part.is_empty()).collect();
    parts.reverse();
    let reversed: String = parts.iter().map(|part| format!("[[rules]]{part}\n")).collect();
    let tea = r#"[{"sku":"TEA","quantity":3}]"#;
    let case = Case { items: tea, ..PLAIN };
    assert_eq!(judged(&with_all(THREE), &case), judged(&with_all(&reversed), &case));
    assert_eq!(judged(&programme(THREE), &case), judged(&programme(&reversed), &case));
}

#[test]
fn caps_cut_and_say_so() {
    let text = Programme::cafe_vt().unwrap().source().replacen(
        "pending_days = 0",
        "pending_days = 0\nmax_points_per_order = 60",
        1,
    );
    let programme = Programme::parse(&text).unwrap();
    let cut = judged(&programme, &PLAIN);
    assert_eq!((cut.points.get(), cut.because[1].rule.as_str(), cut.because[1].points), (60, "cap", -40));
    assert_eq!(points(&programme, &Case { amount: 5_999, ..PLAIN }), 59);
}

#[test]
fn huge_amounts_are_refused_and_never_wrap() {
    let programme = programme("[[rules]]\nid='r'\nname='R'\neffect={multiply=100}");
    let purchase = Purchase {
        at: Instant::parse(TUESDAY).unwrap(),
        bill: Bill {
            amount: Money::stored(crate::value::limit::MAX_MINOR),
            items: &[],
            settlement: &Settlement::default(),
        },
        event: None,
        tier: programme.tier("cafe_diamante").unwrap().1,
        visit: 1,
        birth_date: None,
        history: &History::default(),
    };
    assert!(earn(&programme, &purchase, Locale::En).is_err());
}
