use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::order_coupons::{Candidate, CouponRequest};
use crate::booking::owner;
use crate::booking::redemption::{History, standing};
use crate::domain::coupon::Coupon;
use crate::domain::coupon::best::{self, Offer, Scope};
use crate::domain::coupon::cart::CouponBill;
use crate::domain::coupon::choice::{self, Choice};
use crate::domain::coupon::judge::{CouponClaim, Spent};
use crate::domain::coupon::stack::{Policy, PresentedCode};
use crate::domain::member::Member;
use crate::domain::programme::Tier;
use crate::domain::purchase::{self, Item};
use crate::domain::reward::{self, Reward};
use crate::ops::{Access, Operation};
use crate::store::{coupons, rewards};
use crate::value::{Amount, Decimal, Instant, Money, OrderId, Percent, Points, UserId, limit};
use crate::{Error, Kind, Refusal, Result};

/// How many times codes are judged before the search stops.
const STEPS: usize = 10_000;
/// Most coupons of the member that are considered.
const MAX_COUPONS: usize = limit::MAX_PAGE as usize;

/// Finds what a member should use on an order: the allowed combination of coupons, rewards and tier discount with which
/// the member pays least. It considers the member's coupons and the rewards that the member has the points for.
///
/// Nothing is used. Each combination is judged as `use_coupons` would judge it, in the order of the list. For a reward,
/// it judges one coupon of the kind that `redeem_reward` would issue. When combinations cost the same, it chooses the
/// one that uses fewer points. The programme says whether the tier discount combines with coupons
/// (`coupons.tier_discount`).
///
/// `exact` is true when no other combination is better. With up to six coupons and rewards it is always true, and
/// usually with more. With very many, the search stops after codes were judged 10 000 times and returns the best
/// combination that it found. That result is the same on every call, and no single offer can be added to it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct BestOffers {
    /// The member.
    pub user_id: UserId,
    /// Amount of the order before any discount, delivery and tax included, in major units.
    pub amount: Amount,
    /// What would be bought.
    #[serde(default)]
    #[new(default)]
    pub items: Vec<Item>,
    /// The part of the amount that is for the delivery.
    #[serde(default)]
    #[new(default)]
    pub delivery: Amount,
    /// The tax inside the amount; default the sum of the tax of the lines.
    #[serde(default)]
    #[new(default)]
    pub tax: Option<Amount>,
    /// The order, if it already has a number; it must not belong to another member. Coupons that this order granted for
    /// the next one are left out.
    #[serde(default)]
    #[new(default)]
    pub order_id: Option<OrderId>,
}

/// What to use on an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BestOffersReply {
    /// What is taken off the order.
    pub discount: Decimal,
    /// What is left to pay of the order.
    pub amount_left: Decimal,
    /// Money to be paid for the rewards in addition.
    pub money_due: Decimal,
    /// What the member pays in total: `amount_left` plus `money_due`.
    pub to_pay: Decimal,
    /// Points that the rewards cost.
    pub points_used: i64,
    /// Whether no other combination is better; `false` when the search could not try all.
    pub exact: bool,
    /// What to use, in this order.
    pub offers: Vec<UsedOffer>,
    /// What not to use, and why.
    pub left_out: Vec<LeftOffer>,
}

/// What an offer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    /// A coupon of the member.
    Coupon,
    /// A reward to be redeemed.
    Reward,
    /// The discount of the tier.
    Tier,
}

/// Something to use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsedOffer {
    /// What it is.
    pub kind: OfferKind,
    /// The code of the coupon, in groups for reading.
    pub code: Option<String>,
    /// The reward.
    pub reward_id: Option<i64>,
    /// Id of the tier.
    pub tier: Option<String>,
    /// Name of the reward or of the tier.
    pub name: Option<String>,
    /// What it takes off.
    pub discount: Decimal,
    /// Points that it costs.
    pub points: i64,
    /// Money to be paid for it in addition.
    pub price: Decimal,
}

/// Something not to use.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LeftOffer {
    /// What it is.
    pub kind: OfferKind,
    /// The code of the coupon, in groups for reading.
    pub code: Option<String>,
    /// The reward.
    pub reward_id: Option<i64>,
    /// Id of the tier.
    pub tier: Option<String>,
    /// Name of the reward or of the tier.
    pub name: Option<String>,
    /// What it would take off alone; null when it cannot be used.
    pub alone: Option<Decimal>,
    /// The refusal code that excludes it, alone or after the offers that are used; `no_gain` when it would only add
    /// cost or replace something better.
    pub because: String,
    /// What is missing: the details of that refusal.
    pub missing: Map<String, Value>,
}

