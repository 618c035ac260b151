//! A member of the model: lots, sums and the history as it should read.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Expiry, NEVER, Rules, TIERS};
use crate::calendar;

/// Points of one accrual.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "size, rest, first and last moment")]
pub struct Lot {
    pub rest: i64,
    pub from: i64,
    pub until: i64,
    /// The first lot of the order that made it, or itself.
    pub(super) first: usize,
}

/// Points that are set aside.
#[derive(Debug, Clone)]
pub struct Hold {
    /// What it took from which lots.
    pub(super) taken: Vec<(usize, i64)>,
    /// Since when it holds.
    pub(super) at: i64,
    /// First moment at which it does not.
    pub(super) until: i64,
    /// `open`, `ended` by the clock, `captured` or `voided`.
    pub(super) state: &'static str,
}

impl Hold {
    /// Points that it holds.
    pub(super) fn points(&self) -> i64 {
        self.taken.iter().map(|(_, part)| part).sum()
    }
}

/// A member.
#[derive(Debug, Clone, Default)]
#[expect(missing_docs, reason = "the sums that the engine shows")]
pub struct Member {
    pub lots: Vec<Lot>,
    pub debt: i64,
    pub lifetime: i64,
    pub qualifying: i64,
    pub tier: usize,
    pub tier_since: i64,
    /// Every change of tier: when, from and to.
    pub turns: Vec<(i64, usize, usize)>,
    pub visits: i64,
    pub spent: i64,
    pub rewards: i64,
    pub uses: BTreeMap<usize, i64>,
    pub products: BTreeMap<String, i64>,
    pub holds: Vec<Hold>,
    /// Under the inactivity policy, when the member was active and to when points live by it.
    pub active: Vec<(i64, i64)>,
    /// Points of returned orders that had been spent and were not owed, by the first lot of the order.
    pub(super) given_up: BTreeMap<usize, i64>,
    /// Kind and points of every entry, oldest first.
    pub history: Vec<(&'static str, i64)>,
}

impl Member {
    /// The open lots in the order in which they are spent.
    fn order(&self, now: i64) -> Vec<usize> {
        let mut open: Vec<usize> =
            (0..self.lots.len()).filter(|lot| self.lots[*lot].rest > 0 && self.lots[*lot].until > now).collect();
        open.sort_by_key(|lot| (self.lots[*lot].until, *lot));
        open
    }

    /// Points that can be spent for something that happened at `at`.
    #[must_use]
    pub fn spendable(&self, at: i64, now: i64) -> i64 {
        self.order(now).iter().filter(|lot| self.lots[**lot].from <= at).map(|lot| self.lots[*lot].rest).sum()
    }

    /// Books what is past its end, in the order in which it ended. Gives how many lots ended, and their points.
    pub(super) fn settle(&mut self, now: i64) -> (i64, i64) {
        let (mut lots, mut points) = (0, 0);
        let mut add = |(ended, lost): (i64, i64)| {
            lots += ended;
            points += lost;
        };
        while let Some(hold) = self.held_over(now) {
            let (until, mut taken) = (self.holds[hold].until, self.holds[hold].taken.clone());
            taken.sort_unstable();
            add(self.end(until));
            add(self.put_back(&taken, self.holds[hold].at, until));
            self.holds[hold].state = "ended";
        }
        add(self.end(now));
        (lots, points)
    }

    /// The first of the holds that are past their end.
    fn held_over(&self, now: i64) -> Option<usize> {
        let over =
            (0..self.holds.len()).filter(|hold| self.holds[*hold].state == "open" && self.holds[*hold].until <= now);
        over.min_by_key(|hold| (self.holds[*hold].until, *hold))
    }

    /// Books the ends of lots.
    fn end(&mut self, now: i64) -> (i64, i64) {
        let mut over: Vec<usize> =
            (0..self.lots.len()).filter(|lot| self.lots[*lot].rest > 0 && self.lots[*lot].until <= now).collect();
        over.sort_by_key(|lot| (self.lots[*lot].until, *lot));
        let mut points = 0;
        for lot in &over {
            points += self.lots[*lot].rest;
            self.history.push(("expire", -self.lots[*lot].rest));
            self.lots[*lot].rest = 0;
        }
        (i64::try_from(over.len()).unwrap_or(0), points)
    }

