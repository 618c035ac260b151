//! What a member who is chosen gets: reads, and writes nothing, so that a preview plans as a run does.

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::campaign::{Occasion, next_tier, percent_of, worst_cost};
use crate::domain::coupon::Coupon;
use crate::domain::coupon::terms::CouponTerms;
use crate::domain::member::Member;
use crate::domain::notice::{NoticeDraft, NoticeKind};
use crate::domain::programme::{Campaign, CampaignOffer, DiscountType, OncePer, TakesOff};
use crate::domain::segment::{Known, MemberFacts};
use crate::store::chosen::ChosenOutcome;
use crate::store::notices;
use crate::value::{CouponId, Day, Instant, Money, Percent, Points};

/// Longest period of a notice, in characters.
const MAX_PERIOD: usize = 24;

/// What a member gets.
pub(super) struct Plan {
    /// Reached, or left out for a reason.
    pub(super) outcome: ChosenOutcome,
    /// A coupon without its code.
    pub(super) coupon: Option<Coupon>,
    /// Points that fit on the account.
    pub(super) points: Option<Points>,
    /// What both cost at worst; none when nothing bounds it.
    pub(super) cost: Option<Money>,
    /// What is said.
    pub(super) notice: NoticeDraft,
}

/// Plans what a member gets in the period of a choice.
pub(super) fn plan(
    cx: &mut Cx<'_>,
    campaign: &Campaign,
    (member, facts): (&Member, &MemberFacts),
    (period, occasion, at): (&str, Occasion, Instant),
) -> Result<Plan> {
    let programme = cx.programme;
    let mut notice = drafted(cx, campaign, (member, facts), period);
    let mut plan = Plan {
        outcome: ChosenOutcome::Reached,
        coupon: None,
        points: None,
        cost: Some(Money::ZERO),
        notice: notice.clone(),
    };
    match &campaign.offer {
        None => {}
        Some(CampaignOffer::Points(points)) => {
            let room = member.room(programme)?;
            let given = room.map_or(*points, |room| room.min(*points));
            if given <= Points::ZERO {
                plan.outcome = ChosenOutcome::LeftOut("balance_full");
                return Ok(plan);
            }
            plan.points = Some(given);
            plan.cost = worst_cost(programme, &CampaignOffer::Points(given));
        }
        Some(offer) => {
            plan.coupon = coupon(cx, offer, (member, facts), at);
            if let Some(coupon) = &plan.coupon {
                plan.cost = worst_cost(programme, offer);
                notice.data.day = cx.last_day(coupon.valid_until).map(Day::number);
                notice.ends_at = Some(coupon.valid_until);
            }
        }
    }
    if campaign.once_per == OncePer::Tier && campaign.notice.kind == NoticeKind::CloseToNextTier {
        // As the reminder of the same kind: once a year for a tier.
        notice.period = occasion.day.year().to_string();
    }
    let gives = plan.coupon.is_some() || plan.points.is_some();
    if !gives && notices::number(cx.store()?, &notice)?.is_some() {
        plan.outcome = ChosenOutcome::LeftOut("told_before");
    }
    plan.notice = notice;
    Ok(plan)
}

/// The coupon of an offer; none when the tier has no percentage.
fn coupon(cx: &Cx<'_>, offer: &CampaignOffer, (member, facts): (&Member, &MemberFacts), at: Instant) -> Option<Coupon> {
    let CampaignOffer::Coupon { takes_off, max_discount, min_order, days } = *offer else { return None };
    let zone = cx.programme.zone;
    let tier = if let Known::Is(tier) = &facts.tier { tier } else { &member.current_tier };
    let percent = percent_of(cx.programme, takes_off, tier);
    if percent == Some(Percent::ZERO) {
        return None;
    }
    Some(Coupon {
        id: CouponId::stored(1),
        code: String::new(),
        user_id: Some(member.user_id),
        redemption: None,
        batch: None,
        discount_type: if percent.is_some() { DiscountType::Percent } else { DiscountType::Fixed },
        percent: percent.unwrap_or(Percent::ZERO),
        amount: if let TakesOff::Fixed(amount) = takes_off { amount } else { Money::ZERO },
        units: 0,
        max_discount,
        min_order_amount: min_order,
        max_uses: 1,
        used_count: 0,
        held_count: 0,
        valid_from: at,
        valid_until: zone.end_of(zone.day_of(at).plus_days(days)),
        stackable: false,
        active: true,
        terms: CouponTerms::default(),
    })
}

/// What is said. Two of a kind about the same are one: a reminder and a campaign, or two campaigns.
fn drafted(cx: &Cx<'_>, campaign: &Campaign, (member, facts): (&Member, &MemberFacts), period: &str) -> NoticeDraft {
    let kind = campaign.notice.kind;
    let subject = match kind {
        NoticeKind::CloseToNextTier => next_tier(cx.programme, facts).unwrap_or_default(),
        NoticeKind::PersonalOffer => campaign.id.as_str(),
        _ => "",
    };
    let mut notice = NoticeDraft::of(member.user_id, kind, subject);
    notice.period = period.chars().take(MAX_PERIOD).collect();
    if let (NoticeKind::CloseToNextTier, Known::Is(missing)) = (kind, &facts.points_to_next_tier) {
        notice.data.points = Some(*missing);
    }
    if let Some([title, text]) = &campaign.notice.words {
        (notice.data.title, notice.data.text) = (Some(title.clone()), Some(text.clone()));
    }
    notice
}
