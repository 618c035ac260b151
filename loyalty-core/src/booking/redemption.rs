//! What redeeming, listing and reserving share: which rewards a member can get, and the redemption itself.

use crate::booking::account::{Account, Draft};
use crate::booking::announce::announce;
use crate::booking::codes;
use crate::booking::cx::Cx;
use crate::booking::entry_details::parts_of;
use crate::booking::notify::notify;
use crate::booking::reservation;
use crate::domain::catalogue::Text;
use crate::domain::coupon::Coupon;
use crate::domain::earning::Reason;
use crate::domain::ledger::EntryKind;
use crate::domain::limits::{Period, Uses};
use crate::domain::log_event::LogKind;
use crate::domain::notice::{NoticeDraft, NoticeKind};
use crate::domain::reward::{self, Claim, Price, Reward};
use crate::store::redemptions::{self, Redemption};
use crate::store::{ledger, reservations, rewards};
use crate::value::UserId;
use crate::value::{EntryId, Instant, OrderId, Points, RewardId, limit};
use crate::{Error, Refusal, Result};

/// The reason of an automatic redemption; it stands beside the ids of rules.
const AUTOMATIC: &str = "auto_redeem";

/// Most pieces in one redemption.
const MAX_QUANTITY: i64 = limit::MAX_QUANTITY;

/// How often a member has had each reward, including what is reserved for the member.
pub(crate) struct History(Vec<(RewardId, Uses)>);

impl History {
    pub(crate) fn read(cx: &mut Cx<'_>, account: &Account) -> Result<Self> {
        let (at, now, zone) = (cx.at, cx.now, cx.programme.zone);
        let periods = Period::ALL.map(|period| period.bounds(zone, at));
        let mut uses = redemptions::uses(cx.store()?, account.member.id, &periods)?;
        for kept in reservations::of_member(cx.store()?, account.member.user_id, now)? {
            if !uses.iter().any(|(id, _)| *id == kept.reward) {
                uses.push((kept.reward, Uses::default()));
            }
            for (_, used) in uses.iter_mut().filter(|(id, _)| *id == kept.reward) {
                add(used, kept.quantity, kept.created_at, &periods);
            }
        }
        Ok(Self(uses))
    }

    pub(crate) fn of(&self, reward: RewardId) -> Uses {
        self.0.iter().find(|(id, _)| *id == reward).map_or_else(Uses::default, |(_, uses)| *uses)
    }
}

fn add(uses: &mut Uses, quantity: i64, at: Instant, periods: &[(Instant, Instant); 4]) {
    uses.ever += quantity;
    for (sum, (from, until)) in uses.periods.iter_mut().zip(periods) {
        if (*from..*until).contains(&at) {
            *sum += quantity;
        }
    }
}

/// How many pieces a request wants; default one.
pub(crate) fn quantity(wanted: Option<i64>) -> Result<i64> {
    wanted.map_or(Ok(1), |quantity| limit::within("quantity", quantity, 1, MAX_QUANTITY))
}

/// The reward with this id, in its current state.
pub(crate) fn find(cx: &mut Cx<'_>, id: RewardId) -> Result<Reward> {
    let reward = rewards::find(cx.store()?, id)?.ok_or_else(|| Error::not_found("reward_id", id))?;
    standing(cx, reward)
}

/// A reward with the pieces and uses that came back by the clock, whether or not they have been given back in the
/// store.
pub(crate) fn standing(cx: &mut Cx<'_>, mut reward: Reward) -> Result<Reward> {
    let ended = reservation::ended_pieces(cx, reward.id)?;
    reward.stock = reward.stock.map(|stock| stock + ended);
    reward.used -= ended;
    Ok(reward)
}

/// Whether the member may get this many pieces now, and what they cost.
pub(crate) fn check(cx: &mut Cx<'_>, account: &mut Account, reward: &Reward, quantity: i64) -> Result<Price> {
    let uses = History::read(cx, account)?.of(reward.id);
    let spendable = account.spendable(cx)?;
    let claim = Claim {
        blocked: account.member.blocked,
        tier: &account.member.current_tier,
        quantity,
        uses,
        spendable,
        at: cx.at,
    };
    reward::check(reward, &claim, cx.programme)?;
    reward.price_of(quantity)
}

