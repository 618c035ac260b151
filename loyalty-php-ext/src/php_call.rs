//! Calls PHP's own methods from inside the engine; nothing can jump or throw across the engine.
//!
//! A warning inside becomes an error. The end of the request (a memory limit, a time limit) waits until the engine has
//! rolled back, and so does an exception of the page's own code. Signal handlers (`pcntl_async_signals`) run after the
//! engine's call has ended: a handler that throws must not hide that a statement was executed.

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::panic::AssertUnwindSafe;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::ffi::{
    _call_user_function_impl, zend_call_known_function, zend_class_entry, zend_function, zend_hash_str_find_ptr_lc,
    zend_object,
};
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::{ClassEntry, ExecutorGlobals, bailout, try_catch};
use loyalty_core::Fault;
use loyalty_core::{Error, Result};

use crate::exception::{self, zend_read_property, zend_update_property};

/// Warnings become exceptions, and the page's error handler is not called.
const EH_THROW: c_int = 1;

/// What `zend_error_handling` is in C.
#[repr(C)]
struct ErrorHandling {
    handling: c_int,
    class: *mut zend_class_entry,
}

unsafe extern "C" {
    fn zend_replace_error_handling(handling: c_int, class: *mut zend_class_entry, saved: *mut ErrorHandling);
    fn zend_restore_error_handling(saved: *mut ErrorHandling);
    /// What PHP calls when a signal has arrived, between two steps of a script and after a call of an internal
    /// function.
    static mut zend_interrupt_function: Option<Interrupt>;
    fn zend_zval_type_name(value: *const Zval) -> *const c_char;
    fn object_init_ex(object: *mut Zval, class: *mut zend_class_entry) -> c_int;
    fn zend_is_unwind_exit(thrown: *const zend_object) -> bool;
    fn zend_is_graceful_exit(thrown: *const zend_object) -> bool;
}

/// A handler of interrupts, with the frame that is interrupted.
type Interrupt = unsafe extern "C" fn(*mut c_void);

thread_local! {
    /// Whether PHP wants to end the request.
    static ENDING: Cell<bool> = const { Cell::new(false) };
    /// What the page's own code threw.
    static THROWN: RefCell<Option<ZBox<ZendObject>>> = const { RefCell::new(None) };
    /// What the page's closure threw, as the cause of an error of the engine.
    static CAUSE: RefCell<Option<ZBox<ZendObject>>> = const { RefCell::new(None) };
    /// Whether a signal arrived meanwhile.
    static INTERRUPTED: Cell<bool> = const { Cell::new(false) };
}

/// Replaces PHP's handler while the engine calls a method.
unsafe extern "C" fn interrupted_later(_frame: *mut c_void) {
    INTERRUPTED.set(true);
}

/// Runs a job during which signal handlers wait and nothing can jump over the engine.
fn guarded<T>(job: impl FnOnce() -> T) -> Result<T> {
    // SAFETY: PHP reads this on the thread that runs its code, which is this one, and it is put back below.
    let interrupt = unsafe {
        let theirs = zend_interrupt_function;
        zend_interrupt_function = Some(interrupted_later);
        theirs
    };
    let done = try_catch(AssertUnwindSafe(job));
    // SAFETY: as above, and no code of PHP's runs now.
    unsafe { zend_interrupt_function = interrupt };
    done.map_err(|_| {
        ENDING.set(true);
        Error::internal("PHP ends the request")
    })
}

/// Calls a closure of the page without arguments.
///
/// # Errors
/// `unavailable` when it throws; what it threw is then the cause of the engine's exception.
pub(crate) fn ask(closure: &Zval) -> Result<Zval> {
    let called = guarded(|| {
        let mut answer = Zval::new();
        // SAFETY: a closure that is alive, and no arguments; PHP does not write into it.
        unsafe {
            _call_user_function_impl(
                std::ptr::null_mut(),
                std::ptr::from_ref(closure).cast_mut(),
                &raw mut answer,
                0,
                std::ptr::null_mut(),
                std::ptr::null_mut(),
            );
        }
        answer
    });
    let Some(thrown) = ExecutorGlobals::take_exception() else { return called };
    // SAFETY: the object is alive, and is only looked at.
    if unsafe { zend_is_unwind_exit(&raw const *thrown) || zend_is_graceful_exit(&raw const *thrown) } {
        return Err(caught(thrown));
    }
    let message = format!("the closure that gives the connection has thrown: {}", exception::message(&thrown));
    CAUSE.set(Some(thrown));
    Err(Error::unavailable(Fault::ConnectionNotGiven, message))
}

