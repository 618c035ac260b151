//! An engine behind its header, and what must hold of each of its answers.

use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr;

use loyalty_core::programme::Programme;
use loyalty_ffi::{
    Engine, ErrorObject, Options, Status, loyalty_call, loyalty_close, loyalty_error_code, loyalty_error_details,
    loyalty_error_free, loyalty_error_message, loyalty_error_status, loyalty_fix_now, loyalty_open,
    loyalty_string_free,
};
use serde_json::Value;

/// When an input begins.
const START: &CStr = c"2026-03-02T09:30:00-03:00";

/// An engine on a database in memory.
pub struct Till {
    engine: *mut Engine,
    codes: Vec<String>,
}

/// Why a call failed.
#[derive(Debug)]
pub struct Failure {
    /// The status.
    pub status: Status,
    /// The code.
    pub code: String,
    /// The message.
    pub message: String,
}

impl Till {
    /// An engine under the default programme with changes; nothing when the programme is refused.
    ///
    /// # Panics
    /// When it cannot be opened for another reason.
    pub fn open(changes: Option<&[u8]>, file: &Path) -> Option<Self> {
        let path = match changes {
            Some(changes) => Some(write_program(changes, file)?),
            None => None,
        };
        let key = file.with_extension("key");
        std::fs::write(&key, "11".repeat(32)).expect("the key can be written");
        let database = format!("sqlite::memory:?signing_key={}", key.display());
        let database = CString::new(database).expect("a path has no NUL");
        let options = Options {
            size: u32::try_from(size_of::<Options>()).expect("it is small"),
            reserved: 0,
            database: database.as_ptr(),
            program: path.as_ref().map_or(ptr::null(), |path| path.as_ptr()),
            reserved_words: [0; 4],
        };
        let mut engine = ptr::null_mut();
        let mut error = ptr::null_mut();
        let status = loyalty_open(&raw const options, &raw mut engine, &raw mut error);
        if status != Status::LoyaltyOk {
            assert!(engine.is_null(), "something was written on failure");
            let failure = taken(status, error);
            assert!(path.is_some() && status == Status::LoyaltyInvalid, "{failure:?}");
            return None;
        }
        assert!(error.is_null() && !engine.is_null(), "success without an engine, or with an error");
        let mut till = Self { engine, codes: Vec::new() };
        till.fix_now(START.to_bytes());
        Some(till)
    }

    /// Sets the clock, if it is an instant.
    pub fn fix_now(&mut self, now: &[u8]) {
        let now = until_nul(now);
        let mut error = ptr::null_mut();
        let status = loyalty_fix_now(self.engine, now.as_ptr(), &raw mut error);
        match status {
            Status::LoyaltyOk => assert!(error.is_null(), "success with an error"),
            _ => assert_eq!(taken(status, error).status, Status::LoyaltyInvalid),
        }
    }

    /// Calls an operation.
    ///
    /// # Errors
    /// What the engine refused.
    ///
    /// # Panics
    /// When the answer is not as the header says, or the engine calls itself defective.
    pub fn call(&mut self, name: &[u8], arguments: &[u8]) -> Result<Value, Failure> {
        let name = until_nul(name);
        let arguments = self.filled(arguments);
        let untouched = ptr::without_provenance_mut::<c_char>(8);
        let (mut reply, mut error) = (untouched, ptr::null_mut());
        let (place, length) = (arguments.as_ptr().cast(), arguments.len());
        let status = loyalty_call(self.engine, name.as_ptr(), place, length, &raw mut reply, &raw mut error);
        if status != Status::LoyaltyOk {
            assert_eq!(reply, untouched, "something was written on failure");
            let failure = taken(status, error);
            let shown = String::from_utf8_lossy(&arguments);
            assert!(status != Status::LoyaltyInternal, "{name:?} {shown}: {failure:?}");
            assert!(status != Status::LoyaltyUnavailable, "{name:?} {shown}: {failure:?}");
            return Err(failure);
        }
        assert!(error.is_null(), "success with an error");
        let answer = owned(reply);
        loyalty_string_free(reply);
        let answer: Value = serde_json::from_str(&answer).expect("a reply is JSON");
        assert!(answer.is_object(), "a reply is an object: {answer}");
        self.keep_codes(&answer);
        Ok(answer)
    }

    /// The place of a code among those that replies had.
    #[must_use]
    pub fn number_of(&self, code: &str) -> Option<usize> {
        self.codes.iter().take(10).position(|known| known == code)
    }

    fn keep_codes(&mut self, reply: &Value) {
        match reply {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match (name.as_str(), value) {
                        ("code" | "referral_code", Value::String(code)) if !self.codes.contains(code) => {
                            self.codes.push(code.clone());
                        }
                        _ => self.keep_codes(value),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.keep_codes(item)),
            _ => {}
        }
    }

    /// Arguments with the codes in them.
    fn filled(&self, arguments: &[u8]) -> Vec<u8> {
        let mut filled = Vec::with_capacity(arguments.len());
        let mut rest = arguments.iter().copied().peekable();
        while let Some(byte) = rest.next() {
            let digit = (byte == b'$').then(|| rest.next_if(u8::is_ascii_digit)).flatten();
            match digit {
                None => filled.push(byte),
                Some(digit) => match self.codes.get(usize::from(digit - b'0')) {
                    Some(code) => filled.extend(code.bytes()),
                    None => filled.extend([byte, digit]),
                },
            }
        }
        filled
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        loyalty_close(self.engine);
    }
}

/// Writes the default programme with changes, a list of texts and what replaces them. Nothing when they are no list.
fn write_program(changes: &[u8], file: &Path) -> Option<CString> {
    let changes: Vec<[String; 2]> = serde_json::from_slice(changes).ok()?;
    let mut text = Programme::cafe_vt().expect("the default programme is right").source().to_owned();
    for [from, to] in changes {
        if !from.is_empty() {
            text = text.replacen(&from, &to, 1);
        }
    }
    std::fs::write(file, text).expect("the programme can be written");
    CString::new(file.to_str()?).ok()
}

/// A text as C reads it: to its first NUL.
fn until_nul(bytes: &[u8]) -> CString {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    CString::new(&bytes[..end]).expect("it has no NUL any more")
}

/// Takes an error over, and checks that it is whole.
fn taken(status: Status, error: *mut ErrorObject) -> Failure {
    assert!(!error.is_null(), "{status:?} without an error");
    assert_eq!(loyalty_error_status(error), status);
    let code = owned(loyalty_error_code(error));
    let message = owned(loyalty_error_message(error));
    let details = owned(loyalty_error_details(error));
    loyalty_error_free(error);
    assert!(!code.is_empty() && !message.is_empty(), "an error says nothing: {status:?} `{code}` `{message}`");
    let details: Value = serde_json::from_str(&details).expect("details are JSON");
    assert!(details.is_object(), "details are an object: {details}");
    Failure { status, code, message }
}

/// A copy of a text of the library.
fn owned(text: *const c_char) -> String {
    assert!(!text.is_null(), "a text is NULL");
    // SAFETY: the library gave it, it ends in NUL by the header, and it was not freed yet.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().expect("texts of the library are UTF-8").to_owned()
}
