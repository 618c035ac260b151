//! Merges two members into one.

use crate::booking::account::{Account, Draft};
use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::domain::act::RecordedAct;
use crate::domain::attribute::{self, Attributes};
use crate::domain::catalogue::Text;
use crate::domain::ledger::EntryKind;
use crate::domain::log_event::LogKind;
use crate::domain::lot::{self, Lot, LotUse};
use crate::domain::member::{Member, Person};
use crate::domain::tier::{self, Cause};
use crate::store::tier_gifts::{self, Gift};
use crate::store::{attributes, chosen, ledger, members, merges, persons, referrals, visits};
use crate::value::Points;
use crate::{Error, Result};

impl Account {
    /// Takes over everything that another member has, and saves both. Returns the points that moved.
    pub(crate) fn absorb(&mut self, cx: &mut Cx<'_>, mut from: Self) -> Result<Points> {
        let (last, member) = (self.last_entry(), &self.member);
        let (joined, own) = (member.join_date.micros(), persons::find(cx.store()?, member)?);
        let knew_birth_date = own.birth_date.is_some();
        let merge = RecordedAct::Merge { from: from.last_entry(), joined, knew_birth_date };
        let text = Text::MembersMerged.say(cx.locale_of(&self.member));
        let moved = self.take_lots(cx, &mut from, &text)?;
        self.take_debt(cx, &mut from, &text)?;
        self.join_sums(&mut from)?;
        self.member.blocked |= from.member.blocked;
        self.join_person(cx, own, &from.member)?;
        merges::move_rows(cx.store()?, self.member.user_id, from.member.user_id)?;
        self.member.offers = chosen::join(cx.store()?, self.member.user_id, from.member.user_id)?;
        self.join_habits(cx, &from)?;
        self.join_referrals(cx, &from)?;
        let (at, actor) = (cx.at, cx.actor);
        merges::record(cx.store()?, self.member.id, from.member.id, at, actor)?;
        merges::update_join_date(cx.store()?, self.member.id, self.member.join_date)?;
        self.join_gifts(cx, &from)?;
        self.join_tier(cx, &from)?;
        from.save(cx)?;
        self.settle(cx)?;
        self.save(cx)?;
        self.note(cx, last, &merge)?;
        let data = [("from_user_id", from.member.user_id.get().into()), ("points", moved.get().into())];
        announce(cx, LogKind::MemberMerged, Some(self.member.user_id), data)?;
        Ok(moved)
    }

    /// Each lot becomes a lot here, with its beginning, its end and its order.
    fn take_lots(&mut self, cx: &mut Cx<'_>, from: &mut Self, text: &str) -> Result<Points> {
        let mut lots: Vec<Lot> = from.lots(cx)?.iter().filter(|lot| lot.remaining > Points::ZERO).copied().collect();
        lots.sort_unstable_by_key(|lot| lot.id);
        let moved = lots.iter().try_fold(Points::ZERO, |sum, lot| sum.plus(lot.remaining))?;
        if moved == Points::ZERO {
            return Ok(moved);
        }
        let draft = Draft::new(EntryKind::Transfer, moved.negated(), text.to_owned(), cx.at);
        let entry = from.append(cx, draft)?;
        for lot in lots {
            from.change(cx, entry, LotUse { lot: lot.id, points: lot.remaining.negated() })?;
            let mut draft = Draft::new(EntryKind::Transfer, lot.remaining, text.to_owned(), cx.at);
            draft.order_id = ledger::find(cx.store()?, lot.id)?.and_then(|entry| entry.order_id);
            self.add_lot(cx, draft, lot.available_at, lot.expires_at)?;
        }
        from.refresh_expiry();
        Ok(moved)
    }

    /// What the other member owes is taken from the points here; the rest is owed.
    fn take_debt(&mut self, cx: &mut Cx<'_>, from: &mut Self, text: &str) -> Result<()> {
        let (owed, now) = (from.member.debt, cx.now);
        if owed == Points::ZERO {
            return Ok(());
        }
        from.append(cx, Draft::new(EntryKind::Transfer, owed, text.to_owned(), cx.at))?;
        from.member.debt = Points::ZERO;
        let uses = lot::take_back(self.lots(cx)?, owed, &[], now)?;
        let taken = uses.iter().try_fold(Points::ZERO, |sum, taken| sum.minus(taken.points))?;
        self.member.debt = self.member.debt.plus(owed.minus(taken)?)?;
        let draft = Draft::new(EntryKind::Transfer, owed.negated(), text.to_owned(), cx.at);
        self.append_uses(cx, draft, &uses).map(drop)
    }

    fn join_sums(&mut self, from: &mut Self) -> Result<()> {
        let (member, other) = (&mut self.member, &mut from.member);
        member.total_points = member.total_points.plus(std::mem::take(&mut other.total_points))?;
        member.qualifying_points = member.qualifying_points.plus(std::mem::take(&mut other.qualifying_points))?;
        member.total_visits += std::mem::take(&mut other.total_visits);
        member.total_spent = member.total_spent.plus(std::mem::take(&mut other.total_spent))?;
        member.rewards_redeemed += std::mem::take(&mut other.rewards_redeemed);
        member.held = member.held.plus(std::mem::take(&mut other.held))?;
        member.held_until = member.held_until.min(other.held_until);
        other.held_until = crate::value::Instant::NEVER;
        member.last_visit = member.last_visit.max(other.last_visit);
        member.join_date = member.join_date.min(other.join_date);
        other.distinct_products = 0;
        other.successful_referrals = 0;
        Ok(())
    }

