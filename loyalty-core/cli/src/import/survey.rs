//! A first pass that finds out how a file is written, before any row is used.

use std::collections::BTreeMap;

use loyalty_core::Result;

use super::columns::Columns;
use super::numbers::Evidence;
use super::people::UserEvidence;
use super::roles::Role;
use super::rows::{Rows, Sort};
use super::times::DateEvidence;

/// How many words of one column of states are kept.
const WORDS: usize = 100;

/// What all rows of a file show.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) amounts: Evidence,
    pub(super) dates: DateEvidence,
    pub(super) users: UserEvidence,
    /// The words of the column of states, with the number of rows that have them.
    pub(super) words: BTreeMap<String, u64>,
    /// All rows, including those that are no sales.
    pub(super) rows: u64,
}

impl Survey {
    /// Reads the file to its end.
    ///
    /// # Errors
    /// `invalid` when it cannot be read.
    pub(super) fn of(rows: &mut Rows, columns: &Columns) -> Result<Self> {
        let mut survey = Self::default();
        while rows.advance()? {
            survey.rows += 1;
            if rows.sort(columns) == Sort::Sale && rows.record.len() == columns.header.len() {
                survey.note(rows, columns);
            }
        }
        Ok(survey)
    }

    fn note(&mut self, rows: &Rows, columns: &Columns) {
        let text = |role: Role| columns.text(role, &rows.record);
        for role in [Role::UnitPrice, Role::Amount, Role::Total, Role::Refunded] {
            self.amounts.note(rows.line, text(role));
        }
        self.dates.note(rows.line, text(Role::Time));
        self.users.note(rows.line, text(Role::User));
        let word = text(Role::Status);
        if !word.is_empty() && (self.words.len() < WORDS || self.words.contains_key(word)) {
            *self.words.entry(word.to_owned()).or_default() += 1;
        }
    }
}
