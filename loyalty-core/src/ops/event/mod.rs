//! The event log: every change, in order, for other systems.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::{AckEvents, Enroll, Events}, value::UserId};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! engine.run(&Enroll::user(UserId::new(7)?))?;
//! let told = engine.run(&Events::after(0))?;
//! assert_eq!((told.items[0].number, told.items[0].kind.as_str()), (1, "member.enrolled"));
//!
//! // A reader that keeps its place here begins behind it the next time.
//! engine.run(&AckEvents::new("crm".to_owned(), told.next_after))?;
//! let news = engine.run(&Events { consumer: Some("crm".to_owned()), ..Events::new() })?;
//! assert_eq!((news.items.len(), news.more), (0, false));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod ack_events;
mod events;

pub use ack_events::{AckEvents, AckedEvents};
pub use events::{EventItem, Events, EventsPage};
