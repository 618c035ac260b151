//! What a member is reminded of: each once for its occasion, whenever the daily task runs.

use super::campaign::stands_in_for;
use super::notice::{NoticeDraft, NoticeKind};
use super::programme::Programme;
use crate::value::{Day, Instant, Points, RewardId, UserId};

/// What is known of a member.
#[derive(Debug, Clone, Default)]
pub struct ReminderFacts<'a> {
    /// Points that end within each window of the programme, and the last day of the first of them.
    pub ending: Vec<(i64, Points, Day)>,
    /// Coupons that end soon, with their last day.
    pub coupons: Vec<(i64, Day, Instant)>,
    /// A tier that is lost soon: the points that keep it, and the last day that counts.
    pub in_danger: Option<(&'a str, i64, Day)>,
    /// The next tier, and the points that are missing for it.
    pub next_tier: Option<(&'a str, i64)>,
    /// Cards that are almost full, and how many stamps are missing.
    pub cards: Vec<(&'a str, i64)>,
    /// The last visit, and how many there were.
    pub last_visit: Option<(Day, i64)>,
    /// The dearest reward that the member can get.
    pub reward: Option<RewardId>,
    /// The birthday that fell between the last run and today.
    pub birthday: Option<Day>,
}

/// The notices that are due today.
#[must_use]
pub fn due(programme: &Programme, user_id: UserId, facts: &ReminderFacts<'_>, today: Day) -> Vec<NoticeDraft> {
    let zone = programme.zone;
    let draft =
        |kind, subject: String, period: String| NoticeDraft { period, ..NoticeDraft::of(user_id, kind, subject) };
    let mut notices = Vec::new();
    // The narrowest window only: who is told that points end today need not hear that they end this month.
    if let Some((window, points, day)) = facts.ending.last() {
        // Points that end day after day are one notice for a window: a month, a week, a day.
        let period = match window {
            0..=1 => day.to_string(),
            2..=14 => day.iso_week(),
            _ => day.to_string().chars().take(7).collect(),
        };
        let mut notice = draft(NoticeKind::PointsExpiring, window.to_string(), period);
        (notice.data.points, notice.data.day) = (Some(points.get()), Some(day.number()));
        notice.ends_at = Some(zone.end_of(*day));
        notices.push(notice);
    }
    for (coupon, day, ends_at) in &facts.coupons {
        let mut notice = draft(NoticeKind::CouponEnding, coupon.to_string(), String::new());
        (notice.data.day, notice.ends_at) = (Some(day.number()), Some(*ends_at));
        notices.push(notice);
    }
    if let Some((tier, points, day)) = facts.in_danger {
        let mut notice = draft(NoticeKind::TierInDanger, tier.to_owned(), day.to_string());
        (notice.data.points, notice.data.day) = (Some(points), Some(day.number()));
        notice.ends_at = Some(zone.end_of(day));
        notices.push(notice);
    }
    if let Some((tier, missing)) = facts.next_tier {
        let year = today.year().to_string();
        let mut notice = draft(NoticeKind::CloseToNextTier, tier.to_owned(), year);
        notice.data.points = Some(missing);
        notices.push(notice);
    }
    for (card, left) in &facts.cards {
        // Once for the card that is filled now: in a month a guest may fill another.
        let mut notice =
            draft(NoticeKind::StampsAlmostFull, (*card).to_owned(), today.to_string().chars().take(7).collect());
        notice.data.count = Some(*left);
        notices.push(notice);
    }
    if let Some((day, visits)) = facts.last_visit
        && let Some((after, until)) = programme.reminders.missed_days
        && visits >= 2
        && (after..=until).contains(&today.days_since(day))
    {
        // Once an absence: the next visit begins another.
        notices.push(draft(NoticeKind::WeMissYou, String::new(), day.to_string()));
    }
    if let Some(reward) = facts.reward {
        notices.push(draft(NoticeKind::RewardAvailable, reward.get().to_string(), today.year().to_string()));
    }
    if let Some(birthday) = facts.birthday {
        notices.push(draft(NoticeKind::Birthday, String::new(), birthday.year().to_string()));
    }
    // A campaign that says the same says it to whom it chooses, and to nobody else.
    notices.retain(|notice| !stands_in_for(programme, notice.kind, today));
    notices
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn told(facts: &ReminderFacts<'_>, today: &str) -> Vec<(NoticeKind, String, String)> {
        let programme = Programme { campaigns: Vec::new(), ..Programme::cafe_vt().unwrap() };
        let notices = due(&programme, UserId::stored(7), facts, day(today));
        notices.into_iter().map(|notice| (notice.kind, notice.subject, notice.period)).collect()
    }

    #[test]
    fn who_stays_away_is_missed_once_an_absence_and_not_for_ever() {
        let facts =
            |visits| ReminderFacts { last_visit: Some((day("2026-03-01"), visits)), ..ReminderFacts::default() };
        for (today, is_told) in
            [("2026-03-30", false), ("2026-03-31", true), ("2026-06-29", true), ("2026-06-30", false)]
        {
            assert_eq!(!told(&facts(2), today).is_empty(), is_told, "{today}");
        }
        assert!(told(&facts(1), "2026-04-15").is_empty(), "who came once is no regular");
        let period = |today| told(&facts(5), today).remove(0).2;
        assert_eq!(period("2026-04-02"), period("2026-05-02"));
    }

    #[test]
    fn a_campaign_that_says_the_same_stands_in_for_the_reminder() {
        let programme = Programme::cafe_vt().unwrap();
        let facts = ReminderFacts {
            last_visit: Some((day("2026-03-01"), 5)),
            birthday: Some(day("2026-04-15")),
            reward: Some(RewardId::stored(1)),
            ..ReminderFacts::default()
        };
        let told = due(&programme, UserId::stored(7), &facts, day("2026-04-15"));
        assert_eq!(told.iter().map(|notice| notice.kind).collect::<Vec<_>>(), [NoticeKind::RewardAvailable]);
    }

    #[test]
    fn points_that_end_day_after_day_are_one_notice_a_window() {
        let ending = |window, last| {
            let ending = vec![(window, Points::stored(5), day(last))];
            told(&ReminderFacts { ending, ..ReminderFacts::default() }, "2026-03-01").remove(0)
        };
        assert_eq!(ending(30, "2026-03-29"), ending(30, "2026-03-30"));
        assert_eq!(ending(7, "2026-03-06"), ending(7, "2026-03-07"));
        assert_ne!(ending(0, "2026-03-06"), ending(0, "2026-03-07"));
        assert_ne!(ending(30, "2026-03-31"), ending(30, "2026-04-01"));
    }
}
