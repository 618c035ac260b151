use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::replay::{self, Outcome, Window};
use super::replay_database::ReplayDatabase;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::points_ahead::ahead;
use crate::domain::member::Member;
use crate::domain::programme::{Metric, Programme};
use crate::ops::{Access, Operation};
use crate::store::{archive, members};
use crate::value::{DayOrMoment, Decimal, Instant, Points, limit};
use crate::{Error, Result};

/// Members that are read at once.
const PAGE: i64 = 200;

/// Returns what another programme would have given for the recorded history; changes nothing.
///
/// The other programme judges every member's purchases, refunds, amendments and events again, one member after the
/// other, in a database in memory. Reviews, tier gifts, points for joining, expiry and merges follow from that.
/// Bookings by staff, redemptions (including those by `[auto_redeem]`), holds, payments, referrals, transfers, full
/// stamp cards and tiers by hand are replayed unchanged, as far as the member has the points. A member who was added by
/// `import_member` is imported again, with the tier held there. Under the programme in use, every entry stays the same.
/// A birthday is the one known now.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Simulate {
    /// Text of the other programme file; default the programme in use.
    #[serde(default)]
    #[new(default)]
    pub program: Option<String>,
    /// Count purchases and events from this moment on; a date means from the start of that local day.
    #[serde(default)]
    #[new(default)]
    pub from: Option<DayOrMoment>,
    /// Count those before this moment; a date includes its whole local day.
    #[serde(default)]
    #[new(default)]
    pub until: Option<DayOrMoment>,
    /// Most members in each list of those who gain or lose most, 1 to 200.
    #[serde(default = "ten")]
    #[new(value = "ten()")]
    pub limit: i64,
}

const fn ten() -> i64 {
    10
}

/// What another programme would have given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Simulated {
    /// Version of the other programme.
    pub program: String,
    /// Members that were replayed.
    pub members: i64,
    /// Purchases counted.
    pub purchases: i64,
    /// Purchases that would give exactly the same points.
    pub unchanged: i64,
    /// Entries of the members' ledgers, from any time.
    pub entries: i64,
    /// Entries that would be the same: in the same position, with the same points, moment and end.
    pub entries_unchanged: i64,
    /// Points that purchases and events gave, minus refunds.
    pub points_recorded: i64,
    /// Points that they would give under the other programme.
    pub points_simulated: i64,
    /// The difference: how many points more they would give; below zero for fewer.
    pub points_difference: i64,
    /// The same in money, at the value of a point in the other programme; null when it has none.
    pub cost_difference: Option<Decimal>,
    /// Points that are open now, spendable or pending, minus points owed.
    pub liability_recorded: i64,
    /// Points that would be open.
    pub liability_simulated: i64,
    /// Members who would be in another tier now.
    pub tier_moves: Vec<TierMove>,
    /// Members who would have more points by their purchases and events.
    pub gaining: i64,
    /// Members who would have fewer.
    pub losing: i64,
    /// Those who gain most.
    pub top_gaining: Vec<Changed>,
    /// Those who lose most.
    pub top_losing: Vec<Changed>,
    /// Facts that the other programme refuses, like an amendment that it cannot judge; they are left out.
    pub left_out: i64,
}

/// Members who would be in another tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TierMove {
    /// The tier they are in.
    pub from: String,
    /// The tier they would be in.
    pub to: String,
    /// How many they are.
    pub members: i64,
}

/// A member whose points would change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Changed {
    /// The member.
    pub user_id: i64,
    /// Points that purchases and events gave.
    pub points_recorded: i64,
    /// Points that they would give under the other programme.
    pub points_simulated: i64,
    /// The difference.
    pub points_difference: i64,
}

