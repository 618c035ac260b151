//! Members and segments: reads what conditions need, and goes through all members.
//!
//! [`known`] takes from a member's row what it says; [`complete`] reads the rest of many members at once. Both together
//! are what one member is judged by, so that a walk and a question about one member give the same answer.

use std::collections::{BTreeMap, BTreeSet};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::attribute::Attributes;
use crate::domain::member::Member;
use crate::domain::programme::{Criteria, Downgrade, MemberSegment, Metric, Programme};
use crate::domain::segment::{self, Known, MemberFacts, Narrow, Needs};
use crate::domain::stamp::HeldStamps;
use crate::domain::tier::{self, TierState, VisitDay};
use crate::store::visits::VisitWindows;
use crate::store::{members, segments};
use crate::value::{Day, Instant, Money, UserId};
use crate::{Error, Result};

/// Members that are read at once.
const PAGE: i64 = 1_000;

/// A member with what is known.
pub(crate) struct Examined {
    pub(crate) member: Member,
    pub(crate) facts: MemberFacts,
}

/// For which moment facts are read: windows end on its local day. Points are those of now.
#[derive(Clone, Copy)]
struct Look<'a> {
    needs: &'a Needs,
    at: Instant,
    today: Day,
    /// The first local day whose purchases are looked at, if any are.
    from: Option<Day>,
}

impl<'a> Look<'a> {
    fn of(programme: &Programme, needs: &'a Needs, at: Instant) -> Self {
        let today = programme.zone.day_of(at);
        let score = if needs.score { programme.score.frequency_days.max(programme.score.amount_days) } else { 0 };
        let span = needs.days.max(score);
        Self { needs, at, today, from: (span > 0).then(|| today.plus_days(1 - span)) }
    }
}

/// Everything that conditions need to know of one member.
pub(crate) fn facts_of(cx: &mut Cx<'_>, member: &Member, needs: &Needs, at: Instant) -> Result<MemberFacts> {
    let mut one = [known(cx, member.clone(), needs, at)?];
    complete(cx, &mut one, needs, at)?;
    let [one] = one;
    Ok(one.facts)
}

/// What a member's row says, without a query. What the clock may have changed since it was written is left unread.
pub(crate) fn known(cx: &Cx<'_>, member: Member, needs: &Needs, at: Instant) -> Result<Examined> {
    let (programme, now) = (cx.programme, cx.now);
    let look = Look::of(programme, needs, at);
    let day = |moment: Instant| programme.zone.day_of(moment);
    let last_visit = Known::of(member.last_visit.map(day));
    let is_settled = member.points_expiry_date > now && member.held_until > now;
    let points = if is_settled && now >= member.pending_until {
        Known::Is(member.balance.plus(member.debt)?.get())
    } else {
        Known::Unread
    };
    // No purchase lies behind the last one.
    let bought_since = |from: Day| matches!(last_visit, Known::Is(last) if last >= from);
    let days = if look.from.is_some_and(bought_since) { Known::Unread } else { Known::Is(Vec::new()) };
    let horizon = needs.ending.last().map(|days| programme.zone.end_of(look.today.plus_days(*days)));
    let none_ends = is_settled && horizon.is_none_or(|horizon| member.points_expiry_date > horizon);
    let mut facts = MemberFacts {
        points,
        lifetime_points: Known::Is(member.total_points.get()),
        visits: Known::Is(member.total_visits),
        spent: Known::Is(member.total_spent.get()),
        days,
        last_visit,
        joined: Known::Is(day(member.join_date)),
        bought: if member.distinct_products == 0 { Known::Is(BTreeMap::new()) } else { Known::Unread },
        referrals: Known::Is(member.successful_referrals),
        ending: if none_ends { Known::Is(BTreeMap::new()) } else { Known::Unread },
        locale: Known::Is(member.locale.unwrap_or(programme.locale)),
        attributes: if member.attributes == 0 { Known::Is(Attributes::new()) } else { Known::Unread },
        ..MemberFacts::default()
    };
    if needs.tier || needs.next_tier {
        tier_of_row(programme, &member, &mut facts)?;
    }
    Ok(Examined { member, facts })
}

/// The tier, and what is missing to the next, when no clock can have changed them.
fn tier_of_row(programme: &Programme, member: &Member, facts: &mut MemberFacts) -> Result<()> {
    let rules = &programme.tier_rules;
    let Some((place, held)) = programme.tier(&member.current_tier) else { return Ok(()) };
    let stays = rules.metric != Metric::Balance && (place == 0 || rules.downgrade == Downgrade::Never);
    if !stays || member.tier_state != TierState::default() {
        return Ok(());
    }
    facts.tier = Known::Is(held.id.clone());
    let value = match rules.metric {
        Metric::LifetimePoints => member.qualifying_points.get(),
        Metric::LifetimeSpend => member.total_spent.get(),
        Metric::LifetimeVisits => member.total_visits,
        _ => return Ok(()),
    };
    facts.points_to_next_tier = to_next_tier(programme, &held.id, value)?;
    Ok(())
}

