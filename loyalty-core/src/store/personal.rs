//! What belongs to a member. For every table: how its rows lead to the member, and what happens to them when two
//! members are merged, when a member asks to be forgotten, and when a member asks what is stored.
//!
//! A test compares this list with the schema: nobody can add a table, a text column or a column that names a person
//! without saying here what happens to it.

/// How a row leads to the member.
#[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "a merge does not ask"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leads {
    /// A column with the user id.
    User(&'static str),
    /// A column with the member's own number.
    Member(&'static str),
    /// A column with the id of an entry, which begins with the member's number.
    Entry(&'static str),
    /// A row of another table, which leads on to the member: that table, and the column that names the row.
    Row(&'static str, &'static str),
    /// It does not: the row belongs to the shop.
    Nowhere,
}

/// What happens to the rows of a member who is merged into another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtMerge {
    /// They get the id of the remaining member, by this statement.
    Move(&'static str),
    /// They are combined with those of the remaining member, by code of their own.
    Join,
    /// They are deleted, by this statement.
    Drop(&'static str),
    /// They stay unchanged: the old id leads to the remaining member.
    Stay,
}

/// What happens to the rows when a member is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtErasure {
    /// They are deleted.
    Delete,
    /// They stay, for sums and the ledger; their personal data are blanked.
    Blank,
    /// They stay: they have no personal data, or they belong to the shop.
    Keep,
}

/// What one table holds.
#[cfg_attr(not(feature = "internals"), allow(dead_code, reason = "a merge needs only what a merge does"))]
#[derive(Debug, Clone, Copy)]
pub struct PersonalTable {
    /// Its name without the prefix.
    pub name: &'static str,
    /// How a row leads to the member.
    pub leads: Leads,
    /// What a merge does.
    pub at_merge: AtMerge,
    /// What an erasure does.
    pub at_erasure: AtErasure,
    /// Columns with personal data, which are deleted or blanked.
    pub personal: &'static [&'static str],
    /// JSON columns in which some fields are personal data, which are emptied.
    pub inside: &'static [(&'static str, &'static [&'static str])],
    /// Text columns and columns with people's ids that are not personal data by themselves.
    pub plain: &'static [&'static str],
    /// Whether a member who asks what is stored gets it.
    pub is_exported: bool,
}

impl PersonalTable {
    const fn of(name: &'static str, leads: Leads, at_merge: AtMerge, at_erasure: AtErasure) -> Self {
        Self { name, leads, at_merge, at_erasure, personal: &[], inside: &[], plain: &[], is_exported: true }
    }

    const fn of_shop(name: &'static str) -> Self {
        let table = Self::of(name, Leads::Nowhere, AtMerge::Stay, AtErasure::Keep);
        Self { is_exported: false, ..table }
    }

    const fn personal(self, personal: &'static [&'static str]) -> Self {
        Self { personal, ..self }
    }

    const fn inside(self, inside: &'static [(&'static str, &'static [&'static str])]) -> Self {
        Self { inside, ..self }
    }

    const fn plain(self, plain: &'static [&'static str]) -> Self {
        Self { plain, ..self }
    }

    const fn not_exported(self) -> Self {
        Self { is_exported: false, ..self }
    }
}

/// Rows that get another user id in a merge.
macro_rules! moved {
    ($table:literal, $column:literal, $erasure:ident) => {
        PersonalTable::of(
            $table,
            Leads::User($column),
            AtMerge::Move(concat!("UPDATE ", $table, " SET ", $column, " = ? WHERE ", $column, " = ?")),
            AtErasure::$erasure,
        )
    };
}

