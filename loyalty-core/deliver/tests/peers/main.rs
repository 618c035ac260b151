//! What this crate sends, taken by what others wrote: a mail server, and the reference receiver of Standard Webhooks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on fails"
)]

mod loops;
mod peer;
mod smtp;
mod webhook;
