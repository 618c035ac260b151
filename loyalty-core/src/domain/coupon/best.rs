//! Which offers a member should use on an order: the combination with which the member pays least.
//!
//! An offer is a coupon, or a reward whose coupon costs points. What they take off depends on their order, so the
//! search goes through sequences and judges each step as at the till. It skips a branch when even the largest further
//! discounts could not beat the best result, and when the same offers left the same order before. After a limited
//! number of steps, it takes the best result so far and adds offers that still lower the cost.

use std::collections::HashSet;

use super::cart::{Cart, Share};
use super::discount::{self, Rules};
use super::stack::{self, PresentedCode};
use crate::domain::lot;
use crate::domain::programme::Programme;
use crate::value::{Money, Percent, Points};
use crate::{Error, Kind, Refusal, Result};

/// Something that can be used for the order.
#[derive(Debug, Clone)]
pub struct Offer<'a> {
    /// The coupon, with what is known about the user.
    pub brought: PresentedCode<'a>,
    /// Points that it costs.
    pub points: Points,
    /// Money to be paid for it in addition.
    pub price: Money,
}

/// What applies to the whole search.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The programme.
    pub programme: &'a Programme,
    /// Points that can be spent.
    pub spendable: Points,
    /// A percentage that is taken off the goods after all coupons.
    pub afterwards: Percent,
    /// How many times codes are judged before the search stops.
    pub steps: usize,
}

/// A combination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combination {
    /// The offers by their position, in the order in which they are used, with what each takes off.
    pub used: Vec<(usize, Share)>,
    /// What is taken off afterwards.
    pub afterwards: Money,
    /// What the member pays: the rest of the order, plus the cost of the offers.
    pub cost: Money,
    /// Points that the offers cost.
    pub points: Points,
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Best {
    /// The best combination; using nothing is one too.
    pub combination: Combination,
    /// Whether every other combination costs as much or more. False when the search stopped early.
    pub exact: bool,
    /// Steps that were not used.
    pub steps_left: usize,
}

/// The combination of offers that costs least; among equals, the one with fewer points, then with fewer offers.
///
/// # Errors
/// `internal`, when amounts are beyond their bounds.
pub fn search(cart: &Cart, offers: &[Offer<'_>], scope: Scope<'_>) -> Result<Best> {
    let afterwards = scope.afterwards_of(cart)?;
    let nothing = Combination {
        used: Vec::new(),
        afterwards,
        cost: Money::stored(cart.to_pay() - afterwards.get()),
        points: Points::ZERO,
    };
    let mut search = Search {
        offers,
        scope,
        rules: scope.rules(),
        best: nothing,
        steps: scope.steps,
        cart: cart.clone(),
        path: Vec::new(),
        seen: HashSet::new(),
    };
    search.go_on(0, Points::ZERO)?;
    let (exact, steps_left) = (search.steps > 0, search.steps);
    if !exact {
        search.add_greedily(cart)?;
    }
    Ok(Best { combination: search.best, exact, steps_left })
}

/// What an unused offer would take off alone, and the refusal that prevents its use after the others. If there is no
/// refusal, it would not lower what the member pays.
///
/// # Errors
/// `internal`, when amounts are beyond their bounds.
pub fn why_not(
    place: usize,
    cart: &Cart,
    offers: &[Offer<'_>],
    combination: &Combination,
    scope: Scope<'_>,
) -> Result<(Option<Money>, Option<Error>)> {
    let offer = offers.get(place).ok_or_else(|| Error::internal("an offer is missing"))?;
    let judged = |cart: &Cart| match stack::judged(&offer.brought, cart, scope.programme, scope.rules()) {
        Err(error) if error.kind() != Kind::Refused => Err(error),
        judged => Ok(judged),
    };
    let alone = match judged(cart)? {
        Ok(share) => Money::stored(share.total()),
        Err(refusal) => return Ok((None, Some(refusal))),
    };
    let mut used = combination.used.iter().filter_map(|(used, _)| offers.get(*used));
    if !used.all(|used| stack::go_together(&used.brought, &offer.brought)) {
        return Ok((Some(alone), Some(Error::refused(Refusal::NotStackable))));
    }
    let points = combination.points.plus(offer.points)?;
    if points > scope.spendable {
        return Ok((Some(alone), Some(lot::insufficient(points, scope.spendable))));
    }
    let mut rest = cart.clone();
    combination.used.iter().for_each(|(_, share)| rest.take(share));
    Ok((Some(alone), judged(&rest)?.err()))
}

impl Scope<'_> {
    fn rules(&self) -> Rules {
        Rules { rounding: self.programme.rounding, base: self.programme.coupons.stacking_base }
    }

    /// What is taken off a cart afterwards.
    fn afterwards_of(&self, cart: &Cart) -> Result<Money> {
        discount::percent_of(cart.most_off(), self.afterwards, self.programme.rounding).map(Money::stored)
    }
}

struct Search<'a> {
    offers: &'a [Offer<'a>],
    scope: Scope<'a>,
    rules: Rules,
    best: Combination,
    /// Steps that are left.
    steps: usize,
    cart: Cart,
    path: Vec<(usize, Share)>,
    /// Sets of offers with the order that they left: reaching the same state in another way leads to nothing new.
    seen: HashSet<(Vec<usize>, Vec<i64>)>,
}

