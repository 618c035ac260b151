//! Referrals: make a code, use it, follow it to the first purchase, list and decide.
//!
//! ```
//! use loyalty_core::ops::{Enroll, GenerateReferral, Referrals, ResolveReferral, UseReferral};
//! use loyalty_core::value::{Actor, UserId};
//! use loyalty_core::{Call, Engine, Options, programme::Programme};
//!
//! let cafe = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/programmes/cafe-vt.toml"));
//! let programme = Programme::parse(&cafe.replace("[referral]", "[referral]\nreview_risk = 1"))?;
//! let engine = Engine::open(Options::sqlite(":memory:").programme(programme))?;
//! let (eva, ana) = (UserId::new(3)?, UserId::new(7)?);
//! for who in [eva, ana] {
//!     engine.run(&Enroll { name: Some("Eva".to_owned()), ..Enroll::new(who) })?;
//! }
//!
//! let code = engine.run(&GenerateReferral::new(eva))?.code;
//! // Two members of one name: somebody has to look at it.
//! let used = engine.run(&UseReferral::new(ana, code))?;
//! assert!(used.referrer_id == 3 && used.risk > 0);
//! let decided = engine.run_as(&ResolveReferral::new(ana, true), &Call::new().actor(Actor::new("manager")?))?;
//! assert_eq!(decided.referrer_id, 3);
//! assert_eq!(engine.run(&Referrals::new(eva))?.total_referrals, 1);
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod generate_referral;
mod referrals;
mod resolve_referral;
mod use_referral;

pub use generate_referral::{GenerateReferral, GeneratedReferral};
pub use referrals::{ReferralReply, Referrals, ReferralsReply};
pub use resolve_referral::{ResolveReferral, ResolvedReferral};
pub use use_referral::{UseReferral, UsedReferral};