impl Operation for BestOffers {
    const NAME: &'static str = "best_offers";
    const ACCESS: Access = Access::Read;
    type Reply = BestOffersReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<BestOffersReply> {
        purchase::check(&self.items)?;
        let amount = cx.bill("amount", self.amount, &self.items)?;
        let delivery = cx.money("delivery", self.delivery)?;
        let tax = self.tax.map(|tax| cx.signed_money("tax", tax)).transpose()?;
        let bill = CouponBill { amount, items: &self.items, delivery, tax };
        let at = cx.at;
        let mut account = Account::get(cx, self.user_id)?;
        if let Some(order_id) = &self.order_id {
            owner::check(cx, order_id, account.member.user_id)?;
        }
        let spendable = account.spendable(cx)?;
        let mut sources = self.coupons(cx, &account.member, at)?;
        // There may be more coupons than were read.
        let is_all = sources.len() < MAX_COUPONS;
        let refused = rewards_for(cx, &mut account, (spendable, at), &mut sources)?;
        let offers: Vec<_> =
            sources.iter().map(|source| source.offer(&account.member, (at, self.order_id.as_ref()))).collect();
        let programme = cx.programme;
        let tier = tier_of(cx, &account.member)?;
        let scope = Scope { programme, spendable, afterwards: Percent::ZERO, steps: STEPS };
        let chosen = choice::choose(&bill, &offers, tier.discount, scope)?;
        let mut reply = said(cx, &chosen, &sources, tier, amount)?;
        reply.exact &= is_all;
        for (place, source) in sources.iter().enumerate() {
            if chosen.combination.used.iter().all(|(used, _)| *used != place) {
                let (alone, refusal) = best::why_not(place, &chosen.cart, &offers, &chosen.combination, chosen.scope)?;
                let kept_out = || (chosen.apart && chosen.tier > Money::ZERO).then(not_stackable);
                reply.left_out.push(source.left(cx, alone, refusal.or_else(kept_out).as_ref()));
            }
        }
        reply.left_out.extend(refused);
        Ok(reply)
    }
}

impl BestOffers {
    /// The member's coupons that have not ended, are not used up and are switched on.
    fn coupons(&self, cx: &mut Cx<'_>, member: &Member, at: Instant) -> Result<Vec<Source>> {
        let user_id = Some(member.user_id);
        let till = CouponRequest {
            codes: Vec::new(),
            pieces: 1,
            amount: self.amount,
            items: &self.items,
            delivery: self.delivery,
            tax: self.tax,
            user_id,
            order_id: None,
            policy: Policy::Partial,
            actor: None,
            at,
        };
        let mut sources = Vec::new();
        for coupon in coupons::of_user(cx.store()?, member.user_id, Some(at), 0, limit::MAX_PAGE)? {
            sources.push(Source::Coupon(Box::new(till.look(cx, coupon, user_id)?)));
        }
        Ok(sources)
    }
}

/// Adds the coupons of the rewards that the member can get now. Returns the rewards that the member cannot get.
fn rewards_for(
    cx: &mut Cx<'_>,
    account: &mut Account,
    (spendable, at): (Points, Instant),
    sources: &mut Vec<Source>,
) -> Result<Vec<LeftOffer>> {
    let history = History::read(cx, account)?;
    let mut refused = Vec::new();
    for reward in rewards::all(cx.store()?)?.into_iter().filter(|reward| reward.active) {
        let reward = standing(cx, reward)?;
        let uses = history.of(reward.id);
        let claim = reward::Claim {
            blocked: account.member.blocked,
            tier: &account.member.current_tier,
            quantity: 1,
            uses,
            spendable,
            at,
        };
        match reward::check(&reward, &claim, cx.programme) {
            Ok(()) => {
                let coupon = reward.issued(account.member.user_id, None, 1, at, cx.programme);
                sources.push(Source::Reward(Box::new(reward), Box::new(coupon)));
            }
            Err(error) if error.kind() == Kind::Refused => refused.push(left_reward(&reward).because(Some(&error))),
            Err(error) => return Err(error),
        }
    }
    Ok(refused)
}

fn tier_of<'a>(cx: &Cx<'a>, member: &Member) -> Result<&'a Tier> {
    let tier = cx.programme.tier(&member.current_tier).map(|(_, tier)| tier);
    tier.map_or_else(|| cx.programme.first_tier(), Ok)
}

/// Where an offer comes from.
enum Source {
    Coupon(Box<Candidate>),
    Reward(Box<Reward>, Box<Coupon>),
}

