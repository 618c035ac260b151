//! A member: personal data, and sums that are stored in addition to the ledger.

use super::ledger::{Link, Salt};
use super::programme::Programme;
use super::tier::TierState;
use crate::value::{Day, Instant, Locale, MemberId, Money, Points, Score, UserId};
use crate::{Error, Refusal, Result};

/// A member as stored. The sums are caches, written together with the entries they come from; `verify` recomputes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The member's dense number in this database.
    pub id: MemberId,
    /// The host's id.
    pub user_id: UserId,
    /// Preferred language, if it is not the programme's.
    pub locale: Option<Locale>,
    /// Sum of all entries; below zero when points are owed.
    pub balance: Points,
    /// Points owed after a refund of points that were already spent.
    pub debt: Points,
    /// Points earned in a lifetime, refunds subtracted.
    pub total_points: Points,
    /// Those that count for the tier.
    pub qualifying_points: Points,
    /// Id of the tier held.
    pub current_tier: String,
    /// Since when.
    pub tier_since: Instant,
    /// Further data about the tier: reviews passed, a tier given by hand.
    pub tier_state: TierState,
    /// The score when the member was last written.
    pub score: Score,
    /// When the member joined.
    pub join_date: Instant,
    /// Last purchase.
    pub last_visit: Option<Instant>,
    /// Number of purchases, without refunded ones.
    pub total_visits: i64,
    /// Money spent, refunds subtracted.
    pub total_spent: Money,
    /// Different products bought.
    pub distinct_products: i64,
    /// The products bought most often, as a JSON list.
    pub favorite_products: String,
    /// Rewards redeemed, without cancelled ones.
    pub rewards_redeemed: i64,
    /// Referrals that led to a purchase.
    pub successful_referrals: i64,
    /// The member's referral code.
    pub referral_code: String,
    /// When that code ends.
    pub referral_code_expires_at: Instant,
    /// Who invited this member.
    pub referred_by: Option<UserId>,
    /// When the next points end; `NEVER` when no points end.
    pub points_expiry_date: Instant,
    /// How many end then; none when they were not counted.
    pub ending_points: Option<Points>,
    /// Until when some points are pending; 1970 when none are.
    pub pending_until: Instant,
    /// Points that open holds have set aside. They are in no lot, and not in the balance.
    pub held: Points,
    /// When the first of the open holds ends; `NEVER` when there is none.
    pub held_until: Instant,
    /// The member that this one was merged into.
    pub merged_into: Option<MemberId>,
    /// Whether staff have blocked the member: a blocked member earns and spends nothing.
    pub blocked: bool,
    /// Number of entries.
    pub entries: i64,
    /// Link of the last entry.
    pub last_link: Link,
    /// When the last entry was recorded.
    pub last_recorded_at: Instant,
    /// No lot of an entry with a lower number has points left.
    pub lots_from: i64,
    /// What hides the texts of the entries in their chain; none once they were erased.
    pub text_salt: Option<Salt>,
    /// How many attributes the member has.
    pub attributes: i64,
    /// The latest moment of the entries that are in the archive; none when all are here.
    pub archived_to: Option<Instant>,
    /// How many offers of campaigns something that the member does may still end.
    pub offers: i64,
}

impl Member {
    /// Refuses acts that a blocked member may not do.
    ///
    /// # Errors
    /// `member_blocked`.
    pub fn may_act(&self) -> Result<()> {
        if self.blocked { Err(Error::refused(Refusal::MemberBlocked)) } else { Ok(()) }
    }
}

impl Member {
    /// Points that still fit below the programme's cap on the balance; `None` without a cap. Pending points and held
    /// points count too.
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
    /// Preferred language, if it is not the programme's.
    pub locale: Option<Locale>,
    /// Consents with the time they were given, as a JSON object.
    pub consents: String,
}
