//! A member with the ledger: every write appends entries here and keeps lots and sums consistent.

mod act_log;
mod activity;
mod by_clock;
mod clock;
mod debt;
mod draft;
mod given_up;
mod hold;
mod lot_dates;
mod merge;
mod settle;
mod tier_gifts;
mod tiers;
mod transfer;

pub(crate) use draft::{BoughtDraft, Draft};
pub(crate) use lot_dates::Changed;
pub(crate) use tier_gifts::GIFT;

use crate::booking::announce::{announce, announce_entry};
use crate::booking::cx::Cx;
use crate::booking::notify::{notify, notify_of_balance};
use crate::booking::open_offers::end_offers;
use crate::domain::catalogue::Text;
use crate::domain::earning::Reason;
use crate::domain::ledger::Entry;
use crate::domain::log_event::LogKind;
use crate::domain::lot::{self, Lot, LotUse};
use crate::domain::member::Member;
use crate::domain::notice::{NoticeDraft, NoticeKind};
use crate::domain::programme::EndsWith;
use crate::domain::score::{self, Scored};
use crate::domain::tier::{self, Cause, Change, TierBefore};
use crate::store::visits::{ScoreDays, VisitWindows};
use crate::value::{EntryId, Instant, Points, UserId, limit};
use crate::{Error, Result, store};

/// A locked member; the open lots are read when they are first needed.
pub(crate) struct Account {
    pub(crate) member: Member,
    /// Changes of the tier since the row was read, oldest first.
    pub(crate) tier_changes: Vec<Change>,
    lots: Option<Vec<Lot>>,
    stored_expiry: Instant,
    /// The tier that was told last.
    told_tier: String,
    /// The balance that was told last.
    told_balance: Points,
    /// Lots and points that ended, by entries of this write.
    pub(crate) expired: (i64, Points),
    /// Points that this write gave up instead of taking them back.
    pub(crate) written_off: Points,
    /// Points that came back in this write and were taken at once, because their order had given them up.
    pub(crate) reclaimed: Points,
    looks: Looks,
    /// The tier as the last act left it.
    before: TierBefore,
}

/// The purpose for which an account is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    /// A write: what the clock did is booked.
    ToBook,
    /// A question: it is run again as a write if only a write can answer it.
    ToTell,
    /// The tier alone.
    Only,
}

impl Account {
    /// The member, settled: the tier as the clock has moved it, and in a write, expired points booked first.
    pub(crate) fn find(cx: &mut Cx<'_>, user_id: UserId) -> Result<Option<Self>> {
        let member = store::members::find(cx.store()?, user_id)?;
        member.map(|member| Self::of(cx, member)).transpose()
    }

    /// The member, settled, or the error that there is none.
    pub(crate) fn get(cx: &mut Cx<'_>, user_id: UserId) -> Result<Self> {
        Self::find(cx, user_id)?.ok_or_else(|| Error::not_found("user_id", user_id))
    }

    /// The member, settled, if the member may earn and spend.
    pub(crate) fn active(cx: &mut Cx<'_>, user_id: UserId) -> Result<Self> {
        let account = Self::get(cx, user_id)?;
        account.member.may_act()?;
        Ok(account)
    }

    /// The member as stored, for reading only: nothing that the clock did is settled or booked.
    pub(crate) fn as_stored(cx: &Cx<'_>, mut member: Member) -> Self {
        tier::rename(cx.programme, &mut member.current_tier, &mut member.tier_state);
        let stored_expiry = member.points_expiry_date;
        let (told_tier, told_balance) = (member.current_tier.clone(), member.balance);
        let before = member.tier_state.before.take().map_or_else(
            || TierBefore {
                tier: member.current_tier.clone(),
                since: member.tier_since,
                state: member.tier_state.clone(),
                until: Instant::stored(i64::MIN),
                booked: 0,
            },
            |before| *before,
        );
        Self {
            member,
            tier_changes: Vec::new(),
            lots: None,
            stored_expiry,
            told_tier,
            told_balance,
            looks: Looks::Only,
            before,
            expired: (0, Points::ZERO),
            written_off: Points::ZERO,
            reclaimed: Points::ZERO,
        }
    }

