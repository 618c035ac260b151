use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::pay_with_points::points;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::domain::payment::{PointPayment, Wish};
use crate::ops::{Access, Operation};
use crate::value::{Amount, Decimal, Money, Points, UserId};
use crate::{Kind, Result};

/// Returns how much of a bill a member can pay with points, and what is left; changes nothing.
///
/// The answer is exactly what `pay_with_points` would do, and never more points than the bill is worth.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct QuotePayment {
    /// The member who would pay.
    pub user_id: UserId,
    /// The bill, in major units; without one, the reply gives the value of the points.
    #[serde(default)]
    #[new(default)]
    pub amount: Option<Amount>,
    /// Points to pay with; default as many as can pay for the bill.
    #[serde(default)]
    #[new(default)]
    pub points: Option<i64>,
    /// Whether too many points are reduced to what is allowed instead of refused.
    #[serde(default)]
    #[new(default)]
    pub clamp: bool,
}

/// What points would pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentQuote {
    /// Whether such a payment would be accepted.
    pub allowed: bool,
    /// Points that would be taken; 0 when it is not allowed.
    pub points_used: i64,
    /// What they pay, in major units.
    pub discount: Decimal,
    /// What is left to pay with money; null without a bill.
    pub payable: Option<Decimal>,
    /// Most points that this bill can take, whoever pays.
    pub maximum_points: i64,
    /// Points that the member can spend.
    pub available: i64,
    /// The refusal code when it is not allowed.
    pub because: Option<String>,
    /// What is missing: the details of that refusal.
    pub missing: Option<Map<String, Value>>,
}

impl Operation for QuotePayment {
    const NAME: &'static str = "quote_payment";
    const ACCESS: Access = Access::Read;
    type Reply = PaymentQuote;

    fn run(&self, cx: &mut Cx<'_>) -> Result<PaymentQuote> {
        let bill = self.amount.map(|amount| cx.money("amount", amount)).transpose()?;
        let points = points(self.points)?;
        let mut account = Account::get(cx, self.user_id)?;
        let spendable = account.spendable(cx)?;
        let terms = cx.programme.payment;
        let wish = Wish { bill, points, clamp: self.clamp, spendable };
        let (payment, refusal) = match account.member.may_act().and_then(|()| terms.judge(&wish)) {
            Ok(payment) => (payment, None),
            Err(error) if error.kind() == Kind::Refused => {
                (PointPayment { points: Points::ZERO, discount: Money::ZERO }, Some(error))
            }
            Err(error) => return Err(error),
        };
        let payable = bill.map(|bill| bill.minus(payment.discount)).transpose()?;
        Ok(PaymentQuote {
            allowed: refusal.is_none(),
            points_used: payment.points.get(),
            discount: cx.shown(payment.discount),
            payable: payable.map(|left| cx.shown(left)),
            maximum_points: terms.most(bill).get(),
            available: spendable.get(),
            because: refusal.as_ref().map(|error| error.code().to_owned()),
            missing: refusal.map(|error| error.details().clone()),
        })
    }
}