/// Makes what the page's closure threw the previous exception of the next one.
pub(crate) fn throw_cause() {
    if let Some(cause) = CAUSE.take() {
        ExecutorGlobals::get_mut().exception = cause.into_raw();
    }
}

/// A method of a class of PHP's own.
#[derive(Clone, Copy)]
pub(crate) struct Method(*mut zend_function);

impl Method {
    /// Finds the method in the class itself: an override in a class of the page is not called.
    pub(crate) fn find(class: &ClassEntry, name: &str) -> Result<Self> {
        // SAFETY: the table belongs to the class, and the name is given with its length.
        let found =
            unsafe { zend_hash_str_find_ptr_lc(&raw const class.function_table, name.as_ptr().cast(), name.len()) };
        let missing = || Error::internal(format_args!("PHP has no method `{name}`"));
        if found.is_null() { Err(missing()) } else { Ok(Self(found.cast())) }
    }

    /// Calls it. An exception is an error.
    pub(crate) fn call<const COUNT: usize>(self, object: &Zval, arguments: [Zval; COUNT]) -> Result<Zval> {
        let mut arguments = arguments;
        in_turn(object, |on| on.call(self, &mut arguments))
    }
}

/// Calls methods of one object, one after the other.
pub(crate) struct Calls<'a>(&'a ZendObject);

impl Calls<'_> {
    /// Calls a method. While an exception waits, nothing is called and the answer is undefined.
    pub(crate) fn call<const COUNT: usize>(&self, method: Method, arguments: &mut [Zval; COUNT]) -> Zval {
        let object: *const ZendObject = self.0;
        let mut answer = Zval::new();
        // SAFETY: a method of the object's class or of one it extends, the object alive, and as many arguments as are
        // counted; PHP copies what it keeps of them, and calls nothing while an exception waits.
        unsafe {
            zend_call_known_function(
                method.0,
                object.cast_mut(),
                (*object).ce,
                &raw mut answer,
                u32::try_from(COUNT).unwrap_or(0),
                arguments.as_mut_ptr(),
                std::ptr::null_mut(),
            );
        }
        answer
    }
}

