//! A member: the person's data and the sums kept beside the ledger.

use super::ledger::Link;
use super::programme::Programme;
use super::tier::TierState;
use crate::value::{Day, Instant, Locale, MemberId, Money, Points, Score, UserId};
use crate::{Error, Refusal, Result};

/// A member as stored. The sums are caches, written with the entries they come from; `verify` recomputes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The dense number of the member in this database.
    pub id: MemberId,
    /// The host's id.
    pub user_id: UserId,
    /// Name, e-mail, telephone, birthday, language and consents.
    pub person: Person,
    /// Sum of all entries; below zero when points are owed.
    pub balance: Points,
    /// Points owed after a refund of points already spent.
    pub debt: Points,
    /// Points earned ever, refunds taken off.
    pub total_points: Points,
    /// Those that count for the tier.
    pub qualifying_points: Points,
    /// Id of the tier held.
    pub current_tier: String,
    /// Since when.
    pub tier_since: Instant,
    /// What else is known of the tier: reviews passed, a tier given by hand.
    pub tier_state: TierState,
    /// The score when the member was last written.
    pub score: Score,
    /// When the member joined.
    pub join_date: Instant,
    /// Last purchase.
    pub last_visit: Option<Instant>,
    /// Purchases, refunded ones taken off.
    pub total_visits: i64,
    /// Money spent, refunds taken off.
    pub total_spent: Money,
    /// Different products bought.
    pub distinct_products: i64,
    /// The products bought most often, as a JSON list.
    pub favorite_products: String,
    /// Rewards redeemed and not cancelled.
    pub rewards_redeemed: i64,
    /// Referrals that ended in a purchase.
    pub successful_referrals: i64,
    /// The code to invite others with.
    pub referral_code: String,
    /// When that code ends.
    pub referral_code_expires_at: Instant,
    /// Who invited this member.
    pub referred_by: Option<UserId>,
    /// When the next points end; `NEVER` when none do.
    pub points_expiry_date: Instant,
    /// Until when some points are pending; 1970 when none are.
    pub pending_until: Instant,
    /// Points that open holds have set aside. They are in no lot, and not in the balance.
    pub held: Points,
    /// When the first of the open holds ends; `NEVER` when there is none.
    pub held_until: Instant,
    /// The member that this one became a part of.
    pub merged_into: Option<MemberId>,
    /// Whether staff have blocked the member: nothing is earned or spent until they lift it.
    pub blocked: bool,
    /// Number of entries.
    pub entries: i64,
    /// Link of the last entry.
    pub last_link: Link,
    /// When the last entry was recorded.
    pub last_recorded_at: Instant,
}

impl Member {
    /// Refuses what a blocked member may not do.
    ///
    /// # Errors
    /// `member_blocked`.
    pub fn may_act(&self) -> Result<()> {
        if self.blocked { Err(Error::refused(Refusal::MemberBlocked)) } else { Ok(()) }
    }
}

impl Member {
    /// Points that still fit below the programme's cap on a balance; `None` without one. Pending points and those that
    /// are set aside count as well.
    ///
    /// # Errors
    /// `invalid` when a sum is out of range.
    pub fn room(&self, programme: &Programme) -> Result<Option<Points>> {
        let Some(cap) = programme.earn.max_balance else { return Ok(None) };
        cap.minus(self.balance)?.minus(self.held).map(|room| Some(room.or_zero()))
    }
}

/// Personal data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Name for greetings.
    pub name: Option<String>,
    /// E-mail address, in lower case.
    pub email: Option<String>,
    /// Telephone number: digits, with a leading plus if one was given.
    pub phone: Option<String>,
    /// Birthday.
    pub birth_date: Option<Day>,
    /// Own language, if it is not the programme's.
    pub locale: Option<Locale>,
    /// Consents with the time they were given, as a JSON object.
    pub consents: String,
}