    /// The member as stored, to return the tier: if only a write can answer, the question is run again as a write.
    pub(crate) fn told(cx: &mut Cx<'_>, user_id: UserId) -> Result<Self> {
        if cx.writing {
            // The question is already running as a write: what the clock did is booked now.
            Self::get(cx, user_id)?;
        }
        let member = store::members::find(cx.store()?, user_id)?;
        let member = member.ok_or_else(|| Error::not_found("user_id", user_id))?;
        let looks = if cx.writing { Looks::Only } else { Looks::ToTell };
        Ok(Self { looks, ..Self::as_stored(cx, member) })
    }

    /// The same account, for reading only.
    pub(crate) fn looked_at(self) -> Self {
        Self { looks: Looks::Only, ..self }
    }

    /// The member for reading only, with the tier as the clock has moved it.
    pub(crate) fn for_display(cx: &mut Cx<'_>, member: Member) -> Result<Member> {
        let mut account = Self::as_stored(cx, member);
        account.go_back(cx, cx.at)?;
        account.settle_tier(cx, cx.at)?;
        Ok(account.member)
    }

    pub(crate) fn of(cx: &mut Cx<'_>, member: Member) -> Result<Self> {
        let looks = if cx.writing { Looks::ToBook } else { Looks::ToTell };
        cx.member = cx.member.or(Some(member.user_id));
        let mut account = Self { looks, ..Self::as_stored(cx, member) };
        let (until, entries) = (Self::settles_until(cx), account.member.entries);
        let went_back = cx.writing && account.go_back(cx, until)?;
        account.settle_tier(cx, until)?;
        // A gift may be booked for a tier that is hidden by one given by hand.
        let changed = went_back || !account.tier_changes.is_empty() || account.member.entries > entries;
        if cx.writing && (changed || account.is_due(cx.now)) {
            // Saved at once: a question that settles, and a repeat, write nothing else.
            account.settle(cx)?;
            account.keep(cx)?;
        } else if !cx.writing && account.is_held_over(cx.now) {
            // What a hold gives back repays debt and may be past its end: booking it shows what is left.
            return Err(cx.needs_write());
        }
        Ok(account)
    }

    /// The member with everything booked that the clock did. A question that finds something to book is run again as a
    /// write.
    pub(crate) fn booked(cx: &mut Cx<'_>, member: Member) -> Result<Self> {
        let account = Self::of(cx, member)?;
        if !cx.writing && account.is_due(cx.now) { Err(cx.needs_write()) } else { Ok(account) }
    }

    fn lots(&mut self, cx: &mut Cx<'_>) -> Result<&mut Vec<Lot>> {
        if self.lots.is_none() {
            self.lots = Some(store::lots::open(cx.store()?, &self.member)?);
        }
        self.lots.as_mut().ok_or_else(|| Error::internal("the lots were not read"))
    }

    /// Points that can be spent for something that happens at `cx.at`.
    pub(crate) fn spendable(&mut self, cx: &mut Cx<'_>) -> Result<Points> {
        self.spendable_at(cx, cx.at)
    }

    fn spendable_at(&mut self, cx: &mut Cx<'_>, at: Instant) -> Result<Points> {
        let now = cx.now;
        if at >= self.member.pending_until && !self.is_due(now) {
            return self.member.balance.plus(self.member.debt);
        }
        lot::spendable(self.lots(cx)?, at, now)
    }

    /// Points that can be spent now, even after something that happened earlier was booked.
    pub(crate) fn available(&mut self, cx: &mut Cx<'_>) -> Result<Points> {
        self.spendable_at(cx, cx.now)
    }

    /// The balance in replies: points that can be spent now, or below zero, what is owed.
    pub(crate) fn balance(&mut self, cx: &mut Cx<'_>) -> Result<i64> {
        Ok(self.available(cx)?.minus(self.member.debt)?.get())
    }

