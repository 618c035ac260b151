//! The manual of the operations, a page for each group of them: what each does, an example, arguments, reply, refusals.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use loyalty_core::ops::describe::{Description, describe};
use loyalty_core::ops::{Access, Operation, Visitor, visit_all};

use crate::calls::{self, Call};
use crate::{example, hosts, reference, story};

/// A page of the manual. Its title is no name of an operation, so that a link to one leads to its section.
struct Group {
    /// The name of its file.
    file: &'static str,
    title: &'static str,
    /// What is said above the operations.
    text: &'static str,
    /// The modules of `ops` whose operations it has.
    modules: &'static [&'static str],
}

const GROUPS: [Group; 17] = [
    Group {
        file: "members",
        title: "Members",
        text: "Enrolling members, finding them at the till, and importing them from another system.",
        modules: &["member"],
    },
    Group {
        file: "points",
        title: "Points and their ledger",
        text: "Earning, correcting and refunding points; holds for open bills; expiry; and the ledger that explains every point.",
        modules: &["points"],
    },
    Group {
        file: "rewards",
        title: "Rewards for points",
        text: "What members spend points on, and the coupon that each redemption issues.",
        modules: &["reward"],
    },
    Group {
        file: "payments",
        title: "Paying with points",
        text: "Paying a part of a bill with points, and cancelling a whole order.",
        modules: &["payment"],
    },
    Group {
        file: "notices",
        title: "Notices",
        text: "What members are told on their own pages.",
        modules: &["notice"],
    },
    Group {
        file: "messages",
        title: "Messages by e-mail",
        text: "What members agree to get, what waits to be sent, and what became of it.",
        modules: &["message"],
    },
    Group {
        file: "tasks",
        title: "Regular work",
        text: "What a shop does every day and week, for cron or any other caller.",
        modules: &["task"],
    },
    Group {
        file: "events",
        title: "The event log",
        text: "What other systems read of every change, in order and without a gap.",
        modules: &["event"],
    },
    Group {
        file: "webhooks",
        title: "Telling other systems",
        text: "Other systems that are told of events over HTTPS as they happen: who is told, how it is delivered, and how a \
               receiver checks it.",
        modules: &["webhook"],
    },
    Group {
        file: "referrals",
        title: "Referrals of friends",
        text: "Members who refer friends.",
        modules: &["referral"],
    },
    Group {
        file: "coupons",
        title: "Coupons and offers",
        text: "Codes that take something off an order: making, checking, using, holding and giving them back.",
        modules: &["coupon"],
    },
    Group { file: "gift-cards", title: "Gift cards", text: "Money under a code.", modules: &["gift_card"] },
    Group {
        file: "stamps",
        title: "Stamp cards",
        text: "Stamps for visits, units or orders, and the rewards of full cards.",
        modules: &["stamp"],
    },
    Group {
        file: "tiers",
        title: "Tiers and scores",
        text: "Which tier a member has reached and keeps, and how the member scores.",
        modules: &["tier"],
    },
    Group {
        file: "segments",
        title: "Groups of members and campaigns",
        text: "Members who have something in common: who they are, how many, and why somebody is among them or not; and \
               what the shop says and gives to them of its own accord.",
        modules: &["campaign"],
    },
    Group {
        file: "codes",
        title: "Codes and texts",
        text: "Random codes, QR codes, signed codes that a till checks without a network, and texts for members.",
        modules: &["code", "qr", "signed", "guest_message"],
    },
    Group {
        file: "running",
        title: "Running it",
        text: "For operators and accounting: the outbox, checks, simulations of a programme, and the liability for points.",
        modules: &["outbox", "admin", "simulation"],
    },
];

/// The page of the functions that only PHP has.
const PHP: &str = "php";

const HEAD: &str = "\
# Operations

Generated from the engine's own table of operations; `make docs` writes it again.

Each operation has one name on every surface: `earn_points` is `engine.run(&EarnPoints { … })` in Rust, `loyalty_earn_points(…)` in PHP, \
`loyalty_call(engine, \"earn_points\", …)` with JSON in C, and `loyalty earn-points …` on the command line.

- A *question* reads, a *command* writes in one transaction, and a *calculation* needs no database.
- Every command also takes `at` (when it happened), `key` (idempotency key) and `actor` (who did it).
- Money goes in as an integer, a decimal string or a number, in major units, and comes out as a decimal string.
- An instant is RFC 3339 with an offset, in PHP also a `DateTimeInterface`; a date is `YYYY-MM-DD` in the \
programme's zone.
- The host's other ids (orders, shops, articles) are strings of 1 to 64 bytes, compared byte for byte. \
`key` is such a string of up to 128 bytes.
- No type is converted, even without `strict_types`: pass an order number as `(string) $id`, and a `user_id` from a \
form as `(int) $id`. A PHP list must have the keys 0, 1, 2 …: call `array_values()` after `array_filter()`.

Each operation has an example: the calls that come first, and the answer of the last one, at noon on 2 March 2026 under \
the programme of a café. The tests run all examples, in PHP too. The refusals listed for an operation are those that \
the tests show; every operation [can return](errors.md) `invalid`, `not_found` and `unavailable`.
";

/// What the pages are made from.
struct Sources {
    groups: Vec<(&'static Group, Vec<&'static str>)>,
    descriptions: BTreeMap<&'static str, Description>,
    calls: BTreeMap<String, Call>,
    refusals: BTreeMap<String, BTreeSet<String>>,
}

