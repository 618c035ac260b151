//! The section of phpinfo().

use ext_php_rs::zend::ModuleEntry;
use ext_php_rs::{info_table_end, info_table_row, info_table_start};

use crate::functions;

unsafe extern "C" {
    fn display_ini_entries(module: *mut ModuleEntry);
}

/// Prints what this module is. No database is opened for it.
pub(crate) extern "C" fn print(module: *mut ModuleEntry) {
    info_table_start!();
    info_table_row!("Loyalty engine", "enabled");
    info_table_row!("Version", env!("CARGO_PKG_VERSION"));
    info_table_row!("SQLite", format!("{} (bundled)", loyalty_core::store::sqlite::version()));
    info_table_row!("Operations", functions::count().to_string());
    info_table_end!();
    // SAFETY: PHP passes its entry of this module, whose settings are registered.
    unsafe { display_ini_entries(module) };
}