/// Takes pieces and uses of a reward. They may be gone even though they were checked before.
pub(crate) fn take_pieces(cx: &mut Cx<'_>, reward: &Reward, quantity: i64) -> Result<()> {
    if rewards::take(cx.store()?, reward.id, quantity)? {
        return Ok(());
    }
    let refusal = if reward.stock.is_some() { Refusal::OutOfStock } else { Refusal::LimitReached };
    Err(Error::refused(refusal))
}

/// A redemption that was booked.
pub(crate) struct BookedRedemption {
    pub(crate) entry: EntryId,
    pub(crate) price: Price,
    pub(crate) coupon: Coupon,
}

/// Takes the points, issues the coupon and books the redemption. Pieces and uses were taken before; the caller saves
/// the account.
pub(crate) fn book(
    cx: &mut Cx<'_>,
    account: &mut Account,
    reward: &Reward,
    quantity: i64,
    order_id: Option<&OrderId>,
) -> Result<BookedRedemption> {
    book_by(cx, account, reward, &Wish { quantity, order_id, details: None })
}

/// What is redeemed, and for which order.
struct Wish<'a> {
    quantity: i64,
    order_id: Option<&'a OrderId>,
    /// The explanation of the entry, as JSON.
    details: Option<String>,
}

fn book_by(cx: &mut Cx<'_>, account: &mut Account, reward: &Reward, wish: &Wish<'_>) -> Result<BookedRedemption> {
    let Wish { quantity, order_id, .. } = *wish;
    let price = reward.price_of(quantity)?;
    let text = Text::Redeemed { reward: &reward.name }.say(cx.locale_of(&account.member));
    let mut draft = Draft::new(EntryKind::Redeem, price.points.negated(), text, cx.at);
    draft.order_id = order_id.cloned();
    draft.details.clone_from(&wish.details);
    let entry = account.debit(cx, draft)?;
    let at = cx.at;
    record(cx, account, reward, &RedemptionBooking { entry, quantity, price, order_id, at })
}

/// Books an unused redemption from another system, for the points that it cost there. The caller saves the account.
pub(crate) fn import_redemption(
    cx: &mut Cx<'_>,
    account: &mut Account,
    reward: RewardId,
    points: Points,
    at: Instant,
) -> Result<BookedRedemption> {
    let reward = find(cx, reward)?;
    take_pieces(cx, &reward, 1)?;
    let text = Text::Redeemed { reward: &reward.name }.say(cx.locale_of(&account.member));
    let draft = Draft::new(EntryKind::Redeem, points.negated(), text, at);
    let entry = account.overdraw(cx, draft, Points::new(limit::MAX_POINTS)?)?;
    let price = Price { points, ..reward.price_of(1)? };
    record(cx, account, &reward, &RedemptionBooking { entry, quantity: 1, price, order_id: None, at })
}

/// The data that a redemption is recorded with.
pub(crate) struct RedemptionBooking<'a> {
    /// The entry that took the points.
    pub(crate) entry: EntryId,
    pub(crate) quantity: i64,
    pub(crate) price: Price,
    pub(crate) order_id: Option<&'a OrderId>,
    /// The uses count in the periods that contain this moment.
    pub(crate) at: Instant,
}

