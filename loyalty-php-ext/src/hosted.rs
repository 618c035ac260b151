//! The engine on the page's own connection. If the page gave a closure, each call asks it which connection that is.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use ext_php_rs::types::Zval;
use ext_php_rs::zend::ClassEntry;
use loyalty_core::Fault;
use loyalty_core::host::AfterDeadlock;
use loyalty_core::{Engine, Error, Result};

use crate::mysqli::{self, Mysqli};
use crate::pdo::Pdo;
use crate::php_call::{self, Method};
use crate::session::{self, Asked};

/// A kind of connection.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdo,
    Mysqli,
}

impl Kind {
    /// The name of the argument.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pdo => "pdo",
            Self::Mysqli => "mysqli",
        }
    }

    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Pdo => "PDO",
            Self::Mysqli => "mysqli",
        }
    }

    fn is(self, value: &Zval) -> bool {
        is_a(value, self.class())
    }

    fn has_transaction(self, object: &Zval) -> bool {
        let asked = match self {
            Self::Pdo => Pdo::has_transaction(object),
            Self::Mysqli => Mysqli::has_transaction(object),
        };
        // A connection that cannot be asked is closed.
        asked.unwrap_or(false)
    }
}

fn is_a(value: &Zval, class: &str) -> bool {
    value.object().zip(ClassEntry::try_find(class)).is_some_and(|(object, class)| object.instance_of(class))
}

/// How the page gave its connection.
pub(crate) struct Named {
    pub(crate) kind: Kind,
    /// The object, or a closure that returns it.
    pub(crate) given: Zval,
    pub(crate) prefix: String,
    pub(crate) after_deadlock: AfterDeadlock,
}

/// The engine on a connection.
struct Opened {
    /// The process that uses it. After a fork it stays the parent's, and the child asks it nothing.
    process: u32,
    object: Zval,
    /// The connection number of a mysqli object, which may reconnect.
    thread: i64,
    asked: Asked,
    engine: Engine,
    /// Whether the page's transaction contained a write of the engine when it was last checked.
    written: Rc<Cell<bool>>,
}

