//! What a tier gives, in the words of the catalogue.

use super::Text;
use crate::domain::programme::Tier;
use crate::value::{Locale, Percent};

/// What a tier gives, as texts for guests.
pub(crate) fn benefit_texts(tier: &Tier, locale: Locale) -> Vec<String> {
    let mut texts = vec![Text::MultiplierBenefit { rate: tier.multiplier }.say(locale)];
    if tier.discount > Percent::ZERO {
        texts.push(Text::TierDiscount { discount: tier.discount }.say(locale));
        texts.push(Text::BirthdayDiscount { discount: tier.discount }.say(locale));
    }
    texts.extend(tier.benefits.iter().map(|benefit| Text::Benefit(*benefit).say(locale)));
    texts
}
