//! The files that are compiled in.

/// The files of a language: its layout, and those of each kind.
macro_rules! of_language {
    ($tag:literal, $($word:literal),+ $(,)?) => {
        [$(
            (
                concat!($tag, "/", $word, ".html"),
                include_str!(concat!("../../../templates/", $tag, "/", $word, ".html")),
            ),
            (
                concat!($tag, "/", $word, ".txt"),
                include_str!(concat!("../../../templates/", $tag, "/", $word, ".txt")),
            ),
        )+]
    };
}

/// The files of both languages.
macro_rules! of_both {
    ($($word:literal),+ $(,)?) => {
        [of_language!("es-CL", $($word),+), of_language!("en", $($word),+)]
    };
}

const LANGUAGES: [[(&str, &str); 30]; 2] = of_both!(
    "layout",
    "welcome",
    "points_earned",
    "tier_upgraded",
    "tier_in_danger",
    "points_expiring",
    "reward_redeemed",
    "coupon_ending",
    "referral_successful",
    "reward_available",
    "birthday",
    "we_miss_you",
    "close_to_next_tier",
    "personal_offer",
    "owner_report",
);

/// Every file with its name and its text.
pub(super) fn files() -> impl Iterator<Item = (&'static str, &'static str)> {
    let look = ("look.html", include_str!("../../../templates/look.html"));
    LANGUAGES.into_iter().flatten().chain([look])
}
