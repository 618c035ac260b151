use super::tests::{Case, PLAIN, judged, judged_as, points, programme, with_all};
use super::*;
use crate::domain::programme::{Counts, Used};
use crate::domain::purchase::Settlement;
use crate::domain::rule::{History, Room};
use crate::value::Day;

/// The programme with some keys of `[earn]` and some rules.
fn earning(keys: &str, rules: &str) -> Programme {
    let text = programme(rules).source().replacen("pending_days = 0", &format!("pending_days = 0\n{keys}"), 1);
    Programme::parse(&text).unwrap()
}

fn refused(keys: &str, rules: &str) -> String {
    let text = Programme::cafe_vt().unwrap().source().replacen("[[rewards]]", &format!("{rules}\n[[rewards]]"), 1);
    let text = text.replacen("pending_days = 0", &format!("pending_days = 0\n{keys}"), 1);
    let error = Programme::parse(&text).unwrap_err();
    format!("{} {}", error.details()["field"].as_str().unwrap(), error.details()["expected"].as_str().unwrap())
}

fn rule(id: &str, rest: &str) -> String {
    format!("[[rules]]\nid='{id}'\nname='{id}'\n{rest}\n")
}

const CART: &str = r#"[
    {"sku":"123","amount":12,"labels":["color:red"]},
    {"sku":"000","amount":100,"labels":["color:blue"]},
    {"sku":"0001","amount":40,"category":"delivery"}
]"#;

#[test]
fn rules_that_accrue_from_the_same_money_add() {
    let both = "effect={per_amount={points=4,per=1}}";
    let text = programme(&rule("more", both)).source().replacen("points = 1 ", "points = 10 ", 1);
    let ten_and_four = Programme::parse(&text.replacen("per = 100 ", "per = 1 ", 1)).unwrap();
    assert_eq!(points(&ten_and_four, &Case { amount: 152, items: CART, ..PLAIN }), 2_128);
    // On the lines that a rule names, only their money counts.
    let named = programme(&rule("red", "effect={per_amount={points=1,per=10}}\nwhen={labels=['red']}"));
    assert_eq!(points(&named, &Case { amount: 152, items: CART, ..PLAIN }), 1 + 1);
}

#[test]
fn points_become_whole_at_the_declared_place() {
    let second = rule("second", "effect={per_amount={points=1,per=200}}");
    for (place, whole) in [("order", 29), ("rule", 28), ("line", 28)] {
        let programme = earning(&format!("rounding_place='{place}'"), &second);
        assert_eq!(points(&programme, &Case { amount: 1_999, ..PLAIN }), whole, "{place}");
    }
    let lines = r#"[{"sku":"A","amount":150},{"sku":"B","amount":150}]"#;
    for (place, whole) in [("order", 3), ("rule", 3), ("line", 2)] {
        let programme = earning(&format!("rounding_place='{place}'"), "");
        assert_eq!(points(&programme, &Case { amount: 300, items: lines, ..PLAIN }), whole, "{place}");
    }
}

#[test]
fn whole_groups_drop_what_does_not_fill_one() {
    let text = earning("whole_groups=true", "").source().replacen("points = 1 ", "points = 10 ", 1);
    let programme = Programme::parse(&text.replacen("per = 100 ", "per = 200 ", 1)).unwrap();
    assert_eq!(points(&programme, &Case { amount: 700, ..PLAIN }), 30);
    assert_eq!(points(&programme, &Case { amount: 700, tier: "cafe_plata", ..PLAIN }), 36);
    let more = earning("", &rule("g", "effect={per_amount={points=3,per=200,whole_groups=true}}"));
    assert_eq!(points(&more, &Case { amount: 799, ..PLAIN }), 7 + 9);
}

#[test]
fn factors_of_labels_multiply_the_lines_that_carry_them() {
    let priced = |factors: &str| {
        let text = programme(&rule("labels", &format!("effect={{multiply_labels={factors}}}")));
        let text = text.source().replacen("points = 1 ", "points = 4 ", 1).replacen("per = 100 ", "per = 1 ", 1);
        points(&Programme::parse(&text).unwrap(), &Case { amount: 152, items: CART, ..PLAIN })
    };
    assert_eq!(priced("{red=0, blue=2, 'size:xxl'=2}"), 960);
    assert_eq!(priced("{blue=2, orange=3}"), 1_008);
    assert_eq!(priced("{'color:red'=2, red=3}"), 608 + 5 * 48, "a line takes the factors of all its labels");
    assert_eq!(priced("{orange=3}"), 608);
    assert!(refused("", &rule("r", "effect={multiply_labels={}}")).contains("at least one label"));
}

