//! An mbox: messages one after the other in a file, each after a line `From …`.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use super::MAX_REPORT;

/// Longest line that is read as one, in bytes.
const MAX_LINE: u64 = 1 << 16;

/// The messages of an mbox file, one after the other, each at most a megabyte of it. The file stays as it is.
#[derive(Debug)]
pub struct Mbox<R = BufReader<File>> {
    from: R,
    is_begun: bool,
    is_ended: bool,
}

impl Mbox {
    /// Reads a file. It fails if the file cannot be opened.
    pub fn open(file: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self::read(BufReader::new(File::open(file)?)))
    }
}

impl<R: BufRead> Mbox<R> {
    /// Reads what is in memory, or comes from elsewhere.
    pub const fn read(from: R) -> Self {
        Self { from, is_begun: false, is_ended: false }
    }

    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        io::Read::take(&mut self.from, MAX_LINE).read_until(b'\n', &mut line)?;
        Ok(Some(line).filter(|line| !line.is_empty()))
    }

    /// The next message: up to the next line `From ` behind an empty line.
    fn message(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let mut is_after_empty = true;
        while let Some(line) = self.line()? {
            if is_after_empty && line.starts_with(b"From ") {
                let was_begun = std::mem::replace(&mut self.is_begun, true);
                if was_begun {
                    return Ok(Some(bytes));
                }
                continue;
            }
            is_after_empty = matches!(line.as_slice(), b"\n" | b"\r\n");
            if self.is_begun && bytes.len() + line.len() <= MAX_REPORT {
                bytes.extend_from_slice(unquoted(&line));
            }
        }
        self.is_ended = true;
        Ok(Some(bytes).filter(|_| self.is_begun))
    }
}

/// A line `>From ` was `From ` before it was stored.
fn unquoted(line: &[u8]) -> &[u8] {
    let bare = line.iter().position(|sign| *sign != b'>').and_then(|quotes| line.get(quotes..));
    if bare.is_some_and(|bare| bare.starts_with(b"From ")) { line.strip_prefix(b">").unwrap_or(line) } else { line }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_ended {
            return None;
        }
        let message = self.message();
        self.is_ended |= message.is_err();
        message.transpose()
    }
}
