use std::cmp::Reverse;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::entry_details::description;
use crate::domain::ledger::{Entry, EntryKind};
use crate::domain::member::Member;
use crate::ops::{Access, Operation};
use crate::store::ledger::{self, Before, WantedEntries};
use crate::store::{archive, members};
use crate::value::{DayOrMoment, EntryId, Locale, MemberId, Moment, OrderId, UserId, limit};
use crate::{Error, Result};

/// Lists a member's history, newest first, including the earlier history of members who were merged into the member.
///
/// The entries of one member are in the order in which they were booked, so each balance follows from the one below it.
/// After a merge, the entries of all merged members are in the order in which they happened; when several happened at
/// the same moment, the higher id comes first.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Transactions {
    /// The member.
    pub user_id: UserId,
    /// Most entries, 1 to 200.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
    /// Only entries before this one: the `next_before_id` of the previous page.
    #[serde(default)]
    #[new(default)]
    pub before_id: Option<EntryId>,
    /// Only entries of this kind.
    #[serde(default)]
    #[new(default)]
    pub transaction_type: Option<EntryKind>,
    /// Only entries that happened at or after this moment; a date means from the start of that local day.
    #[serde(default)]
    #[new(default)]
    pub from: Option<DayOrMoment>,
    /// Only entries that happened before this moment, or until the end of this local day.
    #[serde(default)]
    #[new(default)]
    pub until: Option<DayOrMoment>,
    /// The number of the page, with `limit` entries each, from 1 on; use it instead of `before_id`. The reply then
    /// gives the total number of entries. An entry that is booked meanwhile shifts all pages by one; `before_id` avoids
    /// that.
    #[serde(default)]
    #[new(default)]
    pub page: Option<i64>,
}

const fn default_limit() -> i64 {
    20
}

impl Transactions {
    /// The newest 20 entries of a member.
    #[must_use]
    pub const fn of(user_id: UserId) -> Self {
        Self {
            user_id,
            limit: default_limit(),
            before_id: None,
            transaction_type: None,
            from: None,
            until: None,
            page: None,
        }
    }
}

/// A page of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TransactionsPage {
    /// The entries, newest first.
    pub items: Vec<Transaction>,
    /// `before_id` for the next page; null on the last.
    pub next_before_id: Option<i64>,
    /// With `page`: the number of entries on all pages; null without it.
    #[serde(default)]
    pub total: Option<i64>,
    /// With `page`: the number of pages, at least 1; null without it.
    #[serde(default)]
    pub pages: Option<i64>,
    /// How many older entries are in the archive and are not listed, because the database was opened without it.
    #[serde(default)]
    pub archived: i64,
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Transaction {
    /// The entry.
    pub id: i64,
    /// The member; in entries from before a merge, the member at that time, with that member's balance.
    pub user_id: i64,
    /// What it did.
    pub transaction_type: String,
    /// Points, signed.
    pub points_amount: i64,
    /// Sum of all earlier entries.
    pub balance_before: i64,
    /// The same sum with this entry.
    pub balance_after: i64,
    /// The order it belongs to.
    pub order_id: Option<String>,
    /// Text for the member. Escape it like any text.
    pub description: String,
    /// When it happened.
    pub occurred_at: Moment,
    /// When it was recorded.
    pub recorded_at: Moment,
    /// When the points of a credit end.
    pub expires_at: Option<Moment>,
    /// The entry that this one reverses or ends.
    pub reverses_id: Option<i64>,
}

