//! What the programme file may say about the life of points.

use super::*;

fn refused(changes: &[(&str, &str)]) -> (String, String) {
    let mut text = CAFE_VT.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    let error = Programme::parse(&text).unwrap_err();
    let detail = |name: &str| error.details()[name].as_str().unwrap_or_default().to_owned();
    (detail("field"), detail("expected"))
}

#[test]
fn a_wrong_value_is_told_in_the_words_of_the_file() {
    for (from, to, field, expected) in [
        ("points = 1 ", "points = \"1\" ", "program.earn.points", "must be an integer, got the string `1`"),
        (
            "days = 365 ",
            "days = 365.5 ",
            "program.expiry.days",
            "must be an integer, got the floating-point number `365.5`",
        ),
        ("locale = \"es-CL\"", "locale = \"es\"", "program.locale", "must be `es-CL` or `en`, got `es`"),
        ("name = \"cafe-vt\"\n", "", "program.name", "is required"),
    ] {
        assert_eq!(refused(&[(from, to)]), (field.to_owned(), expected.to_owned()));
    }
    let (field, expected) = refused(&[("pending_days = 0", "pendig_days = 0")]);
    assert_eq!(field, "program.earn.pendig_days");
    assert!(expected.starts_with("is an unknown key; expected one of `points`"), "{expected}");
}

#[test]
fn what_is_told_is_kept_for_a_time_that_makes_sense() {
    let with = |words: &'static str| refused(&[("thresholds = [1_000, 5_000]", words)]);
    assert_eq!(with("thresholds = [500, 500]").0, "program.notices.thresholds[1]");
    assert_eq!(with("stale_hours = 0").0, "program.notices.stale_hours");
    for (text, field) in [
        ("[retention]\nevents_days = 0", "program.retention.events_days"),
        ("[retention]\nevents_days = 40\nunseen_events_days = 39", "program.retention.unseen_events_days"),
        ("[retention]\nnotices_days = 0", "program.retention.notices_days"),
    ] {
        assert_eq!(refused(&[("[notices]", &format!("{text}\n[notices]"))]).0, field);
    }
}

#[test]
fn a_message_needs_a_sender_an_address_of_the_web_and_an_hour_that_is_one() {
    for (from, to, field) in [
        ("from = \"Café-VT <hola@cafe-vt.cl>\"", "from = \"Café-VT\"", "from"),
        ("from = \"Café-VT <hola@cafe-vt.cl>\"", "from = \"hola@local\"", "from"),
        ("base_url = \"https://cafe-vt.cl\"", "base_url = \"cafe-vt.cl\"", "base_url"),
        ("quiet = { from = \"21:00\"", "quiet = { from = \"24:30\"", "quiet.from"),
        ("quiet = { from = \"21:00\"", "quiet = { from = \"09:00\"", "quiet.until"),
        ("# service_needs_consent = true", "paths = { card = \"loyalty.php\" }\n#", "paths.card"),
        ("shop = \"Café-VT\"", "shop = \"\"", "shop"),
    ] {
        assert_eq!(refused(&[(from, to)]).0, format!("program.messages.{field}"));
    }
}

#[test]
fn a_reminder_comes_before_what_it_is_about() {
    let with = |text: &str| refused(&[("next_tier_points = 500", text)]).0;
    for (text, field) in [
        ("points_ending_days = [7, 30]", "points_ending_days[1]"),
        ("points_ending_days = [-1]", "points_ending_days[0]"),
        ("points_ending_at_least = -1", "points_ending_at_least"),
        ("coupon_ending_days = -1", "coupon_ending_days"),
        ("tier_in_danger_days = -1", "tier_in_danger_days"),
        ("next_tier_points = -1", "next_tier_points"),
        ("stamps_left = 1_001", "stamps_left"),
        ("missed_after_days = 200", "missed_until_days"),
        ("birthday_late_days = -1", "birthday_late_days"),
    ] {
        assert_eq!(with(text), format!("program.reminders.{field}"));
    }
}

