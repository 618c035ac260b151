//! `adopt`: takes a database of Café-VT's first version over.

use clap::{ArgMatches, Args, FromArgMatches as _};
use loyalty_core::value::{Day, Instant, Zone};
use loyalty_core::{Error, Options, Result};

use super::run::{Adoption, Rewards, adopt};
use serde_json::Value;

use crate::copy::setting;

/// Take the members of Café-VT's first version over, from its tables in MySQL into --database
///
/// Without --apply nothing is changed: the reply says what would be done, what was found in the old data, and what
/// becomes of it. With --apply the trigger `after_compra_complete` is dropped first, so that no purchase earns twice;
/// then, with --archive, the old tables are renamed; then all members come over in one transaction, which is kept only
/// if `verify` finds nothing wrong in it. The old tables keep all their rows, as the history of the time before. Each
/// step can be repeated: who was taken over is not taken again, only what is new since.
///
/// Stop the old service and the shop's checkout first. Afterwards purchases earn nothing until the shop tells the engine of
/// each (`earn_points` with its number, `cancel_order` when it is cancelled), or until it is noted: with --outbox triggers
/// on the shop's purchases write those that are completed and cancelled to `loyalty_outbox`, in the same transaction as
/// the purchase, and `loyalty drain`, run every minute, earns and cancels them, each once. Purchases that were completed in
/// between are listed as `unrewarded`, and noted as well.
///
/// A reward that is here under the same name keeps the shop's price, tier, limits and dates, and the reply shows both. One
/// of 100 % becomes one free item, and the amount of money that its text names its highest discount.
///
/// The account needs the right TRIGGER on the shop's database; without it the reply has the statements for an
/// administrator, and --apply changes nothing.
#[derive(Debug, Args)]
pub(crate) struct Adopt {
    /// The shop's database: `mysql://user:password@host/shop`, or `env:NAME` for one that a variable holds
    #[arg(value_name = "FROM")]
    from: String,
    /// Do it
    #[arg(long)]
    apply: bool,
    /// Prefix that the old tables get, like `v1_`; needed when --database is the same one without a prefix of its own
    #[arg(long, value_name = "PREFIX")]
    archive: Option<String>,
    /// What the old system is called in the members' history
    #[arg(long, value_name = "TEXT", default_value = "Café-VT 1")]
    source: String,
    /// Text before the numbers of purchases, as in the shop's own calls
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    order_prefix: String,
    /// Redemptions before this local date were used; without it all are open, and become coupons
    #[arg(long, value_name = "DATE")]
    open_since: Option<String>,
    /// Make balances below zero zero, and not points that are owed
    #[arg(long)]
    forgive_debt: bool,
    /// Whose terms a reward keeps that is here under the same name
    #[arg(long, value_name = "WHOSE", value_parser = ["shop", "program"], default_value = "shop")]
    rewards: String,
    /// Note purchases by triggers, for `loyalty drain`; --database must be the shop's own
    #[arg(long)]
    outbox: bool,
    /// Zone of the shop's local times, like `America/Santiago`; default that of the programme
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

/// Runs the adoption; the reply is its report.
///
/// # Errors
/// As [`adopt`].
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
