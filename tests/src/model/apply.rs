//! What each call does to the model.

use serde_json::{Value, json};

use super::member::Hold;
use super::{Line, Member, Model, Order, Outcome, REWARDS, Redemption, TIERS, tier_for};
use crate::calendar;

/// How far ahead of the clock a call may lie, in microseconds.
const TOLERANCE: i64 = 300_000_000;
/// Smallest price of a reward.
const MINIMUM: i64 = 100;

/// When a call happens, and when it is recorded.
#[derive(Clone, Copy)]
pub(super) struct When {
    pub(super) at: i64,
    pub(super) now: i64,
}

pub(super) fn refused(code: &str) -> Outcome {
    Err(code.to_owned())
}

pub(super) fn number(args: &Value, name: &str) -> i64 {
    args[name].as_i64().expect("the model knows its own arguments")
}

fn lines(args: &Value) -> Vec<Line> {
    let items = args["items"].as_array().cloned().unwrap_or_default();
    items.iter().map(|item| (item["sku"].as_str().unwrap_or_default().to_owned(), number(item, "quantity"))).collect()
}

/// The arguments that make two calls the same.
fn request(args: &Value) -> Value {
    let mut fields = args.as_object().cloned().unwrap_or_default();
    fields.remove("key");
    fields.retain(|_, value| value.as_array().is_none_or(|items| !items.is_empty()));
    Value::Object(fields)
}

fn replayed(mut reply: Value) -> Value {
    reply["replayed"] = Value::Bool(true);
    reply
}

/// What a call has made that can be undone.
#[derive(Debug, Clone, Copy)]
pub(super) enum Made {
    Lasting,
    Hold(usize),
    Redemption(usize),
}

impl Model {
    /// Applies a call, as a whole or not at all. `named` is the number of the redemption or of the hold that is named.
    pub fn apply(&mut self, op: &str, args: &Value, now: i64, named: Option<usize>) -> Outcome {
        let at = args["at"].as_str().map_or(now, calendar::micros);
        if at > now + TOLERANCE {
            return refused("invalid");
        }
        let key = args["key"].as_str().map(|key| (op.to_owned(), key.to_owned()));
        let request = request(args);
        if let Some((kept, outcome, made)) = key.as_ref().and_then(|key| self.keys.get(key)) {
            if *kept != request {
                return refused("idempotency_conflict");
            }
            return if self.is_undone(*made) { refused("already_used") } else { outcome.clone().map(replayed) };
        }
        let before = (self.members.clone(), self.orders.clone(), self.redemptions.clone(), self.stock);
        let outcome = self.run(op, args, &request, When { at, now }, named);
        if outcome.is_err() {
            (self.members, self.orders, self.redemptions, self.stock) = before;
        }
        let kept = match &outcome {
            Ok(_) => true,
            Err(code) => !["invalid", "not_found", "idempotency_conflict"].contains(&code.as_str()),
        };
        if let (true, Some(key)) = (kept, key) {
            let made = match op {
                "hold_points" if outcome.is_ok() => Made::Hold(self.holds.len() - 1),
                "redeem_reward" if outcome.is_ok() => Made::Redemption(self.redemptions.len() - 1),
                _ => Made::Lasting,
            };
            self.keys.insert(key, (request, outcome.clone(), made));
        }
        outcome
    }

    /// Whether what a call has made was undone: then its first answer is not given again.
    fn is_undone(&self, made: Made) -> bool {
        match made {
            Made::Lasting => false,
            Made::Hold(place) => {
                let (user, place) = self.holds[place];
                self.members[&user].holds[place].state == "voided"
            }
            Made::Redemption(place) => self.redemptions[place].cancelled.is_some(),
        }
    }

    fn run(&mut self, op: &str, args: &Value, request: &Value, when: When, named: Option<usize>) -> Outcome {
        match op {
            "enroll" => Ok(self.enroll(number(args, "user_id"), when)),
            "earn_points" => self.earn(args, request, when),
            "refund_order" => self.refund(args, when),
            "amend_order" => self.amend(args, when),
            "record_transaction" => self.record(args, when),
            "redeem_reward" => self.redeem(args, when),
            "cancel_redemption" => self.cancel(request, when, named),
            "hold_points" => self.hold(args, when),
            "capture_hold" => self.capture(args, when, named),
            "void_hold" => self.void(when, named),
            "transfer_points" => self.transfer(args, when),
            "expire_points" => self.expire(number(args, "limit"), when),
            "check_tier_upgrade" => self.check(number(args, "user_id"), when),
            _ => panic!("the model does not know {op}"),
        }
    }

