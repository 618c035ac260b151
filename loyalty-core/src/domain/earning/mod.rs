//! What a purchase earns, and why.

mod select;
mod sum;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::sum::Sum;
use super::basis;
use super::catalogue::Text;
use super::programme::{CapPolicy, Programme, Tier};
use super::rule::{Local, Purchase, Unmet};
use crate::Result;
use crate::domain::programme::Rule;
use crate::value::{Locale, Money, Points, Rate};

/// One part of the points of an entry. The parts add up to the entry's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// Where they come from: `base`, `tier`, `cap`, `given` for points that the host has calculated, the kind of the
    /// entry, or the id of an earning rule.
    pub rule: String,
    /// Points that it gave; below zero for points that it took.
    pub points: i64,
    /// The reason, in the member's language.
    pub why: String,
}

/// The source of points that the host has calculated, instead of a rule.
pub const GIVEN: &str = "given";

/// A rule that did not apply, and what was missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Missed {
    /// Id of the earning rule.
    pub rule: String,
    /// What would have made it apply, in the member's language.
    pub missing: String,
}

/// What a purchase earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Earned {
    /// The points, rounded once.
    pub points: Points,
    /// The parts of the points.
    pub because: Vec<Reason>,
    /// The rules that did not apply.
    pub missed: Vec<Missed>,
    /// The uses of limited rules, to be counted.
    pub uses: Vec<Use>,
    /// The segments named by rules that the member was in.
    pub segments: Vec<String>,
}

/// A use of a rule that has limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Id of the rule.
    pub rule: String,
    /// Points that it gave.
    pub points: Points,
}

/// Points for an amount: `amount × points ÷ per × multiplier`, rounded once at the end.
///
/// # Errors
/// `invalid` when the points are out of range.
pub fn points_for(programme: &Programme, amount: Money, multiplier: Rate) -> Result<Points> {
    let numerator = i128::from(amount.get()) * i128::from(programme.earn.points) * i128::from(multiplier.get());
    let denominator = i128::from(programme.earn.per.get()) * i128::from(Rate::ONE.get());
    Points::named("amount", programme.rounding.divide(numerator, denominator)?)
}

/// Points for a purchase from the base, the tier held before and the rules, with the reasons.
///
/// `basis × points ÷ per × tier multiplier × rule multipliers`, summed over the base and the rules that accrue by
/// amount, and rounded once at the declared place. Then the points that rules add come on top, and caps cut the sum. A
/// bill below zero earns nothing. Points from the host replace everything but the caps.
///
/// # Errors
/// `invalid` when the points are out of range.
pub fn earn(programme: &Programme, purchase: &Purchase<'_>, locale: Locale) -> Result<Earned> {
    if purchase.bill.settlement.paid_out > 0 {
        return Ok(Earned::new(0));
    }
    if let Some(points) = purchase.bill.settlement.given {
        let mut earned = Earned::new(1);
        earned.give(GIVEN, Points::named("points", points)?, Text::GivenPoints.say(locale))?;
        cap(programme, purchase, locale, &mut earned)?;
        return Ok(earned);
    }
    let parts = basis::parts(programme, &purchase.bill);
    let mut sum = Sum::of_base(programme, &parts, purchase);
    let base = sum.points()?;
    let mut earned = Earned::new(2);
    earned.give("base", base, base_text(programme, locale))?;
    let multiplier = purchase.tier.multiplier;
    if multiplier != Rate::ONE {
        sum.tier = multiplier;
        earned.give("tier", sum.points()?.minus(base)?, tier_text(purchase.tier, locale))?;
    }
    if !programme.rules.is_empty() {
        by_rules(programme, purchase, locale, sum, &mut earned)?;
    }
    cap(programme, purchase, locale, &mut earned)?;
    Ok(earned)
}

/// Why the base gives points.
#[must_use]
pub fn base_text(programme: &Programme, locale: Locale) -> String {
    let text = Text::EarningBase {
        points: programme.earn.points,
        per: programme.earn.per.to_decimal(programme.currency),
        currency: programme.currency.code(),
    };
    text.say(locale)
}

