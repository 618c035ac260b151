//! The checks of one member: every invariant of the ledger, from the rows.

use crate::Fault;
use crate::ops::admin::audit::{Audit, of_nobody};
use std::collections::BTreeMap;

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::ledger::{Entry, EntryKind, FIRST_LINK, Link};
use crate::domain::lot::LotUse;
use crate::domain::member::Member;
use crate::domain::programme::{Past, Renames, Shortfall, TierRules};
use crate::ops::Paid;
use crate::ops::admin::audit::{MAX_PROBLEMS, Problem, Verified};
use crate::ops::admin::spans::{self, Spans};
use crate::ops::admin::{purchases, requests, rule_uses, texts};
use crate::store::archive::{self, Closing};
use crate::store::payments::{self, Returned};
use crate::store::{
    acts, checks, coupon_uses, gift_cards, holds, ledger, lots, members, persons, programmes, redemptions, referrals,
    rewards, stamps, tier_changes, tier_gifts, visits,
};
use crate::value::{EntryId, Instant, Points};

/// Checks one member. A row that cannot be read is a problem like any other.
pub(crate) fn member(cx: &mut Cx<'_>, member: &Member, verified: &mut Verified) -> Result<()> {
    verified.members += 1;
    let checked = match member.archived_to {
        None => rows(cx, member, verified),
        Some(_) if cx.store()?.has_archive() => Err(archive::needed(Some(member.user_id))),
        Some(_) => since_closing(cx, member, verified),
    };
    match checked {
        Err(error) if error.fault() == Some(Fault::DatabaseCorrupt) => {
            let (expected, found) = ("readable text".to_owned(), error.message().to_owned());
            let what = "the rows of the member can be read".to_owned();
            verified.problems.push(Problem { user_id: member.user_id.get(), what, expected, found });
            Ok(())
        }
        checked => checked,
    }
}

fn rows(cx: &mut Cx<'_>, member: &Member, verified: &mut Verified) -> Result<()> {
    let mut audit = Audit { user_id: member.user_id.get(), verified };
    let made = entries(cx, member, &mut audit)?;
    let remaining = lots(cx, member, &made, &mut audit)?;
    let covered = member.balance.get() + member.debt.get();
    audit.same(|| "balance + debt = sum of what remains in the lots".to_owned(), remaining, covered);
    holds(cx, member, &mut audit)?;
    acts(cx, member, &mut audit)?;
    for differing in checks::of_member(cx.store()?, member.id, member.user_id)? {
        audit.differing(differing);
    }
    persons::find(cx.store()?, member)?;
    if member.merged_into.is_some() {
        // What the member did counts for the member into whom this one was merged.
        audit.nothing_left(member);
        return Ok(());
    }
    let now = cx.now;
    let brought = referrals::totals(cx.store()?, member.user_id, now)?.successful;
    audit.same(
        || "successful_referrals = referrals that were not taken back".to_owned(),
        brought,
        member.successful_referrals,
    );
    let pieces = redemptions::pieces(cx.store()?, member.id)?;
    audit.same(|| "rewards_redeemed = redemptions that were not cancelled".to_owned(), pieces, member.rewards_redeemed);
    for redemption in redemptions::unbooked(cx.store()?, member.id)? {
        audit.same(|| format!("redemption {redemption}: its points equal those of its entries"), true, false);
    }
    for taken in redemptions::in_part(cx.store()?, member.id)? {
        let back = taken.returned_lots.iter().try_fold(Points::ZERO, |sum, part| sum.plus(part.points))?;
        let (id, due) = (taken.entry, taken.points_of(taken.returned));
        audit.same(|| format!("redemption {id}: points given back = points of the pieces that came back"), due, back);
    }
    for paid in payments::of_member(cx.store()?, member.id)? {
        let answer: Paid = crate::store::json(&paid.answer)?;
        let (order, left) = (paid.order_id, cx.shown(paid.amount.minus(paid.discount)?).to_string());
        let what = |column: &str| format!("payment of order {order}: {column} = {column} in its answer");
        audit.same(|| what("discount"), answer.discount.to_string(), cx.shown(paid.discount).to_string());
        audit.same(|| what("amount"), answer.payable.to_string(), left);
    }
    for order in payments::unbooked(cx.store()?, member.id)? {
        audit.same(|| format!("payment of order {order}: its points equal those of its entries"), true, false);
    }
    for Returned { order, entry, points: released, lots: back } in payments::returned(cx.store()?, member.id)? {
        let all: i64 = back.iter().map(|part| part.points.get()).sum();
        audit.same(|| format!("payment of order {order}: points given back = sum by lot"), released.get(), all);
        let taken = lots::uses_of(cx.store()?, entry)?;
        let within = |part: &LotUse| taken.iter().any(|one| one.lot == part.lot && part.points <= one.points.negated());
        audit.same(
            || format!("payment of order {order}: points went back to the lots they came from"),
            true,
            back.iter().all(within),
        );
    }
    let totals = visits::totals(cx.store()?, member.user_id)?;
    audit.same(|| "total_visits = sum of the days".to_owned(), totals.visits, member.total_visits);
    audit.same(|| "total_spent = sum of the days".to_owned(), totals.spent.get(), member.total_spent.get());
    let purchases = purchases::visits_made(cx, member)?;
    audit.same(|| "total_visits = purchases that were not cancelled".to_owned(), purchases, member.total_visits);
    purchases::check(cx, member, &mut audit)?;
    let (products, _) = visits::favorites(cx.store()?, member.user_id)?;
    audit.same(|| "distinct_products = number of products".to_owned(), products, member.distinct_products);
    tiers(cx, member, &made, &mut audit)?;
    stamps(cx, member, &mut audit)?;
    rule_uses::check(cx, member, &mut audit)
}

