//! What a purchase or an event earns: reads the member's past only as far as the programme needs it.

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::segment;
use crate::domain::earning::{self, Earned};
use crate::domain::event::Properties;
use crate::domain::member::Member;
use crate::domain::programme::{MemberSegment, Programme, Rule, Tier, Used};
use crate::domain::purchase::{Bill, Settlement};
use crate::domain::rule::{self, History, Local, Purchase, Room};
use crate::store::orders::Order;
use crate::store::{archive, ledger, persons, rule_uses, visits};
use crate::value::{Day, EntryId, EventName, Instant, Money, OrderId, Points};

/// A purchase to be judged: now, or again under the conditions of its own time.
pub(crate) struct Evaluation<'a> {
    pub(crate) programme: &'a Programme,
    pub(crate) member: Option<&'a Member>,
    pub(crate) bill: Bill<'a>,
    pub(crate) at: Instant,
    pub(crate) tier: &'a Tier,
    pub(crate) visit: i64,
    /// The order as it was booked before; it does not count against itself.
    pub(crate) own: Option<&'a Order>,
}

impl<'a> Evaluation<'a> {
    /// A purchase that happens now, by a member with this tier or by a user who is not yet a member.
    pub(crate) fn now(
        programme: &'a Programme,
        member: Option<&'a Member>,
        bill: Bill<'a>,
        at: Instant,
        tier: &'a Tier,
    ) -> Self {
        let visit = member.map_or(1, |member| member.total_visits + 1);
        Self { programme, member, bill, at, tier, visit, own: None }
    }

    /// What it earns.
    pub(crate) fn earned(&self, cx: &mut Cx<'_>) -> Result<Earned> {
        let locale = self.member.map_or(self.programme.locale, |member| cx.locale_of(member));
        let mut history = History { room: self.room(cx)?, ..History::default() };
        let mut asked = HistoryReader { cx, programme: self.programme, member: self.member, at: self.at };
        let asks_birthday = self.programme.rules.iter().any(Rule::asks_birthday);
        let birth_date = match self.member.filter(|_| asks_birthday) {
            Some(member) => persons::birth_date(asked.cx.store()?, member.user_id)?,
            None => None,
        };
        // Points given by the host are not judged by rules.
        if self.bill.settlement.given.is_none() {
            history.days = asked.days()?;
            history.segments = match self.own {
                Some(order) => order.receipt.segments().to_vec(),
                None => asked.segments(None)?,
            };
            history.used = asked.used(&self.purchase(&history, birth_date), self.own.map(|order| order.entry))?;
        }
        let earned = earning::earn(self.programme, &self.purchase(&history, birth_date), locale)?;
        Ok(Earned { segments: history.segments, ..earned })
    }

    fn purchase<'h>(&'h self, history: &'h History, birth_date: Option<Day>) -> Purchase<'h> {
        Purchase { at: self.at, bill: self.bill, event: None, tier: self.tier, visit: self.visit, birth_date, history }
    }

    /// Points that fit below the current programme's cap on the balance: what the order gave before makes room.
    fn room_on_balance(&self, cx: &Cx<'_>) -> Result<Option<Points>> {
        let Some(member) = self.member else { return Ok(cx.programme.earn.max_balance) };
        let own = self.own.map_or(Ok(Points::ZERO), |order| order.standing.points.minus(order.standing.reversed))?;
        member.room(cx.programme)?.map(|room| room.plus(own)).transpose()
    }

    /// Points that still fit into the windows of the programme's caps.
    fn room(&self, cx: &mut Cx<'_>) -> Result<Room> {
        let earn = &self.programme.earn;
        let zone = self.programme.zone;
        let mut left = |cap: Option<Points>, first: fn(Day) -> Day, next: fn(Day) -> Day| {
            let (Some(cap), Some(member)) = (cap, self.member) else { return Ok(cap) };
            let first = first(zone.day_of(self.at));
            let (from, until) = (zone.start_of(first), zone.start_of(next(first)));
            let own: Option<&OrderId> = self.own.map(|order| &order.id);
            archive::reaches(member, from)?;
            let earned = ledger::earned_between(cx.store()?, member.id, from, until, own)?;
            cap.minus(earned).map(|left| Some(left.or_zero()))
        };
        Ok(Room {
            day: left(earn.max_points_per_day, |day| day, |day| day.plus_days(1))?,
            week: left(earn.max_points_per_week, Day::start_of_week, |day| day.plus_days(7))?,
            month: left(earn.max_points_per_month, Day::start_of_month, Day::start_of_next_month)?,
            balance: self.room_on_balance(cx)?,
        })
    }
}

