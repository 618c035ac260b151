use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::catalogue::{Missing, Outlook};
use crate::domain::programme::{Metric, Tier};
use crate::domain::tier::{self, Forecast, View};
use crate::ops::{Access, Operation};
use crate::value::{Day, Decimal, Instant, Locale, Moment, Money, UserId};

/// Returns whether a member keeps the tier, until when, and what is missing to keep it.
///
/// It looks ahead to the next review, or to the day on which the tier is lost, applies the rules that will decide then,
/// and assumes that nothing else happens. `text` says the same for the member.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct TierOutlook {
    /// The member.
    pub user_id: UserId,
    /// Language of the text; default the member's.
    #[serde(default)]
    #[new(default)]
    pub locale: Option<Locale>,
}

/// What happens to a member's tier.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TierOutlookReply {
    /// The member.
    pub user_id: i64,
    /// Id of the tier held.
    pub tier: String,
    /// Its name for members.
    pub tier_name: String,
    /// Whether the member keeps it if nothing more happens.
    pub keeps: bool,
    /// Id of the tier after the next review or change; the same when the tier is kept.
    pub tier_after: String,
    /// Its name for members.
    pub tier_after_name: String,
    /// When the tier falls if nothing more happens; null when it is kept.
    pub falls_at: Option<Moment>,
    /// The last local day that counts for the next review; null when no review is ahead.
    pub review_date: Option<Day>,
    /// The last local day of a tier given by hand; null when there is none or it has no end.
    pub given_until: Option<Day>,
    /// Points that are missing to keep the tier, when it is judged by points; otherwise null.
    pub points_needed: Option<i64>,
    /// Money that is missing to keep the tier, in major units. When the tier is judged by points, it is the money that
    /// earns them at the tier's base rate.
    pub amount_needed: Option<Decimal>,
    /// Purchases that are missing to keep the tier. When it is judged by points or money, it is the number of purchases
    /// of the member's usual size.
    pub visits_needed: Option<i64>,
    /// A sentence for the member.
    pub text: String,
}

impl Operation for TierOutlook {
    const NAME: &'static str = "tier_outlook";
    const ACCESS: Access = Access::Read;
    type Reply = TierOutlookReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TierOutlookReply> {
        let mut account = Account::told(cx, self.user_id)?;
        let now = cx.now;
        account.settle_tier(cx, now)?;
        let programme = cx.programme;
        let locale = self.locale.unwrap_or_else(|| cx.locale_of(&account.member));
        let (held_place, held) = tier::held_tier(programme, &account.member.current_tier)?;
        let standing = account.standing(cx)?;
        let joined = account.joined(cx);
        let measure = account.measure_for_review(cx, &standing, cx.now)?;
        let view = View { programme, joined, measure: &measure };
        let mut forecast = view.forecast(&standing, cx.now)?;
        let zone = programme.zone;
        let last_day = |end: Instant| zone.day_of(tier::just_before(end));
        let hand = account.member.tier_state.hand.as_ref().filter(|hand| hand.tier == held.id);
        let given_until = hand.and_then(|hand| hand.until);
        if let Some(hand) = hand {
            let until = hand.until;
            let stands_over = hand.fixed || standing.place < held_place;
            let outlives =
                forecast.place < held_place && forecast.at.is_some_and(|at| until.is_none_or(|end| at < end));
            if stands_over {
                // Whatever reviews do to the earned tier, the tier held does not change before the one given by hand
                // ends.
                forecast = Forecast { place: held_place, at: until, deadline: until, missing: None };
            }
            if stands_over || outlives {
                (forecast.place, forecast.at) = (held_place, until);
                if let Some(end) = until {
                    account.settle_tier(cx, end)?;
                    (forecast.place, _) = tier::held_tier(programme, &account.member.current_tier)?;
                }
            }
        }
        let after = programme.tiers.get(forecast.place).unwrap_or(held);
        let keeps = forecast.place >= held_place;
        let needed = Needed::of(cx, &account, held, forecast.missing);
        Ok(TierOutlookReply {
            user_id: self.user_id.get(),
            tier: held.id.clone(),
            tier_name: held.name.clone(),
            keeps,
            tier_after: after.id.clone(),
            tier_after_name: after.name.clone(),
            falls_at: forecast.at.filter(|_| !keeps).map(|at| cx.moment(at)),
            review_date: forecast.deadline.map(|deadline| zone.day_of(deadline)),
            given_until: given_until.map(last_day),
            text: text(cx, held, &forecast, keeps, needed.exact(cx)).say(locale),
            points_needed: needed.points,
            amount_needed: needed.amount.map(|amount| cx.shown(amount)),
            visits_needed: needed.visits,
        })
    }
}

/// What is missing, in every unit that can be computed.
#[derive(Default)]
struct Needed {
    points: Option<i64>,
    amount: Option<Money>,
    visits: Option<i64>,
    score: Option<i64>,
}

impl Needed {
    fn of(cx: &Cx<'_>, account: &Account, held: &Tier, missing: Option<i64>) -> Self {
        let Some(missing) = missing else { return Self::default() };
        let member = &account.member;
        let by_size = |amount: Money| {
            let usual = (member.total_spent.get()).checked_div(member.total_visits).filter(|usual| *usual > 0)?;
            Some(ceil(i128::from(amount.get()), i128::from(usual)))
        };
        match cx.programme.tier_rules.metric {
            Metric::LifetimePoints | Metric::WindowPoints | Metric::Balance => {
                let earn = &cx.programme.earn;
                let rate = i128::from(earn.points) * i128::from(held.multiplier.get());
                let worth = i128::from(missing) * i128::from(earn.per.get()) * 10_000;
                let amount = (rate > 0).then(|| Money::stored(ceil(worth, rate)));
                Self { points: Some(missing), amount, visits: amount.and_then(by_size), score: None }
            }
            Metric::LifetimeSpend | Metric::WindowSpend => {
                let amount = Money::stored(missing);
                Self { amount: Some(amount), visits: by_size(amount), ..Self::default() }
            }
            Metric::LifetimeVisits | Metric::WindowVisits => Self { visits: Some(missing), ..Self::default() },
            Metric::Score => Self { score: Some(missing), ..Self::default() },
        }
    }

    /// The missing amount in the unit that decides.
    fn exact<'a>(&self, cx: &Cx<'a>) -> Option<Missing<'a>> {
        if let Some(score) = self.score {
            return Some(Missing::Score(Decimal::new(score, 2).shortest()));
        }
        let amount = self.amount.map(|amount| Missing::Amount(cx.shown(amount), cx.programme.currency.code()));
        self.points.map(Missing::Points).or(amount).or(self.visits.map(Missing::Visits))
    }
}

fn ceil(number: i128, by: i128) -> i64 {
    i64::try_from((number + by - 1) / by).unwrap_or(i64::MAX)
}

fn text<'a>(
    cx: &Cx<'_>,
    held: &'a Tier,
    forecast: &Forecast,
    keeps: bool,
    missing: Option<Missing<'a>>,
) -> Outlook<'a> {
    let (tier, today) = (held.name.as_str(), cx.programme.zone.day_of(cx.now));
    let day = |at: Instant| cx.programme.zone.day_of(at);
    match (forecast.deadline, forecast.at, missing) {
        (Some(deadline), _, Some(missing)) if !keeps => Outlook::Keep { tier, missing, until: day(deadline), today },
        (_, Some(at), _) if !keeps => Outlook::Ends { tier, until: day(tier::just_before(at)), today },
        (Some(deadline), ..) => Outlook::Safe { tier, until: day(deadline), today },
        _ => Outlook::Yours { tier },
    }
}
