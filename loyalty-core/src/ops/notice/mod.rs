//! What members are told on their own pages.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::{Enroll, Notifications, ReadNotifications}, value::UserId};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let ana = UserId::new(7)?;
//! engine.run(&Enroll::user(ana))?;
//! let told = engine.run(&Notifications::new(ana))?;
//! assert_eq!((told.unread, told.items[0].title.as_str()), (1, "¡Te damos la bienvenida!"));
//!
//! let read = engine.run(&ReadNotifications { all: true, ..ReadNotifications::new(ana) })?;
//! assert_eq!(read.unread, 0);
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod notifications;
mod read_notifications;

pub use notifications::{NoticeItem, Notifications, NotificationsPage};
pub use read_notifications::{NotificationsRead, ReadNotifications};
