//! The exception classes: plain internal classes, so that file, line and trace are PHP's own.

use std::ffi::{CString, c_char};
use std::sync::atomic::{AtomicPtr, Ordering};

use ext_php_rs::args::Arg;
use ext_php_rs::builders::{ClassBuilder, ClassProperty, FunctionBuilder};
use ext_php_rs::error::Result;
use ext_php_rs::ffi::{zend_class_entry, zend_long, zend_object};
use ext_php_rs::flags::{DataType, MethodFlags, PropertyFlags};
use ext_php_rs::types::{ZendHashTable, ZendObject, Zval};
use ext_php_rs::zend::{ClassEntry, ExecuteData, ExecutorGlobals};
use loyalty_core::guest_message;
use loyalty_core::value::Locale;
use loyalty_core::{Error, Kind};
use serde_json::{Map, json};

use crate::hosted::{self, Kind as Host};
use crate::{call, php_call, reply, session};

unsafe extern "C" {
    static spl_ce_RuntimeException: *mut zend_class_entry;
    fn php_date_get_interface_ce() -> *mut zend_class_entry;
    fn zend_throw_exception(class: *mut zend_class_entry, message: *const c_char, code: zend_long) -> *mut zend_object;
    pub(crate) fn zend_update_property(
        scope: *mut zend_class_entry,
        object: *mut zend_object,
        name: *const c_char,
        length: usize,
        value: *mut Zval,
    );
    pub(crate) fn zend_read_property(
        scope: *mut zend_class_entry,
        object: *mut zend_object,
        name: *const c_char,
        length: usize,
        silent: bool,
        room: *mut Zval,
    ) -> *mut Zval;
}

/// A class entry of this module. It is stored again at each start-up: Apache's graceful restart runs start-up again.
struct Class(AtomicPtr<ClassEntry>);

static BASE: Class = Class::none();
static INVALID: Class = Class::none();
static NOT_FOUND: Class = Class::none();
static REFUSED: Class = Class::none();
static CONFLICT: Class = Class::none();
static UNAVAILABLE: Class = Class::none();

impl Class {
    const fn none() -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()))
    }

    fn store(&self, class: &'static mut ClassEntry) {
        self.0.store(class, Ordering::Relaxed);
    }

    fn pointer(&self) -> *mut ClassEntry {
        self.0.load(Ordering::Relaxed)
    }
}

/// Registers the classes.
///
/// # Errors
/// When PHP does not accept one.
pub(crate) fn register() -> Result<()> {
    ClassBuilder::new("LoyaltyException")
        .extends((runtime_exception, "\\RuntimeException"))
        .property(property("reason"))
        .property(property("details"))
        .method(
            FunctionBuilder::new("getReason", get_reason).returns(DataType::String, false, false),
            MethodFlags::Public | MethodFlags::Final,
        )
        .method(
            FunctionBuilder::new("getDetails", get_details).returns(DataType::Array, false, false),
            MethodFlags::Public | MethodFlags::Final,
        )
        .method(
            FunctionBuilder::new("getGuestMessage", get_guest_message)
                .arg(Arg::new("locale", DataType::String).allow_null().default("null"))
                .required_args(0)
                .returns(DataType::String, false, false),
            MethodFlags::Public | MethodFlags::Final,
        )
        .registration(|class, methods| {
            BASE.store(class);
            // PHP reads them for the life of the process.
            std::mem::forget(methods);
        })
        .register()?;
    macro_rules! subclass {
        ($name:literal, $class:ident) => {
            ClassBuilder::new($name)
                .extends((base, "\\LoyaltyException"))
                .registration(|class, _| $class.store(class))
                .register()?;
        };
    }
    subclass!("LoyaltyInvalidException", INVALID);
    subclass!("LoyaltyNotFoundException", NOT_FOUND);
    subclass!("LoyaltyRefusedException", REFUSED);
    subclass!("LoyaltyConflictException", CONFLICT);
    subclass!("LoyaltyUnavailableException", UNAVAILABLE);
    Ok(())
}

fn property(name: &str) -> ClassProperty {
    ClassProperty {
        name: name.to_owned(),
        flags: PropertyFlags::Protected,
        default: None,
        docs: &[],
        ty: None,
        nullable: true,
        readonly: false,
        default_stub: None,
    }
}

fn runtime_exception() -> &'static ClassEntry {
    // SAFETY: SPL is part of every PHP and set its class entries before any extension starts.
    unsafe { &*spl_ce_RuntimeException }
}

fn base() -> &'static ClassEntry {
    // SAFETY: the base class is registered before the subclasses that ask for it; PHP keeps it for ever.
    unsafe { &*BASE.pointer() }
}

/// Throws what PDO or mysqli would have thrown when the page's connection failed. The next exception has it as its
/// previous one, so that code which repeats transactions recognises a deadlock.
fn throw_fault(error: &Error) -> Option<()> {
    let part = |name: &str| error.details().get(name);
    let state = part("sqlstate")?.as_str()?;
    let (code, words) = (part("database_code")?.as_i64()?, part("database_message")?.as_str()?);
    let kind = hosted::kind()?;
    let (class, message, number) = match kind {
        Host::Pdo => ("PDOException", format!("SQLSTATE[{state}]: {code} {words}"), 0),
        Host::Mysqli => ("mysqli_sql_exception", words.to_owned(), code),
    };
    let mut values = match kind {
        Host::Pdo => vec![
            ("code", reply::to_zval(&state).ok()?),
            ("errorInfo", reply::to_zval(&json!([state, code, words])).ok()?),
        ],
        Host::Mysqli => vec![("sqlstate", reply::to_zval(&state).ok()?)],
    };
    let class = std::ptr::from_ref(ClassEntry::try_find(class)?).cast_mut();
    let message = CString::new(message.replace('\0', "\\0")).ok()?;
    // SAFETY: the class is PDO's or mysqli's, whose exceptions have these properties; PHP copies the message and the values.
    unsafe {
        let object = zend_throw_exception(class, message.as_ptr(), number);
        for (name, value) in &mut values {
            zend_update_property(class, object, name.as_ptr().cast(), name.len(), &raw mut *value);
        }
    }
    Some(())
}

