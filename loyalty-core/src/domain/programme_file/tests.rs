use super::*;

fn changed(from: &str, to: &str) -> String {
    assert!(CAFE_VT.contains(from), "{from}");
    CAFE_VT.replacen(from, to, 1)
}

fn refused(from: &str, to: &str) -> (String, String) {
    let error = Programme::parse(&changed(from, to)).unwrap_err();
    let detail = |name: &str| error.details()[name].as_str().unwrap_or_default().to_owned();
    (detail("field"), detail("expected"))
}

#[test]
fn the_compiled_in_programme_is_the_one_of_the_rules() {
    let programme = Programme::cafe_vt().unwrap();
    let ladder: Vec<_> =
        programme.tiers.iter().map(|t| (t.id.as_str(), t.threshold, t.multiplier.get(), t.discount.get())).collect();
    assert_eq!(
        ladder,
        [
            ("cafe_bronze", 0, 10_000, 500),
            ("cafe_plata", 5_000, 12_000, 1_000),
            ("cafe_oro", 25_000, 15_000, 1_500),
            ("cafe_diamante", 75_000, 20_000, 2_000)
        ]
    );
    assert_eq!(programme.rewards.len(), 9);
    assert_eq!(programme.hash().len(), 16);
}

#[test]
fn a_wrong_programme_names_key_value_and_what_was_expected() {
    for (from, to, field, words) in [
        ("currency = \"CLP\"", "currency = \"PESO\"", "program.currency", "got `PESO`"),
        ("America/Santiago", "Chile/Nowhere", "program.time_zone", "got `Chile/Nowhere`"),
        ("locale = \"es-CL\"", "locale = \"fr\"", "program.locale", "es-CL"),
        ("rounding = \"floor\"", "rounding = \"up\"", "program.rounding", "half_up"),
        ("threshold = 0\n", "threshold = 1\n", "program.tiers[0].threshold", "must be 0"),
        ("threshold = 25000", "threshold = 5000", "program.tiers[2].threshold", "above"),
        ("id = \"cafe_oro\"", "id = \"cafe_plata\"", "program.tiers[2].id", "unique"),
        ("multiplier = 1.2", "multiplier = -1", "program.tiers[1].multiplier", "got `-1`"),
        ("multiplier = 1.2", "multiplier = 1.23456", "program.tiers[1].multiplier", "4 decimals"),
        ("discount_percent = 15", "discount_percent = 101", "program.tiers[2].discount_percent", "got `101`"),
        ("amount_weight = 0.30", "amount_weight = 0.31", "program.score", "sum to 1, got `1.0100`"),
        ("per = 100 ", "per = 0 ", "program.earn.per", "above zero"),
        ("per = 100 ", "per = 0.5 ", "program.earn.per", "whole number of CLP"),
        ("points = 1 ", "points = -1 ", "program.earn.points", "got `-1`"),
        ("days = 365", "", "program.expiry.days", "required"),
        ("policy = \"fixed_days\"", "policy = \"never\"", "program.expiry.days", "no meaning"),
        ("pending_days = 0 ", "pending_days = 400 ", "program.expiry.days", "after"),
        ("prefix = \"\"", "prefix = \"CLUB\"", "program.codes.referral.prefix", "but not U"),
        ("length = 8", "length = 3", "program.codes.referral.length", "between 4 and 24"),
        ("length = 8", "length = 7", "program.codes.referral.length", "must be at least 8: one guess in 2^35"),
        ("length = 12 ", "length = 7 ", "program.codes.gift_card.length", "must be at least 8: one guess in 2^35"),
        ("minimum_bits = 40", "minimum_bits = 19", "program.codes.minimum_bits", "got `19`"),
        ("minimum_bits = 40", "minimum_bits = 51", "program.codes.referral.length", "11"),
        ("[referral]", "[signing]\npublic_keys = ['00']\n[referral]", "program.signing.public_keys[0]", "got `00`"),
        ("[referral]", "[signing]\ndenied = ['?']\n[referral]", "program.signing.denied[0]", "got `?`"),
        ("monthly_limit = 20", "monthly_limit = 20\ntotal_limit = 0", "program.referral.total_limit", "got `0`"),
        ("monthly_limit = 20", "monthly_limit = 20\nreview_risk = 101", "program.referral.review_risk", "got `101`"),
        ("qualifying = [\"earn\"]", "qualifying = [\"redeem\"]", "program.tier_rules.qualifying", "got `redeem`"),
        ("tier_required = \"cafe_oro\"", "tier_required = \"gold\"", "program.rewards[3].tier_required", "got `gold`"),
        ("[refund]", "[refund]\nlimit = 3", "program.refund.limit", "is an unknown key"),
        (
            "[[rewards]]",
            "[[rules]]\nid='tier'\nname='R'\neffect={add=1}\n[[rewards]]",
            "program.rules[0].id",
            "got `tier`",
        ),
        (
            "[[rewards]]",
            "[[rules]]\nid='r'\nname='R'\neffect={add=0}\n[[rewards]]",
            "program.rules[0].effect",
            "got `0`",
        ),
        (
            "[[rewards]]",
            "[[rules]]\nid='r'\nname='R'\neffect={add=1}\nwhen={tiers=['gold']}\n[[rewards]]",
            "program.rules[0].when.tiers",
            "got `gold`",
        ),
        (
            "[[rewards]]",
            "[[rules]]\nid='r'\nname='R'\neffect={add=1}\nwhen={from='8h',until='9:00'}\n[[rewards]]",
            "program.rules[0].when.from",
            "08:30",
        ),
        (
            "[[rewards]]",
            "[[rules]]\nid='r'\nname='R'\neffect={add=1}\nwhen={every_nth_visit=1}\n[[rewards]]",
            "program.rules[0].when.every_nth_visit",
            "got `1`",
        ),
        ("name = \"cafe-vt\"", "", "program.name", "is required"),
        ("name = \"cafe-vt\"", "name = ", "program", "TOML"),
    ] {
        let (got_field, got_words) = refused(from, to);
        assert_eq!(got_field, field, "{to}: {got_words}");
        assert!(got_words.contains(words), "{to}: {got_words}");
    }
}

