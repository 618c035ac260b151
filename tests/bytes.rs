//! Each byte of a small database: whether `verify` sees that it was changed, or SQLite's own check does, or nobody.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use loyalty_core::programme::Programme;
use loyalty_core::{Durability, Engine, Kind, Options};
use loyalty_tests::layout::{FREE, Layout};
use loyalty_tests::world::programme;
use loyalty_tests::{everything, store};
use rusqlite::Connection;
use serde_json::json;
use tempfile::TempDir;

/// What a byte is changed by.
const MASKS: [u8; 2] = [0x01, 0xff];
/// How long a call on a damaged database may take: it must not hang.
const PATIENCE: Duration = Duration::from_secs(120);

/// What nobody sees in some bytes, and why not.
const UNSEEN: &[(&str, &[&str])] = &[
    ("nothing refers to them", &[FREE]),
    (
        "what SQLite notes for itself and for other programs; the versions and the encoding have values that mean the same",
        &[
            "header: SQLite version",
            "header: application id",
            "header: cache size",
            "header: change counter",
            "header: read version",
            "header: reserved",
            "header: schema cookie",
            "header: schema format",
            "header: text encoding",
            "header: user version",
            "header: version valid for",
            "header: write version",
        ],
    ),
    (
        "the text of the schema, from which SQLite makes the same columns: blanks, a bound of a CHECK, a default; of the \
         migrations, only the numbers count, of which the last may be a higher one, and which release may serve as long as \
         none is newer",
        &[
            "loyalty_migrations.applied_at",
            "loyalty_migrations.name",
            "loyalty_migrations.number",
            "loyalty_migrations.serves_from",
            "sqlite_schema.rowid",
            "sqlite_schema.sql",
            "sqlite_schema.tbl_name",
            "sqlite_schema.type",
        ],
    ),
    (
        "types of columns that are listed here themselves, and those that give the same value in another way",
        &["types of columns"],
    ),
    (
        "tells other systems what the books say: no sum follows from it",
        &[
            "loyalty_database.epoch",
            "loyalty_event_log.data",
            "loyalty_event_log.entry_id",
            "loyalty_event_log.kind",
            "loyalty_event_log.recorded_at",
            "loyalty_event_log.user_id",
        ],
    ),
    ("what a member was told: no sum follows from it", &["loyalty_notices.data"]),
    (
        "noted beside what was done: who, when it was written down, and why",
        &[
            "loyalty_coupon_batches.created_at",
            "loyalty_coupon_uses.created_at",
            "loyalty_coupons.created_at",
            "loyalty_events.created_at",
            "loyalty_gift_card_entries.created_at",
            "loyalty_gift_cards.created_at",
            "loyalty_identities.added_at",
            "loyalty_merges.merged_at",
            "loyalty_payments.created_at",
            "loyalty_programmes.first_used_at",
            "loyalty_reservations.created_at",
            "loyalty_rewards.created_at",
            "loyalty_stamps.created_at",
            "loyalty_tier_changes.reason",
            "loyalty_tier_changes.recorded_at",
        ],
    ),
    (
        "digests of arguments: a call that is repeated meets them, and no sum; they may be erased",
        &[
            "loyalty_answers.request",
            "loyalty_coupon_uses.request",
            "loyalty_gift_card_entries.request",
            "loyalty_payments.request",
        ],
    ),
    (
        "answers beside what was done: a seal is on those under a key alone, so that a repeat may say another number",
        &[
            "loyalty_coupon_uses.answer",
            "loyalty_gift_card_entries.answer",
            "loyalty_payments.answer",
            "loyalty_payments.release_answer",
        ],
    ),
    (
        "what staff decided, which nothing else follows from",
        &[
            "loyalty_coupons.discount_value",
            "loyalty_coupons.max_uses",
            "loyalty_coupons.terms",
            "loyalty_coupons.valid_from",
            "loyalty_coupons.valid_until",
            "loyalty_gift_cards.valid_until",
            "loyalty_programmes.name",
            "loyalty_rewards.max_uses",
            "loyalty_rewards.name",
            "loyalty_rewards.points_cost",
            "loyalty_rewards.stock",
            "loyalty_rewards.tier_required",
        ],
    ),
    (
        "what is known of a person, or of a member that was merged into another",
        &[
            "loyalty_attributes.name",
            "loyalty_attributes.value",
            "loyalty_persons.birth_date",
            "loyalty_persons.consents",
            "loyalty_persons.user_id",
            "loyalty_persons.user_name",
            "loyalty_users.current_tier",
            "loyalty_users.favorite_products",
            "loyalty_users.join_date",
            "loyalty_users.last_recorded_at",
            "loyalty_users.pending_until",
            "loyalty_users.referral_code_expires_at",
            "loyalty_users.score",
            "loyalty_users.text_salt",
            "loyalty_users.tier_since",
            "loyalty_users.tier_state",
        ],
    ),
    (
        "said of an event, an order or a till once, and read by nothing that is summed up",
        &[
            "loyalty_coupon_uses.used_at",
            "loyalty_events.after_entry",
            "loyalty_events.event",
            "loyalty_events.occurred_at",
            "loyalty_gift_card_entries.occurred_at",
            "loyalty_stamp_cards.last_stamped_at",
            "loyalty_stamp_scans.scan",
            "loyalty_stamps.asked",
            "loyalty_stamps.occurred_at",
        ],
    ),
    (
        "what limits and clocks read: times, bounds, and uses of rules that may have been given back",
        &[
            "loyalty_referrals.expires_at",
            "loyalty_reservations.hold_id",
            "loyalty_rule_uses.points",
            "loyalty_rule_uses.rule_id",
            "loyalty_tier_changes.tier_before",
            "loyalty_tier_gifts.tier",
            "loyalty_users.lots_from",
        ],
    ),
];