#[test]
fn a_visit_is_a_day_however_many_bills_it_has() {
    let programme = programme(&rule("visit", "effect={per_visit=7}"));
    assert_eq!(points(&programme, &PLAIN), 107);
    let again = used("visit", Counts { day: 1, week: 1, month: 1, ever: 1 }, 7);
    let second = judged_as(&programme, &PLAIN, &Settlement::default(), &again);
    assert_eq!((second.points.get(), second.missed[0].missing.as_str()), (100, "You have used this offer"));
}

fn used(rule: &str, times: Counts, points: i64) -> History {
    let points = Counts { day: points, week: points, month: points, ever: points };
    History { used: vec![(rule.to_owned(), Used { times, points })], ..History::default() }
}

#[test]
fn each_limit_of_a_rule_keeps_it_or_cuts_it() {
    let once = Counts { day: 1, week: 2, month: 3, ever: 4 };
    for (limit, given, missed) in [
        ("times=4", 0, 1),
        ("times=5", 50, 0),
        ("times_per_day=1", 0, 1),
        ("times_per_day=2", 50, 0),
        ("times_per_week=2", 0, 1),
        ("times_per_week=3", 50, 0),
        ("times_per_month=3", 0, 1),
        ("times_per_month=4", 50, 0),
        ("points=60", 20, 0),
        ("points=40", 0, 1),
        ("points_per_day=70", 30, 0),
        ("points_per_week=80", 40, 0),
        ("points_per_month=85", 45, 0),
        ("points_per_order=15", 15, 0),
    ] {
        let text = rule("r", &format!("effect={{add=50}}\nlimit={{{limit}}}"));
        let earned = judged_as(&programme(&text), &PLAIN, &Settlement::default(), &used("r", once, 40));
        assert_eq!((earned.points.get() - 100, earned.missed.len()), (given, missed), "{limit}");
        let rejecting = earning("cap='reject'", &text);
        let earned = judged_as(&rejecting, &PLAIN, &Settlement::default(), &used("r", once, 40));
        assert_eq!(earned.points.get() - 100, if given == 50 { 50 } else { 0 }, "rejecting {limit}");
    }
}

#[test]
fn caps_of_each_window_cut_or_reject() {
    let room = |day, week, month| {
        let points = |left: i64| (left >= 0).then(|| Points::stored(left));
        History {
            room: Room { day: points(day), week: points(week), month: points(month), balance: None },
            ..History::default()
        }
    };
    for (history, left, why) in [
        (room(60, -1, -1), 60, "Maximum per day"),
        (room(-1, 50, -1), 50, "Maximum per week"),
        (room(-1, -1, 40), 40, "Maximum per month"),
    ] {
        let cut = judged_as(&programme(""), &PLAIN, &Settlement::default(), &history);
        assert_eq!((cut.points.get(), cut.because[1].why.as_str()), (left, why));
        let rejected = judged_as(&earning("cap='reject'", ""), &PLAIN, &Settlement::default(), &history);
        assert_eq!(rejected.points.get(), 0, "{why}");
    }
}

#[test]
fn each_further_condition_decides_and_says_what_is_missing() {
    let days = |days: &[&str]| History {
        days: days.iter().map(|day| Day::parse(day).unwrap()).collect(),
        ..History::default()
    };
    let nothing = Settlement::default();
    let shop = Settlement { shop: Some(crate::value::Shop::new("mall").unwrap()), ..Settlement::default() };
    let (here, there) = ((&shop, days(&[])), (&nothing, days(&[])));
    let run = (&nothing, days(&["2026-03-09", "2026-03-08"]));
    let weeks = (&nothing, days(&["2026-03-02", "2026-02-25"]));
    let (plain, red) = (&PLAIN, &Case { items: CART, ..PLAIN });
    let born = &Case { born: Some("1990-03-10"), ..PLAIN };
    let day_after = &Case { born: Some("1990-03-09"), ..PLAIN };
    for (when, meets, misses, missing) in [
        ("shops=['mall']", (plain, &here), (plain, &there), "Valid in another shop"),
        ("labels=['red']", (red, &there), (plain, &there), "Valid for other products"),
        ("minimum_quantity=3", (red, &there), (plain, &there), "3 units to go"),
        ("minimum_quantity=2,labels=['color:blue','red']", (red, &there), (plain, &there), "Valid for other products"),
        ("birthday=true", (born, &there), (day_after, &there), "Only on your birthday"),
        ("streak_days=3", (plain, &run), (plain, &there), "2 more days in a row"),
        ("streak_weeks=3", (plain, &weeks), (plain, &run), "1 more week in a row"),
    ] {
        let programme = programme(&rule("r", &format!("effect={{add=50}}\nwhen={{{when}}}")));
        let met = judged_as(&programme, meets.0, meets.1.0, &meets.1.1);
        assert_eq!(met.points.get(), 150, "{when}");
        let missed = judged_as(&programme, misses.0, misses.1.0, &misses.1.1);
        assert_eq!((missed.points.get(), missed.missed[0].missing.as_str()), (100, missing), "{when}");
    }
}

