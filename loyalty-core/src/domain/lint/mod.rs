//! Checks a programme for what is allowed but probably not intended: rules that never apply, that others hide, or that
//! give away too much.

mod cover;
mod finding;
mod margin;
mod never;
mod stored;

use super::programme::Programme;
use crate::domain::programme::Metric;
use crate::value::Day;

pub use finding::{Finding, Margin, Severity};
pub use stored::{Lost, Stored, beside, still_held};

/// All findings, the most severe first.
#[must_use]
pub fn lint(programme: &Programme, today: Day, margin: Option<Margin>) -> Vec<Finding> {
    let mut findings = Vec::new();
    never::rules(programme, today, &mut findings);
    cover::rules(programme, &mut findings);
    whole(programme, &mut findings);
    if let Some(margin) = margin {
        margin::check(programme, margin, &mut findings);
    }
    sort(&mut findings);
    findings
}

/// The most severe first.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|one, other| {
        one.severity
            .cmp(&other.severity)
            .then_with(|| one.rule.cmp(&other.rule))
            .then_with(|| one.code.cmp(&other.code))
            .then_with(|| one.message.cmp(&other.message))
    });
}

/// Findings that concern no single rule.
fn whole(programme: &Programme, findings: &mut Vec<Finding>) {
    let mut note = |severity, code: &str, message: String| findings.push(Finding::new(severity, None, code, message));
    let earn = &programme.earn;
    let caps = [
        ("max_points_per_order", earn.max_points_per_order),
        ("max_points_per_day", earn.max_points_per_day),
        ("max_points_per_week", earn.max_points_per_week),
        ("max_points_per_month", earn.max_points_per_month),
    ];
    for (place, (name, cap)) in caps.iter().enumerate() {
        let wider = caps.iter().skip(place + 1).find(|(_, wide)| wide.zip(*cap).is_some_and(|(wide, cap)| wide <= cap));
        if let Some((wide, _)) = wider {
            let message = format!("earn.{name} has no effect: earn.{wide} is not above it");
            note(Severity::Notice, "cap_without_effect", message);
        }
    }
    for reward in programme.rewards.iter().filter(|reward| reward.points_cost < programme.minimum_points) {
        let message =
            format!("reward `{}` costs less than redemption.minimum_points and is never redeemed", reward.name);
        note(Severity::Warning, "never_redeemable", message);
    }
    if let Some(message) = out_of_reach(programme) {
        note(Severity::Warning, "tier_out_of_reach", message);
    }
    if earn.points == 0 && programme.rules_for(None).next().is_none() {
        note(
            Severity::Warning,
            "nothing_earns",
            "purchases earn nothing: earn.points is 0 and no rule applies to them".into(),
        );
    }
}

/// A tier judged by the balance that lies above the automatic redemption.
fn out_of_reach(programme: &Programme) -> Option<String> {
    let rule = programme.auto_redeem.as_ref().filter(|_| programme.tier_rules.metric == Metric::Balance)?;
    let taken = rule.threshold.get();
    let tier = programme.tiers.iter().skip(1).find(|tier| tier.threshold >= taken)?;
    Some(format!(
        "tier `{}` is hardly ever reached: it is judged by the balance, and auto_redeem takes points at {taken}",
        tier.id
    ))
}

#[cfg(test)]
mod tests;
