//! How suspicious a referral looks, with the reasons. It never blocks a referral by itself; staff may check it first.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::identity::{digits, mailbox};
use crate::domain::member::Person;

/// This many referrals of one member within a day are suspicious.
const MANY_IN_A_DAY: i64 = 5;

/// Something suspicious about a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// The network of the referrer, or of another friend of theirs. Everybody in the café shares one.
    SharedNetwork,
    /// The device of the referrer.
    SharedDevice,
    /// The device of another friend of the referrer.
    DeviceOfAnotherFriend,
    /// The referrer referred five or more friends within a day.
    ManyInADay,
    /// The same name as the referrer.
    SameName,
    /// The same birthday as the referrer.
    SameBirthDate,
    /// A telephone number close to the referrer's: all but the last two digits are the same.
    SimilarPhone,
    /// An e-mail address that differs from the referrer's by a number or the provider.
    SimilarEmail,
}

impl Sign {
    /// What it adds to the risk.
    #[must_use]
    pub const fn weight(self) -> i64 {
        match self {
            Self::SharedNetwork => 10,
            Self::SharedDevice => 30,
            Self::DeviceOfAnotherFriend => 25,
            Self::ManyInADay | Self::SimilarEmail => 20,
            Self::SameName => 25,
            Self::SameBirthDate | Self::SimilarPhone => 15,
        }
    }
}

/// A risk, 0 to 100, and the signs that it consists of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Risk {
    /// The sum of the weights, at most 100.
    pub score: i64,
    /// The signs.
    pub because: Vec<Sign>,
}

/// What was seen of the network and the device of a user, as digests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hints {
    /// Digest of the network.
    pub network: Option<[u8; 8]>,
    /// Digest of the device.
    pub device: Option<[u8; 8]>,
}

/// What is known about the other friends that the same member referred lately.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lately {
    /// Referred within the last day.
    pub in_a_day: i64,
    /// Referred from this friend's network.
    pub same_network: i64,
    /// Referred from this friend's device.
    pub same_device: i64,
}

/// One side of a referral.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The person.
    pub person: &'a Person,
    /// The network and the device.
    pub hints: &'a Hints,
}

impl Risk {
    /// Computes the risk of a referral. `lately` counts the other friends of the referrer, not this one.
    #[must_use]
    pub fn of(friend: Side<'_>, referrer: Side<'_>, lately: Lately) -> Self {
        let (one, other) = (friend.person, referrer.person);
        let shared = |mine: &Option<[u8; 8]>, theirs: &Option<[u8; 8]>| mine.is_some() && mine == theirs;
        let network = shared(&friend.hints.network, &referrer.hints.network) || lately.same_network > 0;
        let device = shared(&friend.hints.device, &referrer.hints.device);
        let signs = [
            (network, Sign::SharedNetwork),
            (device, Sign::SharedDevice),
            (lately.same_device > 0, Sign::DeviceOfAnotherFriend),
            (lately.in_a_day + 1 >= MANY_IN_A_DAY, Sign::ManyInADay),
            (both(one.name.as_deref(), other.name.as_deref(), same_name), Sign::SameName),
            (one.birth_date.is_some() && one.birth_date == other.birth_date, Sign::SameBirthDate),
            (both(one.phone.as_deref(), other.phone.as_deref(), similar_phone), Sign::SimilarPhone),
            (both(one.email.as_deref(), other.email.as_deref(), similar_email), Sign::SimilarEmail),
        ];
        let because: Vec<Sign> = signs.into_iter().filter(|(seen, _)| *seen).map(|(_, sign)| sign).collect();
        let score = because.iter().map(|sign| sign.weight()).sum::<i64>().min(100);
        Self { score, because }
    }

    /// Whether staff check it first. A shared network alone is never enough: every customer of the café shares it.
    #[must_use]
    pub fn holds(&self, threshold: Option<i64>) -> bool {
        let more_than_network = self.because.iter().any(|sign| *sign != Sign::SharedNetwork);
        more_than_network && threshold.is_some_and(|threshold| self.score >= threshold)
    }
}

fn both(one: Option<&str>, other: Option<&str>, same: fn(&str, &str) -> bool) -> bool {
    one.zip(other).is_some_and(|(one, other)| same(one, other))
}

fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    plain(one) == plain(other)
}

fn similar_phone(one: &str, other: &str) -> bool {
    let (one, other) = (digits(one), digits(other));
    let beginning = |number: &str| number.len().checked_sub(2).and_then(|end| number.get(..end)).map(str::to_owned);
    one.len() == other.len() && beginning(&one).is_some_and(|first| Some(first) == beginning(&other))
}

fn similar_email(one: &str, other: &str) -> bool {
    let (one, other) = (mailbox(one), mailbox(other));
    let name = |local: &str| local.trim_end_matches(|sign: char| sign.is_ascii_digit()).to_owned();
    name(&one.0).len() >= 3 && name(&one.0) == name(&other.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::fingerprint;

    fn hints(network: &str, device: &str) -> Hints {
        let given = |text: &str| (!text.is_empty()).then(|| fingerprint(text));
        Hints { network: given(network), device: given(device) }
    }

    fn risk(friend: (&Person, &Hints), referrer: (&Person, &Hints), lately: Lately) -> Risk {
        let side = |(person, hints)| Side { person, hints };
        Risk::of(side(friend), side(referrer), lately)
    }

    #[test]
    fn a_shared_network_alone_never_holds_a_referral() {
        let nobody = Person::default();
        let cafe = hints("cafe", "");
        let lately = Lately { same_network: 500, ..Lately::default() };
        let risk = risk((&nobody, &cafe), (&nobody, &cafe), lately);
        assert_eq!(risk, Risk { score: 10, because: vec![Sign::SharedNetwork] });
        assert!(!risk.holds(Some(1)));
    }

    #[test]
    fn signs_add_up_to_at_most_a_hundred() {
        let person = |name: &str, phone: &str, email: &str| Person {
            name: Some(name.to_owned()),
            phone: Some(phone.to_owned()),
            email: Some(email.to_owned()),
            ..Person::default()
        };
        let ana = person("Ana Soto", "+56912345678", "anasoto@example.cl");
        let again = person("ana  SOTO", "+56912345601", "anasoto22@example.com");
        let phone = hints("home", "phone");
        let lately = Lately { in_a_day: 4, same_network: 4, same_device: 4 };
        let all = risk((&again, &phone), (&ana, &phone), lately);
        assert_eq!((all.score, all.because.len()), (100, 7));
        assert!(all.holds(Some(100)) && !all.holds(None));
        let alone = risk((&again, &hints("", "")), (&ana, &hints("", "")), Lately::default());
        assert_eq!(alone.because, [Sign::SameName, Sign::SimilarPhone, Sign::SimilarEmail]);
        assert_eq!(alone.score, 60);
    }

    #[test]
    fn a_family_on_one_tablet_stays_below_sixty() {
        let person = |name: &str, phone: &str| Person {
            name: Some(name.to_owned()),
            phone: Some(phone.to_owned()),
            ..Person::default()
        };
        let tablet = hints("home", "tablet");
        let mother = person("Ana Soto", "+56912345678");
        let son = person("Luis Soto", "+56912345679");
        assert_eq!(risk((&son, &tablet), (&mother, &tablet), Lately::default()).score, 55);
    }

    #[test]
    fn nothing_known_is_no_risk() {
        let nobody = Person::default();
        let none = Hints::default();
        assert_eq!(risk((&nobody, &none), (&nobody, &none), Lately::default()), Risk::default());
    }
}
