//! What a member had in another system: booked when it is imported, and again when the history is replayed.

use crate::booking::account::{Account, Draft};
use crate::booking::cx::Cx;
use crate::domain::act::OpeningBalance;
use crate::domain::catalogue::Text;
use crate::domain::earning::Reason;
use crate::domain::expiry;
use crate::domain::ledger::EntryKind;
use crate::store::visits;
use crate::value::{Day, EntryId, Instant, Money, Points, limit};
use crate::{Error, Result};

/// Most days of purchases that are stored separately; earlier purchases count on the first of these days.
const MAX_DAYS: usize = 2_000;

impl OpeningBalance {
    /// Adds purchases of a day.
    pub(crate) fn add_day(&mut self, day: Day, visits: i64, spent: Money) -> Result<()> {
        if visits != 0 || spent != Money::ZERO {
            let (all, sum) = self.days.entry(day.number()).or_default();
            *all += visits;
            *sum = Money::stored(*sum).plus(spent)?.get();
        }
        Ok(())
    }

    /// The days of its purchases: number, visits, minor units.
    pub(crate) fn days(&self) -> impl Iterator<Item = (i64, i64, i64)> {
        self.days.iter().map(|(day, (visits, spent))| (*day, *visits, *spent))
    }

    /// Whether every day is stored separately.
    pub(crate) fn is_by_day(&self) -> bool {
        self.days.len() < MAX_DAYS
    }

    /// The last visit in the other system.
    pub(crate) fn last_visit(&self) -> Option<Instant> {
        self.last_visit.map(Instant::stored)
    }

    /// Books the points earned in a lifetime as one lot, and counts the purchases on their days.
    pub(crate) fn open(&self, cx: &mut Cx<'_>, account: &mut Account) -> Result<EntryId> {
        self.count_visits(cx, account)?;
        let why = Text::Imported { source: &self.source }.say(cx.locale_of(&account.member));
        let because = [Reason { rule: "import".to_owned(), points: self.lifetime.get(), why: why.clone() }];
        let mut draft = Draft::new(EntryKind::Earn, self.lifetime, why, cx.at);
        draft.details = Some(serde_json::json!({ "because": because }).to_string());
        let ends = self.ends(cx, account);
        account.credit(cx, draft, cx.at, ends)
    }

    /// When the points end: as if they were earned now.
    pub(crate) fn ends(&self, cx: &Cx<'_>, account: &Account) -> Instant {
        let tier = self.tier.as_deref().unwrap_or(&account.member.current_tier);
        expiry::ends(cx.programme, tier, cx.at, cx.at)
    }

    /// Takes off what was spent there; what the points do not cover is owed.
    pub(crate) fn take_spent(&self, cx: &mut Cx<'_>, account: &mut Account, spent: Points) -> Result<()> {
        if spent == Points::ZERO {
            return Ok(());
        }
        let text = Text::ImportedSpent { source: &self.source }.say(cx.locale_of(&account.member));
        let draft = Draft::new(EntryKind::Redeem, spent.negated(), text, cx.at);
        account.overdraw(cx, draft, Points::new(limit::MAX_POINTS)?).map(drop)
    }

    /// Sets the tier that was held there, or the one that the metric gives, and saves.
    pub(crate) fn close(&self, cx: &mut Cx<'_>, account: &mut Account) -> Result<()> {
        account.take_tier_over(cx, self.tier.as_deref())?;
        account.member.score = account.scored(cx, cx.at)?.1.score;
        account.save(cx)
    }

    /// Number of imported purchases.
    pub(crate) fn visits(&self) -> i64 {
        self.days.values().map(|(visits, _)| visits).sum()
    }

    fn count_visits(&self, cx: &mut Cx<'_>, account: &mut Account) -> Result<()> {
        for (day, (visits, spent)) in &self.days {
            let spent = Money::stored(*spent);
            visits::add(cx.store()?, account.member.user_id, Day::stored(*day), *visits, spent)?;
            account.member.total_visits += visits;
            account.member.total_spent = account.member.total_spent.plus(spent)?;
        }
        account.member.last_visit = account.member.last_visit.max(self.last_visit.map(Instant::stored));
        Ok(())
    }

    /// The note of the import: of very many days, the oldest are joined to keep the note short.
    pub(crate) fn noted(mut self) -> Result<Self> {
        while self.days.len() > MAX_DAYS {
            let Some((_, (visits, spent))) = self.days.pop_first() else { break };
            let mut next = self.days.first_entry().ok_or_else(|| Error::internal("no day is left"))?;
            let (all, sum) = next.get_mut();
            *all += visits;
            *sum = Money::stored(*sum).plus(Money::stored(spent))?.get();
        }
        Ok(self)
    }
}
