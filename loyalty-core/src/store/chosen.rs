//! `loyalty_chosen`: whom campaigns have chosen. A member's row counts those that something may still end.

use std::collections::BTreeMap;

use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::domain::campaign::PastChoice;
use crate::domain::programme::EndsWith;
use crate::value::{CouponId, EntryId, Instant, Money, UserId};

/// Somebody who is chosen.
#[derive(Debug, Clone)]
pub struct NewChoice<'a> {
    /// The member.
    pub user_id: UserId,
    /// The campaign.
    pub campaign: &'a str,
    /// For which period.
    pub period: &'a str,
    /// What became of it.
    pub outcome: ChosenOutcome,
    /// When.
    pub at: Instant,
}

/// What became of somebody who was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenOutcome {
    /// They are compared with.
    Control,
    /// They were spoken to.
    Reached,
    /// They were not, for this reason.
    LeftOut(&'static str),
}

impl ChosenOutcome {
    const fn code(self) -> i64 {
        match self {
            Self::Control => 0,
            Self::Reached => 1,
            Self::LeftOut(_) => 2,
        }
    }
}

/// What somebody got who was spoken to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given {
    /// A coupon.
    pub coupon: Option<CouponId>,
    /// Points.
    pub entry: Option<EntryId>,
    /// What both cost at worst.
    pub cost: Money,
    /// What may still end it, and the notice that ends then.
    pub ending: Option<(EndsWith, Option<i64>)>,
}

/// Something that is open for a member.
#[derive(Debug, Clone)]
pub struct OpenChoice {
    /// The campaign.
    pub campaign: String,
    /// The period.
    pub period: String,
    /// When the member was chosen.
    pub at: Instant,
    /// The notice.
    pub notice: Option<i64>,
}

const fn code(ends_with: EndsWith) -> i64 {
    match ends_with {
        EndsWith::Purchase => 1,
        EndsWith::Tier => 2,
    }
}

fn read(row: &mut Columns<'_>) -> Result<(UserId, PastChoice)> {
    let user_id = UserId::stored(row.int()?);
    let (campaign, period) = (row.text()?.to_owned(), row.text()?.to_owned());
    let (outcome, at) = (row.int()?, Instant::stored(row.int()?));
    Ok((user_id, PastChoice { campaign, period, at, was_reached: outcome == ChosenOutcome::Reached.code() }))
}

/// The choices of the members with user ids from one to another.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn between(session: &mut dyn Session, first: UserId, last: UserId) -> Result<BTreeMap<UserId, Vec<PastChoice>>> {
    let found = session.all(
        "SELECT user_id, campaign_id, period, outcome, chosen_at FROM loyalty_chosen WHERE user_id >= ? AND user_id <= ?",
        &[SqlParam::Int(first.get()), SqlParam::Int(last.get())],
        read,
    )?;
    let mut choices: BTreeMap<UserId, Vec<PastChoice>> = BTreeMap::new();
    for (user_id, choice) in found {
        choices.entry(user_id).or_default().push(choice);
    }
    Ok(choices)
}

/// Adds a choice, unless there is one for this period. Returns whether it is new.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, choice: &NewChoice<'_>) -> Result<bool> {
    let reason = if let ChosenOutcome::LeftOut(reason) = choice.outcome { Some(reason) } else { None };
    let added = session.execute(
        "INSERT INTO loyalty_chosen (user_id, campaign_id, period, outcome, reason, chosen_at, cost) \
         VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT (user_id, campaign_id, period) DO NOTHING",
        &[
            SqlParam::Int(choice.user_id.get()),
            SqlParam::Text(choice.campaign),
            SqlParam::Text(choice.period),
            SqlParam::Int(choice.outcome.code()),
            SqlParam::text(reason),
            SqlParam::Int(choice.at.micros()),
        ],
    )?;
    Ok(added == 1)
}