/// What `PRAGMA integrity_check` alone sees in some bytes, of what somebody sees in all; and why `verify` does not.
const BY_SQLITE: &[(&str, &[&str])] = &[
    (
        "how a page is laid out that is not one of data, such as those of the schema and of the migrations",
        &[
            "keys above the leaves",
            "links of long rows",
            "page head: begin of the cells",
            "page head: first free block",
            "page head: fragments",
            "page head: number of cells",
            "places of cells",
            "sqlite_schema.rootpage",
        ],
    ),
    (
        "where SQLite looks for free pages, of which there are none",
        &["header: first free page", "header: incremental vacuum", "header: number of free pages"],
    ),
];

/// Who sees a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// The engine, when it opens the database or verifies it.
    Engine,
    /// SQLite alone, when it checks its pages.
    Sqlite,
    Nobody,
}

/// Who saw changes, by what the bytes belong to.
type Found = BTreeMap<String, BTreeSet<Seen>>;

/// A database in one file, and what each of its bytes belongs to.
struct Small {
    bytes: Vec<u8>,
    layout: Layout,
    programme: Programme,
    folder: TempDir,
}

impl Small {
    fn new() -> Self {
        let memory = Path::new("/dev/shm");
        let place = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let folder = tempfile::tempdir_in(place).unwrap();
        let path = folder.path().join("whole.db");
        let world = everything::world();
        let database = Connection::open(world.path()).unwrap();
        // Small pages leave less room free.
        database.pragma_update(None, "page_size", 512).unwrap();
        database.execute("VACUUM INTO ?1", [path.to_str().unwrap()]).unwrap();
        let (bytes, layout) = (std::fs::read(&path).unwrap(), Layout::of(&path));
        Self { bytes, layout, programme: programme(&everything::changes()), folder }
    }

    /// Some bytes of each owner, evenly; all of them with `LOYALTY_TEST_EVERY_BYTE`.
    fn sample(&self) -> Vec<(usize, u8)> {
        let mut of_owner: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for at in 0..self.bytes.len() {
            of_owner.entry(self.layout.owner(at)).or_default().push(at);
        }
        if is_whole() {
            return (0..self.bytes.len()).flat_map(|at| MASKS.map(|mask| (at, mask))).collect();
        }
        let mut sample = Vec::new();
        for (owner, places) in of_owner {
            let wanted = if owner == FREE { 200 } else { 6 + places.len() / 40 };
            let step = places.len().div_ceil(wanted);
            let some = places.iter().step_by(step).enumerate();
            sample.extend(some.map(|(number, at)| (*at, MASKS[number % MASKS.len()])));
        }
        sample
    }

    fn tester(&self, name: &str) -> Tester<'_> {
        Tester { small: self, path: self.folder.path().join(name) }
    }
}

fn is_whole() -> bool {
    std::env::var_os("LOYALTY_TEST_EVERY_BYTE").is_some()
}

struct Tester<'a> {
    small: &'a Small,
    path: PathBuf,
}

impl Tester<'_> {
    /// Who sees that a byte was changed; an error is a defect of the engine.
    fn changed(&self, at: usize, mask: u8) -> Result<Seen, String> {
        let mut bytes = self.small.bytes.clone();
        bytes[at] ^= mask;
        for rest in ["-wal", "-shm", "-journal"] {
            let mut name = self.path.clone().into_os_string();
            name.push(rest);
            std::fs::remove_file(name).ok();
        }
        std::fs::write(&self.path, &bytes).unwrap();
        let seen = catch_unwind(AssertUnwindSafe(|| self.is_seen())).map_err(|_| "a panic".to_owned())??;
        if seen {
            return Ok(Seen::Engine);
        }
        std::fs::write(&self.path, &bytes).unwrap();
        Ok(if is_sound(&self.path) { Seen::Nobody } else { Seen::Sqlite })
    }

    fn is_seen(&self) -> Result<bool, String> {
        let setting = format!("sqlite:{}?busy_timeout_ms=20", self.path.display());
        let options = Options::parse(&setting).unwrap().durability(Durability::Relaxed);
        let options = options.programme(self.small.programme.clone());
        match Engine::open(options).and_then(|engine| engine.call("verify", json!({}))) {
            Ok(verified) => Ok(verified["ok"] == false),
            Err(error) if error.kind() == Kind::Unavailable => Ok(true),
            Err(error) => Err(format!("{error:?}")),
        }
    }
}

