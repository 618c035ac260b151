//! `deliver`: sends what waits, once or again and again.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher as _, Hasher as _};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use loyalty_core::{Engine, Error, Result};
use loyalty_deliver::{
    Calls, Delivered, DeskError, Limits, MailServer, Mailer, Poster, Rules, deliver_mail, deliver_webhooks,
};
use serde_json::{Map, Value};

use crate::repeat;

/// The subcommand.
pub(crate) const DELIVER: &str = "deliver";

/// What is sent: each is an option that limits the command to it, and a field of the reply.
const WEBHOOKS: &str = "webhooks";
const EMAIL: &str = "email";
/// Where e-mail goes out, and its environment variable.
const SMTP: &str = "smtp";
const SMTP_VARIABLE: &str = "LOYALTY_SMTP";

const ALLOW: &str = "allow";
const PORT: &str = "port";

/// The subcommand with its options.
pub(crate) fn command() -> Command {
    let allow = Arg::new(ALLOW).long(ALLOW).value_name("HOST_OR_NETWORK").action(ArgAction::Append);
    let port = Arg::new(PORT).long(PORT).value_name("PORT").action(ArgAction::Append);
    let port = port.value_parser(value_parser!(u16).range(1..));
    let webhooks = Arg::new(WEBHOOKS).long(WEBHOOKS).action(ArgAction::SetTrue);
    let smtp = Arg::new(SMTP).long(SMTP).value_name("URL");
    Command::new(DELIVER)
        .about("Send what waits: messages by e-mail, and events to webhooks")
        .long_about(
            "Send what waits: messages by e-mail, if a mail server is named, and events to webhooks.\n\nWhat fails is tried again by a later run, when it is due. Run it every \
             minute, or with `--every` as a service; several processes may run at once. It exits with 1 if something \
             could not be delivered.",
        )
        .arg(repeat::every("Do it again every so many seconds, until the process is stopped; each round prints what it did"))
        .arg(webhooks.help("Only webhooks"))
        .arg(smtp.help(
            "Mail server: smtp://user:password@host:587, which must speak STARTTLS, or smtps://host:465 [env: LOYALTY_SMTP]",
        ))
        .arg(allow.help(
            "A host or network inside, like `erp.local` or `10.1.0.0/16`, that webhooks may go to; a host that is listed \
             also by `http` [repeatable]",
        ))
        .arg(port.help("A port that webhooks may go to beside 443 [repeatable]"))
}

/// Sends what waits; with `--every`, for ever.
///
/// # Errors
/// `invalid` for a host or network that is none; the errors of the engine.
pub(crate) fn run(engine: &Engine, given: &ArgMatches) -> Result<Value> {
    let sender = Sender::of(given)?;
    repeat::rounds(given, || sender.round(engine), is_idle)
}

/// Whether something that was to be sent has not arrived.
pub(crate) fn has_failed(reply: &Value) -> bool {
    each(reply, "failed").any(|failed| failed.as_object().is_some_and(|reasons| !reasons.is_empty()))
}

fn is_idle(reply: &Value) -> bool {
    !has_failed(reply) && each(reply, "sent").all(|sent| sent == 0)
}

/// A field of each part of the reply.
fn each<'a>(reply: &'a Value, field: &'static str) -> impl Iterator<Item = &'a Value> {
    let parts = reply.as_object().into_iter().flat_map(Map::values);
    parts.filter_map(move |part| part.get(field))
}

/// The mail server, if one is named.
fn mailer(given: &ArgMatches) -> Result<Option<Mailer>> {
    let named = given.get_one::<String>(SMTP).cloned();
    let url = named.or_else(|| std::env::var(SMTP_VARIABLE).ok()).filter(|url| !url.is_empty());
    let server = url.map(|url| MailServer::parse(&url)).transpose();
    let server = server.map_err(|error| Error::invalid(SMTP, error))?;
    Ok(server.map(Mailer::new))
}

/// Calls an operation for whoever delivers, and keeps the error of the engine.
fn called(
    engine: &Engine,
    failure: &mut Option<Error>,
    name: &str,
    arguments: Value,
) -> std::result::Result<Value, DeskError> {
    engine.call(name, arguments).map_err(|error| {
        let code = error.code().to_owned();
        *failure = Some(error);
        DeskError::new(code)
    })
}

/// The report of a round, or the engine's error that ended it.
fn told(done: std::result::Result<Delivered, DeskError>, failure: Option<Error>) -> Result<Value> {
    let done = done.map_err(|error| failure.unwrap_or_else(|| Error::internal(error)))?;
    serde_json::to_value(done).map_err(Error::internal)
}

/// What sends, and under which name.
struct Sender {
    worker: String,
    poster: Poster,
    mailer: Option<Mailer>,
}

impl Sender {
    fn of(given: &ArgMatches) -> Result<Self> {
        let allow: Vec<&String> = given.get_many(ALLOW).into_iter().flatten().collect();
        let ports: Vec<u16> = given.get_many(PORT).into_iter().flatten().copied().collect();
        let rules = Rules::new(&allow, &ports).map_err(|error| Error::invalid(ALLOW, error))?;
        // A name that no other process has, on whatever machine.
        let chance = RandomState::new().build_hasher().finish();
        let worker = format!("deliver-{}-{chance:016x}", std::process::id());
        let mailer = if given.get_flag(WEBHOOKS) { None } else { mailer(given)? };
        Ok(Self { worker, poster: Poster::new(rules), mailer })
    }

    /// Sends all that is due, and says what came of each kind.
    fn round(&self, engine: &Engine) -> Result<Value> {
        let mut reply = Map::new();
        if let Some(mailer) = &self.mailer {
            reply.insert(EMAIL.to_owned(), self.email(engine, mailer)?);
        }
        reply.insert(WEBHOOKS.to_owned(), self.webhooks(engine)?);
        Ok(Value::Object(reply))
    }

    fn webhooks(&self, engine: &Engine) -> Result<Value> {
        let mut failure = None;
        let mut desk = Calls(|name: &str, arguments: Value| called(engine, &mut failure, name, arguments));
        let done = deliver_webhooks(&mut desk, &self.poster, &Limits::new(&self.worker));
        told(done, failure)
    }

    fn email(&self, engine: &Engine, mailer: &Mailer) -> Result<Value> {
        let mut failure = None;
        let mut desk = Calls(|name: &str, arguments: Value| called(engine, &mut failure, name, arguments));
        let done = deliver_mail(&mut desk, mailer, None, &Limits::new(&self.worker));
        told(done, failure)
    }
}
