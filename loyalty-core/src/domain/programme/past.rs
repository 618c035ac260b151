//! What is kept of a programme that was used before: the values that gave what is stored its meaning.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A programme of another time. It is read leniently: an older engine may have had other keys, and other bounds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Past {
    /// The currency.
    pub currency: Option<String>,
    /// The time zone.
    pub time_zone: Option<String>,
    /// Its tiers.
    pub tiers: Vec<Named>,
    /// Its stamp cards.
    pub stamp_cards: Vec<Named>,
    /// Its earning rules.
    pub rules: Vec<Named>,
    /// Which signed codes were good.
    pub signing: Keys,
}

/// Something with an id.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Named {
    /// The id.
    pub id: String,
    /// What it was before.
    pub was: Vec<String>,
}

/// The keys of signed codes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Keys {
    /// Keys whose codes were good.
    pub public_keys: Vec<String>,
    /// Ids of codes that were stopped.
    pub denied: Vec<String>,
}

/// What the ids of tiers became, by all programmes that were ever used: a file need not say it for ever.
#[derive(Debug, Clone, Default)]
pub struct Renames(BTreeMap<String, String>);

impl Renames {
    /// Those that the programmes said, oldest first.
    #[must_use]
    pub fn of(programmes: &[Past]) -> Self {
        let tiers = programmes.iter().flat_map(|past| &past.tiers);
        Self(tiers.flat_map(|tier| tier.was.iter().map(|was| (was.clone(), tier.id.clone()))).collect())
    }

    /// Whether two ids are those of one tier.
    #[must_use]
    pub fn are_same(&self, one: &str, other: &str) -> bool {
        one == other || self.last(one) == self.last(other)
    }

    fn last<'a>(&'a self, id: &'a str) -> &'a str {
        let mut found = id;
        // Ids that were given to and fro end somewhere, too.
        for _ in 0..=self.0.len() {
            match self.0.get(found) {
                Some(next) => found = next,
                None => break,
            }
        }
        found
    }
}

impl Past {
    /// Reads the text of a programme; what cannot be read says nothing.
    #[must_use]
    pub fn read(source: &str) -> Self {
        toml::from_str(source).unwrap_or_default()
    }
}
