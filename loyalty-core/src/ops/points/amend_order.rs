use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::booking::entry_details::{Spoken, stored_reasons};
use crate::booking::evaluation::{self, Evaluation};
use crate::booking::order::{self, Bought, GivenSettlement};
use crate::booking::referral::settle_changed_order;
use crate::booking::stamps::{Kept, adjust_stamps};
use crate::domain::act::{AmendAct, OrderBefore, RecordedAct};
use crate::domain::catalogue::Text;
use crate::domain::earning::{Earned, Reason};
use crate::domain::ledger::EntryKind;
use crate::domain::programme::Programme;
use crate::domain::purchase::{self, Bill, Item, Settlement};
use crate::domain::refund::OrderStanding;
use crate::domain::{expiry, lines};
use crate::ops::{Access, Operation};
use crate::store::orders::{self, Order};
use crate::store::{ledger, rule_uses};
use crate::value::{Amount, EntryId, Instant, Money, OrderId, Points};
use crate::{Error, Result};

/// The part of an amendment that was booked before; it stands beside the ids of rules.
const BEFORE: &str = "before";

/// Corrects the amount of an order and books only the difference.
///
/// Afterwards the order has the points that the new amount gives under the rules of the order's own time: its tier and
/// its programme. The call also restores a cancelled order that was completed after all.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct AmendOrder {
    /// The order.
    pub order_id: OrderId,
    /// What the member pays for what is kept; 0 for an order that became free but stands. To take a whole order back,
    /// use `refund_order` or `cancel_order`.
    pub amount: Amount,
    /// The lines that the order has now; default its previous lines.
    #[serde(default)]
    #[new(default)]
    pub items: Vec<Item>,
    /// Tax inside the amount; default the previous one.
    #[serde(default)]
    #[new(default)]
    pub tax: Option<Amount>,
    /// Part of the amount that is paid with points; default the previous one.
    #[serde(default)]
    #[new(default)]
    pub points_paid: Option<Amount>,
    /// Part of the amount that is paid with gift cards; default the previous one.
    #[serde(default)]
    #[new(default)]
    pub gift_card_paid: Option<Amount>,
    /// Points for what is kept, when the host has calculated them. Default: if the host gave the order's points, the
    /// same points in proportion to the amount; otherwise by the rules.
    #[serde(default)]
    #[new(default)]
    pub points: Option<i64>,
}

/// What an amendment did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Amended {
    /// The ledger entry; null when the points stay as they are.
    pub transaction_id: Option<i64>,
    /// Points added, or taken when below zero.
    pub points_difference: i64,
    /// Points that were already spent and are neither taken nor owed: the programme gives them up.
    #[serde(default)]
    pub points_written_off: i64,
    /// Points that the order has now.
    pub points: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Points owed.
    pub debt: i64,
    /// Tier after this call.
    pub tier: String,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for AmendOrder {
    const NAME: &'static str = "amend_order";
    const ACCESS: Access = Access::Write;
    type Reply = Amended;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Amended> {
        self.amend(cx, |_, _| Ok(()))
    }
}

impl AmendOrder {
    /// Books the difference. `then` books what else the amendment does, before the tier is judged.
    pub(in crate::ops) fn amend(
        &self,
        cx: &mut Cx<'_>,
        then: impl FnOnce(&mut Cx<'_>, &mut Account) -> Result<()>,
    ) -> Result<Amended> {
        let amount = cx.money("amount", self.amount)?;
        purchase::check(&self.items)?;
        let order = orders::find(cx.store()?, &self.order_id)?;
        let mut order = order.ok_or_else(|| Error::not_found("order_id", &self.order_id))?;
        let before = OrderBefore::of(&order);
        let mut account = Account::get(cx, order.user_id)?;
        let last = account.last_entry();
        let old = order::items_of(&order)?;
        let items: &[Item] = if self.items.is_empty() { &old } else { &self.items };
        let given = GivenSettlement {
            shop: None,
            tax: self.tax,
            points_paid: self.points_paid,
            gift_card_paid: self.gift_card_paid,
            points: self.points,
        };
        let had = order::settlement_of(&order)?;
        let given_before = if self.points.is_none() { had.given_of(order.standing.amount, amount)? } else { None };
        let settlement = given.read(cx, Settlement { given: given_before, ..had })?;
        let bill = Bill { amount, items, settlement: &settlement };
        bill.check()?;
        let mut earned = by_rules_of_its_time(cx, &order, &bill, &account)?;
        let kept = order.standing.points.minus(order.standing.reversed)?;
        let difference = earned.points.minus(kept)?;

        let tier_value = account.carrying_value(cx)?;
        let mut because = std::mem::take(&mut earned.because);
        if kept > Points::ZERO {
            let why = Text::BeforeAmendment.say(cx.locale_of(&account.member));
            because.push(Reason { rule: BEFORE.to_owned(), points: kept.negated().get(), why });
        }
        let text = Text::Amendment { order: self.order_id.as_str() };
        let booked = book(cx, &mut account, &order, &Change { difference, because, text })?;
        rule_uses::forget(cx.store()?, account.member.user_id, order.entry)?;
        evaluation::count_uses(cx, &account, &earned, order.occurred_at, order.entry)?;
        self.recount(cx, &mut account, &mut order, amount)?;
        let paid = bill.paid()?;
        settle_changed_order(cx, &mut account, &order.id, settlement.known_paid(amount, paid), order.occurred_at)?;
        then(cx, &mut account)?;
        adjust_stamps(cx, &order.id, account.member.user_id, items, Kept::Paid(paid), order.occurred_at)?;
        order.standing = OrderStanding::of(amount, earned.points);
        order.settlement = order::kept(&settlement)?;
        orders::update(cx.store()?, &order)?;
        account.member.score = account.scored(cx, cx.at)?.1.score;
        account.lower_tier(cx, tier_value)?;
        account.raise_tier(cx)?;
        account.save(cx)?;
        account.note_change(cx, last, &RecordedAct::Amend(self.clone().into_act()), Some(&before))?;
        Ok(Amended {
            transaction_id: booked.map(|(entry, _)| entry.get()),
            points_difference: booked.map_or(0, |(_, points)| points.get()),
            points_written_off: account.written_off.get(),
            points: earned.points.get(),
            balance: account.balance(cx)?,
            debt: account.member.debt.get(),
            tier: account.member.current_tier.clone(),
            replayed: false,
        })
    }
}

/// What the amount earns with the order's own tier, visit and programme.
pub(super) fn by_rules_of_its_time(
    cx: &mut Cx<'_>,
    order: &Order,
    bill: &Bill<'_>,
    account: &Account,
) -> Result<Earned> {
    let old = if order.programme == cx.programme_id {
        None
    } else {
        let source = crate::store::programmes::source(cx.store()?, order.programme)?;
        Some(Programme::parse(&source.ok_or_else(|| Error::internal("the programme of an order is missing"))?)?)
    };
    let programme = old.as_ref().unwrap_or(cx.programme);
    let tier = programme.tiers.get(order.receipt.place());
    let tier = tier.ok_or_else(|| Error::damaged("an order has a tier that its programme does not have"))?;
    let judged = Evaluation {
        programme,
        member: Some(&account.member),
        bill: *bill,
        at: order.occurred_at,
        tier,
        visit: order.receipt.visit(),
        own: Some(order),
    };
    judged.earned(cx)
}

/// Points by which an order changes, and why.
pub(super) struct Change<'a> {
    pub(super) difference: Points,
    pub(super) because: Vec<Reason>,
    pub(super) text: Text<'a>,
}

