use crate::booking::announce::announce;
use crate::domain::log_event::LogKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::imported_entry::{History, ImportedEntry, MAX_ENTRIES};
use super::imported_order::{self, ImportedOrder};
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::enrolment::join_on;
use crate::booking::person::{self, GivenPerson};
use crate::booking::redemption::import_redemption;
use crate::domain::act::{OpeningBalance, RecordedAct};
use crate::domain::member::Person;
use crate::ops::{Access, Operation};
use crate::value::{Amount, Day, DayOrMoment, Instant, Money, Points, RewardId, UserId, limit, same_name};
use crate::{Error, Result};

/// Longest name of another system, in characters.
const MAX_SOURCE: usize = 25;
/// Longest `reference` of a caller, in characters.
const MAX_REFERENCE: usize = 40;
/// Most orders of one member.
const MAX_ORDERS: usize = 20_000;
/// Most open redemptions of one member.
const MAX_REDEMPTIONS: usize = 1_000;

/// Imports a member from another system: the balance, the points earned in a lifetime, tier, visits, orders and
/// redemptions.
///
/// For staff, when a shop moves to this engine; `loyalty adopt` does it for a whole database. A user is imported once
/// from each `source`; case and surrounding blanks do not matter (`ore` and ` ORE ` are the same). An existing member
/// keeps their personal data and points, and the imported ones are added.
///
/// The points earned in a lifetime become one entry. It begins now, and its points end as if they were earned now. A
/// second entry takes off what was spent. The entries of `history` are booked separately with their own dates: the
/// newest ones that fit into these sums; their points end like the rest. A balance below zero is owed. The member keeps
/// the tier, or gets the tier that the metric now gives if that is higher; there are no gifts for reaching it. Each
/// open redemption becomes a redemption here, with a coupon. The engine then knows the orders: they never earn again,
/// and they can be refunded.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ImportMember {
    /// The host's own id of the user.
    pub user_id: UserId,
    /// Name of the other system, up to 25 characters; members read it in their history.
    pub source: String,
    /// A mark of the caller, up to 40 characters, that the reply repeats.
    #[serde(default)]
    #[new(default)]
    pub reference: Option<String>,
    /// Spendable points in the other system; below zero for points owed.
    pub balance: i64,
    /// Points earned there in a lifetime, refunds subtracted; default the balance plus the points of open redemptions.
    #[serde(default)]
    #[new(default)]
    pub lifetime_points: Option<i64>,
    /// Id of the tier that the member held there.
    #[serde(default)]
    #[new(default)]
    pub tier: Option<String>,
    /// Name for greetings, up to 120 characters.
    #[serde(default)]
    #[new(default)]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default)]
    #[new(default)]
    pub email: Option<String>,
    /// Telephone number.
    #[serde(default)]
    #[new(default)]
    pub phone: Option<String>,
    /// Birthday.
    #[serde(default)]
    #[new(default)]
    pub birth_date: Option<Day>,
    /// When the user joined there; default now.
    #[serde(default)]
    #[new(default)]
    pub joined_at: Option<DayOrMoment>,
    /// The last purchase; default the last one of `orders`.
    #[serde(default)]
    #[new(default)]
    pub last_visit_at: Option<DayOrMoment>,
    /// Total number of purchases; those that are not in `orders` count on the day of the last visit. Default the number
    /// of `orders`.
    #[serde(default)]
    #[new(default)]
    pub total_visits: Option<i64>,
    /// Total money spent, in major units, in the same way.
    #[serde(default)]
    #[new(default)]
    pub total_spent: Option<Amount>,
    /// Orders that earned points there. An order that is already known here is left out, and its points are subtracted.
    #[serde(default)]
    #[new(default)]
    pub orders: Vec<ImportedOrder>,
    /// Rewards that were redeemed there but not used yet.
    #[serde(default)]
    #[new(default)]
    pub redemptions: Vec<ImportedRedemption>,
    /// Entries in the other system, at most 2000, without those of `redemptions`. They are ignored when an order is
    /// already known here.
    #[serde(default)]
    #[new(default)]
    pub history: Vec<ImportedEntry>,
}

/// A reward that was redeemed and not used yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedRedemption {
    /// The reward, by its id here.
    pub reward_id: RewardId,
    /// Points that it cost then.
    pub points: i64,
    /// When it was redeemed; the uses of the reward count from then.
    pub redeemed_at: DayOrMoment,
}

/// What was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Imported {
    /// Whether the user is a new member.
    pub created: bool,
    /// The entry of the points earned there.
    pub transaction_id: i64,
    /// The `reference` of the call.
    pub reference: Option<String>,
    /// The balance that was imported.
    pub imported: i64,
    /// Points of orders that were already known here: a part of the imported balance that was not given again.
    pub points_known: i64,
    /// Spendable points after this call; below zero when points are owed.
    pub balance: i64,
    /// Id of the tier held.
    pub tier: String,
    /// Orders that were imported.
    pub orders: i64,
    /// Orders that were already known here.
    pub orders_known: i64,
    /// The open redemptions, with the codes of their coupons.
    pub redemptions: Vec<ImportedClaim>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

