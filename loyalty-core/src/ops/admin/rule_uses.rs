//! The counted uses of earning rules, checked against the entries in which the rules gave points.

use std::collections::{BTreeMap, BTreeSet};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::entry_details::parts_of;
use crate::domain::act::RecordedAct;
use crate::domain::ledger::Entry;
use crate::domain::member::Member;
use crate::domain::programme::Programme;
use crate::ops::admin::audit::Audit;
use crate::store::rule_uses::{self, Counted};
use crate::store::{acts, ledger, members};
use crate::value::{EntryId, OrderId};

/// Checks that each use belongs to an entry that shows it, on its day, and that no use is missing.
pub(super) fn check(cx: &mut Cx<'_>, member: &Member, audit: &mut Audit<'_>) -> Result<()> {
    let counted = rule_uses::all(cx.store()?, member.user_id)?;
    if counted.is_empty() && !cx.programme.counts_uses() {
        return Ok(());
    }
    let books = UseBooks::of(cx, member)?;
    for used in &counted {
        of_entry(cx, used, &books, audit)?;
    }
    let known: BTreeSet<(EntryId, &str)> = counted.iter().map(|used| (used.entry, used.rule.as_str())).collect();
    for (id, entry) in &books.entries {
        if entry.programme != cx.programme_id || books.is_changed(entry) {
            continue;
        }
        for (rule, _) in parts_of(entry)? {
            let is_missing = is_counted(cx.programme, &rule) && !known.contains(&(*id, rule.as_str()));
            audit.same(|| format!("entry {id}: the use of rule {rule} is counted"), false, is_missing);
        }
    }
    Ok(())
}

fn of_entry(cx: &Cx<'_>, used: &Counted, books: &UseBooks, audit: &mut Audit<'_>) -> Result<()> {
    let (id, rule) = (used.entry, &used.rule);
    let entry = books.entries.get(&id);
    audit.same(|| format!("entry {id}: it exists, as it has a use of a rule"), true, entry.is_some());
    let Some(entry) = entry else { return Ok(()) };
    let given = given(&parts_of(entry)?, rule);
    if entry.order_id.is_none() && given.is_none() {
        // Imported orders are older than the entry of the import, which does not mention them.
        return Ok(());
    }
    let on = cx.programme.zone.day_of(entry.occurred_at).number();
    audit.same(|| format!("entry {id}: its uses of rules have its day"), on, used.day.number());
    if !books.is_changed(entry) {
        let fits = given.is_some_and(|(part, cut)| [part, cut].contains(&used.points.get()));
        audit.same(|| format!("entry {id}: rule {rule} gave the points that its use counts"), true, fits);
    }
    Ok(())
}

/// What a rule gave according to the reasons of an entry, and what its own cap left of it.
fn given(parts: &[(String, i64)], rule: &str) -> Option<(i64, i64)> {
    let place = parts.iter().position(|(of, _)| of == rule)?;
    let part = parts.get(place)?.1;
    let cut = parts.get(place + 1).filter(|(of, _)| of == "cap").map_or(0, |(_, points)| *points);
    Some((part.max(0), (part + cut).max(0)))
}

fn is_counted(programme: &Programme, rule: &str) -> bool {
    programme.rules.iter().any(|one| one.id == rule && one.limits.need_counting())
}

/// The entries of a member and of those who were merged into the member, and the orders that were changed since.
struct UseBooks {
    entries: BTreeMap<EntryId, Entry>,
    changed: BTreeSet<OrderId>,
}

impl UseBooks {
    fn of(cx: &mut Cx<'_>, member: &Member) -> Result<Self> {
        let mut books = Self { entries: BTreeMap::new(), changed: BTreeSet::new() };
        for part in members::parts(cx.store()?, member.id)? {
            for act in acts::of_member(cx.store()?, part)? {
                match crate::store::json(&act.what)? {
                    RecordedAct::Refund(refund) => drop(books.changed.insert(refund.order_id)),
                    RecordedAct::Amend(amend) => drop(books.changed.insert(amend.order_id)),
                    _ => {}
                }
            }
            ledger::walk(cx.store()?, part, |entry| {
                books.entries.insert(entry.id, entry);
                Ok(())
            })?;
        }
        Ok(books)
    }

    /// Whether the entry's order has given back uses, or was judged again.
    fn is_changed(&self, entry: &Entry) -> bool {
        entry.order_id.as_ref().is_some_and(|order| self.changed.contains(order))
    }
}
