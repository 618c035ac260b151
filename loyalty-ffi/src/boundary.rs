//! All unsafe code of the surface: converts a C caller's pointers into values, and back.
//!
//! Some of what the header requires of a caller cannot be checked, and these functions trust it: a pointer that is not
//! NULL points to what its type says, a text ends in NUL, a buffer has its length, and nobody changes them during the
//! call. Everything else is checked here: NULL, alignment, sizes, reserved fields and UTF-8.

use std::ffi::{CStr, CString, c_char};
use std::ptr::NonNull;

use loyalty_core::{Error, Result};

/// Longest buffer that is accepted, in bytes.
pub(crate) const MAX_BUFFER: usize = 16 << 20;

/// A struct of the header. Its first field is `uint32_t size`, which the caller sets to the `sizeof` of its own header.
pub(crate) trait Record: Sized {
    /// Whether the fields that are reserved for later versions are 0.
    fn reserved_is_zero(&self) -> bool;
}

fn present<T>(pointer: *const T, name: &str) -> Result<NonNull<T>> {
    let pointer = NonNull::new(pointer.cast_mut()).ok_or_else(|| Error::invalid(name, "must not be NULL"))?;
    if !pointer.is_aligned() {
        return Err(Error::invalid(name, "must be aligned as its type asks"));
    }
    Ok(pointer)
}

/// A text of the caller.
pub(crate) fn text<'a>(pointer: *const c_char, name: &str) -> Result<&'a str> {
    let pointer = present(pointer, name)?;
    // SAFETY: it is not NULL, and the header asks for a text that ends in NUL and stays as it is during the call.
    let text = unsafe { CStr::from_ptr(pointer.as_ptr()) };
    utf8(text.to_bytes(), name)
}

/// A text of the caller, or nothing for NULL.
pub(crate) fn optional_text<'a>(pointer: *const c_char, name: &str) -> Result<Option<&'a str>> {
    if pointer.is_null() { Ok(None) } else { text(pointer, name).map(Some) }
}

/// A text with its length, which may hold NUL.
pub(crate) fn buffer<'a>(pointer: *const c_char, length: usize, name: &str) -> Result<&'a str> {
    let pointer = present(pointer, name)?;
    if length > MAX_BUFFER {
        return Err(Error::invalid(name, format_args!("must have at most {MAX_BUFFER} bytes, got `{length}`")));
    }
    // SAFETY: it is not NULL, the length is far below `isize::MAX`, and the header asks for that many readable bytes.
    let bytes = unsafe { std::slice::from_raw_parts(pointer.cast::<u8>().as_ptr(), length) };
    utf8(bytes, name)
}

/// The texts of an array of the caller; NULL is allowed when there are none.
pub(crate) fn texts(pointer: *const *const c_char, count: usize, name: &str) -> Result<Vec<String>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = present(pointer, name)?;
    if count > MAX_BUFFER / size_of::<*const c_char>() {
        return Err(Error::invalid(name, format_args!("must have fewer texts, got `{count}`")));
    }
    // SAFETY: it is aligned and not NULL, the count is far below `isize::MAX` bytes, and the header asks for that many.
    let pointers = unsafe { std::slice::from_raw_parts(first.as_ptr(), count) };
    let named = pointers.iter().enumerate();
    named.map(|(index, pointer)| text(*pointer, &format!("{name}[{index}]")).map(str::to_owned)).collect()
}

fn utf8<'a>(bytes: &'a [u8], name: &str) -> Result<&'a str> {
    std::str::from_utf8(bytes).map_err(|_| Error::invalid(name, "must be valid UTF-8"))
}

/// A struct of the caller, once its size shows that it is the one of this version.
pub(crate) fn record<'a, T: Record>(pointer: *const T, name: &str) -> Result<&'a T> {
    let pointer = sized(pointer, name)?;
    // SAFETY: it is aligned and not NULL, and the caller's `size` says that all of it is there.
    let record = unsafe { pointer.as_ref() };
    if !record.reserved_is_zero() {
        return Err(Error::invalid(&format!("{name}.reserved"), "must be 0"));
    }
    Ok(record)
}

