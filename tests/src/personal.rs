//! `docs/reference/personal-data.md`: what the tables keep of a person, from the engine's own list.

use std::fmt::Write as _;

use loyalty_core::internals::{AtErasure, AtMerge, Leads, PERSONAL};

/// The page.
#[must_use]
pub fn page() -> String {
    let mut page = String::from(
        "# What is kept of a person\n\nGenerated from the engine; `make docs` writes it again.\n\n\
         Each table with the engine's data: what leads from a row to the member, which columns say something of a person, \
         and what becomes of the rows when two members become one. There is no operation yet that erases a member; the \
         last column is what it is to do.\n\n\
         | table | leads to the member | personal columns | at a merge | at an erasure |\n\
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
        let columns: Vec<String> = table.personal.iter().map(|column| format!("`{column}`")).collect();
        let at_merge = match table.at_merge {
            AtMerge::Move(_) => "get the id of the member who stays",
            AtMerge::Join => "are added to those of the member who stays",
            AtMerge::Drop(_) => "go",
            AtMerge::Stay => "stay as they are",
        };
        let at_erasure = match table.at_erasure {
            AtErasure::Delete => "go",
            AtErasure::Blank => "stay, the personal columns blank",
            AtErasure::Keep => "stay",
        };
        let _ = writeln!(page, "| `{}` | {leads} | {} | {at_merge} | {at_erasure} |", table.name, columns.join(", "));
    }
    page
}
