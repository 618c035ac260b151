use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::segment::{self, Walk};
use crate::domain::programme::Criteria;
use crate::domain::programme_file::{Conditions, Names, criteria};
use crate::domain::segment::{Needs, SegmentReason, judge};
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::{UserId, limit};
use crate::{Error, Result};

/// Lists the members of a segment, counts them, and says why a member is in it or not.
///
/// Name a segment of the programme, or give conditions in the same form: all that are named must hold. What is not known
/// of a member is neither at least nor at most anything. A member is judged by what is true now; blocked members are
/// listed too.
///
/// No list is kept: each call goes through all members, in SQLite a second or two for a million, also for a page behind
/// `after`. On a server, ask at a quiet hour.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// Id of a segment of the programme.
    #[serde(default)]
    #[new(default)]
    #[schemars(extend("by_place" = true))]
    pub name: Option<String>,
    /// Conditions, in place of a name: as `when` of a segment in the programme.
    #[serde(default)]
    #[new(default)]
    pub conditions: Option<Conditions>,
    /// Most members to list, 1 to 200.
    #[serde(default = "default_limit")]
    #[new(value = "default_limit()")]
    pub limit: i64,
    /// Lists members with user ids above this one: `next_after` of the previous page.
    #[serde(default)]
    #[new(default)]
    pub after: Option<i64>,
    /// A member of whom to say why they are in it or not.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
}

const fn default_limit() -> i64 {
    20
}

/// The members of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SegmentReply {
    /// How many members are in it in total.
    pub count: i64,
    /// A page of them, ordered by user id.
    pub items: Vec<SegmentMember>,
    /// Where to continue; null at the end.
    pub next_after: Option<i64>,
    /// The member that was asked about.
    #[serde(default)]
    pub member: Option<ExplainedMember>,
}

/// A member of a segment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SegmentMember {
    /// The member.
    pub user_id: i64,
}

/// Why a member is in a segment or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExplainedMember {
    /// The member; another one if the member was merged.
    pub user_id: i64,
    /// Whether the member is in it.
    pub in_it: bool,
    /// Each condition, and whether it speaks for the member.
    pub because: Vec<SegmentReason>,
}

impl Operation for Segment {
    const NAME: &'static str = "segment";
    const ACCESS: Access = Access::Read;
    type Reply = SegmentReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<SegmentReply> {
        let limit = limit::within("limit", self.limit, 1, limit::MAX_PAGE)?;
        let after = self.after.map_or(Ok(0), |after| limit::within("after", after, 0, i64::MAX))?;
        let criteria = self.criteria(cx)?;
        let member = self.user_id.map(|user_id| explained(cx, &criteria, user_id)).transpose()?;
        let mut reply = SegmentReply { count: 0, items: Vec::new(), next_after: None, member };
        let mut walk = Walk::new(cx, &criteria);
        while let Some(page) = walk.next_page(cx)? {
            reply.count += i64::try_from(page.len()).unwrap_or(0);
            for user_id in page.into_iter().map(UserId::get).filter(|user_id| *user_id > after) {
                if i64::try_from(reply.items.len()).is_ok_and(|listed| listed < limit) {
                    reply.items.push(SegmentMember { user_id });
                } else {
                    reply.next_after = reply.items.last().map(|last| last.user_id);
                }
            }
        }
        Ok(reply)
    }
}

impl Segment {
    fn criteria(&self, cx: &Cx<'_>) -> Result<Criteria> {
        match (self.name.as_deref(), &self.conditions) {
            (Some(_), Some(_)) => Err(Error::invalid("name", "must not be given with `conditions`")),
            (None, None) => Err(Error::invalid("name", "is required without `conditions`")),
            (Some(name), None) => {
                let segment = cx.programme.segment(name);
                segment
                    .map(|segment| segment.when.clone())
                    .ok_or_else(|| Error::not_found("name", limit::beginning(name)))
            }
            (None, Some(conditions)) => criteria("conditions", conditions, Names::of(cx.programme)),
        }
    }
}

/// Why a member is among those who meet the conditions, or not.
fn explained(cx: &mut Cx<'_>, criteria: &Criteria, user_id: UserId) -> Result<ExplainedMember> {
    let member = members::find(cx.store()?, user_id)?.ok_or_else(|| Error::not_found("user_id", user_id))?;
    let (programme, now) = (cx.programme, cx.now);
    let facts = segment::facts_of(cx, &member, &Needs::of(criteria), now)?;
    let judged = judge(criteria, &facts, programme, (programme.zone.day_of(now), programme.locale));
    Ok(ExplainedMember { user_id: member.user_id.get(), in_it: judged.in_it, because: judged.because })
}
