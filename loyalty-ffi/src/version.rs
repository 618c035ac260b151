use std::ffi::{CStr, c_char};

/// The version of the binary interface that this header describes; also the number of the library's soname.
///
/// It rises when a program that was compiled with an older header would no longer work. New functions do not raise it.
pub const LOYALTY_ABI_VERSION: u32 = 1;

/// The release, as `loyalty_version` returns it.
const VERSION: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(version) => version,
    Err(_) => c"",
};

/// Returns the version of the binary interface of the library that was loaded.
///
/// When you load the library by hand (`dlopen`), compare it with `LOYALTY_ABI_VERSION`, the version of the header. A
/// program that is linked as usual gets the right library by the soname.
///
/// Threads: any. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_abi_version() -> u32 {
    LOYALTY_ABI_VERSION
}

/// Returns the release of the library, like `"0.1.0"`.
///
/// The text belongs to the library; never free it. Threads: any. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_version() -> *const c_char {
    VERSION.as_ptr()
}
