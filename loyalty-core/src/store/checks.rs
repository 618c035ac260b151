//! What rows say about each other, for `verify`: each query finds rows that disagree.
//!
//! A query returns the number of the row, the value that the other rows give, and the stored value.

use super::archive;
use super::session::{Session, SqlParam};
use crate::Result;
use crate::value::{MemberId, UserId};

/// Two rows that differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// Which rule is broken, and where.
    pub what: String,
    /// The value that the other rows give.
    pub expected: i64,
    /// What is stored.
    pub found: i64,
}

/// A rule, in which `{}` is the number of the row, and the query that finds where it is broken.
type Rule = (&'static str, &'static str);

/// Rules for one member. Its entries lie between `?1` and `?2`; `?3` is the user, `?4` the member.
const OF_MEMBER: [Rule; 33] = [
    (
        "member {}: offers = number of choices that something may still end",
        "SELECT m.id, (SELECT COUNT(*) FROM loyalty_chosen c WHERE c.user_id = ?3 AND c.ends_with IS NOT NULL), m.offers \
         FROM loyalty_users m WHERE m.id = ?4 \
         AND m.offers <> (SELECT COUNT(*) FROM loyalty_chosen c WHERE c.user_id = ?3 AND c.ends_with IS NOT NULL)",
    ),
    (
        "member {}: attributes = number of attributes",
        "SELECT m.id, (SELECT COUNT(*) FROM loyalty_attributes a WHERE a.user_id = ?3), m.attributes FROM loyalty_users m \
         WHERE m.id = ?4 AND m.attributes <> (SELECT COUNT(*) FROM loyalty_attributes a WHERE a.user_id = ?3)",
    ),
    (
        "entry {}: it belongs to the member that its id names",
        "SELECT id, ?3, user_id FROM loyalty_transactions WHERE id > ?1 AND id < ?2 AND user_id <> ?3 ORDER BY id",
    ),
    (
        "entry {}: its order exists",
        "SELECT e.id, 1, 0 FROM loyalty_transactions e LEFT JOIN loyalty_orders o ON o.order_id = e.order_id \
         WHERE e.id > ?1 AND e.id < ?2 AND e.transaction_type = 'earn' AND e.order_id IS NOT NULL \
         AND o.order_id IS NULL ORDER BY e.id",
    ),
    (
        "entry {}: only a lot has a beginning and an end of its own, and only the entry of an order a receipt",
        "SELECT e.id, 1, 0 FROM loyalty_transactions e LEFT JOIN loyalty_orders o ON o.order_id = e.order_id \
         WHERE e.id > ?1 AND e.id < ?2 AND ((e.remaining IS NULL AND (e.available_at IS NOT NULL OR e.ends_at IS NOT NULL)) \
         OR (e.receipt IS NULL) <> (COALESCE(o.entry_id, 0) <> e.id) OR (e.receipt IS NULL) <> (e.request IS NULL)) \
         ORDER BY e.id",
    ),
    (
        "entry {}: what it took from lots is its member's",
        "SELECT entry_id, ?3, user_id FROM loyalty_lot_uses WHERE entry_id > ?1 AND entry_id < ?2 AND user_id <> ?3 \
         ORDER BY entry_id",
    ),
    (
        "act after entry {}: it belongs to the member of the entry",
        "SELECT last_entry, ?3, user_id FROM loyalty_acts WHERE last_entry >= ?1 AND last_entry < ?2 AND user_id <> ?3 \
         ORDER BY last_entry",
    ),
    (
        "order booked by entry {}: it belongs to the member of the entry",
        "SELECT entry_id, ?3, user_id FROM loyalty_order_standings WHERE entry_id > ?1 AND entry_id < ?2 \
         AND user_id <> ?3 ORDER BY entry_id",
    ),
    (
        "lot {}: it is not before the first that has points left",
        "SELECT e.id, 1, 0 FROM loyalty_transactions e JOIN loyalty_users m ON m.id = ?4 \
         WHERE e.id > ?1 AND e.id < ?2 AND e.remaining > 0 AND e.id < ?1 + m.lots_from ORDER BY e.id",
    ),
    (
        "entry {}: it uses no more of its lots than its points",
        "SELECT e.id, 1, 0 FROM loyalty_transactions e JOIN loyalty_lot_uses u ON u.entry_id = e.id \
         WHERE e.id > ?1 AND e.id < ?2 AND u.lot_id <> e.id GROUP BY e.id, e.points_amount \
         HAVING SUM(u.points) < e.points_amount AND e.points_amount < 0 \
         OR SUM(u.points) > e.points_amount AND e.points_amount > 0 ORDER BY e.id",
    ),
    (
        "lot {}: only entries of its member use it",
        "SELECT u.lot_id, 1, 0 FROM loyalty_lot_uses u LEFT JOIN loyalty_transactions l ON l.id = u.lot_id \
         WHERE u.entry_id > ?1 AND u.entry_id < ?2 AND (l.remaining IS NULL OR u.lot_id <= ?1 OR u.lot_id >= ?2) \
         ORDER BY u.lot_id",
    ),
    (
        "entry {}: its uses of lots have the sign of its points",
        "SELECT u.entry_id, 1, 0 FROM loyalty_lot_uses u LEFT JOIN loyalty_transactions e ON e.id = u.entry_id \
         WHERE u.entry_id > ?1 AND u.entry_id < ?2 AND (e.id IS NULL OR (u.points > 0 AND e.points_amount <= 0) \
         OR (u.points < 0 AND e.points_amount >= 0 AND u.lot_id <> u.entry_id)) ORDER BY u.entry_id",
    ),
    (
        "hold {}: its status is a known one, and an open hold has captured nothing",
        "SELECT id, 1, 0 FROM loyalty_holds WHERE id > ?1 AND id < ?2 \
         AND (status NOT IN ('open', 'captured', 'voided', 'ended') OR (status = 'open' AND captured <> 0)) ORDER BY id",
    ),
    (
        "payment by entry {}: the entry that released it reverses it",
        "SELECT p.entry_id, p.entry_id, u.reverses_id FROM loyalty_payments p \
         JOIN loyalty_transactions u ON u.id = p.released_by WHERE p.entry_id > ?1 AND p.entry_id < ?2 \
         AND COALESCE(u.reverses_id, 0) <> p.entry_id ORDER BY p.entry_id",
    ),
    (
        "hold {}: its points equal those of its entry",
        "SELECT h.id, -e.points_amount, h.points FROM loyalty_holds h LEFT JOIN loyalty_transactions e ON e.id = h.id \
         WHERE h.id > ?1 AND h.id < ?2 AND (e.id IS NULL OR h.points <> -e.points_amount) ORDER BY h.id",
    ),
    (
        "hold {}: it began at the time of its entry",
        "SELECT h.id, e.occurred_at, h.occurred_at FROM loyalty_holds h JOIN loyalty_transactions e ON e.id = h.id \
         WHERE h.id > ?1 AND h.id < ?2 AND h.occurred_at <> e.occurred_at ORDER BY h.id",
    ),
    (
        "hold {}: the points that were not captured were given back",
        "SELECT h.id, h.points - COALESCE((SELECT SUM(b.points_amount) FROM loyalty_transactions b \
         WHERE b.id > ?1 AND b.id < ?2 AND b.reverses_id = h.id AND b.transaction_type = 'reversal'), 0), h.captured \
         FROM loyalty_holds h JOIN loyalty_users m ON m.id = ?4 WHERE h.id > ?1 AND h.id < ?2 AND h.status <> 'open' \
         AND m.merged_into IS NULL AND NOT EXISTS (SELECT 1 FROM loyalty_redemptions r WHERE r.id = h.id) AND h.captured <> h.points - COALESCE((SELECT SUM(b.points_amount) \
         FROM loyalty_transactions b WHERE b.id > ?1 AND b.id < ?2 AND b.reverses_id = h.id \
         AND b.transaction_type = 'reversal'), 0) ORDER BY h.id",
    ),
    (
        "hold {}: it belongs to the member of its entry, or to the one that this member was merged into",
        "SELECT h.id, 1, 0 FROM loyalty_holds h WHERE h.id > ?1 AND h.id < ?2 AND h.user_id <> COALESCE((SELECT s.user_id \
         FROM loyalty_users m JOIN loyalty_users s ON s.id = m.merged_into WHERE m.id = ?4), ?3) ORDER BY h.id",
    ),
    (
        "redemption {}: its member and order equal those of its entry",
        "SELECT r.id, 1, 0 FROM loyalty_redemptions r JOIN loyalty_transactions e ON e.id = r.id \
         WHERE r.id > ?1 AND r.id < ?2 AND ((r.order_id IS NOT NULL AND e.order_id IS NOT NULL AND r.order_id <> e.order_id) \
         OR (r.user_id <> e.user_id AND NOT EXISTS (SELECT 1 FROM loyalty_users o WHERE o.user_id = r.user_id \
         AND o.merged_into = ?4) AND NOT EXISTS (SELECT 1 FROM loyalty_users m JOIN loyalty_users h ON h.id = m.merged_into \
         WHERE m.id = ?4 AND h.user_id = r.user_id))) \
         ORDER BY r.id",
    ),
    (
        "redemption {}: its reward exists, and its coupon belongs to it",
        "SELECT r.id, 1, 0 FROM loyalty_redemptions r LEFT JOIN loyalty_rewards w ON w.id = r.reward_id \
         LEFT JOIN loyalty_coupons c ON c.id = r.coupon_id WHERE r.id > ?1 AND r.id < ?2 \
         AND (w.id IS NULL OR c.id IS NULL OR COALESCE(c.redemption_id, 0) <> r.id) ORDER BY r.id",
    ),
    (
        "redemption {}: the entry that cancelled it reverses it",
        "SELECT r.id, r.id, u.reverses_id FROM loyalty_redemptions r JOIN loyalty_transactions u ON u.id = r.cancelled_by \
         WHERE r.id > ?1 AND r.id < ?2 AND COALESCE(u.reverses_id, 0) <> r.id ORDER BY r.id",
    ),
    (
        "payment by entry {}: its member and order equal those of its entry",
        "SELECT p.entry_id, 1, 0 FROM loyalty_payments p JOIN loyalty_transactions e ON e.id = p.entry_id \
         WHERE p.entry_id > ?1 AND p.entry_id < ?2 AND (p.order_id <> COALESCE(e.order_id, '') \
         OR (p.user_id <> e.user_id AND NOT EXISTS (SELECT 1 FROM loyalty_users o WHERE o.user_id = p.user_id \
         AND o.merged_into = ?4))) \
         ORDER BY p.entry_id",
    ),
    (
        "payment by entry {}: released = points that its reversals gave back",
        "SELECT p.entry_id, COALESCE((SELECT SUM(b.points_amount) FROM loyalty_transactions b WHERE b.id > ?1 AND b.id < ?2 \
         AND b.reverses_id = p.entry_id), 0), p.released FROM loyalty_payments p JOIN loyalty_users m ON m.id = ?4 \
         WHERE p.entry_id > ?1 AND p.entry_id < ?2 AND m.merged_into IS NULL \
         AND p.released <> COALESCE((SELECT SUM(b.points_amount) FROM loyalty_transactions b \
         WHERE b.id > ?1 AND b.id < ?2 AND b.reverses_id = p.entry_id), 0) ORDER BY p.entry_id",
    ),
    (
        "event {}: the entry for what it earned exists, with its time",
        "SELECT v.id, 1, 0 FROM loyalty_events v LEFT JOIN loyalty_transactions e ON e.id = v.entry_id \
         WHERE v.user_id = ?3 AND v.entry_id IS NOT NULL AND (e.id IS NULL OR e.occurred_at <> v.occurred_at) ORDER BY v.id",
    ),
    (
        "referral of {}: an entry gave the friend the bonus",
        "SELECT r.referred_id, 1, 0 FROM loyalty_referrals r LEFT JOIN loyalty_transactions e ON e.id = r.referred_entry_id \
         WHERE r.referred_id = ?3 AND r.referred_entry_id IS NOT NULL AND COALESCE(e.transaction_type, '') <> 'referral'",
    ),
    (
        "referral of {}: the referrer's bonus equals the points of its entry",
        "SELECT r.referred_id, COALESCE(e.points_amount, 0), r.referrer_points FROM loyalty_referrals r \
         LEFT JOIN loyalty_transactions e ON e.id = r.referrer_entry_id WHERE r.referred_id = ?3 \
         AND r.referrer_entry_id IS NOT NULL AND (COALESCE(e.transaction_type, '') <> 'referral' \
         OR COALESCE(e.points_amount, 0) <> r.referrer_points)",
    ),
    (
        "member {}: referred_by = the referrer of its referral",
        "SELECT m.user_id, COALESCE(r.referrer_id, 0), m.referred_by FROM loyalty_users m \
         LEFT JOIN loyalty_referrals r ON r.referred_id = m.user_id WHERE m.id = ?4 AND m.merged_into IS NULL \
         AND m.referred_by IS NOT NULL AND COALESCE(r.referrer_id, 0) <> m.referred_by \
         AND NOT EXISTS (SELECT 1 FROM loyalty_merges g WHERE g.into_id = ?4) \
         AND NOT EXISTS (SELECT 1 FROM loyalty_users w WHERE w.user_id = m.referred_by AND w.merged_into IS NOT NULL)",
    ),
    (
        "member {}: its e-mail address and telephone find it",
        "SELECT m.user_id, 1, 0 FROM loyalty_users m JOIN loyalty_persons p ON p.user_id = m.user_id \
         LEFT JOIN loyalty_identities i ON i.kind = 'email' AND i.value = p.email \
         LEFT JOIN loyalty_identities t ON t.kind = 'phone' AND t.value = p.phone WHERE m.id = ?4 AND m.merged_into IS NULL \
         AND ((p.email IS NOT NULL AND COALESCE(i.user_id, 0) <> ?3) OR (p.phone IS NOT NULL AND COALESCE(t.user_id, 0) <> ?3))",
    ),
    (
        "member {}: it was merged into the member that the merge names",
        "SELECT m.user_id, COALESCE(g.into_id, 0), COALESCE(m.merged_into, 0) FROM loyalty_users m \
         LEFT JOIN loyalty_merges g ON g.from_id = m.id WHERE m.id = ?4 \
         AND COALESCE(g.into_id, 0) <> COALESCE(m.merged_into, 0)",
    ),
    (
        "member {}: last_recorded_at = created_at of the last entry",
        "SELECT m.user_id, COALESCE(e.occurred_at + e.recorded_after, m.last_recorded_at), m.last_recorded_at FROM loyalty_users m \
         LEFT JOIN loyalty_transactions e ON e.id = ?1 + m.entries WHERE m.id = ?4 AND m.entries > 0 \
         AND COALESCE(e.occurred_at + e.recorded_after, 0) <> m.last_recorded_at",
    ),
    (
        "member {}: changes of the tier are numbered from 1 without a gap",
        "SELECT user_id, COUNT(*), MAX(number) FROM loyalty_tier_changes WHERE user_id = ?3 GROUP BY user_id \
         HAVING MAX(number) <> COUNT(*)",
    ),
    (
        "acts after entry {} are numbered from 1 without a gap",
        "SELECT last_entry, COUNT(*), MAX(number) FROM loyalty_acts WHERE last_entry >= ?1 AND last_entry < ?2 \
         GROUP BY last_entry HAVING MAX(number) <> COUNT(*)",
    ),
    (
        "entry {}: an act records why it took an order's points back",
        "SELECT e.id, 1, 0 FROM loyalty_transactions e JOIN loyalty_transactions o ON o.id = e.reverses_id \
         WHERE e.id > ?1 AND e.id < ?2 AND e.transaction_type = 'reversal' AND e.points_amount < 0 \
         AND e.order_id IS NOT NULL AND o.transaction_type = 'earn' AND NOT EXISTS (SELECT 1 FROM loyalty_acts a \
         WHERE a.last_entry >= ?1 AND a.last_entry < e.id AND a.booked_until >= e.id) ORDER BY e.id",
    ),
];

