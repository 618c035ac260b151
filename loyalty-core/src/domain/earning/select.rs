//! Which of the rules that apply count: `stop`, groups, and best-of or all.

use super::sum::Sum;
use crate::Result;
use crate::domain::programme::{CapPolicy, Effect, Programme, Rule, Stacking};
use crate::domain::rule::{Purchase, Unmet};
use crate::value::Points;

/// The rules that count, in order, and why the others do not.
pub(super) struct Chosen<'a> {
    pub(super) rules: Vec<&'a Rule>,
    pub(super) left_out: Vec<(&'a Rule, Unmet)>,
}

/// Chooses among the rules that apply, ordered by priority and id.
///
/// A rule with `stop` excludes all rules of a lower priority. Of each group, only the best rule stays. Rules that
/// accrue by amount are additional bases and always count; of all others, either the best counts or all do, as the
/// programme says.
pub(super) fn choose<'a>(
    programme: &Programme,
    purchase: &Purchase<'_>,
    sum: &Sum<'a>,
    applying: Vec<&'a Rule>,
) -> Result<Chosen<'a>> {
    let mut chosen = Chosen { rules: applying, left_out: Vec::new() };
    chosen.stop();
    let choice = chosen.rules.iter().any(|rule| rule.group.is_some());
    let best = programme.stacking == Stacking::Best && chosen.rules.len() > 1;
    if !choice && !best {
        return Ok(chosen);
    }
    let mut on_top = sum.clone();
    for rule in chosen.rules.iter().filter(|rule| rule.group.is_none() && is_base(rule)) {
        on_top.take(rule)?;
    }
    let worth = |rule: &'a Rule| {
        let part = on_top.clone().take(rule)?;
        within_room(programme, purchase, rule, part)
    };
    let mut groups: Vec<&str> = chosen.rules.iter().filter_map(|rule| rule.group.as_deref()).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        chosen.keep_best(worth, |rule| rule.group.as_deref() == Some(group))?;
    }
    if best {
        chosen.keep_best(worth, |rule| !is_base(rule))?;
    }
    Ok(chosen)
}

/// How much of its part a rule may give under its own limits.
pub(super) fn within_room(programme: &Programme, purchase: &Purchase<'_>, rule: &Rule, part: Points) -> Result<Points> {
    let room = match rule.limits.need_counting() {
        true => rule.limits.room(&purchase.history.used(rule)),
        false => rule.limits.points_per_order,
    };
    match room.map(Points::new).transpose()?.filter(|room| part > *room) {
        None => Ok(part),
        Some(room) => Ok(if programme.earn.cap == CapPolicy::Cut { room } else { Points::ZERO }),
    }
}

const fn is_base(rule: &Rule) -> bool {
    matches!(rule.effect, Effect::PerAmount(_))
}

impl<'a> Chosen<'a> {
    fn stop(&mut self) {
        let Some(stopper) = self.rules.iter().find(|rule| rule.stop).copied() else { return };
        let (stay, go) =
            std::mem::take(&mut self.rules).into_iter().partition(|rule| rule.priority >= stopper.priority);
        self.rules = stay;
        let unmet = |rule| (rule, Unmet::Stopped(stopper.name.clone()));
        self.left_out.extend(Vec::into_iter(go).map(unmet));
    }

    /// Of the rules that `among` names, keeps the one that gives most alone; among equals the first.
    fn keep_best(&mut self, worth: impl Fn(&'a Rule) -> Result<Points>, among: impl Fn(&Rule) -> bool) -> Result<()> {
        let mut best: Option<(Points, &Rule)> = None;
        let rivals: Vec<&'a Rule> = self.rules.iter().filter(|rule| among(rule)).copied().collect();
        if rivals.len() < 2 {
            return Ok(());
        }
        for rule in rivals {
            let points = worth(rule)?;
            if best.is_none_or(|(most, _)| points > most) {
                best = Some((points, rule));
            }
        }
        let Some((_, best)) = best else { return Ok(()) };
        let lost = |rule: &Rule| among(rule) && rule.id != best.id;
        self.left_out.extend(
            self.rules.iter().filter(|rule| lost(rule)).map(|rule| (*rule, Unmet::LessThanAnother(best.name.clone()))),
        );
        self.rules.retain(|rule| !lost(rule));
        Ok(())
    }
}
