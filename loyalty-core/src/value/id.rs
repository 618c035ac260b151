//! Identifiers: whole numbers above zero, and short texts that the host chooses.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::limit;
use crate::{Error, Result};

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident, $field:literal) => {
        $(#[$doc])*
        ///
        /// ```
        #[doc = concat!("use loyalty_core::value::", stringify!($name), ";")]
        #[doc = concat!("assert_eq!(", stringify!($name), "::new(7)?.get(), 7);")]
        #[doc = concat!("assert!(", stringify!($name), "::new(0).is_err());")]
        /// # Ok::<(), loyalty_core::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Checks the number.
            ///
            /// # Errors
            /// `invalid` when it is below 1.
            pub fn new(number: i64) -> Result<Self> {
                if number < 1 {
                    return Err(Error::invalid($field, format_args!("must be at least 1, got `{number}`")));
                }
                Ok(Self(number))
            }

            /// The number itself.
            #[must_use]
            pub const fn get(self) -> i64 {
                self.0
            }

            /// A number that was checked before it was stored.
            #[allow(dead_code, reason = "not every kind of id is read from a column")]
            pub(crate) const fn stored(number: i64) -> Self {
                Self(number)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let number = i64::deserialize(deserializer)?;
                if number < 1 {
                    return Err(de::Error::custom(format_args!("must be at least 1, got `{number}`")));
                }
                Ok(Self(number))
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "integer", "minimum": 1 })
            }
        }
    };
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $field:literal, $max:expr) => {
        $(#[$doc])*
        ///
        /// ```
        #[doc = concat!("use loyalty_core::value::", stringify!($name), ";")]
        #[doc = concat!("assert_eq!(", stringify!($name), "::new(\"A-17\")?.as_str(), \"A-17\");")]
        #[doc = concat!("assert!(", stringify!($name), "::new(\"\").is_err());")]
        /// # Ok::<(), loyalty_core::Error>(())
        /// ```
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            /// `invalid` when it is empty, too long, or has control characters.
            pub fn new(text: impl Into<String>) -> Result<Self> {
                let text = text.into();
                Self::check(&text).map_err(|expected| Error::invalid($field, expected))?;
                Ok(Self(text))
            }

            fn check(text: &str) -> std::result::Result<(), String> {
                if text.len() > $max {
                    return Err(format!("must have at most {} bytes", $max));
                }
                limit::line(text, $max)
            }

            /// The text itself.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::check(&text).map_err(de::Error::custom)?;
                Ok(Self(text))
            }
        }

        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "minLength": 1, "maxLength": $max })
            }
        }
    };
}

number_id!(
    /// The host application's own id of a user, above zero.
    UserId, "user_id"
);
number_id!(
    /// A ledger entry: the member's number in the high bits, a running number in the low 22.
    EntryId, "transaction_id"
);
number_id!(
    /// A member's own dense number in this database, given at enrolment.
    MemberId, "member_id"
);
number_id!(
    /// A reward of the catalogue.
    RewardId, "reward_id"
);
number_id!(
    /// One redemption of a reward: the id of the entry that took the points.
    RedemptionId, "redemption_id"
);
number_id!(
    /// A hold of points: the id of the entry that set them aside.
    HoldId, "hold_id"
);
number_id!(
    /// A reservation: a reward that is kept for a member for some time.
    ReservationId, "reservation_id"
);
number_id!(
    /// A coupon.
    CouponId, "coupon_id"
);
number_id!(
    /// A gift card.
    GiftCardId, "gift_card_id"
);
number_id!(
    /// Coupons that were made together.
    BatchId, "batch_id"
);
number_id!(
    /// A webhook: a receiver of events.
    WebhookId, "id"
);
text_id!(
    /// A process that takes work, under a name that no other has at the same time: 1 to 64 bytes.
    WorkerName, "worker", limit::MAX_ACTOR
);
text_id!(
    /// The host's own id of an order: 1 to 64 bytes.
    OrderId, "order_id", limit::MAX_ORDER_ID
);
text_id!(
    /// An idempotency key: 1 to 128 bytes; one operation never accepts it for another request.
    Key, "key", limit::MAX_KEY
);
text_id!(
    /// Who did it, for the audit trail: 1 to 64 bytes.
    Actor, "actor", limit::MAX_ACTOR
);
text_id!(
    /// An article number: 1 to 64 bytes.
    Sku, "sku", limit::MAX_SKU
);

text_id!(
    /// A shop or till, as the host names it: 1 to 64 bytes.
    Shop, "shop", limit::MAX_SHOP
);
text_id!(
    /// The name of an event, like `review_written`: 1 to 64 bytes.
    EventName, "event", limit::MAX_EVENT
);

impl MemberId {
    /// The id of this member's entry with the running number `number` (from 1).
    ///
    /// # Errors
    /// `internal` when the member already has as many entries as an id has room for.
    pub fn entry(self, number: i64) -> Result<EntryId> {
        if !(1..1 << limit::ENTRY_BITS).contains(&number) || self.0 >= limit::MAX_MEMBERS {
            return Err(Error::internal("no entry id is left for this member"));
        }
        Ok(EntryId((self.0 << limit::ENTRY_BITS) | number))
    }

    /// The ids between which all entries of this member lie; both are excluded.
    #[must_use]
    pub const fn entry_range(self) -> (i64, i64) {
        (self.0 << limit::ENTRY_BITS, self.0.saturating_add(1) << limit::ENTRY_BITS)
    }
}

impl EntryId {
    /// The member whose entry this is.
    #[must_use]
    pub const fn member(self) -> MemberId {
        MemberId(self.0 >> limit::ENTRY_BITS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_id_names_its_member_and_stays_below_two_to_the_53() {
        let member = MemberId::stored(limit::MAX_MEMBERS - 1);
        let last = member.entry((1 << limit::ENTRY_BITS) - 1).unwrap();
        assert_eq!(last.member(), member);
        assert!(last.get() < 1 << 53);
        let (low, high) = member.entry_range();
        assert!(low < last.get() && last.get() < high);
        assert!(member.entry(0).is_err());
        assert!(member.entry(1 << limit::ENTRY_BITS).is_err());
    }

    #[test]
    fn a_text_id_refuses_empty_long_and_control() {
        for bad in ["", "  ", "a\0b", "a\nb", &"x".repeat(65)] {
            assert!(OrderId::new(bad).is_err(), "{bad:?}");
        }
        assert!(OrderId::new("x".repeat(64)).is_ok());
    }
}
