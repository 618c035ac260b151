//! Rows that were looked for by their whole key and were not there, in a transaction that may show the past.

use crate::store::session::Cell;

/// The lookups of one call that found nothing.
#[derive(Debug, Default)]
pub(super) struct Missed(Vec<Lookup>);

#[derive(Debug)]
struct Lookup {
    text: String,
    key: Vec<String>,
}

impl Missed {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Takes a lookup out, if it is there: it is asked again now.
    pub(super) fn remove(&mut self, query: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|lookup| lookup.text != query);
        self.0.len() < before
    }

    pub(super) fn note(&mut self, query: &str, cells: &[Cell<'_>]) {
        self.0.push(Lookup { text: query.to_owned(), key: words(cells) });
    }

    /// A row under the same key is inserted now, so no other writer's was there.
    pub(super) fn inserted(&mut self, insert: &str, cells: &[Cell<'_>]) {
        let Some(table) = name_after(insert, "INSERT INTO ") else { return };
        let written = words(cells);
        let is_same = |lookup: &Lookup| {
            name_after(&lookup.text, " FROM ") == Some(table) && lookup.key.iter().all(|word| written.contains(word))
        };
        self.0.retain(|lookup| !is_same(lookup));
    }

    /// The queries that are to be asked again.
    pub(super) fn take(&mut self) -> impl Iterator<Item = String> + use<> {
        std::mem::take(&mut self.0).into_iter().map(|lookup| lookup.text)
    }
}

fn words(cells: &[Cell<'_>]) -> Vec<String> {
    cells.iter().map(|cell| format!("{cell:?}")).collect()
}

/// The name of the table behind these words.
fn name_after<'a>(sql: &'a str, words: &str) -> Option<&'a str> {
    sql.split_once(words)?.1.split([' ', '(']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_under_the_key_answers_for_its_lookup_and_no_other() {
        let mut missed = Missed::default();
        missed.note("SELECT a FROM t WHERE k = x'41'", &[Cell::Text("A")]);
        missed.note("SELECT a FROM t WHERE k = x'42'", &[Cell::Text("B")]);
        missed.note("SELECT a FROM u WHERE k = x'41'", &[Cell::Text("A")]);
        missed.inserted("INSERT INTO t (k, n) VALUES (x'41', 1)", &[Cell::Text("A"), Cell::Int(1)]);
        assert!(missed.remove("SELECT a FROM t WHERE k = x'42'"));
        assert!(!missed.remove("SELECT a FROM t WHERE k = x'41'"));
        assert_eq!(missed.take().collect::<Vec<_>>(), ["SELECT a FROM u WHERE k = x'41'"]);
    }
}
