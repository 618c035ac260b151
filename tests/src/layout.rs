//! What each byte of a SQLite file belongs to, by the format that <https://www.sqlite.org/fileformat2.html> describes.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

/// The fields of the header of a file: where each begins, and what it is.
const HEADER: [(usize, &str); 22] = [
    (0, "magic"),
    (16, "page size"),
    (18, "write version"),
    (19, "read version"),
    (20, "reserved space"),
    (21, "fractions of a payload"),
    (24, "change counter"),
    (28, "size in pages"),
    (32, "first free page"),
    (36, "number of free pages"),
    (40, "schema cookie"),
    (44, "schema format"),
    (48, "cache size"),
    (52, "largest root"),
    (56, "text encoding"),
    (60, "user version"),
    (64, "incremental vacuum"),
    (68, "application id"),
    (72, "reserved"),
    (92, "version valid for"),
    (96, "SQLite version"),
    (100, ""),
];

/// The fields of the head of a page of a tree.
const PAGE_HEAD: [(usize, &str); 5] =
    [(0, "type"), (1, "first free block"), (3, "number of cells"), (5, "begin of the cells"), (7, "fragments")];

/// Bytes that nothing refers to.
pub const FREE: &str = "free space";

/// The owner of each byte.
pub struct Layout {
    names: Vec<String>,
    numbers: BTreeMap<String, usize>,
    owners: Vec<usize>,
}

/// A tree: what its cells are of, and whether their keys are numbers.
struct Tree {
    /// What the columns of a cell are called.
    columns: Vec<String>,
    /// What the number of a row is called.
    row: String,
}

struct Pages<'a> {
    bytes: &'a [u8],
    size: usize,
    usable: usize,
    layout: Layout,
}

impl Layout {
    /// Reads a file in which no transaction is open.
    ///
    /// # Panics
    /// When it is not a database.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let bytes = std::fs::read(path).expect("the file can be read");
        let size = match usize::from(u16::from_be_bytes([bytes[16], bytes[17]])) {
            1 => 65_536,
            size => size,
        };
        let layout = Self { names: Vec::new(), numbers: BTreeMap::new(), owners: Vec::new() };
        let usable = size - usize::from(bytes[20]);
        let mut pages = Pages { bytes: &bytes, size, usable, layout };
        pages.layout.owners = vec![pages.layout.number("a page of no tree"); bytes.len()];
        for (root, tree) in trees(path) {
            pages.page(root, &tree);
        }
        for pair in HEADER.windows(2) {
            pages.own(pair[0].0..pair[1].0, &format!("header: {}", pair[0].1));
        }
        pages.layout
    }

    /// What a byte belongs to.
    #[must_use]
    pub fn owner(&self, at: usize) -> &str {
        &self.names[self.owners[at]]
    }

    fn number(&mut self, name: &str) -> usize {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }
}

/// The trees of a file by their first pages.
fn trees(path: &Path) -> Vec<(usize, Tree)> {
    let database = Connection::open(path).expect("a database");
    let mut statement = database
        .prepare("SELECT type, name, tbl_name, rootpage, COALESCE(sql, '') FROM sqlite_schema WHERE rootpage > 0")
        .expect("the schema");
    let rows = statement.query_map([], |row| {
        let (kind, name, table): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok((kind, name, table, row.get::<_, u32>(3)? as usize, row.get::<_, String>(4)?))
    });
    let names = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).expect("a table");
        let names = statement.query_map([], |row| row.get(0)).expect("its columns");
        names.map(|name| name.expect("a name")).collect()
    };
    let mut trees = Vec::new();
    for row in rows.expect("the schema") {
        let (kind, name, table, root, sql) = row.expect("a row");
        let of_table = |columns: Vec<String>| columns.iter().map(|column| format!("{table}.{column}")).collect();
        let tree = if kind == "index" {
            Tree { columns: vec!["an index".to_owned(); 9], row: String::new() }
        } else if sql.contains("WITHOUT ROWID") {
            let key = names(&format!("SELECT name FROM pragma_index_list('{name}') WHERE origin = 'pk'")).remove(0);
            let order = names(&format!("SELECT name FROM pragma_index_xinfo('{key}') ORDER BY seqno"));
            Tree { columns: of_table(order), row: String::new() }
        } else {
            let key = names(&format!("SELECT name FROM pragma_table_xinfo('{name}') WHERE pk = 1"));
            let row = format!("{table}.{}", key.first().map_or("rowid", String::as_str));
            Tree {
                columns: of_table(names(&format!("SELECT name FROM pragma_table_xinfo('{name}') ORDER BY cid"))),
                row,
            }
        };
        trees.push((root, tree));
    }
    let schema = ["type", "name", "tbl_name", "rootpage", "sql"].map(|column| format!("sqlite_schema.{column}"));
    trees.push((1, Tree { columns: schema.to_vec(), row: "sqlite_schema.rowid".to_owned() }));
    trees
}

