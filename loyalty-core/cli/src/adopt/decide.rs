//! A member of the first version, and what happens to it here: pure decisions about data that was never validated.

use std::collections::{BTreeMap, BTreeSet};

use super::finding::{Finding, Findings};
use loyalty_core::internals;

use loyalty_core::programme::Programme;
use loyalty_core::value::{Decimal, Instant, Money, RewardId, UserId, limit};

/// Most entries of a member that keep their own date; older ones become one.
const MOST_ENTRIES: usize = 1_000;

/// A row of the old `loyalty_users`, with personal data.
#[derive(Debug, Clone, Default)]
pub(super) struct OldMember {
    pub user_id: i64,
    pub points: i64,
    pub tier: Option<String>,
    pub joined: Option<i64>,
    pub last_visit: Option<i64>,
    pub visits: i64,
    pub spent: Option<String>,
    pub has_person: bool,
    pub name: String,
    pub email: Option<String>,
}

/// A row of the old `loyalty_transactions`, with its purchase.
#[derive(Debug, Clone, Default)]
pub(super) struct OldEntry {
    pub user_id: i64,
    pub id: i64,
    pub kind: String,
    pub points: i64,
    pub before: i64,
    pub after: i64,
    pub text: String,
    pub at: Option<i64>,
    pub order_id: Option<i64>,
    pub owner: Option<i64>,
    pub total: Option<String>,
    pub paid: Option<Instant>,
    pub cancelled: bool,
}

/// A row of the old `loyalty_redemptions`.
#[derive(Debug, Clone, Default)]
pub(super) struct OldRedemption {
    pub user_id: i64,
    pub id: i64,
    pub reward_id: i64,
    pub points: i64,
    pub at: Option<i64>,
    pub used: bool,
}

/// What was already imported for a member.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// How many times it was imported.
    pub times: u32,
    /// The old balance that was imported.
    pub balance: i64,
    /// The last old entry.
    pub entry: i64,
    /// The last old redemption.
    pub redemption: i64,
}

/// What holds for all members.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// The present; old data must not lie after it.
    pub now: Instant,
    /// E-mail addresses that several members have.
    pub shared: &'a BTreeSet<String>,
    /// Old rewards, by their names here.
    pub rewards: &'a BTreeMap<i64, RewardId>,
    /// The prefix of an order's number.
    pub order_prefix: &'a str,
    /// Redemptions before this moment count as used.
    pub open_since: Option<Instant>,
    /// Whether a balance below zero becomes zero.
    pub forgive_debt: bool,
}

/// An order to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TakenOrder {
    pub id: String,
    pub amount: Money,
    pub points: i64,
    pub paid: Instant,
}

/// An open redemption to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TakenClaim {
    pub reward: RewardId,
    pub points: i64,
    pub at: Instant,
}

/// An old entry to be imported with its own date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TakenEntry {
    pub points: i64,
    pub at: Instant,
    pub text: String,
}

/// What happens to a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Takeover {
    pub user_id: UserId,
    pub balance: i64,
    pub lifetime: i64,
    pub tier: Option<String>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub joined: Instant,
    pub last_visit: Option<Instant>,
    pub visits: i64,
    pub spent: Money,
    pub orders: Vec<TakenOrder>,
    pub claims: Vec<TakenClaim>,
    pub history: Vec<TakenEntry>,
    /// What has been imported after this; the next import begins there.
    pub taken: Taken,
}

