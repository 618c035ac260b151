//! When a campaign is due: a local time on a local day, also on days when the clocks change, and once after a missed run.

use crate::domain::condition::DayName;
use crate::domain::notice::NoticeKind;
use crate::domain::programme::{Campaign, CampaignTrigger, Programme};
use crate::value::{Day, Instant, Zone};

/// A moment for which a campaign runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The moment.
    pub at: Instant,
    /// Its local day: periods follow from it, not from when the run took place.
    pub day: Day,
}

/// What staff have decided about a campaign.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CampaignState {
    /// Nothing: it runs when it is due.
    #[default]
    Open,
    /// It waits.
    Paused,
    /// It runs no more.
    Ended,
}

/// Where a campaign is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It has not started.
    Planned,
    /// It runs when it is due.
    Running,
    /// It waits until somebody lets it go on.
    Paused,
    /// It is over.
    Ended,
}

impl Phase {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

/// Where a campaign is on a local day.
#[must_use]
pub fn phase(campaign: &Campaign, state: CampaignState, today: Day) -> Phase {
    match state {
        _ if state == CampaignState::Ended || is_over(campaign, today) => Phase::Ended,
        CampaignState::Paused => Phase::Paused,
        _ if first_day(campaign).is_some_and(|first| first > today) => Phase::Planned,
        _ => Phase::Running,
    }
}

/// Whether the last day of a campaign has passed.
fn is_over(campaign: &Campaign, today: Day) -> bool {
    let dates = if let CampaignTrigger::Dates { until, .. } = campaign.trigger { Some(until) } else { None };
    [campaign.ends, dates].into_iter().flatten().any(|last| last < today)
}

fn first_day(campaign: &Campaign) -> Option<Day> {
    let dates = if let CampaignTrigger::Dates { from, .. } = campaign.trigger { Some(from) } else { None };
    campaign.starts.max(dates)
}

/// The newest moment up to now for which a campaign runs; a run that was missed is made good once, if it is not too late.
#[must_use]
pub fn occasion(campaign: &Campaign, zone: Zone, now: Instant) -> Option<Occasion> {
    let today = zone.day_of(now);
    let every: &[DayName] = &[];
    let (days, at, late_days) = match &campaign.trigger {
        CampaignTrigger::Daily { at, late_days } => (every, *at, *late_days),
        CampaignTrigger::Weekly { days, at, late_days } => (days.as_slice(), *at, *late_days),
        CampaignTrigger::Dates { at, .. } | CampaignTrigger::Birthday { at, .. } => (every, *at, 1),
        CampaignTrigger::Now => {
            let first = campaign.starts.map_or(Instant::stored(0), |first| zone.start_of(first));
            let is_on = first <= now && !is_over(campaign, today);
            return is_on.then_some(Occasion { at: first, day: today });
        }
    };
    if is_over(campaign, today) {
        return None;
    }
    let is_on = |day: &Day| {
        first_day(campaign).is_none_or(|first| first <= *day) && (days.is_empty() || days.contains(&DayName::of(*day)))
    };
    let moments = (0..=late_days).map(|late| today.plus_days(-late)).filter(is_on);
    moments.map(|day| Occasion { at: local(zone, day, at), day }).find(|occasion| occasion.at <= now)
}

/// A minute of a local day. One that the clocks skip moves on; of one that comes twice, the first counts.
fn local(zone: Zone, day: Day, minutes: u32) -> Instant {
    zone.at_minute(day, minutes)
}

/// Whether a campaign says what reminders of a kind say, and so stands in for them on a local day.
#[must_use]
pub fn stands_in_for(programme: &Programme, kind: NoticeKind, today: Day) -> bool {
    let is_on = |campaign: &&Campaign| phase(campaign, CampaignState::Open, today) == Phase::Running;
    programme.campaigns.iter().filter(is_on).any(|campaign| campaign.notice.kind == kind)
}