/// Books the difference between the old and new points of the order. Returns the entry and its points: fewer than the
/// difference when some are given up.
pub(super) fn book(
    cx: &mut Cx<'_>,
    account: &mut Account,
    order: &Order,
    change: &Change<'_>,
) -> Result<Option<(EntryId, Points)>> {
    let difference = change.difference;
    if difference == Points::ZERO {
        return Ok(None);
    }
    let own = ledger::of_order(cx.store()?, account.member.id, &order.id)?;
    let kind = if difference > Points::ZERO { EntryKind::Earn } else { EntryKind::Reversal };
    let text = change.text.say(cx.locale_of(&account.member));
    let mut draft = Draft::new(kind, difference, text, own.last.unwrap_or(order.occurred_at).max(cx.at));
    draft.order_id = Some(order.id.clone());
    let locale = cx.locale_of(&account.member);
    let tier = order::tier_of(cx, order)?;
    let spoken = Spoken { programme: cx.programme, tier: &tier, locale };
    draft.details = Some(stored_reasons(&change.because, &[], &spoken)?);
    if difference > Points::ZERO {
        let programme = cx.programme;
        // The points belong to the order's day and end with it.
        let begins = begins(cx, order, &own.credits)?;
        let ends = expiry::ends(programme, &tier, order.occurred_at, begins);
        let ends = account.lived_end(cx, ends, order.occurred_at)?;
        let entry = account.credit(cx, draft, begins, ends)?;
        return Ok(Some((entry, difference)));
    }
    draft.reverses = Some(order.entry);
    let (entry, taken) = account.take_back(cx, draft, &own.credits)?;
    Ok(Some((entry, taken.negated())))
}

/// When added points can be spent: when those of the order can, even after a release or with a given start.
fn begins(cx: &mut Cx<'_>, order: &Order, own: &[EntryId]) -> Result<Instant> {
    let first = match own.first() {
        Some(lot) => crate::store::lots::find(cx.store()?, *lot)?,
        None => None,
    };
    Ok(first.map_or_else(|| expiry::available_at(cx.programme, order.occurred_at), |lot| lot.available_at))
}

impl AmendOrder {
    fn recount(&self, cx: &mut Cx<'_>, account: &mut Account, order: &mut Order, amount: Money) -> Result<()> {
        let was_cancelled = order.standing.cancelled;
        let kept = order.standing.left()?;
        let old = order::items_of(order)?;
        let new = if self.items.is_empty() { old.clone() } else { self.items.clone() };
        if !was_cancelled && !self.items.is_empty() {
            let gone = Bought { at: order.occurred_at, visits: 0, spent: Money::ZERO, items: &old, sign: -1 };
            order::count(cx, account, &gone)?;
        }
        let again = was_cancelled || !self.items.is_empty();
        let items: &[Item] = if again { &new } else { &[] };
        let visits = i64::from(was_cancelled);
        let spent = amount.minus(kept)?;
        order::count(cx, account, &Bought { at: order.occurred_at, visits, spent, items, sign: 1 })?;
        order.items = lines::write(&new)?;
        Ok(())
    }
}

impl AmendOrder {
    /// The form in which it is kept.
    pub(crate) fn into_act(self) -> AmendAct {
        let AmendOrder { order_id, amount, items, tax, points_paid, gift_card_paid, points } = self;
        AmendAct { order_id, amount, items, tax, points_paid, gift_card_paid, points }
    }

    /// The request that was kept.
    pub(crate) fn from_act(act: AmendAct) -> Self {
        let AmendAct { order_id, amount, items, tax, points_paid, gift_card_paid, points } = act;
        Self { order_id, amount, items, tax, points_paid, gift_card_paid, points }
    }
}
