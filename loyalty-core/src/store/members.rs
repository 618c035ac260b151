//! `loyalty_users`: one row for each member, with sums in addition to the ledger.

use super::segments;
use super::session::{Columns, Session, SqlParam};
use super::visits::{self, ScoreDays, Seen};
use crate::domain::ledger::{FIRST_LINK, Link, Salt};
use crate::domain::member::Member;
use crate::domain::segment::Narrow;
use crate::domain::tier::TierState;
use crate::value::{Instant, Locale, MemberId, Money, Points, Score, UserId, limit};
use crate::{Error, Result};

macro_rules! columns {
    () => {
        "id, user_id, locale, balance, debt, total_points, qualifying_points, current_tier, tier_since, tier_state, score, \
         join_date, last_visit, total_visits, total_spent, distinct_products, favorite_products, rewards_redeemed, \
         successful_referrals, referral_code, referral_code_expires_at, referred_by, points_expiry_date, ending_points, \
         pending_until, entries, lots_from, last_link, last_recorded_at, held, held_until, merged_into, blocked, text_salt, \
         attributes, archived_to, offers"
    };
}

/// The row of a user, even of one who was merged into another, without a lock.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn own(session: &mut dyn Session, user_id: UserId) -> Result<Option<Member>> {
    let sql = concat!("SELECT ", columns!(), " FROM loyalty_users WHERE user_id = ?");
    session.first(sql, &[SqlParam::Int(user_id.get())], read)
}

/// The row of a user, even one who was merged into another, with all that a profile shows: one query.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn with_windows(session: &mut dyn Session, user_id: UserId, days: ScoreDays) -> Result<Option<(Member, Seen)>> {
    session.first(
        concat!(
            "SELECT ",
            columns!(),
            ", COALESCE((SELECT SUM(visits) FROM loyalty_visits WHERE user_id = ?1 AND day >= ?2 AND day <= ?4), 0), \
             COALESCE((SELECT SUM(spent) FROM loyalty_visits WHERE user_id = ?1 AND day >= ?3 AND day <= ?4), 0), \
             (SELECT user_name FROM loyalty_persons WHERE user_id = ?1) FROM loyalty_users WHERE user_id = ?1"
        ),
        &days.of_each(user_id),
        |row| Ok((read(row)?, visits::read_seen(row)?)),
    )
}

/// The member with this user id, or the one that the member was merged into. In a write, the row is locked until the
/// end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn find(session: &mut dyn Session, user_id: UserId) -> Result<Option<Member>> {
    let found = session.first(
        concat!("SELECT ", columns!(), " FROM loyalty_users WHERE user_id = ? /* locked */"),
        &[SqlParam::Int(user_id.get())],
        read,
    )?;
    survivor(session, found)
}

/// The member that the found one was merged into, or the found one itself.
fn survivor(session: &mut dyn Session, found: Option<Member>) -> Result<Option<Member>> {
    match found.as_ref().and_then(|member| member.merged_into) {
        Some(into) => by_id(session, into),
        None => Ok(found),
    }
}

/// The member with this number, even if merged into another. In a write, its row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn by_id(session: &mut dyn Session, id: MemberId) -> Result<Option<Member>> {
    session.first(
        concat!("SELECT ", columns!(), " FROM loyalty_users WHERE id = ? /* locked */"),
        &[SqlParam::Int(id.get())],
        read,
    )
}

/// The member's own number, and those of the members who were merged into the member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn parts(session: &mut dyn Session, id: MemberId) -> Result<Vec<MemberId>> {
    let mut parts = vec![id];
    parts.extend(session.all(
        "SELECT from_id FROM loyalty_merges WHERE into_id = ? ORDER BY from_id",
        &[SqlParam::Int(id.get())],
        |row| row.int().map(MemberId::stored),
    )?);
    Ok(parts)
}

/// The user ids of those who were merged into a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn known_as(session: &mut dyn Session, user_id: UserId) -> Result<Vec<UserId>> {
    session.all(
        "SELECT part.user_id FROM loyalty_users heir JOIN loyalty_merges merged ON merged.into_id = heir.id \
         JOIN loyalty_users part ON part.id = merged.from_id WHERE heir.user_id = ? ORDER BY part.user_id",
        &[SqlParam::Int(user_id.get())],
        |row| row.int().map(UserId::stored),
    )
}

