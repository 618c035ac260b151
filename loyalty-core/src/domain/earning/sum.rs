//! The sum of what a purchase earns: accruals by amount, multiplied line by line, rounded at the declared place.

use crate::domain::basis::{BasisLine, Parts};
use crate::domain::fraction::{Fraction, common_divisor};
use crate::domain::programme::{Accrual, Effect, Lines, Programme, RoundingPlace, Rule};
use crate::domain::rule::{self, Purchase};
use crate::value::{Points, Rate};
use crate::{Error, Result};

/// What has been collected so far.
#[derive(Clone)]
pub(super) struct Sum<'a> {
    programme: &'a Programme,
    purchase: Purchase<'a>,
    parts: &'a Parts<'a>,
    /// The tier's factor on everything that money earns.
    pub(super) tier: Rate,
    accruals: Vec<(Accrual, &'a Lines)>,
    /// The factor of each line, over the common denominator `under`.
    factors: Vec<i128>,
    under: i128,
    /// The part of the amount that one minor unit of a share stands for.
    scale: Fraction,
    added: Points,
}

/// Names no line, which means all of them.
const ALL: &Lines = &Lines { skus: Vec::new(), categories: Vec::new(), labels: Vec::new() };

fn overflow() -> Error {
    Error::invalid("amount", "the points are out of range")
}

impl<'a> Sum<'a> {
    /// Starts with the programme's base.
    pub(super) fn of_base(programme: &'a Programme, parts: &'a Parts<'a>, purchase: &Purchase<'a>) -> Self {
        let earn = &programme.earn;
        let base = Accrual { points: earn.points, per: earn.per, whole_groups: earn.whole_groups };
        let mut sum = Self::of_nothing(programme, parts, purchase);
        sum.accruals.push((base, ALL));
        sum
    }

    /// Starts with nothing; rules add to it.
    pub(super) fn of_nothing(programme: &'a Programme, parts: &'a Parts<'a>, purchase: &Purchase<'a>) -> Self {
        let scale = if parts.amount == parts.whole {
            Fraction::ONE
        } else {
            Fraction { over: parts.amount, under: parts.whole }.lowest()
        };
        Self {
            programme,
            purchase: *purchase,
            parts,
            tier: Rate::ONE,
            accruals: Vec::new(),
            factors: vec![1; parts.lines.len()],
            under: 1,
            scale,
            added: Points::ZERO,
        }
    }

    /// The points of everything collected.
    pub(super) fn points(&self) -> Result<Points> {
        let rounded = match self.programme.earn.rounding_place {
            RoundingPlace::Order => {
                let mut sum = Fraction::ZERO;
                for accrual in &self.accruals {
                    sum = sum.plus(self.accrued(accrual, &self.parts.lines)?).ok_or_else(overflow)?;
                }
                self.rounded(sum)?
            }
            RoundingPlace::Rule => self.accruals.iter().try_fold(0_i64, |sum, accrual| {
                let part = self.rounded(self.accrued(accrual, &self.parts.lines)?)?;
                sum.checked_add(part).ok_or_else(overflow)
            })?,
            RoundingPlace::Line => self.by_line()?,
        };
        Points::named("amount", rounded)?.plus(self.added)
    }

    fn by_line(&self) -> Result<i64> {
        let mut sum = 0_i64;
        for accrual in &self.accruals {
            let mut of_accrual = 0_i64;
            for (place, line) in self.parts.lines.iter().enumerate() {
                let part = self.accrued_from(accrual, std::iter::once((place, line)))?;
                let size = self.rounded(Fraction { over: part.over.saturating_abs(), under: part.under })?;
                of_accrual = of_accrual.checked_add(if part.over < 0 { -size } else { size }).ok_or_else(overflow)?;
            }
            sum = sum.checked_add(of_accrual.max(0)).ok_or_else(overflow)?;
        }
        Ok(sum)
    }

    /// A separate discount may exceed the lines that earn: then nothing is earned.
    fn rounded(&self, sum: Fraction) -> Result<i64> {
        self.programme.rounding.divide(sum.over.max(0), sum.under)
    }