/// Whether SQLite finds nothing wrong.
fn is_sound(path: &Path) -> bool {
    let check = || -> rusqlite::Result<String> {
        Connection::open(path)?.query_row("PRAGMA integrity_check", [], |row| row.get(0))
    };
    check().is_ok_and(|said| said == "ok")
}

/// Changes bytes one after the other in two threads; nothing may hang.
fn tried(small: &Small, changes: &[(usize, u8)]) -> (Found, Vec<String>) {
    let (tell, hear) = channel();
    let begun = [const { AtomicUsize::new(0) }; 2];
    let (mut found, mut defects) = (Found::new(), Vec::new());
    std::thread::scope(|scope| {
        for part in 0..2 {
            let (tell, tester) = (tell.clone(), small.tester(&format!("{part}.db")));
            let own = changes.iter().skip(part).step_by(2);
            let begun = &begun[part];
            scope.spawn(move || {
                for (at, mask) in own {
                    begun.store(*at, Ordering::Relaxed);
                    tell.send((*at, *mask, tester.changed(*at, *mask))).unwrap();
                }
            });
        }
        for done in 0..changes.len() {
            let heard = hear.recv_timeout(PATIENCE);
            let Ok((at, mask, seen)) = heard else {
                // The threads cannot be stopped.
                let places = begun.iter().map(|place| place.load(Ordering::Relaxed));
                let owners: Vec<_> = places.map(|at| (at, small.layout.owner(at))).collect();
                eprintln!("a call hangs after {done} others: {owners:?}");
                std::process::abort();
            };
            let owner = small.layout.owner(at);
            match seen {
                Ok(seen) => drop(found.entry(owner.to_owned()).or_default().insert(seen)),
                Err(error) => defects.push(format!("byte {at} of {owner}, {mask:#04x}: {error}")),
            }
        }
    });
    (found, defects)
}

fn listed(groups: &'static [(&str, &[&str])]) -> BTreeSet<&'static str> {
    groups.iter().flat_map(|(_, names)| *names).copied().collect()
}

/// The owners that a list has and no change has shown so far: their bytes are changed until one is not seen.
fn idle(small: &Small, listed: &BTreeSet<&'static str>, seen: Seen, found: &Found) -> Vec<&'static str> {
    let tester = small.tester("idle.db");
    let shows = |owner: &str| found.get(owner).is_some_and(|all| all.contains(&seen));
    let shown_now = |owner: &str| {
        let places = (0..small.bytes.len()).filter(|at| small.layout.owner(*at) == owner);
        places.flat_map(|at| MASKS.map(|mask| (at, mask))).any(|(at, mask)| tester.changed(at, mask) == Ok(seen))
    };
    listed.iter().filter(|owner| !shows(owner) && !shown_now(owner)).copied().collect()
}

#[test]
fn every_changed_byte_is_seen_or_listed_here_with_its_reason() {
    if store::is_server() || store::is_page() {
        return;
    }
    let small = Small::new();
    assert_eq!(small.tester("as-it-is.db").changed(0, 0), Ok(Seen::Nobody), "nothing was changed");
    let (found, defects) = tried(&small, &small.sample());
    assert!(defects.is_empty(), "{defects:#?}");
    let (unseen, by_sqlite) = (listed(UNSEEN), listed(BY_SQLITE));
    let is_news = |(owner, seen): (&str, Seen)| match seen {
        Seen::Engine => false,
        Seen::Sqlite => !unseen.contains(owner) && !by_sqlite.contains(owner),
        Seen::Nobody => !unseen.contains(owner),
    };
    let all = found.iter().flat_map(|(owner, seen)| seen.iter().map(|seen| (owner.as_str(), *seen)));
    let news: Vec<(&str, Seen)> = all.filter(|one| is_news(*one)).collect();
    assert!(news.is_empty(), "not seen, and not listed: {news:#?}");
    let idle =
        [(&unseen, Seen::Nobody), (&by_sqlite, Seen::Sqlite)].map(|(list, seen)| idle(&small, list, seen, &found));
    assert!(idle.iter().all(Vec::is_empty), "seen, but listed as unseen: {idle:#?}");
}
