use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::stamp_cards::{StampCardReply, shown};
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::owner;
use crate::booking::signing::trusted_keys;
use crate::booking::stamps::{StampBooking, book, card_of, of_order, room};
use crate::domain::programme::StampCard;
use crate::domain::signed::{Signed, SignedStamp, StampKind, is_denied};
use crate::ops::{Access, Operation};
use crate::store::stamps::{self, StampCause};
use crate::value::{OrderId, UserId, limit};
use crate::{Error, Refusal, Result};

/// Most stamps in one call.
const MAX_AT_ONCE: i64 = 100;

/// Stamps a member's card: by hand, for an order, or by scanning a signed stamp.
///
/// A stamp shown by staff is good for one scan by one member. A stamp on a receipt is too, until its own end. A stamp
/// on the wall is good for each member once on a local day. Stamps beyond the card's daily limit are cut, and the
/// card's cooldown prevents the same cup from being stamped twice. An order stamps a card once: a repeat changes
/// nothing.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Stamp {
    /// The member.
    pub user_id: UserId,
    /// The card; a signed stamp names its own.
    #[serde(default)]
    #[new(default)]
    pub card: Option<String>,
    /// How many stamps, 1 to 100; a signed stamp has its own number.
    #[serde(default)]
    #[new(default)]
    pub quantity: Option<i64>,
    /// The order that is stamped; it must not belong to another member. When it is returned, the stamps are taken back.
    #[serde(default)]
    #[new(default)]
    pub order_id: Option<OrderId>,
    /// A signed stamp, as `sign_stamp` makes it.
    #[serde(default)]
    #[new(default)]
    pub token: Option<String>,
    /// Stamps an order again whose stamps were taken back when it was returned. Without this, such a call is refused,
    /// because it may be a late retry.
    #[serde(default)]
    #[new(default)]
    pub reopened: bool,
}

/// What was stamped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stamped {
    /// Stamps that were given.
    pub stamped: i64,
    /// The card after this call.
    pub card: StampCardReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for Stamp {
    const NAME: &'static str = "stamp";
    const ACCESS: Access = Access::Write;
    type Reply = Stamped;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Stamped> {
        let signed = self.signed(cx)?;
        let card = self.card(cx, signed.as_ref())?;
        let asked = match &signed {
            Some(signed) => signed.quantity,
            None => limit::within("quantity", self.quantity.unwrap_or(1), 1, MAX_AT_ONCE)?,
        };
        let mut account = Account::active(cx, self.user_id)?;
        let user_id = account.member.user_id;
        if let Some(earlier) = self.of_same_order(cx, card, user_id, asked)? {
            return Ok(earlier);
        }
        if let Some(order_id) = &self.order_id {
            owner::check(cx, order_id, user_id)?;
        }
        let held = stamps::held(cx.store()?, user_id, card)?;
        // Each receipt is a different purchase, whenever it is brought.
        let is_receipt = signed.as_ref().is_some_and(|signed| signed.kind == StampKind::Receipt);
        if self.order_id.is_none() && !is_receipt {
            card.cooled(held.last_stamped_at, cx.at)?;
        }
        if let Some(signed) = &signed {
            use_up(cx, signed, user_id)?;
        }
        let at = cx.at;
        let quantity = room(cx, card, user_id, asked, at)?;
        if quantity == 0 {
            let tomorrow = cx.programme.zone.end_of(cx.programme.zone.day_of(at));
            let again_at = cx.moment(tomorrow).to_string();
            return Err(Error::refused(Refusal::UserLimitReached)
                .with("limit", card.daily_limit.unwrap_or(0))
                .with("again_at", again_at));
        }
        let order = self.order_id.as_ref();
        let held = book(cx, card, &StampBooking { user_id, cause: StampCause::Stamp, quantity, asked, order, at })?;
        account.save(cx)?;
        Ok(Stamped { stamped: quantity, card: shown(cx, card, &held), replayed: false })
    }

    fn stands(&self, cx: &mut Cx<'_>, stamped: &Stamped) -> Result<bool> {
        let Some(order) = &self.order_id else { return Ok(true) };
        let known = of_order(cx, order, &stamped.card.card)?;
        Ok(known.is_some_and(|known| known.stamps > 0))
    }
}

