//! Referrals: who may use whose code, what a purchase does to a referral, and its state.

mod identity;
pub mod risk;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::programme::ReferralRules;
use crate::value::{EntryId, Instant, Money, OrderId, Points, UserId};

pub use identity::same_person;
pub use risk::{Risk, Sign};

/// The state of a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReferralStatus {
    /// It waits for the first paid purchase.
    Pending,
    /// It waits for a decision by staff.
    Review,
    /// Both members got their points.
    Successful,
    /// Its time was over before a purchase.
    Expired,
    /// Staff decided against it.
    Rejected,
    /// The points were taken back with a refund of the purchase.
    Reversed,
}

/// What staff decided about a referral that looked suspicious.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// No decision yet.
    Held,
    /// It was accepted.
    Accepted,
    /// It was rejected.
    Rejected,
}

impl Decision {
    /// The stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Held, Self::Accepted, Self::Rejected].into_iter().find(|decision| decision.word() == word)
    }
}

/// A referral as stored: one for each friend, for ever.
#[derive(Debug, Clone)]
pub struct Referral {
    /// Who was invited.
    pub referred: UserId,
    /// Who invited.
    pub referrer: UserId,
    /// Its stage: `pending`, `successful` or `expired`.
    pub stored: ReferralStatus,
    /// When the code was used.
    pub created_at: Instant,
    /// Until when a purchase counts.
    pub expires_at: Instant,
    /// When the points were given.
    pub completed_at: Option<Instant>,
    /// The purchase that counts, or that would count once staff accept.
    pub order: Option<OrderId>,
    /// When that purchase was paid, while staff have not decided.
    pub qualified_at: Option<Instant>,
    /// The entry with the referrer's points.
    pub referrer_entry: Option<EntryId>,
    /// The entry with the friend's points.
    pub referred_entry: Option<EntryId>,
    /// Points that the referrer was given.
    pub referrer_points: Points,
    /// When the points were taken back.
    pub reversed_at: Option<Instant>,
    /// What staff decided, if it was held for a decision.
    pub decision: Option<Decision>,
    /// How suspicious it looked.
    pub risk: Risk,
}

/// What a purchase, or a change of one, does to a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    Nothing,
    /// Both members get their points.
    Pay,
    /// Both members lose them again.
    TakeBack,
    /// The purchase is recorded; staff decide.
    Note,
    /// The recorded purchase no longer counts.
    Forget,
    /// It came too late.
    Expire,
}

impl Referral {
    /// Its state at a moment: it expires by the clock.
    #[must_use]
    pub fn status(&self, now: Instant) -> ReferralStatus {
        match (self.stored, self.decision) {
            (ReferralStatus::Pending, Some(Decision::Held)) if self.qualified_at.is_some() => ReferralStatus::Review,
            (ReferralStatus::Pending, _) if now >= self.expires_at => ReferralStatus::Expired,
            (ReferralStatus::Pending, Some(Decision::Held)) => ReferralStatus::Review,
            (ReferralStatus::Successful, _) if self.reversed_at.is_some() => ReferralStatus::Reversed,
            (_, Some(Decision::Rejected)) => ReferralStatus::Rejected,
            (stored, _) => stored,
        }
    }

    /// Whether both members have their points for an order.
    #[must_use]
    pub fn stands_on(&self, order: &OrderId) -> bool {
        self.stored == ReferralStatus::Successful && self.reversed_at.is_none() && self.order.as_ref() == Some(order)
    }

