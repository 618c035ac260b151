//! A programme compared with the stored data, whose meaning comes from earlier programmes.

use crate::domain::lint::finding::{Finding, Severity};
use crate::domain::programme::{Past, Programme};
use crate::domain::reward::Reward;

/// The data of a database whose meaning comes from a programme.
pub struct Stored<'a> {
    /// The currency of its money, if there is any.
    pub currency: Option<&'a str>,
    /// The programmes that were used on it, oldest first.
    pub past: &'a [Past],
    /// Its catalogue.
    pub rewards: &'a [Reward],
}

/// Ids that earlier programmes had and that this one does not know under any name: each may still be stored.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Of tiers.
    pub tiers: Vec<String>,
    /// Of stamp cards.
    pub cards: Vec<String>,
    /// Of earning rules.
    pub rules: Vec<String>,
}

impl Lost {
    /// The ids that a programme has lost.
    #[must_use]
    pub fn of(programme: &Programme, past: &[Past]) -> Self {
        let rule = |id: &str| programme.rules.iter().any(|rule| rule.names().any(|name| name == id));
        let ids = |of: fn(&Past) -> &[crate::domain::programme::Named], known: &dyn Fn(&str) -> bool| {
            let named = past.iter().flat_map(of).map(|named| &named.id).filter(|id| !known(id));
            let mut lost: Vec<String> = named.cloned().collect();
            lost.sort_unstable();
            lost.dedup();
            lost
        };
        Self {
            tiers: ids(|past| &past.tiers, &|id| programme.tier(id).is_some()),
            cards: ids(|past| &past.stamp_cards, &|id| programme.stamp_card(id).is_some()),
            rules: ids(|past| &past.rules, &rule),
        }
    }
}

/// An id that was lost and is still held.
#[must_use]
pub fn still_held(list: &str, id: &str, members: i64) -> Finding {
    let remedy = format!("if it was renamed, add `was = [\"{id}\"]` to its new entry");
    let (severity, code, message) = match list {
        "tiers" => (
            Severity::Warning,
            "tier_lost",
            format!(
                "{members} members hold the tier `{id}`, which the programme does not have: it is judged again; {remedy}"
            ),
        ),
        "stamp_cards" => (
            Severity::Warning,
            "stamp_card_lost",
            format!("{members} members have stamps on the card `{id}`, which the programme does not have; {remedy}"),
        ),
        _ => (
            Severity::Notice,
            "rule_lost",
            format!("{members} members have used the rule `{id}`, which the programme does not have; {remedy}"),
        ),
    };
    Finding::new(severity, None, code, message)
}

/// The findings for a programme and a database that need no look at members.
#[must_use]
pub fn beside(programme: &Programme, stored: &Stored<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut note = |severity, code: &str, message: String| findings.push(Finding::new(severity, None, code, message));
    let own = programme.currency.code();
    if let Some(held) = stored.currency.filter(|held| *held != own) {
        let message = format!("the database counts in {held}, and the programme in {own}: the programme is refused");
        note(Severity::Error, "other_currency", message);
    }
    let zone = programme.zone.name();
    let mut zones: Vec<&str> = stored.past.iter().filter_map(|past| past.time_zone.as_deref()).collect();
    zones.sort_unstable();
    zones.dedup();
    zones.retain(|other| *other != zone);
    if !zones.is_empty() {
        let message = format!(
            "earlier programmes were in {}, this one is in {zone}: local days stored under them stay as they are",
            zones.join(", ")
        );
        note(Severity::Notice, "other_time_zone", message);
    }
    for reward in stored.rewards.iter().filter(|reward| programme.tier(&reward.tier_required).is_none()) {
        let message = format!(
            "reward {} (`{}`) asks for the tier `{}`, which the programme does not have: nobody can get it",
            reward.id, reward.name, reward.tier_required
        );
        note(Severity::Warning, "reward_closed", message);
    }
    if let Some(rule) = &programme.auto_redeem
        && !stored.rewards.is_empty()
        && stored.rewards.iter().all(|reward| reward.id != rule.reward)
    {
        let message = format!("auto_redeem names the reward {}, which the catalogue does not have", rule.reward);
        note(Severity::Error, "reward_missing", message);
    }
    signing(programme, stored.past, &mut note);
    findings
}

/// Keys whose codes are no longer good, and codes that were stopped and are good again.
fn signing(programme: &Programme, past: &[Past], note: &mut impl FnMut(Severity, &str, String)) {
    let own: Vec<String> = programme.signing.public_keys.iter().map(ToString::to_string).collect();
    let mut gone: Vec<&String> = past.iter().flat_map(|past| &past.signing.public_keys).collect();
    gone.retain(|key| !own.iter().any(|own| own.eq_ignore_ascii_case(key)));
    gone.sort_unstable();
    gone.dedup();
    for key in gone {
        let message = format!("codes signed by the key `{key}` of an earlier programme are no longer good");
        note(Severity::Notice, "signing_key_lost", message);
    }
    let denied = &programme.signing.denied;
    let Some(last) = past.iter().rev().find(|past| !past.signing.denied.is_empty()) else { return };
    let is_listed =
        |id: &str| crate::domain::code::normalize(id).is_none_or(|id| crate::domain::signed::is_denied(&id, denied));
    for id in last.signing.denied.iter().filter(|id| !is_listed(id)) {
        let message = format!("the signed code `{id}` was stopped by an earlier programme and is good again");
        note(Severity::Warning, "denied_code_good_again", message);
    }
}
