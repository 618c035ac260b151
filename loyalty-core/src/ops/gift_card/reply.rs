//! A gift card as replies show it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::code;
use crate::domain::gift_card::GiftCard;
use crate::value::{Day, Decimal, Instant, Moment, UserId};

/// A gift card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GiftCardReply {
    /// The code, in groups for reading.
    pub code: String,
    /// What is on it, in major units.
    pub balance: Decimal,
    /// The member it is bound to; null when anyone who has the code may use it.
    pub user_id: Option<i64>,
    /// Until when it is good; null without an end.
    pub valid_until: Option<Moment>,
    /// The last local day on which it is good, if it ends with a whole day: a form sends this back as `valid_until`.
    #[serde(default)]
    pub last_day: Option<Day>,
}

pub(super) fn shown(cx: &Cx<'_>, card: &GiftCard) -> GiftCardReply {
    GiftCardReply {
        code: code::grouped(&card.code),
        balance: cx.shown(card.balance),
        user_id: card.user_id.map(UserId::get),
        valid_until: (card.valid_until != Instant::NEVER).then(|| cx.moment(card.valid_until)),
        last_day: cx.last_day(card.valid_until),
    }
}
