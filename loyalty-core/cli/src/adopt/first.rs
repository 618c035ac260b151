//! The shop's database: where its tables are, what credits purchases there, and what must be removed before members are
//! imported.

use super::run::{Adopted, Adoption};
use super::tables as old;
use super::triggers::{self, NewTrigger};
use loyalty_core::internals::{Address, MySql, OutboxRow, Place, Session, Transaction, Trigger, outbox, place_of};
use loyalty_core::value::Zone;
use loyalty_core::{Error, Options, Result};

/// The tables of the first version.
const TABLES: [&str; 5] = ["users", "tier_config", "transactions", "rewards", "redemptions"];

/// The old database.
pub(super) struct FirstVersion {
    pub(super) session: MySql,
    address: Address,
    /// Whether the old tables have already been renamed.
    is_archived: bool,
    /// The engine's tables, when they are in this same database.
    beside: Option<Address>,
    /// Whether the shop's SQL was run again over the engine's tables.
    made_again: bool,
    triggers: Vec<Trigger>,
}

/// The account cannot see what credits purchases.
const UNSEEN: &str = "the account lacks the right TRIGGER, so what credits purchases in this database can neither be seen \
                      nor dropped";

impl FirstVersion {
    pub(super) fn find(address: &Address, target: &Options, adoption: &Adoption) -> Result<Self> {
        let archive = adoption.archive.as_deref();
        if archive == Some("") {
            return Err(Error::invalid("archive", "must not be empty"));
        }
        let mut made_again = false;
        for (prefix, is_archived) in [(Some(""), false), (archive, true)] {
            let Some(prefix) = prefix else { continue };
            let address = address.with_prefix(prefix)?;
            let mut session = MySql::open(address.clone())?;
            if !old::is_here(&mut session)? {
                continue;
            }
            if old::is_ours(&mut session)? {
                made_again = true;
                continue;
            }
            let beside = beside(&mut session, target)?;
            let is_in_the_way = beside.as_ref().is_some_and(|own| own.prefix() == address.prefix());
            if is_in_the_way && archive.is_none() {
                let message = "must be given, because the old tables have the names of ours: a prefix that they get, \
                               like `v1_`; or give ours one, `?prefix=…` in the setting of the database";
                return Err(Error::invalid("archive", message));
            }
            let triggers = triggers::all(&mut session)?;
            return Ok(Self { session, address, is_archived, beside, made_again, triggers });
        }
        if made_again {
            let message = "must be the prefix of the old tables: `loyalty_users` is the engine's own here, and the shop's \
                           SQL has only made `loyalty_tier_config` again";
            return Err(Error::invalid("archive", message));
        }
        let message = "has no tables of the first version: `loyalty_tier_config` is not there; if they were renamed, \
                       give their prefix by `archive`";
        Err(Error::invalid("from", message))
    }

    /// The prefix of the engine's tables in this database, if they are here.
    fn own_prefix(&self) -> Option<&str> {
        self.beside.as_ref().map(Address::prefix)
    }

    /// Reports what the triggers do; refuses to continue while something could credit purchases in addition to the
    /// engine.
    pub(super) fn look(&mut self, adoption: &Adoption, report: &mut Adopted) -> Result<()> {
        let own = self.own_prefix().map(str::to_owned);
        let others = self.triggers.iter().filter(|trigger| trigger.name != triggers::FIRST_VERSION);
        let others: Vec<&Trigger> =
            others.filter(|other| !own.as_ref().is_some_and(|own| other.is_ours(own))).collect();
        let hidden = |trigger: &&Trigger| trigger.text.is_none();
        report.trigger = self.first_trigger().and_then(|trigger| trigger.text.clone());
        report.hidden_triggers = self.triggers.iter().filter(hidden).map(|trigger| trigger.name.clone()).collect();
        report.other_triggers =
            others.iter().filter(|other| other.credits("")).map(|other| other.name.clone()).collect();
        let drop = |name: &str| format!("DROP TRIGGER IF EXISTS `{}`", name.replace('`', "``"));
        let wrongly = others.iter().filter(|other| own.as_ref().is_some_and(|own| other.credits(own)));
        let wrongly: Vec<String> = wrongly.filter(|other| !is_of_old(other)).map(|other| drop(&other.name)).collect();
        if !report.hidden_triggers.is_empty() || !triggers::are_seen(&mut self.session)? {
            let mut sql = vec![triggers::grant(&mut self.session)?];
            sql.extend(wrongly);
            let instead: Vec<String> = self.hidden_first().map(|name| drop(&name)).into_iter().collect();
            let others = report.hidden_triggers.iter().filter(|name| *name != triggers::FIRST_VERSION);
            let others = others.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let also =
                if others.is_empty() { String::new() } else { format!("; {others} may credit purchases as well") };
            report.administrator = sql.iter().chain(&instead).cloned().collect();
            let expected = format!("{UNSEEN}{also}: an administrator runs first: {}", sql.join("; "));
            return if adoption.apply { Err(Error::invalid("from", expected).with("sql", sql)) } else { Ok(()) };
        }
        if wrongly.is_empty() {
            return Ok(());
        }
        let expected = format!(
            "has another trigger that gives points, and would write to the engine's tables: run first: {}",
            wrongly.join("; ")
        );
        report.administrator.clone_from(&wrongly);
        if adoption.apply { Err(Error::invalid("from", expected).with("sql", wrongly)) } else { Ok(()) }
    }

    /// The present name of an old table.
    pub(super) fn table(&self, name: &str) -> String {
        format!("{}{name}", self.address.prefix())
    }

    /// Whether triggers already record purchases for the engine.
    pub(super) fn notes_purchases(&self) -> bool {
        self.own_prefix().is_some_and(|own| self.triggers.iter().any(|trigger| trigger.is_ours(own)))
    }

