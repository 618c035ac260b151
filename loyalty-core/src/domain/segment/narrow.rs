//! Bounds that every member of a segment meets, by which a query leaves out most of the others.

use crate::domain::condition::Between;
use crate::domain::programme::{Criteria, Criterion, Figure, Programme};
use crate::value::{Day, Instant};

/// Necessary bounds on columns of the member's row; those who meet them are still judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Narrow {
    /// Points that can be spent.
    pub points: Between,
    /// Points earned ever.
    pub lifetime_points: Between,
    /// Purchases ever.
    pub visits: Between,
    /// Money spent ever, in minor units.
    pub spent: Between,
    /// Referrals that led to a purchase.
    pub referrals: Between,
    /// The last purchase.
    pub last_visit: VisitSpan,
    /// When the member joined: from the first moment on, and before the second.
    pub joined: (Instant, Instant),
}

/// From when and before when the last purchase was, and whether there may be none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VisitSpan {
    /// From then on.
    pub from: Instant,
    /// Before then.
    pub before: Instant,
    /// Whether a member who never bought meets it.
    pub or_never: bool,
}

/// Before every moment; only what stands in for a purchase that there never was lies before it.
const FIRST: Instant = Instant::stored(i64::MIN + 1);

/// No purchase lies between the first moment and this one.
const NEARLY_FIRST: Instant = Instant::stored(i64::MIN + 2);

impl Narrow {
    /// Leaves nobody out.
    pub const NOTHING: Self = {
        let any = Between { at_least: None, at_most: None };
        Self {
            points: any,
            lifetime_points: any,
            visits: any,
            spent: any,
            referrals: any,
            last_visit: VisitSpan { from: FIRST, before: Instant::NEVER, or_never: true },
            joined: (FIRST, Instant::NEVER),
        }
    };

    /// What all who meet the conditions on a local day have in common.
    #[must_use]
    pub fn of(criteria: &Criteria, programme: &Programme, today: Day) -> Self {
        let mut narrow = Self::NOTHING;
        for criterion in &criteria.0 {
            match criterion {
                Criterion::Figure(figure, between) => narrow.add(figure, *between, programme, today),
                Criterion::NeverVisited(true) => narrow.last_visit.before = NEARLY_FIRST,
                Criterion::NeverVisited(false) => narrow.last_visit.or_never = false,
                _ => {}
            }
        }
        narrow
    }

    fn add(&mut self, figure: &Figure, between: Between, programme: &Programme, today: Day) {
        let column = match figure {
            Figure::Points => &mut self.points,
            Figure::LifetimePoints => &mut self.lifetime_points,
            Figure::Visits(None) => &mut self.visits,
            Figure::Spent(None) => &mut self.spent,
            Figure::Referrals => &mut self.referrals,
            Figure::DaysSinceVisit => {
                let (from, before) = span(between, programme, today);
                let last = &mut self.last_visit;
                (last.from, last.before) = (last.from.max(from), last.before.min(before));
                last.or_never = false;
                return;
            }
            Figure::DaysSinceJoining => {
                let (from, before) = span(between, programme, today);
                self.joined = (self.joined.0.max(from), self.joined.1.min(before));
                return;
            }
            _ => return,
        };
        *column = column.and(between);
    }
}

/// The moments that lie so many local days back. Those behind today count as today.
fn span(between: Between, programme: &Programme, today: Day) -> (Instant, Instant) {
    let zone = programme.zone;
    let from = between.at_most.map_or(FIRST, |most| zone.start_of(today.plus_days(-most)));
    let before = between.at_least.filter(|least| *least > 0);
    (from, before.map_or(Instant::NEVER, |least| zone.end_of(today.plus_days(-least))))
}
