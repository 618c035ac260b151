//! `loyalty_tasks`: how far the regular work has come.

use super::session::{Columns, Session, SqlParam};
use crate::domain::task::Task;
use crate::value::Instant;
use crate::{Error, Result};

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskState {
    /// It goes on with the next call.
    Running,
    /// It is done.
    Done,
    /// Its last call failed; the next one tries again.
    Failed,
}

impl TaskState {
    /// Its word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn stored(code: i64) -> Result<Self> {
        match code {
            0 => Ok(Self::Running),
            1 => Ok(Self::Done),
            2 => Ok(Self::Failed),
            other => Err(Error::damaged(format_args!("a task has the unknown state {other}"))),
        }
    }
}

/// A step for one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskRun {
    /// The step's word; a later release may have stored one that is not known here.
    pub name: String,
    /// For which day, week or month.
    pub period: String,
    /// Its state.
    pub state: TaskState,
    /// How far it has come.
    pub place: i64,
    /// Members that it has looked at.
    pub members: i64,
    /// What it has changed.
    pub changes: i64,
    /// In how many calls.
    pub calls: i64,
    /// The code and message of its last failure.
    pub error: Option<String>,
    /// When it began.
    pub started_at: Instant,
    /// When it was done.
    pub ended_at: Option<Instant>,
}

impl TaskRun {
    /// A run that begins.
    #[must_use]
    pub fn new(task: Task, period: &str, now: Instant) -> Self {
        Self {
            name: task.word().to_owned(),
            period: period.to_owned(),
            state: TaskState::Running,
            place: 0,
            members: 0,
            changes: 0,
            calls: 0,
            error: None,
            started_at: now,
            ended_at: None,
        }
    }
}

macro_rules! columns {
    () => {
        "name, period, state, place, members, changes, calls, error, started_at, ended_at"
    };
}

fn read(row: &mut Columns<'_>) -> Result<TaskRun> {
    Ok(TaskRun {
        name: row.text()?.to_owned(),
        period: row.text()?.to_owned(),
        state: TaskState::stored(row.int()?)?,
        place: row.int()?,
        members: row.int()?,
        changes: row.int()?,
        calls: row.int()?,
        error: row.opt_text()?.map(str::to_owned),
        started_at: Instant::stored(row.int()?),
        ended_at: row.opt_int()?.map(Instant::stored),
    })
}

/// The newest runs of a step, the newest period first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn newest(session: &mut dyn Session, name: &str, limit: i64) -> Result<Vec<TaskRun>> {
    session.all(
        concat!("SELECT ", columns!(), " FROM loyalty_tasks WHERE name = ? ORDER BY period DESC LIMIT ?"),
        &[SqlParam::Text(name), SqlParam::Int(limit)],
        read,
    )
}

/// A run. In a write, its row is locked until the end, so that two calls do not do the same step at once.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, name: &str, period: &str) -> Result<Option<TaskRun>> {
    session.first(
        concat!("SELECT ", columns!(), " FROM loyalty_tasks WHERE name = ? AND period = ? /* locked */"),
        &[SqlParam::Text(name), SqlParam::Text(period)],
        read,
    )
}

/// Adds a run, unless another call has added it.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn add(session: &mut dyn Session, run: &TaskRun) -> Result<()> {
    session.execute(
        "INSERT INTO loyalty_tasks (name, period, state, place, members, changes, calls, started_at) \
         VALUES (?, ?, 0, 0, 0, 0, 0, ?) ON CONFLICT (name, period) DO NOTHING",
        &[SqlParam::Text(&run.name), SqlParam::Text(&run.period), SqlParam::Int(run.started_at.micros())],
    )?;
    Ok(())
}

/// Stores how far a run has come.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, run: &TaskRun) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_tasks SET state = ?, place = ?, members = ?, changes = ?, calls = ?, error = ?, ended_at = ? \
         WHERE name = ? AND period = ?",
        &[
            SqlParam::Int(run.state as i64),
            SqlParam::Int(run.place),
            SqlParam::Int(run.members),
            SqlParam::Int(run.changes),
            SqlParam::Int(run.calls),
            SqlParam::text(run.error.as_deref()),
            SqlParam::int(run.ended_at.map(Instant::micros)),
            SqlParam::Text(&run.name),
            SqlParam::Text(&run.period),
        ],
    )
}

/// Deletes the runs of a step before a period.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn delete_before(session: &mut dyn Session, name: &str, period: &str) -> Result<u64> {
    let sql = "DELETE FROM loyalty_tasks WHERE name = ? AND period < ?";
    session.execute(sql, &[SqlParam::Text(name), SqlParam::Text(period)])
}