/// Checks what can be checked without the entries that are in the archive: the chain and the balance since then, and the
/// lots with points left, none of which ever leaves.
fn since_closing(cx: &mut Cx<'_>, member: &Member, verified: &mut Verified) -> Result<()> {
    verified.archived += archive::count(cx.store()?, &[member.id])?;
    let mut audit = Audit { user_id: member.user_id.get(), verified };
    let closing = archive::closing(cx.store()?, member.id)?;
    audit.same(|| "archived_to is set because entries are in the archive".to_owned(), true, closing.is_some());
    let mut chain = closing.map_or(Chain::FIRST, |closing| Chain::behind(member, &closing));
    let first = chain.count;
    let mut total = closing.map_or(0, |closing| closing.total_points.get());
    ledger::walk(cx.store()?, member.id, |entry| {
        chain.check(member, &entry, &mut audit);
        total += entry.gained();
        Ok(())
    })?;
    audit.verified.entries += chain.count - first;
    chain.end(member, &mut audit);
    if cx.programme.debt.shortfall != Shortfall::Forgive {
        let what = || "total_points = points gained, refunds taken off".to_owned();
        audit.same(what, total, member.total_points.get());
    }
    let left: i64 = lots::open(cx.store()?, member)?.iter().map(|lot| lot.remaining.get()).sum();
    audit.same(
        || "balance + debt = sum of what remains in the lots".to_owned(),
        left,
        member.balance.get() + member.debt.get(),
    );
    holds(cx, member, &mut audit)
}

/// A member's chain of entries, as far as it was walked.
struct Chain {
    link: Link,
    balance: Points,
    recorded: Instant,
    count: i64,
}

impl Chain {
    const FIRST: Self = Self { link: FIRST_LINK, balance: Points::ZERO, recorded: Instant::stored(i64::MIN), count: 0 };

    /// Behind the entries in the archive.
    const fn behind(member: &Member, closing: &Closing) -> Self {
        let count = closing.last_entry.get() - member.id.entry_range().0;
        Self { link: closing.link, balance: closing.balance, recorded: Instant::stored(i64::MIN), count }
    }

    /// Checks the next entry.
    fn check(&mut self, member: &Member, entry: &Entry, audit: &mut Audit<'_>) {
        let id = entry.id;
        self.count += 1;
        let expected = member.id.entry_range().0 + self.count;
        audit.same(|| format!("entry {id}: ids count up without a gap"), expected, id.get());
        audit.same(
            || format!("entry {id}: balance_before = balance_after of the entry before"),
            self.balance,
            entry.balance_before,
        );
        audit.same(|| format!("entry {id}: created_at never falls"), true, entry.recorded_at >= self.recorded);
        let chained = entry.chain(&self.link, member.text_salt.as_ref()) == entry.link;
        audit.same(|| format!("entry {id}: the hash fits the content and the entry before"), true, chained);
        (self.link, self.balance, self.recorded) = (entry.link, entry.balance_after, entry.recorded_at);
    }

