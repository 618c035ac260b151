use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::task::Task;
use crate::ops::{Access, Operation};
use crate::store::tasks;
use crate::value::{Moment, limit};

/// Returns the last runs of the regular work: `run_tasks`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Tasks {
    /// Most runs of each step, 1 to 100.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
}

const fn default_limit() -> i64 {
    1
}

/// The last runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TasksReply {
    /// The runs of each step, newest first.
    pub items: Vec<LastRun>,
    /// Steps that have never run.
    pub never: Vec<String>,
}

/// A run of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LastRun {
    /// The step.
    pub name: String,
    /// For which day, week or month.
    pub period: String,
    /// `running`, `done` or `failed`.
    pub state: String,
    /// Members that it has looked at.
    pub members: i64,
    /// What it has changed.
    pub changes: i64,
    /// In how many calls.
    pub calls: i64,
    /// When it began.
    pub started_at: Moment,
    /// When it was done; null before.
    pub ended_at: Option<Moment>,
    /// Code and message of its last failure; null when its last call was good.
    pub error: Option<String>,
}

impl Operation for Tasks {
    const NAME: &'static str = "tasks";
    const ACCESS: Access = Access::Read;
    type Reply = TasksReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<TasksReply> {
        let limit = limit::within("limit", self.limit, 1, 100)?;
        let mut reply = TasksReply { items: Vec::new(), never: Vec::new() };
        for task in Task::ALL {
            let runs = tasks::newest(cx.store()?, task.word(), limit)?;
            if runs.is_empty() {
                reply.never.push(task.word().to_owned());
            }
            for run in runs {
                reply.items.push(LastRun {
                    name: run.name,
                    period: run.period,
                    state: run.state.word().to_owned(),
                    members: run.members,
                    changes: run.changes,
                    calls: run.calls,
                    started_at: cx.moment(run.started_at),
                    ended_at: run.ended_at.map(|ended| cx.moment(ended)),
                    error: run.error,
                });
            }
        }
        Ok(reply)
    }
}
