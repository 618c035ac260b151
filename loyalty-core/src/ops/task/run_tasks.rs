use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{reminders, retention};
use crate::booking::campaign;
use crate::booking::cx::Cx;
use crate::domain::task::{Rhythm, Task};
use crate::ops::{Access, ExpirePoints, Operation, ReviewTiers};
use crate::store::tasks::{self, TaskRun, TaskState};
use crate::value::limit;
use crate::{Error, Fault, Kind, Result};

/// Members of one call, when the call gives no limit.
const USUAL: i64 = 200;
/// Longest text of a failure that is kept, in characters.
const LONGEST_ERROR: usize = 200;
/// The `actor` of what the tasks book, when the caller names none.
const ACTOR: &str = "tasks";

/// Does the regular work of the shop: what is due today, this week and this month, each step once.
///
/// The steps are `expiry` (points past their end), `tier_reviews` (what the clock does to tiers), `reminders` (notices to
/// members of what they should know before it is too late), `campaigns` (what the programme's `[[campaigns]]` say and give)
/// and `retention` (what is no longer kept is deleted). Each runs once for its local day or week; a day that was missed is
/// made good by the next run. Campaigns have their hours: they run when they are due, so call it each hour or more often.
///
/// One call is one transaction over at most `limit` members: call it until `more` is false, from as many machines as you
/// like; what was done stays done, and no member is worked on twice. A step that fails stops no other; the next call
/// tries it again. If the clock is behind the last run, a step is refused and says so. On the command line, `loyalty
/// run-tasks` calls it until nothing is left, and `--every SECONDS` does so again and again.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct RunTasks {
    /// Which steps: those that are `due`, or only `daily`, `weekly` or `monthly` ones; default `due`.
    #[serde(default)]
    #[new(default)]
    pub period: TaskPeriod,
    /// Most members of this call, 1 to 10000; default 200.
    #[serde(default)]
    #[new(default)]
    pub limit: Option<i64>,
}

/// Which steps a call runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaskPeriod {
    /// All that are due.
    #[default]
    Due,
    /// Those of the day.
    Daily,
    /// Those of the week.
    Weekly,
    /// Those of the month.
    Monthly,
}