/// Why a tier's rate gives points.
#[must_use]
pub fn tier_text(tier: &Tier, locale: Locale) -> String {
    Text::TierMultiplier { tier: &tier.name, rate: tier.multiplier }.say(locale)
}

/// Points for an event from its rules, with the reasons.
///
/// # Errors
/// `invalid` when the points are out of range.
pub fn for_event(programme: &Programme, event: &Purchase<'_>, locale: Locale) -> Result<Earned> {
    let parts = basis::parts(programme, &event.bill);
    let mut earned = Earned::new(1);
    by_rules(programme, event, locale, Sum::of_nothing(programme, &parts, event), &mut earned)?;
    Ok(earned)
}

impl Earned {
    fn new(parts: usize) -> Self {
        let because = Vec::with_capacity(parts);
        Self { points: Points::ZERO, because, missed: Vec::new(), uses: Vec::new(), segments: Vec::new() }
    }

    /// Cuts points that do not fit below the cap on the balance, given the room that is left.
    ///
    /// # Errors
    /// `invalid` when the points are out of range.
    pub fn fit(&mut self, room: Option<Points>, locale: Locale) -> Result<()> {
        match room.filter(|room| self.points > *room) {
            Some(room) => self.give("cap", room.minus(self.points)?, Text::CapByBalance.say(locale)),
            None => Ok(()),
        }
    }

    fn give(&mut self, rule: &str, points: Points, why: String) -> Result<()> {
        self.points = self.points.plus(points)?;
        self.because.push(Reason { rule: rule.to_owned(), points: points.get(), why });
        Ok(())
    }
}

fn by_rules<'a>(
    programme: &'a Programme,
    purchase: &Purchase<'a>,
    locale: Locale,
    mut sum: Sum<'a>,
    earned: &mut Earned,
) -> Result<()> {
    let missed = |rule: &Rule, unmet: &Unmet| Missed { rule: rule.id.clone(), missing: unmet.say(programme, locale) };
    let mut applying = Vec::new();
    let local = Local::of(purchase, programme);
    for rule in programme.rules_for(purchase.event.map(|(event, _)| event)) {
        match super::rule::unmet(rule, purchase, local) {
            Some(unmet) => earned.missed.push(missed(rule, &unmet)),
            None => applying.push(rule),
        }
    }
    let chosen = select::choose(programme, purchase, &sum, applying)?;
    earned.missed.extend(chosen.left_out.iter().map(|(rule, unmet)| missed(rule, unmet)));
    // Rules that take points come first: a rule that its limit has cut must not lose points as if it had given all.
    let (takes, gives): (Vec<&Rule>, Vec<&Rule>) = chosen.rules.into_iter().partition(|rule| rule.effect.only_takes());
    for rule in takes.into_iter().chain(gives) {
        let part = sum.take(rule)?;
        earned.give(&rule.id, part, rule.name.clone())?;
        let given = select::within_room(programme, purchase, rule, part)?;
        if given < part {
            earned.give("cap", given.minus(part)?, Text::CapByRule { rule: &rule.name }.say(locale))?;
        }
        if rule.limits.need_counting() {
            earned.uses.push(Use { rule: rule.id.clone(), points: given.or_zero() });
        }
    }
    if earned.points < Points::ZERO {
        earned.give("cap", earned.points.negated(), Text::CapByOrder.say(locale))?;
    }
    Ok(())
}

fn cap(programme: &Programme, purchase: &Purchase<'_>, locale: Locale, earned: &mut Earned) -> Result<()> {
    let room = purchase.history.room;
    for (limit, text) in [
        (programme.earn.max_points_per_order, Text::CapByOrder),
        (room.day, Text::CapByDay),
        (room.week, Text::CapByWeek),
        (room.month, Text::CapByMonth),
    ] {
        if let Some(limit) = limit.filter(|limit| earned.points > *limit) {
            let left = if programme.earn.cap == CapPolicy::Cut { limit } else { Points::ZERO };
            earned.give("cap", left.minus(earned.points)?, text.say(locale))?;
        }
    }
    earned.fit(room.balance, locale)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_rules;
