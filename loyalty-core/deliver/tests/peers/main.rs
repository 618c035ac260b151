//! What this crate sends, taken by what others wrote: a mail server, and the reference receiver of Standard Webhooks.

mod loops;
mod peer;
mod smtp;
mod webhook;