    fn first_trigger(&self) -> Option<&Trigger> {
        self.triggers.iter().find(|trigger| trigger.name == triggers::FIRST_VERSION)
    }

    fn hidden_first(&self) -> Option<String> {
        self.first_trigger().filter(|trigger| trigger.text.is_none()).map(|trigger| trigger.name.clone())
    }

    /// Drops the trigger and renames the tables; a rehearsal only reports the steps.
    pub(super) fn prepare(&mut self, adoption: &Adoption, report: &mut Adopted) -> Result<()> {
        if self.first_trigger().is_some() {
            report.steps.push("drop the trigger `after_compra_complete`".to_owned());
            if adoption.apply {
                self.session.script("DROP TRIGGER IF EXISTS after_compra_complete")?;
            }
        }
        if let Some(archive) = adoption.archive.as_deref().filter(|_| !self.is_archived) {
            let renamed = TABLES.map(|name| format!("loyalty_{name} TO {archive}loyalty_{name}"));
            report.steps.push(format!("rename the old tables: {}", renamed.join(", ")));
            if adoption.apply {
                self.session.script(&format!("RENAME TABLE {}", renamed.join(", ")))?;
                self.address = self.address.with_prefix(archive)?;
                self.session = MySql::open(self.address.clone())?;
            }
        }
        if self.made_again {
            report.steps.push("drop `loyalty_tier_config`, which the shop's SQL has created again".to_owned());
            if adoption.apply {
                let mut plain = MySql::open(self.address.with_prefix("")?)?;
                plain.define("DROP TABLE IF EXISTS loyalty_tier_config")?;
            }
        }
        Ok(())
    }

    /// The triggers that record purchases, and the engine's tables that they write in the shop's database.
    ///
    /// # Errors
    /// `invalid` when the engine's tables are in another database.
    pub(super) fn noting(&self, adoption: &Adoption, own: Zone) -> Result<Noting> {
        let Some(beside) = &self.beside else {
            let message = "needs the engine's tables in the shop's own database, like \
                           `--database mysql://…/shop?prefix=ly_`: the shop's triggers write there, and nowhere else";
            return Err(Error::invalid("outbox", message));
        };
        let zone = adoption.time_zone.unwrap_or(own);
        let wanted = triggers::outbox(beside, &adoption.order_prefix, zone);
        let address = self.address.with_prefix(beside.prefix())?;
        let there = self.triggers.clone();
        Ok(Noting { address, wanted, there })
    }
}

/// Whether it is on a table of the first version, to which nothing writes any more.
fn is_of_old(trigger: &Trigger) -> bool {
    TABLES.iter().any(|table| trigger.table.ends_with(&format!("loyalty_{table}")))
}

/// The address of the engine's tables, when they are in the database of this session. The servers themselves are asked,
/// because one server may have many names.
fn beside(session: &mut MySql, target: &Options) -> Result<Option<Address>> {
    let Place::Server(own) = place_of(target) else { return Ok(None) };
    let here = old::place(session)?;
    let there = old::place(&mut MySql::open(own.clone())?)?;
    Ok(Some(own.clone()).filter(|_| here == there))
}

/// The triggers that record purchases in the engine's outbox.
pub(super) struct Noting {
    address: Address,
    wanted: [NewTrigger; 2],
    there: Vec<Trigger>,
}

impl Noting {
    /// The triggers that do not exist yet, or that exist with another text.
    fn missing(&self) -> Vec<&NewTrigger> {
        self.wanted.iter().filter(|wanted| !self.there.iter().any(|there| wanted.is(there))).collect()
    }

    /// The steps that would create them.
    pub(super) fn steps(&self) -> Vec<String> {
        let made = self.missing();
        made.iter()
            .map(|trigger| format!("create the trigger `{}` on `{}`", trigger.name, triggers::PURCHASES))
            .collect()
    }

    /// Checks that triggers can be created, before anything is changed.
    pub(super) fn try_out(&self) -> Result<()> {
        if self.missing().is_empty() {
            return Ok(());
        }
        let mut session = MySql::open(self.address.clone())?;
        let name = format!("{}loyalty_outbox_tried", self.address.prefix());
        let drop = format!("DROP TRIGGER IF EXISTS {name}");
        let make =
            format!("CREATE TRIGGER {name} BEFORE DELETE ON {} FOR EACH ROW SET @loyalty = 0", triggers::PURCHASES);
        let tried = session.define(&drop).and_then(|()| session.define(&make)).and_then(|()| session.define(&drop));
        tried.map_err(|error| self.refused(&error))
    }

    /// Creates the triggers. From then on they record purchases, so a test row is written to the outbox first and
    /// undone.
    pub(super) fn make(&self) -> Result<()> {
        let mut session = MySql::open(self.address.clone())?;
        session.begin(Transaction::Write)?;
        let tried = outbox::insert(&mut session, &OutboxRow::default())
            .and_then(|()| outbox::count(&mut session, outbox::OutboxKind::Waiting));
        session.rollback();
        tried.map_err(|error| self.refused(&error))?;
        for trigger in self.missing() {
            let drop = format!("DROP TRIGGER IF EXISTS {}", trigger.name);
            session
                .define(&drop)
                .and_then(|()| session.define(&trigger.sql()))
                .map_err(|error| self.refused(&error))?;
        }
        Ok(())
    }

    fn refused(&self, error: &Error) -> Error {
        let sql: Vec<String> = self.missing().iter().map(|trigger| trigger.sql()).collect();
        let message = format!("the account cannot record purchases by triggers of this database: {}", error.message());
        Error::invalid("outbox", message).with("sql", sql)
    }
}