/// The member with this referral code, given in its normal form. In a write, the row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn by_referral_code(session: &mut dyn Session, code: &str) -> Result<Option<Member>> {
    let found = session.first(
        concat!("SELECT ", columns!(), " FROM loyalty_users WHERE referral_code = ? /* locked */"),
        &[SqlParam::Text(code)],
        read,
    )?;
    survivor(session, found)
}

/// Users whose points end at or before `now`, soonest first.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn due(session: &mut dyn Session, now: Instant, limit: i64) -> Result<Vec<UserId>> {
    session.all(
        "SELECT user_id FROM loyalty_users WHERE points_expiry_date <= ? ORDER BY points_expiry_date, user_id LIMIT ?",
        &[SqlParam::Int(now.micros()), SqlParam::Int(limit)],
        |row| row.int().map(UserId::stored),
    )
}

/// The members with numbers above `after`, to go through all of them.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn page(session: &mut dyn Session, after: i64, limit: i64) -> Result<Vec<Member>> {
    let members = session.all(
        concat!("SELECT ", columns!(), " FROM loyalty_users WHERE id > ? ORDER BY id LIMIT ?"),
        &[SqlParam::Int(after), SqlParam::Int(limit)],
        read,
    )?;
    super::in_order(members, after, |member| member.id.get())
}

/// The members with user ids above `after` who may be in a segment, by user id: those whom the bounds leave. Points that
/// the clock may have changed since they were written leave nobody out. Those who were merged into others are no
/// members.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn narrowed(
    session: &mut dyn Session,
    narrow: &Narrow,
    now: Instant,
    (after, limit): (i64, i64),
) -> Result<Vec<Member>> {
    let last = narrow.last_visit;
    // In place of a purchase that there never was: inside the span, or before it.
    let never = if last.or_never { last.from } else { Instant::stored(i64::MIN) };
    let mut cells = vec![SqlParam::Int(after), SqlParam::Int(limit), SqlParam::Int(now.micros())];
    for between in [narrow.points, narrow.lifetime_points, narrow.visits, narrow.spent, narrow.referrals] {
        cells.extend(segments::bounds(between));
    }
    for moment in [last.from, last.before, never, narrow.joined.0, narrow.joined.1] {
        cells.push(SqlParam::Int(moment.micros()));
    }
    let members = session.all(
        concat!(
            "SELECT ",
            columns!(),
            " FROM loyalty_users WHERE user_id > ?1 AND merged_into IS NULL \
             AND total_points >= ?6 AND total_points <= ?7 AND total_visits >= ?8 AND total_visits <= ?9 \
             AND total_spent >= ?10 AND total_spent <= ?11 \
             AND successful_referrals >= ?12 AND successful_referrals <= ?13 \
             AND COALESCE(last_visit, ?16) >= ?14 AND COALESCE(last_visit, ?16) < ?15 \
             AND join_date >= ?17 AND join_date < ?18 \
             AND ((balance + debt >= ?4 AND balance + debt <= ?5) \
             OR points_expiry_date <= ?3 OR pending_until > ?3 OR held_until <= ?3) ORDER BY user_id LIMIT ?2"
        ),
        &cells,
        read,
    )?;
    super::in_order(members, after, |member| member.user_id.get())
}

/// When the member who joined last was last written.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn last_recorded_at(session: &mut dyn Session) -> Result<Option<Instant>> {
    let sql = "SELECT last_recorded_at FROM loyalty_users ORDER BY id DESC LIMIT 1";
    session.first(sql, &[], |row| row.int().map(Instant::stored))
}

/// When the newest entry of any member was recorded, if there is one; the value is exact when it is later than `since`.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn newest_record(session: &mut dyn Session, since: Instant) -> Result<Option<Instant>> {
    // The member who joined last was usually active lately; if not, all members are checked.
    match last_recorded_at(session)? {
        Some(last) if last < since => {
            session.first("SELECT MAX(last_recorded_at) FROM loyalty_users", &[], |row| row.int().map(Instant::stored))
        }
        last => Ok(last),
    }
}