impl Operation for Transactions {
    const NAME: &'static str = "transactions";
    const ACCESS: Access = Access::Read;
    type Reply = TransactionsPage;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TransactionsPage> {
        let limit = limit::within("limit", self.limit, 1, limit::MAX_PAGE)?;
        let skipped = self.skipped(limit)?;
        let account = Account::get(cx, self.user_id)?;
        if account.is_due(cx.now) && !cx.writing {
            // The history is the same whether or not a sweep ran.
            return Err(cx.needs_write());
        }
        let (zone, locale) = (cx.programme.zone, cx.locale_of(&account.member));
        let parts = members::parts(cx.store()?, account.member.id)?;
        let archived = archived(cx, &account.member, &parts)?;
        let before = match (self.before_id, parts.len()) {
            (before, 1) => Before::Booked(before),
            (None, _) => Before::Happened(None),
            // The ids of one member follow the order of its entries; those of several members do not.
            (Some(before), _) => match ledger::find(cx.store()?, before)? {
                Some(entry) if parts.contains(&entry.id.member()) => {
                    Before::Happened(Some((entry.occurred_at, entry.id)))
                }
                _ => Before::Booked(Some(before)),
            },
        };
        let wanted = WantedEntries {
            before,
            kind: self.transaction_type,
            from: self.from.map(|from| from.as_start(zone)),
            until: self.until.map(|until| until.as_end(zone)),
            skip: skipped,
            limit: limit + 1,
        };
        let mut entries = found(cx, &parts, &wanted)?;
        let more = i64::try_from(entries.len()).is_ok_and(|found| found > limit);
        if more {
            entries.pop();
        }
        let next_before_id = entries.last().filter(|_| more).map(|entry| entry.id.get());
        let total = match self.page {
            Some(_) => Some(ledger::count(cx.store()?, &parts, &wanted)?),
            None => None,
        };
        let pages = total.map(|total| ((total + limit - 1) / limit).max(1));
        let items = entries.into_iter().map(|entry| shown(cx, &entry, locale)).collect();
        Ok(TransactionsPage { items, next_before_id, total, pages, archived })
    }
}

impl Transactions {
    /// Number of entries on the pages before the requested one.
    fn skipped(&self, limit: i64) -> Result<i64> {
        let Some(page) = self.page else { return Ok(0) };
        if self.before_id.is_some() {
            return Err(Error::invalid("page", "must not be given with `before_id`"));
        }
        Ok((limit::within("page", page, 1, 1 << limit::ENTRY_BITS)? - 1) * limit)
    }
}

/// How many entries are not here. With the archive at hand, they are asked for.
fn archived(cx: &mut Cx<'_>, member: &Member, parts: &[MemberId]) -> Result<i64> {
    if member.archived_to.is_none() {
        return Ok(0);
    }
    if cx.store()?.has_archive() {
        return Err(archive::needed(Some(member.user_id)));
    }
    archive::count(cx.store()?, parts)
}

/// The entries of a page, plus one more when there is another page.
fn found(cx: &mut Cx<'_>, parts: &[MemberId], wanted: &WantedEntries) -> Result<Vec<Entry>> {
    if let [only] = parts {
        return ledger::newest(cx.store()?, *only, wanted);
    }
    let (skip, most) = (wanted.skip, wanted.limit);
    let of_each = WantedEntries { skip: 0, limit: skip + most, ..*wanted };
    let mut entries = Vec::new();
    for part in parts {
        entries.extend(ledger::newest(cx.store()?, *part, &of_each)?);
    }
    entries.sort_unstable_by_key(|entry| Reverse((entry.occurred_at, entry.id)));
    let count = |number: i64| usize::try_from(number).unwrap_or(0);
    Ok(entries.into_iter().skip(count(skip)).take(count(most)).collect())
}

fn shown(cx: &Cx<'_>, entry: &Entry, locale: Locale) -> Transaction {
    Transaction {
        id: entry.id.get(),
        user_id: entry.user_id.get(),
        transaction_type: entry.kind.word().to_owned(),
        points_amount: entry.points.get(),
        balance_before: entry.balance_before.get(),
        balance_after: entry.balance_after.get(),
        order_id: entry.order_id.as_ref().map(OrderId::to_string),
        description: description(entry, locale).into_owned(),
        occurred_at: cx.moment(entry.occurred_at),
        recorded_at: cx.moment(entry.recorded_at),
        expires_at: entry.expires_at.map(|end| cx.moment(end)),
        reverses_id: entry.reverses.map(EntryId::get),
    }
}