/// An open redemption that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ImportedClaim {
    /// The redemption.
    pub redemption_id: i64,
    /// The reward.
    pub reward_id: RewardId,
    /// The code of its coupon.
    pub code: String,
}

impl Operation for ImportMember {
    const NAME: &'static str = "import_member";
    const ACCESS: Access = Access::Write;
    const NAMES: &'static [&'static str] = &["source"];
    type Reply = Imported;

    fn natural_key(&self) -> Option<String> {
        // An invalid source is reported by the call itself.
        let source = self.source().ok()?;
        Some(format!("{}:{}", same_name(&source), self.user_id))
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Imported> {
        self.check(cx)?;
        // What happened elsewhere is no news; that a member came is.
        cx.is_silent = true;
        let (mut account, created) = self.member(cx)?;
        let (new, known) = imported_order::without_known(cx, account.member.user_id, &self.orders)?;
        let sums = self.sums(&known)?;
        let mut taken = self.taken_over(cx, &account, &sums, &new, created)?;
        // When an order is already known here, so is its entry.
        let told: &[ImportedEntry] = if known.is_empty() { &self.history } else { &[] };
        let history = History::of(told, sums.lifetime, sums.spent, cx.programme.zone)?;
        taken.lifetime = sums.lifetime.minus(history.earned)?;
        taken.earning = history.earning;
        let last = account.last_entry();
        let opening = taken.open(cx, &mut account)?;
        history.book(cx, &mut account, &taken)?;
        let redemptions = self.claim(cx, &mut account)?;
        taken.take_spent(cx, &mut account, sums.spent.minus(history.spent)?)?;
        taken.close(cx, &mut account)?;
        account.note(cx, last, &RecordedAct::Import(taken.noted()?))?;
        let balance = account.balance(cx)?;
        for order in &new {
            imported_order::keep(cx, &account.member, order, opening, balance)?;
        }
        cx.is_silent = false;
        if created {
            announce(cx, LogKind::MemberEnrolled, Some(account.member.user_id), [("imported", true.into())])?;
        }
        Ok(Imported {
            created,
            transaction_id: opening.get(),
            reference: self.reference.clone(),
            imported: self.balance,
            points_known: sums.known,
            balance,
            tier: account.member.current_tier.clone(),
            orders: i64::try_from(new.len()).unwrap_or(i64::MAX),
            orders_known: i64::try_from(known.len()).unwrap_or(i64::MAX),
            redemptions,
            replayed: false,
        })
    }
}

/// The sums of points to import.
struct Sums {
    known: i64,
    lifetime: Points,
    /// What was spent there, without the open redemptions.
    spent: Points,
}

impl ImportMember {
    /// The name of the other system, as members see it.
    fn source(&self) -> Result<String> {
        limit::readable_text("source", &self.source, MAX_SOURCE)
    }

    fn check(&self, cx: &Cx<'_>) -> Result<()> {
        self.source()?;
        self.reference.as_deref().map_or(Ok(()), |mark| limit::text("reference", mark, MAX_REFERENCE).map(drop))?;
        let counts = [
            ("orders", self.orders.len(), MAX_ORDERS),
            ("redemptions", self.redemptions.len(), MAX_REDEMPTIONS),
            ("history", self.history.len(), MAX_ENTRIES),
        ];
        for (field, count, most) in counts {
            if count > most {
                return Err(Error::invalid(field, format_args!("must have at most {most} entries, got `{count}`")));
            }
        }
        if let Some(tier) = self.tier.as_deref().filter(|tier| cx.programme.tier(tier).is_none()) {
            let shown = limit::beginning(tier);
            return Err(Error::invalid("tier", format_args!("must be the id of a tier, got `{shown}`")));
        }
        let place = |list: &str, at: usize, field: &str| format!("{list}[{at}].{field}");
        let paid = self.orders.iter().enumerate().map(|(at, one)| (place("orders", at, "paid_at"), one.paid_at));
        let redeemed = self.redemptions.iter().enumerate();
        let redeemed = redeemed.map(|(at, one)| (place("redemptions", at, "redeemed_at"), one.redeemed_at));
        let own = [("joined_at", self.joined_at), ("last_visit_at", self.last_visit_at)];
        let own = own.into_iter().filter_map(|(field, given)| Some((field.to_owned(), given?)));
        let told = self.history.iter().enumerate();
        let told = told.map(|(at, one)| (place("history", at, "happened_at"), one.happened_at));
        for (field, given) in own.chain(paid).chain(redeemed).chain(told) {
            if given.as_start(cx.programme.zone) > cx.at {
                return Err(Error::invalid(&field, "must not lie in the future"));
            }
        }
        Ok(())
    }

