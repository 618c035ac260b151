use std::ffi::{CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use loyalty_core::value::Locale;
use loyalty_core::{Error, Result};
use serde_json::{Map, Value};

use crate::boundary::{self, Out};

/// What a function returns: `LOYALTY_OK`, or what the caller should do next.
///
/// Values are never changed or used again. Treat an unknown one as `LOYALTY_INTERNAL`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Status {
    /// Done. The outputs are written only with this status.
    LoyaltyOk = 0,
    /// The call is wrong: correct the field that the error names.
    LoyaltyInvalid = 1,
    /// The thing named does not exist.
    LoyaltyNotFound = 2,
    /// The programme says no; the error's code says why, and its details say what is missing.
    LoyaltyRefused = 3,
    /// The same idempotency key was used before with other arguments.
    LoyaltyConflict = 4,
    /// The database cannot serve the call now: try again, or call the operator.
    LoyaltyUnavailable = 5,
    /// A defect of the engine or a broken database. The engine stays usable.
    LoyaltyInternal = 6,
}

/// An error: a status, a stable code, a message for a developer's log, and details as JSON.
///
/// It belongs to the caller, who frees it with `loyalty_error_free`. It never changes, so threads may share it.
pub struct ErrorObject {
    status: Status,
    code: CString,
    message: CString,
    details: CString,
    /// The text for members, by language.
    guest: [(Locale, CString); 2],
    locale: Locale,
}

impl ErrorObject {
    fn new(error: &Error) -> Self {
        // A C text ends at its first NUL, so a NUL inside the text is replaced by something visible.
        let text = |text: &str| CString::new(text.replace('\0', "\\0")).unwrap_or_default();
        let details = serde_json::to_string(error.details()).unwrap_or_default();
        let status = match error.kind().status() {
            1 => Status::LoyaltyInvalid,
            2 => Status::LoyaltyNotFound,
            3 => Status::LoyaltyRefused,
            4 => Status::LoyaltyConflict,
            5 => Status::LoyaltyUnavailable,
            _ => Status::LoyaltyInternal,
        };
        let guest = [Locale::EsCl, Locale::En].map(|locale| (locale, text(&error.guest_message(Some(locale)))));
        let (code, message, details) = (text(error.code()), text(error.message()), text(&details));
        Self { status, code, message, details, guest, locale: error.locale() }
    }
}

/// Runs a job; an error or a panic becomes a status, and an error object if the caller wants one.
pub(crate) fn guarded(place: *mut *mut ErrorObject, job: impl FnOnce() -> Result<()>) -> Status {
    let done = catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Err(Error::internal(format_args!("internal error: {text}")))
    });
    let error = done.err().map(|error| ErrorObject::new(&error));
    let status = error.as_ref().map_or(Status::LoyaltyOk, |error| error.status);
    boundary::hand_over(place, error);
    status
}

/// Returns the status of an error; `LOYALTY_OK` for NULL.
///
/// Threads: any. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_error_status(error: *const ErrorObject) -> Status {
    boundary::lent(error).map_or(Status::LoyaltyOk, |error| error.status)
}

/// Returns the stable code of an error, like `"insufficient_points"`; `""` for NULL.
///
/// Programs compare it; errors.md lists the codes. The text belongs to the error and is valid as long as the error.
/// Threads: any. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_error_code(error: *const ErrorObject) -> *const c_char {
    boundary::lent(error).map_or(c"".as_ptr(), |error| error.code.as_ptr())
}

/// Returns the message of an error, for a developer's log and never for a member; `""` for NULL.
///
/// The text belongs to the error and is valid as long as the error. Threads: any. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_error_message(error: *const ErrorObject) -> *const c_char {
    boundary::lent(error).map_or(c"".as_ptr(), |error| error.message.as_ptr())
}

/// Returns the text of an error for a member, like `"Te faltan 400 puntos."`; `""` for NULL.
///
/// `locale` is a language for members, `"es-CL"` or `"en"`, also written `"es"` or `"en_US"`. NULL, another language,
/// or text that is not UTF-8 gives the language of the programme.
///
/// The text belongs to the error and is valid as long as the error. Threads: any. Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_error_guest_message(error: *const ErrorObject, locale: *const c_char) -> *const c_char {
    let Some(error) = boundary::lent(error) else { return c"".as_ptr() };
    let asked = boundary::optional_text(locale, "locale").ok().flatten().and_then(Locale::of_language);
    let wanted = asked.unwrap_or(error.locale);
    let found = error.guest.iter().find(|(locale, _)| *locale == wanted);
    found.map_or(c"".as_ptr(), |(_, text)| text.as_ptr())
}

/// Returns the details of an error as a JSON object, like `{"needed":1000,"available":600,"missing":400}`; `"{}"` for NULL.
///
/// `field` names a wrong argument. The text belongs to the error and is valid as long as the error. Threads: any.
/// Cannot fail.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_error_details(error: *const ErrorObject) -> *const c_char {
    boundary::lent(error).map_or(c"{}".as_ptr(), |error| error.details.as_ptr())
}

/// Reads a whole number from an error's details, like `"missing"` of `"insufficient_points"`, without a JSON parser.
///
/// On success `*number` is that number. Errors: `LOYALTY_NOT_FOUND` when the details have no whole number of this name,
/// or `error` is NULL; `LOYALTY_INVALID` for another NULL or text that is not UTF-8.
///
/// Threads: any.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_error_number(error: *const ErrorObject, name: *const c_char, number: *mut i64) -> Status {
    guarded(std::ptr::null_mut(), || {
        let name = boundary::text(name, "name")?;
        let number = Out::value(number, "number")?;
        let details = boundary::lent(error).map(|error| error.details.to_bytes()).unwrap_or(b"{}");
        let details: Map<String, Value> = serde_json::from_slice(details).map_err(Error::internal)?;
        let found = details.get(name).and_then(Value::as_i64);
        number.write(found.ok_or_else(|| Error::not_found("name", name))?);
        Ok(())
    })
}

/// Frees an error and the texts that belong to it. NULL does nothing.
///
/// Threads: any, but only once for each error, and not while another thread reads it.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_error_free(error: *mut ErrorObject) {
    boundary::take_back(error);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_internal_error_with_its_text() {
        let mut error = std::ptr::null_mut();
        assert_eq!(guarded(&raw mut error, || panic!("the sky fell")), Status::LoyaltyInternal);
        assert_eq!(boundary::lent(error).unwrap().message.to_str(), Ok("internal error: the sky fell"));
        loyalty_error_free(error);
        assert_eq!(guarded(std::ptr::null_mut(), || panic!("unheard")), Status::LoyaltyInternal);
    }

    #[test]
    fn an_error_that_is_null_is_no_error() {
        let none = std::ptr::null_mut();
        assert_eq!(loyalty_error_status(none), Status::LoyaltyOk);
        loyalty_error_free(none);
    }

    #[test]
    fn a_message_is_shown_whole_also_with_nul_inside() {
        let error = ErrorObject::new(&Error::invalid("a\0b", "must\0be"));
        assert_eq!(error.message.to_str(), Ok("`a\\0b`: must\\0be"));
        assert_eq!(error.details.to_str(), Ok(r#"{"field":"a\u0000b","expected":"must\u0000be"}"#));
    }
}