/// Decides what happens to a member; nothing when there is nothing new since the last import.
#[must_use]
pub(super) fn take_over(
    member: &OldMember,
    entries: &[OldEntry],
    redemptions: &[OldRedemption],
    before: Taken,
    terms: &Terms<'_>,
    findings: &mut Findings,
) -> Option<Takeover> {
    let user = member.user_id;
    let Ok(user_id) = UserId::new(user) else {
        findings.note(Finding::UnusableUserId, user);
        return None;
    };
    let is_first = before.times == 0;
    if is_first {
        note_ledger(member, entries, findings);
    }
    let new: Vec<&OldEntry> = entries.iter().filter(|entry| entry.id > before.entry).collect();
    let claims: Vec<&OldRedemption> = redemptions.iter().filter(|one| one.id > before.redemption).collect();
    let balance = if terms.forgive_debt { member.points.max(0) } else { member.points };
    let added = balance.saturating_sub(before.balance);
    if !is_first && added == 0 && new.is_empty() && claims.is_empty() {
        return None;
    }
    if is_first && member.points < 0 {
        findings.note(Finding::NegativeBalance, user);
    }
    let taken = Taken {
        times: before.times.saturating_add(1),
        balance,
        entry: new.last().map_or(before.entry, |entry| entry.id),
        redemption: claims.last().map_or(before.redemption, |one| one.id),
    };
    let orders = orders(user, &new, terms, findings);
    let claims = open_claims(user, &claims, terms, findings);
    let spent_on_claims = claims.iter().fold(0_i64, |sum, claim| sum.saturating_add(claim.points));
    let by_orders = orders.iter().fold(0_i64, |sum, order| sum.saturating_add(order.points));
    let lifetime = earned(&new).max(added.saturating_add(spent_on_claims)).max(by_orders).max(0);
    let (visits, spent) = counters(member, &orders, is_first, terms, findings);
    let (name, email) = if is_first { person(member, terms, findings) } else { (None, None) };
    let moment = |seconds: Option<i64>| seconds.filter(|at| *at > 0).map(|at| at_second(at).min(terms.now));
    Some(Takeover {
        user_id,
        balance: added,
        lifetime,
        tier: tier(member, is_first, terms, findings),
        name,
        email,
        joined: moment(member.joined).unwrap_or(terms.now),
        last_visit: moment(member.last_visit),
        visits,
        spent,
        orders,
        history: history(&new, &claims, terms),
        claims,
        taken,
    })
}

/// The newest entries with their dates, without those of open redemptions.
fn history(entries: &[&OldEntry], claims: &[TakenClaim], terms: &Terms<'_>) -> Vec<TakenEntry> {
    let mut claimed: Vec<i64> = claims.iter().map(|claim| claim.points.saturating_neg()).collect();
    let mut history = Vec::new();
    for entry in entries.iter().rev().filter(|entry| entry.points != 0) {
        if entry.kind == "redeem"
            && let Some(place) = claimed.iter().position(|points| *points == entry.points)
        {
            claimed.swap_remove(place);
            continue;
        }
        let Some(at) = entry.at.filter(|at| *at > 0).map(|at| at_second(at).min(terms.now)) else { continue };
        let plain: String = entry.text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
        let words: Vec<&str> = plain.split_whitespace().collect();
        let text: String = words.join(" ").chars().take(limit::MAX_DESCRIPTION).collect();
        history.push(TakenEntry { points: entry.points, at, text });
        if history.len() == MOST_ENTRIES {
            break;
        }
    }
    history.reverse();
    history
}

fn at_second(seconds: i64) -> Instant {
    internals::instant(limit::FIRST_MICROS).plus_seconds(seconds)
}

/// Checks the old entries: whether they add up, and follow one another.
fn note_ledger(member: &OldMember, entries: &[OldEntry], findings: &mut Findings) {
    let user = member.user_id;
    let sum = entries.iter().fold(0_i64, |sum, entry| sum.saturating_add(entry.points));
    if sum != member.points {
        findings.note(Finding::BalanceDiffersFromLedger, user);
    }
    let follows = |pair: &[OldEntry]| matches!(pair, [first, second] if first.after == second.before);
    if !entries.windows(2).all(follows) {
        findings.note(Finding::BrokenChain, user);
    }
}

/// Points earned in a lifetime: only those that were not spent and did not end.
fn earned(entries: &[&OldEntry]) -> i64 {
    let earned = entries.iter().filter(|entry| !matches!(entry.kind.as_str(), "redeem" | "expire"));
    earned.fold(0, |sum, entry| sum.saturating_add(entry.points))
}

