//! What a programme may say of campaigns: a wrong one names its key.

use loyalty_core::programme::Programme;
use loyalty_tests::world::programme_text;

/// Something for everybody at once.
fn gift(more: &str) -> String {
    format!(
        "[[campaigns]]\nid = \"regalo\"\ntrigger = {{ at = \"now\" }}\nonce_per = \"campaign\"\n\
         message = \"personal_offer\"\ntitle = \"Un regalo para ti\"\ntext = \"Ven a buscarlo esta semana.\"\n{more}\n"
    )
}

fn refused(campaign: &str) -> (String, String) {
    let error = Programme::parse(&programme_text(campaign)).expect_err(campaign);
    let detail = |name: &str| error.details()[name].as_str().unwrap_or_default().to_owned();
    (detail("field"), detail("expected"))
}

#[test]
fn a_wrong_campaign_names_its_key() {
    let coupon = |terms: &str| gift(&format!("offer = {{ coupon = {{ {terms} }} }}"));
    let trigger = |trigger: &str| gift("").replace("at = \"now\"", trigger);
    for (campaign, field, words) in [
        (gift("segment = \"nobody\""), "segment", "id of a segment, got `nobody`"),
        (gift("segment = \"habituales\"\nwhen = { points = { at_least = 1 } }"), "segment", "with `when`"),
        (gift("when = { points = { at_least = -1 } }"), "when.points.at_least", "got `-1`"),
        (gift("control = 100"), "control", "somebody"),
        (gift("control = 101"), "control", "got `101`"),
        (gift("control = 5\npromised = true"), "control", "promised"),
        (gift("promised = true\nclass = \"service\""), "class", "promised"),
        (gift("class = \"service\"\noffer = { points = 5 }"), "offer", "service"),
        (gift("offer = { points = 0 }"), "offer.points", "above zero"),
        (gift("offer = {}"), "offer", "either `coupon` or `points`"),
        (coupon("days = 3"), "offer.coupon", "either `percent` or `fixed`"),
        (coupon("percent = 0, days = 3"), "offer.coupon.percent", "above 0"),
        (coupon("percent = \"all\", days = 3"), "offer.coupon.percent", "`tier`"),
        (coupon("fixed = 0, days = 3"), "offer.coupon.fixed", "above zero"),
        (coupon("fixed = 100, max_discount = 50, days = 3"), "offer.coupon.max_discount", "`percent` alone"),
        (coupon("fixed = 100, min_order = 0, days = 3"), "offer.coupon.min_order", "above zero"),
        (coupon("fixed = 100, days = 367"), "offer.coupon.days", "got `367`"),
        (
            coupon("percent = 10, days = 3") + "budget = { money = 100 }",
            "offer.coupon.max_discount",
            "required under a budget",
        ),
        (gift("budget = { money = 100 }"), "budget", "without an offer"),
        (gift("limit = { members = 0 }"), "limit.members", "got `0`"),
        (gift("priority = 1001"), "priority", "got `1001`"),
        (gift("starts = \"2026-03-03\"\nends = \"2026-03-02\""), "ends", "before `starts`"),
        (gift("").replace("\"campaign\"", "\"birthday\""), "once_per", "trigger `birthday`"),
        (gift("").replace("\"campaign\"", "\"moon\""), "once_per", "moon"),
        (gift("").replace("\"personal_offer\"", "\"birthday\""), "title", "personal_offer"),
        (gift("").replace("title = \"Un regalo para ti\"\n", ""), "title", "required"),
        (gift("").replace("text = \"Ven a buscarlo esta semana.\"\n", ""), "text", "required"),
        (gift("").replace("\"regalo\"", "\"\""), "id", ""),
        (trigger("daily = \"25:00\""), "trigger.daily", "08:30"),
        (trigger("daily = \"10:00\", at = \"11:00\""), "trigger", "one of"),
        (trigger("weekly = []"), "trigger.weekly", "at least one day"),
        (trigger("weekly = [\"thu\"], at = \"x\""), "trigger.at", "08:30"),
        (trigger("weekly = [\"thu\"], late_days = 7"), "trigger.late_days", "got `7`"),
        (trigger("at = \"now\", late_days = 1"), "trigger.late_days", "`weekly` alone"),
        (trigger("dates = { from = \"2026-03-03\", until = \"2026-03-02\" }"), "trigger.dates.until", "before"),
        (trigger("birthday = { before_days = 31 }"), "trigger.birthday.before_days", "got `31`"),
        (trigger("birthday = { late_days = 31 }"), "trigger.birthday.late_days", "got `31`"),
    ] {
        let (got, expected) = refused(&campaign);
        assert_eq!(got, format!("program.campaigns[0].{field}"), "{campaign}: {expected}");
        assert!(expected.contains(words), "{campaign}: {expected}");
    }
    assert_eq!(refused(&format!("{}{}", gift(""), gift(""))).0, "program.campaigns[1].id");
    assert_eq!(refused("advertising = { caps = { per_7_days = 0 } }").0, "program.advertising.caps.per_7_days");
    assert_eq!(refused("advertising = { holdout = 101 }").0, "program.advertising.holdout");
}