impl Pages<'_> {
    fn own(&mut self, bytes: std::ops::Range<usize>, name: &str) {
        let number = self.layout.number(name);
        self.layout.owners[bytes].fill(number);
    }

    fn own_each(&mut self, bytes: &[usize], name: &str) {
        let number = self.layout.number(name);
        bytes.iter().for_each(|at| self.layout.owners[*at] = number);
    }

    fn short(&self, at: usize) -> usize {
        usize::from(u16::from_be_bytes([self.bytes[at], self.bytes[at + 1]]))
    }

    fn long(&self, at: usize) -> usize {
        let bytes = self.bytes[at..at + 4].try_into().expect("four bytes");
        usize::try_from(u32::from_be_bytes(bytes)).expect("it fits")
    }

    /// A number of variable length, and where it ends.
    fn number(&self, places: impl IntoIterator<Item = usize>) -> (u64, usize) {
        let mut number = 0;
        for (length, at) in places.into_iter().take(9).enumerate() {
            let byte = self.bytes[at];
            if length == 8 {
                return (number << 8 | u64::from(byte), 9);
            }
            number = number << 7 | u64::from(byte & 0x7f);
            if byte < 0x80 {
                return (number, length + 1);
            }
        }
        panic!("a number ends");
    }

    /// A page of a tree, and those below it.
    fn page(&mut self, page: usize, tree: &Tree) {
        let start = (page - 1) * self.size;
        let head = start + if page == 1 { 100 } else { 0 };
        self.own(head..start + self.size, FREE);
        let kind = self.bytes[head];
        let is_leaf = matches!(kind, 10 | 13);
        for (at, (place, name)) in PAGE_HEAD.iter().enumerate() {
            let end = PAGE_HEAD.get(at + 1).map_or(8, |next| next.0);
            self.own(head + place..head + end, &format!("page head: {name}"));
        }
        let pointers = head + if is_leaf { 8 } else { 12 };
        if !is_leaf {
            self.own(head + 8..pointers, "page head: last child");
            self.page(self.long(head + 8), tree);
        }
        let cells = self.short(head + 3);
        self.own(pointers..pointers + 2 * cells, "places of cells");
        for cell in 0..cells {
            let place = start + self.short(pointers + 2 * cell);
            self.cell(place, kind, tree);
        }
    }

    fn cell(&mut self, mut at: usize, kind: u8, tree: &Tree) {
        if matches!(kind, 2 | 5) {
            self.own(at..at + 4, "children");
            self.page(self.long(at), tree);
            at += 4;
        }
        if kind == 5 {
            let (_, length) = self.number(at..);
            return self.own(at..at + length, "keys above the leaves");
        }
        let (payload, length) = self.number(at..);
        self.own(at..at + length, "sizes of cells");
        at += length;
        if kind == 13 {
            let (_, length) = self.number(at..);
            self.own(at..at + length, &tree.row);
            at += length;
        }
        let places = self.payload(at, usize::try_from(payload).expect("it fits"), kind == 13);
        self.record(&places, tree);
    }

    /// Where the bytes of a payload are.
    fn payload(&mut self, at: usize, size: usize, is_table: bool) -> Vec<usize> {
        let usable = self.usable;
        let most = if is_table { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
        if size <= most {
            return (at..at + size).collect();
        }
        let least = (usable - 12) * 32 / 255 - 23;
        let fitting = least + (size - least) % (usable - 4);
        let local = if fitting <= most { fitting } else { least };
        let mut places: Vec<usize> = (at..at + local).collect();
        let mut pointer = at + local;
        while places.len() < size {
            self.own(pointer..pointer + 4, "links of long rows");
            let page = (self.long(pointer) - 1) * self.size;
            let here = (size - places.len()).min(usable - 4);
            self.own(page..page + self.size, FREE);
            places.extend(page + 4..page + 4 + here);
            pointer = page;
        }
        self.own(pointer..pointer + 4, "links of long rows");
        places
    }

    fn record(&mut self, places: &[usize], tree: &Tree) {
        let (head, mut at) = self.number(places.iter().copied());
        let head = usize::try_from(head).expect("it fits");
        let mut body = head;
        let mut column = 0;
        self.own_each(&places[..head], "types of columns");
        while at < head {
            let (kind, length) = self.number(places[at..].iter().copied());
            at += length;
            let size = match kind {
                0 | 8 | 9 => 0,
                1..=4 => usize::try_from(kind).expect("it fits"),
                5 => 6,
                6 | 7 => 8,
                kind => (usize::try_from(kind).expect("it fits") - 12) / 2,
            };
            self.own_each(&places[body..body + size], &tree.columns[column]);
            body += size;
            column += 1;
        }
    }
}
