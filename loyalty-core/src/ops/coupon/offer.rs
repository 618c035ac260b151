//! What a new coupon offers and asks for: the arguments that `generate_discount_code` and `generate_coupons` share.

use crate::booking::cx::Cx;
use crate::domain::condition::DayName;
use crate::domain::coupon::Coupon;
use crate::domain::coupon::terms::{CouponTerms, Target, TaxBasis, minutes};
use crate::domain::programme::{AmountBasis, DiscountType};
use crate::value::{Amount, CouponId, DayOrMoment, Instant, Money, Percent, Sku, limit};
use crate::{Error, Result};

/// Most articles that a coupon names.
const MAX_PRODUCTS: usize = 200;
/// Most categories, and most labels, that a coupon names.
const MAX_NAMES: usize = 50;

/// Declares an operation that has its own arguments first, then those of an offer.
macro_rules! offer_operation {
    ($(#[$doc:meta])* $name:ident { $($(#[$own_doc:meta])* $own:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            $($(#[$own_doc])* pub $own: $kind,)*
            /// What it takes off.
            pub discount_type: DiscountType,
            /// How much: percent, or money in major units; for free items, how many, default 1.
            #[serde(default)]
            #[new(default)]
            pub discount_value: Option<Amount>,
            /// Highest discount in money, in major units.
            #[serde(default)]
            #[new(default)]
            pub max_discount: Option<Amount>,
            /// Smallest order it can be used for, in major units; an order of exactly this amount is large enough.
            #[serde(default)]
            #[new(default)]
            pub min_order_amount: Amount,
            /// How often it can be used in total.
            #[serde(default = "crate::ops::coupon::offer::one")]
            #[new(value = "crate::ops::coupon::offer::one()")]
            pub max_uses: i64,
            /// How often one user can use it.
            #[serde(default)]
            #[new(default)]
            pub max_uses_per_user: Option<i64>,
            /// From when it is good; a date means from the start of that day. Default now.
            #[serde(default)]
            #[new(default)]
            pub valid_from: Option<DayOrMoment>,
            /// Until when it is good; a date means until the end of that local day. Without one, it has no end.
            #[serde(default)]
            #[new(default)]
            pub valid_until: Option<DayOrMoment>,
            /// Articles that it is for: the order must have one of them, and the discount applies to their lines only.
            #[serde(default)]
            #[new(default)]
            pub products: Vec<Sku>,
            /// Categories that it is for, in the same way.
            #[serde(default)]
            #[new(default)]
            pub categories: Vec<String>,
            /// Labels of lines that it is for, in the same way: a whole label, or the part after its colon.
            #[serde(default)]
            #[new(default)]
            pub labels: Vec<String>,
            /// Whether it can be combined with other coupons. If not, it must be used alone.
            #[serde(default)]
            #[new(default)]
            pub stackable: bool,
            /// Up to 8 letters and digits in front of the code, but no `U`; default the prefix of the programme.
            #[serde(default)]
            #[new(default)]
            pub prefix: Option<String>,
            /// Random symbols of the code. Default the length of the programme, or more when so many codes exist that a
            /// shorter one could be guessed; too short a length is refused.
            #[serde(default)]
            #[new(default)]
            pub length: Option<i64>,
            /// Local days of the week on which it is good.
            #[serde(default)]
            #[new(default)]
            pub weekdays: Vec<DayName>,
            /// Local time of the day from which it is good, like `08:30`.
            #[serde(default)]
            #[new(default)]
            pub hours_from: Option<String>,
            /// Local time of the day until which it is good. If it is earlier than `hours_from`, the coupon is good
            /// past midnight: the night belongs to the weekday on which it began.
            #[serde(default)]
            #[new(default)]
            pub hours_until: Option<String>,
            /// Id of the lowest tier that may use it.
            #[serde(default)]
            #[new(default)]
            pub tier_required: Option<String>,
            /// Id of a segment of the programme: it is for members who are in it when they use it.
            #[serde(default)]
            #[new(default)]
            pub segment: Option<String>,
            /// Whether it is only for a user who has bought nothing yet.
            #[serde(default)]
            #[new(default)]
            pub first_order_only: bool,
            /// The amount that must reach `min_order_amount`: what earlier coupons left, or the initial amount of the
            /// order.
            #[serde(default)]
            #[new(default)]
            pub min_order_basis: AmountBasis,
            /// Whether that amount is compared with or without tax.
            #[serde(default)]
            #[new(default)]
            pub min_order_tax: TaxBasis,
            /// Largest order it can be used for, before any coupon, in major units.
            #[serde(default)]
            #[new(default)]
            pub max_order_amount: Option<Amount>,
            /// What a percentage applies to: the order, or one unit of the cheapest line that it is for.
            #[serde(default)]
            #[new(default)]
            pub target: Target,
            /// How many units must be bought. For free items: how many must be bought for each set of free ones.
            #[serde(default)]
            #[new(default)]
            pub buy_quantity: Option<i64>,
            /// Articles of which `buy_quantity` must be bought; default those that it is for. Articles that may
            /// themselves be free do not count.
            #[serde(default)]
            #[new(default)]
            pub buy_products: Vec<Sku>,
            /// A group of coupons; an order can use only one coupon of a group.
            #[serde(default)]
            #[new(default)]
            pub group: Option<String>,
            /// Most money that one code takes off in total, in major units.
            #[serde(default)]
            #[new(default)]
            pub budget: Option<Amount>,
            /// Most money that one code takes off in a local day, in major units.
            #[serde(default)]
            #[new(default)]
            pub budget_day: Option<Amount>,
            /// Most money that one code takes off in a local month, in major units.
            #[serde(default)]
            #[new(default)]
            pub budget_month: Option<Amount>,
        }

        impl $name {
            fn offer(&self) -> crate::ops::coupon::offer::Offer<'_> {
                crate::ops::coupon::offer::Offer {
                    discount_type: self.discount_type,
                    discount_value: self.discount_value,
                    max_discount: self.max_discount,
                    min_order_amount: self.min_order_amount,
                    max_uses: self.max_uses,
                    max_uses_per_user: self.max_uses_per_user,
                    valid_from: self.valid_from,
                    valid_until: self.valid_until,
                    products: &self.products,
                    categories: &self.categories,
                    labels: &self.labels,
                    stackable: self.stackable,
                    weekdays: &self.weekdays,
                    hours: (self.hours_from.as_deref(), self.hours_until.as_deref()),
                    tier_required: self.tier_required.as_deref(),
                    segment: self.segment.as_deref(),
                    first_order_only: self.first_order_only,
                    min_order_basis: self.min_order_basis,
                    min_order_tax: self.min_order_tax,
                    max_order_amount: self.max_order_amount,
                    target: self.target,
                    buy_quantity: self.buy_quantity,
                    buy_products: &self.buy_products,
                    group: self.group.as_deref(),
                    budgets: (self.budget, self.budget_day, self.budget_month),
                }
            }
        }
    };
}
pub(super) use offer_operation;