#[test]
fn words_of_the_shop_are_templates_that_a_kind_knows() {
    let with = |text: &str| refused(&[("[notices]", &format!("[notices.texts.es-CL]\n{text}\n[notices]"))]);
    for (text, field, words) in [
        ("welkome = { title = \"a\", text = \"b\" }", "welkome", "is no kind of notice"),
        (
            "welcome = { title = \"a {points}\", text = \"b\" }",
            "welcome.title",
            "may use no placeholder, got `{points}`",
        ),
        ("tier_upgraded = { title = \"a\", text = \"{tier\" }", "tier_upgraded.text", "has a `{` without a `}`"),
        (
            "tier_upgraded = { title = \"a\", text = \"{reward}\" }",
            "tier_upgraded.text",
            "may use `{tier}`, got `{reward}`",
        ),
    ] {
        let (got, expected) = with(text);
        assert_eq!(got, format!("program.notices.texts.es-CL.{field}"));
        assert!(expected.starts_with(words), "{expected}");
    }
    let (got, _) = refused(&[("[notices]", "[notices.texts.fr.welcome]\ntitle = \"a\"\ntext = \"b\"\n[notices]")]);
    assert_eq!(got, "program.notices.texts.fr");
}

#[test]
fn a_lot_that_would_end_before_it_begins_is_a_mistake_of_the_programme() {
    let wait = ("pending_days = 0", "pending_days = 40");
    let policy = |words: &'static str| ("policy = \"fixed_days\"", words);
    for (changes, field) in [
        (vec![wait, ("days = 365 ", "days = 39 ")], "program.expiry.days"),
        (vec![wait, policy("policy = \"end_of_year\""), ("days = 365 ", "")], "program.expiry.policy"),
        (vec![wait, policy("policy = \"months\""), ("days = 365 ", "months = 1 ")], "program.expiry.policy"),
        (vec![wait, policy("policy = \"end_of_month\""), ("days = 365 ", "months = 1 ")], "program.expiry.policy"),
        (
            vec![wait, policy("policy = \"calendar_date\""), ("days = 365 ", "date = \"03-31\" ")],
            "program.expiry.policy",
        ),
        (
            vec![wait, ("days = 365 ", "days = 365\ndays_by_tier = { cafe_oro = 9 } ")],
            "program.expiry.days_by_tier.cafe_oro",
        ),
    ] {
        let (got, words) = refused(&changes);
        assert_eq!(got, field, "{changes:?}");
        assert!(words.contains("after `earn.pending_days`"), "{words}");
    }
}

#[test]
fn each_key_of_the_life_of_points_is_checked() {
    let days = "days = 365 ";
    for (from, to, field) in [
        (days, "days = 365\nmonths = 1 ", "program.expiry.months"),
        (days, "days = 365\nmonths_end = \"end_of_day\" ", "program.expiry.months_end"),
        (days, "days = 365\ndate = \"03-31\" ", "program.expiry.date"),
        (days, "days = 365\ndays_by_tier = { gold = 9 } ", "program.expiry.days_by_tier.gold"),
        (days, "days = 365\nreinstate_days = -1 ", "program.expiry.reinstate_days"),
        (days, "days = 365\nruns_from = \"noon\" ", "program.expiry.runs_from"),
        ("shortfall = \"debt\"", "shortfall = \"forgive\"\ndebt_limit = 5", "program.refund.debt_limit"),
        ("shortfall = \"debt\"", "shortfall = \"debt\"\ndebt_limit = -5", "program.refund.debt_limit"),
        ("[refund]", "[adjustment]\ndebt_limit = -1\n[refund]", "program.adjustment.debt_limit"),
        ("[refund]", "[transfer]\nexpiry = \"longer\"\n[refund]", "program.transfer.expiry"),
        ("[refund]", "[identity]\ncalling_code = \"+56\"\n[refund]", "program.identity.calling_code"),
        ("pending_days = 0", "pending_days = 3\npending = \"until_released\"", "program.earn.pending_days"),
        ("pending_days = 0", "pending_days = 0\npending_lapse_days = 5 ", "program.earn.pending_lapse_days"),
        ("pending_days = 0", "pending_days = 0\nmax_balance = 0 ", "program.earn.max_balance"),
        ("grace_days = 0", "grace_days = 3\ngrace_months = 1 ", "program.tier_rules.grace_months"),
        ("grace_days = 0", "grace_days = 3\ngrace_end = \"year\" ", "program.tier_rules.grace_end"),
    ] {
        let (got, words) = refused(&[(from, to)]);
        assert_eq!(got, field, "{to}: {words}");
    }
}