/// All tables of the engine.
pub const TABLES: &[PersonalTable] = &[
    PersonalTable::of("loyalty_users", Leads::User("user_id"), AtMerge::Join, AtErasure::Blank)
        .personal(&["locale", "text_salt", "favorite_products", "distinct_products", "attributes"])
        .plain(&["user_id", "referred_by", "current_tier", "tier_state", "referral_code"]),
    PersonalTable::of("loyalty_persons", Leads::User("user_id"), AtMerge::Stay, AtErasure::Delete).personal(&[
        "user_id",
        "user_name",
        "email",
        "phone",
        "birth_date",
        "consents",
        "updated_by",
    ]),
    PersonalTable::of("loyalty_attributes", Leads::User("user_id"), AtMerge::Join, AtErasure::Delete)
        .personal(&["user_id", "name", "value"])
        .plain(&["kind"]),
    moved!("loyalty_identities", "user_id", Delete).personal(&["user_id", "kind", "value"]),
    PersonalTable::of(
        "loyalty_hints",
        Leads::User("user_id"),
        AtMerge::Drop("DELETE FROM loyalty_hints WHERE user_id = ?"),
        AtErasure::Delete,
    )
    .personal(&["user_id", "network", "device"]),
    PersonalTable::of("loyalty_merges", Leads::Member("into_id"), AtMerge::Join, AtErasure::Blank).personal(&["actor"]),
    // The ledger: its numbers stay for ever; texts about them are deleted.
    PersonalTable::of("loyalty_transactions", Leads::Entry("id"), AtMerge::Stay, AtErasure::Blank)
        .personal(&["description", "actor", "details", "items", "request"])
        .plain(&["user_id", "transaction_type", "order_id", "settlement", "receipt"]),
    PersonalTable::of("loyalty_lot_uses", Leads::User("user_id"), AtMerge::Stay, AtErasure::Keep).plain(&["user_id"]),
    PersonalTable::of("loyalty_closings", Leads::Entry("last_entry"), AtMerge::Stay, AtErasure::Keep),
    moved!("loyalty_holds", "user_id", Keep).plain(&["user_id", "status"]),
    PersonalTable::of("loyalty_acts", Leads::User("user_id"), AtMerge::Stay, AtErasure::Blank)
        .inside(&[("act", &["items"]), ("order_before", &["items"])])
        .plain(&["user_id", "act", "order_before"]),
    PersonalTable::of("loyalty_orders", Leads::User("user_id"), AtMerge::Stay, AtErasure::Keep)
        .plain(&["order_id", "user_id"]),
    PersonalTable::of("loyalty_order_standings", Leads::User("user_id"), AtMerge::Stay, AtErasure::Blank)
        .personal(&["items", "request"])
        .plain(&["order_id", "user_id", "settlement", "receipt"]),
    PersonalTable::of("loyalty_payments", Leads::User("user_id"), AtMerge::Stay, AtErasure::Blank)
        .personal(&["request"])
        .plain(&["order_id", "user_id", "returned", "answer", "release_answer"]),
    PersonalTable::of("loyalty_visits", Leads::User("user_id"), AtMerge::Join, AtErasure::Keep).plain(&["user_id"]),
    PersonalTable::of("loyalty_products", Leads::User("user_id"), AtMerge::Join, AtErasure::Delete)
        .personal(&["user_id", "sku"]),
    moved!("loyalty_rule_uses", "user_id", Keep).plain(&["user_id", "rule_id"]),
    moved!("loyalty_events", "user_id", Blank).personal(&["properties"]).plain(&["user_id", "event", "shop"]),
    PersonalTable::of("loyalty_redemptions", Leads::User("user_id"), AtMerge::Stay, AtErasure::Keep).plain(&[
        "user_id",
        "order_id",
        "returned_lots",
    ]),
    moved!("loyalty_reservations", "user_id", Keep).plain(&["user_id"]),
    moved!("loyalty_coupons", "user_id", Blank).personal(&["updated_by"]).plain(&[
        "code",
        "user_id",
        "discount_type",
        "terms",
    ]),
    moved!("loyalty_coupon_uses", "user_id", Blank)
        .personal(&["actor", "request"])
        .inside(&[("answer", &["lines"])])
        .plain(&["user_id", "order_id", "answer"]),
    moved!("loyalty_gift_cards", "user_id", Blank).personal(&["created_by"]).plain(&["code", "user_id"]),
    PersonalTable::of(
        "loyalty_gift_card_entries",
        Leads::Row("loyalty_gift_cards", "card_id"),
        AtMerge::Stay,
        AtErasure::Blank,
    )
    .personal(&["actor", "request"])
    .plain(&["kind", "order_id", "sold_as", "answer"]),
    moved!("loyalty_referrals", "referrer_id", Blank).personal(&["decided_by", "reasons"]).plain(&[
        "referred_id",
        "referrer_id",
        "status",
        "order_id",
        "decision",
    ]),
    PersonalTable::of("loyalty_tier_changes", Leads::User("user_id"), AtMerge::Stay, AtErasure::Blank)
        .personal(&["actor", "reason"])
        .plain(&["user_id", "tier_before", "tier", "cause"]),
    PersonalTable::of("loyalty_tier_gifts", Leads::User("user_id"), AtMerge::Join, AtErasure::Keep)
        .plain(&["user_id", "tier"]),
    PersonalTable::of("loyalty_stamp_cards", Leads::User("user_id"), AtMerge::Join, AtErasure::Keep)
        .plain(&["user_id", "card_id"]),
    PersonalTable::of("loyalty_stamps", Leads::User("user_id"), AtMerge::Join, AtErasure::Blank)
        .personal(&["actor"])
        .plain(&["user_id", "card_id", "kind", "order_id"]),
    // What was scanned on which day: a scan names no member.
    PersonalTable::of_shop("loyalty_stamp_scans").plain(&["scan"]),
    PersonalTable::of("loyalty_outbox", Leads::User("user_id"), AtMerge::Stay, AtErasure::Delete)
        .personal(&["user_id", "error"])
        .plain(&["order_id", "amount", "state", "bought_at", "zone", "source"])
        .not_exported(),
    PersonalTable::of("loyalty_keys", Leads::User("user_id"), AtMerge::Stay, AtErasure::Keep)
        .plain(&["operation", "request_key", "user_id"])
        .not_exported(),
    PersonalTable::of("loyalty_answers", Leads::User("user_id"), AtMerge::Stay, AtErasure::Blank)
        .personal(&["request"])
        .inside(&[("answer", &["lines", "favorite_products"])])
        .plain(&["operation", "request_key", "user_id", "answer"])
        .not_exported(),
    // Of a person, an event has the user id alone: it stays as long as events are kept.
    PersonalTable::of("loyalty_event_log", Leads::User("user_id"), AtMerge::Stay, AtErasure::Keep)
        .plain(&["user_id", "data"])
        .not_exported(),
    PersonalTable::of("loyalty_event_arrivals", Leads::User("user_id"), AtMerge::Stay, AtErasure::Keep)
        .plain(&["user_id", "data"])
        .not_exported(),
    PersonalTable::of_shop("loyalty_event_consumers").plain(&["name"]),
    PersonalTable::of_shop("loyalty_webhooks").plain(&["url", "secrets", "kinds", "reason", "last_reason"]),
    PersonalTable::of_shop("loyalty_deliveries").plain(&["worker"]),
    PersonalTable::of(
        "loyalty_notices",
        Leads::User("user_id"),
        AtMerge::Drop("DELETE FROM loyalty_notices WHERE user_id = ?"),
        AtErasure::Delete,
    )
    .personal(&["user_id", "kind", "subject", "period", "data"]),
    PersonalTable::of(
        "loyalty_notice_marks",
        Leads::User("user_id"),
        AtMerge::Drop("DELETE FROM loyalty_notice_marks WHERE user_id = ?"),
        AtErasure::Delete,
    )
    .personal(&["user_id"])
    .not_exported(),
    PersonalTable::of(
        "loyalty_messages",
        Leads::User("user_id"),
        AtMerge::Drop("DELETE FROM loyalty_messages WHERE user_id = ?"),
        AtErasure::Delete,
    )
    .personal(&["user_id", "channel", "kind", "tag", "worker", "reason"]),
    // The proof of what a member agreed to stays with the id under which it was given.
    PersonalTable::of("loyalty_consents", Leads::User("user_id"), AtMerge::Stay, AtErasure::Blank)
        .personal(&["source", "actor"])
        .plain(&["user_id", "what"]),
    PersonalTable::of_shop("loyalty_suppressions").plain(&["channel", "reason"]),
    // Who was spoken to and who was compared with: the counts of a campaign are those of its rows.
    PersonalTable::of("loyalty_chosen", Leads::User("user_id"), AtMerge::Join, AtErasure::Keep).plain(&[
        "user_id",
        "campaign_id",
        "period",
        "reason",
    ]),
    PersonalTable::of_shop("loyalty_campaigns").plain(&["id"]),
    PersonalTable::of_shop("loyalty_tasks").plain(&["name", "period", "error"]),
    PersonalTable::of_shop("loyalty_guesses").personal(&["source"]),
    PersonalTable::of_shop("loyalty_coupon_batches").personal(&["created_by"]).plain(&["name", "terms"]),
    PersonalTable::of_shop("loyalty_coupon_budgets").plain(&["period"]),
    PersonalTable::of_shop("loyalty_rewards").personal(&["updated_by"]).plain(&[
        "name",
        "description",
        "discount_type",
        "tier_required",
        "coupon_terms",
    ]),
    PersonalTable::of_shop("loyalty_programmes").plain(&["hash", "name", "source"]),
    PersonalTable::of_shop("loyalty_database"),
    PersonalTable::of_shop("loyalty_currency").plain(&["code"]),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::tables;

    /// Whether a column that holds no text names a person.
    fn names_a_person(column: &str) -> bool {
        matches!(column, "user_id" | "referrer_id" | "referred_id" | "referred_by")
    }

    #[test]
    fn every_table_and_every_column_of_a_person_is_declared() {
        let mut declared: BTreeSet<&str> = TABLES.iter().map(|table| table.name).collect();
        assert_eq!(declared.len(), TABLES.len(), "a table stands twice");
        for table in tables::all().unwrap() {
            assert!(declared.remove(table.name.as_str()), "{} is not declared", table.name);
            let known = TABLES.iter().find(|known| known.name == table.name).unwrap();
            let mut said: BTreeSet<&str> = known.personal.iter().chain(known.plain).copied().collect();
            assert_eq!(said.len(), known.personal.len() + known.plain.len(), "{}: a column stands twice", table.name);
            for (column, is_text) in table.columns() {
                let is_said = said.remove(column);
                assert!(is_said || !(is_text || names_a_person(column)), "{}.{column} is not declared", table.name);
            }
            assert!(said.is_empty(), "{} has no column {said:?}", table.name);
        }
        assert!(declared.is_empty(), "there are no tables {declared:?}");
    }

    #[test]
    fn what_leads_to_a_member_is_a_column_and_what_is_blanked_is_personal() {
        for table in TABLES {
            let columns: Vec<String> = tables::all()
                .unwrap()
                .iter()
                .find(|known| known.name == table.name)
                .unwrap()
                .columns()
                .map(|(column, _)| column.to_owned())
                .collect();
            let column = match table.leads {
                Leads::User(column) | Leads::Member(column) | Leads::Entry(column) => column,
                Leads::Row(other, column) => {
                    assert!(TABLES.iter().any(|known| known.name == other && known.leads != Leads::Nowhere));
                    column
                }
                Leads::Nowhere => {
                    assert!(matches!(table.at_erasure, AtErasure::Keep) && !table.is_exported, "{}", table.name);
                    continue;
                }
            };
            assert!(columns.iter().any(|known| known == column), "{}.{column}", table.name);
            let blanks = table.at_erasure == AtErasure::Blank;
            assert!(!blanks || !table.personal.is_empty() || !table.inside.is_empty(), "{} blanks nothing", table.name);
            for (column, _) in table.inside {
                assert!(blanks && table.plain.contains(column), "{}.{column}", table.name);
            }
        }
    }
}