/// The arguments of an offer, as they were given.
pub(super) struct Offer<'a> {
    pub(super) discount_type: DiscountType,
    pub(super) discount_value: Option<Amount>,
    pub(super) max_discount: Option<Amount>,
    pub(super) min_order_amount: Amount,
    pub(super) max_uses: i64,
    pub(super) max_uses_per_user: Option<i64>,
    pub(super) valid_from: Option<DayOrMoment>,
    pub(super) valid_until: Option<DayOrMoment>,
    pub(super) products: &'a [Sku],
    pub(super) categories: &'a [String],
    pub(super) labels: &'a [String],
    pub(super) stackable: bool,
    pub(super) weekdays: &'a [DayName],
    pub(super) hours: (Option<&'a str>, Option<&'a str>),
    pub(super) tier_required: Option<&'a str>,
    pub(super) segment: Option<&'a str>,
    pub(super) first_order_only: bool,
    pub(super) min_order_basis: AmountBasis,
    pub(super) min_order_tax: TaxBasis,
    pub(super) max_order_amount: Option<Amount>,
    pub(super) target: Target,
    pub(super) buy_quantity: Option<i64>,
    pub(super) buy_products: &'a [Sku],
    pub(super) group: Option<&'a str>,
    pub(super) budgets: (Option<Amount>, Option<Amount>, Option<Amount>),
}

