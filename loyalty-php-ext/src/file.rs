//! Files that settings name (a programme or a secret key): read again when they change, and identified by their
//! content.

use std::cell::RefCell;
use std::os::unix::fs::MetadataExt as _;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Most files that a process remembers.
const MAX_FILES: usize = 32;
/// A file is read again within this many seconds of its last change: a further change could leave the same marks.
const YOUNG_SECONDS: i64 = 2;

/// A file as it was when a call asked for it. Two are equal when they have the same path and content.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct File {
    /// Its path; empty when the setting names none.
    pub(crate) path: String,
    /// Its content; `None` when it cannot be read.
    pub(crate) content: Option<Rc<str>>,
}

/// What the file system reports about a file without reading it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Marks {
    device: u64,
    number: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// What was read, and the marks of the file before that.
struct Seen {
    path: String,
    marks: Marks,
    read_at: i64,
    content: Rc<str>,
}

thread_local! {
    static SEEN: RefCell<Vec<Seen>> = const { RefCell::new(Vec::new()) };
}

impl File {
    /// The file at a path, from memory when it cannot have changed since.
    pub(crate) fn read(path: &str) -> Self {
        let content = if path.is_empty() { None } else { content(path) };
        Self { path: path.to_owned(), content }
    }

    /// Whether reading it again would find the same, as its marks show without reading it.
    pub(crate) fn is_unchanged(&self) -> bool {
        let Some(content) = &self.content else { return self.path.is_empty() };
        let marks = Marks::of(&self.path);
        SEEN.with_borrow(|seen| {
            let seen = seen.iter().find(|seen| seen.path == self.path);
            seen.is_some_and(|seen| {
                Some(seen.marks) == marks && seen.is_settled() && Rc::ptr_eq(&seen.content, content)
            })
        })
    }
}

impl Marks {
    fn of(path: &str) -> Option<Self> {
        let file = std::fs::metadata(path).ok()?;
        Some(Self {
            device: file.dev(),
            number: file.ino(),
            size: file.size(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        })
    }
}

impl Seen {
    /// Whether the marks show every change since then: those of a file that changed just before it was read do not.
    fn is_settled(&self) -> bool {
        self.marks.changed.0.max(self.marks.modified.0) + YOUNG_SECONDS < self.read_at
    }
}

fn content(path: &str) -> Option<Rc<str>> {
    let marks = Marks::of(path)?;
    let known = SEEN.with_borrow(|seen| {
        let seen = seen.iter().find(|seen| seen.path == path)?;
        Some((seen.marks == marks && seen.is_settled(), seen.content.clone()))
    });
    if let Some((true, content)) = known {
        return Some(content);
    }
    // The marks were taken before reading, so a change during the read shows as other marks.
    let read_at = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let read_at = i64::try_from(read_at).ok()?;
    let text = std::fs::read_to_string(path).ok()?;
    let content = match known {
        Some((_, content)) if *content == *text => content,
        _ => Rc::from(text),
    };
    SEEN.with_borrow_mut(|all| {
        all.retain(|seen| seen.path != path);
        if all.len() >= MAX_FILES {
            all.remove(0);
        }
        all.push(Seen { path: path.to_owned(), marks, read_at, content: content.clone() });
    });
    Some(content)
}
