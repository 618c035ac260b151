//! What the loyalty engine has to say, sent: e-mail over SMTP, webhooks over HTTPS, and bounces read back.
//!
//! Only the command line links this crate, so no page's process has code for mail or HTTP. The engine decides what is
//! said to whom, when a try is repeated and when it ends; this crate takes what waits, sends it, and reports. Reasons
//! and errors hold ids and codes, never a person's address, name or text.
//!
//! - [`deliver_mail`] and [`deliver_webhooks`] are the loops. They speak to the engine through [`MailDesk`] and
//!   [`WebhookDesk`]; [`Calls`] is both over a function that calls an operation by its name.
//! - [`compose`] makes the bytes of a message, and [`Mailer`] sends them.
//! - [`Poster`] sends webhooks and refuses addresses inside; [`sign`] and [`verify`] are Standard Webhooks 1.0.
//! - [`read_report`] reads what mail servers send back, [`Maildir`] and [`Mbox`] where it lies.

mod bounce;
mod mail;
mod run;
mod status;
mod webhook;

pub use bounce::{Maildir, Mbox, NotAReport, Report, ReportKind, Unread, read_report};
pub use mail::{Because, Composed, FieldError, MailServer, Mailer, Outcome, Outgoing, ServerError, compose};
pub use run::{
    Calls, Delivered, DeskError, Limits, MailDesk, MessageFailed, Stopped, WebhookDesk, deliver_mail, deliver_webhooks,
};
pub use webhook::{
    Attempt, Delivery, Lookup, Poster, Refused, Rules, RulesError, Secret, SecretError, Signed, Unverified, is_global,
    sign, verify,
};
