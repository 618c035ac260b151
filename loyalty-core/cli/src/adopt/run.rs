//! Imports a database of Café-VT's first version: everything in one transaction, or nothing.

use std::collections::BTreeMap;

use serde::Serialize;

use super::decide::{OldEntry, OldRedemption, Taken, Takeover, Terms, take_over};
use super::finding::{Finding, Findings, Found};
use super::first::{FirstVersion, Noting};
use super::rewards::{self, AdoptedReward};
use super::{tables as old, triggers};
use loyalty_core::internals::{
    self, OutboxRow, Place, Session, Transaction, keys, now, orders, outbox, place_of, programme_of, schema, session_of,
};
use loyalty_core::ops::{ImportMember, Imported, ImportedEntry, ImportedOrder, ImportedRedemption, Verify};
use loyalty_core::programme::Programme;
use loyalty_core::value::{Actor, Amount, Day, DayOrMoment, Instant, Key, Money, OrderId, Zone, same_name};
use loyalty_core::{Batch, Call, Engine, Error, Options, Result};

/// Members that are read at once.
const PAGE: i64 = 200;
/// Most purchases that the report lists.
const NAMED: usize = 20;
/// The actor of all bookings.
pub(super) const ACTOR: &str = "adopt";

/// How to import a database.
#[derive(Debug, Clone, Default)]
pub struct Adoption {
    /// Whether to do it, and not only rehearse it.
    pub apply: bool,
    /// The name of the old system in the members' history.
    pub source: String,
    /// The prefix for the names of the old tables, when they must be renamed.
    pub archive: Option<String>,
    /// The prefix of the numbers of the old purchases, as the shop's calls have it.
    pub order_prefix: String,
    /// Redemptions before this local day count as used.
    pub open_since: Option<Day>,
    /// Whether a balance below zero becomes zero.
    pub forgive_debt: bool,
    /// Whose terms a reward keeps when one with the same name exists here.
    pub rewards: Rewards,
    /// Whether triggers record the shop's purchases for [`Drain`](loyalty_core::ops::Drain).
    pub outbox: bool,
    /// The zone of the shop's local times; default the programme's.
    pub time_zone: Option<Zone>,
}

/// Whose terms a reward keeps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Rewards {
    /// The shop's: its members know them.
    #[default]
    Shop,
    /// The terms that it has here.
    Programme,
}

/// What was imported, or would be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Adopted {
    /// Whether it was done, and not only rehearsed.
    pub applied: bool,
    /// The steps that were taken, or would be, in this order.
    pub steps: Vec<String>,
    /// Members of the old tables.
    pub members: u64,
    /// Those that were imported for the first time.
    pub taken_over: u64,
    /// Those that were imported before and have new data since.
    pub added_to: u64,
    /// Those that were imported before and have nothing new.
    pub unchanged: u64,
    /// Spendable points that were imported now; balances below zero are not counted.
    pub points: i64,
    /// Points below zero that are owed now.
    pub owed: i64,
    /// Points earned in a lifetime that were imported now.
    pub lifetime_points: i64,
    /// Orders that are known here now.
    pub orders: u64,
    /// Orders that had already earned here; their points were not given again.
    pub orders_known: u64,
    /// Open redemptions that became coupons.
    pub coupons: u64,
    /// Rewards of the old catalogue that were added to this one.
    pub rewards_added: u64,
    /// The rewards that were imported now, and their differences from those here.
    pub rewards: Vec<AdoptedReward>,
    /// How purchases earn from now on.
    pub purchases: String,
    /// What happens to the earlier history.
    pub history: String,
    /// Purchases completed after the last one that earned in the old system, at most 20. They earn by `earn_points`
    /// with their number, or are recorded in the outbox.
    pub unrewarded: Vec<i64>,
    /// How many of these purchases were recorded in the outbox now.
    pub noted: u64,
    /// What was found in the old data, and what happens to it.
    pub findings: Vec<FoundLine>,
    /// The text of the trigger that credited purchases, for the record.
    pub trigger: Option<String>,
    /// Other triggers that write to loyalty tables: they are left unchanged.
    pub other_triggers: Vec<String>,
    /// Triggers whose text the account may not see.
    pub hidden_triggers: Vec<String>,
    /// Statements that an administrator must run first.
    pub administrator: Vec<String>,
}

/// A finding in the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FoundLine {
    /// What was found.
    pub finding: Finding,
    /// How often, and for whom.
    #[serde(flatten)]
    pub found: Found,
    /// What happens to it.
    pub done: &'static str,
}

