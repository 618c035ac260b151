//! The loops: take what waits, send it, report.

mod calls;
mod desk;
mod mail;
mod side_by_side;
mod tally;
mod webhooks;

pub use calls::Calls;
pub use desk::{DeskError, Limits, MailDesk, MessageFailed, WebhookDesk};
pub use mail::deliver_mail;
pub use tally::{Delivered, Stopped};
pub use webhooks::deliver_webhooks;
