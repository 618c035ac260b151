use super::*;
use crate::domain::payment::PointValue;

fn programme(keys: &str, rules: &str) -> Programme {
    let text = Programme::cafe_vt().unwrap().source().replacen("[[rewards]]", &format!("{rules}\n[[rewards]]"), 1);
    Programme::parse(&text.replacen("pending_days = 0", &format!("pending_days = 0\n{keys}"), 1)).unwrap()
}

fn rule(id: &str, rest: &str) -> String {
    format!("[[rules]]\nid='{id}'\nname='{id}'\n{rest}\n")
}

/// The codes found, with the rule they are about.
fn found(programme: &Programme, margin: Option<(&str, &str)>) -> Vec<String> {
    let today = Day::parse("2026-03-10").unwrap();
    let margin = margin.map(|(percent, value)| Margin {
        percent: serde_json::from_str(percent).unwrap(),
        point_value: PointValue::new(value.parse().unwrap(), programme.currency).unwrap(),
    });
    let found = lint(programme, today, margin);
    found.iter().map(|one| format!("{} {}", one.rule.as_deref().unwrap_or("-"), one.code)).collect()
}

#[test]
fn the_compiled_in_programme_has_nothing_to_find() {
    assert!(found(&Programme::cafe_vt().unwrap(), None).is_empty());
}

#[test]
fn a_rule_that_never_fires_or_does_nothing_is_found() {
    for (rest, code) in [
        ("effect={add=1}\nwhen={first_purchase=true,every_nth_visit=2}", "a never_fires"),
        ("effect={add=1}\nwhen={first_purchase=true,streak_days=2}", "a never_fires"),
        ("effect={add=1}\nwhen={starts='2026-03-10',ends='2026-03-11',weekdays=['sun']}", "a never_fires"),
        ("effect={add=1}\nwhen={starts='2026-09-06',ends='2026-09-06',from='00:15',until='00:45'}", "a never_fires"),
        ("effect={add=1}\nwhen={ends='2026-03-09'}", "a over"),
        ("effect={add=1}\nwhen={starts='2026-03-11'}", "a not_started"),
        ("effect={multiply=1}", "a no_effect"),
        ("effect={multiply_labels={red=1}}", "a no_effect"),
        ("effect={per_amount={points=0,per=1}}", "a no_effect"),
        ("effect={add=1}\npriority=1\nstop=true", "a no_effect"),
        ("effect={multiply=0.5}", "a loses_always"),
        ("effect={add=1}\ngroup='g'", "a group_of_one"),
    ] {
        assert_eq!(found(&programme("", &rule("a", rest)), None), [code], "{rest}");
    }
    let capped = programme("max_points_per_order=50", &rule("a", "effect={add=9}\nwhen={minimum_amount=5000}"));
    assert_eq!(found(&capped, None), ["a no_effect"]);
    let below = programme("max_points_per_order=50", &rule("a", "effect={add=9}\nwhen={minimum_amount=4999}"));
    assert!(found(&below, None).is_empty());
    for fires in [
        "effect={add=1}\nwhen={starts='2026-03-10',ends='2026-03-10',weekdays=['tue'],from='22:00',until='02:00'}",
        // The night that began on Monday still includes one o'clock on Tuesday.
        "effect={add=1}\nwhen={starts='2026-03-10',ends='2026-03-10',weekdays=['mon'],from='22:00',until='02:00'}",
        "effect={add=1}\nwhen={starts='2026-09-06',ends='2026-09-06',from='00:15',until='01:15'}",
    ] {
        assert!(!found(&programme("", &rule("a", fires)), None).contains(&"a never_fires".to_owned()), "{fires}");
    }
}

#[test]
fn a_rule_that_another_hides_is_found() {
    let both = |one: &str, other: &str, keys: &str| {
        found(&programme(keys, &format!("{}{}", rule("a", one), rule("b", other))), None)
    };
    let best = |one: &str, other: &str| both(one, other, "");
    assert_eq!(best("effect={add=10}\nwhen={weekdays=['tue']}", "effect={add=10}"), ["a shadowed"]);
    assert_eq!(best("effect={multiply=2}", "effect={multiply=3}\nwhen={weekdays=['tue']}"), Vec::<String>::new());
    assert_eq!(best("effect={multiply=2}\nwhen={minimum_amount=5}", "effect={multiply=3}"), ["a shadowed"]);
    assert_eq!(best("effect={add=10}", "effect={add=10}"), ["b shadowed"], "of two that are equal one is enough");
    assert_eq!(best("effect={add=10}", "effect={add=20}\nlimit={times=1}"), Vec::<String>::new());
    assert_eq!(best("effect={add=10}\nwhen={skus=['x']}", "effect={multiply=9}"), Vec::<String>::new());
    let inside = "effect={add=5}\nwhen={from='09:00',until='10:00',every_nth_visit=4}";
    assert_eq!(best(inside, "effect={add=5}\nwhen={from='08:00',until='10:00',every_nth_visit=2}"), ["a shadowed"]);
    assert_eq!(both("effect={add=10}", "effect={add=20}", "stacking='all'"), Vec::<String>::new());
    let stopped =
        both("effect={add=99}\nwhen={tiers=['cafe_oro']}", "effect={add=1}\npriority=1\nstop=true", "stacking='all'");
    assert_eq!(stopped, ["a stopped_always"]);
}