    /// Compares with what the member's row says.
    fn end(&self, member: &Member, audit: &mut Audit<'_>) {
        audit.same(|| "entries = number of entries".to_owned(), self.count, member.entries);
        audit.same(|| "balance = sum of the entries".to_owned(), self.balance, member.balance);
        let is_last = self.link == member.last_link;
        audit.same(|| "the member's last hash = hash of the last entry".to_owned(), true, is_last);
    }
}

/// Checks that the changes of the tier lead to the tier that is held, and that each tier gift has its entry.
fn tiers(cx: &mut Cx<'_>, member: &Member, made: &Made, audit: &mut Audit<'_>) -> Result<()> {
    let changes = tier_changes::all(cx.store()?, member.user_id)?;
    let steps = changes.windows(2).any(|pair| matches!(pair, [one, next] if one.after != next.before));
    let held = changes.last().is_some_and(|last| last.after != member.current_tier);
    let renames = if steps || held { Renames::of(&past(cx)?) } else { Renames::default() };
    for pair in changes.windows(2) {
        let [before, after] = pair else { continue };
        if !renames.are_same(&before.after, &after.before) {
            audit.same(
                || "each change of tier starts from the tier before it".to_owned(),
                &before.after,
                &after.before,
            );
        }
    }
    // A note by hand that left the tier as it was may be older than a change that was recorded late: only changes have
    // an order of their own.
    let turns: Vec<_> = changes.iter().filter(|change| change.before != change.after).collect();
    let in_order = turns.is_sorted_by_key(|change| change.at);
    audit.same(|| "changes of tier are in order".to_owned(), true, in_order);
    if let Some(last) = changes.last().filter(|last| !renames.are_same(&last.after, &member.current_tier)) {
        audit.same(|| "current_tier = tier of the last change".to_owned(), &last.after, &member.current_tier);
    }
    if let Some(last) = turns.last() {
        audit.same(
            || "tier_since = moment of the last change".to_owned(),
            last.at.micros(),
            member.tier_since.micros(),
        );
    }
    let is_above = cx.programme.tier(&member.current_tier).is_some_and(|(place, _)| place > 0);
    audit.same(|| "a tier above the first has a change".to_owned(), false, changes.is_empty() && is_above);
    for gift in tier_gifts::standing(cx.store()?, member.user_id)? {
        let given = match gift.entry {
            // A member who was merged into this one got the gift.
            Some(entry) if entry.member() != member.id => {
                ledger::find(cx.store()?, entry)?.map_or(0, |entry| entry.points.get())
            }
            entry => entry.and_then(|entry| made.given.get(&entry.get())).map_or(0, |given| given.points),
        };
        audit.same(
            || format!("gift of tier {}: its points equal those of its entry", gift.tier),
            given,
            gift.points.get(),
        );
    }
    Ok(())
}

/// Every programme that was ever in use.
fn past(cx: &mut Cx<'_>) -> Result<Vec<Past>> {
    Ok(programmes::sources(cx.store()?)?.iter().map(|source| Past::read(source)).collect())
}

/// Checks the stamps on each card against what made them.
fn stamps(cx: &mut Cx<'_>, member: &Member, audit: &mut Audit<'_>) -> Result<()> {
    for card in stamps::sums(cx.store()?, member.user_id)? {
        let id = card.card;
        audit.same(|| format!("card {id}: stamps = sum of its changes"), card.summed.0, card.stored.0);
        audit.same(|| format!("card {id}: rewards = rewards used"), card.summed.1, card.stored.1);
    }
    Ok(())
}

/// Checks the counters of the rewards.
pub(crate) fn rewards(cx: &mut Cx<'_>, verified: &mut Verified) -> Result<()> {
    let mut audit = Audit { user_id: 0, verified };
    for (reward, counted, used) in rewards::miscounted(cx.store()?)? {
        audit.same(|| format!("reward {reward}: used = pieces redeemed and reserved"), counted, used);
    }
    Ok(())
}