    /// Points earned that cannot be spent yet.
    pub(crate) fn pending(&mut self, cx: &mut Cx<'_>) -> Result<Points> {
        let now = cx.now;
        if now >= self.member.pending_until {
            return Ok(Points::ZERO);
        }
        lot::pending(self.lots(cx)?, now, now)
    }

    /// Appends an entry: the only place where the balance changes.
    pub(crate) fn append(&mut self, cx: &mut Cx<'_>, draft: Draft) -> Result<EntryId> {
        self.append_lot(cx, draft, None)
    }

    /// The same for an entry that makes a lot, whose id the given one does not have yet.
    fn append_lot(&mut self, cx: &mut Cx<'_>, draft: Draft, lot: Option<Lot>) -> Result<EntryId> {
        let member = &mut self.member;
        member.entries += 1;
        // The clock may have gone back; records never do.
        member.last_recorded_at = member.last_recorded_at.max(cx.now);
        let (amount, items, settlement, kept) = match draft.bought {
            Some(bought) => (Some(bought.amount), bought.items, bought.settlement, bought.kept),
            None => (None, None, None, None),
        };
        let mut entry = Entry {
            id: member.id.entry(member.entries)?,
            user_id: member.user_id,
            kind: draft.kind,
            points: draft.points,
            balance_before: member.balance,
            balance_after: member.balance.plus(draft.points)?,
            order_id: draft.order_id,
            reverses: draft.reverses,
            description: draft.description,
            occurred_at: draft.occurred_at,
            recorded_at: member.last_recorded_at,
            expires_at: draft.expires_at,
            actor: cx.actor.map(str::to_owned),
            acted_by: draft.acted_by,
            programme: cx.programme_id,
            details: draft.details,
            amount,
            items,
            settlement,
            link: member.last_link,
            erased: None,
        };
        if entry.has_texts() && member.text_salt.is_none() {
            let salt = cx.entropy.bytes();
            store::members::update_salt(cx.store()?, member.id, &salt)?;
            member.text_salt = Some(salt);
        }
        entry.link = entry.chain(&member.last_link, member.text_salt.as_ref());
        member.last_link = entry.link;
        member.balance = entry.balance_after;
        let kept = match (&entry.order_id, kept) {
            (Some(order), Some((receipt, request))) => Some(store::orders::kept(order, entry.id, &receipt, &request)?),
            _ => None,
        };
        store::ledger::insert(cx.store()?, &entry, lot.as_ref(), kept.as_ref())?;
        announce_entry(cx, draft.told_as.unwrap_or_else(|| LogKind::of_entry(entry.kind, entry.points)), &entry)?;
        Ok(entry.id)
    }

    /// Reduces points that the programme gives to what fits below its cap on the balance. Returns what was cut. If the
    /// points come from a `rule`, the reasons of the entry show the cut, otherwise the description does: an entry with
    /// reasons is replayed by itself. Points that come back, move, are imported or are corrected by staff are never
    /// cut.
    pub(crate) fn fit(&self, cx: &Cx<'_>, draft: &mut Draft, rule: Option<&str>) -> Result<Points> {
        let Some(room) = self.member.room(cx.programme)?.filter(|room| draft.points > *room) else {
            return Ok(Points::ZERO);
        };
        let cut = draft.points.minus(room)?;
        let why = Text::CapByBalance.say(cx.locale_of(&self.member));
        if let Some(rule) = rule {
            let given = draft.description.clone().unwrap_or_default();
            let given = Reason { rule: rule.to_owned(), points: draft.points.get(), why: given };
            let taken = Reason { rule: "cap".to_owned(), points: cut.negated().get(), why };
            draft.details = Some(serde_json::json!({ "because": [given, taken] }).to_string());
        } else {
            let told = format!("{} ({why}: −{cut})", draft.description.as_deref().unwrap_or_default());
            draft.description = Some(told.chars().take(limit::MAX_DESCRIPTION).collect());
        }
        draft.points = room;
        Ok(cut)
    }