/// What an event earns a member under the programme's rules for it.
pub(crate) fn event(
    cx: &mut Cx<'_>,
    account: &Account,
    name: &EventName,
    properties: &Properties,
    settlement: &Settlement,
) -> Result<Earned> {
    let programme = cx.programme;
    let member = &account.member;
    let locale = cx.locale_of(member);
    let at = cx.at;
    let tier = account.tier_when(cx, at)?;
    let segments = HistoryReader { cx, programme, member: Some(member), at }.segments(Some(name))?;
    let nothing = History { segments, ..History::default() };
    let birth_date = persons::birth_date(cx.store()?, member.user_id)?;
    let happened = Purchase {
        at,
        bill: Bill { amount: Money::ZERO, items: &[], settlement },
        event: Some((name, properties)),
        tier,
        visit: member.total_visits,
        birth_date,
        history: &nothing,
    };
    let used = HistoryReader { cx, programme, member: Some(member), at }.used(&happened, None)?;
    let history = History { used, ..nothing.clone() };
    earning::for_event(programme, &Purchase { history: &history, ..happened }, locale)
}

/// Questions about a member's past, asked only when a rule needs the answer.
struct HistoryReader<'a, 'c, 'w> {
    cx: &'c mut Cx<'w>,
    programme: &'a Programme,
    member: Option<&'a Member>,
    at: Instant,
}

impl HistoryReader<'_, '_, '_> {
    /// Days with a purchase before this one, as far back as the longest streak that a rule needs.
    fn days(&mut self) -> Result<Vec<Day>> {
        let reach = |rule: &Rule| {
            let weeks = rule.when.streak_weeks.map_or(0, |weeks| weeks * 7);
            rule.when.streak_days.unwrap_or(0).max(weeks)
        };
        let reach = self.programme.rules.iter().map(reach).max().unwrap_or(0);
        match self.member {
            Some(member) if reach > 0 => {
                let today = self.programme.zone.day_of(self.at);
                visits::days_between(self.cx.store()?, member.user_id, today.plus_days(-reach), today)
            }
            _ => Ok(Vec::new()),
        }
    }

    /// The segments named by rules that the member is in.
    fn segments(&mut self, event: Option<&EventName>) -> Result<Vec<String>> {
        let mut named: Vec<&MemberSegment> = Vec::new();
        for id in self.programme.rules_for(event).filter_map(|rule| rule.when.segment.as_deref()) {
            let segment = self.programme.segment(id).filter(|segment| !named.contains(segment));
            named.extend(segment);
        }
        let found = segment::those_with(self.cx, &named, self.member, self.at)?;
        Ok(found.into_iter().map(|segment| segment.id.clone()).collect())
    }

    /// Uses of the limited rules that would otherwise apply.
    fn used(&mut self, purchase: &Purchase<'_>, without: Option<EntryId>) -> Result<Vec<(String, Used)>> {
        let Some(member) = self.member.filter(|_| self.programme.counts_uses()) else { return Ok(Vec::new()) };
        let local = Local::of(purchase, self.programme);
        let windows = rule_uses::Windows::of(local.day);
        let mut used = Vec::new();
        for rule in self.programme.rules_for(purchase.event.map(|(event, _)| event)) {
            if rule.limits.need_counting() && rule::unmet(rule, purchase, local).is_none() {
                let uses = rule_uses::used(self.cx.store()?, member.user_id, rule, &windows, without)?;
                used.push((rule.id.clone(), uses));
            }
        }
        Ok(used)
    }
}

/// Stores the uses of limited rules under the entry in which they gave points.
pub(crate) fn count_uses(
    cx: &mut Cx<'_>,
    account: &Account,
    earned: &Earned,
    at: Instant,
    entry: EntryId,
) -> Result<()> {
    let day = cx.programme.zone.day_of(at);
    for used in &earned.uses {
        rule_uses::insert(cx.store()?, account.member.user_id, &used.rule, day, entry, used.points)?;
    }
    Ok(())
}
