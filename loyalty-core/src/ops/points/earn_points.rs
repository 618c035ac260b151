use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::booking::enrolment::join;
use crate::booking::entry_details::{Details, Paid};
use crate::booking::evaluation;
use crate::booking::order::{self, Bought, GivenSettlement};
use crate::booking::owner;
use crate::booking::rate;
use crate::booking::recorded_event;
use crate::booking::redemption::redeem_automatically;
use crate::booking::referral::settle_referral;
use crate::booking::request::{digest, same_request};
use crate::booking::stamps::stamp_purchase;
use crate::domain::catalogue::Text;
use crate::domain::earning::Reason;
use crate::domain::ledger::EntryKind;
use crate::domain::purchase::{self, Bill, Item};
use crate::domain::refund::OrderStanding;
use crate::domain::{expiry, tier};
use crate::ops::{Access, Operation};
use crate::store::orders::{self, Order};
use crate::value::{Amount, DayOrMoment, EntryId, Instant, Moment, Money, OrderId, Points, Shop, UserId, limit};
use crate::{Error, Result};

/// Credits points for a paid order.
///
/// The points depend on the tier that the member held before this purchase. A repeat with the same order returns the
/// first receipt and changes nothing; the same order with other arguments is a conflict. An unknown user becomes a
/// member if the programme says so.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EarnPoints {
    /// The user who paid: the host's own id.
    pub user_id: UserId,
    /// Amount paid, in major units of the programme's currency. It may be left out when `points` is given, and is then
    /// 0. It may be below zero when the lines show that more was returned than bought: then nothing is earned, and the
    /// order counts as one of 0.
    #[serde(default)]
    #[schemars(extend("by_place" = true))]
    pub amount: Option<Amount>,
    /// The order that the points are for. It is the idempotency key when no other is given.
    #[serde(default)]
    pub order_id: Option<OrderId>,
    /// When the points can first be spent; default by the programme. A date means the start of that local day.
    #[serde(default)]
    pub available_at: Option<DayOrMoment>,
    /// What was bought. It counts for variety and favourite products, and for rules about products.
    #[serde(default)]
    pub items: Vec<Item>,
    /// Shop or till where it was paid, for rules about shops.
    #[serde(default)]
    pub shop: Option<Shop>,
    /// Tax inside the amount; default the sum of the tax of the items.
    #[serde(default)]
    pub tax: Option<Amount>,
    /// Part of the amount that was paid with points; it earns none unless the programme says so.
    #[serde(default)]
    pub points_paid: Option<Amount>,
    /// Part of the amount that was paid with gift cards; it earns unless the programme says otherwise.
    #[serde(default)]
    pub gift_card_paid: Option<Amount>,
    /// Points of the purchase, 0 or more, when the host has calculated them: then the base rate, tier and rules give
    /// none. They count as earned points, and the programme's caps apply. A refund takes back their share in proportion
    /// to the money.
    #[serde(default)]
    pub points: Option<i64>,
    /// What the member reads in the history; default a text with the order, in the programme's language.
    #[serde(default)]
    pub description: Option<String>,
}

impl EarnPoints {
    /// An earn with only the user and the amount.
    #[must_use]
    pub const fn new(user_id: UserId, amount: Amount) -> Self {
        Self {
            user_id,
            amount: Some(amount),
            order_id: None,
            available_at: None,
            items: Vec::new(),
            shop: None,
            tax: None,
            points_paid: None,
            gift_card_paid: None,
            points: None,
            description: None,
        }
    }

    /// An earn of points that the host has calculated, without an amount.
    #[must_use]
    pub fn given(user_id: UserId, points: i64) -> Self {
        Self { amount: None, points: Some(points), ..Self::new(user_id, Amount::from(0)) }
    }
}