impl Stamp {
    /// The signed stamp, if one was scanned: signed by us, still good, not denied.
    fn signed(&self, cx: &Cx<'_>) -> Result<Option<SignedStamp>> {
        let Some(token) = &self.token else { return Ok(None) };
        let Some(Signed::Stamp(stamp)) = Signed::read(token, &trusted_keys(cx)) else {
            return Err(Error::refused(Refusal::NotUsable).with("field", "token"));
        };
        for (field, given) in [("quantity", self.quantity.is_some()), ("order_id", self.order_id.is_some())] {
            if given {
                return Err(Error::invalid(field, "must not be given with a signed stamp"));
            }
        }
        if is_denied(&stamp.id, &cx.programme.signing.denied) {
            return Err(Error::refused(Refusal::Inactive).with("field", "token"));
        }
        if stamp.valid_until.is_some_and(|until| cx.at >= until) {
            return Err(Error::refused(Refusal::Expired).with("field", "token"));
        }
        Ok(Some(stamp))
    }

    fn card<'a>(&self, cx: &Cx<'a>, signed: Option<&SignedStamp>) -> Result<&'a StampCard> {
        match (&self.card, signed) {
            (Some(card), Some(signed)) if !is_same_card(cx, card, &signed.card) => {
                Err(Error::invalid("card", format_args!("must match the signed stamp, `{}`", signed.card)))
            }
            (_, Some(signed)) => card_of(cx, &signed.card),
            (Some(card), None) => card_of(cx, card),
            (None, None) => Err(Error::invalid("card", "is required without a signed stamp")),
        }
    }

    /// The answer to a repeat: the order has already stamped this card.
    fn of_same_order(&self, cx: &mut Cx<'_>, card: &StampCard, user_id: UserId, asked: i64) -> Result<Option<Stamped>> {
        let Some(order) = &self.order_id else { return Ok(None) };
        let Some(known) = of_order(cx, order, &card.id)?.filter(|known| known.asked > 0) else {
            // This also keeps two members from stamping one order at the same moment.
            let first = stamps::scan(cx.store()?, &format!("order {} {order}", card.id))?;
            let taken = Error::refused(Refusal::AlreadyUsed).with("field", "order_id");
            return if first { Ok(None) } else { Err(taken) };
        };
        let differs = if known.user_id == user_id { "quantity" } else { "user_id" };
        if known.user_id != user_id || known.asked != asked {
            return Err(Error::conflict(order.as_str(), differs));
        }
        if known.stamps <= 0 {
            // The stamps were taken back.
            let undone = Error::refused(Refusal::AlreadyUsed).with("order_id", order.as_str());
            return if self.reopened { Ok(None) } else { Err(undone) };
        }
        let held = stamps::held(cx.store()?, user_id, card)?;
        Ok(Some(Stamped { stamped: known.stamps, card: shown(cx, card, &held), replayed: true }))
    }
}

/// Whether two ids mean the same card, which may have been renamed.
fn is_same_card(cx: &Cx<'_>, one: &str, other: &str) -> bool {
    let id = |name: &str| cx.programme.stamp_card(name).map(|card| card.id.as_str());
    one == other || (id(one).is_some() && id(one) == id(other))
}

/// Counts the scan, and refuses a second one.
fn use_up(cx: &mut Cx<'_>, signed: &SignedStamp, user_id: UserId) -> Result<()> {
    let zone = cx.programme.zone;
    let today = zone.day_of(cx.at);
    let scan = match signed.kind {
        StampKind::Counter => format!("counter {}", signed.id),
        StampKind::Receipt => format!("receipt {}", signed.id),
        StampKind::Poster => format!("poster {} {user_id} {today}", signed.id),
    };
    if stamps::scan(cx.store()?, &scan)? {
        return Ok(());
    }
    let used = Error::refused(Refusal::AlreadyUsed).with("field", "token");
    Err(match signed.kind {
        StampKind::Counter | StampKind::Receipt => used,
        StampKind::Poster => used.with("again_at", cx.moment(zone.end_of(today)).to_string()),
    })
}
