//! The section of phpinfo().

use std::ffi::{c_char, c_int};

use ext_php_rs::ffi::{sapi_module, zend_ini_entry};
use ext_php_rs::zend::{IniEntryDef, ModuleEntry, output_write};
use ext_php_rs::{info_table_end, info_table_row, info_table_start};

use crate::functions;

unsafe extern "C" {
    fn display_ini_entries(module: *mut ModuleEntry);
    fn php_html_puts(text: *const c_char, length: usize);
}

/// Prints what this module is. No database is opened for it.
pub(crate) extern "C" fn print(module: *mut ModuleEntry) {
    info_table_start!();
    info_table_row!("Loyalty engine", "enabled");
    info_table_row!("Version", env!("CARGO_PKG_VERSION"));
    info_table_row!("SQLite", format!("{} (bundled)", loyalty_core::sqlite_version()));
    info_table_row!("Operations", functions::count().to_string());
    info_table_end!();
    // SAFETY: PHP passes its entry of this module, whose settings are registered.
    unsafe { display_ini_entries(module) };
}

/// A setting that phpinfo() shows without its password.
pub(crate) const fn without_password(mut entry: IniEntryDef) -> IniEntryDef {
    entry.displayer = Some(show);
    entry
}

/// With this, PHP asks for the value of the whole server, otherwise for the value of the request.
const MASTER: c_int = 1;

unsafe extern "C" fn show(entry: *mut zend_ini_entry, which: c_int) {
    // SAFETY: PHP passes a registered entry, alive during the call.
    let Some(entry) = (unsafe { entry.as_ref() }) else { return };
    let value = if which == MASTER && entry.modified != 0 { entry.orig_value } else { entry.value };
    // SAFETY: the value of an entry is null or a text of PHP that lives as long as the entry.
    let value = unsafe { value.as_ref() }.and_then(|value| value.as_str().ok()).unwrap_or_default();
    let shown = if value.is_empty() { "no value".to_owned() } else { masked(value) };
    // SAFETY: a field of the running server interface, which is set before any extension starts.
    if unsafe { sapi_module.phpinfo_as_text } != 0 {
        let _ = output_write(shown.as_bytes());
    } else {
        // SAFETY: the text and its length belong together; PHP escapes it while it prints.
        unsafe { php_html_puts(shown.as_ptr().cast(), shown.len()) };
    }
}

/// `mysql://user:***@host/name` for an address with a password; a path stays as it is.
fn masked(database: &str) -> String {
    let masked = database.split_once("://").and_then(|(scheme, rest)| {
        let (login, place) = rest.rsplit_once('@')?;
        let user = login.split(':').next().unwrap_or_default();
        Some(format!("{scheme}://{user}:***@{place}"))
    });
    masked.unwrap_or_else(|| database.to_owned())
}
