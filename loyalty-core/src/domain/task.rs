//! The regular work of a shop: which steps there are, and for which day, week or month each runs.

use crate::value::Day;

/// A step of the regular work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Task {
    /// Points past their end, and what holds give back.
    Expiry,
    /// Tiers that the clock has changed.
    TierReviews,
    /// What members should know before it is too late.
    Reminders,
    /// What campaigns say and give.
    Campaigns,
    /// What is no longer kept.
    Retention,
}

/// How often a step runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Each local day.
    Daily,
    /// Each ISO week, from Monday.
    Weekly,
    /// Each month.
    Monthly,
}

impl Task {
    /// Every step, in the order in which they run.
    pub const ALL: [Self; 5] = [Self::Expiry, Self::TierReviews, Self::Reminders, Self::Campaigns, Self::Retention];

    /// Its word, which is stored.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Expiry => "expiry",
            Self::TierReviews => "tier_reviews",
            Self::Reminders => "reminders",
            Self::Campaigns => "campaigns",
            Self::Retention => "retention",
        }
    }

    /// How often it runs.
    #[must_use]
    pub const fn rhythm(self) -> Rhythm {
        match self {
            Self::Expiry | Self::TierReviews | Self::Reminders | Self::Campaigns => Rhythm::Daily,
            Self::Retention => Rhythm::Weekly,
        }
    }
}

impl Rhythm {
    /// How many days late a step may be before somebody should look.
    #[must_use]
    pub const fn patience_days(self) -> i64 {
        match self {
            Self::Daily => 2,
            Self::Weekly => 9,
            Self::Monthly => 33,
        }
    }

    /// The period to which a local day belongs: `2026-03-02`, `2026-W10` or `2026-03`. Later periods of one rhythm have
    /// later texts.
    #[must_use]
    pub fn period(self, day: Day) -> String {
        match self {
            Self::Daily => day.to_string(),
            Self::Weekly => day.iso_week(),
            Self::Monthly => day.to_string().chars().take(7).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_local_days_iso_weeks_and_months() {
        let period = |rhythm: Rhythm, day: &str| rhythm.period(Day::parse(day).unwrap());
        assert_eq!(period(Rhythm::Daily, "2026-12-31"), "2026-12-31");
        assert_eq!(period(Rhythm::Weekly, "2026-12-31"), "2026-W53");
        assert_eq!(period(Rhythm::Weekly, "2027-01-03"), "2026-W53");
        assert_eq!(period(Rhythm::Weekly, "2027-01-04"), "2027-W01");
        assert_eq!(period(Rhythm::Monthly, "2026-12-31"), "2026-12");
    }
}
