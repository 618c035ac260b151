use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, BoughtDraft, Draft};
use crate::booking::cx::Cx;
use crate::booking::enrolment::join;
use crate::booking::entry_details::{self, Spoken, details_of, details_of_purchase, of_its_time};
use crate::booking::evaluation;
use crate::booking::order::{self, Bought, GivenSettlement};
use crate::booking::owner;
use crate::booking::rate;
use crate::booking::recorded_event;
use crate::booking::redemption::redeem_automatically;
use crate::booking::referral::settle_referral;
use crate::booking::request::{Request, digest_with, same_request};
use crate::booking::stamps::stamp_purchase;
use crate::domain::earning::{Earned, Reason};
use crate::domain::ledger::EntryKind;
use crate::domain::member::Member;
use crate::domain::programme::{Expiry, Metric, Programme};
use crate::domain::purchase::{self, Bill, Item};
use crate::domain::receipt::{KeptReceipt, Unusual};
use crate::domain::{expiry, lines, tier};
use crate::ops::{Access, Operation};
use crate::store::ledger;
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
    points: Points,
    /// The balance after its entry.
    balance_after: Points,
    /// Whether it was booked late: the entry may then say another end.
    is_late: bool,
    expires_at: Instant,
    visit: i64,
    /// The tier whose rate applied, and its place in the programme.
    tier: String,
    place: usize,
    /// The receipt that was expected when the entry was written.
    expected: Option<KeptReceipt>,
    /// The segments named by rules that the member was in.
    segments: Vec<String>,
}

impl Booked {
    fn ends(&self) -> Option<Instant> {
        Some(self.expires_at).filter(|ends| self.points > Points::ZERO && *ends != Instant::NEVER)
    }

    /// What is kept of the receipt.
    fn kept(&self, receipt: &Receipt) -> KeptReceipt {
        let differs = |said: &String, usual: &String| (said != usual).then(|| said.clone());
        let ends = self.ends().map_or(0, Instant::micros);
        let unusual = Unusual {
            before: differs(&receipt.tier_before, &self.tier),
            after: differs(&receipt.tier, &receipt.tier_before),
            balance: (receipt.balance != self.balance_after.get()).then_some(receipt.balance),
            points: None,
            ends: self.is_late.then_some(ends),
            redeemed: receipt.redemptions.clone(),
            segments: self.segments.clone(),
        };
        KeptReceipt(self.visit, receipt.points_to_next_tier, self.place, unusual)
    }
}

impl EarnPoints {
    /// The digests of the request. The order itself is what a repeat is known by, and an amount that is left out is 0.
    pub(in crate::ops) fn digests(&self, cx: &Cx<'_>, at: Option<Instant>) -> Result<Request> {
        digest_with(cx, self, at, |fields| {
            fields.retain(|field| field.name != "order_id");
            for field in fields.iter_mut().filter(|field| field.name == "amount" && field.is_absent()) {
                field.json = br#""0""#.to_vec();
            }
        })
    }

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
            Some(_) => self.digests(cx, cx.given_at)?,
            None => Request::default(),
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
        let (booked, because) = self.book(cx, &mut account, &bill, (description, &request))?;
        if joined {
            recorded_event::enrolled(cx, &mut account)?;
        }
        // In this order: the points of automatic redemptions are gone before the tier is judged.
        let redeemed = at_once(cx, &mut account)?;
        let mut receipt = self.receipt(cx, &mut account, tier_before, &booked, because)?;
        receipt.redemptions = redeemed.into_iter().map(EntryId::get).collect();
        if let Some(order_id) = &self.order_id {
            let kept = booked.kept(&receipt);
            let is_expected = booked.expected.as_ref() == Some(&kept);
            let other = (!is_expected).then(|| orders::kept(order_id, booked.entry, &kept, request.bytes()));
            let booked = (account.member.user_id, booked.entry);
            orders::insert(cx.store()?, order_id, booked, other.transpose()?.as_ref())?;
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
        (description, request): (Option<String>, &Request),
    ) -> Result<(Booked, Vec<Reason>)> {
        let programme = cx.programme;
        let locale = cx.locale_of(&account.member);
        let amount = bill.amount;
        let visit = account.member.total_visits + 1;
        let (earned, tier) = rate::earned(cx, Some(account), *bill, cx.at)?;
        let tier = tier.id.clone();
        let begins = self.available_at.map(|given| given.as_start(programme.zone).max(cx.at));
        let mut span = expiry::span(programme, &account.member.current_tier, cx.at, begins)?;
        if cx.at < cx.now {
            span.ends = account.lived_end(cx, span.ends, cx.at)?;
        }
        let mut draft = Draft::new(EntryKind::Earn, earned.points, description, cx.at);
        draft.order_id.clone_from(&self.order_id);
        draft.details = entry_details::stored_purchase(&earned, &Spoken { programme, tier: &tier, locale })?;
        let (items, settlement) = (lines::write(&self.items)?, order::kept(bill.settlement)?);
        let place = tier::held_tier(programme, &tier)?.0;
        let is_late = cx.at < cx.now && matches!(programme.expiry, Expiry::Inactivity(_));
        let expected = match self.order_id {
            Some(_) if !is_late => expected(programme, &account.member, &earned, amount)?
                .map(|missing| KeptReceipt(visit, missing, place, usual(&earned))),
            _ => None,
        };
        let kept = expected.clone().map(|receipt| (receipt, request.bytes().to_vec()));
        draft.bought = Some(BoughtDraft { amount, items, settlement, kept });
        let balance_after = account.member.balance.plus(earned.points)?;
        let entry = account.credit(cx, draft, span.begins, span.ends)?;
        evaluation::count_uses(cx, account, &earned, cx.at, entry)?;
        account.extend_on_activity(cx)?;
        order::count(cx, account, &Bought { at: cx.at, visits: 1, spent: amount, items: &self.items, sign: 1 })?;
        let paid = bill.paid()?;
        let known = bill.settlement.known_paid(amount, paid);
        settle_referral(cx, account, self.order_id.as_ref(), known, cx.at)?;
        stamp_purchase(cx, account.member.user_id, self.order_id.as_ref(), &self.items, paid)?;
        account.member.score = account.scored(cx, cx.at)?.1.score;
        let booked = Booked {
            entry,
            points: earned.points,
            balance_after,
            is_late,
            expires_at: span.ends,
            visit,
            place,
            tier,
            expected,
            segments: earned.segments,
        };
        Ok((booked, earned.because))
    }

