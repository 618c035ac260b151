use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::ops::{Access, Operation};
use crate::value::{DayOrMoment, Instant, Points, UserId, limit};
use crate::{Error, Result};

/// Books points by hand: a bonus, or a correction up or down.
///
/// For staff. A correction below zero takes points as a redemption does: those that end soonest first. When the balance
/// does not cover it, the rest is owed up to the programme's limit (`adjustment.debt_limit`, 0 by default); above the
/// limit the call is refused.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct RecordTransaction {
    /// The member.
    pub user_id: UserId,
    /// What kind of booking it is.
    pub transaction_type: RecordType,
    /// Points: above zero for a bonus; above or below zero, but not zero, for an adjustment.
    pub points: i64,
    /// The reason, as the member reads it in the history.
    pub description: String,
    /// When added points can first be spent; default at once. A date means the start of that local day.
    #[serde(default)]
    #[new(default)]
    pub available_at: Option<DayOrMoment>,
    /// When added points end; default by the programme. A date includes its whole local day.
    #[serde(default)]
    #[new(default)]
    pub expires_at: Option<DayOrMoment>,
}

/// What can be booked by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordType {
    /// A present.
    Bonus,
    /// A correction.
    Adjustment,
}

/// What was booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Recorded {
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points of a bonus that exceed the programme's cap on the balance (`earn.max_balance`) and were not given. A
    /// correction is never cut.
    #[serde(default)]
    pub points_cut: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for RecordTransaction {
    const NAME: &'static str = "record_transaction";
    const ACCESS: Access = Access::Write;
    type Reply = Recorded;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Recorded> {
        let points = Points::named("points", self.points)?;
        let description = limit::readable_text("description", &self.description, limit::MAX_DESCRIPTION)?;
        let kind = match self.transaction_type {
            RecordType::Bonus if self.points <= 0 => {
                return Err(Error::invalid("points", "must be above zero for a bonus"));
            }
            RecordType::Bonus => EntryKind::Bonus,
            RecordType::Adjustment if self.points == 0 => return Err(Error::invalid("points", "must not be zero")),
            RecordType::Adjustment => EntryKind::Adjustment,
        };
        let mut draft = Draft::new(kind, points, description, cx.at);
        let begins = self.available_at.map_or(cx.at, |given| given.as_start(cx.programme.zone).max(cx.at));
        let given = self.given_end(cx, begins)?;
        let mut account = Account::get(cx, self.user_id)?;
        let ends = given.unwrap_or_else(|| expiry::ends(cx.programme, &account.member.current_tier, cx.at, begins));
        if ends <= begins {
            return Err(Error::invalid("available_at", "must lie before the end of the points"));
        }
        let mut cut = Points::ZERO;
        let entry = if points > Points::ZERO {
            if kind == EntryKind::Bonus {
                cut = account.fit(cx, &mut draft, None)?;
            }
            let entry = account.credit(cx, draft, begins, ends)?;
            account.raise_tier(cx)?;
            entry
        } else if self.overdraws(cx, &mut account)? {
            account.overdraw(cx, draft, cx.programme.debt.adjustments)?
        } else {
            account.debit(cx, draft)?
        };
        account.save(cx)?;
        let balance = account.balance(cx)?;
        Ok(Recorded { transaction_id: entry.get(), points_cut: cut.get(), balance, replayed: false })
    }
}

impl RecordTransaction {
    /// Whether the balance does not cover the correction and the programme lets members owe for one.
    fn overdraws(&self, cx: &mut Cx<'_>, account: &mut Account) -> Result<bool> {
        let allowed = cx.programme.debt.adjustments > Points::ZERO;
        Ok(allowed && account.spendable(cx)?.get() < self.points.saturating_neg())
    }

    fn given_end(&self, cx: &Cx<'_>, begins: Instant) -> Result<Option<Instant>> {
        if self.points < 0 {
            for (name, given) in [("expires_at", self.expires_at), ("available_at", self.available_at)] {
                if given.is_some() {
                    return Err(Error::invalid(name, "has no meaning for points that are taken"));
                }
            }
        }
        let end = self.expires_at.map(|given| given.as_end(cx.programme.zone));
        if end.is_some_and(|end| end <= begins) {
            return Err(Error::invalid("expires_at", "must lie after the points begin"));
        }
        Ok(end)
    }
}
