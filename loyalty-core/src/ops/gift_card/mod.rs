//! Gift cards: made, shown, topped up, used to pay, given back, stopped.

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
