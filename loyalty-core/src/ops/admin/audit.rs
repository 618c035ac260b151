//! What `verify` finds, collected check by check.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::member::Member;
use crate::store::checks;

/// Collects what does not add up for one member.
pub(crate) struct Audit<'a> {
    pub(crate) user_id: i64,
    pub(crate) verified: &'a mut Verified,
}

impl Audit<'_> {
    /// Checks that a member who was merged into another has nothing left: what moved counts for the other member.
    pub(super) fn nothing_left(&mut self, member: &Member) {
        let sums = [
            ("total_points", member.total_points.get()),
            ("qualifying_points", member.qualifying_points.get()),
            ("total_visits", member.total_visits),
            ("total_spent", member.total_spent.get()),
            ("distinct_products", member.distinct_products),
            ("rewards_redeemed", member.rewards_redeemed),
            ("successful_referrals", member.successful_referrals),
        ];
        for (name, left) in sums {
            self.same(|| format!("{name} = 0 after the merge into another member"), 0, left);
        }
    }

    pub(super) fn differing(&mut self, checks::Differing { what, expected, found }: checks::Differing) {
        let (expected, found) = (expected.to_string(), found.to_string());
        self.verified.problems.push(Problem { user_id: self.user_id, what, expected, found });
    }

    /// Notes a problem when two values that must be equal differ.
    pub(crate) fn same<T: PartialEq + std::fmt::Display>(
        &mut self,
        what: impl FnOnce() -> String,
        expected: T,
        found: T,
    ) {
        if expected != found {
            let (expected, found) = (expected.to_string(), found.to_string());
            self.verified.problems.push(Problem { user_id: self.user_id, what: what(), expected, found });
        }
    }
}

pub(super) fn of_nobody((what, expected, found): (String, i64, i64)) -> Problem {
    Problem { user_id: 0, what, expected: expected.to_string(), found: found.to_string() }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verified {
    /// Whether everything adds up.
    pub ok: bool,
    /// Members that were checked.
    pub members: i64,
    /// Entries that were checked.
    pub entries: i64,
    /// The problems that were found: the first hundred.
    pub problems: Vec<Problem>,
    /// Entries that were not checked, because they are in the archive and the database was opened without it. Of their
    /// members, the balance, the chain and the lots since then were checked.
    #[serde(default)]
    pub archived: i64,
}

/// Values that do not agree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Problem {
    /// The member; 0 for what belongs to no member.
    pub user_id: i64,
    /// Which rule is broken, and where.
    pub what: String,
    /// The value computed from the rows.
    pub expected: String,
    /// The value that is stored.
    pub found: String,
}

/// Most problems that the reply lists.
pub(super) const MAX_PROBLEMS: usize = 100;

/// Rows that are read at once.
pub(super) const PAGE: i64 = 500;