/// Checks the counts and budgets of all coupons against their uses.
pub(crate) fn coupons(cx: &mut Cx<'_>, verified: &mut Verified) -> Result<()> {
    let found = coupon_uses::unbalanced(cx.store()?, i64::try_from(MAX_PROBLEMS).unwrap_or(100))?;
    verified.problems.extend(found.into_iter().map(of_nobody));
    Ok(())
}

/// Checks what belongs to no single member: rows without an entry, JSON texts, programmes.
pub(crate) fn others(cx: &mut Cx<'_>, verified: &mut Verified) -> Result<()> {
    let found = checks::of_all(cx.store()?)?;
    let mut audit = Audit { user_id: 0, verified };
    found.into_iter().for_each(|differing| audit.differing(differing));
    requests::check(cx, verified)?;
    texts::check(cx, verified)
}

/// Checks the balances of all gift cards against their entries.
pub(crate) fn gift_cards(cx: &mut Cx<'_>, verified: &mut Verified) -> Result<()> {
    let found = gift_cards::unbalanced(cx.store()?, i64::try_from(MAX_PROBLEMS).unwrap_or(100))?;
    verified.problems.extend(found.into_iter().map(of_nobody));
    Ok(())
}

/// Checks that every recorded act is the one that was written, and lies between entries of the member.
fn acts(cx: &mut Cx<'_>, member: &Member, audit: &mut Audit<'_>) -> Result<()> {
    let last = member.id.entry_range().0 + member.entries;
    for (act, is_sealed) in acts::sealed(cx.store()?, member.id)? {
        let (after, until) = (act.after.get(), act.until.get());
        audit.same(|| format!("act after entry {after}: it is the one that was stored"), true, is_sealed);
        audit.same(
            || format!("act after entry {after}: it lies between entries"),
            true,
            after <= until && until <= last,
        );
    }
    Ok(())
}

/// Checks the points that open holds have set aside.
fn holds(cx: &mut Cx<'_>, member: &Member, audit: &mut Audit<'_>) -> Result<()> {
    let open = holds::open(cx.store()?, member.user_id)?;
    let held: i64 = open.iter().map(|hold| hold.points.get()).sum();
    audit.same(|| "held = points of the open holds".to_owned(), held, member.held.get());
    let until = open.first().map_or(Instant::NEVER, |hold| hold.until);
    audit.same(|| "held_until = end of the first open hold".to_owned(), until.micros(), member.held_until.micros());
    Ok(())
}

/// What the entries gave.
struct Made {
    given: BTreeMap<i64, Given>,
    spans: Spans,
}

/// Points that an entry gave.
#[derive(Default, Clone, Copy)]
struct Given {
    points: i64,
    /// Whether the entry must have a lot.
    is_credit: bool,
    ends: Option<Instant>,
}

/// Walks the chain of entries. Returns the points of each entry that made a lot.
fn entries(cx: &mut Cx<'_>, member: &Member, audit: &mut Audit<'_>) -> Result<Made> {
    let mut chain = Chain::FIRST;
    let mut made = Made { given: BTreeMap::new(), spans: Spans::of(cx, member)? };
    let programme = cx.programme;
    let mut gains = Gains::new(&programme.tier_rules);
    let mut check = |entry: Entry| -> Result<()> {
        chain.check(member, &entry, audit);
        let id = entry.id;
        if entry.points > Points::ZERO {
            let (points, is_credit) = (entry.points.get(), entry.is_credit());
            made.given.insert(id.get(), Given { points, is_credit, ends: entry.expires_at });
        }
        made.spans.add(programme, &entry)?;
        gains.add(&entry);
        Ok(())
    };
    ledger::walk(cx.store()?, member.id, &mut check)?;
    audit.verified.entries += chain.count;
    chain.end(member, audit);
    if member.merged_into.is_none() && cx.programme.debt.shortfall != Shortfall::Forgive {
        // What was gained by members who were merged into this one counts here.
        for part in members::parts(cx.store()?, member.id)?.into_iter().skip(1) {
            ledger::walk(cx.store()?, part, |entry| {
                gains.add(&entry);
                Ok(())
            })?;
        }
        let (total, qualifying) = gains.sums(cx)?;
        // Points that were given up are in no entry, so these sums equal those of the entries only when nothing was
        // given up.
        audit.same(|| "total_points = points gained, refunds taken off".to_owned(), total, member.total_points.get());
        audit.same(
            || "qualifying_points = those of the qualifying kinds".to_owned(),
            qualifying,
            member.qualifying_points.get(),
        );
    }
    Ok(made)
}

