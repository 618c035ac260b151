//! The C surface: `include/loyalty.h` is generated from this crate, and its comments are the manual.
//!
//! Every function follows one calling convention. It returns a status. It writes results through pointers at the end of
//! its parameters, as the last step and only on success. The very last parameter receives an error object on failure.
//! Only `boundary` reads the caller's pointers, and turns them into owned values before the engine runs. Every function
//! that can fail goes through `error::guarded`, which catches panics.

mod boundary;
mod engine;
mod error;
mod json;
mod operations;
mod typed;
mod version;

pub use engine::*;
pub use error::{
    ErrorObject, Status, loyalty_error_code, loyalty_error_details, loyalty_error_free, loyalty_error_guest_message,
    loyalty_error_message, loyalty_error_number, loyalty_error_status,
};
pub use json::*;
pub use operations::*;
pub use typed::*;
pub use version::*;
