//! What is known of one member, as far as it was read.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::attribute::Attributes;
use crate::domain::programme::{Figure, Programme};
use crate::domain::tier::VisitDay;
use crate::value::{Day, Locale, Sku};

/// Something about a member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Known<T> {
    /// It was not read.
    #[default]
    Unread,
    /// The member has none.
    Missing,
    /// It is this.
    Is(T),
}

impl<T> Known<T> {
    /// What was read.
    pub fn of(read: Option<T>) -> Self {
        read.map_or(Self::Missing, Self::Is)
    }

    /// What becomes of it.
    pub fn map<U>(&self, then: impl FnOnce(&T) -> U) -> Known<U> {
        match self {
            Self::Unread => Known::Unread,
            Self::Missing => Known::Missing,
            Self::Is(value) => Known::Is(then(value)),
        }
    }

    /// Whether it holds: what is missing does not, and of what was not read nobody knows.
    pub fn meets(&self, condition: impl FnOnce(&T) -> bool) -> Option<bool> {
        match self {
            Self::Unread => None,
            Self::Missing => Some(false),
            Self::Is(value) => Some(condition(value)),
        }
    }
}

/// What is known of a member. Each part is read only when a condition needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemberFacts {
    /// Id of the tier held.
    pub tier: Known<String>,
    /// Points that can be spent now.
    pub points: Known<i64>,
    /// Points earned ever.
    pub lifetime_points: Known<i64>,
    /// What is missing to the next tier.
    pub points_to_next_tier: Known<i64>,
    /// The score, in hundredths.
    pub score: Known<i64>,
    /// Purchases ever.
    pub visits: Known<i64>,
    /// Money spent ever, in minor units.
    pub spent: Known<i64>,
    /// Local days with purchases, as far back as a condition looks.
    pub days: Known<Vec<VisitDay>>,
    /// Local day of the last purchase.
    pub last_visit: Known<Day>,
    /// Local day of joining.
    pub joined: Known<Day>,
    /// Birthday.
    pub birth_date: Known<Day>,
    /// Units bought, by article.
    pub bought: Known<BTreeMap<Sku, i64>>,
    /// Referrals that led to a purchase.
    pub referrals: Known<i64>,
    /// Coupons of the member's own that can be used.
    pub coupons_open: Known<i64>,
    /// Points that end within so many local days, for each number of days that is asked for.
    pub ending: Known<BTreeMap<i64, i64>>,
    /// Stamps that are missing, by card of the programme.
    pub stamps_left: Known<BTreeMap<String, i64>>,
    /// Language of texts to the member.
    pub locale: Known<Locale>,
    /// Kinds of messages that the member agreed to.
    pub consents: Known<BTreeSet<String>>,
    /// Attributes.
    pub attributes: Known<Attributes>,
}

impl MemberFacts {
    /// What would be known of a user who joins on a day.
    #[must_use]
    pub fn newcomer(programme: &Programme, today: Day) -> Self {
        let tier = programme.tiers.first().map(|tier| tier.id.clone());
        let stamps = programme.stamp_cards.iter().map(|card| (card.id.clone(), card.stamps));
        Self {
            tier: Known::of(tier),
            points: Known::Is(0),
            lifetime_points: Known::Is(0),
            points_to_next_tier: Known::of(programme.tiers.get(1).map(|next| next.threshold)),
            score: Known::Is(0),
            visits: Known::Is(0),
            spent: Known::Is(0),
            days: Known::Is(Vec::new()),
            last_visit: Known::Missing,
            joined: Known::Is(today),
            birth_date: Known::Missing,
            bought: Known::Is(BTreeMap::new()),
            referrals: Known::Is(0),
            coupons_open: Known::Is(0),
            ending: Known::Is(BTreeMap::new()),
            stamps_left: Known::Is(stamps.collect()),
            locale: Known::Is(programme.locale),
            consents: Known::Is(BTreeSet::new()),
            attributes: Known::Is(Attributes::new()),
        }
    }

    /// A number of the member on a local day.
    #[must_use]
    pub fn figure(&self, figure: &Figure, programme: &Programme, today: Day) -> Known<i64> {
        // What is recorded late may lie before what came earlier.
        let since = |day: &Day| today.days_since(*day).max(0);
        match figure {
            Figure::Points => self.points.clone(),
            Figure::LifetimePoints => self.lifetime_points.clone(),
            Figure::PointsToNextTier => self.points_to_next_tier.clone(),
            Figure::Score => self.score.clone(),
            Figure::Visits(None) => self.visits.clone(),
            Figure::Visits(Some(days)) => self.in_window(*days, today, |day| day.visits),
            Figure::Spent(None) => self.spent.clone(),
            Figure::Spent(Some(days)) => self.in_window(*days, today, |day| day.spent.get()),
            Figure::DaysSinceVisit => self.last_visit.map(since),
            Figure::DaysSinceJoining => self.joined.map(since),
            Figure::BirthdayInDays => {
                self.birth_date.map(|born| today.days_to_anniversary(*born, programme.earn.leap_day))
            }
            Figure::Bought(skus) => self.bought.map(|bought| {
                skus.iter().filter_map(|sku| bought.get(sku)).fold(0, |sum: i64, units| sum.saturating_add(*units))
            }),
            Figure::Referrals => self.referrals.clone(),
            Figure::CouponsOpen => self.coupons_open.clone(),
            Figure::PointsEnding(days) => self.ending.map(|ending| ending.get(days).copied().unwrap_or(0)),
            Figure::StampsLeft(card) => match self.stamps_left.map(|left| left.get(card).copied()) {
                Known::Is(left) => Known::of(left),
                Known::Missing => Known::Missing,
                Known::Unread => Known::Unread,
            },
        }
    }

    fn in_window(&self, days: i64, today: Day, of: impl Fn(&VisitDay) -> i64) -> Known<i64> {
        let (first, last) = (today.plus_days(1 - days).number(), today.number());
        self.days.map(|all| {
            let inside = all.iter().filter(|one| (first..=last).contains(&one.day));
            inside.fold(0, |sum: i64, one| sum.saturating_add(of(one)))
        })
    }
}
