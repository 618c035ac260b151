//! Campaigns as data: to whom something is said or given, when, how often, and how much it may cost.

use serde::Deserialize;

use super::segments::Criteria;
use crate::domain::condition::DayName;
use crate::domain::notice::NoticeKind;
use crate::value::{Day, Money, Percent, Points};

/// Something that the shop says or gives to members of its own accord.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Stable id: the arms follow from it.
    pub id: String,
    /// Name for staff.
    pub name: Option<String>,
    /// For whom it is.
    pub who: Criteria,
    /// When it runs.
    pub trigger: CampaignTrigger,
    /// How often it chooses a member.
    pub once_per: OncePer,
    /// What it gives; nothing for words alone.
    pub offer: Option<CampaignOffer>,
    /// What it says.
    pub notice: CampaignNotice,
    /// The part of those chosen who get nothing, to compare with.
    pub control: Percent,
    /// Most money that all of it may cost at worst.
    pub budget: Option<Money>,
    /// Most members who get it.
    pub members: Option<i64>,
    /// What ends it for a member.
    pub ends_with: Option<EndsWith>,
    /// Who comes first when not all can speak; then the id decides.
    pub priority: i64,
    /// Its first local day.
    pub starts: Option<Day>,
    /// Its last local day.
    pub ends: Option<Day>,
    /// What it is to its members.
    pub class: CampaignClass,
}

/// What a campaign is to its members.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CampaignClass {
    /// Advertising: it knows a control group, the hold-out and the caps.
    #[default]
    Promotional,
    /// What members were promised: it knows none of these.
    Promised,
    /// Part of the club's service: it offers nothing, and knows none of these.
    Service,
}

/// When a campaign runs, in local time. Minutes count from midnight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CampaignTrigger {
    /// Each day.
    Daily {
        /// Minute of the day.
        at: u32,
        /// How many days late a missed run is made good.
        late_days: i64,
    },
    /// Each week on these days.
    Weekly {
        /// The days.
        days: Vec<DayName>,
        /// Minute of the day.
        at: u32,
        /// How many days late a missed run is made good.
        late_days: i64,
    },
    /// Each day from one to another, both included.
    Dates {
        /// The first.
        from: Day,
        /// The last.
        until: Day,
        /// Minute of the day.
        at: u32,
    },
    /// Each day, for those whose birthday is near.
    Birthday {
        /// So many days before it.
        before_days: i64,
        /// Up to so many days after it.
        late_days: i64,
        /// Minute of the day.
        at: u32,
    },
    /// Once, as soon as it has started.
    Now,
}

/// How often a campaign chooses the same member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OncePer {
    /// Once.
    Campaign,
    /// Once a local day.
    Day,
    /// Once an ISO week.
    Week,
    /// Once a month.
    Month,
    /// Once a year.
    Year,
    /// Once for each birthday.
    Birthday,
    /// Once until the next visit.
    Absence,
    /// Once a year for the next tier.
    Tier,
}

/// What a campaign gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CampaignOffer {
    /// A coupon of the member's own, for one use.
    Coupon {
        /// What it takes off.
        takes_off: TakesOff,
        /// The most that a percentage takes off.
        max_discount: Option<Money>,
        /// The smallest order.
        min_order: Money,
        /// How many days it is good after the one on which it was given.
        days: i64,
    },
    /// Points.
    Points(Points),
}

/// What a campaign's coupon takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakesOff {
    /// A percentage.
    Percent(Percent),
    /// The percentage of the member's tier.
    OfTier,
    /// Money.
    Fixed(Money),
}

/// What a campaign says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignNotice {
    /// The kind of notice.
    pub kind: NoticeKind,
    /// Title and text, for an offer in the shop's own words.
    pub words: Option<[String; 2]>,
}

/// What a member does that makes a campaign pointless.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndsWith {
    /// Buying something.
    Purchase,
    /// Reaching a higher tier.
    Tier,
}

/// How much advertising a member gets, from all campaigns together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the keys of `[advertising]` in the programme file")]
pub struct AdvertisingRules {
    pub holdout: Percent,
    pub per_24_hours: Option<i64>,
    pub per_7_days: Option<i64>,
    pub per_30_days: Option<i64>,
}
