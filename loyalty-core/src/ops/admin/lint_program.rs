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

/// Looks a programme over: rules that never fire, are hidden by others or give away more than they should.
///
/// Where there is a database, it is also looked at what the programme means for what is stored there: another currency,
/// tiers, stamp cards and rules that are gone and still held, rewards that nobody can have any more, codes that are good
/// again. A programme that cannot be read at all is an error that names the key. Nothing is changed, and without a
/// database the programme is looked at alone.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LintProgram {
    /// Text of the programme file; default the programme in use.
    #[serde(default)]
    pub program: Option<String>,
    /// Share of the money paid that the points may be worth at most, in percent; without it nothing is reckoned.
    #[serde(default)]
    pub margin_percent: Option<Percent>,
    /// What a point is worth, in major units; default what the programme says that it pays.
    #[serde(default)]
    pub point_value: Option<Amount>,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Linted {
    /// Whether nothing was found that is an error or a warning.
    pub ok: bool,
    /// What was found, the worst first.
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
                return Err(Error::invalid("point_value", "is required when the programme gives points no value"));
            }
        };
        Ok(lint::lint(programme, programme.zone.day_of(cx.now), margin))
    }
}