/// Imports a database of Café-VT's first version, or only rehearses it.
///
/// In this order: it drops the trigger that credits purchases; renames the old tables if requested; and imports all
/// members in one transaction, which it commits only if [`Verify`] finds no problem in it. Each step can be
/// repeated, and nothing is imported twice.
///
/// # Errors
/// `invalid` when there are no old tables or their names collide with the engine's; `unavailable` when a database
/// fails. The data are then unchanged.
pub fn adopt(target: &Options, from: &Options, adoption: &Adoption, now: Option<Instant>) -> Result<Adopted> {
    let Place::Server(address) = place_of(from) else {
        return Err(Error::invalid("from", "must be a database on a server, like `mysql://user:password@host/shop`"));
    };
    let mut first = FirstVersion::find(address, target, adoption)?;
    let mut report = Adopted { applied: adoption.apply, ..Adopted::default() };
    // When nothing must be renamed first, a target that cannot be opened is reported before anything is changed.
    let early = (adoption.apply && adoption.archive.is_none()).then(|| Engine::open(target.clone())).transpose()?;
    check_target(target)?;
    first.look(adoption, &mut report)?;
    let own = programme_of(target).map_or_else(|| Programme::cafe_vt().map(|own| own.zone), |own| Ok(own.zone))?;
    let noting = if adoption.outbox { Some(first.noting(adoption, own)?) } else { None };
    noting.as_ref().filter(|_| adoption.apply).map_or(Ok(()), Noting::try_out)?;
    first.prepare(adoption, &mut report)?;
    report.steps.extend(noting.iter().flat_map(Noting::steps));
    report.steps.push("import the members in one transaction, and verify it".to_owned());
    report.purchases = purchases(adoption, &first);
    report.history = format!(
        "old entries, open redemptions and purchases come with their own dates; what the old entries do not add up to \
         is one entry more, dated now; all of them stay in `{}`",
        first.table("loyalty_transactions")
    );
    let engine = match early {
        Some(engine) => engine,
        None if adoption.apply => Engine::open(target.clone())?,
        None => rehearsal(target)?,
    };
    noting.as_ref().filter(|_| adoption.apply).map_or(Ok(()), Noting::make)?;
    engine.fix_now(now);
    let mut done = None;
    let batched = engine.batch(|batch| {
        first.session.begin(Transaction::Read)?;
        let taken = all(batch, &mut first.session, adoption, report.clone());
        first.session.rollback();
        let taken = taken?;
        done = Some(taken);
        // A rehearsal is rolled back; so is an import that does not verify.
        if adoption.apply { Ok(()) } else { Err(Error::internal("only rehearsed")) }
    });
    match done {
        Some(report) if !adoption.apply || batched.is_ok() => Ok(report),
        _ => Err(batched.err().unwrap_or_else(|| Error::internal("nothing was imported"))),
    }
}

/// Refuses a target whose money is in another currency, before anything is changed.
fn check_target(target: &Options) -> Result<()> {
    if matches!(place_of(target), Place::File(path) if !path.exists()) {
        return Ok(());
    }
    let mut session = internals::connect(target)?;
    if schema::version(&mut *session)? != schema::newest() {
        return Ok(());
    }
    let default = Programme::cafe_vt()?;
    internals::check_money(&mut *session, Some(programme_of(target).unwrap_or(&default)))
}

/// Where the rehearsal runs: in the target if it has the engine's tables, otherwise in memory.
fn rehearsal(target: &Options) -> Result<Engine> {
    let is_there = match place_of(target) {
        Place::File(path) => path.exists(),
        Place::Server(_) | Place::Host => true,
    };
    if is_there && schema::version(&mut *internals::connect(target)?)? == schema::newest() {
        return Engine::open(target.clone());
    }
    let mut memory = Options::sqlite(":memory:");
    if let Some(programme) = programme_of(target) {
        memory = memory.programme(programme.clone());
    }
    Engine::open(memory)
}