    fn enroll(&mut self, user: i64, when: When) -> Value {
        let created = !self.members.contains_key(&user);
        let member = self.member_or_new(user, when);
        json!({ "created": created, "current_tier": TIERS[member.tier].0, "current_points": member.spendable(when.now, when.now) })
    }

    fn member_or_new(&mut self, user: i64, when: When) -> &mut Member {
        let member = self.members.entry(user).or_insert_with(|| Member { tier_since: when.at, ..Member::default() });
        member.settle(when.now);
        member
    }

    pub(super) fn member(&mut self, user: i64, now: i64) -> Result<&mut Member, String> {
        let member = self.members.get_mut(&user).ok_or("not_found")?;
        member.settle(now);
        Ok(member)
    }

    fn earn(&mut self, args: &Value, request: &Value, when: When) -> Outcome {
        let (user, amount) = (number(args, "user_id"), number(args, "amount"));
        let order_id = args["order_id"].as_str().map(str::to_owned);
        if let Some(order) = order_id.as_ref().and_then(|id| self.orders.get(id)) {
            let same = order.request == *request;
            return if same { Ok(replayed(order.receipt.clone())) } else { refused("idempotency_conflict") };
        }
        let rules = self.rules;
        let member = self.member_or_new(user, when);
        let tier = member.tier;
        let rate = member.tier_when(when.at);
        let points = rules.points(amount, rate);
        let span = (rules.begins(when.at), rules.ends(when.at, rules.begins(when.at)));
        let lot = member.credit(("earn", points), span, (when.at, when.now));
        member.stay_active(&rules, when.at);
        member.visits += 1;
        member.spent += amount;
        let lines = lines(args);
        member.count(&lines, 1);
        raise(member, when.at);
        let receipt = json!({
            "points_earned": points,
            "balance": member.spendable(when.now, when.now) - member.debt,
            "tier_before": TIERS[tier].0,
            "tier": TIERS[member.tier].0,
            "tier_changed": tier != member.tier,
            "points_to_next_tier": needed(member),
            "replayed": false,
        });
        if let Some(id) = order_id {
            let order = Order {
                request: request.clone(),
                receipt: receipt.clone(),
                user,
                amount,
                refunded: 0,
                cancelled: false,
                points,
                reversed: 0,
                tier: rate,
                at: when.at,
                lots: lot.into_iter().collect(),
                by_lines: (!lines.is_empty()).then_some(None),
                lines,
            };
            self.orders.insert(id, order);
        }
        Ok(receipt)
    }

    fn refund(&mut self, args: &Value, when: When) -> Outcome {
        let id = args["order_id"].as_str().unwrap_or_default();
        let mut order = self.orders.get(id).cloned().ok_or("not_found")?;
        let rules = self.rules;
        let member = self.member(order.user, when.now)?;
        let left = order.amount - order.refunded;
        let items = args["items"].as_array().cloned().unwrap_or_default();
        let amount = match args["amount"].as_i64() {
            Some(0) if left > 0 && items.is_empty() => return refused("invalid"),
            Some(amount) => amount,
            None if items.is_empty() || left == 0 => left,
            None => items.iter().map(|item| number(item, "amount")).sum(),
        };
        if order.cancelled {
            return refused("nothing_left_to_refund");
        }
        // Of an order without lines nothing is known but money.
        let named = order.by_lines.is_some() && !items.is_empty();
        let lines = if named { lines(args) } else { Vec::new() };
        let rest = without(order.lines.clone(), &lines);
        let (true, Some(rest)) = (amount <= left, rest) else { return refused("invalid") };
        order.refunded += amount;
        if named {
            order.by_lines = Some(Some(order.by_lines.flatten().unwrap_or(0) + amount));
        }
        // An order that cost nothing is there until its last line comes back.
        let whole = order.refunded == order.amount && (order.amount > 0 || !named || rest.is_empty());
        order.cancelled = whole;
        // Lines take what they earned, money without lines its share of what is left.
        let (apart, bill, earned) = match order.by_lines.flatten() {
            Some(by_lines) if !whole => {
                let bill = order.amount - by_lines;
                (order.refunded - by_lines, bill, rules.points(bill, order.tier))
            }
            _ => (order.refunded, order.amount, order.points),
        };
        let kept = if whole { 0 } else { earned - earned * apart / bill.max(1) };
        let back = order.points - order.reversed - kept;
        order.reversed = order.points - kept;
        let was = member.qualifying;
        let booked = member.take_back(back, &order.lots, rules.forgive, when.now);
        member.spent -= amount;
        if whole {
            member.visits -= 1;
            member.count(&order.lines, -1);
        } else {
            member.count(&lines, -1);
            order.lines = rest;
        }
        lower(member, was, when.at);
        let reply = json!({
            "points_reversed": booked,
            "balance": member.spendable(when.now, when.now) - member.debt,
            "debt": member.debt,
            "tier": TIERS[member.tier].0,
            "replayed": false,
        });
        self.orders.insert(id.to_owned(), order);
        Ok(reply)
    }