/// Rules for rows that belong to no member, each over a whole table. Each query begins with `SELECT /* all */`.
const OF_ALL: [Rule; 24] = [
    (
        "act behind entry {}: the entry is its member's",
        "SELECT /* all */ a.last_entry, 1, 0 FROM loyalty_acts a LEFT JOIN loyalty_users m ON m.user_id = a.user_id \
         WHERE m.id IS NULL OR a.last_entry < m.id * 4194304 OR a.last_entry >= (m.id + 1) * 4194304 \
         ORDER BY a.last_entry",
    ),
    (
        "order booked by entry {}: the entry exists, and names the order or is an import that has it",
        "SELECT /* all */ o.entry_id, 1, 0 FROM loyalty_orders o LEFT JOIN loyalty_transactions e ON e.id = o.entry_id \
         LEFT JOIN loyalty_order_standings s ON s.entry_id = o.entry_id AND s.order_id = o.order_id \
         WHERE e.id IS NULL OR e.transaction_type <> 'earn' OR e.user_id <> o.user_id \
         OR (e.order_id IS NULL AND s.receipt IS NULL) \
         OR (e.order_id IS NOT NULL AND (e.order_id <> o.order_id OR e.receipt IS NULL OR e.amount IS NULL)) \
         ORDER BY o.entry_id",
    ),
    (
        "order booked by entry {}: the order that was changed leads to it",
        "SELECT /* all */ s.entry_id, 1, 0 FROM loyalty_order_standings s LEFT JOIN loyalty_orders o \
         ON o.order_id = s.order_id WHERE COALESCE(o.entry_id, 0) <> s.entry_id ORDER BY s.entry_id",
    ),
    (
        "entry {}: its member and its programme exist",
        "SELECT /* all */ e.id, 1, 0 FROM loyalty_transactions e LEFT JOIN loyalty_users m ON m.user_id = e.user_id \
         LEFT JOIN loyalty_programmes p ON p.id = e.programme_id WHERE m.id IS NULL OR p.id IS NULL ORDER BY e.id",
    ),
    (
        "merge of member number {}: both members exist",
        "SELECT /* all */ g.from_id, 1, 0 FROM loyalty_merges g LEFT JOIN loyalty_users f ON f.id = g.from_id \
         LEFT JOIN loyalty_users i ON i.id = g.into_id WHERE f.id IS NULL OR i.id IS NULL ORDER BY g.from_id",
    ),
    (
        "entry {}: the payment or redemption that it booked exists",
        "SELECT /* all */ e.id, 1, 0 FROM loyalty_transactions e LEFT JOIN loyalty_payments p ON p.entry_id = e.id \
         LEFT JOIN loyalty_redemptions r ON r.id = e.id WHERE e.transaction_type = 'redeem' AND e.order_id IS NOT NULL \
         AND p.entry_id IS NULL AND r.id IS NULL AND NOT EXISTS (SELECT 1 FROM loyalty_payments again \
         WHERE again.order_id = e.order_id) ORDER BY e.id",
    ),
    (
        "payment by entry {}: its entry exists",
        "SELECT /* all */ p.entry_id, 1, 0 FROM loyalty_payments p LEFT JOIN loyalty_transactions e ON e.id = p.entry_id \
         WHERE e.id IS NULL ORDER BY p.entry_id",
    ),
    (
        "payment by entry {}: it has the answer to its release exactly when it was released",
        "SELECT /* all */ p.entry_id, 1, 0 FROM loyalty_payments p WHERE (p.released_by IS NULL) <> (p.release_answer IS NULL) \
         ORDER BY p.entry_id",
    ),
    (
        "coupon {}: it is the coupon of its redemption",
        "SELECT /* all */ c.id, r.coupon_id, c.id FROM loyalty_coupons c \
         LEFT JOIN loyalty_redemptions r ON r.id = c.redemption_id \
         WHERE c.redemption_id IS NOT NULL AND COALESCE(r.coupon_id, 0) <> c.id ORDER BY c.id",
    ),
    (
        "coupon {}: its type is a known one",
        "SELECT /* all */ id, 1, 0 FROM loyalty_coupons \
         WHERE discount_type NOT IN ('percent', 'fixed', 'free_item', 'free_delivery') ORDER BY id",
    ),
    (
        "coupon {}: a budget that is counted by day or month is counted in total too",
        "SELECT /* all */ b.coupon_id, 1, 0 FROM loyalty_coupon_budgets b LEFT JOIN loyalty_coupon_budgets w \
         ON w.coupon_id = b.coupon_id AND w.period = 'all' WHERE w.coupon_id IS NULL ORDER BY b.coupon_id",
    ),
    (
        "stamps {}: their kind is a known one",
        "SELECT /* all */ id, 1, 0 FROM loyalty_stamps WHERE kind NOT IN ('stamp', 'refund', 'reward') ORDER BY id",
    ),
    (
        "coupon batch {}: coupons = number of its coupons",
        "SELECT /* all */ b.id, COUNT(c.id), b.coupons FROM loyalty_coupon_batches b \
         LEFT JOIN loyalty_coupons c ON c.batch_id = b.id GROUP BY b.id, b.coupons HAVING COUNT(c.id) <> b.coupons \
         ORDER BY b.id",
    ),
    (
        "use of a coupon {}: its coupon exists",
        "SELECT /* all */ u.id, 1, 0 FROM loyalty_coupon_uses u LEFT JOIN loyalty_coupons c ON c.id = u.coupon_id \
         WHERE c.id IS NULL ORDER BY u.id",
    ),
    (
        "gift card entry {}: its card exists, and its amount has the sign of its kind",
        "SELECT /* all */ e.id, 1, 0 FROM loyalty_gift_card_entries e LEFT JOIN loyalty_gift_cards c ON c.id = e.card_id \
         WHERE c.id IS NULL OR e.kind NOT IN ('issue', 'top_up', 'use', 'release') OR (e.kind IN ('issue', 'top_up', 'release') AND e.amount < 0) OR (e.kind = 'use' AND e.amount > 0) \
         ORDER BY e.id",
    ),
    (
        "gift card entry {}: the entry that it reverses has the same card and order",
        "SELECT /* all */ e.id, 1, 0 FROM loyalty_gift_card_entries e LEFT JOIN loyalty_gift_card_entries o \
         ON o.id = e.reverses WHERE e.reverses IS NOT NULL AND (o.id IS NULL OR o.card_id <> e.card_id \
         OR COALESCE(o.order_id, '') <> COALESCE(e.order_id, '')) ORDER BY e.id",
    ),
    (
        "redemption {}: fewer pieces came back than it has, and their lots are recorded",
        "SELECT /* all */ r.id, 1, 0 FROM loyalty_redemptions r WHERE r.returned < 0 OR r.returned >= r.quantity \
         OR (r.returned > 0) <> (r.returned_lots IS NOT NULL) ORDER BY r.id",
    ),
    (
        "reservation {}: its reward and its hold exist, and so does its redemption when it was redeemed",
        "SELECT /* all */ r.id, 1, 0 FROM loyalty_reservations r LEFT JOIN loyalty_rewards w ON w.id = r.reward_id \
         LEFT JOIN loyalty_redemptions t ON t.id = r.redemption_id LEFT JOIN loyalty_holds h ON h.id = r.hold_id \
         WHERE w.id IS NULL OR (r.state = 1) <> (t.id IS NOT NULL) OR (r.hold_id > 0 AND h.id IS NULL) ORDER BY r.id",
    ),
    (
        "reservation {}: its hold and its redemption have its member and reward",
        "SELECT /* all */ r.id, 1, 0 FROM loyalty_reservations r LEFT JOIN loyalty_holds h ON h.id = r.hold_id \
         LEFT JOIN loyalty_redemptions t ON t.id = r.redemption_id LEFT JOIN loyalty_users m ON m.user_id = t.user_id \
         LEFT JOIN loyalty_users s ON s.id = m.merged_into WHERE (h.id IS NOT NULL AND h.user_id <> r.user_id) \
         OR (t.id IS NOT NULL AND (t.reward_id <> r.reward_id OR COALESCE(s.user_id, t.user_id) <> r.user_id)) ORDER BY r.id",
    ),
    (
        "referral of {}: the order that completed it belongs to the friend",
        "SELECT /* all */ r.referred_id, 1, 0 FROM loyalty_referrals r LEFT JOIN loyalty_orders o ON o.order_id = r.order_id \
         LEFT JOIN loyalty_transactions e ON e.id = o.entry_id LEFT JOIN loyalty_users m ON m.user_id = e.user_id \
         LEFT JOIN loyalty_users s ON s.id = m.merged_into \
         WHERE r.order_id IS NOT NULL AND (e.id IS NULL OR COALESCE(s.user_id, e.user_id) <> r.referred_id) \
         AND NOT EXISTS (SELECT 1 FROM loyalty_users f WHERE f.user_id = r.referred_id AND f.merged_into IS NOT NULL) \
         ORDER BY r.referred_id",
    ),
    (
        "entry {}: a redemption, a payment or a hold took its points",
        "SELECT /* all */ e.id, 1, 0 FROM loyalty_transactions e LEFT JOIN loyalty_redemptions r ON r.id = e.id \
         LEFT JOIN loyalty_payments p ON p.entry_id = e.id LEFT JOIN loyalty_holds h ON h.id = e.id \
         WHERE e.transaction_type = 'redeem' AND e.order_id IS NULL AND r.id IS NULL AND p.entry_id IS NULL \
         AND h.id IS NULL AND NOT EXISTS (SELECT 1 FROM loyalty_acts a WHERE a.last_entry >= e.id - e.id % 4194304 \
         AND a.last_entry < e.id AND a.booked_until >= e.id) ORDER BY e.id",
    ),
    (
        "answer kept at {}: its key leads to it",
        "SELECT /* all */ a.created_at, 1, 0 FROM loyalty_answers a LEFT JOIN loyalty_keys k \
         ON k.operation = a.operation AND k.request_key = a.request_key WHERE COALESCE(k.user_id, -1) <> a.user_id \
         ORDER BY a.created_at",
    ),
    (
        "key of member {}: its answer is kept",
        "SELECT /* all */ k.user_id, 1, 0 FROM loyalty_keys k LEFT JOIN loyalty_answers a \
         ON a.user_id = k.user_id AND a.operation = k.operation AND a.request_key = k.request_key \
         WHERE a.user_id IS NULL ORDER BY k.user_id",
    ),
    (
        "stamps {}: their card exists",
        "SELECT /* all */ s.id, 1, 0 FROM loyalty_stamps s LEFT JOIN loyalty_stamp_cards c \
         ON c.user_id = s.user_id AND c.card_id = s.card_id WHERE c.user_id IS NULL ORDER BY s.id",
    ),
];

