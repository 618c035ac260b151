//! What was recorded for a member and for those who were merged into the member: acts, events, and purchases as
//! requested.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry::Vacant;

use crate::booking::cx::Cx;
use crate::booking::entry_details::{Paid, paid_of};
use crate::domain::act::{AmendAct, RefundAct};
use crate::domain::act::{OrderBefore, RecordedAct};
use crate::domain::expiry;
use crate::domain::hold::{Hold, HoldStatus};
use crate::domain::ledger::Entry;
use crate::domain::lines;
use crate::domain::member::{Member, Person};
use crate::domain::programme::Programme;
use crate::domain::purchase::Settlement;
use crate::ops::{EarnPoints, Enroll, ImportedOrder};
use crate::store::acts::{self, Act};
use crate::store::events::{self, Event};
use crate::store::{attributes, holds, ledger, lots, members, orders, persons, programmes, referrals};
use crate::value::{Amount, Currency, DayOrMoment, EntryId, Instant, MemberId, Money, OrderId};
use crate::{Error, Result};

/// Rows that are read at once.
const PAGE: i64 = 500;

/// Something that no entry records in full.
pub(super) enum Fact {
    Act(Act, RecordedAct),
    /// An event that earned nothing.
    Event(Event),
}

impl Fact {
    /// Whether it imported a new member from another system.
    pub(super) const fn makes_a_member(&self) -> bool {
        matches!(self, Self::Act(_, RecordedAct::Import(taken)) if taken.created)
    }
}

/// What is known of one member apart from the entries.
pub(super) struct Facts {
    acts: Vec<(Act, RecordedAct)>,
    events: Vec<Event>,
    /// Positions of the events that earned something, by entry.
    booked: BTreeMap<EntryId, usize>,
    /// Earlier programmes, by number.
    programmes: BTreeMap<i64, Programme>,
    /// Referred friends: from when and until when each referral stood.
    friends: Vec<(Instant, Option<Instant>)>,
    currency: Currency,
}

impl Facts {
    /// Reads them.
    pub(super) fn of(cx: &mut Cx<'_>, member: &Member) -> Result<Self> {
        let mut acts = Vec::new();
        for part in members::parts(cx.store()?, member.id)? {
            for act in acts::of_member(cx.store()?, part)? {
                let what = crate::store::json(&act.what)?;
                acts.push((act, what));
            }
        }
        let mut all = Vec::new();
        loop {
            let after = all.last().map_or(0, |event: &Event| event.id);
            let page = events::page(cx.store()?, member.user_id, after, PAGE)?;
            if page.is_empty() {
                break;
            }
            all.extend(page);
        }
        let brought = referrals::of_referrer(cx.store()?, member.user_id, i64::MAX)?;
        let friends = brought.iter().filter_map(|one| Some((one.completed_at?, one.reversed_at))).collect();
        let currency = cx.programme.currency;
        let booked = all.iter().enumerate().filter_map(|(place, event)| Some((event.entry?, place))).collect();
        Ok(Self { acts, events: all, booked, programmes: BTreeMap::new(), friends, currency })
    }

    /// A member in the state before another one, who may have joined earlier, was merged into it.
    pub(super) fn before_merges(&self, member: &Member) -> Member {
        let mut member = member.clone();
        if let Some((joined, _)) = self.first_merge(member.id) {
            member.join_date = joined;
        }
        member
    }

    /// What is needed of the person of a member, as it was known before such a merge.
    pub(super) fn person(&self, cx: &mut Cx<'_>, member: &Member) -> Result<Person> {
        let known = persons::birth_date(cx.store()?, member.user_id)?;
        let was_known = self.first_merge(member.id).is_none_or(|(_, knew_birth_date)| knew_birth_date);
        Ok(Person { birth_date: known.filter(|_| was_known), locale: member.locale, ..Person::default() })
    }

    /// How a member joins again: with what is known now and conditions may ask for.
    pub(super) fn enrolment(&self, cx: &mut Cx<'_>, member: &Member) -> Result<Enroll> {
        let Person { birth_date, locale, .. } = self.person(cx, member)?;
        let given: BTreeMap<String, String> = crate::store::json(&persons::find(cx.store()?, member)?.consents)?;
        let attributes = attributes::of(cx.store()?, member)?;
        Ok(Enroll {
            birth_date,
            locale,
            consents: (!given.is_empty()).then(|| given.into_keys().collect()),
            attributes: Some(attributes.into_iter().map(|(name, value)| (name, Some(value))).collect()),
            ..Enroll::user(member.user_id)
        })
    }