    /// Ends a hold with so many of its points spent: those that end first. The others go back.
    pub(super) fn end_hold(&mut self, hold: usize, captured: i64, at: i64, state: &'static str) {
        let since = self.holds[hold].at;
        let mut taken = self.holds[hold].taken.clone();
        taken.sort_by_key(|(lot, _)| (self.lived(self.lots[*lot].until, since), *lot));
        let mut left = captured;
        for (_, part) in &mut taken {
            let spent = left.min(*part);
            left -= spent;
            *part -= spent;
        }
        taken.retain(|(_, part)| *part > 0);
        if !taken.is_empty() {
            self.put_back(&taken, since, at.max(since));
        }
        self.holds[hold].state = state;
    }

    /// A question settles when a hold is over, since what it gives back may repay debt or be over too.
    pub fn asked(&mut self, now: i64) {
        if self.held_over(now).is_some() {
            self.settle(now);
        }
    }

    /// Books what is past its end, as a reading of the history does.
    pub fn settle_for_reading(&mut self, now: i64) {
        self.settle(now);
    }

    /// The end of points that were not in their lot since a moment, as if they had been at all that the member did.
    pub(super) fn lived(&self, until: i64, since: i64) -> i64 {
        let mut active: Vec<_> = self.active.iter().filter(|(at, _)| *at >= since).collect();
        active.sort_unstable();
        active
            .into_iter()
            .fold(
                (until, true),
                |(end, lives), (at, to)| {
                    if lives && *at < end { (end.max(*to), true) } else { (end, false) }
                },
            )
            .0
    }