    fn accrued(&self, accrual: &(Accrual, &Lines), lines: &[BasisLine<'_>]) -> Result<Fraction> {
        self.accrued_from(accrual, lines.iter().enumerate())
    }

    fn accrued_from<'l>(
        &self,
        (accrual, named): &(Accrual, &Lines),
        lines: impl Iterator<Item = (usize, &'l BasisLine<'l>)>,
    ) -> Result<Fraction> {
        let (mut shares, mut weighed) = (0_i128, 0_i128);
        for (place, line) in lines.filter(|(_, line)| line.is_named_by(named)) {
            let factor = self.factors.get(place).copied().unwrap_or(self.under);
            shares = shares.checked_add(line.share).ok_or_else(overflow)?;
            weighed = line.share.checked_mul(factor).and_then(|part| weighed.checked_add(part)).ok_or_else(overflow)?;
        }
        if weighed == 0 || (accrual.whole_groups && shares <= 0) {
            return Ok(Fraction::ZERO);
        }
        let per = i128::from(accrual.per.get());
        let (over, under) = if accrual.whole_groups {
            let groups = shares.checked_mul(self.scale.over).ok_or_else(overflow)? / (self.scale.under * per);
            (groups, shares)
        } else {
            (self.scale.over, self.scale.under * per)
        };
        let product =
            |factors: &[i128]| factors.iter().copied().try_fold(1_i128, i128::checked_mul).ok_or_else(overflow);
        Ok(Fraction {
            over: product(&[weighed, over, i128::from(accrual.points), i128::from(self.tier.get())])?,
            under: product(&[self.under, under, i128::from(Rate::ONE.get())])?,
        })
    }

    /// Applies a rule, and returns the points that it changed.
    pub(super) fn take(&mut self, rule: &'a Rule) -> Result<Points> {
        let lines = &rule.when.lines;
        match &rule.effect {
            Effect::Add(points) => return self.add(*points),
            Effect::PerUnit(points) => {
                let units = rule::units(&rule.when, self.purchase.bill.items);
                return self.add(Points::named("items", points.get().saturating_mul(units))?);
            }
            _ => {}
        }
        let before = self.points()?;
        match &rule.effect {
            Effect::Multiply(rate) => {
                let factor = fraction(*rate);
                self.multiply(|line| Some(if line.is_named_by(lines) { factor } else { Fraction::ONE }))?;
            }
            Effect::MultiplyLabels(factors) => self.multiply(|line| {
                let Some(item) = line.item.filter(|_| line.is_named_by(lines)) else { return Some(Fraction::ONE) };
                let mut own = factors.iter().filter(|(label, _)| item.has_label(label));
                own.try_fold(Fraction::ONE, |product, (_, rate)| product.times(fraction(*rate)))
            })?,
            Effect::PerAmount(accrual) => self.accruals.push((*accrual, lines)),
            Effect::Add(_) | Effect::PerUnit(_) => {}
        }
        self.points()?.minus(before)
    }

    fn add(&mut self, points: Points) -> Result<Points> {
        self.added = self.added.plus(points)?;
        Ok(points)
    }

    /// Converts the factors of all lines to a new common denominator.
    fn multiply(&mut self, factor_of: impl Fn(&BasisLine<'_>) -> Option<Fraction>) -> Result<()> {
        let fractions: Option<Vec<Fraction>> = self.parts.lines.iter().map(factor_of).collect();
        let fractions = fractions.ok_or_else(overflow)?;
        let mut common = 1_i128;
        for fraction in &fractions {
            let missing = fraction.under / common_divisor(common, fraction.under);
            common = common.checked_mul(missing).ok_or_else(overflow)?;
        }
        for (factor, fraction) in self.factors.iter_mut().zip(&fractions) {
            let times = fraction.over.checked_mul(common / fraction.under);
            *factor = times.and_then(|times| factor.checked_mul(times)).ok_or_else(overflow)?;
        }
        self.under = self.under.checked_mul(common).ok_or_else(overflow)?;
        Ok(())
    }
}

fn fraction(rate: Rate) -> Fraction {
    Fraction { over: i128::from(rate.get()), under: i128::from(Rate::ONE.get()) }.lowest()
}
