//! A Maildir: each message a file, new ones in `new`, read ones in `cur`.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::MAX_REPORT;

/// A folder of the form Maildir, as mail servers write it.
#[derive(Clone, Debug)]
pub struct Maildir {
    folder: PathBuf,
}

/// A message that lies in `new`.
#[derive(Debug)]
pub struct Unread {
    file: PathBuf,
    read: PathBuf,
    bytes: Vec<u8>,
}

impl Maildir {
    /// The Maildir in this folder. It fails if there is no `new` in it; `cur` is made.
    pub fn open(folder: impl AsRef<Path>) -> io::Result<Self> {
        let folder = folder.as_ref().to_path_buf();
        fs::read_dir(folder.join("new"))?;
        fs::create_dir_all(folder.join("cur"))?;
        Ok(Self { folder })
    }

    /// The messages in `new`, at most `limit` of them, by name, which is about the order of their coming.
    pub fn unread(&self, limit: usize) -> io::Result<Vec<Unread>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.folder.join("new"))? {
            let entry = entry?;
            // A link could lead to any file of the machine.
            let is_message = entry.file_type()?.is_file() && !entry.file_name().as_encoded_bytes().starts_with(b".");
            if is_message {
                names.push(entry.file_name());
            }
        }
        names.sort();
        let mut found = Vec::new();
        for name in names.into_iter().take(limit) {
            let file = self.folder.join("new").join(&name);
            let mut read = name;
            read.push(":2,S");
            match bytes_of(&file) {
                Ok(bytes) => found.push(Unread { file, read: self.folder.join("cur").join(read), bytes }),
                // Another process has read it in the meantime.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(found)
    }
}

fn bytes_of(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_REPORT as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

impl Unread {
    /// The message, at most a megabyte of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Moves it to `cur`, after what it says is stored. What another process has moved stays as it is.
    pub fn mark_read(self) -> io::Result<()> {
        match fs::rename(&self.file, &self.read) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }
}
