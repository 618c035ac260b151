//! Signed codes: made with the secret key, and checked with the public key without a network.
//!
//! ```
//! use loyalty_core::ops::{CheckSignedCoupon, GenerateSigningKey, PublicKeys, SignCoupon};
//! use loyalty_core::value::{Decimal, SigningKey};
//! use loyalty_core::{Engine, Options, programme::DiscountType};
//!
//! let office = Engine::open(Options::sqlite(":memory:"))?;
//! let made = office.run(&GenerateSigningKey {})?;
//! let key = SigningKey::parse(&made.signing_key)?;
//! let engine = Engine::open(Options::sqlite(":memory:").signing_key(key))?;
//! assert_eq!(engine.run(&PublicKeys {})?.public_key, Some(made.public_key.clone()));
//!
//! let coupon = SignCoupon::new("spring".to_owned(), DiscountType::Percent, Decimal::new(10, 0));
//! let token = engine.run(&coupon)?.token;
//! // A till that has only the public key checks the code.
//! let till = Engine::open(Options::sqlite(":memory:"))?;
//! let checked = till.run(&CheckSignedCoupon {
//!     amount: Some(12_990.into()),
//!     public_key: Some(made.public_key),
//!     ..CheckSignedCoupon::new(token)
//! })?;
//! assert!(checked.allowed && checked.discount == Some(Decimal::new(1_299, 0)));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod check_signed_coupon;
mod generate_signing_key;
mod public_keys;
mod sign_coupon;

pub use check_signed_coupon::{CheckSignedCoupon, CheckedSignedCoupon};
pub use generate_signing_key::{GenerateSigningKey, GeneratedSigningKey};
pub use public_keys::{PublicKeys, PublicKeysReply};
pub use sign_coupon::{SignCoupon, SignedCouponReply};
