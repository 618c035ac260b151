//! `loyalty_campaigns`: how far campaigns have come, and what they have cost.

use super::session::{Columns, Session, SqlParam};
use crate::domain::campaign::{CampaignState, Occasion};
use crate::value::{Day, Instant, Money};
use crate::{Error, Result};

/// A campaign as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignRow {
    /// Its id in the programme.
    pub id: String,
    /// What staff have decided.
    pub state: CampaignState,
    /// For which moment the last run is.
    pub run: Option<Occasion>,
    /// Whether that run goes on.
    pub is_running: bool,
    /// The user id up to which it has come.
    pub place: i64,
    /// Members who are compared with.
    pub control: i64,
    /// Members who were spoken to.
    pub reached: i64,
    /// Members who were chosen and not spoken to.
    pub left_out: i64,
    /// What was given, at its worst cost.
    pub used: Money,
}

impl CampaignRow {
    /// One that has not run.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            state: CampaignState::Open,
            run: None,
            is_running: false,
            place: 0,
            control: 0,
            reached: 0,
            left_out: 0,
            used: Money::ZERO,
        }
    }
}

macro_rules! columns {
    () => {
        "id, state, run_for, run_day, is_running, place, control, reached, left_out, used"
    };
}

fn read(row: &mut Columns<'_>) -> Result<CampaignRow> {
    let id = row.text()?.to_owned();
    let state = match row.int()? {
        0 => CampaignState::Open,
        1 => CampaignState::Paused,
        2 => CampaignState::Ended,
        other => return Err(Error::damaged(format_args!("campaign `{id}` has the unknown state {other}"))),
    };
    let (at, day) = (row.opt_int()?.map(Instant::stored), row.opt_int()?.map(Day::stored));
    Ok(CampaignRow {
        id,
        state,
        run: at.zip(day).map(|(at, day)| Occasion { at, day }),
        is_running: row.int()? == 1,
        place: row.int()?,
        control: row.int()?,
        reached: row.int()?,
        left_out: row.int()?,
        used: Money::stored(row.int()?),
    })
}

/// All of them, without a lock.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn all(session: &mut dyn Session) -> Result<Vec<CampaignRow>> {
    session.all(concat!("SELECT ", columns!(), " FROM loyalty_campaigns ORDER BY id"), &[], read)
}

/// One of them, which is added if it is new. Its row is locked until the end: of two runs of a campaign, one waits.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn locked(session: &mut dyn Session, id: &str) -> Result<CampaignRow> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_campaigns WHERE id = ? /* locked */");
    if let Some(found) = session.first(sql, &[SqlParam::Text(id)], read)? {
        return Ok(found);
    }
    session.execute(
        "INSERT INTO loyalty_campaigns (id, state, is_running, place, control, reached, left_out, used) \
         VALUES (?, 0, 0, 0, 0, 0, 0, 0) ON CONFLICT (id) DO NOTHING",
        &[SqlParam::Text(id)],
    )?;
    let found = session.first(sql, &[SqlParam::Text(id)], read)?;
    found.ok_or_else(|| Error::internal("a campaign that was added is missing"))
}

/// Stores how far a campaign has come, and what staff have decided.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, row: &CampaignRow) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_campaigns SET state = ?, run_for = ?, run_day = ?, is_running = ?, place = ? WHERE id = ?",
        &[
            SqlParam::Int(row.state as i64),
            SqlParam::int(row.run.map(|run| run.at.micros())),
            SqlParam::int(row.run.map(|run| run.day.number())),
            SqlParam::Int(i64::from(row.is_running)),
            SqlParam::Int(row.place),
            SqlParam::Text(&row.id),
        ],
    )
}

/// Counts somebody who is not spoken to.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn count(session: &mut dyn Session, id: &str, (control, left_out): (i64, i64)) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_campaigns SET control = control + ?, left_out = left_out + ? WHERE id = ?",
        &[SqlParam::Int(control), SqlParam::Int(left_out), SqlParam::Text(id)],
    )
}

/// Reserves what one more member costs at worst, if that is still within the money and the number of members. Returns
/// whether it is.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn reserve(session: &mut dyn Session, id: &str, cost: Money, (money, members): (Money, i64)) -> Result<bool> {
    let reserved = session.execute(
        "UPDATE loyalty_campaigns SET reached = reached + 1, used = used + ?1 \
         WHERE id = ?2 AND used + ?1 <= ?3 AND reached < ?4",
        &[SqlParam::Int(cost.get()), SqlParam::Text(id), SqlParam::Int(money.get()), SqlParam::Int(members)],
    )?;
    Ok(reserved == 1)
}