    /// Appends a credit with its lot. Debts are repaid first, from the new points.
    pub(crate) fn credit(
        &mut self,
        cx: &mut Cx<'_>,
        draft: Draft,
        available_at: Instant,
        expires_at: Instant,
    ) -> Result<EntryId> {
        let since = draft.occurred_at;
        let expires_at = if since < cx.now { self.lived_end(cx, expires_at, since)? } else { expires_at };
        let id = self.add_lot(cx, draft.saying_begin(cx.programme, available_at)?, available_at, expires_at)?;
        // A backdated credit may already be past its end.
        self.settle(cx)?;
        Ok(id)
    }

    /// Adds points that were earned in another system at the draft's moment. They can be spent now, and their lifetime
    /// begins now, whatever was done there since.
    pub(crate) fn take_points_over(&mut self, cx: &mut Cx<'_>, draft: Draft, expires_at: Instant) -> Result<EntryId> {
        let since = draft.occurred_at;
        self.add_lot(cx, draft, since, expires_at)
    }

    fn add_lot(
        &mut self,
        cx: &mut Cx<'_>,
        mut draft: Draft,
        available_at: Instant,
        expires_at: Instant,
    ) -> Result<EntryId> {
        let points = draft.points;
        let kind = draft.kind;
        draft.expires_at = (points > Points::ZERO && expires_at != Instant::NEVER).then_some(expires_at);
        if points == Points::ZERO {
            return self.append(cx, draft);
        }
        let repaid = self.member.debt.min(points);
        let lot = Lot { id: EntryId::stored(0), points, remaining: points.minus(repaid)?, available_at, expires_at };
        let id = self.append_lot(cx, draft, Some(lot))?;
        let lot = Lot { id, ..lot };
        if kind.is_credit() {
            // Points that only move, or come back, were earned earlier.
            self.member.total_points = self.member.total_points.plus(points)?;
        }
        if cx.programme.tier_rules.qualifying.contains(&kind) {
            self.member.qualifying_points = self.member.qualifying_points.plus(points)?;
        }
        self.member.debt = self.member.debt.minus(repaid)?;
        if repaid > Points::ZERO {
            store::lots::record(cx.store()?, self.member.user_id, id, LotUse { lot: id, points: repaid.negated() })?;
        }
        self.member.pending_until = self.member.pending_until.max(available_at);
        if lot.remaining > Points::ZERO {
            let soonest = self.member.points_expiry_date;
            if expires_at < soonest {
                self.member.ending_points = Some(lot.remaining);
            } else if expires_at == soonest
                && let Some(ending) = self.member.ending_points
            {
                self.member.ending_points = Some(ending.plus(lot.remaining)?);
            }
            self.member.points_expiry_date = soonest.min(expires_at);
            if let Some(lots) = &mut self.lots {
                lots.push(lot);
            }
        }
        Ok(id)
    }

    /// Appends a debit that takes points from the lots that end first.
    pub(crate) fn debit(&mut self, cx: &mut Cx<'_>, draft: Draft) -> Result<EntryId> {
        let (wanted, at, now) = (draft.points.negated(), cx.at, cx.now);
        let uses = lot::spend(self.lots(cx)?, wanted, at, now)?;
        self.append_uses(cx, draft, &uses)
    }

    fn append_uses(&mut self, cx: &mut Cx<'_>, draft: Draft, uses: &[LotUse]) -> Result<EntryId> {
        let id = self.append(cx, draft)?;
        for change in uses {
            store::lots::apply(cx.store()?, self.member.user_id, id, *change)?;
        }
        self.refresh_expiry();
        Ok(id)
    }

    fn change(&mut self, cx: &mut Cx<'_>, entry: EntryId, change: LotUse) -> Result<()> {
        store::lots::apply(cx.store()?, self.member.user_id, entry, change)?;
        if let Some(lot) = self.lots(cx)?.iter_mut().find(|lot| lot.id == change.lot) {
            lot.remaining = lot.remaining.plus(change.points)?;
        }
        Ok(())
    }