impl Search<'_> {
    /// Continues from the offers of the path, which cost this much money and this many points.
    fn go_on(&mut self, price: i64, points: Points) -> Result<()> {
        let mut next = self.next(points)?;
        // The largest first: a good combination is found early, and prunes much.
        next.sort_by_key(|(place, share)| (self.price(*place) - share.total(), *place));
        for (place, share) in next {
            let price = price + self.price(place);
            let points = points.plus(self.offer(place)?.points)?;
            self.step(place, share);
            self.keep_better(price, points)?;
            if self.is_new() && self.can_win(price, points)? {
                self.go_on(price, points)?;
            }
            if let Some((_, share)) = self.path.pop() {
                self.cart.give_back(&share);
            }
            if self.steps == 0 {
                return Ok(());
            }
        }
        Ok(())
    }

    fn step(&mut self, place: usize, share: Share) {
        self.cart.take(&share);
        self.path.push((place, share));
    }

    /// Whether the offers of the path have not left the same order before, in another sequence.
    fn is_new(&mut self) -> bool {
        let mut used: Vec<usize> = self.path.iter().map(|(place, _)| *place).collect();
        used.sort_unstable();
        self.seen.insert((used, self.cart.state()))
    }

    /// Adds offers to the best combination, one by one: always the one that lowers the cost most.
    fn add_greedily(&mut self, cart: &Cart) -> Result<()> {
        (self.cart, self.path) = (cart.clone(), Vec::new());
        let (mut price, mut points) = (0, Points::ZERO);
        for (place, share) in self.best.used.clone() {
            price += self.price(place);
            points = points.plus(self.offer(place)?.points)?;
            self.step(place, share);
        }
        loop {
            self.steps = self.offers.len();
            let next = self.next(points)?;
            let least = next.into_iter().min_by_key(|(place, share)| (self.price(*place) - share.total(), *place));
            let Some((place, share)) = least else { return Ok(()) };
            price += self.price(place);
            points = points.plus(self.offer(place)?.points)?;
            self.step(place, share);
            let before = self.best.cost;
            self.keep_better(price, points)?;
            if self.best.cost >= before {
                return Ok(());
            }
        }
    }

    /// Offers that may follow the path, with what each takes off.
    fn next(&mut self, points: Points) -> Result<Vec<(usize, Share)>> {
        let mut next = Vec::new();
        if self.path.len() >= super::MAX_CODES {
            return Ok(next);
        }
        for place in 0..self.offers.len() {
            if !self.may_follow(place)? || points.plus(self.offer(place)?.points)? > self.scope.spendable {
                continue;
            }
            if self.steps == 0 {
                break;
            }
            self.steps -= 1;
            match stack::judged(&self.offer(place)?.brought, &self.cart, self.scope.programme, self.rules) {
                Ok(share) => next.push((place, share)),
                Err(error) if error.kind() == Kind::Refused => {}
                Err(error) => return Err(error),
            }
        }
        Ok(next)
    }

    /// Whether an offer can be combined with those of the path.
    fn may_follow(&self, place: usize) -> Result<bool> {
        let brought = &self.offer(place)?.brought;
        for (used, _) in &self.path {
            if *used == place || !stack::go_together(&self.offer(*used)?.brought, brought) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn keep_better(&mut self, price: i64, points: Points) -> Result<()> {
        let afterwards = self.scope.afterwards_of(&self.cart)?;
        let cost = Money::stored(self.cart.to_pay() - afterwards.get() + price);
        let best = &self.best;
        if (cost, points, self.path.len()) < (best.cost, best.points, best.used.len()) {
            self.best = Combination { used: self.path.clone(), afterwards, cost, points };
        }
        Ok(())
    }

    /// Whether more offers after the path could make it better than the best so far.
    fn can_win(&self, price: i64, points: Points) -> Result<bool> {
        let afterwards = self.scope.afterwards_of(&self.cart)?;
        let most = self.cart.to_pay() - afterwards.get();
        let least = price + (most - self.most_more(points)?).max(0);
        let best = &self.best;
        Ok((Money::stored(least), points, self.path.len()) < (best.cost, best.points, best.used.len()))
    }

    /// The most by which offers after the path could lower the cost: the rest of the order never grows, and only one
    /// offer of a group is used.
    fn most_more(&self, points: Points) -> Result<i64> {
        let mut sum = 0;
        let mut groups: Vec<(&str, i64)> = Vec::new();
        for place in 0..self.offers.len() {
            let offer = self.offer(place)?;
            let PresentedCode::Coupon { coupon, .. } = &offer.brought else { continue };
            if !self.may_follow(place)? || points.plus(offer.points)? > self.scope.spendable {
                continue;
            }
            let most = discount::most(coupon, &self.cart, self.rules)?;
            let gain = (most - offer.price.get()).max(0);
            let group = coupon.terms.group.as_deref();
            match groups.iter_mut().find(|(name, _)| Some(*name) == group) {
                Some((_, largest)) => *largest = gain.max(*largest),
                None => match group {
                    Some(name) => groups.push((name, gain)),
                    None => sum += gain,
                },
            }
        }
        Ok(sum + groups.iter().map(|(_, gain)| gain).sum::<i64>())
    }

    fn offer(&self, place: usize) -> Result<&Offer<'_>> {
        self.offers.get(place).ok_or_else(|| Error::internal("an offer is missing"))
    }

    fn price(&self, place: usize) -> i64 {
        self.offers.get(place).map_or(0, |offer| offer.price.get())
    }
}
