//! Calls at the same moment, each from a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::store;

/// Starts a worker, the program at `worker`, on a database, named as in a setting; on another node of a cluster each time.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn spawn(worker: &str, database: &str, words: &[&str]) -> Child {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    Command::new(worker)
        .arg(store::elsewhere(database))
        .args(words)
        // Of workers that are pages, one has a transaction open and the next has none.
        .env("LOYALTY_TEST_TURN", TURN.fetch_add(1, Ordering::Relaxed).to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a worker starts")
}

/// Makes calls at the same moment, each in a process of its own. Gives the answers.
///
/// # Errors
/// Each answer is the reply, or the error as JSON.
///
/// # Panics
/// When a worker does not answer.
#[must_use]
pub fn race(worker: &str, database: &str, calls: &[(&str, Value)]) -> Vec<Result<Value, Value>> {
    let mut workers: Vec<_> = calls
        .iter()
        .map(|(operation, arguments)| {
            let mut child = spawn(worker, database, &["call", operation, &arguments.to_string()]);
            let output = BufReader::new(child.stdout.take().expect("a worker writes"));
            (child, output)
        })
        .collect();
    let mut line = String::new();
    for (_, output) in &mut workers {
        line.clear();
        output.read_line(&mut line).expect("a worker says when it is ready");
        assert_eq!(line, "ready\n");
    }
    for (child, _) in &mut workers {
        child.stdin.take().expect("a worker reads").write_all(b"go\n").expect("a worker waits");
    }
    let mut answers = Vec::new();
    for (mut child, mut output) in workers {
        line.clear();
        output.read_line(&mut line).expect("a worker answers");
        assert!(child.wait().expect("a worker ends").success());
        let mut answer: Value = serde_json::from_str(&line).expect("an answer is JSON");
        answers.push(match answer.get_mut("ok") {
            Some(reply) => Ok(reply.take()),
            None => Err(answer["error"].take()),
        });
    }
    answers
}