#[test]
fn another_text_has_another_hash() {
    let one = Programme::cafe_vt().unwrap();
    let two = Programme::parse(&changed("points = 1 ", "points = 2 ")).unwrap();
    assert_ne!(one.hash(), two.hash());
}

#[test]
fn a_programme_may_state_a_budget_for_shorter_codes() {
    let programme = changed("length = 8", "length = 6").replacen("minimum_bits = 40", "minimum_bits = 30", 1);
    assert_eq!(Programme::parse(&programme).unwrap().referral_code.bits(), 30);
}

#[test]
fn without_a_length_of_their_own_codes_of_gift_cards_are_as_long_as_the_budget_asks() {
    let start = CAFE_VT.find("[codes.gift_card]").unwrap();
    let end = CAFE_VT.find("[coupons]").unwrap();
    for (minimum, bits) in [(40, 60), (61, 65)] {
        let programme = [&CAFE_VT[..start], &CAFE_VT[end..]].concat();
        let programme = programme.replace("length = 8 ", "length = 24 ").replace("length = 10\n", "length = 24\n");
        let programme = programme.replace("minimum_bits = 40", &format!("minimum_bits = {minimum}"));
        assert_eq!(Programme::parse(&programme).unwrap().gift_card_code.bits(), bits);
    }
}

#[test]
fn the_tiers_discount_comes_before_coupons_unless_the_programme_says_after_or_alone() {
    use crate::domain::programme::TierDiscount;
    let key = "tier_discount = \"before\"";
    for (to, place) in [
        ("", TierDiscount::Before),
        ("tier_discount = \"after\"", TierDiscount::After),
        ("tier_discount = \"alone\"", TierDiscount::Alone),
    ] {
        assert_eq!(Programme::parse(&CAFE_VT.replace(key, to)).unwrap().coupons.tier_discount, place);
    }
    let error = Programme::parse(&CAFE_VT.replace(key, "tier_discount = \"never\"")).unwrap_err();
    assert_eq!(error.details()["field"], "program.coupons.tier_discount");
    assert!(error.to_string().contains("`before`, `after`, `alone`"), "{error}");
}

#[test]
fn a_wrong_value_of_a_point_and_a_wrong_redemption_are_named() {
    for (from, to, field, words) in [
        ("point_value = 1 ", "point_value = 0 ", "program.redemption.point_value", "got `0`"),
        ("point_value = 1 ", "point_value = 0.000000001 ", "program.redemption.point_value", "8 decimals"),
        ("# multiple_of = 1 ", "multiple_of = 0 ", "program.redemption.multiple_of", "got `0`"),
        ("# maximum_points = 50000 ", "maximum_points = 99 ", "program.redemption.maximum_points", "got `99`"),
        (
            "# maximum_percent_of_bill = 50 ",
            "maximum_percent_of_bill = 0 ",
            "program.redemption.maximum_percent_of_bill",
            "above 0",
        ),
        (
            "[[rewards]]",
            "[auto_redeem]\nreward = 0\nthreshold = 5\n[[rewards]]",
            "program.auto_redeem.reward",
            "got `0`",
        ),
        (
            "[[rewards]]",
            "[auto_redeem]\nreward = 1\nthreshold = 0\n[[rewards]]",
            "program.auto_redeem.threshold",
            "got `0`",
        ),
    ] {
        let (got_field, got_words) = refused(from, to);
        assert_eq!(got_field, field, "{to}: {got_words}");
        assert!(got_words.contains(words), "{to}: {got_words}");
    }
}
