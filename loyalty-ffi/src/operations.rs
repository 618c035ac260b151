use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use loyalty_core::ops::describe;

use crate::error::guarded;

/// Returns the list of all operations with their schemas, as JSON, for programs that generate bindings or check
/// arguments.
///
/// It is a list of objects: `name`; `kind`, which is `"command"`, `"question"` or `"calculation"`; `description`;
/// `arguments`, the JSON schema of what `loyalty_call` takes; `reply`, the schema of what it returns. The order is that
/// of operations.md.
///
/// The text belongs to the library; never free it. Threads: any. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_operations() -> *const c_char {
    static LIST: OnceLock<CString> = OnceLock::new();
    let mut list = c"[]".as_ptr();
    guarded(std::ptr::null_mut(), || {
        let written = || CString::new(describe::operations().to_string()).unwrap_or_default();
        list = LIST.get_or_init(written).as_ptr();
        Ok(())
    });
    list
}
