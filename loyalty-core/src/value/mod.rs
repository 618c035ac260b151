//! Checked values: a value that exists is valid. Pure: no clock, no store, no randomness.

mod base64;
mod calendar;
mod decimal;
mod digest;
pub mod entropy;
mod hex;
mod id;
pub mod limit;
mod local;
mod locale;
mod money;
mod pasted;
mod points;
mod ratio;
mod sign;
mod time;
mod webhook_secret;

pub use decimal::{Amount, Decimal};
pub use digest::DigestSecret;
pub(crate) use digest::{DigestKey, DigestSalt};
pub use entropy::Entropy;
pub(crate) use hex::fingerprint;
pub use hex::hex;
pub use id::{
    Actor, BatchId, CouponId, EntryId, EventName, GiftCardId, HoldId, Key, MemberId, OrderId, RedemptionId,
    ReservationId, RewardId, Shop, Sku, UserId, WebhookId, WorkerName,
};
pub use local::{Hours, LeapDay};
pub use locale::Locale;
pub use money::{Currency, Money};
pub(crate) use pasted::is_invisible;
pub use pasted::{pasted, readable, same_name};
pub use points::Points;
pub use ratio::{Percent, Rate, Rounding, Score};
pub use sign::{PublicKey, SIGNATURE, SigningKey};
pub(crate) use time::in_the_future;
pub use time::{Day, DayOrMoment, Instant, Moment, Zone};
pub use webhook_secret::WebhookSecret;
