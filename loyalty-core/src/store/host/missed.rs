//! Rows that were looked up by their whole key and not found, in a transaction that may read an old snapshot.

use crate::store::session::SqlParam;

/// The look-ups of one call that found nothing.
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

    /// Removes a look-up, if it is there: it is repeated now.
    pub(super) fn remove(&mut self, query: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|lookup| lookup.text != query);
        self.0.len() < before
    }

    pub(super) fn note(&mut self, query: &str, cells: &[SqlParam<'_>]) {
        self.0.push(Lookup { text: query.to_owned(), key: words(cells) });
    }

    /// A row with the same key is inserted now, so no other writer had inserted one.
    pub(super) fn inserted(&mut self, insert: &str, cells: &[SqlParam<'_>]) {
        let Some(table) = name_after(insert, "INSERT INTO ") else { return };
        let written = words(cells);
        let is_same = |lookup: &Lookup| {
            name_after(&lookup.text, " FROM ") == Some(table) && lookup.key.iter().all(|word| written.contains(word))
        };
        self.0.retain(|lookup| !is_same(lookup));
    }

    /// The queries that must be repeated.
    pub(super) fn take(&mut self) -> impl Iterator<Item = String> + use<> {
        std::mem::take(&mut self.0).into_iter().map(|lookup| lookup.text)
    }
}

fn words(cells: &[SqlParam<'_>]) -> Vec<String> {
    cells.iter().map(|cell| format!("{cell:?}")).collect()
}

/// The name of the table in a statement.
fn name_after<'a>(sql: &'a str, words: &str) -> Option<&'a str> {
    sql.split_once(words)?.1.split([' ', '(']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insert_under_the_key_answers_for_its_lookup_and_no_other() {
        let mut missed = Missed::default();
        missed.note("SELECT a FROM t WHERE k = x'41'", &[SqlParam::Text("A")]);
        missed.note("SELECT a FROM t WHERE k = x'42'", &[SqlParam::Text("B")]);
        missed.note("SELECT a FROM u WHERE k = x'41'", &[SqlParam::Text("A")]);
        missed.inserted("INSERT INTO t (k, n) VALUES (x'41', 1)", &[SqlParam::Text("A"), SqlParam::Int(1)]);
        assert!(missed.remove("SELECT a FROM t WHERE k = x'42'"));
        assert!(!missed.remove("SELECT a FROM t WHERE k = x'41'"));
        assert_eq!(missed.take().collect::<Vec<_>>(), ["SELECT a FROM u WHERE k = x'41'"]);
    }
}
