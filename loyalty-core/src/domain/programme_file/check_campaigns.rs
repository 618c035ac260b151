//! The campaigns of a programme: as they are written, and checked.

use serde::Deserialize;

use crate::domain::condition::DayName;
use crate::domain::coupon::terms::minutes;
use crate::domain::notice::NoticeKind;
use crate::domain::programme::{
    AdvertisingRules, Campaign, CampaignClass, CampaignNotice, CampaignOffer, CampaignTrigger, Criteria, EndsWith,
    MemberSegment, OncePer, TakesOff,
};
use crate::domain::programme_file::check_segments::{Conditions, Names, criteria};
use crate::domain::programme_file::field::{key, money, points};
use crate::value::{Day, Decimal, Money, Percent, Points, limit};
use crate::{Error, Result};

/// Most campaigns of a programme.
const MAX_CAMPAIGNS: usize = 100;
/// Most days around a birthday, so that two of them are far apart.
const MAX_BIRTHDAY_DAYS: i64 = 30;
/// Most days that a missed run may be late.
const MAX_LATE_DAYS: i64 = 6;
/// Most days for which a coupon is good.
const MAX_COUPON_DAYS: i64 = 366;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub id: String,
    pub name: Option<String>,
    pub segment: Option<String>,
    pub when: Option<Conditions>,
    pub trigger: TriggerSource,
    pub once_per: OncePer,
    pub offer: Option<OfferSource>,
    pub message: MessageKind,
    pub title: Option<String>,
    pub text: Option<String>,
    #[serde(default)]
    pub control: Percent,
    pub budget: Option<BudgetSource>,
    pub limit: Option<LimitSource>,
    pub ends_with: Option<EndsWith>,
    #[serde(default)]
    pub priority: i64,
    pub starts: Option<Day>,
    pub ends: Option<Day>,
    #[serde(default)]
    pub promised: bool,
    #[serde(default)]
    pub class: ClassSource,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TriggerSource {
    pub daily: Option<String>,
    pub weekly: Option<Vec<DayName>>,
    pub dates: Option<DatesSource>,
    pub birthday: Option<BirthdaySource>,
    pub at: Option<String>,
    pub late_days: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatesSource {
    pub from: Day,
    pub until: Day,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BirthdaySource {
    #[serde(default)]
    pub before_days: i64,
    #[serde(default)]
    pub late_days: i64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OfferSource {
    pub coupon: Option<CouponSource>,
    pub points: Option<i64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CouponSource {
    pub percent: Option<PercentSource>,
    pub fixed: Option<Decimal>,
    pub max_discount: Option<Decimal>,
    pub min_order: Option<Decimal>,
    pub days: i64,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum PercentSource {
    Given(Percent),
    Of(String),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MessageKind {
    Birthday,
    WeMissYou,
    CloseToNextTier,
    PersonalOffer,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BudgetSource {
    pub money: Decimal,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LimitSource {
    pub members: i64,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ClassSource {
    #[default]
    Promotional,
    Service,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AdvertisingSource {
    pub holdout: Percent,
    pub caps: CapsSource,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CapsSource {
    pub per_24_hours: Option<i64>,
    pub per_7_days: Option<i64>,
    pub per_30_days: Option<i64>,
}

/// What campaigns may name.
pub(crate) struct Known<'a> {
    pub(crate) segments: &'a [MemberSegment],
    pub(crate) names: Names<'a>,
    pub(crate) has_point_value: bool,
}

pub(crate) fn advertising(source: &AdvertisingSource) -> Result<AdvertisingRules> {
    let cap = |name: &str, cap: Option<i64>| {
        cap.map(|cap| limit::within(&key(&format!("advertising.caps.{name}")), cap, 1, 1_000)).transpose()
    };
    Ok(AdvertisingRules {
        holdout: source.holdout,
        per_24_hours: cap("per_24_hours", source.caps.per_24_hours)?,
        per_7_days: cap("per_7_days", source.caps.per_7_days)?,
        per_30_days: cap("per_30_days", source.caps.per_30_days)?,
    })
}

pub(crate) fn campaigns(campaigns: Vec<Source>, known: &Known<'_>) -> Result<Vec<Campaign>> {
    if campaigns.len() > MAX_CAMPAIGNS {
        let expected = format!("must have at most {MAX_CAMPAIGNS} campaigns, got `{}`", campaigns.len());
        return Err(Error::invalid(&key("campaigns"), expected));
    }
    let mut checked: Vec<Campaign> = Vec::with_capacity(campaigns.len());
    for (index, source) in campaigns.into_iter().enumerate() {
        let campaign = Check { index, known }.campaign(source)?;
        if checked.iter().any(|other| other.id == campaign.id) {
            let expected = format!("must be unique, got `{}` again", campaign.id);
            return Err(Error::invalid(&key(&format!("campaigns[{index}].id")), expected));
        }
        checked.push(campaign);
    }
    // Who comes first is chosen first.
    checked.sort_by(|one, other| other.priority.cmp(&one.priority).then_with(|| one.id.cmp(&other.id)));
    Ok(checked)
}

/// Checks one campaign.
struct Check<'a> {
    index: usize,
    known: &'a Known<'a>,
}

impl Check<'_> {
    fn name(&self, name: &str) -> String {
        format!("campaigns[{}].{name}", self.index)
    }

    fn error(&self, name: &str, expected: impl std::fmt::Display) -> Error {
        Error::invalid(&key(&self.name(name)), expected)
    }

    fn campaign(&self, source: Source) -> Result<Campaign> {
        let field = |name: &str| key(&self.name(name));
        let trigger = self.trigger(&source.trigger)?;
        let class = self.class(&source)?;
        let budget = source.budget.as_ref();
        let budget = budget.map(|budget| money(&self.name("budget.money"), budget.money, self.known.names.currency));
        let members = source.limit.as_ref();
        let members = members.map(|limit| limit::within(&field("limit.members"), limit.members, 1, limit::MAX_POINTS));
        let campaign = Campaign {
            id: limit::text(&field("id"), &source.id, 40)?,
            name: source.name.map(|name| limit::readable_text(&field("name"), &name, limit::MAX_NAME)).transpose()?,
            who: self.who(source.segment.as_deref(), source.when.as_ref())?,
            once_per: source.once_per,
            offer: source.offer.as_ref().map(|offer| self.offer(offer)).transpose()?,
            notice: self.notice(source.message, source.title, source.text)?,
            control: source.control,
            budget: budget.transpose()?,
            members: members.transpose()?,
            ends_with: source.ends_with,
            priority: limit::within(&field("priority"), source.priority, -1_000, 1_000)?,
            starts: source.starts,
            ends: source.ends,
            trigger,
            class,
        };
        self.whole(&campaign)?;
        Ok(campaign)
    }

    fn class(&self, source: &Source) -> Result<CampaignClass> {
        let class = match (source.promised, source.class) {
            (true, ClassSource::Service) => return Err(self.error("class", "must not be given with `promised`")),
            (true, ClassSource::Promotional) => CampaignClass::Promised,
            (false, ClassSource::Promotional) => return Ok(CampaignClass::Promotional),
            (false, ClassSource::Service) => CampaignClass::Service,
        };
        if source.control > Percent::ZERO {
            return Err(self.error("control", "must be 0 for what is promised and for service"));
        }
        if class == CampaignClass::Service && source.offer.is_some() {
            return Err(self.error("offer", "must not be given for service"));
        }
        Ok(class)
    }

    fn who(&self, segment: Option<&str>, when: Option<&Conditions>) -> Result<Criteria> {
        match (segment, when) {
            (Some(_), Some(_)) => Err(self.error("segment", "must not be given with `when`")),
            (None, None) => Ok(Criteria::default()),
            (None, Some(when)) => criteria(&key(&self.name("when")), when, self.known.names),
            (Some(id), None) => {
                let found = self.known.segments.iter().find(|segment| segment.id == id);
                let unknown = || format!("must be the id of a segment, got `{}`", limit::beginning(id));
                found.map(|segment| segment.when.clone()).ok_or_else(|| self.error("segment", unknown()))
            }
        }
    }

    fn trigger(&self, source: &TriggerSource) -> Result<CampaignTrigger> {
        let late = |usual: i64| {
            let late = source.late_days.unwrap_or(usual);
            limit::within(&key(&self.name("trigger.late_days")), late, 0, MAX_LATE_DAYS)
        };
        let at = || source.at.as_deref().map_or(Ok(0), |at| self.minute("trigger.at", at));
        let trigger = match source {
            TriggerSource { daily: Some(at), weekly: None, dates: None, birthday: None, at: None, .. } => {
                return Ok(CampaignTrigger::Daily { at: self.minute("trigger.daily", at)?, late_days: late(1)? });
            }
            TriggerSource { daily: None, weekly: Some(days), dates: None, birthday: None, .. } => {
                if days.is_empty() {
                    return Err(self.error("trigger.weekly", "must have at least one day"));
                }
                return Ok(CampaignTrigger::Weekly { days: days.clone(), at: at()?, late_days: late(1)? });
            }
            TriggerSource { daily: None, weekly: None, dates: Some(dates), birthday: None, .. } => {
                if dates.until < dates.from {
                    return Err(self.error("trigger.dates.until", "must not be before `from`"));
                }
                CampaignTrigger::Dates { from: dates.from, until: dates.until, at: at()? }
            }
            TriggerSource { daily: None, weekly: None, dates: None, birthday: Some(birthday), .. } => {
                let within = |name: &str, days: i64| {
                    let field = key(&self.name(&format!("trigger.birthday.{name}")));
                    limit::within(&field, days, 0, MAX_BIRTHDAY_DAYS)
                };
                let before_days = within("before_days", birthday.before_days)?;
                CampaignTrigger::Birthday {
                    before_days,
                    late_days: within("late_days", birthday.late_days)?,
                    at: at()?,
                }
            }
            TriggerSource { daily: None, weekly: None, dates: None, birthday: None, at: Some(at), .. }
                if at == "now" =>
            {
                CampaignTrigger::Now
            }
            _ => {
                let expected = "must have one of `daily = \"10:00\"`, `weekly = [\"thu\"]`, `dates`, `birthday` and \
                                `at = \"now\"`; `at` with a time goes with all but `daily`";
                return Err(self.error("trigger", expected));
            }
        };
        match source.late_days {
            None => Ok(trigger),
            Some(_) => Err(self.error("trigger.late_days", "has a meaning for `daily` and `weekly` alone")),
        }
    }

    fn minute(&self, name: &str, text: &str) -> Result<u32> {
        let wrong = || format!("must be a local time like `08:30`, got `{}`", limit::beginning(text));
        minutes(text).ok_or_else(|| self.error(name, wrong()))
    }

    fn offer(&self, source: &OfferSource) -> Result<CampaignOffer> {
        match (&source.coupon, source.points) {
            (Some(coupon), None) => self.coupon(coupon),
            (None, Some(given)) => {
                let given = points(&self.name("offer.points"), given)?;
                if given == Points::ZERO {
                    return Err(self.error("offer.points", "must be above zero"));
                }
                Ok(CampaignOffer::Points(given))
            }
            _ => Err(self.error("offer", "must have either `coupon` or `points`")),
        }
    }

    fn coupon(&self, source: &CouponSource) -> Result<CampaignOffer> {
        let currency = self.known.names.currency;
        let above_zero = |name: &str, amount: Decimal| {
            let amount = money(&self.name(&format!("offer.coupon.{name}")), amount, currency)?;
            let zero = || self.error(&format!("offer.coupon.{name}"), "must be above zero");
            if amount == Money::ZERO { Err(zero()) } else { Ok(amount) }
        };
        let takes_off = match (&source.percent, source.fixed) {
            (Some(PercentSource::Given(percent)), None) if *percent > Percent::ZERO => TakesOff::Percent(*percent),
            (Some(PercentSource::Of(word)), None) if word == "tier" => TakesOff::OfTier,
            (Some(_), None) => {
                return Err(self.error("offer.coupon.percent", "must be above 0 and at most 100, or `tier`"));
            }
            (None, Some(amount)) => TakesOff::Fixed(above_zero("fixed", amount)?),
            _ => return Err(self.error("offer.coupon", "must have either `percent` or `fixed`")),
        };
        if matches!(takes_off, TakesOff::Fixed(_)) && source.max_discount.is_some() {
            return Err(self.error("offer.coupon.max_discount", "has a meaning for `percent` alone"));
        }
        Ok(CampaignOffer::Coupon {
            takes_off,
            max_discount: source.max_discount.map(|most| above_zero("max_discount", most)).transpose()?,
            min_order: source.min_order.map_or(Ok(Money::ZERO), |least| above_zero("min_order", least))?,
            days: limit::within(&key(&self.name("offer.coupon.days")), source.days, 0, MAX_COUPON_DAYS)?,
        })
    }

    fn notice(&self, kind: MessageKind, title: Option<String>, text: Option<String>) -> Result<CampaignNotice> {
        let kind = match kind {
            MessageKind::Birthday => NoticeKind::Birthday,
            MessageKind::WeMissYou => NoticeKind::WeMissYou,
            MessageKind::CloseToNextTier => NoticeKind::CloseToNextTier,
            MessageKind::PersonalOffer => NoticeKind::PersonalOffer,
        };
        let words = match (kind, title, text) {
            (NoticeKind::PersonalOffer, Some(title), Some(text)) => Some([("title", title), ("text", text)]),
            (NoticeKind::PersonalOffer, None, _) => return Err(self.error("title", "is required for `personal_offer`")),
            (NoticeKind::PersonalOffer, _, None) => return Err(self.error("text", "is required for `personal_offer`")),
            (_, None, None) => None,
            (_, Some(_), _) => return Err(self.error("title", "goes with `personal_offer` alone; see `notices.texts`")),
            (_, None, Some(_)) => {
                return Err(self.error("text", "goes with `personal_offer` alone; see `notices.texts`"));
            }
        };
        let checked =
            |(name, text): (&str, String)| limit::readable_text(&key(&self.name(name)), &text, limit::MAX_DESCRIPTION);
        let words = words.map(|[title, text]| Ok([checked(title)?, checked(text)?])).transpose()?;
        Ok(CampaignNotice { kind, words })
    }

    /// What must fit together.
    fn whole(&self, campaign: &Campaign) -> Result<()> {
        let is_birthday = matches!(campaign.trigger, CampaignTrigger::Birthday { .. });
        if campaign.once_per == OncePer::Birthday && !is_birthday {
            return Err(self.error("once_per", "may be `birthday` only with the trigger `birthday`"));
        }
        if campaign.control == Percent::FULL {
            return Err(self.error("control", "must leave somebody to be spoken to, got `100`"));
        }
        if let (Some(starts), Some(ends)) = (campaign.starts, campaign.ends)
            && ends < starts
        {
            return Err(self.error("ends", "must not be before `starts`"));
        }
        if campaign.budget.is_none() {
            return Ok(());
        }
        match &campaign.offer {
            None => Err(self.error("budget", "has no meaning without an offer")),
            Some(CampaignOffer::Coupon { takes_off: TakesOff::Fixed(_), .. }) => Ok(()),
            Some(CampaignOffer::Coupon { max_discount: None, .. }) => {
                Err(self.error("offer.coupon.max_discount", "is required under a budget: nothing else bounds the cost"))
            }
            Some(CampaignOffer::Points(_)) if !self.known.has_point_value => {
                Err(self.error("budget", "has no meaning for points without `redemption.point_value`"))
            }
            Some(_) => Ok(()),
        }
    }
}