fn orders(user: i64, entries: &[&OldEntry], terms: &Terms<'_>, findings: &mut Findings) -> Vec<TakenOrder> {
    let mut orders: BTreeMap<i64, TakenOrder> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.kind == "earn") {
        if entry.points < 0 {
            findings.note(Finding::NegativeEarn, user);
        }
        let Some(number) = entry.order_id else { continue };
        if entry.owner.is_some_and(|owner| owner != user) {
            findings.note(Finding::OrderOfAnother, user);
            continue;
        }
        let points = entry.points.max(0);
        if let Some(known) = orders.get_mut(&number) {
            findings.note(Finding::OrderCreditedTwice, user);
            known.points = known.points.saturating_add(points);
            continue;
        }
        if entry.owner.is_none() {
            findings.note(Finding::OrderWithoutPurchase, user);
        }
        if entry.cancelled {
            findings.note(Finding::OrderCancelled, user);
        }
        let amount = money(entry.total.as_deref(), user, terms, findings);
        let paid = entry.paid.unwrap_or(terms.now).min(terms.now);
        orders.insert(number, TakenOrder { id: format!("{}{number}", terms.order_prefix), amount, points, paid });
    }
    orders.into_values().collect()
}

fn open_claims(user: i64, claims: &[&OldRedemption], terms: &Terms<'_>, findings: &mut Findings) -> Vec<TakenClaim> {
    let mut open = Vec::new();
    for one in claims.iter().filter(|one| !one.used && one.points >= 0) {
        let at = one.at.map_or(terms.now, at_second).min(terms.now);
        if terms.open_since.is_some_and(|since| at < since) {
            continue;
        }
        match terms.rewards.get(&one.reward_id) {
            Some(reward) => open.push(TakenClaim { reward: *reward, points: one.points, at }),
            None => findings.note(Finding::RewardGone, user),
        }
    }
    open
}

/// Total visits and money: the counters, or the sums of the purchases if they are higher.
fn counters(
    member: &OldMember,
    orders: &[TakenOrder],
    is_first: bool,
    terms: &Terms<'_>,
    findings: &mut Findings,
) -> (i64, Money) {
    let visits = i64::try_from(orders.len()).unwrap_or(i64::MAX);
    let spent = orders.iter().fold(0_i64, |sum, order| sum.saturating_add(order.amount.get()));
    if !is_first {
        return (visits, internals::money(spent));
    }
    let counted = money(member.spent.as_deref(), member.user_id, terms, findings).get();
    if member.visits < visits || counted < spent {
        findings.note(Finding::CountersRaised, member.user_id);
    }
    (member.visits.max(visits), internals::money(counted.max(spent)))
}

fn tier(member: &OldMember, is_first: bool, terms: &Terms<'_>, findings: &mut Findings) -> Option<String> {
    let known = member.tier.clone().filter(|tier| terms.programme.tier(tier).is_some());
    if is_first && known.is_none() {
        findings.note(Finding::UnknownTier, member.user_id);
    }
    known
}

fn person(member: &OldMember, terms: &Terms<'_>, findings: &mut Findings) -> (Option<String>, Option<String>) {
    let user = member.user_id;
    if !member.has_person {
        findings.note(Finding::NoPerson, user);
        return (None, None);
    }
    let plain: String = member.name.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let name: String = words.join(" ").chars().take(limit::MAX_NAME).collect();
    if name != member.name.trim() {
        findings.note(Finding::ChangedName, user);
    }
    let email = member.email.as_deref().map(str::trim).filter(|email| !email.is_empty()).map(str::to_lowercase);
    let shared = email.as_ref().is_some_and(|email| terms.shared.contains(email));
    if shared {
        findings.note(Finding::SharedEmail, user);
    }
    (Some(name).filter(|name| !name.is_empty()), email.filter(|_| !shared))
}

