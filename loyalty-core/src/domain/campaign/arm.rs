//! Who is compared with: by a hash, so that a member stays in the same arm on every machine and in every run.

use crate::domain::programme::Campaign;
use crate::value::{Percent, UserId, fingerprint};

/// What happens to a member who is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arm {
    /// They get what the campaign gives.
    Offer,
    /// They get nothing, and are compared with the others.
    Control,
}

impl Arm {
    /// The arm of a member in a campaign.
    #[must_use]
    pub fn of(campaign: &Campaign, user_id: UserId) -> Self {
        if is_below(&campaign.id, user_id.get(), campaign.control) { Self::Control } else { Self::Offer }
    }
}

/// Whether a member hears no advertising in a year.
#[must_use]
pub(super) fn is_held_out(share: Percent, year: i32, user_id: UserId) -> bool {
    is_below(&format!("holdout:{year}"), user_id.get(), share)
}

/// Whether the member's place is in the first part. Parts grow from one end: who is in a small one is in a larger one.
fn is_below(what: &str, user: i64, share: Percent) -> bool {
    let place = u128::from(place(&format!("{what}:{user}")));
    let whole = u128::from(Percent::FULL.get().unsigned_abs());
    place.saturating_mul(whole) < u128::from(share.get().unsigned_abs()).saturating_mul(1 << 64)
}

/// The place of a text between 0 and 2 to the power of 64: the first eight bytes of its SHA-256.
fn place(text: &str) -> u64 {
    u64::from_be_bytes(fingerprint::<8>(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vectors of the method, computed apart from this code: the first eight bytes of SHA-256.
    const VECTORS: [(&str, u64); 6] = [
        ("welcome-2024:1", 6_676_645_345_785_455_057),
        ("welcome-2024:42", 6_017_445_737_225_899_419),
        ("welcome-2024:M-0001", 10_679_784_005_096_431_940),
        ("camp-2011-summer:1", 8_274_907_015_955_109_587),
        ("camp-2011-summer:müller", 559_556_323_354_041_603),
        ("camp-2011-summer:", 3_398_826_006_158_319_461),
    ];

    #[test]
    fn a_place_is_the_one_of_the_vectors() {
        for (text, expected) in VECTORS {
            assert_eq!(place(text), expected, "{text}");
        }
    }

    #[test]
    fn a_tenth_of_the_members_is_a_tenth_and_two_campaigns_are_independent() {
        let tenth = Percent::hundredths(1_000);
        let (mut one, mut both) = (0, 0);
        for user in 1..=20_000 {
            let is_one = is_below("welcome-2024", user, tenth);
            one += i64::from(is_one);
            both += i64::from(is_one && is_below("camp-2011-summer", user, tenth));
        }
        assert_eq!((one, both), (2_032, 200));
    }

    #[test]
    fn who_is_in_a_small_part_is_in_a_larger_one() {
        let part = |hundredths| move |user: &i64| is_below("jueves", *user, Percent::hundredths(hundredths));
        assert!((1..2_000).filter(part(500)).all(|user| part(2_000)(&user)));
        assert_eq!((1..2_000).filter(part(0)).count(), 0);
        assert_eq!((1..2_000).filter(part(10_000)).count(), 1_999);
    }
}