/// Where the rows of a member disagree.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_member(session: &mut dyn Session, member: MemberId, user_id: UserId) -> Result<Vec<Differing>> {
    let (low, high) = member.entry_range();
    run(session, &OF_MEMBER, &[low, high, user_id.get(), member.get()])
}

/// Where rows that belong to no member disagree. Without entries that are in the archive, rules that need entries are
/// left out.
///
/// # Errors
/// `unavailable` when the database fails.
pub fn of_all(session: &mut dyn Session) -> Result<Vec<Differing>> {
    let needs_entries = |sql: &str| ["loyalty_transactions", "loyalty_orders"].iter().any(|table| sql.contains(table));
    let is_whole = !archive::is_used(session)?;
    let rules: Vec<Rule> = OF_ALL.into_iter().filter(|(_, sql)| is_whole || !needs_entries(sql)).collect();
    run(session, &rules, &[])
}

fn run(session: &mut dyn Session, rules: &[Rule], numbers: &[i64]) -> Result<Vec<Differing>> {
    let mut found = Vec::new();
    for (what, sql) in rules {
        let used = (1..=numbers.len()).rev().find(|number| sql.contains(&format!("?{number}"))).unwrap_or(0);
        let cells: Vec<SqlParam<'_>> = numbers.iter().take(used).copied().map(SqlParam::Int).collect();
        found.extend(session.all(sql, &cells, |row| {
            let number = row.int()?;
            let (expected, found) = (row.opt_int()?.unwrap_or(0), row.opt_int()?.unwrap_or(0));
            Ok(Differing { what: what.replace("{}", &number.to_string()), expected, found })
        })?);
    }
    Ok(found)
}