#[test]
fn the_29_february_has_a_birthday_every_year_on_the_declared_day() {
    let text = rule("r", "effect={add=50}\nwhen={birthday=true}");
    let month = rule("r", "effect={add=50}\nwhen={birthday_month=true}");
    let at = |at: &'static str| Case { at, born: Some("2004-02-29"), ..PLAIN };
    let (feb, mar, leap) =
        (at("2026-02-28T10:00:00-03:00"), at("2026-03-01T10:00:00-03:00"), at("2028-02-29T10:00:00-03:00"));
    for (leap_day, given) in [("feb_28", [50, 0, 50]), ("mar_1", [0, 50, 50])] {
        let key = format!("leap_day='{leap_day}'");
        let of = |rules: &str, case: &Case<'_>| points(&earning(&key, rules), case) - 100;
        assert_eq!([of(&text, &feb), of(&text, &mar), of(&text, &leap)], given, "{leap_day}");
        assert_eq!([of(&month, &feb), of(&month, &mar), of(&month, &leap)], given, "{leap_day}");
    }
}

#[test]
fn a_window_over_midnight_belongs_to_the_weekday_on_which_it_began() {
    let programme = programme(&rule("r", "effect={add=50}\nwhen={weekdays=['tue'],from='22:00',until='02:00'}"));
    for (at, given) in [
        ("2026-03-10T22:00:00-03:00", 50),
        ("2026-03-11T01:59:59-03:00", 50),
        ("2026-03-11T02:00:00-03:00", 0),
        ("2026-03-10T01:00:00-03:00", 0),
    ] {
        assert_eq!(points(&programme, &Case { at, ..PLAIN }) - 100, given, "{at}");
    }
}

const RIVALS: &str = "[[rules]]\nid='a'\nname='A'\neffect={add=10}\npriority=PRIO\nstop=STOP\n\
    [[rules]]\nid='b'\nname='B'\neffect={add=30}\n[[rules]]\nid='c'\nname='C'\neffect={add=20}\n";

#[test]
fn a_rule_that_stops_leaves_out_all_of_a_lower_priority() {
    let with = |priority: &str, stop: &str| {
        let judged = judged(&with_all(&RIVALS.replace("PRIO", priority).replace("STOP", stop)), &PLAIN);
        (judged.points.get() - 100, judged.missed.iter().map(|one| one.missing.clone()).collect::<Vec<_>>())
    };
    assert_eq!(with("1", "true"), (10, vec!["Cannot be combined with another offer: A".to_owned(); 2]));
    assert_eq!(with("0", "true"), (60, vec![]), "equals are no lower");
    assert_eq!(with("1", "false"), (60, vec![]));
}

#[test]
fn of_a_group_the_best_one_joins_the_others() {
    let text = RIVALS.replace("PRIO", "0").replace("STOP", "false");
    let grouped = text.replace("id='a'", "id='a'\ngroup='g'").replace("id='b'", "id='b'\ngroup='g'");
    assert_eq!(points(&with_all(&grouped), &PLAIN), 100 + 30 + 20);
    assert_eq!(points(&programme(&grouped), &PLAIN), 100 + 30);
    let missed = judged(&with_all(&grouped), &PLAIN).missed;
    assert_eq!((missed[0].rule.as_str(), missed[0].missing.as_str()), ("a", "Another offer gives more: B"));
}

#[test]
fn what_takes_points_never_takes_what_a_limit_kept_back() {
    let three = rule("a", "effect={multiply=3}\nlimit={points_per_order=9}");
    for (takes, given) in [("0.5", 50 + 9), ("0", 0)] {
        let both = format!("{three}{}", rule("b", &format!("effect={{multiply={takes}}}")));
        assert_eq!(points(&with_all(&both), &PLAIN), given, "{takes}");
    }
    // Labels that both take and give: the cut part is not taken twice, and nothing ends below zero.
    let mixed = rule("b", "effect={multiply_labels={red=0,never=2}}");
    let red = r#"[{"sku":"A","amount":10000,"labels":["red"]}]"#;
    assert_eq!(points(&with_all(&format!("{three}{mixed}")), &Case { items: red, ..PLAIN }), 0);
}

#[test]
fn amounts_without_a_common_multiple_are_refused_when_the_programme_is_read() {
    let rules: String = [999_983, 999_979, 999_961]
        .iter()
        .map(|per| rule(&format!("r{per}"), &format!("effect={{per_amount={{points=1,per={per}}}}}")))
        .collect();
    assert!(refused("", &rules).starts_with("program.rules its amount and the others have no common multiple"));
}

