//! Sorts more than fits in memory: sorted runs are written to temporary files and merged when they are read.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::marker::PhantomData;

use loyalty_core::{Error, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// How many bytes are kept in memory before they are written to a file.
const MEMORY: usize = 32 * 1024 * 1024;

/// A key and its item.
type Pair = (Vec<u8>, Vec<u8>);

/// A key, the position of its run and its item: the least comes first.
type Next = Reverse<(Vec<u8>, usize, Vec<u8>)>;

/// Items go in in any order and come out ordered by key; items with equal keys keep their order.
pub(super) struct Sorter<T> {
    pairs: Vec<Pair>,
    bytes: usize,
    memory: usize,
    files: Vec<File>,
    kind: PhantomData<T>,
}

impl<T: Serialize + DeserializeOwned> Sorter<T> {
    pub(super) fn new() -> Self {
        Self::within(MEMORY)
    }

    fn within(memory: usize) -> Self {
        Self { pairs: Vec::new(), bytes: 0, memory, files: Vec::new(), kind: PhantomData }
    }

    /// Adds an item.
    ///
    /// # Errors
    /// `invalid` when the folder for temporary files is full.
    pub(super) fn push(&mut self, key: Vec<u8>, thing: &T) -> Result<()> {
        let thing = serde_json::to_vec(thing).map_err(Error::internal)?;
        self.bytes += key.len() + thing.len() + 2 * size_of::<Vec<u8>>();
        self.pairs.push((key, thing));
        if self.bytes > self.memory { self.spill().map_err(unwritten) } else { Ok(()) }
    }

    fn spill(&mut self) -> io::Result<()> {
        // The sort is stable.
        self.pairs.sort_by(|one, other| one.0.cmp(&other.0));
        let mut writer = BufWriter::new(tempfile::tempfile()?);
        for (key, thing) in self.pairs.drain(..) {
            for part in [&key, &thing] {
                writer.write_all(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes())?;
                writer.write_all(part)?;
            }
        }
        self.bytes = 0;
        self.files.push(writer.into_inner()?);
        Ok(())
    }

    /// All items, sorted.
    ///
    /// # Errors
    /// `invalid` when the files cannot be read again.
    pub(super) fn sorted(mut self) -> Result<Sorted<T>> {
        self.pairs.sort_by(|one, other| one.0.cmp(&other.0));
        let mut runs: Vec<Run> = Vec::new();
        for mut file in self.files.drain(..) {
            file.rewind().map_err(unwritten)?;
            runs.push(Run::File(BufReader::new(file)));
        }
        // The items in memory were added last.
        runs.push(Run::Memory(std::mem::take(&mut self.pairs).into_iter()));
        let mut sorted = Sorted { runs, next: BinaryHeap::new(), kind: PhantomData };
        for place in 0..sorted.runs.len() {
            sorted.advance(place)?;
        }
        Ok(sorted)
    }
}

enum Run {
    File(BufReader<File>),
    Memory(std::vec::IntoIter<Pair>),
}

impl Run {
    fn next(&mut self) -> io::Result<Option<Pair>> {
        let reader = match self {
            Self::Memory(pairs) => return Ok(pairs.next()),
            Self::File(reader) => reader,
        };
        let Some(key) = part(reader)? else { return Ok(None) };
        let thing = part(reader)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(Some((key, thing)))
    }
}

fn part(reader: &mut BufReader<File>) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 8];
    if let Err(error) = reader.read_exact(&mut length) {
        return if error.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error) };
    }
    let length = usize::try_from(u64::from_le_bytes(length)).map_err(|_| io::ErrorKind::InvalidData)?;
    let mut part = vec![0; length];
    reader.read_exact(&mut part)?;
    Ok(Some(part))
}

/// Items ordered by key.
pub(super) struct Sorted<T> {
    runs: Vec<Run>,
    next: BinaryHeap<Next>,
    kind: PhantomData<T>,
}

impl<T: DeserializeOwned> Sorted<T> {
    /// The next one.
    ///
    /// # Errors
    /// `invalid` when the files cannot be read again.
    pub(super) fn next(&mut self) -> Result<Option<T>> {
        let Some(Reverse((_, place, thing))) = self.next.pop() else { return Ok(None) };
        self.advance(place)?;
        serde_json::from_slice(&thing).map(Some).map_err(Error::internal)
    }

    fn advance(&mut self, place: usize) -> Result<()> {
        let Some(run) = self.runs.get_mut(place) else { return Ok(()) };
        if let Some((key, thing)) = run.next().map_err(unwritten)? {
            self.next.push(Reverse((key, place, thing)));
        }
        Ok(())
    }
}

fn unwritten(error: impl std::fmt::Display) -> Error {
    let folder = std::env::temp_dir();
    Error::invalid(
        "file",
        format_args!("cannot be sorted in `{}`: {error}; set `TMPDIR` to another folder", folder.display()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(memory: usize, things: &[(u8, u32)]) -> Vec<u32> {
        let mut sorter = Sorter::within(memory);
        for (key, thing) in things {
            sorter.push(vec![*key], thing).unwrap();
        }
        let mut sorted = sorter.sorted().unwrap();
        std::iter::from_fn(|| sorted.next().unwrap()).collect()
    }

    #[test]
    fn in_memory_and_in_files_the_order_is_that_of_the_keys_and_of_equal_keys_as_they_came() {
        let things: Vec<(u8, u32)> = (0..1_000_u32).map(|thing| ((thing * 7 % 13) as u8, thing)).collect();
        let mut expected = things.clone();
        expected.sort_by_key(|(key, _)| *key);
        let expected: Vec<u32> = expected.into_iter().map(|(_, thing)| thing).collect();
        // Everything in memory; some in files; each item in a file of its own.
        for memory in [1_000_000, 5_000, 3_000, 0] {
            assert_eq!(sorted(memory, &things), expected, "{memory} bytes");
        }
        assert!(sorted(0, &[]).is_empty());
    }
}