impl TaskPeriod {
    fn has(self, rhythm: Rhythm) -> bool {
        match self {
            Self::Due => true,
            Self::Daily => rhythm == Rhythm::Daily,
            Self::Weekly => rhythm == Rhythm::Weekly,
            Self::Monthly => rhythm == Rhythm::Monthly,
        }
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TasksDone {
    /// The steps of this call; those that were done before are left out.
    pub steps: Vec<TaskStep>,
    /// Whether there is more to do now.
    pub more: bool,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// A step in this call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TaskStep {
    /// Its name.
    pub name: String,
    /// For which day, week or month: `2026-03-02`, `2026-W10` or `2026-03`.
    pub period: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    /// Members that this call has looked at.
    pub members: i64,
    /// What this call has changed: points that ended, tiers, notices, rows that were deleted.
    pub changes: i64,
    /// Code and message of a failure; otherwise null.
    pub error: Option<String>,
}

impl Operation for RunTasks {
    const NAME: &'static str = "run_tasks";
    const ACCESS: Access = Access::Write;
    type Reply = TasksDone;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TasksDone> {
        let mut left = self.limit.map_or(Ok(USUAL), |members| limit::within("limit", members, 1, 10_000))?;
        cx.actor = cx.actor.or(Some(ACTOR));
        let today = cx.programme.zone.day_of(cx.now);
        let mut done = TasksDone { steps: Vec::new(), more: false, replayed: false };
        for task in Task::ALL.into_iter().filter(|task| self.period.has(task.rhythm())) {
            if left <= 0 {
                done.more = true;
                break;
            }
            let Some(step) = step(cx, task, &task.rhythm().period(today), left)? else { continue };
            // A step that looks at no member also takes its time.
            left -= step.members.max(1);
            done.more |= step.state == TaskState::Running.word();
            done.steps.push(step);
        }
        Ok(done)
    }
}

/// What a part of a step did.
pub(super) struct Part {
    pub(super) members: i64,
    pub(super) changes: i64,
    /// Where to go on; none when the step is done.
    pub(super) next: Option<i64>,
}

/// Does a part of a step; nothing when it was done before.
fn step(cx: &mut Cx<'_>, task: Task, period: &str, limit: i64) -> Result<Option<TaskStep>> {
    let before = tasks::newest(cx.store()?, task.word(), 2)?;
    if let Some(later) = before.first().filter(|run| run.period.as_str() > period) {
        let error = format!("clock_behind the clock says {period}, and this has run for {}", later.period);
        return Ok(Some(shown(&TaskRun::new(task, period, cx.now), TaskState::Failed, (0, 0), Some(error))));
    }
    let fresh = TaskRun::new(task, period, cx.now);
    tasks::add(cx.store()?, &fresh)?;
    let run = tasks::find(cx.store()?, task.word(), period)?;
    let mut run = run.ok_or_else(|| Error::internal("a task that was added is missing"))?;
    if run.state == TaskState::Done {
        // Each campaign has its hour of the day.
        if task != Task::Campaigns || !campaign::is_due(cx)? {
            return Ok(None);
        }
        run.ended_at = None;
    }
    let last = before.into_iter().find(|run| run.period.as_str() < period);
    cx.store()?.begin_step()?;
    let part = match part(cx, task, (run.place, last.as_ref()), limit) {
        // What is damaged stops its step; a database that cannot serve stops all.
        Err(error) if error.kind() == Kind::Unavailable && error.fault() != Some(Fault::DatabaseCorrupt) => {
            return Err(error);
        }
        Err(error) => {
            cx.store()?.undo_step()?;
            Err(error)
        }
        Ok(part) => {
            cx.store()?.end_step()?;
            Ok(part)
        }
    };
    run.calls += 1;
    let counts = match part {
        Ok(part) => {
            (run.state, run.error) = (TaskState::Running, None);
            run.members += part.members;
            run.changes += part.changes;
            match part.next {
                Some(next) => run.place = next,
                None => (run.state, run.ended_at) = (TaskState::Done, Some(cx.now)),
            }
            (part.members, part.changes)
        }
        Err(error) => {
            let told = format!("{} {}", error.code(), error.message());
            (run.state, run.error) = (TaskState::Failed, Some(told.chars().take(LONGEST_ERROR).collect()));
            (0, 0)
        }
    };
    tasks::update(cx.store()?, &run)?;
    let error = run.error.clone();
    Ok(Some(shown(&run, run.state, counts, error)))
}

fn shown(run: &TaskRun, state: TaskState, (members, changes): (i64, i64), error: Option<String>) -> TaskStep {
    let (name, period) = (run.name.clone(), run.period.clone());
    TaskStep { name, period, state: state.word().to_owned(), members, changes, error }
}

fn part(cx: &mut Cx<'_>, task: Task, (place, last): (i64, Option<&TaskRun>), limit: i64) -> Result<Part> {
    match task {
        Task::Expiry => {
            let expired = ExpirePoints { limit }.run(cx)?;
            // Those that are done are no longer due: the next part begins anew.
            Ok(Part { members: expired.members, changes: expired.points, next: expired.more.then_some(0) })
        }
        Task::TierReviews => {
            let reviewed = ReviewTiers { limit, after: place }.run(cx)?;
            let changes = reviewed.raised + reviewed.lowered;
            Ok(Part { members: reviewed.members, changes, next: reviewed.next_after })
        }
        Task::Reminders => reminders::part(cx, place, last, limit),
        Task::Campaigns => {
            let ran = campaign::run_due(cx, limit)?;
            Ok(Part { members: ran.members, changes: ran.reached, next: ran.more.then_some(0) })
        }
        Task::Retention => retention::part(cx, limit),
    }
}
