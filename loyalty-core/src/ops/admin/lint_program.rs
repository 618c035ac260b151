use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::stored;
use crate::booking::cx::Cx;
use crate::domain::lint::{self, Finding, Margin, Severity};
use crate::domain::payment::PointValue;
use crate::domain::programme::Programme;
use crate::ops::{Access, Operation};
use crate::value::{Amount, Percent};
use crate::{Error, Result};

/// Looks for mistakes in a programme: rules that never apply, rules that others hide, and rules that give away more
/// than they should.
///
/// With a database, it also checks the programme against the stored data: another currency; tiers, stamp cards and
/// rules that are gone but still held; rewards that nobody can get any more; codes that become valid again. Without a
/// database, it checks the programme alone. A programme that cannot be parsed is an error that names the key. Nothing
/// is changed.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct LintProgram {
    /// Text of the programme file; default the programme in use.
    #[serde(default)]
    #[new(default)]
    pub program: Option<String>,
    /// Highest share of the money paid that the points may be worth, in percent; when left out, nothing is computed.
    #[serde(default)]
    #[new(default)]
    pub margin_percent: Option<Percent>,
    /// What a point is worth, in major units; default what the programme pays for a point.
    #[serde(default)]
    #[new(default)]
    pub point_value: Option<Amount>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Linted {
    /// Whether there is no error and no warning.
    pub ok: bool,
    /// The findings, the most severe first.
    pub findings: Vec<Finding>,
}

impl Operation for LintProgram {
    const NAME: &'static str = "lint_program";
    const ACCESS: Access = Access::ReadIfAny;
    type Reply = Linted;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Linted> {
        let given = self.program.as_deref().map(Programme::parse).transpose()?;
        let programme = given.as_ref().unwrap_or(cx.programme);
        let mut findings = self.findings(cx, programme)?;
        findings.extend(stored::findings(cx, programme)?);
        lint::sort(&mut findings);
        let ok = findings.iter().all(|finding| finding.severity == Severity::Notice);
        Ok(Linted { ok, findings })
    }
}

impl LintProgram {
    fn findings(&self, cx: &Cx<'_>, programme: &Programme) -> Result<Vec<Finding>> {
        let value = match self.point_value {
            Some(value) => Some(
                PointValue::new(value.decimal(), programme.currency)
                    .map_err(|expected| Error::invalid("point_value", expected))?,
            ),
            None => programme.payment.value,
        };
        let margin = match (self.margin_percent, value) {
            (None, _) => None,
            (Some(percent), Some(point_value)) => Some(Margin { percent, point_value }),
            (Some(_), None) => {
                return Err(Error::invalid("point_value", "is required when the programme sets no value for points"));
            }
        };
        Ok(lint::lint(programme, programme.zone.day_of(cx.now), margin))
    }
}