/// Points that the entries gained, in total and for the tier.
struct Gains<'a> {
    rules: &'a TierRules,
    total: i64,
    qualifying: i64,
    /// The kinds of the entries that gave points: a reversal counts with the kind that it takes back.
    kinds: BTreeMap<EntryId, EntryKind>,
    /// Reversals whose original entry was not seen yet.
    elsewhere: Vec<(EntryId, i64)>,
}

impl<'a> Gains<'a> {
    const fn new(rules: &'a TierRules) -> Self {
        Self { rules, total: 0, qualifying: 0, kinds: BTreeMap::new(), elsewhere: Vec::new() }
    }

    fn add(&mut self, entry: &Entry) {
        let points = entry.gained();
        self.total += points;
        if entry.is_credit() {
            self.kinds.insert(entry.id, entry.kind);
        }
        match entry.reverses.filter(|_| entry.kind == EntryKind::Reversal && points != 0) {
            Some(given) => match self.kinds.get(&given) {
                Some(kind) => self.count(*kind, points),
                None => self.elsewhere.push((given, points)),
            },
            None if entry.kind == EntryKind::Reversal => self.count(EntryKind::Earn, points),
            None => self.count(entry.kind, points),
        }
    }

    fn count(&mut self, kind: EntryKind, points: i64) {
        if self.rules.qualifying.contains(&kind) {
            self.qualifying += points;
        }
    }

    /// Both sums, once all entries were added. A reversal here may take back what the member had gained before a merge.
    fn sums(mut self, cx: &mut Cx<'_>) -> Result<(i64, i64)> {
        for (given, points) in std::mem::take(&mut self.elsewhere) {
            let entry = ledger::find(cx.store()?, given)?;
            self.count(entry.map_or(EntryKind::Earn, |entry| entry.kind), points);
        }
        Ok((self.total, self.qualifying))
    }
}

/// Checks the lots against their uses and the entries that created them. Returns the sum of what remains.
fn lots(cx: &mut Cx<'_>, member: &Member, made: &Made, audit: &mut Audit<'_>) -> Result<i64> {
    let used: BTreeMap<i64, i64> =
        lots::used_by_lot(cx.store()?, member.id)?.iter().map(|used| (used.lot.get(), used.points.get())).collect();
    let all = lots::all(cx.store()?, member.id)?;
    let (mut remaining, mut credits) = (0, 0);
    let mut next_end = Instant::NEVER;
    for lot in &all {
        let id = lot.id;
        let given = made.given.get(&id.get()).copied().unwrap_or_default();
        credits += usize::from(given.is_credit);
        audit.same(|| format!("lot {id}: its size equals the points of its entry"), given.points, lot.points.get());
        made.spans.check(lot, given.ends, audit);
        let left = lot.points.get() + used.get(&id.get()).copied().unwrap_or(0);
        audit.same(|| format!("lot {id}: remaining = its size less its uses"), left, lot.remaining.get());
        let bounded = (0..=lot.points.get()).contains(&lot.remaining.get());
        audit.same(|| format!("lot {id}: remaining lies between 0 and its size"), true, bounded);
        remaining += lot.remaining.get();
        if lot.remaining > Points::ZERO {
            next_end = next_end.min(lot.expires_at);
        }
    }
    let expected = made.given.values().filter(|given| given.is_credit).count();
    audit.same(|| "every credit has a lot".to_owned(), expected, credits);
    audit.same(
        || "points_expiry_date = soonest end of what remains".to_owned(),
        next_end.micros(),
        member.points_expiry_date.micros(),
    );
    if let Some(ending) = member.ending_points {
        let of_end = all.iter().filter(|lot| lot.expires_at == next_end).map(|lot| lot.remaining.get());
        audit.same(|| "ending_points = what ends then".to_owned(), of_end.sum(), ending.get());
    }
    spans::pending(cx, member, &all, audit);
    Ok(remaining)
}