    fn amend(&mut self, args: &Value, when: When) -> Outcome {
        let amount = number(args, "amount");
        let id = args["order_id"].as_str().unwrap_or_default();
        let mut order = self.orders.get(id).cloned().ok_or("not_found")?;
        let rules = self.rules;
        let member = self.member(order.user, when.now)?;
        let points = rules.points(amount, order.tier);
        let difference = points - (order.points - order.reversed);
        let was = member.qualifying;
        let mut booked = difference;
        if difference > 0 {
            let (from, until) = (rules.begins(order.at), rules.ends(order.at, rules.begins(order.at)));
            let until = member.lived(until, order.at);
            let lot = member.credit(("earn", difference), (from, until), (when.now, when.now));
            order.lots.extend(lot);
            lot.into_iter().for_each(|lot| member.lots[lot].first = order.lots[0]);
        } else if difference < 0 {
            booked = -member.take_back(-difference, &order.lots, rules.forgive, when.now);
        }
        let gone = std::mem::take(&mut order.cancelled);
        let new = if lines(args).is_empty() { order.lines.clone() } else { lines(args) };
        if !gone {
            member.count(&order.lines, -1);
        }
        member.count(&new, 1);
        member.visits += i64::from(gone);
        member.spent += amount - (order.amount - order.refunded);
        lower(member, was, when.at);
        raise(member, when.at);
        let reply = json!({
            "points_difference": booked,
            "points": points,
            "balance": member.spendable(when.now, when.now) - member.debt,
            "debt": member.debt,
            "tier": TIERS[member.tier].0,
            "replayed": false,
        });
        (order.amount, order.refunded, order.points, order.reversed) = (amount, 0, points, 0);
        order.by_lines = (!new.is_empty()).then_some(None);
        order.lines = new;
        self.orders.insert(id.to_owned(), order);
        Ok(reply)
    }

    fn record(&mut self, args: &Value, when: When) -> Outcome {
        let points = number(args, "points");
        let bonus = args["transaction_type"] == "bonus";
        let rules = self.rules;
        let given = args["expires_at"].as_str().map(|date| {
            let date: chrono::NaiveDate = date.parse().expect("a date");
            calendar::start(date + chrono::Days::new(1))
        });
        let wrong_end = given.is_some_and(|end| points < 0 || end <= when.at);
        if points == 0 || (bonus && points < 0) || wrong_end {
            return refused("invalid");
        }
        let user = number(args, "user_id");
        let member = self.member(user, when.now)?;
        let kind = if bonus { "bonus" } else { "adjustment" };
        if points > 0 {
            let ends = given.unwrap_or_else(|| rules.ends(when.at, when.at));
            member.credit((kind, points), (when.at, ends), (when.at, when.now));
            raise(member, when.at);
        } else if member.spendable(when.at, when.now) < -points {
            return refused("insufficient_points");
        } else {
            member.spend(kind, -points, when.at, when.now);
        }
        Ok(json!({ "balance": member.spendable(when.now, when.now) - member.debt, "replayed": false }))
    }

    fn redeem(&mut self, args: &Value, when: When) -> Outcome {
        let rules = self.rules;
        let stock = self.stock;
        let user = number(args, "user_id");
        let reward = usize::try_from(number(args, "reward_id") - 1).expect("a reward");
        let member = self.member(user, when.now)?;
        let (cost, tier, limit, counted) = *REWARDS.get(reward).ok_or("not_found")?;
        let uses = member.uses.get(&reward).copied().unwrap_or(0);
        if counted.is_some() && stock == 0 {
            return refused("out_of_stock");
        }
        if member.tier < tier {
            return refused("tier_too_low");
        }
        if limit.is_some_and(|limit| uses >= limit) {
            return refused("limit_reached");
        }
        if cost < MINIMUM {
            return refused("below_minimum");
        }
        if member.spendable(when.at, when.now) < cost {
            return refused("insufficient_points");
        }
        let taken = member.spend("redeem", cost, when.at, when.now);
        member.stay_active(&rules, when.at);
        *member.uses.entry(reward).or_default() += 1;
        member.rewards += 1;
        let balance = member.spendable(when.now, when.now) - member.debt;
        if counted.is_some() {
            self.stock -= 1;
        }
        self.redemptions.push(Redemption { user, reward, taken, at: when.at, cancelled: None });
        Ok(json!({ "points_spent": cost, "balance": balance, "replayed": false }))
    }