fn read(row: &mut Columns<'_>) -> Result<Member> {
    Ok(Member {
        id: MemberId::stored(row.int()?),
        user_id: UserId::stored(row.int()?),
        locale: row.opt_text()?.map(locale).transpose()?,
        balance: Points::stored(row.int()?),
        debt: Points::stored(row.int()?),
        total_points: Points::stored(row.int()?),
        qualifying_points: Points::stored(row.int()?),
        current_tier: row.text()?.to_owned(),
        tier_since: Instant::stored(row.int()?),
        tier_state: row.opt_text()?.map_or_else(|| Ok(TierState::default()), tier_state)?,
        score: Score::hundredths(row.int()?),
        join_date: Instant::stored(row.int()?),
        last_visit: row.opt_int()?.map(Instant::stored),
        total_visits: row.int()?,
        total_spent: Money::stored(row.int()?),
        distinct_products: row.int()?,
        favorite_products: row.text()?.to_owned(),
        rewards_redeemed: row.int()?,
        successful_referrals: row.int()?,
        referral_code: row.text()?.to_owned(),
        referral_code_expires_at: Instant::stored(row.int()?),
        referred_by: row.opt_int()?.map(UserId::stored),
        points_expiry_date: Instant::stored(row.int()?),
        ending_points: row.opt_int()?.map(Points::stored),
        pending_until: Instant::stored(row.int()?),
        entries: row.int()?,
        lots_from: row.int()?,
        last_link: link(row.blob()?),
        last_recorded_at: Instant::stored(row.int()?),
        held: Points::stored(row.int()?),
        held_until: Instant::stored(row.int()?),
        merged_into: row.opt_int()?.map(MemberId::stored),
        blocked: row.int()? == 1,
        // Bytes of another length were not written by the engine, and fit no text.
        text_salt: row.opt_blob()?.map(|bytes| bytes.try_into().unwrap_or([0; 16])),
        attributes: row.int()?,
        archived_to: row.opt_int()?.map(Instant::stored),
        offers: row.int()?,
    })
}

/// How many members hold a tier.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn in_tier(session: &mut dyn Session, tier: &str) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM loyalty_users WHERE current_tier = ? AND merged_into IS NULL";
    Ok(session.first(sql, &[SqlParam::Text(tier)], |row| row.int())?.unwrap_or(0))
}

fn locale(tag: &str) -> Result<Locale> {
    Locale::parse(tag).ok_or_else(|| Error::damaged(format_args!("a member has the unknown locale `{tag}`")))
}

fn tier_state(json: &str) -> Result<TierState> {
    crate::store::json(json)
}

/// A link as it was stored; bytes of another length were not written by the engine and match nothing.
pub(crate) fn link(bytes: &[u8]) -> Link {
    bytes.try_into().unwrap_or(FIRST_LINK)
}

/// Adds a member. The database assigns its `id`, which is returned; the id in `member` is ignored.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn insert(session: &mut dyn Session, member: &Member) -> Result<MemberId> {
    let id = session.insert(
        "INSERT INTO loyalty_users (user_id, locale, balance, debt, total_points, qualifying_points, current_tier, \
         tier_since, score, join_date, total_visits, total_spent, distinct_products, favorite_products, rewards_redeemed, \
         successful_referrals, referral_code, referral_code_expires_at, referred_by, points_expiry_date, pending_until, \
         entries, last_link, last_recorded_at, text_salt) \
         VALUES (?, ?, 0, 0, 0, 0, ?, ?, 0, ?, 0, 0, 0, ?, 0, 0, ?, ?, ?, ?, ?, 0, ?, ?, ?)",
        &[
            SqlParam::Int(member.user_id.get()),
            SqlParam::text(member.locale.map(Locale::tag)),
            SqlParam::Text(&member.current_tier),
            SqlParam::Int(member.tier_since.micros()),
            SqlParam::Int(member.join_date.micros()),
            SqlParam::Text(&member.favorite_products),
            SqlParam::Text(&member.referral_code),
            SqlParam::Int(member.referral_code_expires_at.micros()),
            SqlParam::int(member.referred_by.map(UserId::get)),
            SqlParam::Int(member.points_expiry_date.micros()),
            SqlParam::Int(member.pending_until.micros()),
            SqlParam::Blob(&member.last_link),
            SqlParam::Int(member.last_recorded_at.micros()),
            SqlParam::blob(member.text_salt.as_ref().map(<[u8; 16]>::as_slice)),
        ],
    )?;
    // The next number would belong to another database.
    if id % (1 << limit::MEMBER_BITS) == 0 {
        return Err(Error::internal("no member number is left in this database"));
    }
    Ok(MemberId::stored(id))
}

