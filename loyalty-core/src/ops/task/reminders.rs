//! What members are reminded of: a page of members at a time, in the order of their numbers.

use std::collections::BTreeMap;

use super::run_tasks::Part;
use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::notify::notify;
use crate::domain::member::Member;
use crate::domain::programme::{Downgrade, Metric};
use crate::domain::reminder::{self, ReminderFacts};
use crate::domain::reward::Reward;
use crate::domain::tier;
use crate::ops::{Operation, TierOutlook};
use crate::store::tasks::TaskRun;
use crate::store::{lots, members, reminders, rewards};
use crate::value::{Day, Instant, Points, RewardId, UserId};

/// What a whole page of members shares.
struct Page<'a> {
    today: Day,
    /// The first day on which a birthday is looked for.
    birthdays_from: Option<Day>,
    rewards: Vec<Reward>,
    birth_dates: BTreeMap<UserId, Day>,
    coupons: BTreeMap<UserId, Vec<(i64, Instant)>>,
    cards: BTreeMap<UserId, Vec<(&'a str, i64)>>,
}

/// Reminds the next members.
pub(super) fn part(cx: &mut Cx<'_>, place: i64, last: Option<&TaskRun>, limit: i64) -> Result<Part> {
    let found = members::page(cx.store()?, place, limit)?;
    let (Some(first), Some(end)) = (found.first(), found.last()) else {
        return Ok(Part { members: 0, changes: 0, next: None });
    };
    let (span, looked_at) = ((first.id.get(), end.id.get()), i64::try_from(found.len()).unwrap_or(limit));
    let page = Page::read(cx, span, last)?;
    let mut changes = 0;
    for member in found.into_iter().filter(|member| member.merged_into.is_none() && !member.blocked) {
        changes += page.remind(cx, member)?;
    }
    Ok(Part { members: looked_at, changes, next: (looked_at == limit).then_some(span.1) })
}

impl<'a> Page<'a> {
    fn read(cx: &mut Cx<'a>, span: (i64, i64), last: Option<&TaskRun>) -> Result<Self> {
        let (programme, now) = (cx.programme, cx.now);
        let (rules, zone) = (&programme.reminders, programme.zone);
        let today = zone.day_of(now);
        // Days that were missed are made good, as far as a late wish is still one.
        let ran = last.and_then(|run| Day::parse(&run.period).ok()).map_or(today, |day| day.plus_days(1));
        let birthdays_from = rules.birthday_late_days.map(|late| ran.max(today.plus_days(-late)).min(today));
        let mut page = Self {
            today,
            birthdays_from,
            rewards: if rules.rewards { rewards::all(cx.store()?)? } else { Vec::new() },
            birth_dates: BTreeMap::new(),
            coupons: BTreeMap::new(),
            cards: BTreeMap::new(),
        };
        page.rewards.retain(|reward| reward.active && reward.starts_at.is_none_or(|starts| starts <= now));
        page.rewards.retain(|reward| reward.expiry_date.is_none_or(|ends| ends > now) && reward.stock != Some(0));
        page.rewards.sort_by_key(|reward| reward.points_cost);
        if birthdays_from.is_some() {
            page.birth_dates = reminders::birth_dates(cx.store()?, span)?.into_iter().collect();
        }
        if let Some(days) = rules.coupon_ending_days {
            let until = zone.end_of(today.plus_days(days));
            for (user_id, coupon, ends_at) in reminders::ending_coupons(cx.store()?, span, (now, until))? {
                page.coupons.entry(user_id).or_default().push((coupon, ends_at));
            }
        }
        if let Some(left) = rules.stamps_left {
            for (user_id, card, stamps) in reminders::stamps(cx.store()?, span)? {
                let card = programme.stamp_card(&card);
                let missing = card.map(|card| (card.id.as_str(), card.stamps - stamps));
                if let Some(near) = missing.filter(|(_, missing)| (1..=left).contains(missing)) {
                    page.cards.entry(user_id).or_default().push(near);
                }
            }
        }
        Ok(page)
    }

