//! E-mail: from what the engine hands out to what a mail server answered.

mod address;
mod compose;
mod field;
mod line;
mod mailer;
mod outcome;
mod outgoing;
mod server;

pub use compose::{Composed, compose};
pub use field::{Because, FieldError};
pub use mailer::Mailer;
pub use outcome::Outcome;
pub use outgoing::Outgoing;
pub use server::{MailServer, ServerError};
