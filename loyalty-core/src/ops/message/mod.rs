//! Messages to members by e-mail: what they agree to, what waits, and what became of it.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::*, value::{Instant, UserId}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! # engine.fix_now(Some(Instant::parse("2026-03-02T12:00:00-03:00").unwrap())); // not in the quiet hours
//! let ana = UserId::new(7)?;
//! let email = Some("ana@example.cl".to_owned());
//! engine.run(&Enroll { email, consents: Some(vec!["service".to_owned()]), ..Enroll::user(ana) })?;
//! assert!(engine.run(&Preferences::new(ana))?.items.iter().any(|item| item.what == "service" && item.given));
//!
//! // The welcome goes out, by whoever sends.
//! let waiting = engine.run(&NextMessages::new("mailer-1".to_owned()))?;
//! let message = &waiting.items[0];
//! assert_eq!(message.to, "ana@example.cl");
//! engine.run(&MessageSent::new(message.id, "mailer-1".to_owned()))?;
//!
//! // Another would have failed; and one can look at it before.
//! assert!(engine.run(&MessageFailed::new(message.id, "mailer-1".to_owned(), "timeout".to_owned())).is_err());
//! assert!(!engine.run(&PreviewMessage::new("welcome".to_owned()))?.subject.is_empty());
//!
//! engine.run(&SavePreferences { give: vec!["promotional".to_owned()], ..SavePreferences::new(ana) })?;
//! assert!(engine.run(&Unsubscribe::new("1.7.cut".to_owned())).is_err());
//! engine.run(&Suppress { user_id: Some(ana), ..Suppress::new("asked".to_owned()) })?;
//! assert!(engine.run(&RecordBounce::new("1.0000000000000000".to_owned(), "hard".to_owned())).is_err());
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod message_failed;
mod message_sent;
mod next_messages;
mod preferences;
mod preview_message;
mod record_bounce;
mod save_preferences;
mod suppress;
mod unsubscribe;

pub use message_failed::{MessageFailed, MessageOver};
pub use message_sent::MessageSent;
pub use next_messages::{MessagesOut, NextMessages, OutgoingMessage};
pub use preferences::{Preference, Preferences, PreferencesReply};
pub use preview_message::{MessagePreview, PreviewMessage};
pub use record_bounce::{BounceRecorded, RecordBounce};
pub use save_preferences::{PreferencesSaved, SavePreferences};
pub use suppress::{Suppress, Suppressed};
pub use unsubscribe::{Unsubscribe, Unsubscribed};