#[test]
fn a_wrong_rule_names_its_key() {
    for (rest, words) in [
        ("effect={add=1}\npriority=5000", "program.rules[0].priority must be between"),
        ("effect={add=1}\nlimit={times=0}", "program.rules[0].limit.times must be between"),
        ("effect={add=1}\nlimit={time=1}", "program.rules[0].limit.time is an unknown key"),
        ("effect={multiply=2}\nwhen={event='x'}", "program.rules[0].effect must be `add` for an event"),
        ("effect={add=2}\nwhen={event='x',first_purchase=true}", "first_purchase applies to purchases only"),
        ("effect={add=2}\nwhen={properties={a={is=[1]}}}", "program.rules[0].when.properties is allowed only with"),
        ("effect={add=2}\nwhen={streak_days=1}", "program.rules[0].when.streak_days must be between 2 and 366"),
        ("effect={per_amount={points=1,per=0}}", "program.rules[0].effect.per_amount.per must be above zero"),
        ("effect={add=2}\ngroup=''", "program.rules[0].group must not be empty"),
    ] {
        let text = refused("", &rule("r", rest));
        assert!(text.contains(words), "{rest}: {text}");
    }
    assert!(refused("cap='refuse'", "").contains("program.earn.cap"));
    assert!(refused("rounding_place='sum'", "").contains("program.earn.rounding_place"));
    assert!(refused("basis={tax='before'}", "").contains("program.earn.basis.tax"));
}

#[test]
fn each_key_of_the_basis_changes_what_earns() {
    let bill = r#"[
        {"sku":"A","category":"Food","amount":10000,"tax":1900},
        {"sku":"B","amount":5000},
        {"sku":"G","category":"Food","kind":"gift","amount":2000},
        {"sku":"D","kind":"discount","amount":-1500}
    ]"#;
    let settled =
        |tax, points_paid, gift_card_paid| Settlement { tax, points_paid, gift_card_paid, ..Settlement::default() };
    let case = Case { amount: 13_500, items: bill, ..PLAIN };
    for (basis, settlement, whole) in [
        ("", settled(None, 0, 0), 135),
        ("tax='earns_nothing'", settled(None, 0, 0), 116),
        ("tax='earns_nothing'", settled(Some(2_500), 0, 0), 110),
        ("gifts='earns'", settled(None, 0, 0), 155),
        ("discounts='ignored'", settled(None, 0, 0), 150),
        ("", settled(None, 3_500, 0), 100),
        ("points_paid='ignored'", settled(None, 3_500, 0), 135),
        ("", settled(None, 0, 3_500), 135),
        ("gift_card_paid='reduces'", settled(None, 0, 3_500), 100),
        ("exclude={categories=['Food']}", settled(None, 0, 0), 45),
        ("exclude={skus=['B']}", settled(None, 0, 0), 90),
        ("order_discount='apart',exclude={skus=['B']}", settled(None, 0, 0), 85),
        ("exclude={skus=['B']}", settled(None, 3_500, 0), 66),
        ("exclude={skus=['B']},payments='earning_first'", settled(None, 3_500, 0), 55),
        ("exclude={skus=['B']},payments='earning_first'", settled(None, 3_500, 2_000), 55),
        ("exclude={skus=['B']},payments='earning_first',gift_card_paid='reduces'", settled(None, 3_500, 2_000), 35),
        ("exclude={skus=['B']},payments='earning_first'", settled(None, 10_000, 0), 0),
        ("payments='earning_first'", settled(None, 3_500, 0), 100),
    ] {
        let programme = earning(&format!("basis={{{basis}}}"), "");
        let earned = judged_as(&programme, &case, &settlement, &History::default());
        assert_eq!(earned.points.get(), whole, "{basis} {settlement:?}");
    }
}

#[test]
fn a_discount_on_the_order_is_spread_or_stands_apart() {
    let food = rule("food", "effect={per_amount={points=1,per=1}}\nwhen={categories=['Food']}");
    let bill = r#"[{"sku":"A","category":"Food","amount":100},{"sku":"B","amount":50}]"#;
    let earned = |basis: &str, amount: i64| {
        let programme = earning(&format!("basis={{{basis}}}"), &food);
        let text = programme.source().replacen("points = 1 ", "points = 0 ", 1);
        points(&Programme::parse(&text).unwrap(), &Case { amount, items: bill, ..PLAIN })
    };
    assert_eq!(earned("", 135), 90);
    assert_eq!(earned("order_discount='apart'", 135), 100);
    assert_eq!(earned("order_discount='apart'", 150), 100);
    assert_eq!(earned("", 0), 0);
}