    /// Personal data that the other member has and this one lacks.
    fn join_person(&mut self, cx: &mut Cx<'_>, mut person: Person, other: &Member) -> Result<()> {
        self.join_attributes(cx, other)?;
        let other = persons::find(cx.store()?, other)?;
        person.name = person.name.or(other.name);
        person.email = person.email.or(other.email);
        person.phone = person.phone.or(other.phone);
        person.birth_date = person.birth_date.or(other.birth_date);
        person.locale = person.locale.or(other.locale);
        let actor = cx.actor;
        persons::update(cx.store()?, &mut self.member, &person, actor)
    }

    /// Attributes that the other member has and this one lacks.
    fn join_attributes(&mut self, cx: &mut Cx<'_>, other: &Member) -> Result<()> {
        if other.attributes == 0 {
            return Ok(());
        }
        let (own, theirs) = (attributes::of(cx.store()?, &self.member)?, attributes::of(cx.store()?, other)?);
        attributes::replace(cx.store()?, &mut other.clone(), &theirs, &Attributes::new())?;
        attributes::replace(cx.store()?, &mut self.member, &own, &attribute::joined(&own, &theirs))
    }

    fn join_habits(&mut self, cx: &mut Cx<'_>, from: &Self) -> Result<()> {
        let (into, from) = (self.member.user_id, from.member.user_id);
        for (day, visits, spent) in visits::all_days(cx.store()?, from)? {
            visits::add(cx.store()?, into, day, visits, spent)?;
        }
        for (sku, quantity) in visits::products(cx.store()?, from)? {
            visits::add_product(cx.store()?, into, &sku, quantity)?;
        }
        visits::forget(cx.store()?, from)?;
        let (distinct, favorites) = visits::favorites(cx.store()?, into)?;
        self.member.distinct_products = distinct;
        self.member.favorite_products = serde_json::to_string(&favorites).map_err(Error::internal)?;
        Ok(())
    }

    fn join_referrals(&mut self, cx: &mut Cx<'_>, from: &Self) -> Result<()> {
        let (into, other) = (self.member.user_id, from.member.user_id);
        let referrer = from.member.referred_by.filter(|referrer| *referrer != into);
        if self.member.referred_by.is_none() && referrer.is_some() {
            self.member.referred_by = referrer;
            merges::move_referral(cx.store()?, into, other)?;
        }
        members::update_referrer(cx.store()?, &self.member)?;
        merges::end_own_referrals(cx.store()?, into, other)?;
        let now = cx.now;
        self.member.successful_referrals = referrals::totals(cx.store()?, into, now)?.successful;
        Ok(())
    }

    /// The higher tier of the two, or the one that the joined history gives.
    fn join_tier(&mut self, cx: &mut Cx<'_>, from: &Self) -> Result<()> {
        let place = |id: &str| cx.programme.tier(id).map(|(place, _)| place);
        let (other, since) = from.earned_tier();
        if place(other) > place(self.earned_tier().0) {
            self.set_earned(cx, other, since, Cause::Merge)?;
        }
        self.member.score = self.scored(cx, cx.at)?.1.score;
        self.raise_tier_by(cx, Cause::Merge)?;
        let earned = self.earned_tier().0.to_owned();
        let (own, other) = (&self.member.tier_state.hand, &from.member.tier_state.hand);
        let hand = tier::joined_hand(cx.programme, &earned, own.as_ref(), other.as_ref()).cloned();
        self.member.tier_state.hand = hand;
        self.show_tier(cx, cx.at, Cause::Merge, None)
    }

    /// A gift that either member had is not given again, and follows a refund of what reached its tier.
    fn join_gifts(&mut self, cx: &mut Cx<'_>, from: &Self) -> Result<()> {
        let (into, other) = (self.member.user_id, from.member.user_id);
        let programme = cx.programme;
        let owned = tier_gifts::all(cx.store()?, into)?;
        for mut gift in tier_gifts::all(cx.store()?, other)? {
            let is_same = |own: &&Gift| {
                own.period == gift.period && programme.tier_id(&own.tier) == programme.tier_id(&gift.tier)
            };
            let own = owned.iter().find(is_same);
            if let Some(own) = own {
                gift.tier.clone_from(&own.tier);
            }
            match own {
                None => tier_gifts::insert(cx.store()?, into, &gift)?,
                Some(own) if own.entry.is_none() => {
                    let gift = Gift { lost: own.lost.plus(gift.lost)?, ..gift };
                    tier_gifts::update(cx.store()?, into, &gift)?;
                }
                Some(_) => {}
            }
        }
        tier_gifts::forget(cx.store()?, other)
    }
}
