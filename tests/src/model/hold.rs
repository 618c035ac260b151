//! Points that are set aside, taken for good or given back, and points that go to another member.

use serde_json::{Value, json};

use super::apply::{When, number, refused};
use super::member::Hold;
use super::{Member, Model, Outcome};

/// Longest time that points can be held, in seconds.
const LONGEST: i64 = 30 * 24 * 60 * 60;

/// What a reply calls the balance.
fn balance(member: &Member, now: i64) -> i64 {
    member.spendable(now, now) - member.debt
}

impl Model {
    pub(super) fn hold(&mut self, args: &Value, when: When) -> Outcome {
        let (user, points, ttl) = (number(args, "user_id"), number(args, "points"), number(args, "ttl_seconds"));
        let until = when.at + ttl * 1_000_000;
        if points < 1 || !(1..=LONGEST).contains(&ttl) || until <= when.now {
            return refused("invalid");
        }
        let member = self.member(user, when.now)?;
        if member.spendable(when.at, when.now) < points {
            return refused("insufficient_points");
        }
        let taken = member.spend("redeem", points, when.at, when.now);
        member.holds.push(Hold { taken, at: when.at, until, state: "open" });
        let place = (user, member.holds.len() - 1);
        let reply = json!({ "points": points, "balance": balance(member, when.now), "replayed": false });
        self.holds.push(place);
        Ok(reply)
    }

    pub(super) fn capture(&mut self, args: &Value, when: When, hold: Option<usize>) -> Outcome {
        let asked = args["points"].as_i64();
        if asked.is_some_and(|points| points < 1) {
            return refused("invalid");
        }
        let rules = self.rules;
        let (member, place) = self.open(when, hold)?;
        let held = member.holds[place].points();
        let captured = asked.unwrap_or(held);
        if captured > held {
            return refused("exceeds_hold");
        }
        member.end_hold(place, captured, when.at, "captured");
        member.stay_active(&rules, when.at);
        Ok(json!({
            "points_captured": captured,
            "points_returned": held - captured,
            "balance": balance(member, when.now),
            "replayed": false,
        }))
    }

    pub(super) fn void(&mut self, when: When, hold: Option<usize>) -> Outcome {
        let (member, place) = self.open(when, hold)?;
        let held = member.holds[place].points();
        member.end_hold(place, 0, when.at, "voided");
        Ok(json!({ "points_returned": held, "balance": balance(member, when.now), "replayed": false }))
    }

    /// An open hold, and whose it is.
    fn open(&mut self, when: When, hold: Option<usize>) -> Result<(&mut Member, usize), String> {
        let (user, place) = *hold.and_then(|number| self.holds.get(number)).ok_or("not_found")?;
        let member = self.member(user, when.now)?;
        match member.holds[place].state {
            "open" => Ok((member, place)),
            "ended" => Err("hold_expired".to_owned()),
            _ => Err("hold_closed".to_owned()),
        }
    }

    pub(super) fn transfer(&mut self, args: &Value, when: When) -> Outcome {
        let (from, to) = (number(args, "from_user_id"), number(args, "to_user_id"));
        let points = number(args, "points");
        if points < 1 {
            return refused("invalid");
        }
        for user in [from, to] {
            self.member(user, when.now)?;
        }
        if from == to {
            return refused("invalid");
        }
        let giver = self.member(from, when.now)?;
        if giver.spendable(when.at, when.now) < points {
            return refused("insufficient_points");
        }
        // Of one beginning and one end there is one new lot.
        let mut moved: Vec<(i64, i64, i64)> = Vec::new();
        for (lot, part) in giver.spend("transfer", points, when.at, when.now) {
            moved.push((giver.lots[lot].until, giver.lots[lot].from, part));
        }
        moved.sort_by_key(|(until, begins, _)| (*until, *begins));
        let left = balance(giver, when.now);
        let getter = self.member(to, when.now)?;
        while let Some((until, begins, _)) = moved.first().copied() {
            let same = |part: &(i64, i64, i64)| (part.0, part.1) == (until, begins);
            let sum = moved.iter().filter(|part| same(part)).map(|part| part.2).sum();
            moved.retain(|part| !same(part));
            getter.credit(("transfer", sum), (begins, until), (when.at, when.now));
        }
        let got = balance(getter, when.now);
        Ok(json!({ "points": points, "from_balance": left, "to_balance": got, "replayed": false }))
    }
}