/// Imports all members, page by page.
fn all(batch: &mut Batch<'_>, session: &mut dyn Session, adoption: &Adoption, mut report: Adopted) -> Result<Adopted> {
    let mut findings = Findings::default();
    let programme = batch.engine().programme().clone();
    let now = now(batch.engine())?;
    let shared = old::shared_emails(session)?;
    let rewards = rewards::take(batch, session, adoption, (&mut report, &mut findings), now)?;
    let terms = Terms {
        programme: &programme,
        now,
        shared: &shared,
        rewards: &rewards,
        order_prefix: &adoption.order_prefix,
        open_since: adoption.open_since.map(|day| programme.zone.start_of(day)),
        forgive_debt: adoption.forgive_debt,
    };
    let mut after = i64::MIN;
    loop {
        let page = old::members(session, after, PAGE)?;
        let (Some(first), Some(last)) = (page.first(), page.last()) else { break };
        let (from, to) = (first.user_id, last.user_id);
        let mut entries = grouped(old::entries(session, from, to, programme.zone)?, |entry| entry.user_id);
        let mut claims = grouped(old::redemptions(session, from, to)?, |one| one.user_id);
        for member in &page {
            let user = member.user_id;
            report.members += 1;
            let entries: Vec<OldEntry> = entries.remove(&user).unwrap_or_default();
            let claims: Vec<OldRedemption> = claims.remove(&user).unwrap_or_default();
            let before = taken_before(batch, &adoption.source, user)?;
            match take_over(member, &entries, &claims, before, &terms, &mut findings) {
                Some(takeover) => one(batch, adoption, takeover, before, &mut report, &mut findings)?,
                None => report.unchanged += u64::from(before.times > 0),
            }
        }
        after = to;
    }
    note_others(session, &programme, &mut findings)?;
    unrewarded(batch, session, adoption, &mut report)?;
    let line = |(finding, found): (Finding, &Found)| FoundLine { finding, found: found.clone(), done: finding.done() };
    report.findings = findings.iter().map(line).collect();
    let verified = batch.run(&Verify::default())?;
    match verified.problems.first() {
        None => Ok(report),
        Some(problem) => {
            let what = format!("the imported data do not agree for user {}: {}", problem.user_id, problem.what);
            Err(Error::internal(what))
        }
    }
}

fn grouped<T>(rows: Vec<T>, user: impl Fn(&T) -> i64) -> BTreeMap<i64, Vec<T>> {
    let mut groups: BTreeMap<i64, Vec<T>> = BTreeMap::new();
    for row in rows {
        groups.entry(user(&row)).or_default().push(row);
    }
    groups
}

/// The name under which a member is imported for the n-th time.
fn source_of(source: &str, times: u32) -> String {
    if times == 0 { source.to_owned() } else { format!("{source} {}", times.saturating_add(1)) }
}

/// What was already imported for a member, according to the stored answers.
fn taken_before(batch: &mut Batch<'_>, source: &str, user: i64) -> Result<Taken> {
    let mut taken = Taken::default();
    loop {
        let key = Key::new(format!("{}:{user}", same_name(&source_of(source, taken.times))))?;
        let Some(kept) = keys::find(session_of(batch), "import_member.natural", &key)? else { return Ok(taken) };
        let reply: Imported = internals::json(&kept.answer)?;
        let mark = reply.reference.unwrap_or_default();
        let (entry, redemption) = mark.split_once('/').unwrap_or_default();
        taken = Taken {
            times: taken.times.saturating_add(1),
            balance: taken.balance.saturating_add(reply.imported),
            entry: entry.parse().unwrap_or(taken.entry),
            redemption: redemption.parse().unwrap_or(taken.redemption),
        };
    }
}

/// Imports one member.
fn one(
    batch: &mut Batch<'_>,
    adoption: &Adoption,
    takeover: Takeover,
    before: Taken,
    report: &mut Adopted,
    findings: &mut Findings,
) -> Result<()> {
    let user = takeover.user_id;
    let held = takeover.tier.clone();
    let lifetime = takeover.lifetime;
    let mut import = import(batch, adoption, takeover, before)?;
    let call = Call::new().actor(Actor::new(ACTOR)?);
    let imported = loop {
        let done = batch.run_as(&import, &call);
        let field = done.as_ref().err().and_then(|error| error.details().get("field")?.as_str().map(str::to_owned));
        match field.as_deref() {
            // Personal data that cannot be imported never prevent the import of the points.
            Some("name") if import.name.take().is_some() => findings.note(Finding::ChangedName, user.get()),
            Some("email") if import.email.take().is_some() => findings.note(Finding::UnusableEmail, user.get()),
            Some(field) if field.starts_with("history[") && field.ends_with(".description") && has_texts(&import) => {
                import.history.iter_mut().for_each(|entry| entry.description = None);
            }
            _ => break done.map_err(|error| error.with("old_user_id", user.get()))?,
        }
    };
    if held.is_some_and(|held| held != imported.tier) && before.times == 0 {
        findings.note(Finding::TierRaised, user.get());
    }
    report.taken_over += u64::from(before.times == 0);
    report.added_to += u64::from(before.times > 0);
    report.points = report.points.saturating_add(imported.imported.max(0));
    report.owed = report.owed.saturating_sub(imported.imported.min(0));
    report.lifetime_points = report.lifetime_points.saturating_add(lifetime);
    report.orders = report.orders.saturating_add(imported.orders.unsigned_abs());
    report.orders_known = report.orders_known.saturating_add(imported.orders_known.unsigned_abs());
    report.coupons = report.coupons.saturating_add(imported.redemptions.len() as u64);
    Ok(())
}

