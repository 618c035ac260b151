//! The tree of subcommands, built from the table of operations.

use clap::{Arg, ArgAction, Args as _, Command};
use loyalty_core::ops::describe::{Description, Param};
use serde_json::Value;

use crate::adopt::command::Adopt;
use crate::archive::Archive;
use crate::arguments::{REQUIRED, Shape};
use crate::copy::Copy;
use crate::import::ImportSales;
use crate::{deliver, run_tasks, sweep};

/// The database that is used when none is given.
pub(crate) const DATABASE: &str = "sqlite:loyalty.db";
/// The subcommand that brings the schema up to date.
pub(crate) const MIGRATE: &str = "migrate";
/// The subcommand that replays a file of sales.
pub(crate) const IMPORT: &str = "import-sales";

/// The subcommand that moves a database to another store.
pub(crate) const COPY: &str = "copy";

/// The subcommand that moves old entries into a second file.
pub(crate) const ARCHIVE: &str = "archive";

/// The subcommand that moves the members of Café-VT's first version into the engine.
pub(crate) const ADOPT: &str = "adopt";

/// The subcommand to run every night.
pub(crate) const SWEEP: &str = "sweep";

/// The argument of an operation that is the text of a programme file.
pub(crate) const PROGRAM: &str = "program";
/// Its option, which names the file.
const OTHER_PROGRAM: &str = "other-program";

/// The id of the option for an argument.
pub(crate) fn given_as(name: &str) -> String {
    if name == PROGRAM { OTHER_PROGRAM.to_owned() } else { name.to_owned() }
}

/// `earn_points` as it is typed: `earn-points`.
pub(crate) fn kebab(name: &str) -> String {
    name.replace('_', "-")
}

/// The whole command line.
pub(crate) fn root(table: &[Description]) -> Command {
    let import = ImportSales::augment_args(Command::new(IMPORT));
    Command::new("loyalty")
        .about("Loyalty engine: points, tiers, rewards and scores of a shop")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(false)
        .args(everywhere())
        .subcommands(table.iter().map(operation))
        .subcommand(Command::new(MIGRATE).about("Update the schema of the database"))
        .subcommand(Command::new(SWEEP).about(sweep::ABOUT).long_about(sweep::DOC))
        .subcommand(deliver::command())
        .subcommand(import)
        .subcommand(Archive::augment_args(Command::new(ARCHIVE)))
        .subcommand(Copy::augment_args(Command::new(COPY)))
        .subcommand(Adopt::augment_args(Command::new(ADOPT)))
}

fn everywhere() -> [Arg; 6] {
    let global = |name: &'static str| Arg::new(name).long(name).global(true).help_heading("Global options");
    [
        global("database")
            .value_name("SETTING")
            .help(format!("Database [env: LOYALTY_DATABASE] [default: {DATABASE}]")),
        global("program")
            .value_name("FILE")
            .help("Programme file [env: LOYALTY_PROGRAM] [default: the compiled-in one]"),
        global("signing-key")
            .value_name("FILE")
            .help("File with the secret key for signed codes [env: LOYALTY_SIGNING_KEY]"),
        global("digest-key")
            .value_name("FILE")
            .help("File with the secret for digests, which never changes [env: LOYALTY_DIGEST_KEY]"),
        global("json").action(ArgAction::SetTrue).help("Print replies and errors as one line of JSON"),
        global("now").value_name("INSTANT").hide_short_help(true).help("Fix the clock, for tests"),
    ]
}

fn operation(description: &Description) -> Command {
    let name = kebab(description.name);
    let (first, _) = description.doc.split_once("\n\n").unwrap_or((&description.doc, ""));
    let placed: Vec<&Param> = description.params.iter().filter(|param| param.by_place).collect();
    let mut command = Command::new(name.clone())
        .about(one_line(first))
        .long_about(description.doc.clone())
        .args(description.params.iter().map(option));
    if !placed.is_empty() {
        let word = |param: &&Param| match (placeholder(&param.name), param.required) {
            (name, true) => format!(" <{name}>"),
            (name, false) => format!(" [{name}]"),
        };
        let usage: String = placed.iter().map(word).collect();
        let names: Vec<String> = placed.iter().map(|param| placeholder(&param.name)).collect();
        command = command.override_usage(format!("loyalty {name}{usage} [OPTIONS]")).arg(
            Arg::new(REQUIRED)
                .num_args(1..=placed.len())
                .value_name(names.join(" "))
                .allow_negative_numbers(true)
                .help("Required arguments, in this order; each can also be given as an option"),
        );
    }
    if description.name == run_tasks::RUN_TASKS { run_tasks::with_every(command) } else { command }
}

fn option(param: &Param) -> Arg {
    let shape = Shape::of(&param.schema);
    let mut help = one_line(&param.doc);
    let words = shape.words();
    if !words.is_empty() {
        help.push_str(&format!(" [one of: {}]", words.join(", ")));
    }
    match &param.default {
        Value::Null => {}
        Value::String(text) if text.is_empty() => {}
        Value::Array(items) if items.is_empty() => {}
        Value::String(text) => help.push_str(&format!(" [default: {text}]")),
        other => help.push_str(&format!(" [default: {other}]")),
    }
    if param.required {
        help.push_str(" [required]");
    }
    // The operation's own programme is another one than that of the engine, `--program`.
    let (long, value_name) = match param.name.as_str() {
        PROGRAM => (OTHER_PROGRAM.to_owned(), "FILE"),
        name => (kebab(name), shape.placeholder()),
    };
    let option = Arg::new(given_as(&param.name))
        .long(long)
        .value_name(value_name)
        .allow_negative_numbers(true)
        .help(help.trim().to_owned());
    if shape.is_switch() { option.num_args(0..=1).default_missing_value("true") } else { option }
}

fn placeholder(name: &str) -> String {
    name.to_uppercase()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