/// Stores a member's sums. `old_expiry` is the value in the row: if it stays, the index on it is not touched.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update(session: &mut dyn Session, member: &Member, old_expiry: Instant) -> Result<()> {
    let state = (member.tier_state != TierState::default()).then(|| serde_json::to_string(&member.tier_state));
    let state = state.transpose().map_err(Error::internal)?;
    session.execute_one(
        "UPDATE loyalty_users SET balance = ?, debt = ?, total_points = ?, qualifying_points = ?, current_tier = ?, \
         tier_since = ?, tier_state = ?, score = ?, last_visit = ?, total_visits = ?, total_spent = ?, distinct_products = ?, \
         favorite_products = ?, rewards_redeemed = ?, successful_referrals = ?, ending_points = ?, pending_until = ?, entries = ?, \
         lots_from = ?, last_link = ?, last_recorded_at = ?, held = ?, held_until = ? WHERE id = ?",
        &[
            SqlParam::Int(member.balance.get()),
            SqlParam::Int(member.debt.get()),
            SqlParam::Int(member.total_points.get()),
            SqlParam::Int(member.qualifying_points.get()),
            SqlParam::Text(&member.current_tier),
            SqlParam::Int(member.tier_since.micros()),
            SqlParam::text(state.as_deref()),
            SqlParam::Int(member.score.get()),
            SqlParam::int(member.last_visit.map(Instant::micros)),
            SqlParam::Int(member.total_visits),
            SqlParam::Int(member.total_spent.get()),
            SqlParam::Int(member.distinct_products),
            SqlParam::Text(&member.favorite_products),
            SqlParam::Int(member.rewards_redeemed),
            SqlParam::Int(member.successful_referrals),
            SqlParam::int(member.ending_points.map(Points::get)),
            SqlParam::Int(member.pending_until.micros()),
            SqlParam::Int(member.entries),
            SqlParam::Int(member.lots_from),
            SqlParam::Blob(&member.last_link),
            SqlParam::Int(member.last_recorded_at.micros()),
            SqlParam::Int(member.held.get()),
            SqlParam::Int(member.held_until.micros()),
            SqlParam::Int(member.id.get()),
        ],
    )?;
    if member.points_expiry_date == old_expiry {
        return Ok(());
    }
    session.execute_one(
        "UPDATE loyalty_users SET points_expiry_date = ? WHERE id = ?",
        &[SqlParam::Int(member.points_expiry_date.micros()), SqlParam::Int(member.id.get())],
    )
}

/// Stores a member's language, and whether staff have blocked the member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update_language(session: &mut dyn Session, member: &Member) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_users SET locale = ?, blocked = ? WHERE id = ?",
        &[
            SqlParam::text(member.locale.map(Locale::tag)),
            SqlParam::Int(i64::from(member.blocked)),
            SqlParam::Int(member.id.get()),
        ],
    )
}

/// Notes how far a member's entries are in the archive.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update_archived(session: &mut dyn Session, id: MemberId, to: Option<Instant>) -> Result<()> {
    let sql = "UPDATE loyalty_users SET archived_to = ? WHERE id = ?";
    session.execute_one(sql, &[SqlParam::int(to.map(Instant::micros)), SqlParam::Int(id.get())])
}

/// Stores what hides the texts of a member's entries.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update_salt(session: &mut dyn Session, id: MemberId, salt: &Salt) -> Result<()> {
    let sql = "UPDATE loyalty_users SET text_salt = ? WHERE id = ?";
    session.execute_one(sql, &[SqlParam::Blob(salt), SqlParam::Int(id.get())])
}

/// Who referred a user, if the user is a member and was referred. In a write, the user's row is locked until the end.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn referrer_of(session: &mut dyn Session, user_id: UserId) -> Result<Option<UserId>> {
    let sql = "SELECT referred_by FROM loyalty_users WHERE user_id = ? /* locked */";
    let found = session.first(sql, &[SqlParam::Int(user_id.get())], |row| row.opt_int())?;
    Ok(found.flatten().map(UserId::stored))
}

/// Gives a member another referral code.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update_referral_code(session: &mut dyn Session, member: &Member) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_users SET referral_code = ?, referral_code_expires_at = ? WHERE id = ?",
        &[
            SqlParam::Text(&member.referral_code),
            SqlParam::Int(member.referral_code_expires_at.micros()),
            SqlParam::Int(member.id.get()),
        ],
    )
}

/// Records who referred a member.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn update_referrer(session: &mut dyn Session, member: &Member) -> Result<()> {
    session.execute_one(
        "UPDATE loyalty_users SET referred_by = ? WHERE id = ?",
        &[SqlParam::int(member.referred_by.map(UserId::get)), SqlParam::Int(member.id.get())],
    )
}
