//! When a member's points end, checked against the entries and acts that set the end.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::act::RecordedAct;
use crate::domain::expiry;
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::lot::Lot;
use crate::domain::member::Member;
use crate::domain::programme::{Expiry, Programme};
use crate::ops::admin::audit::Audit;
use crate::store::acts;
use crate::value::{EntryId, Instant, Points};

/// Later ends that an accrual may have been given.
#[derive(Default)]
pub(super) struct Spans {
    given: BTreeSet<Instant>,
    /// Whether nothing else can move an end: no release, no earlier programme, no end that follows the last activity.
    is_told: bool,
    programme: i64,
    /// When points were released.
    begins: BTreeSet<Instant>,
    /// When the points of an entry can be spent: by the programme, or as the entry says.
    usual: BTreeMap<EntryId, [Instant; 2]>,
}

impl Spans {
    pub(super) fn of(cx: &mut Cx<'_>, member: &Member) -> Result<Self> {
        // What happened to the points of a merged member is noted with the member who took that one over.
        let is_told = member.merged_into.is_none() && !matches!(cx.programme.expiry, Expiry::Inactivity(_));
        let (given, begins, usual) = (BTreeSet::new(), BTreeSet::new(), BTreeMap::new());
        let mut spans = Self { given, is_told, programme: cx.programme_id, begins, usual };
        for act in acts::of_member(cx.store()?, member.id)? {
            match crate::store::json(&act.what)? {
                RecordedAct::Reinstate { end, .. } => drop(spans.given.insert(Instant::stored(end))),
                RecordedAct::Release { .. } => {
                    spans.is_told = false;
                    spans.begins.insert(act.occurred_at);
                }
                _ => {}
            }
        }
        Ok(spans)
    }

    /// Notes an end that an entry gives to other accruals, and when its own points begin.
    pub(super) fn add(&mut self, programme: &Programme, entry: &Entry) -> Result<()> {
        let moved = matches!(entry.kind, EntryKind::Transfer | EntryKind::Reversal);
        if entry.points > Points::ZERO && entry.programme == self.programme && !moved {
            let said: Option<Begin> = entry.details.as_deref().map(crate::store::json).transpose()?;
            let begin = said.and_then(|said| said.begins).map(Instant::stored);
            let usual = expiry::available_at(programme, entry.occurred_at);
            self.usual.insert(entry.id, begin.map_or([entry.occurred_at, usual], |begin| [begin, begin]));
        }
        self.is_told &= entry.programme == self.programme;
        if entry.kind == EntryKind::Adjustment && entry.points == Points::ZERO {
            self.given.extend(entry.expires_at);
        }
        Ok(())
    }

    /// Checks the end of an accrual; `ends` is what its entry says.
    pub(super) fn check(&self, lot: &Lot, ends: Option<Instant>, audit: &mut Audit<'_>) {
        let ends = ends.unwrap_or(Instant::NEVER);
        if self.is_told && !self.given.contains(&lot.expires_at) {
            let what = || format!("lot {}: it ends when its entry says, or when it was moved to", lot.id);
            audit.same(what, ends.micros(), lot.expires_at.micros());
        }
        if let Some(usual) = self.usual.get(&lot.id).filter(|_| !self.begins.contains(&lot.available_at)) {
            let begins = usual.iter().find(|begin| **begin == lot.available_at).or(usual.first()).copied();
            let what = || format!("lot {}: it begins when its entry says, or when it was released", lot.id);
            audit.same(what, begins.map_or(0, Instant::micros), lot.available_at.micros());
        }
    }
}

/// What an entry says about when its points begin.
#[derive(Deserialize)]
struct Begin {
    begins: Option<i64>,
}

/// Checks that pending points are not treated as spendable.
pub(super) fn pending(cx: &Cx<'_>, member: &Member, lots: &[Lot], audit: &mut Audit<'_>) {
    let open = lots.iter().filter(|lot| lot.remaining > Points::ZERO);
    let last = open.map(|lot| lot.available_at).max().unwrap_or(cx.now);
    let covered = last <= cx.now || member.pending_until >= last;
    audit.same(|| "pending_until = start of the last pending points, or later".to_owned(), true, covered);
}
