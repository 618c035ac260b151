//! `docs/reference/personal-data.md`: the personal data in the tables, from the engine's own list.

use std::fmt::Write as _;

use loyalty_core::internals::{AtErasure, AtMerge, Leads, PERSONAL};

/// The page.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# Personal data\n\nGenerated from the engine; `make docs` writes it again.\n\n\
         Every table of the engine: how a row leads to its member, which columns hold personal data, and what happens to \
         the rows when two members are merged. There is no operation yet that erases a member; the last column says what \
         it will do.\n\n\
         | table | leads to the member | personal columns | in a merge | in an erasure |\n\
         | --- | --- | --- | --- | --- |\n",
    );
    for table in PERSONAL {
        let leads = match table.leads {
            Leads::User(column) => format!("`{column}`, the user id"),
            Leads::Member(column) => format!("`{column}`, the member's number"),
            Leads::Entry(column) => format!("`{column}`, whose first part is the member's number"),
            Leads::Row(other, column) => format!("`{column}`, a row of `{other}`"),
            Leads::Nowhere => "nothing".to_owned(),
        };
        let inside = |(column, fields): &(&str, &[&str])| {
            let fields: Vec<String> = fields.iter().map(|field| format!("`{field}`")).collect();
            format!("{} in `{column}`", fields.join(" and "))
        };
        let columns = table.personal.iter().map(|column| format!("`{column}`"));
        let columns: Vec<String> = columns.chain(table.inside.iter().map(inside)).collect();
        let at_merge = match table.at_merge {
            AtMerge::Move(_) => "move to the remaining member",
            AtMerge::Join => "are combined with those of the remaining member",
            AtMerge::Drop(_) => "are deleted",
            AtMerge::Stay => "stay unchanged",
        };
        let at_erasure = match table.at_erasure {
            AtErasure::Delete => "are deleted",
            AtErasure::Blank => "stay, with the personal columns blank",
            AtErasure::Keep => "stay",
        };
        let _ = writeln!(page, "| `{}` | {leads} | {} | {at_merge} | {at_erasure} |", table.name, columns.join(", "));
    }
    page
}
