//! The client of the Composer package: a method for each operation, written from the table of operations.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

use loyalty_core::ops::describe::{Description, Param};

use crate::stub;

const HEAD: &str = "<?php

declare(strict_types=1);

// Generated from the engine's own table of operations; `make docs` writes it again.

namespace Loyalty;
";

/// `loyalty-php-ext/php/ClientInterface.php`.
#[must_use]
pub fn interface() -> String {
    let mut page = format!(
        "{HEAD}
use DateTimeInterface;
use LoyaltyException;

/**
 * Every operation of the engine as a method, for applications that inject what they call and put another in its place in
 * their tests. A method takes and answers exactly what the function of its operation does: `earnPoints` is
 * `loyalty_earn_points`. Nothing is converted on the way, so the parameters have no types of PHP's, which would turn 7.5
 * into 7 in a file without `strict_types`.
 */
interface ClientInterface
{{"
    );
    for (number, description) in crate::reference::descriptions().iter().enumerate() {
        let space = if number == 0 { "" } else { "\n" };
        let _ = writeln!(page, "{space}\n{}\n{};", stub::manual(description, "    "), method(description));
    }
    page.push_str("}\n");
    page.replace("{\n\n    /**", "{\n    /**").replace(";\n\n\n    /**", ";\n\n    /**")
}

/// `loyalty-php-ext/php/Client.php`.
#[must_use]
pub fn class() -> String {
    let mut page = format!(
        "{HEAD}
/** The engine, as an object: on the configured database, or on the connection of a {{@see Host}}. */
class Client implements ClientInterface
{{
    public function __construct(private ?Host $host = null)
    {{
    }}

    /** @param list<mixed> $arguments */
    private function call(string $function, array $arguments): array
    {{
        $call = static fn(): array => $function(...$arguments);
        return $this->host === null ? $call() : $this->host->run($call);
    }}
"
    );
    for description in crate::reference::descriptions() {
        let given: Vec<String> = description.params.iter().map(|param| format!("${}", param.name)).collect();
        let given = wrapped(&given, 12, given.join(", ").len() > 60);
        let brace = if is_long(&parameters(&description)) { " {" } else { "\n    {" };
        let _ = writeln!(
            page,
            "\n{}{brace}\n        return $this->call('loyalty_{}', [{given}]);\n    }}",
            method(&description),
            description.name
        );
    }
    page.push_str("}\n");
    page
}

/// A method as PHP declares it.
fn method(description: &Description) -> String {
    let params = parameters(description);
    let list = wrapped(&params, 8, is_long(&params));
    format!("    public function {}({list}): array", camel(description.name))
}

fn parameters(description: &Description) -> Vec<String> {
    description.params.iter().map(parameter).collect()
}

fn is_long(params: &[String]) -> bool {
    params.join(", ").len() > 70
}

/// A list in one line, or with a line for each.
fn wrapped(list: &[String], spaces: usize, in_lines: bool) -> String {
    if !in_lines {
        return list.join(", ");
    }
    let indent = format!("\n{}", " ".repeat(spaces));
    format!("{indent}{},\n{}", list.join(&format!(",{indent}")), " ".repeat(spaces - 4))
}

/// Only arrays have a type: PHP converts nothing into one.
fn parameter(param: &Param) -> String {
    let native = if stub::native_type(&param.schema) == "array" { "array" } else { "mixed" };
    let native = if native == "array" && param.is_nullable() { "?array" } else { native };
    let default = if param.required { String::new() } else { format!(" = {}", stub::literal(&param.default)) };
    format!("{native} ${}{default}", param.name)
}

/// `earn_points` as `earnPoints`.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |all, word| {
        let (initial, rest) = word.split_at(1);
        all + &initial.to_uppercase() + rest
    })
}

/// `loyalty-php-ext/php/Tables.php`.
#[must_use]
pub fn tables() -> String {
    let mut page = format!(
        "{HEAD}
/** The tables of the engine, without the prefix that a host may have given them. */
final class Tables
{{
    public const NAMES = ["
    );
    for name in table_names() {
        let _ = write!(page, "\n        '{name}',");
    }
    page.push_str(
        "
    ];

    /** Whether a table is one of the engine's; a name may stand behind that of its database, and in quotes. */
    public static function has(string $table, string $prefix = ''): bool
    {
        $table = \\str_replace(['`', '\"'], '', $table);
        $dot = \\strrpos($table, '.');
        $table = $dot === false ? $table : \\substr($table, $dot + 1);
        return \\str_starts_with($table, $prefix) && \\in_array(\\substr($table, \\strlen($prefix)), self::NAMES, true);
    }
}
",
    );
    page
}

/// What the core's SQL creates.
fn table_names() -> BTreeSet<String> {
    let (mut names, mut folders) = (BTreeSet::new(), vec![crate::root().join("loyalty-core/src")]);
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder of the core").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap_or_default();
            names.extend(text.split("CREATE TABLE ").skip(1).filter_map(|after| {
                let after = after.strip_prefix("IF NOT EXISTS ").unwrap_or(after);
                let end = after.find(|c: char| !c.is_ascii_lowercase() && c != '_').unwrap_or(after.len());
                after[..end].starts_with("loyalty_").then(|| after[..end].to_owned())
            }));
        }
    }
    names
}
