//! What a purchase earns, and why.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::catalogue::{Locale, Text};
use super::programme::Programme;
use super::purchase::ItemKind;
use super::rule::{self, Effect, Purchase, Rule, Stacking, Unmet};
use crate::value::{Money, Points, Rate};
use crate::{Error, Result};

/// One part of the points of an entry. The parts sum to the entry's points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// What gave them: `base`, `tier`, `cap`, the kind of the entry, or the id of an earning rule.
    pub rule: String,
    /// Points that it gave, or took when below zero.
    pub points: i64,
    /// The reason in the guest's language.
    pub why: String,
}

/// A rule that did not apply, and what was missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Missed {
    /// Id of the earning rule.
    pub rule: String,
    /// What would have made it apply, in the guest's language.
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

/// Points for a purchase by the base, the tier held before and the rules, with the reasons.
///
/// `amount × points ÷ per × tier multiplier × rule multipliers`, rounded once; what rules add comes on top, and caps
/// cut the sum.
///
/// # Errors
/// `invalid` when the points are out of range.
pub fn earn(programme: &Programme, purchase: &Purchase<'_>, locale: Locale) -> Result<Earned> {
    let base = points_for(programme, purchase.amount, Rate::ONE)?;
    let by_tier = points_for(programme, purchase.amount, purchase.tier.multiplier)?;
    let text = Text::EarningBase {
        points: programme.earn.points,
        per: programme.earn.per.to_decimal(programme.currency),
        currency: programme.currency.code(),
    };
    let mut earned = Earned { points: by_tier, because: Vec::with_capacity(2), missed: Vec::new() };
    earned.because.push(Reason { rule: "base".to_owned(), points: base.get(), why: text.say(locale) });
    if purchase.tier.multiplier != Rate::ONE {
        let text = Text::TierMultiplier { tier: &purchase.tier.name, rate: purchase.tier.multiplier };
        let part = by_tier.minus(base)?;
        earned.because.push(Reason { rule: "tier".to_owned(), points: part.get(), why: text.say(locale) });
    }
    if !programme.rules.is_empty() {
        by_rules(programme, purchase, locale, &mut earned)?;
    }
    cap(programme, purchase, locale, &mut earned)?;
    Ok(earned)
}

fn by_rules(programme: &Programme, purchase: &Purchase<'_>, locale: Locale, earned: &mut Earned) -> Result<()> {
    let missed = |rule: &Rule, unmet: &Unmet| Missed { rule: rule.id.clone(), missing: unmet.say(programme, locale) };
    let mut applying = Vec::new();
    let local = rule::Local::of(purchase, programme);
    for rule in &programme.rules {
        match rule::unmet(rule, purchase, local) {
            Some(unmet) => earned.missed.push(missed(rule, &unmet)),
            None => applying.push(rule),
        }
    }
    if programme.stacking == Stacking::Best && applying.len() > 1 {
        let best = best(programme, purchase, &applying)?;
        for rule in applying.iter().filter(|rule| rule.id != best.id) {
            earned.missed.push(missed(rule, &Unmet::LessThanAnother(best.name.clone())));
        }
        applying = vec![best];
    }
    let mut used: Vec<&Rule> = Vec::new();
    for rule in applying {
        used.push(rule);
        let with = points_with(programme, purchase, &used)?;
        let part = with.minus(earned.points)?;
        earned.because.push(Reason { rule: rule.id.clone(), points: part.get(), why: rule.name.clone() });
        earned.points = with;
    }
    Ok(())
}

