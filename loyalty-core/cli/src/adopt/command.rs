//! `adopt`: moves the members of Café-VT's first version into the engine.

use clap::{ArgMatches, Args, FromArgMatches as _};
use loyalty_core::value::{Day, Instant, Zone};
use loyalty_core::{Error, Options, Result};

use super::run::{Adoption, Rewards, adopt};
use serde_json::Value;

use crate::copy::setting;

/// Move the members of Café-VT's first version from its MySQL tables into --database
///
/// Without --apply nothing is changed: the reply lists what would be done, what was found in the old data, and what
/// becomes of it. With --apply, the trigger `after_compra_complete` is dropped first, so that no purchase earns twice;
/// then, with --archive, the old tables are renamed; then all members are moved in one transaction, which is committed
/// only if `verify` finds no problem in it. The old tables keep all their rows as the history from before the move.
/// Each step can be repeated: members who were moved already are not moved again, only what is new since then.
///
/// Stop the old service and the shop's checkout first. After the move, purchases earn nothing until the shop reports
/// each one to the engine (`earn_points` with its number, `cancel_order` when it is cancelled) or until triggers record
/// it. With --outbox, triggers on the shop's purchases write completed and cancelled purchases to `loyalty_outbox`, in
/// the same transaction as the purchase; `loyalty drain`, run every minute, earns and cancels each of them once.
/// Purchases that were completed in between are listed as `unrewarded`, and are recorded as well.
///
/// A reward that the programme also has, under the same name, keeps the shop's price, tier, limits and dates, and the
/// reply shows both versions. A reward of 100 % off becomes one free item, and an amount of money in its text becomes
/// its highest discount.
///
/// The account needs the TRIGGER privilege on the shop's database. Without it, the reply has the statements for an
/// administrator to run, and --apply changes nothing.
#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// The shop's database: `mysql://user:password@host/shop`, or `env:NAME` to read it from an environment variable
    #[arg(value_name = "FROM")]
    from: String,
    /// Make the changes
    #[arg(long)]
    apply: bool,
    /// Prefix for the old tables, like `v1_`; required when --database is the shop's own database and has no prefix
    #[arg(long, value_name = "PREFIX")]
    archive: Option<String>,
    /// What the members' history calls the old system
    #[arg(long, value_name = "TEXT", default_value = "Café-VT 1")]
    source: String,
    /// Text before purchase numbers, the same as in the shop's own calls
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    order_prefix: String,
    /// Redemptions before this local date count as used; without it all are open and become coupons
    #[arg(long, value_name = "DATE")]
    open_since: Option<String>,
    /// Set balances below zero to zero, instead of keeping them as points that are owed
    #[arg(long)]
    forgive_debt: bool,
    /// Whose terms a reward keeps when shop and programme both have it under the same name
    #[arg(long, value_name = "WHOSE", value_parser = ["shop", "program"], default_value = "shop")]
    rewards: String,
    /// Record purchases by triggers, for `loyalty drain`; --database must be the shop's own database
    #[arg(long)]
    outbox: bool,
    /// Time zone of the shop's local times, like `America/Santiago`; default the programme's zone
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

/// Moves the members; the reply is the report.
///
/// # Errors
/// The errors of [`adopt`].
pub(crate) fn run(target: &Options, given: &ArgMatches, now: Option<Instant>) -> Result<Value> {
    let asked = Adopt::from_arg_matches(given).map_err(|error| Error::invalid("command", error))?;
    let open_since = asked.open_since.as_deref().map(Day::parse).transpose();
    let adoption = Adoption {
        apply: asked.apply,
        source: asked.source,
        archive: asked.archive,
        order_prefix: asked.order_prefix,
        open_since: open_since.map_err(|expected| Error::invalid("open_since", expected))?,
        forgive_debt: asked.forgive_debt,
        rewards: if asked.rewards == "shop" { Rewards::Shop } else { Rewards::Programme },
        outbox: asked.outbox,
        time_zone: asked.time_zone.as_deref().map(zone).transpose()?,
    };
    let adopted = adopt(target, &setting("from", &asked.from)?, &adoption, now)?;
    serde_json::to_value(adopted).map_err(Error::internal)
}

fn zone(name: &str) -> Result<Zone> {
    let expected = || format!("must be an IANA time zone like `America/Santiago`, got `{name}`");
    Zone::parse(name).ok_or_else(|| Error::invalid("time_zone", expected()))
}
