//! What is kept of earlier programmes: the values that give stored data its meaning.

use std::collections::BTreeMap;

use serde::Deserialize;

/// An earlier programme. It is read leniently: an older engine may have had other keys and bounds.
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
    /// Its former ids.
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

/// The current ids of renamed tiers, according to all programmes ever used: a file need not repeat a rename for ever.
#[derive(Debug, Clone, Default)]
pub struct Renames(BTreeMap<String, String>);

impl Renames {
    /// The renames in the programmes, oldest first.
    #[must_use]
    pub fn of(programmes: &[Past]) -> Self {
        let tiers = programmes.iter().flat_map(|past| &past.tiers);
        Self(tiers.flat_map(|tier| tier.was.iter().map(|was| (was.clone(), tier.id.clone()))).collect())
    }

    /// Whether two ids mean the same tier.
    #[must_use]
    pub fn are_same(&self, one: &str, other: &str) -> bool {
        one == other || self.last(one) == self.last(other)
    }

    fn last<'a>(&'a self, id: &'a str) -> &'a str {
        let mut found = id;
        // Ids that were renamed back and forth end somewhere too.
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
    /// Reads the text of a programme; parts that cannot be read are ignored.
    #[must_use]
    pub fn read(source: &str) -> Self {
        toml::from_str(source).unwrap_or_default()
    }
}