    /// When a member joined and whether its birthday was known, before the first member was merged into it.
    fn first_merge(&self, member: MemberId) -> Option<(Instant, bool)> {
        self.acts.iter().find_map(|(act, what)| match what {
            RecordedAct::Merge { joined, knew_birth_date, .. } if act.after.member() == member => {
                Some((Instant::stored(*joined), *knew_birth_date))
            }
            _ => None,
        })
    }

    /// What no entry of a member records, in the order in which it happened, each with the entry that it follows.
    pub(super) fn untold(&self, member: MemberId) -> Vec<(EntryId, Fact)> {
        let mut facts = Vec::new();
        for event in self.events.iter().filter(|event| event.entry.is_none() && event.after.member() == member) {
            facts.push((event.after, Fact::Event(event.clone())));
        }
        for (act, what) in self.acts.iter().filter(|(act, _)| act.after.member() == member) {
            facts.push((act.after, Fact::Act(act.clone(), what.clone())));
        }
        facts.sort_by_key(|(after, _)| *after);
        facts
    }

    /// The event that an entry booked.
    pub(super) fn event(&self, entry: EntryId) -> Option<Event> {
        self.booked.get(&entry).and_then(|place| self.events.get(*place)).cloned()
    }

    /// How many referrals stood at a moment; `None` when there never were any.
    pub(super) fn friends(&self, at: Instant) -> Option<i64> {
        let stood = |(from, until): &&(Instant, Option<Instant>)| *from <= at && until.is_none_or(|until| until > at);
        (!self.friends.is_empty()).then(|| i64::try_from(self.friends.iter().filter(stood).count()).unwrap_or(i64::MAX))
    }

    /// The purchase that an entry booked, as requested; `None` when the entry is no purchase, or does not say.
    pub(super) fn purchase(&mut self, cx: &mut Cx<'_>, entry: &Entry) -> Result<Option<EarnPoints>> {
        let Some(order_id) = &entry.order_id else {
            let Some(paid) = paid_of(entry)? else { return Ok(None) };
            let begins = self.begins(cx, entry, None)?;
            return Ok(Some(self.earn(entry, &paid, begins)));
        };
        let Some(order) = orders::find(cx.store()?, order_id)?.filter(|order| order.entry == entry.id) else {
            return Ok(None);
        };
        // The order before its first change is what was paid.
        let (amount, items, settlement) = match self.before(entry, order_id)? {
            Some(before) => (before.amount, before.items, before.settlement),
            None => (order.standing.amount.get(), order.items, order.settlement),
        };
        let items = lines::read(items.as_deref())?;
        let settlement: Settlement = parsed(settlement.as_deref())?;
        let began = self.first_of(entry, |what| match what {
            RecordedAct::Release { order_id: released, began } if released == order_id => Some(Instant::stored(*began)),
            _ => None,
        });
        let begins = self.begins(cx, entry, began)?;
        Ok(Some(self.earn(entry, &Paid { amount, items, settlement }, begins)))
    }

    /// Orders that were imported with an entry and changed later, in their imported state.
    pub(super) fn changed_imports(&self, cx: &mut Cx<'_>, opening: &Entry) -> Result<Vec<ImportedOrder>> {
        let mut orders = BTreeMap::new();
        for (_, what) in &self.acts {
            let (RecordedAct::Refund(RefundAct { order_id, .. }) | RecordedAct::Amend(AmendAct { order_id, .. })) =
                what
            else {
                continue;
            };
            let Some(order) = orders::find(cx.store()?, order_id)?.filter(|order| order.entry == opening.id) else {
                continue;
            };
            let before = self.before(opening, order_id)?;
            let amount = before.map_or(order.standing.amount.get(), |before| before.amount);
            let came = ImportedOrder {
                order_id: order_id.clone(),
                amount: Amount::from(Money::stored(amount).to_decimal(self.currency)),
                points: order.first_points().get(),
                paid_at: DayOrMoment::Moment(order.occurred_at),
            };
            orders.insert(order_id.clone(), came);
        }
        Ok(orders.into_values().collect())
    }

