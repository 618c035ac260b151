//! What a programme gives away: the value of the points for an amount of money, compared with a margin.

use crate::domain::fraction::Fraction;
use crate::domain::lint::finding::{Finding, Margin, Severity};
use crate::domain::programme::{Accrual, Effect, Programme, Rule, Stacking, Tier};
use crate::value::{Money, Rate};

pub(super) fn check(programme: &Programme, margin: Margin, findings: &mut Vec<Finding>) {
    let Some(tier) = programme.tiers.iter().max_by_key(|tier| tier.multiplier) else { return };
    let base = base_share(programme, margin, tier);
    let shown = percent_of(margin);
    if base.is_some_and(|share| above(share, margin)) {
        let message = format!("tier `{}` gets {} back, above {shown}", tier.id, text(base));
        findings.push(Finding::new(Severity::Warning, None, "over_margin", message));
    }
    let mut stacked = base;
    for rule in programme.rules_for(None) {
        match &rule.effect {
            Effect::Add(points) | Effect::PerUnit(points) => {
                let Some(minimum) = rule.when.minimum_amount.filter(|minimum| *minimum > Money::ZERO) else {
                    let message =
                        "it gives points even for the smallest purchase: no limit in proportion to the money".into();
                    findings.push(Finding::new(Severity::Notice, Some(&rule.id), "unbounded", message));
                    continue;
                };
                let added = worth(points.get(), minimum, margin);
                note(rule, base.zip(added).and_then(|(base, added)| base.plus(added)), margin, findings);
            }
            Effect::PerAmount(accrual) => {
                let joined = base.zip(accrued(accrual, tier, margin)).and_then(|(base, more)| base.plus(more));
                stacked = stacked.zip(accrued(accrual, tier, margin)).and_then(|(sum, more)| sum.plus(more));
                note(rule, joined, margin, findings);
            }
            Effect::Multiply(_) | Effect::MultiplyLabels(_) => {
                let factor = factor(&rule.effect);
                note(rule, base.and_then(|base| base.times(factor)), margin, findings);
            }
        }
    }
    if programme.stacking == Stacking::All {
        together(programme, stacked, margin, findings);
    }
}

/// All multipliers at once: more than any purchase can get, and never less.
fn together(programme: &Programme, stacked: Option<Fraction>, margin: Margin, findings: &mut Vec<Finding>) {
    let factors = programme.rules_for(None).map(|rule| factor(&rule.effect));
    let share = factors.fold(stacked, |share, factor| share.and_then(|share| share.times(factor)));
    let alone = findings.iter().any(|finding| finding.code == "over_margin");
    if !alone && share.is_none_or(|share| above(share, margin)) {
        let message = format!("with all multipliers, {} is given back, above {}", text(share), percent_of(margin));
        findings.push(Finding::new(Severity::Warning, None, "over_margin_together", message));
    }
}

fn note(rule: &Rule, share: Option<Fraction>, margin: Margin, findings: &mut Vec<Finding>) {
    if share.is_none_or(|share| above(share, margin)) {
        let message = format!("with it {} of the money is given back, above {}", text(share), percent_of(margin));
        findings.push(Finding::new(Severity::Warning, Some(&rule.id), "over_margin", message));
    }
}

/// The largest factor of a rule that is not below 1.
fn factor(effect: &Effect) -> Fraction {
    let rate = match effect {
        Effect::Multiply(rate) => *rate,
        Effect::MultiplyLabels(factors) => factors.iter().map(|(_, rate)| *rate).max().unwrap_or(Rate::ONE),
        _ => Rate::ONE,
    };
    fraction(rate.max(Rate::ONE))
}

fn fraction(rate: Rate) -> Fraction {
    Fraction { over: i128::from(rate.get()), under: i128::from(Rate::ONE.get()) }.lowest()
}

fn base_share(programme: &Programme, margin: Margin, tier: &Tier) -> Option<Fraction> {
    let earn = &programme.earn;
    accrued(&Accrual { points: earn.points, per: earn.per, whole_groups: earn.whole_groups }, tier, margin)
}

fn accrued(accrual: &Accrual, tier: &Tier, margin: Margin) -> Option<Fraction> {
    worth(accrual.points, accrual.per, margin)?.times(fraction(tier.multiplier))
}

/// The share of an amount that this many points are worth.
fn worth(points: i64, amount: Money, margin: Margin) -> Option<Fraction> {
    let (minor, for_points) = margin.point_value.ratio();
    let over = i128::from(points).checked_mul(i128::from(minor))?;
    Some(Fraction { over, under: i128::from(amount.get()).checked_mul(i128::from(for_points))? }.lowest())
}

fn above(share: Fraction, margin: Margin) -> bool {
    let left = share.over.checked_mul(10_000);
    let right = share.under.checked_mul(i128::from(margin.percent.get()));
    left.zip(right).is_none_or(|(left, right)| left > right)
}

fn percent_of(margin: Margin) -> String {
    hundredths(i128::from(margin.percent.get()))
}

/// A share as a percentage, rounded up: a share above a margin never looks equal to it.
fn text(share: Option<Fraction>) -> String {
    let units = share.and_then(|share| share.over.checked_mul(10_000).map(|over| (over, share.under)));
    units.map_or_else(|| "more than can be computed".to_owned(), |(over, under)| hundredths((over + under - 1) / under))
}

fn hundredths(units: i128) -> String {
    format!("{}.{:02} %", units / 100, units % 100)
}
