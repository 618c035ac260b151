//! The C surface: `include/loyalty.h` is made from this crate, and its comments are the manual.
//!
//! Every function follows one calling convention. It returns a status; what it gives is written through pointers at the
//! end of its parameters, last of all and only when it succeeds; the very last parameter takes an error object when it
//! does not. Pointers of the caller are read in `boundary` and nowhere else, and become owned values before the engine
//! runs. A panic is caught in `error::guarded`, through which every function that can fail goes.

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
