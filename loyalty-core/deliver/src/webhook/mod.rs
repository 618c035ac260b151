//! Webhooks after Standard Webhooks 1.0: signed, and sent to addresses outside only.

mod addresses;
mod delivery;
mod guard;
mod poster;
mod retry_after;
mod rules;
mod sign;

pub use addresses::is_global;
pub use delivery::Delivery;
pub use guard::Lookup;
pub(crate) use poster::WHOLE_TIMEOUT;
pub use poster::{Attempt, Poster};
pub use rules::{Refused, Rules, RulesError};
pub use sign::{Secret, SecretError, Signed, Unverified, sign, verify};
