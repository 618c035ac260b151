//! Stamp cards: a number of stamps, then something free.

use crate::domain::programme::{StampCard, StampPer};

use super::purchase::{Item, ItemKind};
use crate::value::{Instant, Money};
use crate::{Error, Refusal, Result};

/// The state of a member's card.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HeldStamps {
    /// Stamps, including those of full cards; below zero when an order was returned whose stamps had been used.
    pub stamps: i64,
    /// Rewards used.
    pub rewards: i64,
    /// When the last stamp was given.
    pub last_stamped_at: Option<Instant>,
}

impl StampCard {
    /// Its id and its former ids.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.id.as_str()).chain(self.was.iter().map(String::as_str))
    }

    /// Stamps for a purchase. Free items earn nothing: a gift line, or a bill with nothing to pay.
    #[must_use]
    pub fn earned(&self, items: &[Item], paid: Money) -> i64 {
        if paid <= Money::ZERO {
            return 0;
        }
        let counts = |item: &&Item| item.kind == ItemKind::Sale && (self.lines.is_empty() || self.lines.names(item));
        match self.per {
            StampPer::Unit => {
                let units = items.iter().filter(counts).map(Item::bought_units);
                units.fold(0, |sum: i64, units| sum.saturating_add(units)).max(0)
            }
            StampPer::Visit => {
                let unnamed = items.is_empty() && self.lines.is_empty();
                i64::from(unnamed || items.iter().any(|item| counts(&item) && !item.comes_back()))
            }
        }
    }

    /// How many of `asked` stamps still fit into a day that has `today` stamps.
    #[must_use]
    pub fn within_day(&self, asked: i64, today: i64) -> i64 {
        self.daily_limit.map_or(asked, |limit| asked.min(limit.saturating_sub(today)).max(0))
    }

    /// Refuses a stamp so soon after the last one that it may be for the same purchase.
    ///
    /// # Errors
    /// `condition_not_met` with the seconds to wait.
    pub fn cooled(&self, last: Option<Instant>, at: Instant) -> Result<()> {
        let Some(last) = last else { return Ok(()) };
        let seconds = at.micros().saturating_sub(last.micros()).div_euclid(1_000_000);
        let wait = self.cooldown_seconds.saturating_sub(seconds);
        // A stamp that was given later but recorded first is as close as an earlier one.
        if wait <= 0 || seconds <= -self.cooldown_seconds {
            return Ok(());
        }
        Err(Error::refused(Refusal::ConditionNotMet).with("condition", "cooldown").with("missing_seconds", wait))
    }
}

impl HeldStamps {
    /// The state of two cards that are the same card.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            stamps: self.stamps.saturating_add(other.stamps),
            rewards: self.rewards.saturating_add(other.rewards),
            last_stamped_at: self.last_stamped_at.max(other.last_stamped_at),
        }
    }

    /// Full cards whose reward has not been used.
    #[must_use]
    pub fn full(&self, card: &StampCard) -> i64 {
        self.stamps.max(0).div_euclid(card.stamps)
    }

    /// Stamps on the card that is being filled.
    #[must_use]
    pub fn open(&self, card: &StampCard) -> i64 {
        self.stamps.max(0).rem_euclid(card.stamps)
    }

    /// Stamps that are owed: their order was returned after their reward was used.
    #[must_use]
    pub fn owed(&self) -> i64 {
        self.stamps.min(0).saturating_neg()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::programme::{Lines, StampReward};

    fn card(per: StampPer) -> StampCard {
        StampCard {
            id: "coffee".to_owned(),
            was: Vec::new(),
            name: "Coffee".to_owned(),
            stamps: 10,
            per,
            lines: Lines { categories: vec!["coffee".to_owned()], ..Lines::default() },
            automatic: true,
            reward: StampReward::FreeItem(1),
            cooldown_seconds: 60,
            daily_limit: Some(4),
        }
    }

    fn items(json: &str) -> Vec<Item> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn only_what_is_bought_and_named_and_paid_is_stamped() {
        let lines = items(
            r#"[{"sku":"A","quantity":3,"category":"coffee"},{"sku":"A","category":"coffee","kind":"gift"},{"sku":"B"}]"#,
        );
        let paid = Money::stored(1);
        assert_eq!(card(StampPer::Unit).earned(&lines, paid), 3);
        assert_eq!(card(StampPer::Visit).earned(&lines, paid), 1);
        assert_eq!(card(StampPer::Unit).earned(&lines, Money::ZERO), 0);
        assert_eq!(card(StampPer::Visit).earned(&items(r#"[{"sku":"B"}]"#), paid), 0);
        assert_eq!(card(StampPer::Visit).earned(&[], paid), 0);
        let any = StampCard { lines: Lines::default(), ..card(StampPer::Visit) };
        assert_eq!((any.earned(&[], paid), any.earned(&items(r#"[{"sku":"B","kind":"gift"}]"#), paid)), (1, 0));
    }

    #[test]
    fn twelve_stamps_on_a_card_of_ten_are_one_free_and_two() {
        let of = |stamps| {
            let (held, card) = (HeldStamps { stamps, ..HeldStamps::default() }, card(StampPer::Unit));
            (held.full(&card), held.open(&card), held.owed())
        };
        for (stamps, expected) in
            [(0, (0, 0, 0)), (9, (0, 9, 0)), (10, (1, 0, 0)), (12, (1, 2, 0)), (25, (2, 5, 0)), (-3, (0, 0, 3))]
        {
            assert_eq!(of(stamps), expected, "{stamps}");
        }
    }

    #[test]
    fn a_day_has_room_for_so_many() {
        let card = card(StampPer::Unit);
        assert_eq!(
            [card.within_day(9, 0), card.within_day(9, 3), card.within_day(1, 4), card.within_day(1, 9)],
            [4, 1, 0, 0]
        );
    }

    #[test]
    fn a_stamp_within_the_cooldown_is_refused_on_either_side() {
        let card = card(StampPer::Unit);
        let wait = |seconds: i64| {
            let last = Instant::stored(1_000_000_000);
            let checked = card.cooled(Some(last), last.plus_seconds(seconds));
            checked.err().map(|error| error.details()["missing_seconds"].as_i64().unwrap())
        };
        assert_eq!([wait(0), wait(59), wait(60), wait(-59), wait(-60)], [Some(60), Some(1), None, Some(119), None]);
        assert!(card.cooled(None, Instant::stored(0)).is_ok());
    }
}