    /// Adds points; what is owed is repaid from them. Those that are booked late end with the others. Gives the number of
    /// the lot.
    pub(super) fn credit(
        &mut self,
        (kind, points): (&'static str, i64),
        (from, until): (i64, i64),
        (at, now): (i64, i64),
    ) -> Option<usize> {
        let until = if at < now { self.lived(until, at) } else { until };
        self.history.push((kind, points));
        if points == 0 {
            return None;
        }
        if kind != "transfer" {
            self.lifetime += points;
        }
        if kind == "earn" {
            self.qualifying += points;
        }
        let repaid = points.min(self.debt);
        self.debt -= repaid;
        self.lots.push(Lot { rest: points - repaid, from, until, first: self.lots.len() });
        self.settle(now);
        Some(self.lots.len() - 1)
    }

    /// Takes points, soonest end first. Gives what was taken from which lot.
    pub(super) fn take(&mut self, lots: &[usize], wanted: i64) -> Vec<(usize, i64)> {
        let mut left = wanted;
        let mut taken = Vec::new();
        for lot in lots {
            let part = left.min(self.lots[*lot].rest);
            if part > 0 {
                self.lots[*lot].rest -= part;
                left -= part;
                taken.push((*lot, part));
            }
        }
        taken
    }

    /// Spends points that are there.
    pub(super) fn spend(&mut self, kind: &'static str, points: i64, at: i64, now: i64) -> Vec<(usize, i64)> {
        self.history.push((kind, -points));
        let open: Vec<usize> = self.order(now).into_iter().filter(|lot| self.lots[*lot].from <= at).collect();
        self.take(&open, points)
    }

    /// Takes an order's points back: its own lots first. Gives what the entry says was taken.
    pub(super) fn take_back(&mut self, points: i64, own: &[usize], forgive: bool, now: i64) -> i64 {
        let (mut first, rest): (Vec<usize>, Vec<usize>) =
            self.order(now).into_iter().partition(|lot| own.contains(lot));
        first.extend(rest);
        let taken: i64 = self.take(&first, points).iter().map(|(_, part)| part).sum();
        self.lifetime -= points;
        self.qualifying -= points;
        if !forgive {
            self.debt += points - taken;
        } else if let Some(order) = own.first() {
            *self.given_up.entry(*order).or_default() += points - taken;
        }
        let booked = if forgive { taken } else { points };
        self.history.push(("reversal", -booked));
        booked
    }

    /// Puts points back where they were before a moment; what is owed is repaid from them, and what their order had given
    /// up is taken. What ended up to another is over then.
    pub(super) fn put_back(&mut self, taken: &[(usize, i64)], since: i64, until: i64) -> (i64, i64) {
        self.history.push(("reversal", taken.iter().map(|(_, part)| part).sum()));
        let mut back = Vec::new();
        for (lot, part) in taken {
            let repaid = (*part).min(self.debt);
            self.debt -= repaid;
            if *part > repaid {
                self.lots[*lot].until = self.lived(self.lots[*lot].until, since);
                self.lots[*lot].rest += part - repaid;
                back.push((*lot, part - repaid));
            }
        }
        self.take_given_up(&back);
        self.end(until)
    }

    /// Of points that came back, takes what their orders had given up.
    fn take_given_up(&mut self, back: &[(usize, i64)]) {
        let mut orders: Vec<usize> = Vec::new();
        for (lot, _) in back {
            let order = self.lots[*lot].first;
            if !orders.contains(&order) {
                orders.push(order);
            }
        }
        for order in orders {
            let mut sum = 0;
            for (lot, part) in back {
                if self.lots[*lot].first != order {
                    continue;
                }
                let left = self.given_up.entry(order).or_default();
                let taken = (*left).min(*part);
                *left -= taken;
                sum += taken;
                self.lots[*lot].rest -= taken;
            }
            if sum > 0 {
                self.history.push(("adjustment", -sum));
            }
        }
    }

    /// Under the inactivity policy, what is open lives on.
    pub(super) fn stay_active(&mut self, rules: &Rules, at: i64) {
        if matches!(rules.expiry, Expiry::Inactivity(_)) {
            let end = rules.ends(at, at);
            self.active.push((at, end));
            for lot in self.lots.iter_mut().filter(|lot| lot.rest > 0) {
                lot.until = lot.until.max(end);
            }
        }
    }

    pub(super) fn set_tier(&mut self, tier: usize, at: i64) {
        if self.tier != tier {
            // What comes late changes the tier from its last change on.
            self.tier_since = self.tier_since.max(at);
            self.turns.push((self.tier_since, self.tier, tier));
            self.tier = tier;
        }
    }

    /// The tier at a moment: its rate is that of what happened then.
    pub(super) fn tier_when(&self, at: i64) -> usize {
        let last = self.turns.iter().rev().find(|turn| turn.0 <= at).map(|turn| turn.2);
        last.or(self.turns.first().map(|turn| turn.1)).unwrap_or(self.tier)
    }

    pub(super) fn count(&mut self, lines: &[(String, i64)], sign: i64) {
        for (sku, quantity) in lines {
            let have = self.products.entry(sku.clone()).or_default();
            *have += sign * quantity;
        }
        self.products.retain(|_, have| *have > 0);
    }

    /// What `points` must show.
    #[must_use]
    pub fn points(&self, now: i64) -> Value {
        let open = self.order(now);
        let sum = |lots: &[usize]| -> i64 { lots.iter().map(|lot| self.lots[*lot].rest).sum() };
        let pending: Vec<usize> = open.iter().copied().filter(|lot| self.lots[*lot].from > now).collect();
        let end = open.first().map(|lot| self.lots[*lot].until).filter(|end| *end != NEVER);
        let next = end.map(|end| {
            let ending: Vec<usize> = open.iter().copied().filter(|lot| self.lots[*lot].until == end).collect();
            json!({ "points": sum(&ending), "date": calendar::day(end - 1).to_string() })
        });
        json!({
            "available": self.spendable(now, now),
            "pending": sum(&pending),
            "held": self.holds.iter().filter(|hold| hold.state == "open").map(Hold::points).sum::<i64>(),
            "debt": self.debt,
            "lifetime": self.lifetime,
            "next_expiry": next,
        })
    }

    /// What `profile` must show.
    #[must_use]
    pub fn profile(&self, now: i64) -> Value {
        json!({
            "current_points": self.spendable(now, now),
            "debt_points": self.debt,
            "total_points": self.lifetime,
            "current_tier": TIERS[self.tier].0,
            "total_visits": self.visits,
            "total_spent": self.spent.to_string(),
            "rewards_redeemed": self.rewards,
        })
    }
}