fn to_next_tier(programme: &Programme, held: &str, value: tier::Value) -> Result<Known<i64>> {
    let progress = tier::progress(programme, held, value)?;
    Ok(Known::of(progress.next.map(|_| progress.needed)))
}

/// Reads what is needed and was not known yet.
pub(crate) fn complete(cx: &mut Cx<'_>, members: &mut [Examined], needs: &Needs, at: Instant) -> Result<()> {
    let look = Look::of(cx.programme, needs, at);
    if let Some(from) = look.from {
        let users = of_whom(members, |facts| facts.days == Known::Unread);
        let mut found = segments::days(cx.store()?, &users, from, look.today)?;
        fill(members, &users, |facts, user| facts.days = Known::Is(found.remove(&user).unwrap_or_default()));
    }
    if needs.person {
        let users = of_whom(members, |facts| facts.consents == Known::Unread);
        let mut found = segments::persons(cx.store()?, &users)?;
        let consents = |json: &str| -> Result<BTreeSet<String>> {
            let given: BTreeMap<String, serde_json::Value> = crate::store::json(json)?;
            Ok(given.into_keys().collect())
        };
        for one in members.iter_mut().filter(|one| users.contains(&one.member.user_id)) {
            let person = found.remove(&one.member.user_id).and_then(|mut rows| rows.pop());
            let (born, given) = person.unwrap_or((None, "{}".to_owned()));
            one.facts.birth_date = Known::of(born);
            one.facts.consents = Known::Is(consents(&given)?);
        }
    }
    if needs.bought {
        let users = of_whom(members, |facts| facts.bought == Known::Unread);
        let mut found = segments::products(cx.store()?, &users)?;
        let all = |rows: Vec<_>| rows.into_iter().collect();
        fill(members, &users, |facts, user| facts.bought = Known::Is(all(found.remove(&user).unwrap_or_default())));
    }
    if needs.coupons {
        let users = of_whom(members, |facts| facts.coupons_open == Known::Unread);
        let found = segments::coupons(cx.store()?, &users, at)?;
        let count = |user: UserId| found.get(&user).and_then(|rows| rows.first()).copied().unwrap_or(0);
        fill(members, &users, |facts, user| facts.coupons_open = Known::Is(count(user)));
    }
    if needs.attributes {
        let users = of_whom(members, |facts| facts.attributes == Known::Unread);
        let mut found = segments::attributes(cx.store()?, &users)?;
        let all = |rows: Vec<_>| rows.into_iter().collect();
        fill(members, &users, |facts, user| facts.attributes = Known::Is(all(found.remove(&user).unwrap_or_default())));
    }
    if needs.stamps {
        stamps(cx, members)?;
    }
    members.iter_mut().try_for_each(|one| by_clock(cx, one, look))
}

/// The members of whom something is not known yet.
fn of_whom(members: &[Examined], lacks: impl Fn(&MemberFacts) -> bool) -> Vec<UserId> {
    members.iter().filter(|one| lacks(&one.facts)).map(|one| one.member.user_id).collect()
}

/// Sets something of the members who were asked about; both are in the same order.
fn fill(members: &mut [Examined], asked: &[UserId], mut set: impl FnMut(&mut MemberFacts, UserId)) {
    let mut asked = asked.iter().peekable();
    for one in members {
        if asked.next_if(|user| **user == one.member.user_id).is_some() {
            set(&mut one.facts, one.member.user_id);
        }
    }
}

fn stamps(cx: &mut Cx<'_>, members: &mut [Examined]) -> Result<()> {
    let users = of_whom(members, |facts| facts.stamps_left == Known::Unread);
    let found = segments::stamps(cx.store()?, &users)?;
    let programme = cx.programme;
    fill(members, &users, |facts, user| {
        let rows = found.get(&user).map_or(&[][..], Vec::as_slice);
        let left = programme.stamp_cards.iter().map(|card| {
            let own = rows.iter().filter(|(id, _)| card.names().any(|name| name == id));
            let held = own.fold(HeldStamps::default(), |sum, (_, held)| sum.plus(held));
            (card.id.clone(), card.stamps - held.open(card) + held.owed())
        });
        facts.stamps_left = Known::Is(left.collect());
    });
    Ok(())
}