/// Runs a job that calls methods of an object; what it owns is lost when PHP ends the request inside it.
///
/// # Errors
/// `unavailable` after an exception.
pub(crate) fn in_turn<T>(object: &Zval, job: impl FnOnce(&Calls<'_>) -> T) -> Result<T> {
    let object = object.object().ok_or_else(|| Error::internal("there is no object"))?;
    let mut saved = ErrorHandling { handling: 0, class: std::ptr::null_mut() };
    // SAFETY: the class is registered, and what is saved is restored below on every path.
    unsafe { zend_replace_error_handling(EH_THROW, exception::unavailable(), &raw mut saved) };
    let called = guarded(|| job(&Calls(object)));
    // SAFETY: this was saved above, in the same call.
    unsafe { zend_restore_error_handling(&raw mut saved) };
    match ExecutorGlobals::take_exception() {
        Some(thrown) => Err(caught(thrown)),
        None => called,
    }
}

impl Method {
    /// Calls a static method.
    pub(crate) fn call_static(self, class: &ClassEntry, mut argument: Zval) -> Result<Zval> {
        let called = guarded(|| {
            let mut answer = Zval::new();
            // SAFETY: a static method of this class, and one argument; PHP copies what it keeps of it.
            unsafe {
                zend_call_known_function(
                    self.0,
                    std::ptr::null_mut(),
                    std::ptr::from_ref(class).cast_mut(),
                    &raw mut answer,
                    1,
                    &raw mut argument,
                    std::ptr::null_mut(),
                );
            }
            answer
        });
        ExecutorGlobals::take_exception().map_or(called, |thrown| Err(caught(thrown)))
    }
}

/// The name of a value's type, of an object its class.
pub(crate) fn type_name(value: &Zval) -> String {
    let class = value.object().and_then(|object| object.get_class_name().ok());
    class.unwrap_or_else(|| {
        // SAFETY: PHP looks at the value, and its names of types are C strings that stay.
        let name = unsafe { CStr::from_ptr(zend_zval_type_name(value)) };
        name.to_string_lossy().into_owned()
    })
}

/// A new object of a class of PHP's own whose constructor does nothing.
pub(crate) fn new_object(class: &ClassEntry) -> Result<Zval> {
    let mut object = Zval::new();
    // SAFETY: the class is registered, and PHP writes the object into the value.
    let made = unsafe { object_init_ex(&raw mut object, std::ptr::from_ref(class).cast_mut()) };
    if made == 0 { Ok(object) } else { Err(Error::internal("PHP makes no object")) }
}

/// A property of an object of a class of PHP's own.
///
/// # Errors
/// `unavailable` when the object does not give it.
pub(crate) fn read_property(object: &Zval, name: &str) -> Result<Zval> {
    let object: *const ZendObject = object.object().ok_or_else(|| Error::internal("there is no object"))?;
    let mut room = Zval::new();
    // SAFETY: the object is alive; PHP returns a pointer into it or to `room`, and the clone counts its reference.
    let value = unsafe {
        let scope = (*object).ce;
        zend_read_property(scope, object.cast_mut(), name.as_ptr().cast(), name.len(), true, &raw mut room).as_ref()
    };
    let value = value.map(Zval::shallow_clone);
    given(value, name)
}

/// Sets a property of an object of a class of PHP's own.
///
/// # Errors
/// `unavailable` when the object does not take it.
pub(crate) fn write_property(object: &Zval, name: &str, mut value: Zval) -> Result<()> {
    let object: *const ZendObject = object.object().ok_or_else(|| Error::internal("there is no object"))?;
    // SAFETY: the object is alive, and PHP copies the value.
    unsafe {
        let scope = (*object).ce;
        zend_update_property(scope, object.cast_mut(), name.as_ptr().cast(), name.len(), &raw mut value);
    }
    given(Some(()), name)
}

/// The value of a property, if PHP has not thrown.
fn given<T>(value: Option<T>, name: &str) -> Result<T> {
    let refused = |why: String| Error::unavailable(Fault::DatabaseLost, format!("`{name}` of the connection: {why}"));
    match (ExecutorGlobals::take_exception(), value) {
        (Some(thrown), _) => Err(refused(exception::message(&thrown))),
        (None, Some(value)) => Ok(value),
        (None, None) => Err(refused("is not there".to_owned())),
    }
}

/// The error for an exception: a warning from PHP, or what the page's own code threw.
fn caught(thrown: ZBox<ZendObject>) -> Error {
    if std::ptr::eq(thrown.ce, exception::unavailable()) {
        return Error::unavailable(Fault::DatabaseLost, exception::message(&thrown));
    }
    let kept = THROWN.take().unwrap_or(thrown);
    THROWN.set(Some(kept));
    Error::unavailable(Fault::DatabaseError, "the page's own code has thrown an exception")
}

/// At the border, when no engine code is left on the stack: lets everything that had to wait continue.
pub(crate) fn resume() {
    if INTERRUPTED.replace(false) {
        ExecutorGlobals::get_mut().request_interrupt();
    }
    if let Some(thrown) = THROWN.take() {
        let replaced = ExecutorGlobals::take_exception();
        ExecutorGlobals::get_mut().exception = thrown.into_raw();
        drop(replaced);
    }
    if ENDING.replace(false) {
        // SAFETY: this is the last act of a handler, whose frames have nothing left to be dropped.
        unsafe { bailout() };
    }
}

/// At the end of a request, nothing waits any more.
pub(crate) fn forget() {
    ENDING.set(false);
    INTERRUPTED.set(false);
    drop(THROWN.take());
    drop(CAUSE.take());
}