/// An amount of the old tables in the minor unit of the programme's currency.
fn money(text: Option<&str>, user: i64, terms: &Terms<'_>, findings: &mut Findings) -> Money {
    let given = text.and_then(|text| text.trim().parse::<Decimal>().ok()).filter(|given| !given.is_negative());
    let (given, decimals) = (given.unwrap_or_default(), terms.programme.currency.exponent());
    if given.in_units(decimals).is_none() {
        findings.note(Finding::MoneyRounded, user);
    }
    internals::money(given.rounded(decimals).unwrap_or(limit::MAX_MINOR).min(limit::MAX_MINOR))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(member: &OldMember, entries: &[OldEntry], redemptions: &[OldRedemption]) -> (Takeover, Vec<Finding>) {
        let programme = Programme::cafe_vt().unwrap();
        let shared = BTreeSet::from(["both@example.cl".to_owned()]);
        let rewards = BTreeMap::from([(1, internals::reward_id(11))]);
        let terms = Terms {
            programme: &programme,
            now: internals::instant(1_000_000_000_000_000),
            shared: &shared,
            rewards: &rewards,
            order_prefix: "",
            open_since: None,
            forgive_debt: false,
        };
        let mut findings = Findings::default();
        let taken = take_over(member, entries, redemptions, Taken::default(), &terms, &mut findings).unwrap();
        (taken, findings.iter().map(|(finding, _)| finding).collect())
    }

    fn member(points: i64) -> OldMember {
        let tier = Some("cafe_bronze".to_owned());
        OldMember { user_id: 7, points, tier, has_person: true, name: "Ana".to_owned(), ..OldMember::default() }
    }

    fn entry(id: i64, kind: &str, points: i64, before: i64) -> OldEntry {
        OldEntry {
            user_id: 7,
            id,
            kind: kind.to_owned(),
            points,
            before,
            after: before + points,
            ..OldEntry::default()
        }
    }

    #[test]
    fn points_earned_ever_are_what_was_neither_spent_nor_ended() {
        let entries = [
            entry(1, "earn", 900, 0),
            entry(2, "redeem", -300, 900),
            entry(3, "bonus", 50, 600),
            entry(4, "adjustment", -10, 650),
        ];
        let (taken, found) = taken(&member(640), &entries, &[]);
        assert_eq!((taken.balance, taken.lifetime, taken.taken.entry), (640, 940, 4));
        assert_eq!(found, []);
    }

    #[test]
    fn a_balance_beyond_the_ledger_is_kept_and_told() {
        let (taken, found) = taken(&member(500), &[entry(1, "earn", 100, 0), entry(2, "earn", 100, 0)], &[]);
        assert_eq!((taken.balance, taken.lifetime), (500, 500));
        assert_eq!(found, [Finding::BalanceDiffersFromLedger, Finding::BrokenChain]);
    }

    #[test]
    fn an_order_credited_twice_is_one_order_with_all_its_points() {
        let of_order = |id, points, before| OldEntry {
            order_id: Some(5),
            owner: Some(7),
            total: Some("12990.50".to_owned()),
            ..entry(id, "earn", points, before)
        };
        let (taken, found) = taken(&member(258), &[of_order(1, 129, 0), of_order(2, 129, 129)], &[]);
        let [order] = taken.orders.as_slice() else { panic!("one order, got {:?}", taken.orders) };
        assert_eq!((order.id.as_str(), order.points, order.amount.get()), ("5", 258, 12_991));
        assert_eq!(found, [Finding::OrderCreditedTwice, Finding::MoneyRounded, Finding::CountersRaised]);
    }

    #[test]
    fn open_redemptions_are_covered_and_those_of_a_reward_that_is_gone_are_not() {
        let claim = |id, reward_id| OldRedemption { id, reward_id, points: 100, ..OldRedemption::default() };
        let (taken, found) = taken(&member(-30), &[], &[claim(1, 1), claim(2, 9)]);
        assert_eq!((taken.claims.len(), taken.balance, taken.lifetime), (1, -30, 70));
        assert_eq!(found, [Finding::BalanceDiffersFromLedger, Finding::NegativeBalance, Finding::RewardGone]);
    }

    #[test]
    fn what_is_no_name_and_what_several_share_is_left_out() {
        let old = OldMember {
            name: " Ana\tSoto \u{1f600}".to_owned(),
            email: Some("Both@Example.CL ".to_owned()),
            tier: None,
            ..member(0)
        };
        let (taken, found) = taken(&old, &[], &[]);
        assert_eq!((taken.name.as_deref(), taken.email), (Some("Ana Soto \u{1f600}"), None));
        assert_eq!(found, [Finding::UnknownTier, Finding::SharedEmail, Finding::ChangedName]);
    }
}
