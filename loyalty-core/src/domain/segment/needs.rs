//! Which facts conditions need, so that nothing else is read.

use std::collections::BTreeSet;

use crate::domain::programme::{Criteria, Criterion, Figure};

/// What must be read of a member besides its row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a set of facts, each needed or not")]
pub struct Needs {
    /// The tier, as the clock has moved it.
    pub tier: bool,
    /// Points that can be spent.
    pub points: bool,
    /// What is missing to the next tier.
    pub next_tier: bool,
    /// The score.
    pub score: bool,
    /// How many local days back purchases are looked at; 0 for none.
    pub days: i64,
    /// Birthday and consents.
    pub person: bool,
    /// Articles that were bought.
    pub bought: bool,
    /// Coupons.
    pub coupons: bool,
    /// Within how many local days points end.
    pub ending: BTreeSet<i64>,
    /// Stamps.
    pub stamps: bool,
    /// Attributes.
    pub attributes: bool,
}

impl Needs {
    /// What these conditions need.
    #[must_use]
    pub fn of(criteria: &Criteria) -> Self {
        let mut needs = Self::default();
        needs.add(criteria);
        needs
    }

    /// Adds what further conditions need.
    pub fn add(&mut self, criteria: &Criteria) {
        for criterion in &criteria.0 {
            match criterion {
                Criterion::Figure(figure, _) => self.add_figure(figure),
                Criterion::Tiers(_) => self.tier = true,
                Criterion::Consent(_) => self.person = true,
                Criterion::Attribute(..) => self.attributes = true,
                Criterion::NeverVisited(_) | Criterion::Locale(_) => {}
                Criterion::Any(any) => any.iter().for_each(|inner| self.add(inner)),
                Criterion::Not(inner) => self.add(inner),
            }
        }
    }

    /// Adds what others need: windows are as wide as the wider.
    pub fn join(&mut self, other: &Self) {
        for (own, others) in [
            (&mut self.tier, other.tier),
            (&mut self.points, other.points),
            (&mut self.next_tier, other.next_tier),
            (&mut self.score, other.score),
            (&mut self.person, other.person),
            (&mut self.bought, other.bought),
            (&mut self.coupons, other.coupons),
            (&mut self.stamps, other.stamps),
            (&mut self.attributes, other.attributes),
        ] {
            *own |= others;
        }
        self.days = self.days.max(other.days);
        self.ending.extend(&other.ending);
    }

    fn add_figure(&mut self, figure: &Figure) {
        match figure {
            Figure::Points => self.points = true,
            Figure::PointsToNextTier => self.next_tier = true,
            Figure::Score => self.score = true,
            Figure::Visits(Some(days)) | Figure::Spent(Some(days)) => self.days = self.days.max(*days),
            Figure::BirthdayInDays => self.person = true,
            Figure::Bought(_) => self.bought = true,
            Figure::CouponsOpen => self.coupons = true,
            Figure::PointsEnding(days) => drop(self.ending.insert(*days)),
            Figure::StampsLeft(_) => self.stamps = true,
            // In the row.
            Figure::LifetimePoints
            | Figure::Visits(None)
            | Figure::Spent(None)
            | Figure::DaysSinceVisit
            | Figure::DaysSinceJoining
            | Figure::Referrals => {}
        }
    }
}
