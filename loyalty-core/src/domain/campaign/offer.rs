//! What an offer may cost at worst.

use crate::domain::programme::{CampaignOffer, Programme, TakesOff};
use crate::value::{Money, Percent};

/// The percentage of a coupon for a member of a tier; none for money.
#[must_use]
pub fn percent_of(programme: &Programme, takes_off: TakesOff, tier: &str) -> Option<Percent> {
    match takes_off {
        TakesOff::Percent(percent) => Some(percent),
        TakesOff::OfTier => Some(programme.tier(tier).map_or(Percent::ZERO, |(_, tier)| tier.discount)),
        TakesOff::Fixed(_) => None,
    }
}

/// What an offer costs at worst; none when nothing bounds it, or when points have no price.
#[must_use]
pub fn worst_cost(programme: &Programme, offer: &CampaignOffer) -> Option<Money> {
    match offer {
        CampaignOffer::Coupon { takes_off: TakesOff::Fixed(amount), .. } => Some(*amount),
        CampaignOffer::Coupon { max_discount, .. } => *max_discount,
        CampaignOffer::Points(points) => {
            programme.payment.value.map(|value| value.worth(*points, programme.payment.rounding))
        }
    }
}
