use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::order::GivenSettlement;
use crate::booking::rate;
use crate::domain::earning::{Missed, Reason};
use crate::domain::member::Member;
use crate::domain::purchase::{self, Bill, Item};
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::{Amount, Instant, Shop, UserId};
use crate::{Error, Result};

/// Returns what a purchase would earn; books nothing.
///
/// The answer is exactly what `earn_points` would give at this moment, by the same rules.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuotePoints {
    /// The user who would pay.
    pub user_id: UserId,
    /// Amount, in major units of the programme's currency. It may be below zero when the lines show that more was
    /// returned than bought: then nothing is earned. It may be left out when `points` is given, and is then 0.
    #[serde(default)]
    #[schemars(extend("by_place" = true))]
    pub amount: Option<Amount>,
    /// What would be bought.
    #[serde(default)]
    pub items: Vec<Item>,
    /// When; default now.
    #[serde(default)]
    pub at: Option<Instant>,
    /// Shop or till where it would be paid.
    #[serde(default)]
    pub shop: Option<Shop>,
    /// Tax inside the amount; default the sum of the tax of the items.
    #[serde(default)]
    pub tax: Option<Amount>,
    /// Part of the amount that would be paid with points.
    #[serde(default)]
    pub points_paid: Option<Amount>,
    /// Part of the amount that would be paid with gift cards.
    #[serde(default)]
    pub gift_card_paid: Option<Amount>,
    /// Points of the purchase, when the host has calculated them: the reply says what the programme's caps leave of
    /// them.
    #[serde(default)]
    pub points: Option<i64>,
}

impl QuotePoints {
    /// A purchase with only the user and the amount.
    #[must_use]
    pub const fn new(user_id: UserId, amount: Amount) -> Self {
        Self {
            user_id,
            amount: Some(amount),
            items: Vec::new(),
            at: None,
            shop: None,
            tax: None,
            points_paid: None,
            gift_card_paid: None,
            points: None,
        }
    }
}

/// What a purchase would earn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Quote {
    /// Points.
    pub points: i64,
    /// The parts of the points.
    pub because: Vec<Reason>,
    /// Rules that would not apply, and what would be missing.
    pub missed: Vec<Missed>,
}

impl Operation for QuotePoints {
    const NAME: &'static str = "quote_points";
    const ACCESS: Access = Access::Read;
    type Reply = Quote;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Quote> {
        purchase::check(&self.items)?;
        purchase::total(&self.items, cx.programme.currency)?;
        let given = GivenSettlement {
            shop: self.shop.as_ref(),
            tax: self.tax,
            points_paid: self.points_paid,
            gift_card_paid: self.gift_card_paid,
            points: self.points,
        };
        let (amount, settlement) = given.of_bill(cx, self.amount, &self.items)?;
        let bill = Bill { amount, items: &self.items, settlement: &settlement };
        bill.check()?;
        let member = members::find(cx.store()?, self.user_id)?;
        if member.is_none() && !cx.programme.earn.enroll_on_first_earn {
            return Err(Error::not_found("user_id", self.user_id));
        }
        member.as_ref().map_or(Ok(()), Member::may_act)?;
        let at = self.at.unwrap_or(cx.at);
        let mut account = match member {
            // Points that ended make room below a cap, so they are booked first.
            Some(member) if cx.programme.earn.max_balance.is_some() => Some(Account::booked(cx, member)?.looked_at()),
            member => member.map(|member| Account::as_stored(cx, member)),
        };
        if let Some(account) = &mut account {
            account.go_back(cx, at)?;
            account.settle_tier(cx, at)?;
        }
        let (earned, _) = rate::earned(cx, account.as_mut(), bill, at)?;
        Ok(Quote { points: earned.points.get(), because: earned.because, missed: earned.missed })
    }
}