thread_local! {
    static NAMED: RefCell<Option<Rc<Named>>> = const { RefCell::new(None) };
    static OPENED: RefCell<Option<Opened>> = const { RefCell::new(None) };
    /// The process and a weak reference to a connection that the page left while its open transaction contains writes
    /// of the engine.
    static LEFT: RefCell<Option<(u32, Zval)>> = const { RefCell::new(None) };
    static KIND: Cell<Option<Kind>> = const { Cell::new(None) };
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// The kind of connection that the page gave last, if any, including one that could not be used.
pub(crate) fn kind() -> Option<Kind> {
    KIND.get()
}

/// From now on, the engine works on a connection of the page. One that is given as an object is opened now.
pub(crate) fn name(named: Named) -> Result<()> {
    leave();
    let is_closure = is_a(&named.given, "Closure");
    if !is_closure && !named.kind.is(&named.given) {
        let got = php_call::type_name(&named.given);
        let expected =
            format!("must be a {} object, a closure that returns one, or null, got `{got}`", named.kind.class());
        return Err(Error::invalid(named.kind.name(), expected));
    }
    let named = Rc::new(named);
    KIND.set(Some(named.kind));
    NAMED.set(Some(Rc::clone(&named)));
    let opened = if is_closure { Ok(()) } else { open(&named, named.given.shallow_clone(), Asked::now()).map(drop) };
    if opened.is_err() {
        leave();
    }
    opened
}

/// From now on, the engine works on the configured database again.
pub(crate) fn leave() {
    // Dropped after the cells are free again: the end of a connection may run PHP code.
    drop(OPENED.try_with(RefCell::take));
    drop(NAMED.try_with(RefCell::take));
    drop(LEFT.try_with(RefCell::take));
}

/// The engine on the page's connection, if there is one; a new one when the connection or a setting has changed.
pub(crate) fn engine() -> Result<Option<Engine>> {
    let Some(named) = NAMED.with_borrow(Clone::clone) else { return Ok(None) };
    let object = object(&named)?;
    let thread = thread(named.kind, &object)?;
    let is_same = |opened: &Opened| same(&opened.object, &object) && opened.thread == thread;
    let kept = OPENED.with_borrow_mut(|opened| {
        let opened = opened.as_mut().filter(|opened| is_same(opened))?;
        if !opened.asked.is_current() {
            let asked = Asked::now();
            if asked.wanted != opened.asked.wanted {
                return None;
            }
            opened.asked = asked;
        }
        Some(opened.engine.clone())
    });
    if kept.is_some() {
        return refuse_left(&named, &object).map(|()| kept);
    }
    let before = OPENED.take();
    if let Some(before) = before
        && !is_same(&before)
    {
        let is_ours = before.process == std::process::id();
        let is_open = is_ours && before.written.get() && before.thread == thread_or_none(named.kind, &before.object);
        if is_open && named.kind.has_transaction(&before.object) {
            LEFT.set(weak(before.object.shallow_clone()).ok().map(|reference| (before.process, reference)));
            drop(before);
            return Err(changed());
        }
    }
    refuse_left(&named, &object)?;
    open(&named, object, Asked::now()).map(Some)
}

/// The connection that the page uses now.
fn object(named: &Named) -> Result<Zval> {
    if !is_a(&named.given, "Closure") {
        return Ok(named.given.shallow_clone());
    }
    if ASKING.replace(true) {
        let message = "the closure that gives the connection calls the engine itself";
        return Err(Error::unavailable(Fault::ConnectionNotGiven, message));
    }
    let asked = php_call::ask(&named.given);
    ASKING.set(false);
    let answer = asked?;
    let answer = answer.dereference();
    if named.kind.is(answer) {
        return Ok(answer.shallow_clone());
    }
    let got = php_call::type_name(answer);
    let message = format!("the closure must return a {} object, got `{got}`", named.kind.class());
    Err(Error::unavailable(Fault::ConnectionNotGiven, message))
}

fn thread(kind: Kind, object: &Zval) -> Result<i64> {
    match kind {
        Kind::Pdo => Ok(0),
        Kind::Mysqli => mysqli::thread_id(object),
    }
}

fn thread_or_none(kind: Kind, object: &Zval) -> i64 {
    thread(kind, object).unwrap_or(-1)
}

fn same(one: &Zval, other: &Zval) -> bool {
    let pointers = one.object().zip(other.object());
    pointers.is_some_and(|(one, other)| std::ptr::eq(one, other))
}

fn open(named: &Named, object: Zval, asked: Asked) -> Result<Engine> {
    let (written, thread) = (Rc::new(Cell::new(false)), thread(named.kind, &object)?);
    let engine = session::on_host(named, object.shallow_clone(), Rc::clone(&written), &asked.wanted)?;
    drop(OPENED.replace(Some(Opened {
        process: std::process::id(),
        object,
        thread,
        asked,
        engine: engine.clone(),
        written,
    })));
    Ok(engine)
}

fn weak(object: Zval) -> Result<Zval> {
    let class = ClassEntry::try_find("WeakReference").ok_or_else(|| Error::internal("PHP has no weak references"))?;
    Method::find(class, "create")?.call_static(class, object)
}

/// While the page keeps another connection with writes of the engine in its open transaction, that connection must stay
/// in use.
fn refuse_left(named: &Named, object: &Zval) -> Result<()> {
    let process = std::process::id();
    let reference = LEFT.with_borrow(|left| {
        let ours = left.as_ref().filter(|(owner, _)| *owner == process);
        ours.map(|(_, reference)| reference.shallow_clone())
    });
    let Some(reference) = reference else { return Ok(()) };
    let class = ClassEntry::try_find("WeakReference").ok_or_else(|| Error::internal("PHP has no weak references"))?;
    let kept = Method::find(class, "get")?.call(&reference, [])?;
    if kept.is_object() && !same(&kept, object) && named.kind.has_transaction(&kept) {
        return Err(changed());
    }
    drop(LEFT.take());
    Ok(())
}

fn changed() -> Error {
    let message = "the page's connection is another one than that on whose transaction, still open, earlier calls have \
                   written: commit or roll back there first; if that connection is closed, what was written there is undone";
    Error::unavailable(Fault::ConnectionChanged, message)
}
