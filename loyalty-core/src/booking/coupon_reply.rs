//! Coupons and discounts as replies show them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::booking::cx::Cx;
use crate::domain::condition::DayName;
use crate::domain::coupon::Coupon;
use crate::domain::coupon::cart::{Cart, Share};
use crate::domain::coupon::terms::{Target, TaxBasis, clock};
use crate::domain::programme::{AmountBasis, DiscountType};
use crate::value::{BatchId, Day, Decimal, Instant, Moment, Money, UserId};

/// A coupon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CouponReply {
    /// Its id.
    pub id: i64,
    /// The code, in groups for reading.
    pub code: String,
    /// The member who may use it; null for anyone.
    pub user_id: Option<i64>,
    /// What it takes off.
    pub discount_type: DiscountType,
    /// How much: percent, money in major units, or a number of items.
    pub discount_value: Decimal,
    /// Highest discount in money.
    pub max_discount: Option<Decimal>,
    /// Smallest order it can be used for.
    pub min_order_amount: Decimal,
    /// How often it can be used in total.
    pub max_uses: i64,
    /// How often one user can use it; null without a limit.
    #[serde(default)]
    pub max_uses_per_user: Option<i64>,
    /// Uses so far.
    pub used_count: i64,
    /// Uses held for orders that are not paid yet; holds that have ended may still be counted.
    #[serde(default)]
    pub held_count: i64,
    /// From when it is good.
    pub valid_from: Moment,
    /// Until when it is good; null without an end.
    pub valid_until: Option<Moment>,
    /// The last local day on which it is good, if it ends with a whole day: a form sends this back as `valid_until`.
    #[serde(default)]
    pub last_day: Option<Day>,
    /// Articles that it is for; empty for all.
    #[serde(default)]
    pub products: Vec<String>,
    /// Categories that it is for; empty for all.
    #[serde(default)]
    pub categories: Vec<String>,
    /// Labels of lines that it is for; empty for all.
    #[serde(default)]
    pub labels: Vec<String>,
    /// Days of the week on which it is good; empty for all.
    #[serde(default)]
    pub weekdays: Vec<DayName>,
    /// Local time of the day from which it is good; null for all day.
    #[serde(default)]
    pub hours_from: Option<String>,
    /// Local time of the day until which it is good.
    #[serde(default)]
    pub hours_until: Option<String>,
    /// Id of the lowest tier that may use it; null for all.
    #[serde(default)]
    pub tier_required: Option<String>,
    /// Id of the segment whose members may use it; null for all.
    #[serde(default)]
    pub segment: Option<String>,
    /// Whether it is for the first purchase only.
    #[serde(default)]
    pub first_order_only: bool,
    /// The amount that must reach `min_order_amount`.
    #[serde(default)]
    pub min_order_basis: AmountBasis,
    /// Whether that amount is compared with or without tax.
    #[serde(default)]
    pub min_order_tax: TaxBasis,
    /// Largest order it can be used for, before any coupon; null without a limit.
    #[serde(default)]
    pub max_order_amount: Option<Decimal>,
    /// What a percentage applies to.
    #[serde(default)]
    pub target: Target,
    /// For free items: the part of their price that is taken off; null for the whole price.
    #[serde(default)]
    pub item_percent: Option<Decimal>,
    /// How many units must be bought; for free items, for each set of free ones; null when there is no such condition.
    #[serde(default)]
    pub buy_quantity: Option<i64>,
    /// Articles of which they must be bought; empty for those that it is for.
    #[serde(default)]
    pub buy_products: Vec<String>,
    /// The group of coupons of which an order can use only one.
    #[serde(default)]
    pub group: Option<String>,
    /// Most money that it takes off in total.
    #[serde(default)]
    pub budget: Option<Decimal>,
    /// Most money that it takes off in a local day.
    #[serde(default)]
    pub budget_day: Option<Decimal>,
    /// Most money that it takes off in a local month.
    #[serde(default)]
    pub budget_month: Option<Decimal>,
    /// Whether it can be combined with other coupons.
    pub stackable: bool,
    /// Whether it is switched on.
    pub active: bool,
    /// The batch that it was made with.
    #[serde(default)]
    pub batch_id: Option<i64>,
    /// An order on which it cannot be used: the one that granted it.
    #[serde(default)]
    pub not_on_order: Option<String>,
    /// Whether the code was chosen by the shop, so that anyone may know it.
    #[serde(default)]
    pub own_code: bool,
}

