use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{shop, stored};
use crate::booking::cx::Cx;
use crate::domain::clock;
use crate::ops::{Access, Operation};
use crate::store::{Transaction, members, probe, programmes, schema};
use crate::{Fault, Result};

/// Reports whether the engine can serve: database, schema, programme, clock, and whether a command could write.
///
/// The write check writes as a command does and rolls back. It finds a full disk, a file that cannot be written, and a
/// read-only server. Inside a transaction of the page it is skipped.
///
/// It also reports what the current programme means for the stored data: tiers and stamp cards that members hold but
/// the programme no longer has, rewards that nobody can get, and the other findings of `lint_program` that need a
/// database. It reports purchases in the outbox that have waited long or failed, and triggers of the shop that write to
/// the engine's tables.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Health {}

/// How the engine is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HealthReport {
    /// The worst of the checks.
    pub status: HealthStatus,
    /// Version of the engine.
    pub version: String,
    /// The checks that were made.
    pub checks: Vec<HealthCheck>,
}

/// A state of health.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    /// All is well.
    Ok,
    /// It serves, but someone should look.
    Degraded,
    /// It cannot serve.
    Failed,
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct HealthCheck {
    /// The name of the check.
    pub name: String,
    /// Its result.
    pub status: HealthStatus,
    /// What was observed.
    pub value: String,
}

impl Operation for Health {
    const NAME: &'static str = "health";
    const ACCESS: Access = Access::Read;
    type Reply = HealthReport;

    fn run(&self, cx: &mut Cx<'_>) -> Result<HealthReport> {
        let mut checks = Vec::new();
        let mut note = |name: &str, status: HealthStatus, value: String| {
            checks.push(HealthCheck { name: name.to_owned(), status, value });
        };
        for (name, value) in cx.store()?.facts()? {
            let degraded = name == "durability" && value == "relaxed";
            note(name, if degraded { HealthStatus::Degraded } else { HealthStatus::Ok }, value);
        }
        let held = schema::held(cx.store()?)?;
        note(
            "schema",
            if held.is_served() { HealthStatus::Ok } else { HealthStatus::Failed },
            held.version.to_string(),
        );
        let programme = cx.programme;
        let known = programmes::find(cx.store()?, programme.hash())?.is_some();
        let programme = format!("{} {}", programme.name, programme.hash());
        note("program", if known { HealthStatus::Ok } else { HealthStatus::Failed }, programme);
        let own = cx.programme;
        match stored::warnings(cx, own) {
            Ok(findings) => {
                for finding in findings {
                    let status = if stored::is_bad(&finding) { HealthStatus::Degraded } else { HealthStatus::Ok };
                    note(&finding.code, status, finding.message);
                }
            }
            Err(damaged) if damaged.fault() == Some(Fault::DatabaseCorrupt) => {
                note("stored", HealthStatus::Failed, damaged.message().to_owned());
            }
            Err(error) => return Err(error),
        }
        // When the clock is behind the newest record, or far ahead of it, a machine has the wrong time.
        let days = cx.programme.max_jump_days;
        let since = clock::earliest(cx.now, days);
        let newest = members::newest_record(cx.store()?, since)?;
        let behind = newest.is_some_and(|newest| cx.now.plus_seconds(cx.programme.future_tolerance_seconds) < newest);
        let shown = cx.moment(cx.now).to_string();
        match clock::check(cx.now, newest, days) {
            Err(ahead) => {
                note("clock", HealthStatus::Failed, format!("clock_ahead: {}", ahead.error(cx.programme.zone)));
            }
            Ok(()) => note("clock", if behind { HealthStatus::Degraded } else { HealthStatus::Ok }, shown),
        }
        let (status, value) = if cx.store()?.is_guest() {
            (HealthStatus::Ok, "not tried inside the page's transaction".to_owned())
        } else {
            let open = if cx.writing { Transaction::Write } else { Transaction::Read };
            match probe::try_write(cx.store()?, open)? {
                Ok(()) => (HealthStatus::Ok, "possible".to_owned()),
                Err(error) => (HealthStatus::Failed, format!("{}: {error}", error.code())),
            }
        };
        note("write", status, value);
        checks.extend(shop::checks(cx)?);
        let status = checks.iter().map(|check| check.status).max().unwrap_or(HealthStatus::Ok);
        Ok(HealthReport { status, version: env!("CARGO_PKG_VERSION").to_owned(), checks })
    }
}
