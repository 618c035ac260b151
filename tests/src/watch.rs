//! A watch over wrong calls: each must be the caller's fault, and change nothing.

use loyalty_core::ops::describe::{Description, Param};
use loyalty_core::{Error, Kind};
use serde_json::{Value, json};

use crate::calls::{self, Arguments};
use crate::reference::descriptions;
use crate::world::World;

/// A shop with members, an order, a referral that waits for staff, and full stamp cards.
///
/// # Panics
/// When it cannot be made.
#[must_use]
fn shop() -> World {
    let world = World::on_file("expiry = { reinstate_days = 5 }\nreferral = { review_risk = 1 }");
    world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 100}));
    let items = json!([{"sku": "x", "quantity": 2, "amount": 90_000}]);
    world.ok("earn_points", json!({"user_id": 1, "amount": 90_000, "order_id": "A", "items": items}));
    world.ok("earn_points", json!({"user_id": 2, "amount": 1}));
    world.ok("enroll", json!({"user_id": 3, "name": "Eva"}));
    let code = world.ok("generate_referral", json!({"user_id": 3}))["code"].clone();
    world.ok("enroll", json!({"user_id": 4, "name": "Eva", "referral_code": code}));
    world.ok("enroll", json!({"user_id": 5}));
    world.ok("stamp", json!({"user_id": 2, "card": "cafe", "quantity": 20}));
    world
}

/// Makes wrong calls and watches the database.
pub struct Watch {
    /// The world.
    pub world: World,
    /// The right arguments of the operation that is watched; those of a shop have none.
    pub right: Arguments,
    before: String,
    changed: bool,
    /// How many calls were made.
    pub calls: usize,
}

impl Watch {
    fn over(world: World, right: Arguments) -> Self {
        let before = world.dump();
        Self { world, right, before, changed: false, calls: 0 }
    }

    /// A watch over a shop with members and an order, for calls of any operation.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn shop() -> Self {
        Self::over(shop(), Arguments::new())
    }

    /// A watch over a world in which an operation can be called rightly.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn of(operation: &str) -> Self {
        let (world, right, _) = calls::of(operation).ready();
        Self::over(world, right)
    }

    /// Goes on over another world, when calls have changed this one.
    fn renew(&mut self, operation: &str) {
        if self.changed {
            *self = Self { calls: self.calls, ..Self::of(operation) };
        }
    }

    /// The right arguments with one changed.
    #[must_use]
    pub fn with(&self, name: &str, value: &Value) -> Value {
        let mut args = self.right.clone();
        args.insert(name.to_owned(), value.clone());
        Value::Object(args)
    }

    /// Calls; whatever fails must have changed nothing and be the caller's fault.
    ///
    /// # Errors
    /// Those of the operation.
    ///
    /// # Panics
    /// When a failure is not the caller's fault, or changed something.
    pub fn call(&mut self, op: &str, args: Value) -> Result<Value, Error> {
        self.calls += 1;
        let shown = shown(&args);
        let answered = self.world.call(op, args);
        match &answered {
            Ok(_) => {
                let after = self.world.dump();
                self.changed |= after != self.before;
                self.before = after;
            }
            Err(error) => {
                assert!(
                    matches!(error.kind(), Kind::Invalid | Kind::NotFound | Kind::Refused | Kind::Conflict),
                    "{op} {shown}: {error:?}"
                );
                assert!(self.world.dump() == self.before, "{op} {shown} failed and changed something");
                assert!(error.to_json().to_string().len() < 3_000, "{op} {shown}: a very long error");
            }
        }
        answered
    }

    /// A call that must be invalid, naming the field or what is inside it.
    ///
    /// # Panics
    /// When it is not so.
    pub fn invalid(&mut self, op: &str, args: Value, field: &str) {
        let shown = shown(&args);
        match self.call(op, args) {
            Ok(reply) => panic!("{op} {shown} succeeded: {reply}"),
            Err(error) => {
                let named = error.details().get("field").and_then(Value::as_str).unwrap_or_default();
                let rest = named.strip_prefix(field);
                let inside = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
                assert!(error.kind() == Kind::Invalid && inside, "{op} {shown} should name `{field}`: {error:?}");
                assert!(
                    !error.details()["expected"].as_str().unwrap_or_default().is_empty(),
                    "{op} {shown}: {error:?}"
                );
            }
        }
    }
}

/// Arguments as a failure shows them: of a text of a million characters the first ones.
fn shown(args: &Value) -> String {
    let short = |value: &Value| match value {
        Value::String(text) => Value::String(text.chars().take(60).collect()),
        other => other.clone(),
    };
    let args = match args {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), short(value))).collect(),
        other => other.clone(),
    };
    args.to_string().chars().take(300).collect()
}

/// Does something for each operation, over a world in which it can be called rightly. Tells how many calls were made.
pub fn each_operation(mut job: impl FnMut(&mut Watch, &Description)) -> usize {
    let watched = descriptions().into_iter().map(|description| {
        let mut watch = Watch::of(description.name);
        job(&mut watch, &description);
        watch.calls
    });
    watched.sum()
}

/// The same for each argument of each operation: over another world, when calls for the one before have changed it.
pub fn each_param(mut job: impl FnMut(&mut Watch, &Description, &Param)) -> usize {
    each_operation(|watch, description| {
        for param in &description.params {
            watch.renew(description.name);
            job(watch, description, param);
        }
    })
}
