use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::points_ahead::last_day;
use crate::domain::attribute::Attributes;
use crate::domain::catalogue::benefit_texts;
use crate::domain::programme::Tier;
use crate::domain::{code, tier};
use crate::ops::{Access, Operation};
use crate::store::visits::{self, ScoreDays, Seen};
use crate::store::{attributes, lots, members, persons};
use crate::value::{Day, Decimal, Instant, Locale, Moment, Percent, Rate, Score, UserId};

/// Points that end within this many days count as ending soon.
const SOON_DAYS: i64 = 30;

/// Shows a member: points, tier, progress, score and habits.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The member.
    pub user_id: UserId,
}

/// A member as pages show them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProfileReply {
    /// The member.
    pub user_id: i64,
    /// Name for greetings.
    pub user_name: Option<String>,
    /// Points that can be spent now.
    pub current_points: i64,
    /// Points earned that cannot be spent yet.
    pub pending_points: i64,
    /// Points set aside for an open bill.
    pub held_points: i64,
    /// Points owed.
    pub debt_points: i64,
    /// Points earned in a lifetime, refunds subtracted.
    pub total_points: i64,
    /// Id of the tier held.
    pub current_tier: String,
    /// Its name.
    pub tier_name: String,
    /// Progress from this tier to the next, 0 to 100 with one decimal; 100 at the top.
    pub progress_percentage: Percent,
    /// Id of the next tier; null at the top.
    pub next_tier: Option<String>,
    /// Its name; null at the top.
    pub next_tier_name: Option<String>,
    /// What is missing to reach the next tier, in the unit of the programme's metric; 0 at the top.
    pub points_to_next_tier: i64,
    /// What the tier gives, in the member's language.
    pub current_benefits: Vec<String>,
    /// What the next tier gives; empty at the top.
    pub next_benefits: Vec<String>,
    /// Discount of the tier, in percent.
    pub discount_percent: Percent,
    /// The tier's factor on earned points.
    pub points_multiplier: Rate,
    /// Score, 0 to 100.
    pub score: Score,
    /// Local day on which the member joined.
    pub join_date: Day,
    /// Last purchase.
    pub last_visit: Option<Moment>,
    /// Number of purchases, without refunded ones.
    pub total_visits: i64,
    /// Money spent, refunds subtracted, in major units.
    pub total_spent: Decimal,
    /// Rewards redeemed, without cancelled ones.
    pub rewards_redeemed: i64,
    /// The five products that the member bought most often.
    pub favorite_products: Vec<String>,
    /// Whether staff have blocked the member: a blocked member earns and spends nothing.
    #[serde(default)]
    pub blocked: bool,
    /// The member's referral code.
    pub referral_code: String,
    /// The user who invited the member.
    pub referred_by: Option<i64>,
    /// Last local day of the points that end next; null when no points end.
    pub points_expiry_date: Option<Day>,
    /// Points that end within the next 30 days.
    pub expiring_points: i64,
    /// ISO 4217 code of the programme's currency.
    pub currency: String,
    /// What the host knows of the member, by name; left out when there is nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

impl ProfileReply {
    /// Reads anew who the member is: that is not kept with an answer.
    pub(super) fn read_person(&mut self, cx: &mut Cx<'_>) -> Result<()> {
        let user_id = UserId::stored(self.user_id);
        self.user_name = persons::name(cx.store()?, user_id)?;
        self.attributes = Some(attributes::all(cx.store()?, user_id)?).filter(|known| !known.is_empty());
        Ok(())
    }
}

impl Operation for Profile {
    const NAME: &'static str = "profile";
    const ACCESS: Access = Access::Read;
    type Reply = ProfileReply;