/// The rule that alone gives most; of equal ones the first by id.
fn best<'a>(programme: &Programme, purchase: &Purchase<'_>, applying: &[&'a Rule]) -> Result<&'a Rule> {
    let mut best: Option<(Points, &Rule)> = None;
    for rule in applying {
        let points = points_with(programme, purchase, &[rule])?;
        if best.is_none_or(|(most, _)| points > most) {
            best = Some((points, rule));
        }
    }
    best.map(|(_, rule)| rule).ok_or_else(|| Error::internal("no rule applies"))
}

/// The points with some rules: products of multipliers line by line, one rounding, then what is added.
fn points_with(programme: &Programme, purchase: &Purchase<'_>, rules: &[&Rule]) -> Result<Points> {
    let overflow = || Error::invalid("amount", "the points are out of range");
    let one = i128::from(Rate::ONE.get());
    let (lines, whole) = lines(programme, purchase);
    // Every line is brought to the same denominator: that of each multiplier, reduced, and 10 000 for the tier.
    let multipliers: Vec<_> = rules.iter().filter_map(|rule| Some((*rule, multiplier(rule)?))).collect();
    let mut sum: i128 = 0;
    for line in &lines {
        let mut value = line.share;
        for (rule, (over, under)) in &multipliers {
            let factor = if line.is_named_by(rule) { *over } else { *under };
            value = value.checked_mul(factor).ok_or_else(overflow)?;
        }
        sum = sum.checked_add(value).ok_or_else(overflow)?;
    }
    let mut numerator = sum;
    for factor in [purchase.amount.get(), programme.earn.points, i64::from(purchase.tier.multiplier.get())] {
        numerator = numerator.checked_mul(i128::from(factor)).ok_or_else(overflow)?;
    }
    let mut denominator = i128::from(programme.earn.per.get()) * one * whole;
    for (_, (_, under)) in &multipliers {
        denominator = denominator.checked_mul(*under).ok_or_else(overflow)?;
    }
    let mut points = Points::named("amount", programme.rounding.divide(numerator, denominator)?)?;
    for rule in rules {
        points = points.plus(added(rule, purchase)?)?;
    }
    Ok(points)
}

/// The factor of a rule that multiplies, as a fraction in its lowest terms, so that many of them fit together.
fn multiplier(rule: &Rule) -> Option<(i128, i128)> {
    let Effect::Multiply(rate) = rule.effect else { return None };
    let (over, one) = (i128::from(rate.get()), i128::from(Rate::ONE.get()));
    let (mut divisor, mut rest) = (one, over);
    while rest > 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    Some((over / divisor, one / divisor))
}

/// What a rule adds besides multiplying.
fn added(rule: &Rule, purchase: &Purchase<'_>) -> Result<Points> {
    match rule.effect {
        Effect::Multiply(_) => Ok(Points::ZERO),
        Effect::Add(points) => Ok(points),
        Effect::PerUnit(points) => {
            let named = purchase.items.iter().filter(|item| rule::matches_line(&rule.when, item));
            let units: i64 = named.map(|item| item.quantity).sum();
            Points::named("items", points.get().saturating_mul(units))
        }
    }
}

/// A part of the amount: that of one line, or what no line accounts for.
struct Line<'a> {
    share: i128,
    item: Option<&'a super::purchase::Item>,
}

impl Line<'_> {
    fn is_named_by(&self, rule: &Rule) -> bool {
        match self.item {
            Some(item) => rule::matches_line(&rule.when, item),
            None => !rule.when.names_lines(),
        }
    }
}

/// The shares of the lines in the amount, and what they sum to.
///
/// When the lines cost more than was paid, the discount is spread over them by value; when they cost less, or some
/// have no amount, the rest belongs to no line.
fn lines<'a>(programme: &Programme, purchase: &Purchase<'a>) -> (Vec<Line<'a>>, i128) {
    let exponent = programme.currency.exponent();
    let sold = purchase.items.iter().filter(|item| item.kind == ItemKind::Sale);
    let priced = sold.filter_map(|item| Some((item.amount?.decimal().in_units(exponent)?, item)));
    let mut lines: Vec<Line<'a>> = priced
        .filter(|(minor, _)| *minor > 0)
        .map(|(minor, item)| Line { share: i128::from(minor), item: Some(item) })
        .collect();
    let sum: i128 = lines.iter().map(|line| line.share).sum();
    let amount = i128::from(purchase.amount.get());
    if amount > sum {
        lines.push(Line { share: amount - sum, item: None });
    }
    (lines, sum.max(amount).max(1))
}

fn cap(programme: &Programme, purchase: &Purchase<'_>, locale: Locale, earned: &mut Earned) -> Result<()> {
    for (limit, text) in
        [(programme.earn.max_points_per_order, Text::CapByOrder), (purchase.room_today, Text::CapByDay)]
    {
        if let Some(limit) = limit.filter(|limit| earned.points > *limit) {
            let cut = limit.minus(earned.points)?;
            earned.because.push(Reason { rule: "cap".to_owned(), points: cut.get(), why: text.say(locale) });
            earned.points = limit;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