    fn member(&self, cx: &mut Cx<'_>) -> Result<(Account, bool)> {
        let given = GivenPerson {
            name: self.name.as_deref(),
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            birth_date: self.birth_date,
            locale: None,
            consents: None,
        };
        let person = person::changed(cx, Person::default(), &given)?;
        if let Some(account) = Account::find(cx, self.user_id)? {
            return Ok((account, false));
        }
        let joined = self.joined_at.map_or(cx.at, |given| given.as_start(cx.programme.zone));
        let account = join_on(cx, self.user_id, person.clone(), joined)?;
        person::identify(cx, self.user_id, &Person::default(), &person, None)?;
        Ok((account, true))
    }

    fn sums(&self, known: &[&ImportedOrder]) -> Result<Sums> {
        Points::named("balance", self.balance)?;
        let claims = self.redemptions.iter().enumerate().try_fold(0_i64, |sum, (at, one)| {
            let field = format!("redemptions[{at}].points");
            Ok::<i64, Error>(sum.saturating_add(limit::within(&field, one.points, 0, limit::MAX_POINTS)?))
        })?;
        let least = self.balance.saturating_add(claims).max(0);
        let lifetime = self.lifetime_points.unwrap_or(least);
        limit::within("lifetime_points", lifetime, least, limit::MAX_POINTS)?;
        let earned: i64 = self.orders.iter().fold(0, |sum, order| sum.saturating_add(order.points));
        if earned > lifetime {
            let expected = format!("must have at most the points earned in a lifetime, `{lifetime}`, got `{earned}`");
            return Err(Error::invalid("orders", expected));
        }
        let twice: i64 = known.iter().map(|order| order.points).sum();
        let spent = lifetime.saturating_sub(claims).saturating_sub(self.balance);
        Ok(Sums { known: twice, lifetime: Points::new(lifetime.saturating_sub(twice))?, spent: Points::new(spent)? })
    }

    fn last_visit(&self, cx: &Cx<'_>) -> Option<Instant> {
        let zone = cx.programme.zone;
        let last = self.orders.iter().map(|order| order.paid_at.as_start(zone)).max();
        self.last_visit_at.map(|given| given.as_start(zone)).max(last)
    }

    /// Imports everything but orders and redemptions: purchases on their days, and the rest on the day of the last
    /// visit.
    fn taken_over(
        &self,
        cx: &Cx<'_>,
        account: &Account,
        sums: &Sums,
        new: &[&ImportedOrder],
        created: bool,
    ) -> Result<OpeningBalance> {
        let zone = cx.programme.zone;
        let (mut visits, mut spent) = (0_i64, Money::ZERO);
        for (at, order) in self.orders.iter().enumerate() {
            spent = spent.plus(cx.money(&format!("orders[{at}].amount"), order.amount)?)?;
            visits += 1;
        }
        let all_visits = self.total_visits.unwrap_or(visits);
        limit::within("total_visits", all_visits, visits, limit::MAX_POINTS)?;
        let all_spent = self.total_spent.map_or(Ok(spent), |given| cx.money("total_spent", given))?;
        if all_spent < spent {
            let expected = format!("must be at least the sum of the orders, `{}`", cx.shown(spent));
            return Err(Error::invalid("total_spent", expected));
        }
        let last = self.last_visit(cx);
        let mut taken = OpeningBalance {
            source: self.source()?,
            lifetime: sums.lifetime,
            tier: self.tier.clone(),
            last_visit: last.map(Instant::micros),
            created,
            ..OpeningBalance::default()
        };
        let rest_on = zone.day_of(last.unwrap_or(account.member.join_date));
        taken.add_day(rest_on, all_visits - visits, all_spent.minus(spent)?)?;
        for order in new {
            let day = zone.day_of(order.paid_at.as_start(zone));
            taken.add_day(day, 1, cx.money("orders", order.amount)?)?;
        }
        Ok(taken)
    }

    fn claim(&self, cx: &mut Cx<'_>, account: &mut Account) -> Result<Vec<ImportedClaim>> {
        let mut claims = Vec::with_capacity(self.redemptions.len());
        for one in &self.redemptions {
            let at = one.redeemed_at.as_start(cx.programme.zone);
            let taken = import_redemption(cx, account, one.reward_id, Points::new(one.points)?, at)?;
            let (redemption_id, code) = (taken.entry.get(), taken.coupon.code);
            claims.push(ImportedClaim { redemption_id, reward_id: one.reward_id, code });
        }
        Ok(claims)
    }
}
