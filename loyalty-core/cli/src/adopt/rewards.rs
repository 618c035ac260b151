//! The shop's catalogue: each old reward is matched by name or added, once.

use std::collections::BTreeMap;

use serde::Serialize;

use super::catalogue::{self, Difference, OldReward};
use super::finding::{Finding, Findings};
use super::run::{ACTOR, Adopted, Adoption, Rewards};
use super::tables as old;
use loyalty_core::Batch;
use loyalty_core::internals::{self, KeptAnswer, Reward, Session, keys, rewards as store, session_of};
use loyalty_core::programme::DiscountType;
use loyalty_core::value::{Decimal, Instant, Key, RewardId, same_name};
use loyalty_core::{Error, Result};

/// The name under which the imported rewards are recorded.
const TAKEN: &str = "adopt.reward";

/// A reward of the shop that was imported now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AdoptedReward {
    /// Its number in the old catalogue.
    pub old_reward_id: i64,
    /// Its number here.
    pub reward_id: i64,
    /// Its name.
    pub name: String,
    /// What was done.
    pub done: &'static str,
    /// What its coupon takes off.
    pub discount_type: DiscountType,
    /// How much of it, in percent.
    pub discount_percent: String,
    /// Highest discount in money; none when it is unlimited.
    pub max_discount: Option<Decimal>,
    /// The differences between the shop's reward and the one with the same name here.
    pub differences: Vec<Difference>,
}

/// Matches the old rewards by name, and adds the missing ones. A reward that was imported before stays as it is now.
pub(super) fn take(
    batch: &mut Batch<'_>,
    session: &mut dyn Session,
    adoption: &Adoption,
    (report, findings): (&mut Adopted, &mut Findings),
    now: Instant,
) -> Result<BTreeMap<i64, RewardId>> {
    mend(batch, session, adoption.rewards, report)?;
    let here = store::all(session_of(batch))?;
    let mut here: BTreeMap<String, Reward> =
        here.into_iter().rev().map(|reward| (same_name(&reward.name), reward)).collect();
    let mut found = BTreeMap::new();
    for old in old::rewards(session)? {
        let key = Key::new(format!("{}:{}", same_name(&adoption.source), old.id))?;
        if let Some(kept) = keys::find(session_of(batch), TAKEN, &key)? {
            let id: i64 = internals::json(&kept.answer)?;
            found.insert(old.id, RewardId::new(id)?);
            continue;
        }
        let line = one(batch, &old, here.remove(&same_name(&old.name)), adoption, findings, now)
            .map_err(|error| error.with("old_reward_id", old.id))?;
        let kept = KeptAnswer { request: Vec::new(), accepted: true, answer: line.reward_id.to_string() };
        keys::insert(session_of(batch), (TAKEN, &key), None, &kept, now)?;
        found.insert(old.id, RewardId::new(line.reward_id)?);
        report.rewards_added += u64::from(line.done == ADDED);
        report.rewards.push(line);
    }
    Ok(found)
}

/// What is done with a reward.
const ADDED: &str = "added";
const SAME: &str = "the same here";
const OF_SHOP: &str = "kept here with the shop's terms";
const OF_PROGRAMME: &str = "kept here with its own terms";

fn one(
    batch: &mut Batch<'_>,
    old: &OldReward,
    here: Option<Reward>,
    adoption: &Adoption,
    findings: &mut Findings,
    now: Instant,
) -> Result<AdoptedReward> {
    let programme = batch.engine().programme().clone();
    let shop = catalogue::read(old, &programme)?;
    let differences = here.as_ref().map(|here| catalogue::differences(here, &shop, &programme)).unwrap_or_default();
    let unknown_tier = old.tier_required.as_deref().is_some_and(|tier| programme.tier(tier).is_none());
    let (reward, done) = match here {
        None => {
            let id = store::add(session_of(batch), &shop, now, Some(ACTOR))?;
            (Reward { id, ..shop }, ADDED)
        }
        Some(here) if differences.is_empty() => (here, SAME),
        Some(here) if adoption.rewards == Rewards::Programme => (here, OF_PROGRAMME),
        Some(here) => {
            let reward = catalogue::with_terms_of(here, shop);
            store::replace(session_of(batch), reward.id, &reward, Some(ACTOR))?;
            (reward, OF_SHOP)
        }
    };
    let is_whole_order = reward.discount_type == DiscountType::Percent && reward.discount_percent.get() > 0;
    let is_read = done == ADDED || done == OF_SHOP;
    let note = |findings: &mut Findings, finding, holds: bool| findings.note_many(finding, 0, u64::from(holds));
    note(findings, Finding::RewardReadAsItem, done == ADDED && reward.discount_type == DiscountType::FreeItem);
    note(findings, Finding::RewardWithoutMaximum, is_read && is_whole_order && reward.max_discount.is_none());
    note(findings, Finding::RewardDiffers, !differences.is_empty());
    note(findings, Finding::RewardOfUnknownTier, is_read && unknown_tier);
    Ok(AdoptedReward {
        old_reward_id: old.id,
        reward_id: reward.id.get(),
        name: reward.name,
        done,
        discount_type: reward.discount_type,
        discount_percent: Decimal::new(reward.discount_percent.get(), 2).shortest().to_string(),
        max_discount: reward.max_discount.map(|most| most.to_decimal(programme.currency)),
        differences,
    })
}

/// Repairs rewards that the shop's own SQL has overwritten: it knows only the columns of its own table.
fn mend(batch: &mut Batch<'_>, session: &mut dyn Session, rewards: Rewards, report: &mut Adopted) -> Result<()> {
    let broken = store::written_over(session_of(batch))?;
    if broken.is_empty() {
        return Ok(());
    }
    let programme = batch.engine().programme().clone();
    let shop = old::rewards(session)?;
    for (id, name) in broken {
        let is_it = |other: &str| same_name(other) == same_name(&name);
        let seed = programme.rewards.iter().find(|seed| is_it(&seed.name)).map(internals::seeded);
        let of_shop = shop.iter().find(|old| is_it(&old.name));
        let of_shop = of_shop.map(|old| catalogue::read(old, &programme)).transpose()?;
        let reward = match (seed, of_shop) {
            (Some(seed), Some(shop)) if rewards == Rewards::Shop => Some(catalogue::with_terms_of(seed, shop)),
            (seed, of_shop) => seed.or(of_shop),
        };
        let reward = reward.ok_or_else(|| {
            let expected = format!("the reward `{name}` was overwritten by other SQL, and its terms are lost");
            Error::invalid("from", expected).with("reward_id", id.get())
        })?;
        store::restore(session_of(batch), &Reward { id, ..reward }, Some(ACTOR))?;
        report.steps.push(format!("repair the reward {id}, `{name}`, which the shop's SQL has overwritten"));
    }
    Ok(())
}