/// Throws the exception of an error: its class by kind, its code the C status. Its previous one is what PDO or
/// mysqli would have thrown if the page's connection has failed, or what the page's closure threw.
///
/// An exception that is already pending came first and stays: one of the page's own code, or the one of `exit`.
pub(crate) fn throw(error: &Error) {
    if ExecutorGlobals::has_exception() {
        return;
    }
    php_call::throw_cause();
    throw_fault(error);
    let class = match error.kind() {
        Kind::Invalid => &INVALID,
        Kind::NotFound => &NOT_FOUND,
        Kind::Refused => &REFUSED,
        Kind::Conflict => &CONFLICT,
        Kind::Unavailable => &UNAVAILABLE,
        _ => &BASE,
    };
    let message = CString::new(error.message().replace('\0', "\\0")).unwrap_or_default();
    let code = zend_long::from(error.kind().status());
    // SAFETY: the class was registered at start-up, and the message is a C string that PHP copies.
    let object = unsafe { zend_throw_exception(class.pointer(), message.as_ptr(), code) };
    if object.is_null() {
        return;
    }
    let values = [("reason", reply::to_zval(&error.code())), ("details", reply::to_zval(error.details()))];
    for (name, value) in values {
        let Ok(mut value) = value else { continue };
        // SAFETY: the object is the exception just made, of a class with this property; PHP copies the value.
        unsafe { zend_update_property(BASE.pointer(), object, name.as_ptr().cast(), name.len(), &raw mut value) };
    }
}

/// The class for a store that cannot serve; it is also used for warnings from PHP.
pub(crate) fn unavailable() -> *mut ClassEntry {
    UNAVAILABLE.pointer()
}

/// What an exception says.
pub(crate) fn message(thrown: &ZendObject) -> String {
    let (name, mut room) = ("message", Zval::new());
    let object = std::ptr::from_ref(thrown).cast_mut();
    // SAFETY: every exception has this property; PHP returns a pointer into the object or to `room`, both alive here.
    let value = unsafe {
        zend_read_property(thrown.ce, object, name.as_ptr().cast(), name.len(), true, &raw mut room).as_ref()
    };
    value.and_then(Zval::string).unwrap_or_default()
}

/// Reads a property of the exception whose method is called.
fn own_property(frame: &mut ExecuteData, name: &str) -> Option<Zval> {
    let object: *mut zend_object = frame.get_self()?;
    let mut room = Zval::new();
    // SAFETY: a method of ours is only called on an object of our class, which has the property.
    let value =
        unsafe { zend_read_property(BASE.pointer(), object, name.as_ptr().cast(), name.len(), true, &raw mut room) };
    // SAFETY: PHP returns a pointer into the object or to `room`, both alive here; the clone counts its reference.
    unsafe { value.as_ref() }.map(Zval::shallow_clone)
}

extern "C" fn get_reason(frame: &mut ExecuteData, answer: &mut Zval) {
    match own_property(frame, "reason").filter(Zval::is_string) {
        Some(reason) => *answer = reason,
        None => drop(answer.set_string("", false)),
    }
}

extern "C" fn get_details(frame: &mut ExecuteData, answer: &mut Zval) {
    match own_property(frame, "details").filter(Zval::is_array) {
        Some(details) => *answer = details,
        None => answer.set_hashtable(ZendHashTable::new()),
    }
}

/// `getGuestMessage(?string $locale = null): string`: in the given language, or in that of the programme in use.
extern "C" fn get_guest_message(frame: &mut ExecuteData, answer: &mut Zval) {
    let code = own_property(frame, "reason").and_then(|reason| reason.string()).unwrap_or_default();
    // An exception that the page created itself has no text.
    let code = if code.is_empty() { "internal".to_owned() } else { code };
    let kept = own_property(frame, "details");
    let detail = |name: &str| kept.as_ref().and_then(Zval::array).and_then(|details| details.get(name));
    let mut details = Map::new();
    if let Some(missing) = detail("missing").and_then(Zval::long) {
        details.insert("missing".to_owned(), missing.into());
    }
    if let Some(condition) = detail("condition").and_then(Zval::string) {
        details.insert("condition".to_owned(), condition.into());
    }
    call::guarded(answer, || {
        let given = call::given(frame);
        let asked = given.first().and_then(|locale| locale.dereference().string());
        let locale = asked.as_deref().and_then(Locale::of_language);
        let of_programme =
            || session::pure_engine().map_or_else(|_| Locale::default(), |engine| engine.programme().locale);
        let locale = locale.unwrap_or_else(of_programme);
        reply::to_zval(&guest_message(&code, &details, locale))
    });
}

/// Whether an object is a `DateTimeInterface`.
pub(crate) fn is_date_time(object: &ZendObject) -> bool {
    // SAFETY: the date extension is part of every PHP and set its class entry at start-up.
    unsafe { php_date_get_interface_ce().as_ref() }.is_some_and(|class| object.instance_of(class))
}
