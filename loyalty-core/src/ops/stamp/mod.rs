//! Stamp cards: stamp them by hand, by scan or by order, show them, and use their rewards.
//!
//! ```
//! use loyalty_core::ops::{Enroll, SignStamp, Stamp, StampCards, UseStampReward};
//! use loyalty_core::value::{Entropy, Instant, SigningKey, UserId};
//! use loyalty_core::{Engine, Options};
//!
//! let key = SigningKey::generate(&mut Entropy::from_seed([7; 32]));
//! let engine = Engine::open(Options::sqlite(":memory:").signing_key(key))?;
//! let now = |text: &str| engine.fix_now(Instant::parse(text).ok());
//! let ana = UserId::new(7)?;
//! now("2026-03-02T12:00:00Z");
//! engine.run(&Enroll::new(ana))?;
//!
//! // Nine stamps from the till, and later one from a code that she scans.
//! let by_hand = Stamp { card: Some("cafe".to_owned()), quantity: Some(9), ..Stamp::new(ana) };
//! assert_eq!(engine.run(&by_hand)?.card.missing, 1);
//! now("2026-03-02T12:05:00Z");
//! let token = engine.run(&SignStamp::new("cafe".to_owned()))?.token;
//! engine.run(&Stamp { token: Some(token), ..Stamp::new(ana) })?;
//! assert_eq!(engine.run(&StampCards::new(ana))?.items[0].free_units, 1);
//! let used = engine.run(&UseStampReward::new(ana, "cafe".to_owned()))?;
//! assert_eq!((used.free_units, used.card.stamps), (1, 0));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod sign_stamp;
#[expect(clippy::module_inception, reason = "the operation `stamp` has the name of its group")]
mod stamp;
mod stamp_cards;
mod use_stamp_reward;

pub use sign_stamp::{SignStamp, SignedStampReply, StampTokenKind};
pub use stamp::{Stamp, Stamped};
pub use stamp_cards::{GoneStampCard, StampCardReply, StampCards, StampCardsReply, StampRewardKind};
pub use use_stamp_reward::{StampRewardUsed, UseStampReward};