/// The receipt of an earn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Receipt {
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points of this purchase.
    pub points_earned: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Tier before.
    pub tier_before: String,
    /// Tier after.
    pub tier: String,
    /// Whether the tier changed.
    pub tier_changed: bool,
    /// What is missing to reach the next tier, in the unit of the programme's metric; 0 at the top.
    pub points_to_next_tier: i64,
    /// When these points end; null when they never end or when there are none.
    pub expires_at: Option<Moment>,
    /// The parts of the points.
    pub because: Vec<Reason>,
    /// Redemptions that the programme's `[auto_redeem]` made from the points at once.
    #[serde(default)]
    pub redemptions: Vec<i64>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for EarnPoints {
    const NAME: &'static str = "earn_points";
    const ACCESS: Access = Access::Write;
    type Reply = Receipt;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Receipt> {
        self.earn(cx, |cx, account| redeem_automatically(cx, account, self.order_id.as_ref()))
    }
}

/// What was booked for a purchase.
struct Booked {
    entry: EntryId,
    amount: Money,
    points: Points,
    expires_at: Instant,
    visit: i64,
    tier: String,
}

impl EarnPoints {
    /// Books the purchase. `at_once` makes the automatic redemptions before the tier is judged.
    pub(in crate::ops) fn earn(
        &self,
        cx: &mut Cx<'_>,
        at_once: impl FnOnce(&mut Cx<'_>, &mut Account) -> Result<Vec<EntryId>>,
    ) -> Result<Receipt> {
        purchase::check(&self.items)?;
        purchase::total(&self.items, cx.programme.currency)?;
        let described = self.description.as_deref();
        let described = described.map(|text| limit::readable_text("description", text, limit::MAX_DESCRIPTION));
        let description = described.transpose()?;
        let request = match &self.order_id {
            Some(_) if self.amount.is_none() => {
                // When left out, it is 0.
                digest(&Self { amount: Some(Amount::from(0)), ..self.clone() }, cx.given_at)?
            }
            Some(_) => digest(self, cx.given_at)?,
            None => String::new(),
        };
        if let Some(order_id) = &self.order_id
            && let Some(order) = orders::find(cx.store()?, order_id)?
        {
            return replay(cx, &order, &request);
        }
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
        let (mut account, joined) = self.account(cx)?;
        if let Some(order_id) = self.order_id.as_ref().filter(|_| settlement.points_paid > 0) {
            // The payment with points is known; nothing else is looked up for an order that is new here.
            owner::check(cx, order_id, account.member.user_id)?;
        }
        let tier_before = account.member.current_tier.clone();
        let (booked, details) = self.book(cx, &mut account, &bill, description)?;
        if joined {
            recorded_event::enrolled(cx, &mut account)?;
        }
        // In this order: the points of automatic redemptions are gone before the tier is judged.
        let redeemed = at_once(cx, &mut account)?;
        let mut receipt = self.receipt(cx, &mut account, tier_before, &booked, details)?;
        receipt.redemptions = redeemed.into_iter().map(EntryId::get).collect();
        if let Some(order_id) = &self.order_id {
            let mut order = self.order(cx, order_id.clone(), &receipt, &booked, request)?;
            order.settlement = order::kept(&settlement)?;
            orders::insert(cx.store()?, &order)?;
        }
        Ok(receipt)
    }

    /// The member, and whether they joined just now.
    fn account(&self, cx: &mut Cx<'_>) -> Result<(Account, bool)> {
        match Account::find(cx, self.user_id)? {
            Some(account) => account.member.may_act().map(|()| (account, false)),
            None if cx.programme.earn.enroll_on_first_earn => {
                Ok((join(cx, self.user_id, crate::domain::member::Person::default())?, true))
            }
            None => Err(Error::not_found("user_id", self.user_id)),
        }
    }

    fn book(
        &self,
        cx: &mut Cx<'_>,
        account: &mut Account,
        bill: &Bill<'_>,
        description: Option<String>,
    ) -> Result<(Booked, Details)> {
        let programme = cx.programme;
        let locale = cx.locale_of(&account.member);
        let amount = bill.amount;
        let visit = account.member.total_visits + 1;
        let (mut earned, tier) = rate::earned(cx, Some(account), *bill, cx.at)?;
        let tier = tier.id.clone();
        let begins = self.available_at.map(|given| given.as_start(programme.zone).max(cx.at));
        let mut span = expiry::span(programme, &account.member.current_tier, cx.at, begins)?;
        if cx.at < cx.now {
            span.ends = account.lived_end(cx, span.ends, cx.at)?;
        }
        let details = Details {
            because: std::mem::take(&mut earned.because),
            missed: std::mem::take(&mut earned.missed),
            paid: self.order_id.is_none().then(|| Paid {
                amount: amount.get(),
                items: self.items.clone(),
                settlement: bill.settlement.clone(),
            }),
        };
        let text = Text::Purchase { order: self.order_id.as_ref().map(OrderId::as_str) };
        let text = description.unwrap_or_else(|| text.say(locale));
        let mut draft = Draft::new(EntryKind::Earn, earned.points, text, cx.at);
        draft.order_id.clone_from(&self.order_id);
        draft.details = Some(serde_json::to_string(&details).map_err(Error::internal)?);
        let entry = account.credit(cx, draft, span.begins, span.ends)?;
        evaluation::count_uses(cx, account, &earned, cx.at, entry)?;
        account.extend_on_activity(cx)?;
        order::count(cx, account, &Bought { at: cx.at, visits: 1, spent: amount, items: &self.items, sign: 1 })?;
        let paid = bill.paid()?;
        let known = bill.settlement.known_paid(amount, paid);
        settle_referral(cx, account, self.order_id.as_ref(), known, cx.at)?;
        stamp_purchase(cx, account.member.user_id, self.order_id.as_ref(), &self.items, paid)?;
        account.member.score = account.scored(cx, cx.at)?.1.score;
        Ok((Booked { entry, amount, points: earned.points, expires_at: span.ends, visit, tier }, details))
    }

    fn receipt(
        &self,
        cx: &mut Cx<'_>,
        account: &mut Account,
        tier_before: String,
        booked: &Booked,
        details: Details,
    ) -> Result<Receipt> {
        let value = account.raise_tier(cx)?;
        account.save(cx)?;
        let progress = tier::progress(cx.programme, &account.member.current_tier, value)?;
        let ends = booked.points > Points::ZERO && booked.expires_at != Instant::NEVER;
        Ok(Receipt {
            transaction_id: booked.entry.get(),
            points_earned: booked.points.get(),
            balance: account.balance(cx)?,
            tier_changed: tier_before != account.member.current_tier,
            tier_before,
            tier: account.member.current_tier.clone(),
            points_to_next_tier: progress.needed,
            expires_at: ends.then(|| cx.moment(booked.expires_at)),
            because: details.because,
            redemptions: Vec::new(),
            replayed: false,
        })
    }

    fn order(&self, cx: &Cx<'_>, id: OrderId, receipt: &Receipt, booked: &Booked, request: String) -> Result<Order> {
        // The reasons are stored once, with the entry.
        let kept = Receipt { because: Vec::new(), ..receipt.clone() };
        let items = (!self.items.is_empty()).then(|| serde_json::to_string(&self.items));
        Ok(Order {
            id,
            user_id: self.user_id,
            entry: booked.entry,
            standing: OrderStanding::of(booked.amount, booked.points),
            tier: booked.tier.clone(),
            visit: booked.visit,
            programme: cx.programme_id,
            occurred_at: cx.at,
            items: items.transpose().map_err(Error::internal)?,
            settlement: None,
            request,
            answer: serde_json::to_string(&kept).map_err(Error::internal)?,
        })
    }
}

/// The first receipt of an order, if this is the same request.
fn replay(cx: &mut Cx<'_>, order: &Order, request: &str) -> Result<Receipt> {
    same_request(&order.request, request, order.id.as_str())?;
    let mut receipt: Receipt = crate::store::json(&order.answer)?;
    let details = crate::store::ledger::details(cx.store()?, order.entry)?.unwrap_or_default();
    receipt.because = crate::store::json::<Details>(&details)?.because;
    receipt.replayed = true;
    Ok(receipt)
}