    fn refresh_expiry(&mut self) {
        if let Some(lots) = &self.lots {
            let ends = lots.iter().filter(|lot| lot.remaining > Points::ZERO).map(|lot| lot.expires_at);
            self.member.points_expiry_date = ends.min().unwrap_or(Instant::NEVER);
        }
    }

    /// The score at a moment, with the numbers it is calculated from.
    pub(crate) fn scored(&self, cx: &mut Cx<'_>, at: Instant) -> Result<(score::Inputs, Scored)> {
        let days = ScoreDays::of(cx.programme, at);
        let seen = store::visits::windows(cx.store()?, self.member.user_id, days)?;
        self.scored_by(cx, at, seen)
    }

    /// The same with what was bought in the windows of the score.
    pub(crate) fn scored_by(
        &self,
        cx: &mut Cx<'_>,
        at: Instant,
        VisitWindows { visits, spent }: VisitWindows,
    ) -> Result<(score::Inputs, Scored)> {
        let rules = cx.programme.score;
        let zone = cx.programme.zone;
        let today = zone.day_of(at);
        let user_id = self.member.user_id;
        let last_visit = match self.member.last_visit {
            Some(last) if zone.day_of(last) <= today => Some(zone.day_of(last).number()),
            Some(_) => store::visits::last_day(cx.store()?, user_id, today)?,
            None => None,
        };
        let inputs = score::Inputs {
            visits,
            spent,
            days_since_last_visit: last_visit.map(|last| today.number() - last),
            distinct_products: self.member.distinct_products,
            successful_referrals: self.member.successful_referrals,
        };
        Ok((inputs, score::calculate(&rules, &inputs)))
    }

    /// Stores the sums. Every act on a member ends here.
    pub(crate) fn save(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        self.note_tier_metric(cx)?;
        self.write(cx)
    }

    /// Tells of the tier once it is stored: what an act changed and changed back is nothing.
    fn tell_tier(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        if self.told_tier == self.member.current_tier {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.told_tier, self.member.current_tier.clone());
        let cause = self.tier_changes.last().map_or(Cause::Review, |change| change.cause);
        let data = [
            ("tier_before", before.as_str().into()),
            ("tier", self.told_tier.as_str().into()),
            ("cause", cause.word().into()),
        ];
        announce(cx, LogKind::TierChanged, Some(self.member.user_id), data)?;
        let place = |id: &str| cx.programme.tier(id).map(|(place, _)| place);
        if place(&self.told_tier) <= place(&before) || cause == Cause::Merge {
            return Ok(());
        }
        let since = self.member.tier_since;
        end_offers(cx, &mut self.member, EndsWith::Tier, since)?;
        let mut notice = NoticeDraft::of(self.member.user_id, NoticeKind::TierUpgraded, self.told_tier.as_str());
        notice.period = cx.programme.zone.day_of(self.member.tier_since).to_string();
        notify(cx, &notice).map(drop)
    }

    fn write(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        if self.member.balance.plus(self.member.debt)? < Points::ZERO {
            return Err(Error::internal("a balance fell below what is owed"));
        }
        if let Some(lots) = &self.lots {
            let low = self.member.id.entry_range().0;
            let open = lots.iter().filter(|lot| lot.remaining > Points::ZERO).map(|lot| lot.id.get() - low);
            self.member.lots_from = open.min().unwrap_or(self.member.entries + 1);
            let soonest = self.member.points_expiry_date;
            let mut ending = lots.iter().filter(|lot| lot.expires_at == soonest);
            let ending = ending.try_fold(Points::ZERO, |sum, lot| sum.plus(lot.remaining))?;
            self.member.ending_points = (soonest != Instant::NEVER).then_some(ending);
        }
        store::members::update(cx.store()?, &self.member, self.stored_expiry)?;
        self.stored_expiry = self.member.points_expiry_date;
        let before = std::mem::replace(&mut self.told_balance, self.member.balance);
        notify_of_balance(cx, self.member.user_id, before, self.member.balance)?;
        self.tell_tier(cx)
    }
}