/// A field that may be NULL, pointing to a plain value.
pub(crate) fn optional<T: Copy>(pointer: *const T, name: &str) -> Result<Option<T>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: it is aligned and not NULL, and the header asks for a value of this type behind it.
    Ok(Some(unsafe { present(pointer, name)?.read() }))
}

/// The structs of an array of the caller, each checked as it is reached; NULL is allowed when there are none.
pub(crate) fn records<'a, T: Record>(pointer: *const T, count: usize, name: &str) -> Result<Vec<&'a T>> {
    if count == 0 {
        return Ok(Vec::new());
    }
    let first = present(pointer, name)?;
    if count > MAX_BUFFER / size_of::<T>() {
        return Err(Error::invalid(name, format_args!("must have fewer lines, got `{count}`")));
    }
    // The pointer is only moved past an element whose size was found right.
    (0..count).map(|index| record(first.as_ptr().wrapping_add(index), &format!("{name}[{index}]"))).collect()
}

/// A pointer to a struct whose `size` was found right. Only that field was read.
fn sized<T: Record>(pointer: *const T, name: &str) -> Result<NonNull<T>> {
    let pointer = present(pointer, name)?;
    // SAFETY: every struct of the header begins with `uint32_t size`, so that much can be read behind the pointer.
    let size = unsafe { pointer.cast::<u32>().read() };
    let expected = size_of::<T>();
    if usize::try_from(size) != Ok(expected) {
        let expected = format_args!("must be the struct's sizeof, {expected}, got `{size}`; see loyalty_abi_version");
        return Err(Error::invalid(&format!("{name}.size"), expected));
    }
    Ok(pointer)
}

/// Where a result goes.
pub(crate) struct Out<T>(NonNull<T>);

impl<T> Out<T> {
    /// A place for a plain value.
    pub(crate) fn value(pointer: *mut T, name: &str) -> Result<Self> {
        present(pointer, name).map(Self)
    }

    /// A place for a struct, whose `size` the caller has set.
    pub(crate) fn record(pointer: *mut T, name: &str) -> Result<Self>
    where
        T: Record,
    {
        sized(pointer, name).map(Self)
    }

    /// Writes the result.
    pub(crate) fn write(self, value: T) {
        // SAFETY: the pointer was checked when this was made, in the same call of the caller, who keeps the place for it.
        unsafe { self.0.write(value) }
    }
}

/// Hands an object over to the caller through a pointer that may be NULL.
pub(crate) fn hand_over<T>(place: *mut *mut T, object: Option<T>) {
    if let Ok(place) = Out::value(place, "") {
        place.write(object.map_or(std::ptr::null_mut(), |object| Box::into_raw(Box::new(object))));
    }
}

/// Takes an object back that was handed over. NULL is nothing.
pub(crate) fn take_back<T>(object: *mut T) {
    if !object.is_null() {
        // SAFETY: the header allows only what `hand_over` gave, once.
        drop(unsafe { Box::from_raw(object) });
    }
}

/// An object that was handed over, while it is the caller's. NULL is nothing.
pub(crate) fn lent<'a, T>(object: *const T) -> Option<&'a T> {
    // SAFETY: the header allows only NULL and what `hand_over` gave, before it is taken back.
    unsafe { object.as_ref() }
}

/// Hands a text over to the caller.
pub(crate) fn hand_over_text(text: CString) -> *mut c_char {
    text.into_raw()
}

/// Takes a text back. NULL is nothing.
pub(crate) fn take_back_text(text: *mut c_char) {
    if !text.is_null() {
        // SAFETY: the header allows only what `hand_over_text` gave, unchanged and once.
        drop(unsafe { CString::from_raw(text) });
    }
}