/// Issues the coupon and books the redemption; the points were taken before.
pub(crate) fn record(
    cx: &mut Cx<'_>,
    account: &mut Account,
    reward: &Reward,
    booking: &RedemptionBooking<'_>,
) -> Result<BookedRedemption> {
    let RedemptionBooking { entry, quantity, price, order_id, at } = *booking;
    account.extend_on_activity(cx)?;
    let user_id = account.member.user_id;
    let coupon = issue(cx, user_id, entry, reward, (quantity, order_id))?;
    let redemption = Redemption {
        entry,
        user_id,
        reward: reward.id,
        quantity,
        returned: 0,
        returned_lots: Vec::new(),
        points: price.points,
        money_due: price.money,
        cost: price.cost,
        coupon: coupon.id,
        order_id: order_id.cloned(),
        cancelled_by: None,
    };
    redemptions::insert(cx.store()?, &redemption, at)?;
    account.member.rewards_redeemed += quantity;
    let data = [
        ("redemption_id", entry.get().into()),
        ("reward_id", reward.id.get().into()),
        ("quantity", quantity.into()),
        ("points", price.points.get().into()),
        ("coupon_id", coupon.id.get().into()),
    ];
    announce(cx, LogKind::RewardRedeemed, Some(user_id), data)?;
    let notice = NoticeDraft::of(user_id, NoticeKind::RewardRedeemed, reward.id.get().to_string());
    notify(cx, &NoticeDraft { period: entry.get().to_string(), ..notice })?;
    Ok(BookedRedemption { entry, price, coupon })
}

/// Redeems rewards automatically as the programme says, after points came in: for the order that the points came from;
/// when that order is cancelled, so are the redemptions. Returns the redemptions.
///
/// If the member cannot get the reward, nothing changes: the points stay. The caller saves the account.
pub(crate) fn redeem_automatically(
    cx: &mut Cx<'_>,
    account: &mut Account,
    order_id: Option<&OrderId>,
) -> Result<Vec<EntryId>> {
    let mut redeemed = Vec::new();
    let Some(rule) = cx.programme.auto_redeem else { return Ok(redeemed) };
    while account.spendable(cx)? >= rule.threshold && redeemed.len() < rule.at_most {
        let Some(reward) = rewards::find(cx.store()?, rule.reward)? else { break };
        let reward = standing(cx, reward)?;
        match check(cx, account, &reward, 1).and_then(|_| take_pieces(cx, &reward, 1)) {
            Ok(()) => redeemed.push(book_automatic(cx, account, &reward, order_id)?),
            Err(error) if error.kind() == crate::Kind::Refused => break,
            Err(error) => return Err(error),
        }
    }
    Ok(redeemed)
}

fn book_automatic(
    cx: &mut Cx<'_>,
    account: &mut Account,
    reward: &Reward,
    order_id: Option<&OrderId>,
) -> Result<EntryId> {
    let newest = match order_id {
        Some(_) => None,
        None => account.order_spent_last(cx, reward.price_of(1)?.points)?,
    };
    let why = Text::Redeemed { reward: &reward.name }.say(cx.locale_of(&account.member));
    let points = reward.price_of(1)?.points.negated();
    let because = [Reason { rule: AUTOMATIC.to_owned(), points: points.get(), why }];
    let details = Some(serde_json::json!({ "because": because }).to_string());
    let wish = Wish { quantity: 1, order_id: order_id.or(newest.as_ref()), details };
    book_by(cx, account, reward, &wish).map(|taken| taken.entry)
}

/// Whether a redemption was made automatically.
pub(crate) fn is_automatic(cx: &mut Cx<'_>, redemption: &Redemption) -> Result<bool> {
    let entry = ledger::find(cx.store()?, redemption.entry)?;
    let parts = entry.as_ref().map(parts_of).transpose()?.unwrap_or_default();
    Ok(parts.iter().any(|(rule, _)| rule == AUTOMATIC))
}

/// The coupon of a redemption: for this member, usable once for each piece.
fn issue(
    cx: &mut Cx<'_>,
    user_id: UserId,
    redemption: EntryId,
    reward: &Reward,
    (quantity, granting): (i64, Option<&OrderId>),
) -> Result<Coupon> {
    let mut coupon = reward.issued(user_id, Some(redemption), quantity, cx.at, cx.programme);
    if reward.coupon.not_on_granting_order {
        coupon.terms.not_on_order = granting.map(|order_id| order_id.as_str().to_owned());
    }
    let shape = &cx.programme.coupon_code;
    codes::insert_new(cx, shape, coupon)
}