    /// What it means for the referral that an order now stands at `kept`. `None` means that the order stands at an
    /// unknown amount; it counts if no minimum amount is required. `at` is when the order was paid.
    #[must_use]
    pub fn step(&self, order: Option<&OrderId>, kept: Option<Money>, at: Instant, rules: &ReferralRules) -> Step {
        let qualifies = match kept {
            Some(kept) => kept > Money::ZERO && kept >= rules.minimum_amount,
            None => rules.minimum_amount == Money::ZERO,
        };
        let is_its_own = order.is_some() && order == self.order.as_ref();
        let held = self.decision == Some(Decision::Held);
        match self.stored {
            ReferralStatus::Pending if is_its_own && !qualifies => Step::Forget,
            ReferralStatus::Pending if self.qualified_at.is_some() => Step::Nothing,
            ReferralStatus::Pending if at >= self.expires_at => Step::Expire,
            ReferralStatus::Pending if qualifies && held => Step::Note,
            ReferralStatus::Pending if qualifies => Step::Pay,
            ReferralStatus::Successful if is_its_own && qualifies && self.reversed_at.is_some() => Step::Pay,
            ReferralStatus::Successful if is_its_own && !qualifies && self.reversed_at.is_none() => Step::TakeBack,
            _ => Step::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn referral(stored: ReferralStatus) -> Referral {
        Referral {
            referred: UserId::stored(2),
            referrer: UserId::stored(1),
            stored,
            created_at: Instant::stored(0),
            expires_at: Instant::stored(1_000),
            completed_at: None,
            order: None,
            qualified_at: None,
            referrer_entry: None,
            referred_entry: None,
            referrer_points: Points::ZERO,
            reversed_at: None,
            decision: None,
            risk: Risk::default(),
        }
    }

    fn rules() -> ReferralRules {
        crate::domain::programme::Programme::cafe_vt().unwrap().referral
    }

    fn order(id: &str) -> OrderId {
        OrderId::new(id).unwrap()
    }

    #[test]
    fn a_purchase_counts_when_it_is_paid_enough_and_in_time() {
        let rules = ReferralRules { minimum_amount: Money::stored(100), ..rules() };
        let step = |kept: Option<i64>, at| {
            referral(ReferralStatus::Pending).step(
                Some(&order("A")),
                kept.map(Money::stored),
                Instant::stored(at),
                &rules,
            )
        };
        assert_eq!(step(Some(100), 999), Step::Pay);
        assert_eq!(step(Some(99), 999), Step::Nothing);
        assert_eq!(step(Some(0), 999), Step::Nothing);
        assert_eq!(step(None, 999), Step::Nothing, "nobody said whether it was enough");
        assert_eq!(step(Some(100), 1_000), Step::Expire);
        let free = ReferralRules { minimum_amount: Money::ZERO, ..rules };
        let step = |kept| referral(ReferralStatus::Pending).step(None, kept, Instant::stored(1), &free);
        assert_eq!(step(Some(Money::ZERO)), Step::Nothing, "nothing was paid");
        assert_eq!(step(None), Step::Pay, "no amount is asked for");
    }

    #[test]
    fn only_its_own_purchase_takes_a_referral_back_and_only_once() {
        let mut paid = referral(ReferralStatus::Successful);
        paid.order = Some(order("A"));
        let step = |referral: &Referral, id: &str, kept| {
            referral.step(Some(&order(id)), Some(Money::stored(kept)), Instant::stored(5_000), &rules())
        };
        assert_eq!(step(&paid, "A", 50), Step::Nothing);
        assert_eq!(step(&paid, "A", 0), Step::TakeBack);
        assert_eq!(step(&paid, "B", 0), Step::Nothing);
        paid.reversed_at = Some(Instant::stored(6_000));
        assert_eq!(step(&paid, "A", 0), Step::Nothing);
        assert_eq!(step(&paid, "B", 50), Step::Nothing);
        assert_eq!(step(&paid, "A", 50), Step::Pay, "the order was completed after all");
    }

    #[test]
    fn one_that_is_held_notes_its_purchase_and_does_not_expire_behind_it() {
        let mut held = referral(ReferralStatus::Pending);
        held.decision = Some(Decision::Held);
        let bought =
            |held: &Referral| held.step(Some(&order("A")), Some(Money::stored(9)), Instant::stored(9), &rules());
        assert_eq!((bought(&held), held.status(Instant::stored(9))), (Step::Note, ReferralStatus::Review));
        assert_eq!(held.status(Instant::stored(1_000)), ReferralStatus::Expired);
        held.qualified_at = Some(Instant::stored(9));
        held.order = Some(order("A"));
        assert_eq!((bought(&held), held.status(Instant::stored(1_000))), (Step::Nothing, ReferralStatus::Review));
        assert_eq!(held.step(Some(&order("A")), Some(Money::ZERO), Instant::stored(9), &rules()), Step::Forget);
    }
}