    fn cancel(&mut self, request: &Value, when: When, redemption: Option<usize>) -> Outcome {
        let place = redemption.ok_or("not_found")?;
        let Redemption { user, reward, taken, at, cancelled } = self.redemptions[place].clone();
        if let Some((first, reply)) = cancelled {
            return if first == *request { Ok(replayed(reply)) } else { refused("idempotency_conflict") };
        }
        let member = self.member(user, when.now)?;
        let mut back = taken.clone();
        back.sort_unstable();
        member.put_back(&back, at, when.now);
        member.rewards -= 1;
        *member.uses.entry(reward).or_default() -= 1;
        let restored: i64 = taken.iter().map(|(_, part)| part).sum();
        let balance = member.spendable(when.now, when.now) - member.debt;
        if REWARDS[reward].3.is_some() {
            self.stock += 1;
        }
        let reply = json!({ "points_restored": restored, "balance": balance, "replayed": false });
        self.redemptions[place].cancelled = Some((request.clone(), reply.clone()));
        Ok(reply)
    }

    fn expire(&mut self, limit: i64, when: When) -> Outcome {
        let Ok(most @ 1..) = usize::try_from(limit) else { return refused("invalid") };
        let end = |member: &Member| member.lots.iter().filter(|lot| lot.rest > 0).map(|lot| lot.until).min();
        let mut due: Vec<(i64, i64)> = self
            .members
            .iter()
            .filter_map(|(user, member)| Some((end(member).filter(|end| *end <= when.now)?, *user)))
            .collect();
        due.sort_unstable();
        due.truncate(most);
        let open =
            |user: &i64, hold: &Hold| (hold.state == "open" && hold.until <= when.now).then_some((hold.until, *user));
        let holds =
            self.members.iter().flat_map(|(user, member)| member.holds.iter().filter_map(move |hold| open(user, hold)));
        let mut over: Vec<(i64, i64)> = holds.collect();
        over.sort_unstable();
        over.truncate(most);
        due.extend(over);
        let (mut members, mut lots, mut points) = (0, 0, 0);
        for (_, user) in &due {
            let (ended, lost) = self.members.get_mut(user).map_or((0, 0), |member| member.settle(when.now));
            members += i64::from(ended > 0);
            lots += ended;
            points += lost;
        }
        Ok(json!({ "members": members, "lots": lots, "points": points, "more": due.len() >= most, "replayed": false }))
    }

    fn check(&mut self, user: i64, when: When) -> Outcome {
        let member = self.member(user, when.now)?;
        let before = member.tier;
        // Points gained ever carry the tier for ever: a review finds nothing to take, only a refund does.
        raise(member, when.at);
        Ok(json!({
            "tier_before": TIERS[before].0,
            "tier": TIERS[member.tier].0,
            "upgraded": member.tier > before,
            "points_to_next_tier": needed(member),
            "replayed": false,
        }))
    }
}

fn needed(member: &Member) -> i64 {
    TIERS.get(member.tier + 1).map_or(0, |next| (next.1 - member.qualifying).max(0))
}

fn raise(member: &mut Member, at: i64) {
    let reached = tier_for(member.qualifying);
    if reached > member.tier {
        member.set_tier(reached, at);
    }
}

/// A refund takes a tier away only when the points of the refund had carried it.
fn lower(member: &mut Member, was: i64, at: i64) {
    let threshold = TIERS[member.tier].1;
    if was >= threshold && member.qualifying < threshold {
        member.set_tier(tier_for(member.qualifying), at);
    }
}

/// The lines without those that came back; `None` when more came back than was bought.
fn without(mut have: Vec<Line>, returned: &[Line]) -> Option<Vec<Line>> {
    for (sku, quantity) in returned {
        let mut left = *quantity;
        for line in have.iter_mut().filter(|line| line.0 == *sku) {
            let part = left.min(line.1);
            line.1 -= part;
            left -= part;
        }
        if left > 0 {
            return None;
        }
    }
    have.retain(|line| line.1 > 0);
    Some(have)
}
