//! How often a campaign chooses a member: the period of a choice follows from what it is for, not from when it is made.

use crate::domain::notice::NoticeKind;
use crate::domain::programme::{Campaign, CampaignOffer, CampaignTrigger, OncePer, Programme, TakesOff};
use crate::domain::segment::{Known, MemberFacts, Needs};
use crate::domain::tier;
use crate::value::{Day, LeapDay};

/// What must be read of a member for a campaign.
#[must_use]
pub fn needs_of(campaign: &Campaign) -> Needs {
    let mut needs = Needs::of(&campaign.who);
    needs.person |= is_about_birthdays(campaign);
    needs.tier |= matches!(campaign.offer, Some(CampaignOffer::Coupon { takes_off: TakesOff::OfTier, .. }));
    if is_about_tiers(campaign) {
        (needs.tier, needs.next_tier) = (true, true);
    }
    needs
}

const fn is_about_birthdays(campaign: &Campaign) -> bool {
    matches!(campaign.trigger, CampaignTrigger::Birthday { .. })
}

fn is_about_tiers(campaign: &Campaign) -> bool {
    campaign.once_per == OncePer::Tier || campaign.notice.kind == NoticeKind::CloseToNextTier
}

/// The birthday of a member that is near enough: the nearest day, those to come before those that have passed.
pub(super) fn birthday_near(born: Day, today: Day, (before, late): (i64, i64), leap_day: LeapDay) -> Option<Day> {
    let days = (0..=before).chain((1..=late).map(|late| -late)).map(|days| today.plus_days(days));
    days.into_iter().find(|day| day.is_anniversary_of(born, leap_day))
}

/// The birthday for which a campaign would choose a member, if that is what it is about.
pub(super) fn birthday(campaign: &Campaign, facts: &MemberFacts, programme: &Programme, today: Day) -> Option<Day> {
    let CampaignTrigger::Birthday { before_days, late_days, .. } = campaign.trigger else { return None };
    let (Known::Is(born), Known::Is(joined)) = (&facts.birth_date, &facts.joined) else { return None };
    let near = birthday_near(*born, today, (before_days, late_days), programme.earn.leap_day);
    // Who joins after the birthday waits for the next one.
    near.filter(|day| day >= joined)
}

/// The tier above the one held.
#[must_use]
pub fn next_tier<'a>(programme: &'a Programme, facts: &MemberFacts) -> Option<&'a str> {
    let Known::Is(held) = &facts.tier else { return None };
    let (place, _) = tier::held_tier(programme, held).ok()?;
    programme.tiers.get(place.saturating_add(1)).map(|next| next.id.as_str())
}

/// The period of a choice; none when what it is for is not there.
pub(super) fn period(
    campaign: &Campaign,
    facts: &MemberFacts,
    programme: &Programme,
    days: (Day, Day),
) -> Option<String> {
    let (occasion, today) = days;
    Some(match campaign.once_per {
        OncePer::Campaign => "once".to_owned(),
        OncePer::Day => occasion.to_string(),
        OncePer::Week => occasion.iso_week(),
        OncePer::Month => occasion.to_string().chars().take(7).collect(),
        OncePer::Year => occasion.year().to_string(),
        OncePer::Birthday => birthday(campaign, facts, programme, today)?.year().to_string(),
        OncePer::Absence => match facts.last_visit {
            Known::Is(day) => day.to_string(),
            _ => return None,
        },
        OncePer::Tier => format!("{} {}", occasion.year(), next_tier(programme, facts)?),
    })
}