impl Source {
    fn offer<'a>(&'a self, member: &'a Member, (at, order_id): (Instant, Option<&'a OrderId>)) -> Offer<'a> {
        let user_id = Some(member.user_id);
        match self {
            Self::Coupon(found) => {
                let brought = found.brought(user_id, Some(member), (at, order_id));
                Offer { brought, points: Points::ZERO, price: Money::ZERO }
            }
            Self::Reward(reward, coupon) => {
                let claim = CouponClaim {
                    user_id,
                    member: Some(member),
                    at,
                    uses: 0,
                    uses_by_user: 0,
                    pieces: 1,
                    order_id,
                    held: 0,
                    in_segment: true,
                };
                Offer {
                    brought: PresentedCode::Coupon { coupon, claim, spent: Spent::default() },
                    points: reward.points_cost,
                    price: reward.price,
                }
            }
        }
    }

    fn used(&self, cx: &Cx<'_>, discount: Money) -> UsedOffer {
        let discount = cx.shown(discount);
        match self {
            Self::Coupon(found) => {
                let code = Some(found.coupon.shown_code());
                UsedOffer { code, discount, ..used(cx, OfferKind::Coupon) }
            }
            Self::Reward(reward, _) => UsedOffer {
                reward_id: Some(reward.id.get()),
                name: Some(reward.name.clone()),
                points: reward.points_cost.get(),
                price: cx.shown(reward.price),
                discount,
                ..used(cx, OfferKind::Reward)
            },
        }
    }

    fn left(&self, cx: &Cx<'_>, alone: Option<Money>, refusal: Option<&Error>) -> LeftOffer {
        let left = match self {
            Self::Coupon(found) => LeftOffer { code: Some(found.coupon.shown_code()), ..left(OfferKind::Coupon) },
            Self::Reward(reward, _) => left_reward(reward),
        };
        LeftOffer { alone: alone.map(|alone| cx.shown(alone)), ..left.because(refusal) }
    }
}

/// The choice in the form of the reply.
fn said(cx: &Cx<'_>, chosen: &Choice<'_>, sources: &[Source], tier: &Tier, amount: Money) -> Result<BestOffersReply> {
    let combination = &chosen.combination;
    let parts = combination.used.iter().filter_map(|(place, share)| Some((sources.get(*place)?, share.total())));
    let off: i64 = parts.clone().map(|(_, off)| off).sum();
    let discount = chosen.tier.plus(Money::stored(off))?;
    let amount_left = amount.minus(discount)?;
    let mut reply = BestOffersReply {
        discount: cx.shown(discount),
        amount_left: cx.shown(amount_left),
        money_due: cx.shown(combination.cost.minus(amount_left)?),
        to_pay: cx.shown(combination.cost),
        points_used: combination.points.get(),
        exact: chosen.exact,
        offers: parts.map(|(source, off)| source.used(cx, Money::stored(off))).collect(),
        left_out: Vec::new(),
    };
    let (name, id) = (Some(tier.name.clone()), Some(tier.id.clone()));
    if chosen.tier > Money::ZERO {
        let discount = cx.shown(chosen.tier);
        let place = if combination.afterwards > Money::ZERO { reply.offers.len() } else { 0 };
        reply.offers.insert(place, UsedOffer { tier: id, name, discount, ..used(cx, OfferKind::Tier) });
    } else if tier.discount > Percent::ZERO {
        let kept_out = (chosen.apart && !combination.used.is_empty()).then(not_stackable);
        let alone = Some(cx.shown(chosen.tier_alone));
        let left = left(OfferKind::Tier).because(kept_out.as_ref());
        reply.left_out.push(LeftOffer { tier: id, name, alone, ..left });
    }
    Ok(reply)
}

fn not_stackable() -> Error {
    Error::refused(Refusal::NotStackable)
}

fn used(cx: &Cx<'_>, kind: OfferKind) -> UsedOffer {
    let nothing = cx.shown(Money::ZERO);
    UsedOffer {
        kind,
        code: None,
        reward_id: None,
        tier: None,
        name: None,
        discount: nothing,
        points: 0,
        price: nothing,
    }
}

fn left(kind: OfferKind) -> LeftOffer {
    LeftOffer {
        kind,
        code: None,
        reward_id: None,
        tier: None,
        name: None,
        alone: None,
        because: String::new(),
        missing: Map::new(),
    }
}

fn left_reward(reward: &Reward) -> LeftOffer {
    LeftOffer { reward_id: Some(reward.id.get()), name: Some(reward.name.clone()), ..left(OfferKind::Reward) }
}

impl LeftOffer {
    fn because(self, refusal: Option<&Error>) -> Self {
        let because = refusal.map_or("no_gain", Error::code).to_owned();
        let missing = refusal.map(|error| error.details().clone()).unwrap_or_default();
        Self { because, missing, ..self }
    }
}
