//! Calls of PHP's own methods from inside the engine, of which nothing jumps or throws past the engine.
//!
//! A warning inside becomes an error, the end of the request (a memory limit, a time limit) waits until the engine has
//! rolled back, and so does an exception of the page's own code. Handlers of signals (`pcntl_async_signals`) run after
//! the engine's call has ended: one that throws must not hide that a statement was carried out.

use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::panic::AssertUnwindSafe;

use ext_php_rs::boxed::ZBox;
use ext_php_rs::ffi::{zend_call_known_function, zend_class_entry, zend_function, zend_hash_str_find_ptr_lc};
use ext_php_rs::types::{ZendObject, Zval};
use ext_php_rs::zend::{ClassEntry, ExecutorGlobals, bailout, try_catch};
use loyalty_core::{Error, Result};

use crate::exception;

/// Warnings become exceptions, and the page's handler of errors is not called.
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
    /// What PHP calls when a signal has come, between two steps of a script and behind a call of a function of PHP's.
    static mut zend_interrupt_function: Option<Interrupt>;
}

/// A handler of interrupts, with the frame that is interrupted.
type Interrupt = unsafe extern "C" fn(*mut c_void);

thread_local! {
    /// Whether PHP wants to end the request.
    static ENDING: Cell<bool> = const { Cell::new(false) };
    /// What the page's own code threw.
    static THROWN: RefCell<Option<ZBox<ZendObject>>> = const { RefCell::new(None) };
    /// Whether a signal came meanwhile.
    static INTERRUPTED: Cell<bool> = const { Cell::new(false) };
}

/// Stands in for PHP's handler while the engine calls a method.
unsafe extern "C" fn interrupted_later(_frame: *mut c_void) {
    INTERRUPTED.set(true);
}

/// A method of a class of PHP's own.
#[derive(Clone, Copy)]
pub(crate) struct Method(*mut zend_function);

impl Method {
    /// Finds it in the class itself: what a class of the page makes of it is not called.
    pub(crate) fn find(class: &ClassEntry, name: &str) -> Result<Self> {
        // SAFETY: the table belongs to the class, and the name is given with its length.
        let found =
            unsafe { zend_hash_str_find_ptr_lc(&raw const class.function_table, name.as_ptr().cast(), name.len()) };
        let missing = || Error::internal(format_args!("PHP has no method `{name}`"));
        if found.is_null() { Err(missing()) } else { Ok(Self(found.cast())) }
    }

    /// Calls it.
    pub(crate) fn call<const COUNT: usize>(self, object: &Zval, arguments: [Zval; COUNT]) -> Result<Zval> {
        self.call_each(object, &mut [arguments])
    }

    /// Calls it with one list of arguments after the other, and returns the last answer. An exception ends it.
    pub(crate) fn call_each<const COUNT: usize>(self, object: &Zval, lists: &mut [[Zval; COUNT]]) -> Result<Zval> {
        let object: *const ZendObject = object.object().ok_or_else(|| Error::internal("there is no object"))?;
        let mut saved = ErrorHandling { handling: 0, class: std::ptr::null_mut() };
        // SAFETY: the class is registered, and what is saved is restored below on every path.
        unsafe { zend_replace_error_handling(EH_THROW, exception::unavailable(), &raw mut saved) };
        // SAFETY: PHP reads this on the thread that runs its code, which is this one, and it is put back below.
        let interrupt = unsafe {
            let theirs = zend_interrupt_function;
            zend_interrupt_function = Some(interrupted_later);
            theirs
        };
        let called = try_catch(AssertUnwindSafe(|| {
            let mut answer = Zval::new();
            let count = u32::try_from(COUNT).unwrap_or(0);
            for arguments in lists {
                answer = Zval::new();
                // SAFETY: a method of the object's class or of one it extends, the object alive, and as many arguments
                // as are counted; PHP copies what it keeps of them, and calls nothing while an exception waits.
                unsafe {
                    zend_call_known_function(
                        self.0,
                        object.cast_mut(),
                        (*object).ce,
                        &raw mut answer,
                        count,
                        arguments.as_mut_ptr(),
                        std::ptr::null_mut(),
                    );
                }
            }
            answer
        }));
        // SAFETY: this was saved above, in the same call.
        unsafe {
            zend_interrupt_function = interrupt;
            zend_restore_error_handling(&raw mut saved);
        }
        if let Some(thrown) = ExecutorGlobals::take_exception() {
            return Err(caught(thrown));
        }
        called.map_err(|_| {
            ENDING.set(true);
            Error::internal("PHP ends the request")
        })
    }
}

/// The error for an exception: a warning of PHP's, or what the page's own code threw.
fn caught(thrown: ZBox<ZendObject>) -> Error {
    if std::ptr::eq(thrown.ce, exception::unavailable()) {
        return Error::unavailable("database_lost", exception::message(&thrown));
    }
    let kept = THROWN.take().unwrap_or(thrown);
    THROWN.set(Some(kept));
    Error::unavailable("database_error", "the page's own code has thrown an exception")
}

/// At the border, when nothing of the engine is left on the stack: lets go on what had to wait.
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

/// At the end of a request nothing waits any more.
pub(crate) fn forget() {
    ENDING.set(false);
    INTERRUPTED.set(false);
    drop(THROWN.take());
}