    fn receipt(
        &self,
        cx: &mut Cx<'_>,
        account: &mut Account,
        tier_before: String,
        booked: &Booked,
        because: Vec<Reason>,
    ) -> Result<Receipt> {
        let value = account.raise_tier(cx)?;
        account.save(cx)?;
        let progress = tier::progress(cx.programme, &account.member.current_tier, value)?;
        Ok(Receipt {
            transaction_id: booked.entry.get(),
            points_earned: booked.points.get(),
            balance: account.balance(cx)?,
            tier_changed: tier_before != account.member.current_tier,
            tier_before,
            tier: account.member.current_tier.clone(),
            points_to_next_tier: progress.needed,
            expires_at: booked.ends().map(|ends| cx.moment(ends)),
            because,
            redemptions: Vec::new(),
            replayed: false,
        })
    }
}

/// What a receipt usually keeps besides its numbers.
fn usual(earned: &Earned) -> Unusual {
    Unusual { segments: earned.segments.clone(), ..Unusual::default() }
}

/// What will be missing to the next tier after a purchase that changes nothing else, for a metric that needs no look
/// into the past.
fn expected(programme: &Programme, member: &Member, earned: &Earned, amount: Money) -> Result<Option<i64>> {
    let value = match programme.tier_rules.metric {
        Metric::LifetimePoints if programme.tier_rules.qualifying.contains(&EntryKind::Earn) => {
            member.qualifying_points.plus(earned.points)?.get()
        }
        Metric::LifetimePoints => member.qualifying_points.get(),
        Metric::LifetimeSpend => member.total_spent.plus(amount)?.get(),
        Metric::LifetimeVisits => member.total_visits + 1,
        _ => return Ok(None),
    };
    Ok(Some(tier::progress(programme, &member.current_tier, value)?.needed))
}

/// The first receipt of an order, if this is the same request.
fn replay(cx: &mut Cx<'_>, order: &Order, request: &Request) -> Result<Receipt> {
    same_request(&order.request, request, order.id.as_str())?;
    first_receipt(cx, order)
}

/// The first receipt of an order, from its entry and what is kept of the receipt.
fn first_receipt(cx: &mut Cx<'_>, order: &Order) -> Result<Receipt> {
    let (kept, booked) = (&order.receipt, &order.booked);
    let unusual = kept.unusual();
    let ends = match unusual.ends {
        None => booked.expires_at,
        Some(0) => None,
        Some(ends) => Some(Instant::stored(ends)),
    };
    let is_import = booked.order_id.is_none();
    let points = booked.points.get();
    let because = if is_import {
        let entry = ledger::find(cx.store()?, order.entry)?;
        entry.map_or_else(|| Ok(Vec::new()), |entry| details_of(cx, &entry).map(|details| details.because))?
    } else {
        details_of_purchase(cx, order.programme, booked.details.as_deref(), points)?.because
    };
    let expires_at = match ends.filter(|_| !is_import) {
        // In the zone of its time.
        Some(ends) => Some(of_its_time(cx, order.programme, |programme| programme.zone.moment(ends))?),
        None => None,
    };
    let tier = order::tier_of(cx, order)?;
    Ok(Receipt {
        transaction_id: order.entry.get(),
        points_earned: order.first_points().get(),
        balance: unusual.balance.unwrap_or_else(|| booked.balance_after.get()),
        tier_before: kept.tier_before(&tier).to_owned(),
        tier: kept.tier_after(&tier).to_owned(),
        tier_changed: kept.tier_before(&tier) != kept.tier_after(&tier),
        points_to_next_tier: kept.missing(),
        expires_at,
        because,
        redemptions: unusual.redeemed.clone(),
        replayed: true,
    })
}
