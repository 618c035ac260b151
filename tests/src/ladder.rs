//! Programmes with a short ladder of tiers.

/// Changes that make a programme with three tiers at 0, `two` and `three`, and rules for them.
#[must_use]
pub fn programme(rules: &str, two: i64, three: i64) -> String {
    format!("tier_rules = {{ {rules} }}\n{}", ladder(two, three, ""))
}

/// Tiers at 0, `two` and `three` with rates of 1, 2 and 3, and `more` keys for the second and third; no rewards.
#[must_use]
pub fn ladder(two: i64, three: i64, more: &str) -> String {
    let tier = |id: &str, threshold: i64, multiplier: &str, more: &str| {
        format!(
            "[[tiers]]\nid = \"{id}\"\nname = \"{id}\"\nthreshold = {threshold}\nmultiplier = {multiplier}\n\
             discount_percent = 0\nbenefits = []\n{more}\n"
        )
    };
    "rewards = []\n".to_owned()
        + &tier("one", 0, "1.0", "")
        + &tier("two", two, "2.0", more)
        + &tier("three", three, "3.0", more)
}
