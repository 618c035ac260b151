//! Settings: php.ini, and `loyalty_configure()` for the rest of a request.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char, c_int, c_void};

use ext_php_rs::ffi::{zend_ini_entry, zend_string};
use ext_php_rs::flags::IniEntryPermission;
use ext_php_rs::internal::startup_guard;
use ext_php_rs::zend::{IniEntryDef, IniEntryDefs};
use loyalty_core::value::Instant;
use loyalty_core::{Error, Result};
use serde_json::{Map, Value};

use crate::{exception, hosted, info, php_call};

static INI: IniEntryDefs<5> = IniEntryDefs::new([
    info::without_password(setting(c"loyalty.database")),
    setting(c"loyalty.program"),
    setting(c"loyalty.signing_key"),
    setting(c"loyalty.digest_key"),
    IniEntryDef::end(),
]);

unsafe extern "C" {
    fn zend_ini_string(name: *const c_char, length: usize, original: c_int) -> *mut c_char;
    fn zend_unregister_ini_entries(module: c_int);
    fn php_check_open_basedir_ex(path: *const c_char, warn: c_int) -> c_int;
}

const fn setting(name: &'static CStr) -> IniEntryDef {
    let mut entry = IniEntryDef::new(name, c"", IniEntryPermission::PerDir);
    entry.on_modify = Some(changes);
    entry
}

/// What PHP calls before each change of a setting: at start-up, for a pool, a virtual host or a folder, and when a
/// request that had its own value ends.
unsafe extern "C" fn changes(
    _entry: *mut zend_ini_entry,
    _value: *mut zend_string,
    _: *mut c_void,
    _: *mut c_void,
    _: *mut c_void,
    _stage: c_int,
) -> c_int {
    note_change();
    0
}

/// The settings inside that of the database that name a file with a secret.
pub(crate) const KEYS: [&str; 2] = ["signing_key=", "digest_key="];

/// The settings of a call.
pub(crate) struct Settings {
    pub(crate) database: String,
    pub(crate) program: String,
    /// The file with the secret key for signed codes. A page cannot set it.
    pub(crate) signing_key: String,
    /// The file with the secret for digests. A page cannot set it.
    pub(crate) digest_key: String,
}

/// What `loyalty_configure()` set in this request.
#[derive(Default)]
struct Given {
    database: Option<String>,
    program: Option<String>,
    /// A fixed clock, for tests and replays.
    now: Option<Instant>,
}

thread_local! {
    static GIVEN: RefCell<Given> = const { RefCell::new(Given { database: None, program: None, now: None }) };
    static GENERATION: Cell<u64> = const { Cell::new(0) };
}

/// A number that grows whenever a setting other than the clock may have changed. While it stays, [`current`] returns the
/// same.
pub(crate) fn generation() -> u64 {
    GENERATION.get()
}

fn note_change() {
    GENERATION.set(GENERATION.get().wrapping_add(1));
}

/// The fixed clock, if there is one.
pub(crate) fn now() -> Option<Instant> {
    GIVEN.with_borrow(|given| given.now)
}

/// Start-up of the module: classes and settings. It must not depend on a database: a failure here stops all of PHP.
pub(crate) extern "C" fn startup(_kind: i32, module: i32) -> i32 {
    startup_guard(|| {
        IniEntryDef::register(INI.as_slice(), module);
        exception::register()
    })
}

pub(crate) extern "C" fn shutdown(_kind: i32, module: i32) -> i32 {
    // SAFETY: PHP passes the number under which the entries were registered at start-up.
    unsafe { zend_unregister_ini_entries(module) };
    0
}

/// The end of a request: what `loyalty_configure()` set is forgotten.
pub(crate) extern "C" fn request_shutdown(_kind: i32, _module: i32) -> i32 {
    hosted::leave();
    php_call::forget();
    let given = GIVEN.try_with(|given| given.try_borrow_mut().map(|mut given| std::mem::take(&mut *given)));
    if let Ok(Ok(given)) = given
        && (given.database.is_some() || given.program.is_some())
    {
        note_change();
    }
    0
}

/// The settings for a call: those of `loyalty_configure()` override those of php.ini.
///
/// They are not read at start-up: a pool, a virtual host or a folder may have its own.
pub(crate) fn current() -> Settings {
    GIVEN.with_borrow(|given| Settings {
        database: given.database.clone().unwrap_or_else(|| ini(c"loyalty.database")),
        program: given.program.clone().unwrap_or_else(|| ini(c"loyalty.program")),
        signing_key: ini(c"loyalty.signing_key"),
        digest_key: ini(c"loyalty.digest_key"),
    })
}

fn ini(name: &CStr) -> String {
    // SAFETY: the name is a C string of that length, and PHP returns NULL or a C string that lives as long as the entry.
    let value = unsafe {
        let value = zend_ini_string(name.as_ptr(), name.to_bytes().len(), 0);
        if value.is_null() { None } else { Some(CStr::from_ptr(value)) }
    };
    value.map_or_else(String::new, |value| value.to_string_lossy().into_owned())
}

/// What happens to a fixed clock when no other is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// It stays fixed.
    Stays,
    /// The operating system's clock applies again.
    Back,
}

/// `loyalty_configure()`: sets what is given, and leaves what is null unchanged.
pub(crate) fn configure(arguments: Map<String, Value>, clock: Clock) -> Result<()> {
    let text = |name: &str| match arguments.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(Error::invalid(name, "must be a string")),
    };
    let (database, program) = (text("database")?, text("program")?);
    let now = text("now")?.map(|now| Instant::parse(&now).map_err(|expected| Error::invalid("now", expected)));
    let now = now.transpose()?;
    if let Some(database) = database.as_deref().filter(|database| !database.is_empty()) {
        let settings = database.split_once('?').map_or("", |(_, settings)| settings);
        for key in KEYS {
            check_basedir("database", settings.split('&').find_map(|setting| setting.strip_prefix(key)))?;
        }
        // A wrong value is reported here, not by the first call that needs it.
        drop(loyalty_core::Options::parse(database)?);
        let path = database.strip_prefix("sqlite:").and_then(|rest| rest.split('?').next());
        check_basedir("database", path.filter(|path| *path != ":memory:"))?;
    }
    if database.is_some() {
        hosted::leave();
    }
    check_basedir("program", program.as_deref().filter(|program| !program.is_empty()))?;
    if database.is_some() || program.is_some() {
        note_change();
    }
    GIVEN.with_borrow_mut(|given| {
        given.database = database.or_else(|| given.database.take());
        given.program = program.or_else(|| given.program.take());
        given.now = now.or(given.now.filter(|_| clock == Clock::Stays));
    });
    Ok(())
}

/// A path from a page must lie where `open_basedir` allows reading and writing; a path from php.ini is the operator's.
fn check_basedir(name: &str, path: Option<&str>) -> Result<()> {
    let Some(path) = path else { return Ok(()) };
    let path = CString::new(path).map_err(|_| Error::invalid(name, "must not contain NUL"))?;
    // SAFETY: the path is a C string; without a warning PHP only compares it with the setting.
    if unsafe { php_check_open_basedir_ex(path.as_ptr(), 0) } == 0 {
        return Ok(());
    }
    Err(Error::invalid(name, "must lie inside open_basedir"))
}
