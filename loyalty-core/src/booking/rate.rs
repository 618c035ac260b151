//! The tier whose rate applies to a purchase.

use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::evaluation::Evaluation;
use crate::domain::earning::Earned;
use crate::domain::ledger::EntryKind;
use crate::domain::programme::{Metric, Tier};
use crate::domain::purchase::Bill;
use crate::domain::tier::{self, Value};
use crate::value::{Instant, Money, Points};

/// What a purchase earns, by a member or by a user who is not yet one, and the tier whose rate applies.
///
/// That is the tier held at `at`. If the programme lets an order count for its own tier, it is the tier that the order
/// reaches; for a metric of points, by the points that the order earns in the tier below.
pub(crate) fn earned<'a>(
    cx: &mut Cx<'a>,
    mut account: Option<&mut Account>,
    bill: Bill<'_>,
    at: Instant,
) -> Result<(Earned, &'a Tier)> {
    let programme = cx.programme;
    let mut tier = match &account {
        Some(account) => account.tier_when(cx, at)?,
        None => programme.first_tier()?,
    };
    let mut earned = judged(cx, account.as_deref(), bill, at, tier)?;
    let hand = account.as_ref().and_then(|account| account.member.tier_state.hand.as_ref());
    if !programme.tier_rules.current_order_counts || hand.is_some_and(|hand| hand.fixed) {
        return Ok((earned, tier));
    }
    let before = match &mut account {
        Some(account) => account.tier_value_at(cx, at)?,
        None => 0,
    };
    // Each round moves up one tier, so there are no more rounds than tiers.
    loop {
        let value = before.saturating_add(own_part(cx, bill.amount, earned.points));
        let reached = tier::after_credit(programme, &tier.id, value)?;
        if reached.id == tier.id {
            return Ok((earned, tier));
        }
        tier = reached;
        earned = judged(cx, account.as_deref(), bill, at, tier)?;
    }
}

fn judged(cx: &mut Cx<'_>, account: Option<&Account>, bill: Bill<'_>, at: Instant, tier: &Tier) -> Result<Earned> {
    Evaluation::now(cx.programme, account.map(|account| &account.member), bill, at, tier).earned(cx)
}

/// What an order adds to the metric directly.
fn own_part(cx: &Cx<'_>, amount: Money, points: Points) -> Value {
    let rules = &cx.programme.tier_rules;
    match rules.metric {
        Metric::LifetimePoints | Metric::WindowPoints if rules.qualifying.contains(&EntryKind::Earn) => points.get(),
        Metric::Balance => points.get(),
        Metric::LifetimeSpend | Metric::WindowSpend => amount.get(),
        Metric::LifetimeVisits | Metric::WindowVisits => 1,
        Metric::LifetimePoints | Metric::WindowPoints | Metric::Score => 0,
    }
}
