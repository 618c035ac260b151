//! The findings of a check of a programme.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::payment::PointValue;
use crate::value::Percent;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// It cannot be intended.
    Error,
    /// It is probably not intended.
    Warning,
    /// It is good to know.
    Notice,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Id of the earning rule, if it is about one.
    pub rule: Option<String>,
    /// Stable code, like `never_fires`.
    pub code: String,
    /// What it is, for the people who write the programme.
    pub message: String,
}

impl Finding {
    pub(super) fn new(severity: Severity, rule: Option<&str>, code: &str, message: String) -> Self {
        Self { severity, rule: rule.map(str::to_owned), code: code.to_owned(), message }
    }
}

/// The most that a programme may give away.
#[derive(Debug, Clone, Copy)]
pub struct Margin {
    /// Share of the money paid.
    pub percent: Percent,
    /// What a point is worth.
    pub point_value: PointValue,
}