    fn before(&self, entry: &Entry, order_id: &OrderId) -> Result<Option<OrderBefore>> {
        let mut own: Vec<&Act> = Vec::new();
        for (act, what) in &self.acts {
            let changed = match what {
                RecordedAct::Refund(refund) => &refund.order_id,
                RecordedAct::Amend(amend) => &amend.order_id,
                _ => continue,
            };
            if changed == order_id {
                own.push(act);
            }
        }
        let first = own.into_iter().min_by_key(|act| order_of(act, entry));
        let json = first.and_then(|act| act.order_before.as_deref());
        json.map(crate::store::json).transpose()
    }

    fn first_of<T>(&self, entry: &Entry, which: impl Fn(&RecordedAct) -> Option<T>) -> Option<T> {
        let found = self.acts.iter().filter_map(|(act, what)| Some((act, which(what)?)));
        found.min_by_key(|(act, _)| order_of(act, entry)).map(|(_, what)| what)
    }

    /// When the points of a purchase began, if not by the programme.
    fn begins(&mut self, cx: &mut Cx<'_>, entry: &Entry, began: Option<Instant>) -> Result<Option<Instant>> {
        let Some(lot) = lots::find(cx.store()?, entry.id)? else { return Ok(None) };
        let begins = began.unwrap_or(lot.available_at);
        let usual = self.usual(cx, entry.programme, entry.occurred_at)?;
        Ok((begins != usual && begins != Instant::NEVER).then_some(begins))
    }

    /// When points that happen at a moment begin under the programme with that number.
    fn usual(&mut self, cx: &mut Cx<'_>, number: i64, at: Instant) -> Result<Instant> {
        if number == cx.programme_id {
            return Ok(expiry::available_at(cx.programme, at));
        }
        if let Vacant(place) = self.programmes.entry(number) {
            let source = programmes::source(cx.store()?, number)?;
            let source = source.ok_or_else(|| Error::internal("the programme of an entry is missing"))?;
            place.insert(Programme::parse(&source)?);
        }
        let old = self.programmes.get(&number);
        Ok(old.map_or(at, |old| expiry::available_at(old, at)))
    }

    fn earn(&self, entry: &Entry, paid: &Paid, begins: Option<Instant>) -> EarnPoints {
        let money = |minor: i64| Amount::from(Money::stored(minor).to_decimal(self.currency));
        let some = |minor: i64| (minor > 0).then(|| money(minor));
        EarnPoints {
            order_id: entry.order_id.clone(),
            available_at: begins.map(DayOrMoment::Moment),
            items: paid.items.clone(),
            shop: paid.settlement.shop.clone(),
            tax: paid.settlement.tax.map(money),
            points_paid: some(paid.settlement.points_paid),
            gift_card_paid: some(paid.settlement.gift_card_paid),
            points: paid.settlement.given,
            ..EarnPoints::new(entry.user_id, money(paid.amount))
        }
    }
}

/// Sorts acts on an order by time: those of the member who paid come before those of the member who took that one over.
fn order_of(act: &Act, entry: &Entry) -> (bool, Instant, EntryId) {
    (act.after.member() != entry.id.member(), act.recorded_at, act.after)
}

/// All entries of a member.
pub(super) fn entries(cx: &mut Cx<'_>, member: MemberId) -> Result<Vec<Entry>> {
    let mut all: Vec<Entry> = Vec::new();
    ledger::walk(cx.store()?, member, |entry| {
        all.push(entry);
        Ok(())
    })?;
    Ok(all)
}

/// When the points of an entry began; when it happened, if it gave none.
pub(super) fn began(cx: &mut Cx<'_>, entry: &Entry) -> Result<Instant> {
    Ok(lots::find(cx.store()?, entry.id)?.map_or(entry.occurred_at, |lot| lot.available_at))
}

/// The end of the hold that an entry set points aside for, if there is one.
pub(super) fn held_until(cx: &mut Cx<'_>, entry: EntryId) -> Result<Option<Instant>> {
    // A hold that was captured or voided ended at that time, by an act of its own.
    let until = |hold: Hold| match hold.status {
        HoldStatus::Open | HoldStatus::Ended => hold.until,
        HoldStatus::Captured | HoldStatus::Voided => Instant::NEVER,
    };
    Ok(holds::find(cx.store()?, entry)?.map(until))
}

fn parsed<T: serde::de::DeserializeOwned + Default>(json: Option<&str>) -> Result<T> {
    json.map_or_else(|| Ok(T::default()), |json| crate::store::json(json))
}
