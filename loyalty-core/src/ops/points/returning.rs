//! What is returned of an order: its lines, the money, and what they earned.

use super::amend_order::by_rules_of_its_time;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::sold_cards::{Sold, StoppedGiftCard, sold_back};
use crate::booking::{evaluation, order};
use crate::domain::earning::Earned;
use crate::domain::lines;
use crate::domain::purchase::{self, Bill, Item, Settlement};
use crate::domain::refund::ByLines;
use crate::domain::returned::{self, Parted};
use crate::store::orders::Order;
use crate::store::rule_uses;
use crate::value::{Amount, Money};
use crate::{Error, Result};

/// The returned lines, as the order knows them.
pub(super) struct Returning {
    /// Whether the order's lines are known and some of them were named.
    is_by_lines: bool,
    /// Lines that are left, and those that are returned.
    pub(super) parted: Parted,
    /// How the order is settled, and what went back with lines so far.
    settlement: Settlement,
}

impl Returning {
    /// Looks up the named lines. For an order without lines, only money is known.
    pub(super) fn of(cx: &Cx<'_>, order: &Order, named: &[Item]) -> Result<Self> {
        let settlement = order::settlement_of(order)?;
        let lines = order::items_of(order)?;
        let is_by_lines = order.items.is_some() && !named.is_empty();
        let named = if is_by_lines { named } else { &[] };
        let parted = returned::part(lines, named, cx.programme.currency)?;
        Ok(Self { is_by_lines, parted, settlement })
    }

    /// How many lines are left, when it is known which ones are returned.
    pub(super) const fn lines_kept(&self) -> usize {
        if self.is_by_lines { self.parted.rest.len() } else { 0 }
    }

    /// Counts what goes back as points and to gift cards: they then paid less of the rest.
    pub(super) fn goes_back(&mut self, by_points: Money, by_cards: Money) {
        self.settlement.points_paid = (self.settlement.points_paid - by_points.get()).max(0);
        self.settlement.gift_card_paid = (self.settlement.gift_card_paid - by_cards.get()).max(0);
    }

    /// Counts what goes back with the lines, and judges the rest if lines ever went back.
    ///
    /// The rest is judged as `amend_order` would judge it: at the order's own time, tier and programme.
    pub(super) fn judge(
        &mut self,
        cx: &mut Cx<'_>,
        order: &Order,
        account: &Account,
        refund: Money,
        fee: Money,
    ) -> Result<Option<(ByLines, Earned)>> {
        let currency = cx.programme.currency;
        let before = self.settlement.returned;
        if self.is_by_lines {
            self.settlement.returned = Some(before.unwrap_or(0) + refund.get() + fee.get());
            let gone = purchase::tax(&self.parted.back, currency)?.get();
            self.settlement.tax = self.settlement.tax.map(|tax| (tax - gone).max(0));
        }
        let Some(money) = self.settlement.returned else { return Ok(None) };
        let (money, amount, rest) = (Money::minor(money)?, order.standing.amount, &self.parted.rest);
        let left = amount.minus(money)?;
        if left < Money::ZERO {
            return Ok(None);
        }
        let settlement = self.settlement.of_rest(amount, left, rest, currency)?;
        let bill = Bill { amount: left, items: rest, settlement: &settlement };
        let earned = by_rules_of_its_time(cx, order, &bill, account)?;
        Ok(Some((ByLines { money, earned: earned.points }, earned)))
    }

    /// The part of the lines' price that does not go back: the given fee, or what was spent from gift cards among the
    /// lines.
    pub(super) fn fee(&self, cx: &mut Cx<'_>, order: &Order, refund: Money, said: Option<Amount>) -> Result<Money> {
        let said = said.map(|said| cx.money("fee", said)).transpose()?;
        if !self.is_by_lines {
            let has_meaning = said.is_none_or(|said| said == Money::ZERO);
            let error = || Error::invalid("fee", "has no meaning without returned lines of the order");
            return if has_meaning { Ok(Money::ZERO) } else { Err(error()) };
        }
        if let Some(said) = said {
            let most = order.standing.left()?.minus(refund)?;
            let error = || Error::invalid("fee", "must be at most what the refund leaves of the order");
            return if said <= most { Ok(said) } else { Err(error()) };
        }
        let currency = cx.programme.currency;
        let sold = sold_back(cx, &order.id, &Sold::Lines(&self.parted.back))?;
        let minor = |spent: &StoppedGiftCard| spent.spent.in_units(currency.exponent()).unwrap_or(0);
        let spent = Money::minor(sold.iter().map(minor).sum())?;
        let price = purchase::total(&self.parted.back, currency)?.unwrap_or(Money::ZERO);
        Ok(spent.min(price.minus(refund)?).max(Money::ZERO))
    }

    /// Stores what is left of the order, and which limited rules it still uses.
    pub(super) fn keep(
        &self,
        cx: &mut Cx<'_>,
        order: &mut Order,
        account: &Account,
        earned: Option<&Earned>,
    ) -> Result<()> {
        order.settlement = order::kept(&self.settlement)?;
        if !self.is_by_lines || order.standing.cancelled {
            return Ok(());
        }
        // An empty text: the lines were known.
        order.items = Some(lines::write(&self.parted.rest)?.unwrap_or_default());
        if let Some(earned) = earned.filter(|_| cx.programme.counts_uses()) {
            rule_uses::forget(cx.store()?, account.member.user_id, order.entry)?;
            evaluation::count_uses(cx, account, earned, order.occurred_at, order.entry)?;
        }
        Ok(())
    }
}