/// What depends on the clock: points, tier and score of one member.
fn by_clock(cx: &mut Cx<'_>, one: &mut Examined, look: Look<'_>) -> Result<()> {
    let (needs, facts, member) = (look.needs, &mut one.facts, &one.member);
    let wants_tier = needs.tier && facts.tier == Known::Unread;
    let wants_next = needs.next_tier && facts.points_to_next_tier == Known::Unread;
    if wants_tier || wants_next {
        let settled = Account::for_display(cx, member.clone())?;
        let held = cx.programme.tier_id(&settled.current_tier).to_owned();
        if wants_next {
            let value = Account::as_stored(cx, settled).tier_value_at(cx, look.at)?;
            facts.points_to_next_tier = to_next_tier(cx.programme, &held, value)?;
        }
        facts.tier = Known::Is(held);
    }
    if needs.points && facts.points == Known::Unread {
        let mut account = Account::as_stored(cx, member.clone());
        facts.points = Known::Is(account.available_by_clock(cx)?.get());
    }
    if !needs.ending.is_empty() && facts.ending == Known::Unread {
        let account = Account::as_stored(cx, member.clone());
        let mut ending = BTreeMap::new();
        for days in &needs.ending {
            let end = cx.programme.zone.end_of(look.today.plus_days(*days));
            ending.insert(*days, account.ending_by(cx, end)?.get());
        }
        facts.ending = Known::Is(ending);
    }
    if needs.score && facts.score == Known::Unread {
        let Known::Is(days) = &facts.days else { return Err(Error::internal("the days of a score were not read")) };
        let seen = windows(cx.programme, days, look.today);
        let account = Account::as_stored(cx, member.clone());
        facts.score = Known::Is(account.scored_by(cx, look.at, seen)?.1.score.get());
    }
    Ok(())
}

/// Visits and money in the windows of a score.
fn windows(programme: &Programme, days: &[VisitDay], today: Day) -> VisitWindows {
    let within = |span: i64| {
        let (first, last) = (today.plus_days(1 - span).number(), today.number());
        days.iter().filter(move |one| (first..=last).contains(&one.day))
    };
    let rules = &programme.score;
    let spent = within(rules.amount_days).fold(0_i64, |sum, one| sum.saturating_add(one.spent.get()));
    let visits = within(rules.frequency_days).map(|one| one.visits).sum();
    VisitWindows { visits, spent: Money::stored(spent) }
}

/// Which of these segments a member is in, or somebody who is no member yet.
pub(crate) fn those_with<'a>(
    cx: &mut Cx<'_>,
    segments: &[&'a MemberSegment],
    member: Option<&Member>,
    at: Instant,
) -> Result<Vec<&'a MemberSegment>> {
    if segments.is_empty() {
        return Ok(Vec::new());
    }
    let programme = cx.programme;
    let today = programme.zone.day_of(at);
    let facts = match member {
        Some(member) => {
            let mut needs = Needs::default();
            segments.iter().for_each(|segment| needs.add(&segment.when));
            facts_of(cx, member, &needs, at)?
        }
        None => MemberFacts::newcomer(programme, today),
    };
    let is_in = |segment: &&&MemberSegment| segment::holds(&segment.when, &facts, programme, today) == Some(true);
    Ok(segments.iter().filter(is_in).copied().collect())
}

/// Whether a user may use what is for a segment: nobody is in one that the programme no longer has.
pub(crate) fn may_use(cx: &mut Cx<'_>, id: Option<&str>, user_id: Option<UserId>, at: Instant) -> Result<bool> {
    let Some(id) = id else { return Ok(true) };
    let (Some(user_id), Some(segment)) = (user_id, cx.programme.segment(id)) else { return Ok(false) };
    let member = members::find(cx.store()?, user_id)?;
    Ok(!those_with(cx, &[segment], member.as_ref(), at)?.is_empty())
}

/// Goes through all members who meet some conditions now, by user id.
pub(crate) struct Walk<'a> {
    criteria: &'a Criteria,
    needs: Needs,
    narrow: Narrow,
    at: Instant,
    today: Day,
    after: i64,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(cx: &Cx<'_>, criteria: &'a Criteria) -> Self {
        let today = cx.programme.zone.day_of(cx.now);
        let narrow = Narrow::of(criteria, cx.programme, today);
        Self { criteria, needs: Needs::of(criteria), narrow, at: cx.now, today, after: 0 }
    }

    /// The next of them; `None` when all members were gone through. A page may have nobody.
    pub(crate) fn next_page(&mut self, cx: &mut Cx<'_>) -> Result<Option<Vec<UserId>>> {
        let now = cx.now;
        let page = members::narrowed(cx.store()?, &self.narrow, now, (self.after, PAGE))?;
        let Some(last) = page.last() else { return Ok(None) };
        self.after = last.user_id.get();
        let (programme, today) = (cx.programme, self.today);
        let holds = |one: &Examined| segment::holds(self.criteria, &one.facts, programme, today);
        let (mut found, mut open) = (Vec::new(), Vec::new());
        for member in page {
            let one = known(cx, member, &self.needs, self.at)?;
            match holds(&one) {
                Some(true) => found.push(one.member.user_id),
                Some(false) => {}
                None => open.push(one),
            }
        }
        complete(cx, &mut open, &self.needs, self.at)?;
        found.extend(open.iter().filter(|one| holds(one) == Some(true)).map(|one| one.member.user_id));
        found.sort_unstable();
        Ok(Some(found))
    }
}