/// Notes what somebody got.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn note(session: &mut dyn Session, choice: &NewChoice<'_>, given: Given) -> Result<()> {
    session.execute(
        "UPDATE loyalty_chosen SET cost = ?, coupon_id = ?, entry_id = ?, ends_with = ?, notice_id = ? \
         WHERE user_id = ? AND campaign_id = ? AND period = ?",
        &[
            SqlParam::Int(given.cost.get()),
            SqlParam::int(given.coupon.map(|coupon| coupon.get())),
            SqlParam::int(given.entry.map(|entry| entry.get())),
            SqlParam::int(given.ending.map(|(ends_with, _)| code(ends_with))),
            SqlParam::int(given.ending.and_then(|(_, notice)| notice)),
            SqlParam::Int(choice.user_id.get()),
            SqlParam::Text(choice.campaign),
            SqlParam::Text(choice.period),
        ],
    )?;
    if given.ending.is_none() {
        return Ok(());
    }
    let sql = "UPDATE loyalty_users SET offers = offers + 1 WHERE user_id = ?";
    session.execute_one(sql, &[SqlParam::Int(choice.user_id.get())])
}

/// What something ends for a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn open(session: &mut dyn Session, user_id: UserId, ends_with: EndsWith) -> Result<Vec<OpenChoice>> {
    session.all(
        "SELECT campaign_id, period, chosen_at, notice_id FROM loyalty_chosen WHERE user_id = ? AND ends_with = ?",
        &[SqlParam::Int(user_id.get()), SqlParam::Int(code(ends_with))],
        |row| {
            Ok(OpenChoice {
                campaign: row.text()?.to_owned(),
                period: row.text()?.to_owned(),
                at: Instant::stored(row.int()?),
                notice: row.opt_int()?,
            })
        },
    )
}

/// Ends something that is open.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn end(session: &mut dyn Session, user_id: UserId, open: &OpenChoice, at: Instant) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_chosen SET ends_with = NULL, ended_at = ? WHERE user_id = ? AND campaign_id = ? AND period = ?",
        &[
            SqlParam::Int(at.micros()),
            SqlParam::Int(user_id.get()),
            SqlParam::Text(&open.campaign),
            SqlParam::Text(&open.period),
        ],
    )
}

/// Stores how many choices of a member something may still end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn set_open(session: &mut dyn Session, user_id: UserId, offers: i64) -> Result<()> {
    let sql = "UPDATE loyalty_users SET offers = ? WHERE user_id = ?";
    session.execute(sql, &[SqlParam::Int(offers), SqlParam::Int(user_id.get())]).map(drop)
}

/// Gives the choices of one member to another, and returns how many of all something may still end. Those that both
/// have stay where they are, so that a campaign's counts stay those of its rows. What was said to the first is gone with
/// the merge.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn join(session: &mut dyn Session, into: UserId, from: UserId) -> Result<i64> {
    let (own, theirs) = (between(session, into, into)?, between(session, from, from)?);
    let own = own.get(&into).map_or(&[][..], Vec::as_slice);
    let has = |choice: &PastChoice| {
        own.iter().any(|mine| (&mine.campaign, &mine.period) == (&choice.campaign, &choice.period))
    };
    for choice in theirs.get(&from).into_iter().flatten().filter(|choice| !has(choice)) {
        session.execute_one(
            "UPDATE loyalty_chosen SET user_id = ?, notice_id = NULL WHERE user_id = ? AND campaign_id = ? AND period = ?",
            &[
                SqlParam::Int(into.get()),
                SqlParam::Int(from.get()),
                SqlParam::Text(&choice.campaign),
                SqlParam::Text(&choice.period),
            ],
        )?;
    }
    session.execute(
        "UPDATE loyalty_chosen SET ends_with = NULL, notice_id = NULL WHERE user_id = ? AND ends_with IS NOT NULL",
        &[SqlParam::Int(from.get())],
    )?;
    let sql = "SELECT COUNT(*) FROM loyalty_chosen WHERE user_id = ? AND ends_with IS NOT NULL";
    let open = session.first(sql, &[SqlParam::Int(into.get())], |row| row.int())?.unwrap_or(0);
    set_open(session, from, 0)?;
    set_open(session, into, open)?;
    Ok(open)
}