#[test]
fn multipliers_that_meet_are_named_with_their_product() {
    let two = |one: &str, other: &str| {
        let rules = [
            rule("a", &format!("effect={{multiply=2}}\n{one}")),
            rule("b", &format!("effect={{multiply=1.5}}\n{other}")),
        ];
        lint(&programme("stacking='all'", &rules.concat()), Day::parse("2026-03-10").unwrap(), None)
    };
    let met = two("", "when={weekdays=['tue']}");
    assert_eq!(met.len(), 1);
    assert!(met[0].code == "overlap" && met[0].message.contains("multiplied by 3.00"), "{}", met[0].message);
    for (one, other) in [
        ("when={weekdays=['mon']}", "when={weekdays=['tue']}"),
        ("when={from='08:00',until='09:00'}", "when={from='09:00',until='10:00'}"),
        ("when={ends='2026-03-31'}", "when={starts='2026-04-01'}"),
        ("when={shops=['a']}", "when={shops=['b']}"),
        ("group='g'", "group='g'"),
    ] {
        let met: Vec<_> = two(one, other).into_iter().filter(|one| one.code == "overlap").collect();
        assert!(met.is_empty(), "{one} {other}");
    }
}

#[test]
fn what_is_given_away_is_held_against_the_margin() {
    // A point of 1 CLP for 100 CLP is 1 %, doubled for the highest tier.
    let plain = programme("", "");
    assert!(found(&plain, Some(("2", "1"))).is_empty());
    assert_eq!(found(&plain, Some(("1.99", "1"))), ["- over_margin"]);
    assert_eq!(found(&plain, Some(("2", "1.01"))), ["- over_margin"]);
    for (rest, margin, codes) in [
        ("effect={multiply=3}", "6", vec![]),
        ("effect={multiply=3}", "5.99", vec!["a over_margin"]),
        ("effect={multiply_labels={red=3}}", "5.99", vec!["a over_margin"]),
        ("effect={per_amount={points=1,per=50}}", "6", vec![]),
        ("effect={per_amount={points=1,per=50}}", "5.99", vec!["a over_margin"]),
        ("effect={add=50}\nwhen={minimum_amount=5000}", "3", vec![]),
        ("effect={add=50}\nwhen={minimum_amount=5000}", "2.99", vec!["a over_margin"]),
        ("effect={add=50}", "50", vec!["a unbounded"]),
        ("effect={add=50}\nwhen={event='x'}", "2", vec![]),
    ] {
        assert_eq!(found(&programme("", &rule("a", rest)), Some((margin, "1"))), codes, "{rest} {margin}");
    }
    let rules = [rule("a", "effect={multiply=2}"), rule("b", "effect={multiply=2}\nwhen={weekdays=['tue']}")].concat();
    let all = found(&programme("stacking='all'", &rules), Some(("5", "1")));
    assert_eq!(all, ["- over_margin_together", "a overlap"]);
}

#[test]
fn what_concerns_the_whole_is_found() {
    assert_eq!(found(&programme("max_points_per_day=50\nmax_points_per_month=50", ""), None), ["- cap_without_effect"]);
    let text = programme("", "").source().replacen("minimum_points = 100", "minimum_points = 1001", 1);
    assert_eq!(found(&Programme::parse(&text).unwrap(), None), ["- never_redeemable"]);
    let text = programme("", "").source().replacen("points = 1 ", "points = 0 ", 1);
    assert_eq!(found(&Programme::parse(&text).unwrap(), None), ["- nothing_earns"]);
}

#[test]
fn a_tier_of_the_balance_that_redeeming_by_itself_keeps_out_of_reach_is_found() {
    let plain = Programme::cafe_vt().unwrap();
    let with = |metric: &str, threshold: i64| {
        let text = plain.source().replacen("metric = \"lifetime_points\"", &format!("metric = \"{metric}\""), 1);
        let rule = format!("[auto_redeem]\nreward = 1\nthreshold = {threshold}\n");
        found(&Programme::parse(&text.replacen("[tier_rules]", &format!("{rule}\n[tier_rules]"), 1)).unwrap(), None)
    };
    assert_eq!(with("balance", 5_000), ["- tier_out_of_reach"]);
    assert_eq!(with("balance", 75_001), Vec::<String>::new());
    assert_eq!(with("lifetime_points", 5_000), Vec::<String>::new());
}