impl Operation for Simulate {
    const NAME: &'static str = "simulate";
    const ACCESS: Access = Access::Read;
    type Reply = Simulated;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Simulated> {
        let top = limit::within("limit", self.limit, 1, limit::MAX_PAGE)?;
        let programme = match &self.program {
            Some(text) => Programme::parse(text)?,
            None => cx.programme.clone(),
        };
        if programme.currency != cx.programme.currency {
            let (own, other) = (cx.programme.currency.code(), programme.currency.code());
            let expected = format!("must be {own}, the currency of what was recorded, got `{other}`");
            return Err(Error::invalid("program.currency", expected));
        }
        if archive::is_used(cx.store()?)? {
            return Err(archive::needed(None));
        }
        let zone = cx.programme.zone;
        let window = Window {
            from: self.from.map_or(Instant::stored(i64::MIN), |from| from.as_start(zone)),
            until: self.until.map_or(Instant::NEVER, |until| until.as_end(zone)),
        };
        let mut scratch = ReplayDatabase::new(programme, cx.now)?;
        let mut sums = Sums::new(usize::try_from(top).unwrap_or(usize::MAX));
        let mut after = 0;
        loop {
            let page = members::page(cx.store()?, after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.id.get();
            // A member who was merged into another is replayed with that one.
            for member in page.into_iter().filter(|member| member.merged_into.is_none()) {
                let outcome = replay::member(cx, &mut scratch, &member, window)?;
                sums.add(cx, member, &outcome, &scratch.programme)?;
            }
        }
        sums.reply(cx, &scratch.programme)
    }
}

/// The totals over all members, and the two ends of the ranking.
struct Sums {
    top: usize,
    members: i64,
    all: Outcome,
    liability: i64,
    moves: BTreeMap<(String, String), i64>,
    gaining: Ranking,
    losing: Ranking,
}

/// How many there are, and the first of them.
#[derive(Default)]
struct Ranking {
    count: i64,
    first: Vec<Changed>,
}

impl Ranking {
    fn add(&mut self, changed: Changed, top: usize) {
        self.count += 1;
        self.first.push(changed);
        if self.first.len() >= top.saturating_mul(2) {
            self.cut(top);
        }
    }

    fn cut(&mut self, top: usize) {
        self.first.sort_by_key(|one| (-one.points_difference.abs(), one.user_id));
        self.first.truncate(top);
    }
}

impl Sums {
    fn new(top: usize) -> Self {
        Self {
            top,
            members: 0,
            all: Outcome::default(),
            liability: 0,
            moves: BTreeMap::new(),
            gaining: Ranking::default(),
            losing: Ranking::default(),
        }
    }

    fn add(&mut self, cx: &mut Cx<'_>, member: Member, outcome: &Outcome, other: &Programme) -> Result<()> {
        self.members += 1;
        self.all.purchases += outcome.purchases;
        self.all.same += outcome.same;
        self.all.entries += outcome.entries;
        self.all.same_entries += outcome.same_entries;
        self.all.recorded += outcome.recorded;
        self.all.simulated += outcome.simulated;
        self.all.left_out += outcome.left_out;
        self.all.open += outcome.open;
        let user_id = member.user_id.get();
        // Only what a hold gives back to a tier judged by balance must be booked to be known.
        let member = match cx.programme.tier_rules.metric {
            Metric::Balance => Account::of(cx, member)?.member,
            _ => Account::for_display(cx, member)?,
        };
        let open = ahead(cx, &member, cx.now)?;
        self.liability += open.available + open.pending - open.debt;
        let tier = member.current_tier;
        // A tier that one of the two programmes renamed is the same one.
        if other.tier_id(&tier) != outcome.tier && cx.programme.tier_id(&outcome.tier) != tier {
            *self.moves.entry((tier, outcome.tier.clone())).or_default() += 1;
        }
        let difference = outcome.simulated - outcome.recorded;
        let changed = Changed {
            user_id,
            points_recorded: outcome.recorded,
            points_simulated: outcome.simulated,
            points_difference: difference,
        };
        match difference {
            1.. => self.gaining.add(changed, self.top),
            ..0 => self.losing.add(changed, self.top),
            0 => {}
        }
        Ok(())
    }

    fn reply(mut self, cx: &Cx<'_>, programme: &Programme) -> Result<Simulated> {
        self.gaining.cut(self.top);
        self.losing.cut(self.top);
        let difference = self.all.simulated - self.all.recorded;
        let worth = |points: i64| {
            let size = Points::new(points.abs())?;
            let money = programme.payment.value.map(|value| value.worth(size, programme.rounding));
            Ok(money.map(|money| {
                let shown = cx.shown(money);
                if points < 0 { shown.negated() } else { shown }
            }))
        };
        let moves = self.moves.into_iter();
        Ok(Simulated {
            program: programme.hash().to_owned(),
            members: self.members,
            purchases: self.all.purchases,
            unchanged: self.all.same,
            entries: self.all.entries,
            entries_unchanged: self.all.same_entries,
            points_recorded: self.all.recorded,
            points_simulated: self.all.simulated,
            points_difference: difference,
            cost_difference: worth(difference)?,
            liability_recorded: self.liability,
            liability_simulated: self.all.open,
            tier_moves: moves.map(|((from, to), members)| TierMove { from, to, members }).collect(),
            gaining: self.gaining.count,
            losing: self.losing.count,
            top_gaining: self.gaining.first,
            top_losing: self.losing.first,
            left_out: self.all.left_out,
        })
    }
}
