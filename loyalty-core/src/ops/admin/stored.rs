//! What a programme means for the data that the database already holds.

use crate::Result;
use crate::booking::cx::Cx;
use crate::domain::lint::{self, Finding, Lost, Severity, Stored};
use crate::domain::programme::{Past, Programme};
use crate::store::{currency, members, programmes, rewards, rule_uses, stamps};

/// All findings.
pub(super) fn findings(cx: &mut Cx<'_>, programme: &Programme) -> Result<Vec<Finding>> {
    let mut findings = warnings(cx, programme)?;
    for id in &Lost::of(programme, &past(cx)?).rules {
        let members = rule_uses::members(cx.store()?, id)?;
        findings.extend((members > 0).then(|| lint::still_held("rules", id, members)));
    }
    Ok(findings)
}

/// The same, without the findings that need a look at every use of a rule. Members are counted only for ids that are
/// gone.
pub(super) fn warnings(cx: &mut Cx<'_>, programme: &Programme) -> Result<Vec<Finding>> {
    let past = past(cx)?;
    let held = currency::held(cx.store()?)?.filter(|held| held.has_money);
    let rewards = rewards::all(cx.store()?)?;
    let currency = held.as_ref().map(|held| held.code());
    let mut findings = lint::beside(programme, &Stored { currency, past: &past, rewards: &rewards });
    let lost = Lost::of(programme, &past);
    for id in &lost.tiers {
        let members = members::in_tier(cx.store()?, id)?;
        findings.extend((members > 0).then(|| lint::still_held("tiers", id, members)));
    }
    for id in &lost.cards {
        let members = stamps::members(cx.store()?, id)?;
        findings.extend((members > 0).then(|| lint::still_held("stamp_cards", id, members)));
    }
    Ok(findings)
}

fn past(cx: &mut Cx<'_>) -> Result<Vec<Past>> {
    Ok(programmes::sources(cx.store()?)?.iter().map(|source| Past::read(source)).collect())
}

/// Whether someone should look.
pub(super) const fn is_bad(finding: &Finding) -> bool {
    !matches!(finding.severity, Severity::Notice)
}
