//! Gift cards: made, shown, topped up, used to pay, given back, stopped.
//!
//! ```
//! use loyalty_core::ops::{CreateGiftCard, GiftCard, ReleaseGiftCard, StopGiftCard, TopUpGiftCard, UseGiftCard};
//! use loyalty_core::{Engine, Options, value::OrderId};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let order = OrderId::new("A-17")?;
//!
//! let code = engine.run(&CreateGiftCard::new(20_000.into()))?.card.code;
//! let topped_up = engine.run(&TopUpGiftCard::new(code.clone(), 5_000.into()))?;
//! assert_eq!(topped_up.card.balance.to_string(), "25000");
//! let asked = engine.run(&GiftCard { amount: Some(12_990.into()), ..GiftCard::new(code.clone()) })?;
//! assert!(asked.allowed);
//! let used = engine.run(&UseGiftCard::new(code.clone(), order.clone(), 12_990.into()))?;
//! assert_eq!((used.paid.to_string(), used.balance.to_string()), ("12990".to_owned(), "12010".to_owned()));
//! let back = engine.run(&ReleaseGiftCard::new(order))?;
//! assert_eq!((back.released, back.amount.to_string()), (1, "12990".to_owned()));
//! let stopped = engine.run(&StopGiftCard::new(code))?;
//! assert_eq!(stopped.card.balance.to_string(), "0");
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod create_gift_card;
#[expect(clippy::module_inception, reason = "the operation `gift_card` has the name of its group")]
mod gift_card;
mod release_gift_card;
mod reply;
mod stop_gift_card;
mod top_up_gift_card;
mod use_gift_card;

pub use crate::booking::sold_cards::StoppedGiftCard;
pub use create_gift_card::{CreateGiftCard, CreatedGiftCard};
pub use gift_card::{GiftCard, GiftCardEntryReply, GiftCardVerdict};
pub use release_gift_card::{GiftCardReleased, ReleaseGiftCard, ReleasedGiftCard};
pub use reply::GiftCardReply;
pub use stop_gift_card::{GiftCardStopped, StopGiftCard};
pub use top_up_gift_card::{TopUpGiftCard, ToppedUpGiftCard};
pub use use_gift_card::{GiftCardUsed, UseGiftCard};