fn has_texts(import: &ImportMember) -> bool {
    import.history.iter().any(|entry| entry.description.is_some())
}

fn import(batch: &Batch<'_>, adoption: &Adoption, takeover: Takeover, before: Taken) -> Result<ImportMember> {
    let currency = batch.engine().programme().currency;
    let amount = |money: Money| Amount::from(money.to_decimal(currency));
    let orders = takeover.orders.into_iter().map(|order| {
        Ok(ImportedOrder {
            order_id: OrderId::new(order.id)?,
            amount: amount(order.amount),
            points: order.points,
            paid_at: DayOrMoment::Moment(order.paid),
        })
    });
    let redemptions = takeover.claims.into_iter().map(|claim| ImportedRedemption {
        reward_id: claim.reward,
        points: claim.points,
        redeemed_at: DayOrMoment::Moment(claim.at),
    });
    let history = takeover.history.into_iter().map(|entry| ImportedEntry {
        points: entry.points,
        happened_at: DayOrMoment::Moment(entry.at),
        description: Some(entry.text),
    });
    Ok(ImportMember {
        user_id: takeover.user_id,
        source: source_of(&adoption.source, before.times),
        reference: Some(format!("{}/{}", takeover.taken.entry, takeover.taken.redemption)),
        balance: takeover.balance,
        lifetime_points: Some(takeover.lifetime),
        tier: takeover.tier,
        name: takeover.name,
        email: takeover.email,
        phone: None,
        birth_date: None,
        joined_at: Some(DayOrMoment::Moment(takeover.joined)),
        last_visit_at: takeover.last_visit.map(DayOrMoment::Moment),
        total_visits: Some(takeover.visits),
        total_spent: Some(amount(takeover.spent)),
        orders: orders.collect::<Result<_>>()?,
        redemptions: redemptions.collect(),
        history: history.collect(),
    })
}

/// Problems of the old tables as a whole.
fn note_others(session: &mut dyn Session, programme: &Programme, findings: &mut Findings) -> Result<()> {
    let (entries, redemptions) = old::of_nobody(session)?;
    findings.note_many(Finding::EntriesOfNobody, 0, entries.unsigned_abs());
    findings.note_many(Finding::RedemptionsOfNobody, 0, redemptions.unsigned_abs());
    for tier in old::tiers(session)? {
        let same = programme.tier(&tier.id).is_some_and(|own| own.1.threshold == tier.threshold);
        findings.note_many(Finding::OtherTierTable, 0, u64::from(!same));
    }
    Ok(())
}

/// Purchases that earned neither in the old system nor here; with an outbox, they are recorded there.
fn unrewarded(
    batch: &mut Batch<'_>,
    session: &mut dyn Session,
    adoption: &Adoption,
    report: &mut Adopted,
) -> Result<()> {
    let now = now(batch.engine())?;
    let zone = adoption.time_zone.unwrap_or(batch.engine().programme().zone);
    for missed in old::unrewarded(session)? {
        let id = OrderId::new(format!("{}{}", adoption.order_prefix, missed.number))?;
        if orders::find(session_of(batch), &id)?.is_some() || outbox::has(session_of(batch), id.as_str())? {
            continue;
        }
        if report.unrewarded.len() < NAMED {
            report.unrewarded.push(missed.number);
        }
        if adoption.outbox {
            report.noted += 1;
            let row = OutboxRow {
                id: 0,
                order_id: id.as_str().to_owned(),
                user_id: Some(missed.user_id),
                amount: missed.total,
                state: "completed".to_owned(),
                bought_at: missed.bought_at,
                zone: Some(zone.name().to_owned()),
                source: Some(triggers::PURCHASES.to_owned()),
                noted_at: now.micros(),
            };
            outbox::insert(session_of(batch), &row)?;
        }
    }
    Ok(())
}

/// How purchases earn from now on: nothing credits them automatically any more.
fn purchases(adoption: &Adoption, first: &FirstVersion) -> String {
    if adoption.outbox || first.notes_purchases() {
        "completed and cancelled purchases are noted in `loyalty_outbox` by triggers; they earn when `loyalty drain` runs, \
         or `loyalty_drain()` in PHP: run it every minute"
            .to_owned()
    } else {
        "purchases earn nothing until the shop calls `earn_points` with their number when they are completed, and \
         `cancel_order` when they are cancelled; or adopt with `--outbox`, and run `loyalty drain`"
            .to_owned()
    }
}