    fn at_once(&self, cx: &mut Cx<'_>) -> Result<Option<ProfileReply>> {
        let days = ScoreDays::of(cx.programme, cx.now);
        let Some((member, seen)) = members::with_windows(cx.store()?, self.user_id, days)? else {
            return Ok(None);
        };
        if member.merged_into.is_some() {
            return Ok(None);
        }
        cx.without_store(|cx| {
            let mut account = Account::of(cx, member)?;
            show_with(cx, &mut account, Some(seen))
        })
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<ProfileReply> {
        let mut account = Account::get(cx, self.user_id)?;
        show(cx, &mut account)
    }
}

/// The profile of an account as it stands.
pub(super) fn show(cx: &mut Cx<'_>, account: &mut Account) -> Result<ProfileReply> {
    show_with(cx, account, None)
}

/// The same; `known` is what was read together with the member.
fn show_with(cx: &mut Cx<'_>, account: &mut Account, known: Option<Seen>) -> Result<ProfileReply> {
    let programme = cx.programme;
    // No query when there are none. It comes before the one that may be the last.
    let attributes = match account.member.attributes {
        0 => None,
        _ => Some(attributes::of(cx.store()?, &account.member)?),
    };
    let value = account.tier_value(cx)?;
    let progress = tier::progress(programme, &account.member.current_tier, value)?;
    let locale = cx.locale_of(&account.member);
    let (expiry_date, expiring) = ending(cx, account)?;
    let available = account.available(cx)?;
    let pending = account.pending(cx)?;
    let Seen { windows: seen, name: user_name } = match known {
        Some(known) => known,
        None => {
            if !cx.writing {
                // The score needs only what the windows hold, and nothing more when the last visit lies before them.
                cx.store()?.ends_with_next();
            }
            let days = ScoreDays::of(programme, cx.now);
            visits::seen(cx.store()?, account.member.user_id, days)?
        }
    };
    let (_, scored) = account.scored_by(cx, cx.now, seen)?;
    let member = &account.member;
    let benefits = |tier: Option<&Tier>, locale: Locale| tier.map_or_else(Vec::new, |tier| benefit_texts(tier, locale));
    Ok(ProfileReply {
        user_id: member.user_id.get(),
        user_name,
        current_points: available.get(),
        pending_points: pending.get(),
        held_points: member.held.get(),
        debt_points: member.debt.get(),
        total_points: member.total_points.get(),
        current_tier: progress.tier.id.clone(),
        tier_name: progress.tier.name.clone(),
        progress_percentage: progress.percent,
        next_tier: progress.next.map(|next| next.id.clone()),
        next_tier_name: progress.next.map(|next| next.name.clone()),
        points_to_next_tier: progress.needed,
        current_benefits: benefits(Some(progress.tier), locale),
        next_benefits: benefits(progress.next, locale),
        discount_percent: progress.tier.discount,
        points_multiplier: progress.tier.multiplier,
        score: scored.score,
        join_date: programme.zone.day_of(member.join_date),
        last_visit: member.last_visit.map(|last| cx.moment(last)),
        total_visits: member.total_visits,
        total_spent: cx.shown(member.total_spent),
        rewards_redeemed: member.rewards_redeemed,
        favorite_products: crate::store::json(&member.favorite_products)?,
        blocked: member.blocked,
        referral_code: code::grouped(&member.referral_code),
        referred_by: member.referred_by.map(UserId::get),
        points_expiry_date: expiry_date,
        expiring_points: expiring,
        currency: programme.currency.code().to_owned(),
        attributes,
    })
}

/// The last day of the points that end next, and how many end soon.
fn ending(cx: &mut Cx<'_>, account: &Account) -> Result<(Option<Day>, i64)> {
    let now = cx.now;
    let zone = cx.programme.zone;
    let mut first_end = account.member.points_expiry_date;
    if account.is_due(now) {
        // No sweep has run yet: the date in the row belongs to points that have already ended.
        let open = lots::open(cx.store()?, &account.member)?;
        first_end = open.iter().map(|lot| lot.expires_at).find(|end| *end > now).unwrap_or(Instant::NEVER);
    }
    if first_end == Instant::NEVER {
        return Ok((None, 0));
    }
    let horizon = zone.end_of(zone.day_of(now).plus_days(SOON_DAYS));
    let soon =
        if first_end <= horizon { lots::ending_before(cx.store()?, &account.member, now, horizon)?.get() } else { 0 };
    Ok((Some(last_day(cx, first_end)), soon))
}