/// A coupon in the form of a reply.
pub(crate) fn shown(cx: &Cx<'_>, coupon: Coupon) -> CouponReply {
    let minor = |minor: Option<i64>| minor.map(|minor| cx.shown(Money::stored(minor)));
    let code = coupon.shown_code();
    let terms = coupon.terms;
    CouponReply {
        id: coupon.id.get(),
        code,
        own_code: terms.printed.is_some(),
        user_id: coupon.user_id.map(UserId::get),
        discount_type: coupon.discount_type,
        discount_value: match coupon.discount_type {
            DiscountType::Percent => Decimal::new(coupon.percent.get(), 2).shortest(),
            DiscountType::Fixed => cx.shown(coupon.amount),
            DiscountType::FreeItem => Decimal::new(coupon.units, 0),
            DiscountType::FreeDelivery => Decimal::new(1, 0),
        },
        max_discount: coupon.max_discount.map(|amount| cx.shown(amount)),
        min_order_amount: cx.shown(coupon.min_order_amount),
        max_uses: coupon.max_uses,
        max_uses_per_user: terms.max_uses_per_user,
        used_count: coupon.used_count,
        held_count: coupon.held_count,
        valid_from: cx.moment(coupon.valid_from),
        valid_until: (coupon.valid_until != Instant::NEVER).then(|| cx.moment(coupon.valid_until)),
        last_day: cx.last_day(coupon.valid_until),
        products: terms.products.iter().map(ToString::to_string).collect(),
        categories: terms.categories,
        labels: terms.labels,
        weekdays: terms.weekdays,
        hours_from: terms.hours.map(|(from, _)| clock(from)),
        hours_until: terms.hours.map(|(_, until)| clock(until)),
        segment: terms.segment,
        tier_required: terms.tier_required.map(|tier| cx.programme.tier_id(&tier).to_owned()),
        first_order_only: terms.first_order_only,
        min_order_basis: terms.min_order_basis,
        min_order_tax: terms.min_order_tax,
        max_order_amount: minor(terms.max_order_minor),
        target: terms.target,
        item_percent: terms.item_percent.map(|hundredths| Decimal::new(hundredths, 2).shortest()),
        buy_quantity: terms.buy_quantity,
        buy_products: terms.buy_products.iter().map(ToString::to_string).collect(),
        group: terms.group,
        not_on_order: terms.not_on_order,
        budget: minor(terms.budget),
        budget_day: minor(terms.budget_day),
        budget_month: minor(terms.budget_month),
        stackable: coupon.stackable,
        active: coupon.active,
        batch_id: coupon.batch.map(BatchId::get),
    }
}

/// What is taken off one line of the order. The lines and the delivery add up to the discount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LineDiscount {
    /// Position of the line in `items`, from 0; null for the part of the amount that belongs to no line.
    pub line: Option<usize>,
    /// Article number; null for that part.
    pub sku: Option<String>,
    /// What is taken off it.
    pub discount: Decimal,
}

/// A code that is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AppliedCode {
    /// The code as it was given.
    pub code: String,
    /// What it takes off.
    pub discount: Decimal,
}

/// A code that is not used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RejectedCode {
    /// The code as it was given.
    pub code: String,
    /// The refusal code.
    pub because: String,
    /// What is missing: the details of that refusal.
    pub missing: Map<String, Value>,
}

/// The discounts of several coupons, line by line.
pub(crate) fn lines(cx: &Cx<'_>, cart: &Cart, shares: &[&Share]) -> Vec<LineDiscount> {
    let off = |place: usize| -> i64 { shares.iter().filter_map(|share| share.lines.get(place)).sum() };
    let lines = cart.lines().iter().enumerate().map(|(place, line)| (line, off(place)));
    lines
        .filter(|(_, off)| *off > 0)
        .map(|(line, off)| LineDiscount {
            line: line.place,
            sku: line.sku().map(ToString::to_string),
            discount: cx.shown(Money::stored(off)),
        })
        .collect()
}