    /// Tells a member what is due, and returns how many notices are new.
    fn remind(&self, cx: &mut Cx<'_>, member: Member) -> Result<i64> {
        let programme = cx.programme;
        let user_id = member.user_id;
        let outlook = self.outlook(cx, &member)?;
        let ending = self.ending(cx, &member)?;
        let reward = self.affordable(cx, &member);
        let zone = programme.zone;
        let last_visit = member.last_visit.map(|last| (zone.day_of(last), member.total_visits));
        let birthday = self.birthday(cx, user_id);
        let next_tier = self.next_tier(cx, member)?;
        let coupons = self.coupons.get(&user_id).into_iter().flatten();
        let facts = ReminderFacts {
            ending,
            coupons: coupons.filter_map(|(id, ends_at)| Some((*id, cx.last_day(*ends_at)?, *ends_at))).collect(),
            in_danger: outlook.as_ref().map(|(tier, points, day)| (tier.as_str(), *points, *day)),
            next_tier: next_tier.as_ref().map(|(tier, missing)| (tier.as_str(), *missing)),
            cards: self.cards.get(&user_id).cloned().unwrap_or_default(),
            last_visit,
            reward,
            birthday,
        };
        let mut new = 0;
        for notice in reminder::due(programme, user_id, &facts, self.today) {
            new += i64::from(notify(cx, &notice)?);
        }
        Ok(new)
    }

    /// Points that end within the windows of the programme: for each window that has begun, how many, and when the first
    /// of them end.
    fn ending(&self, cx: &mut Cx<'_>, member: &Member) -> Result<Vec<(i64, Points, Day)>> {
        let (programme, now) = (cx.programme, cx.now);
        let (rules, zone) = (&programme.reminders, programme.zone);
        let Some(widest) = rules.points_ending_days.first() else { return Ok(Vec::new()) };
        let end_of = |window: i64| zone.end_of(self.today.plus_days(window));
        let soonest = member.points_expiry_date;
        if soonest > end_of(*widest) || soonest <= now {
            return Ok(Vec::new());
        }
        let Some(first) = cx.last_day(soonest) else { return Ok(Vec::new()) };
        let open = lots::open(cx.store()?, member)?;
        let mut ending = Vec::new();
        for window in rules.points_ending_days.iter().filter(|window| soonest <= end_of(**window)) {
            let within = open.iter().filter(|lot| lot.expires_at > now && lot.expires_at <= end_of(*window));
            let points = within.map(|lot| lot.remaining).try_fold(Points::ZERO, Points::plus)?;
            if points >= rules.points_ending_at_least && points > Points::ZERO {
                ending.push((*window, points, first));
            }
        }
        Ok(ending)
    }

    /// The dearest reward that the member has the points and the tier for.
    fn affordable(&self, cx: &Cx<'_>, member: &Member) -> Option<RewardId> {
        let place = |id: &str| cx.programme.tier(id).map(|(place, _)| place);
        let held = place(&member.current_tier);
        let may = |reward: &&Reward| {
            let is_free = reward.points_cost <= Points::ZERO;
            !is_free && reward.points_cost <= member.balance && place(&reward.tier_required) <= held
        };
        self.rewards.iter().rev().find(may).map(|reward| reward.id)
    }

    /// The birthday that fell on a day since the last run.
    fn birthday(&self, cx: &Cx<'_>, user_id: UserId) -> Option<Day> {
        let (born, from) = (self.birth_dates.get(&user_id)?, self.birthdays_from?);
        let leap_day = cx.programme.earn.leap_day;
        (0..=self.today.days_since(from))
            .map(|days| self.today.plus_days(-days))
            .find(|day| day.is_anniversary_of(*born, leap_day))
    }

    /// The next tier, when few points are missing.
    fn next_tier(&self, cx: &mut Cx<'_>, member: Member) -> Result<Option<(String, i64)>> {
        let programme = cx.programme;
        let Some(near) = programme.reminders.next_tier_points else { return Ok(None) };
        if !matches!(programme.tier_rules.metric, Metric::LifetimePoints | Metric::WindowPoints | Metric::Balance) {
            return Ok(None);
        }
        let (place, _) = tier::held_tier(programme, &member.current_tier)?;
        let Some(next) = programme.tiers.get(place + 1) else { return Ok(None) };
        let value = Account::as_stored(cx, member).tier_value(cx)?;
        let missing = next.threshold.saturating_sub(value);
        Ok((1..=near.get()).contains(&missing).then(|| (next.id.clone(), missing)))
    }

    /// A tier that is lost soon unless points come.
    fn outlook(&self, cx: &mut Cx<'_>, member: &Member) -> Result<Option<(String, i64, Day)>> {
        let programme = cx.programme;
        let Some(days) = programme.reminders.tier_in_danger_days else { return Ok(None) };
        let is_lowest = tier::held_tier(programme, &member.current_tier)?.0 == 0;
        if programme.tier_rules.downgrade == Downgrade::Never || is_lowest {
            return Ok(None);
        }
        let outlook = TierOutlook::new(member.user_id).run(cx)?;
        let (Some(points), Some(day)) = (outlook.points_needed, outlook.review_date) else { return Ok(None) };
        let is_soon = (0..=days).contains(&day.days_since(self.today));
        Ok((!outlook.keeps && points > 0 && is_soon).then_some((outlook.tier, points, day)))
    }
}
