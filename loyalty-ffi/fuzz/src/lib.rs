//! A fuzzer's input, run as calls through the C interface.
//!
//! An input is lines: a name, a blank, and the rest. `program` with a list of texts of the default programme and what
//! replaces them, first of all if at all; `now` with an instant; else the name of an operation with its arguments. In these
//! `$0` to `$9` stand for the codes that earlier replies had, since those are drawn at random.

mod till;

use std::path::Path;

pub use till::{Failure, Till};

/// Most lines of an input that are read.
const MOST_LINES: usize = 60;

/// Makes the calls of an input and checks every answer, and the ledger in the end. `file` is where its programme may be
/// written.
///
/// # Panics
/// When an answer is not as the header says, the engine calls itself defective, or the ledger does not add up.
pub fn run(input: &[u8], file: &Path) {
    let mut lines = input.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).take(MOST_LINES).peekable();
    let program = lines.next_if(|line| line.starts_with(b"program "));
    let changes = program.map(|line| line.strip_prefix(b"program ").unwrap_or_default());
    let Some(mut till) = Till::open(changes, file) else { return };
    for line in lines {
        let (name, rest) = split(line);
        match name {
            b"now" => till.fix_now(rest),
            _ => drop(till.call(name, rest)),
        }
    }
    let verified = till.call(b"verify", b"{}").unwrap_or_else(|failure| panic!("verify: {failure:?}"));
    assert!(verified["ok"] == true, "the ledger does not add up: {verified:#}");
}

/// A line at its first blank.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    let end = line.iter().position(|byte| *byte == b' ').unwrap_or(line.len());
    let (name, rest) = line.split_at(end);
    (name, rest.get(1..).unwrap_or_default())
}