pub(super) const fn one() -> i64 {
    1
}

impl Offer<'_> {
    /// The coupon that is offered, without its code and its owner.
    pub(super) fn coupon(&self, cx: &Cx<'_>) -> Result<Coupon> {
        let zone = cx.programme.zone;
        let valid_from = self.valid_from.map_or(cx.at, |start| start.as_start(zone));
        let valid_until = self.valid_until.map_or(Instant::NEVER, |end| end.as_end(zone));
        if valid_until <= valid_from {
            return Err(Error::invalid("valid_until", "must lie after `valid_from`"));
        }
        let mut coupon = Coupon {
            id: CouponId::stored(1),
            code: String::new(),
            user_id: None,
            redemption: None,
            batch: None,
            discount_type: self.discount_type,
            percent: Percent::ZERO,
            amount: Money::ZERO,
            units: 0,
            max_discount: above_zero(cx, "max_discount", self.max_discount)?,
            min_order_amount: cx.money("min_order_amount", self.min_order_amount)?,
            max_uses: limit::within("max_uses", self.max_uses, 1, 1_000_000_000)?,
            used_count: 0,
            held_count: 0,
            valid_from,
            valid_until,
            stackable: self.stackable,
            active: true,
            terms: self.terms(cx)?,
        };
        self.set_value(cx, &mut coupon)?;
        Ok(coupon)
    }

    fn set_value(&self, cx: &Cx<'_>, coupon: &mut Coupon) -> Result<()> {
        let required = || Error::invalid("discount_value", "is required for percent and fixed");
        match self.discount_type {
            DiscountType::Percent => {
                let value = self.discount_value.ok_or_else(required)?.decimal();
                let hundredths = value.in_units(2).filter(|hundredths| (1..=10_000).contains(hundredths));
                let wrong = || format!("must be above 0 and at most 100 with at most 2 decimals, got `{value}`");
                coupon.percent =
                    Percent::hundredths(hundredths.ok_or_else(|| Error::invalid("discount_value", wrong()))?);
            }
            DiscountType::Fixed => {
                self.discount_value.ok_or_else(required)?;
                coupon.amount = above_zero(cx, "discount_value", self.discount_value)?.unwrap_or_default();
            }
            DiscountType::FreeItem => {
                let units = self.discount_value.map_or(Some(1), |value| value.decimal().in_units(0));
                coupon.units = limit::within("discount_value", units.unwrap_or(0), 1, limit::MAX_QUANTITY)?;
            }
            DiscountType::FreeDelivery => {}
        }
        Ok(())
    }

    fn terms(&self, cx: &Cx<'_>) -> Result<CouponTerms> {
        if self.target != Target::Order && self.discount_type != DiscountType::Percent {
            return Err(Error::invalid("target", "applies to percent only"));
        }
        let products = products("products", self.products)?;
        let buy_products = self.buy_products(&products)?;
        let uses = self.max_uses_per_user.map(|uses| limit::within("max_uses_per_user", uses, 1, 1_000_000));
        let buy = self.buy_quantity.map(|buy| limit::within("buy_quantity", buy, 1, limit::MAX_QUANTITY));
        let minor = |name: &str, amount| Ok(above_zero(cx, name, amount)?.map(Money::get));
        Ok(CouponTerms {
            max_uses_per_user: uses.transpose()?,
            products,
            categories: names("categories", self.categories)?,
            labels: names("labels", self.labels)?,
            weekdays: self.weekdays.to_vec(),
            hours: self.hours()?,
            tier_required: self.tier(cx)?,
            segment: self.segment(cx)?,
            first_order_only: self.first_order_only,
            min_order_basis: self.min_order_basis,
            min_order_tax: self.min_order_tax,
            max_order_minor: minor("max_order_amount", self.max_order_amount)?,
            target: self.target,
            item_percent: None,
            not_on_order: None,
            printed: None,
            buy_quantity: buy.transpose()?,
            buy_products,
            group: self.group.map(|group| limit::text("group", group, 40)).transpose()?,
            budget: minor("budget", self.budgets.0)?,
            budget_day: minor("budget_day", self.budgets.1)?,
            budget_month: minor("budget_month", self.budgets.2)?,
        })
    }

    fn buy_products(&self, free: &[Sku]) -> Result<Vec<Sku>> {
        let bought = products("buy_products", self.buy_products)?;
        if !bought.is_empty() && self.buy_quantity.is_none() {
            return Err(Error::invalid("buy_quantity", "is required with `buy_products`"));
        }
        let names_lines = !free.is_empty() || !self.categories.is_empty() || !self.labels.is_empty();
        if !bought.is_empty() && self.discount_type == DiscountType::FreeItem && !names_lines {
            return Err(Error::invalid("products", "must name what is free beside `buy_products`"));
        }
        Ok(bought)
    }

    fn hours(&self) -> Result<Option<(u32, u32)>> {
        let time = |field: &str, text: &str| {
            minutes(text).ok_or_else(|| {
                let shown = limit::beginning(text);
                Error::invalid(field, format_args!("must be a local time like `08:30`, got `{shown}`"))
            })
        };
        match self.hours {
            (None, None) => Ok(None),
            (Some(from), Some(until)) if from == until => {
                Err(Error::invalid("hours_until", "must differ from `hours_from`"))
            }
            (Some(from), Some(until)) => Ok(Some((time("hours_from", from)?, time("hours_until", until)?))),
            (Some(_), None) => Err(Error::invalid("hours_until", "is required with `hours_from`")),
            (None, Some(_)) => Err(Error::invalid("hours_from", "is required with `hours_until`")),
        }
    }

    fn segment(&self, cx: &Cx<'_>) -> Result<Option<String>> {
        match self.segment {
            Some(id) if cx.programme.segment(id).is_none() => {
                let shown = limit::beginning(id);
                Err(Error::invalid("segment", format_args!("must be the id of a segment, got `{shown}`")))
            }
            id => Ok(id.map(str::to_owned)),
        }
    }

    fn tier(&self, cx: &Cx<'_>) -> Result<Option<String>> {
        match self.tier_required {
            Some(tier) if cx.programme.tier(tier).is_none() => {
                let shown = limit::beginning(tier);
                Err(Error::invalid("tier_required", format_args!("must be the id of a tier, got `{shown}`")))
            }
            tier => Ok(tier.map(|tier| cx.programme.tier_id(tier).to_owned())),
        }
    }
}

fn products(field: &str, given: &[Sku]) -> Result<Vec<Sku>> {
    if given.len() > MAX_PRODUCTS {
        return Err(Error::invalid(field, format_args!("must have at most {MAX_PRODUCTS} articles")));
    }
    Ok(given.to_vec())
}

fn names(field: &str, given: &[String]) -> Result<Vec<String>> {
    if given.len() > MAX_NAMES {
        return Err(Error::invalid(field, format_args!("must have at most {MAX_NAMES} names")));
    }
    let named = given.iter().enumerate();
    named.map(|(index, name)| limit::text(&format!("{field}[{index}]"), name, limit::MAX_NAME)).collect()
}

fn above_zero(cx: &Cx<'_>, field: &str, amount: Option<Amount>) -> Result<Option<Money>> {
    let amount = amount.map(|amount| cx.money(field, amount)).transpose()?;
    if amount == Some(Money::ZERO) {
        return Err(Error::invalid(field, "must be above zero"));
    }
    Ok(amount)
}
