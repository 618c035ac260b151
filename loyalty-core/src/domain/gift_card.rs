//! Gift cards: money under a code, and who may pay with it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::programme::Programme;
use crate::value::{GiftCardId, Instant, Money, UserId};
use crate::{Error, Refusal, Result};

/// A gift card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiftCard {
    /// Its number.
    pub id: GiftCardId,
    /// Its code, in its normal form.
    pub code: String,
    /// The member who may use it; without one, anyone who has the code may.
    pub user_id: Option<UserId>,
    /// Its balance.
    pub balance: Money,
    /// First instant at which it is no longer good; `NEVER` without an end.
    pub valid_until: Instant,
    /// Since when it has been stopped.
    pub stopped_at: Option<Instant>,
}

/// What changed a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CardChange {
    /// The card was made.
    Issue,
    /// Money was added.
    TopUp,
    /// It paid a part of an order.
    Use,
    /// What it paid was given back, in full or in part.
    Release,
    /// Money was taken off: by staff, or because the order that sold it was returned.
    Stop,
}

impl CardChange {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::TopUp => "top_up",
            Self::Use => "use",
            Self::Release => "release",
            Self::Stop => "stop",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Issue, Self::TopUp, Self::Use, Self::Release, Self::Stop];
        all.into_iter().find(|change| change.word() == word)
    }
}

/// Who wants to pay with a card, and when.
#[derive(Debug, Clone, Copy)]
pub struct Payer {
    /// The user, if one is known.
    pub user_id: Option<UserId>,
    /// When.
    pub at: Instant,
    /// What the same order adds to the card: an order cannot pay itself.
    pub added_by_order: Money,
}

/// How much somebody can pay with a card.
///
/// # Errors
/// The refusal: the card belongs to another member, has ended, or is empty.
pub fn spendable(card: &GiftCard, payer: &Payer, programme: &Programme) -> Result<Money> {
    match (card.user_id, payer.user_id) {
        (Some(owner), Some(user)) if owner != user => return Err(Error::refused(Refusal::NotYours)),
        (Some(_), None) => return Err(Error::refused(Refusal::NotUsable)),
        _ => {}
    }
    check_good(card, payer.at, programme)?;
    let left = card.balance.minus(payer.added_by_order)?;
    if left <= Money::ZERO {
        let shown = card.balance.to_decimal(programme.currency).to_string();
        return Err(Error::refused(Refusal::BudgetExhausted).with("balance", shown));
    }
    Ok(left)
}

/// Whether a card is good at a moment.
///
/// # Errors
/// The refusal, when it is stopped or has ended.
pub fn check_good(card: &GiftCard, at: Instant, programme: &Programme) -> Result<()> {
    if let Some(stopped) = card.stopped_at {
        let since = programme.zone.moment(stopped).to_string();
        return Err(Error::refused(Refusal::Inactive).with("stopped_at", since));
    }
    if at < card.valid_until {
        return Ok(());
    }
    let until = programme.zone.moment(card.valid_until).to_string();
    Err(Error::refused(Refusal::Expired).with("valid_until", until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(user_id: Option<i64>, balance: i64) -> GiftCard {
        GiftCard {
            id: GiftCardId::stored(1),
            code: "A".to_owned(),
            user_id: user_id.map(UserId::stored),
            balance: Money::stored(balance),
            valid_until: Instant::stored(100),
            stopped_at: None,
        }
    }

    #[test]
    fn a_card_pays_its_owner_in_its_time_what_is_on_it_and_not_what_the_order_adds() {
        let programme = Programme::cafe_vt().unwrap();
        for (owner, balance, user, at, added, expected) in [
            (None, 50, None, 99, 0, Ok(50)),
            (None, 50, Some(7), 99, 20, Ok(30)),
            (Some(7), 50, Some(7), 0, 0, Ok(50)),
            (Some(7), 50, Some(8), 0, 0, Err("not_yours")),
            (Some(7), 50, None, 0, 0, Err("not_usable")),
            (None, 50, None, 100, 0, Err("expired")),
            (None, 0, None, 0, 0, Err("budget_exhausted")),
            // What the order added may since have been spent by others.
            (None, 10, None, 0, 20, Err("budget_exhausted")),
        ] {
            let added_by_order = Money::stored(added);
            let payer = Payer { user_id: user.map(UserId::stored), at: Instant::stored(at), added_by_order };
            let got = spendable(&card(owner, balance), &payer, &programme);
            assert_eq!(got.map(Money::get).map_err(|error| error.code()), expected, "{owner:?} {user:?} {at} {added}");
        }
    }
}
