//! A delivery as the engine hands it out.

use std::fmt;

use serde::Deserialize;

/// An item of `next_deliveries`: one event for one webhook.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Delivery {
    /// The webhook's id in the engine.
    pub webhook_id: i64,
    /// The event's number.
    pub number: i64,
    /// Where to.
    pub url: String,
    /// The same on each try, as `evt_EPOCH_NUMBER`.
    pub id: String,
    /// The very text that is signed and sent.
    pub body: String,
    /// The secrets that hold, each as `whsec_…`; there is a signature by each.
    pub secrets: Vec<String>,
    /// Which try it is, from 1.
    pub attempt: u32,
}

/// Without the secrets, the body, and where to.
impl fmt::Debug for Delivery {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Delivery")
            .field("webhook_id", &self.webhook_id)
            .field("number", &self.number)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}