impl Sources {
    fn read() -> Self {
        struct All(Vec<(Description, &'static str)>);
        impl Visitor for All {
            fn visit<O: Operation + 'static>(&mut self) {
                self.0.push((describe::<O>(), std::any::type_name::<O>()));
            }
        }
        let mut all = All(Vec::new());
        visit_all(&mut all);
        let mut groups: Vec<(&Group, Vec<&str>)> = GROUPS.iter().map(|group| (group, Vec::new())).collect();
        for (description, path) in &all.0 {
            let module = path.split("ops::").nth(1).and_then(|rest| rest.split("::").next()).unwrap_or_default();
            let found = groups.iter_mut().find(|(group, _)| group.modules.contains(&module));
            let (_, names) = found.unwrap_or_else(|| panic!("`ops::{module}` has no page in the manual"));
            names.push(description.name);
        }
        let descriptions = all.0.into_iter().map(|(description, _)| (description.name, description)).collect();
        Self { groups, descriptions, calls: calls::all(), refusals: refusals() }
    }

    /// The file of the page that has an operation.
    fn file(&self, operation: &str) -> Option<&'static str> {
        self.groups.iter().find(|(_, names)| names.contains(&operation)).map(|(group, _)| group.file)
    }
}

/// The codes with which the stories show that each operation refuses.
fn refusals() -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for step in story::all().into_values().flat_map(|story| story.steps) {
        let Some(fails) = &step.fails else { continue };
        let code = fails["code"].as_str().or_else(|| {
            // A conflict without a code is that of a key or an order.
            (fails["kind"] == "conflict").then_some("idempotency_conflict")
        });
        found.entry(step.call).or_default().extend(code.map(str::to_owned));
    }
    found
}

/// All pages of the manual: the file below `docs/reference`, and its text.
#[must_use]
pub fn pages() -> Vec<(String, String)> {
    let sources = Sources::read();
    let mut pages = vec![("operations.md".to_owned(), index(&sources))];
    for (group, names) in &sources.groups {
        let mut page = format!("# {}\n\n{}\n\n[All operations](../operations.md)\n\n", group.title, group.text);
        for name in names {
            let _ = writeln!(page, "- [{name}](#{name}): {}", first_sentence(&sources.descriptions[name].doc));
        }
        for name in names {
            section(&mut page, &sources, names, name);
        }
        pages.push((format!("operations/{}.md", group.file), page));
    }
    let mut page = "# Only in PHP\n\n[All operations](../operations.md)\n\n".to_owned();
    hosts::list(&mut page, "");
    hosts::sections(&mut page);
    pages.push((format!("operations/{PHP}.md"), page));
    pages
}

fn index(sources: &Sources) -> String {
    let mut page = HEAD.to_owned();
    for (group, names) in &sources.groups {
        let file = format!("operations/{}.md", group.file);
        let _ = writeln!(page, "\n## [{}]({file})\n\n{}\n", group.title, group.text);
        for name in names {
            let sentence = first_sentence(&sources.descriptions[name].doc);
            let _ = writeln!(page, "- [{name}]({file}#{name}): {sentence}");
        }
    }
    let file = format!("operations/{PHP}.md");
    let _ = writeln!(page, "\n## [Only in PHP]({file})\n");
    hosts::list(&mut page, &file);
    page
}

fn first_sentence(doc: &str) -> String {
    doc.split("\n\n").next().unwrap_or_default().trim_end_matches('.').replace('\n', " ")
}

/// The section of an operation, on a page with others.
fn section(page: &mut String, sources: &Sources, others: &[&str], name: &str) {
    let description = &sources.descriptions[name];
    let kind = match description.access {
        Access::Pure => "A calculation.",
        Access::Read | Access::ReadIfAny => "A question.",
        Access::Write => "A command.",
    };
    let _ = writeln!(page, "\n## {name}\n\n{}\n\n{kind}\n", description.doc);
    show(page, sources, name);
    reference::tables(page, description);
    if let Some(codes) = sources.refusals.get(name).filter(|codes| !codes.is_empty()) {
        let _ = writeln!(page, "\n| refused with | because |\n| --- | --- |");
        for code in codes {
            let Some((meaning, section)) = reference::meaning(code) else { continue };
            let _ = writeln!(page, "| [`{code}`](../errors.md#{section}) | {meaning} |");
        }
    }
    let links = see_also(sources, others, name);
    if !links.is_empty() {
        let _ = writeln!(page, "\nSee also {}.", links.join(", "));
    }
}

/// The example of an operation.
fn show(page: &mut String, sources: &Sources, name: &str) {
    let call = &sources.calls[name];
    if !call.program.is_empty() {
        let _ = writeln!(page, "With this in the programme:\n\n```toml\n{}```\n", call.changes());
    }
    let php = example::php(name, call, &sources.descriptions);
    let reply = example::shown(&example::reply(name, call, 7), 0);
    let _ = writeln!(page, "```php\n{php}```\n\nThe reply, as JSON:\n\n```json\n{reply}\n```\n");
}

/// Links to the operations that the text names, and to the others of the page.
fn see_also(sources: &Sources, others: &[&str], name: &str) -> Vec<String> {
    let doc = &sources.descriptions[name].doc;
    let named = doc.split('`').skip(1).step_by(2);
    let mut seen = BTreeSet::from([name]);
    let all = named.chain(others.iter().copied()).filter(|other| seen.insert(other));
    let own = sources.file(name);
    let link = |other: &str| {
        let file = sources.file(other)?;
        let page = if Some(file) == own { String::new() } else { format!("{file}.md") };
        Some(format!("[`{other}`]({page}#{other})"))
    };
    all.filter_map(link).collect()
}
