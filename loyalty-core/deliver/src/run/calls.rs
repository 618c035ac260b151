//! The engine by the names of its operations.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::desk::{DeskError, MailDesk, MessageFailed, WebhookDesk};
use crate::mail::Outgoing;
use crate::webhook::{Attempt, Delivery};

/// Both desks over a function that calls an operation by its name with its arguments, as `Engine::call` does; its error
/// is that of the engine, by its code.
pub struct Calls<F>(pub F);

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

impl<F: FnMut(&str, Value) -> Result<Value, DeskError>> Calls<F> {
    fn items<T: DeserializeOwned>(&mut self, name: &str, arguments: Value) -> Result<Vec<T>, DeskError> {
        let reply = (self.0)(name, arguments)?;
        let items: Items<T> = serde_json::from_value(reply).map_err(|_| DeskError::new("reply_wrong"))?;
        Ok(items.items)
    }

    fn tell(&mut self, name: &str, arguments: Value) -> Result<(), DeskError> {
        (self.0)(name, arguments).map(drop)
    }
}

impl<F: FnMut(&str, Value) -> Result<Value, DeskError>> MailDesk for Calls<F> {
    fn next_messages(&mut self, worker: &str, limit: usize, lease_seconds: u32) -> Result<Vec<Outgoing>, DeskError> {
        let arguments = json!({"channel": "email", "worker": worker, "limit": limit, "lease_seconds": lease_seconds});
        self.items("next_messages", arguments)
    }

    fn message_sent(&mut self, id: i64, worker: &str, receipt: Option<&str>) -> Result<(), DeskError> {
        let mut arguments = json!({"id": id, "worker": worker});
        set(&mut arguments, "receipt", receipt.map(Value::from));
        self.tell("message_sent", arguments)
    }

    fn message_failed(&mut self, failed: &MessageFailed) -> Result<(), DeskError> {
        let arguments = serde_json::to_value(failed).map_err(|_| DeskError::new("request_wrong"))?;
        self.tell("message_failed", arguments)
    }
}

impl<F: FnMut(&str, Value) -> Result<Value, DeskError>> WebhookDesk for Calls<F> {
    fn next_deliveries(&mut self, worker: &str, limit: usize, lease_seconds: u32) -> Result<Vec<Delivery>, DeskError> {
        self.items("next_deliveries", json!({"worker": worker, "limit": limit, "lease_seconds": lease_seconds}))
    }

    fn delivery_done(&mut self, delivery: &Delivery, worker: &str, attempt: &Attempt) -> Result<(), DeskError> {
        let mut arguments = json!({"webhook_id": delivery.webhook_id, "number": delivery.number, "worker": worker});
        set(&mut arguments, "status", attempt.status.map(Value::from));
        set(&mut arguments, "reason", attempt.reason.as_deref().map(Value::from));
        set(&mut arguments, "retry_after_seconds", attempt.retry_after_seconds.map(Value::from));
        self.tell("delivery_done", arguments)
    }
}

/// What is not there is left out.
fn set(arguments: &mut Value, name: &str, value: Option<Value>) {
    if let (Some(fields), Some(value)) = (arguments.as_object_mut(), value) {
        fields.insert(name.to_owned(), value);
    }
}
