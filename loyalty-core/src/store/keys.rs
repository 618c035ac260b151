//! Idempotency keys given by callers: stored for ever, with the first answer or refusal. `loyalty_keys` leads from a key
//! to the member whose call it was, with whom the answer is.

use super::session::{Columns, Session, SqlParam};
use crate::Result;
use crate::value::{Instant, Key, UserId, fingerprint};

/// The answer under a key.
#[derive(Debug, Clone)]
pub struct KeptAnswer {
    /// Digests of the arguments; empty once they were erased.
    pub request: Vec<u8>,
    /// Whether the answer is a reply rather than a refusal.
    pub accepted: bool,
    /// The reply or the refusal, as JSON, without the names of persons.
    pub answer: String,
}

/// What is stored under a key, if anything.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, operation: &str, key: &Key) -> Result<Option<KeptAnswer>> {
    session.first(
        "SELECT made.request, made.outcome, made.answer FROM loyalty_keys known JOIN loyalty_answers made \
         ON made.user_id = known.user_id AND made.operation = known.operation AND made.request_key = known.request_key \
         WHERE known.operation = ? AND known.request_key = ? /* by key */",
        &[SqlParam::Text(operation), SqlParam::Text(key.as_str())],
        |row| {
            Ok(KeptAnswer { request: row.blob()?.to_vec(), accepted: row.int()? == 1, answer: row.text()?.to_owned() })
        },
    )
}

fn seal(user_id: i64, operation: &str, key: &str, kept: &KeptAnswer, created_at: i64) -> [u8; 8] {
    let numbers = [user_id, i64::from(kept.accepted), created_at].map(i64::to_be_bytes).concat();
    let parts = [numbers.as_slice(), operation.as_bytes(), key.as_bytes(), kept.answer.as_bytes()];
    let sized = parts.into_iter().flat_map(|part| [&(part.len() as u64).to_be_bytes()[..], part].concat());
    fingerprint(sized.collect::<Vec<u8>>())
}

/// Passes on when each answer was kept that is not what was written, for `verify`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn changed(session: &mut dyn Session, mut each: impl FnMut(i64)) -> Result<()> {
    let sql =
        "SELECT /* all */ user_id, operation, request_key, outcome, answer, created_at, seal FROM loyalty_answers";
    session.query(sql, &[], &mut |row| {
        let row = &mut Columns::of(row);
        let (user_id, operation, key) = (row.int()?, row.text()?, row.text()?);
        let kept = KeptAnswer { request: Vec::new(), accepted: row.int()? == 1, answer: row.text()?.to_owned() };
        let created_at = row.int()?;
        if row.blob()? != seal(user_id, operation, key, &kept, created_at) {
            each(created_at);
        }
        Ok(())
    })
}

/// The number that stands for the shop where a key belongs to no member.
const SHOP: i64 = 0;

/// Stores an answer under a key, for the member whose call it was.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(
    session: &mut dyn Session,
    (operation, key): (&str, &Key),
    user_id: Option<UserId>,
    kept: &KeptAnswer,
    now: Instant,
) -> Result<()> {
    let user_id = user_id.map_or(SHOP, UserId::get);
    let seal = seal(user_id, operation, key.as_str(), kept, now.micros());
    let user_id = SqlParam::Int(user_id);
    let (operation, key) = (SqlParam::Text(operation), SqlParam::Text(key.as_str()));
    session.execute_one(
        "INSERT INTO loyalty_keys (operation, request_key, user_id) VALUES (?, ?, ?)",
        &[operation, key, user_id],
    )?;
    session.execute_one(
        "INSERT INTO loyalty_answers (user_id, operation, request_key, request, outcome, answer, created_at, \
         seal) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        &[
            user_id,
            operation,
            key,
            SqlParam::Blob(&kept.request),
            SqlParam::Int(i64::from(kept.accepted)),
            SqlParam::Text(&kept.answer),
            SqlParam::Int(now.micros()),
            SqlParam::Blob(&seal),
        ],
    )
}

/// Deletes what is stored under a key: its act was undone, and is done again.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn forget(session: &mut dyn Session, operation: &str, key: &Key) -> Result<()> {
    let named = [SqlParam::Text(operation), SqlParam::Text(key.as_str())];
    let sql = "SELECT user_id FROM loyalty_keys WHERE operation = ? AND request_key = ?";
    let Some(user_id) = session.first(sql, &named, |row| row.int())? else { return Ok(()) };
    session.execute("DELETE FROM loyalty_keys WHERE operation = ? AND request_key = ?", &named)?;
    let [operation, key] = named;
    let sql = "DELETE FROM loyalty_answers WHERE user_id = ? AND operation = ? AND request_key = ?";
    session.execute(sql, &[SqlParam::Int(user_id), operation, key]).map(drop)
}

/// Changes the answers that were kept for a user, and their seals.
///
/// # Errors
/// `unavailable` when the database fails, and whatever `change` returns.
#[cfg(feature = "internals")]
pub fn change_answers(
    session: &mut dyn Session,
    user_id: UserId,
    change: impl Fn(&str) -> Result<String>,
) -> Result<()> {
    let kept = session.all(
        "SELECT operation, request_key, outcome, answer, created_at FROM loyalty_answers WHERE user_id = ?",
        &[SqlParam::Int(user_id.get())],
        |row| {
            let names = (row.text()?.to_owned(), row.text()?.to_owned());
            let kept = KeptAnswer { request: Vec::new(), accepted: row.int()? == 1, answer: row.text()?.to_owned() };
            Ok((names, kept, row.int()?))
        },
    )?;
    for ((operation, key), kept, created_at) in kept {
        let changed = KeptAnswer { answer: change(&kept.answer)?, ..kept };
        let seal = seal(user_id.get(), &operation, &key, &changed, created_at);
        session.execute_one(
            "UPDATE loyalty_answers SET answer = ?, seal = ? WHERE user_id = ? AND operation = ? AND request_key = ?",
            &[
                SqlParam::Text(&changed.answer),
                SqlParam::Blob(&seal),
                SqlParam::Int(user_id.get()),
                SqlParam::Text(&operation),
                SqlParam::Text(&key),
            ],
        )?;
    }
    Ok(())
}
