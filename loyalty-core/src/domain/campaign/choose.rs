//! Whether a campaign chooses a member: pure, so that a preview and a run say the same.

use super::arm::{Arm, is_held_out};
use super::occasion::Occasion;
use super::period::{birthday, next_tier, period};
use crate::domain::notice::NoticeKind;
use crate::domain::programme::{Campaign, CampaignClass, CampaignTrigger, OncePer, Programme};
use crate::domain::segment::{MemberFacts, holds};
use crate::value::{Instant, UserId};

/// The fewest days between two birthdays of one member; a birth date that is changed brings no second gift.
const BIRTHDAY_DAYS: i64 = 280;
/// A day, in seconds: caps count hours, whatever the clocks do.
const DAY_SECONDS: i64 = 86_400;

/// A choice that was made before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastChoice {
    /// The campaign.
    pub campaign: String,
    /// The period.
    pub period: String,
    /// When.
    pub at: Instant,
    /// Whether the member was spoken to.
    pub was_reached: bool,
}

/// A member who is chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmChoice {
    /// What happens.
    pub arm: Arm,
    /// For which period.
    pub period: String,
}

/// Why a member whom a campaign is for is not chosen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PassedOver {
    /// They were chosen for this period before.
    Already,
    /// Staff have blocked them.
    Blocked,
    /// They hear no advertising this year.
    HeldOut,
    /// They have heard enough lately.
    Cap,
    /// The money is used up.
    Budget,
    /// As many members as may have got it.
    Members,
}

impl PassedOver {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Already => "already",
            Self::Blocked => "blocked",
            Self::HeldOut => "holdout",
            Self::Cap => "cap",
            Self::Budget => "budget",
            Self::Members => "members",
        }
    }
}

/// What becomes of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The campaign is not for them now.
    NotForThem,
    /// It is, but they are not chosen.
    PassedOver(PassedOver),
    /// They are chosen.
    Chosen(ArmChoice),
}

/// Judges a member of whom everything that the campaign needs is known.
#[must_use]
pub fn choose(
    programme: &Programme,
    campaign: &Campaign,
    (facts, past): (&MemberFacts, &[PastChoice]),
    user_id: UserId,
    (occasion, now): (Occasion, Instant),
) -> Verdict {
    let today = programme.zone.day_of(now);
    if holds(&campaign.who, facts, programme, today) != Some(true) {
        return Verdict::NotForThem;
    }
    if matches!(campaign.trigger, CampaignTrigger::Birthday { .. })
        && birthday(campaign, facts, programme, today).is_none()
    {
        return Verdict::NotForThem;
    }
    if campaign.notice.kind == NoticeKind::CloseToNextTier && next_tier(programme, facts).is_none() {
        return Verdict::NotForThem;
    }
    let Some(period) = period(campaign, facts, programme, (occasion.day, today)) else { return Verdict::NotForThem };
    let own = || past.iter().filter(|choice| choice.campaign == campaign.id);
    let since = |days: i64| now.plus_seconds(-days.saturating_mul(DAY_SECONDS));
    let had = |choice: &PastChoice| {
        choice.period == period || (campaign.once_per == OncePer::Birthday && choice.at > since(BIRTHDAY_DAYS))
    };
    if own().any(had) {
        return Verdict::PassedOver(PassedOver::Already);
    }
    if campaign.class == CampaignClass::Promotional {
        let rules = &programme.advertising;
        if is_held_out(rules.holdout, occasion.day.year(), user_id) {
            return Verdict::PassedOver(PassedOver::HeldOut);
        }
        let counts = |choice: &&PastChoice| {
            let class = programme.campaign(&choice.campaign).map_or(CampaignClass::Promotional, |other| other.class);
            choice.was_reached && class == CampaignClass::Promotional
        };
        let heard = |days| past.iter().filter(counts).filter(|choice| choice.at > since(days)).count();
        let caps = [(1, rules.per_24_hours), (7, rules.per_7_days), (30, rules.per_30_days)];
        let is_full = |(days, cap): (i64, Option<i64>)| {
            cap.is_some_and(|cap| i64::try_from(heard(days)).is_ok_and(|heard| heard >= cap))
        };
        if caps.into_iter().any(is_full) {
            return Verdict::PassedOver(PassedOver::Cap);
        }
    }
    Verdict::Chosen(ArmChoice { arm: Arm::of(campaign, user_id), period })
}
