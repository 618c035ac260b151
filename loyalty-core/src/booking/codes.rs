//! New codes: hard enough to guess, and free.

use crate::booking::announce::announce;
use crate::booking::cx::Cx;
use crate::booking::notify::notify;
use crate::domain::code::{self, CodeShape, guess_chance_bits};
use crate::domain::coupon::Coupon;
use crate::domain::log_event::LogKind;
use crate::domain::notice::{NoticeDraft, NoticeKind};
use crate::domain::programme::Programme;
use crate::store::{coupons, gift_cards, members};
use crate::value::Day;
use crate::value::limit;
use crate::{Error, Fault, Result};

/// Most random symbols of a code.
const MAX_SYMBOLS: i64 = 24;
/// Longest code chosen by a shop as it is printed, in characters.
const MAX_OWN: usize = 40;
/// How many times a code that is taken is replaced by another.
pub(crate) const TRIES: usize = 32;

/// The shape that `count` more codes need, so that the chance to guess any code stays within the programme's limit.
/// Every code that was ever made counts as valid.
///
/// # Errors
/// `invalid` when the given length is too short.
pub(crate) fn shape(cx: &mut Cx<'_>, prefix: Option<&str>, length: Option<i64>, count: i64) -> Result<CodeShape> {
    let live = coupons::at_most(cx.store()?)?.saturating_add(count);
    fitting(cx.programme, &cx.programme.coupon_code, live, prefix, length)
}

/// The shape that codes of a kind need when this many exist: as the programme says, or longer.
///
/// # Errors
/// `invalid` when the given length is too short.
pub(crate) fn fitting(
    programme: &Programme,
    usual: &CodeShape,
    live: i64,
    prefix: Option<&str>,
    length: Option<i64>,
) -> Result<CodeShape> {
    let bits = programme.minimum_code_bits;
    let least = (1..MAX_SYMBOLS).find(|symbols| guess_chance_bits(*symbols, live) >= bits).unwrap_or(MAX_SYMBOLS);
    let own = i64::try_from(usual.symbols()).unwrap_or(MAX_SYMBOLS);
    let symbols = match length {
        Some(length) if limit::within("length", length, 1, MAX_SYMBOLS)? < least => {
            let expected = format!(
                "must be at least {least}: with {live} codes, one guess in 2^{} would hit one, and the limit is one in \
                 2^{bits} (`codes.minimum_bits`), got `{length}`",
                guess_chance_bits(length, live)
            );
            return Err(Error::invalid("length", expected));
        }
        Some(length) => length,
        None => own.max(least),
    };
    let symbols = usize::try_from(symbols).unwrap_or(24);
    usual.with(symbols, prefix).map_err(|expected| Error::invalid("prefix", expected))
}

/// Adds a coupon under a new code, of which its member is told. A code that is taken is replaced; running out of free codes
/// is an error.
pub(crate) fn insert_new(cx: &mut Cx<'_>, shape: &CodeShape, coupon: Coupon) -> Result<Coupon> {
    let coupon = issue(cx, shape, coupon)?;
    tell_owner(cx, &coupon)?;
    Ok(coupon)
}

/// The same, of which the caller tells the member.
pub(crate) fn issue(cx: &mut Cx<'_>, shape: &CodeShape, mut coupon: Coupon) -> Result<Coupon> {
    let (now, actor) = (cx.now, cx.actor);
    for _ in 0..TRIES {
        coupon.code = shape.generate(cx.entropy);
        if let Some(id) = coupons::insert(cx.store()?, &coupon, now, actor)? {
            coupon.id = id;
            tell_issued(cx, &coupon)?;
            return Ok(coupon);
        }
    }
    Err(exhausted("codes.coupon.length"))
}

/// Adds a coupon under a code chosen by the shop, which must not read like any other code.
pub(crate) fn insert_own(cx: &mut Cx<'_>, printed: &str, mut coupon: Coupon) -> Result<Coupon> {
    let printed = limit::text("code", printed, MAX_OWN)?;
    coupon.code = code::own(&printed).map_err(|expected| Error::invalid("code", expected))?;
    let taken = || {
        let shown = code::grouped(&coupon.code);
        Error::invalid("code", format_args!("must be new: another code also reads as `{shown}`, got `{printed}`"))
    };
    if members::by_referral_code(cx.store()?, &coupon.code)?.is_some()
        || gift_cards::by_code(cx.store()?, &coupon.code)?.is_some()
    {
        return Err(taken());
    }
    coupon.terms.printed = Some(printed.clone());
    let (now, actor) = (cx.now, cx.actor);
    let id = coupons::insert(cx.store()?, &coupon, now, actor)?.ok_or_else(taken)?;
    coupon.id = id;
    tell_issued(cx, &coupon)?;
    tell_owner(cx, &coupon)?;
    Ok(coupon)
}

/// Tells of a coupon. Its code is as good as money, so only its id is named.
fn tell_issued(cx: &mut Cx<'_>, coupon: &Coupon) -> Result<()> {
    let redemption = coupon.redemption.map(|redemption| redemption.get());
    let data = [("coupon_id", coupon.id.get().into()), ("redemption_id", redemption.into())];
    announce(cx, LogKind::CouponIssued, coupon.user_id, data)
}

fn tell_owner(cx: &mut Cx<'_>, coupon: &Coupon) -> Result<()> {
    // The coupon of a reward comes with the notice of the redemption.
    let Some(user_id) = coupon.user_id.filter(|_| coupon.redemption.is_none()) else { return Ok(()) };
    let mut notice = NoticeDraft::of(user_id, NoticeKind::CouponReceived, coupon.id.get().to_string());
    notice.data.day = cx.last_day(coupon.valid_until).map(Day::number);
    notice.ends_at = Some(coupon.valid_until);
    notify(cx, &notice).map(drop)
}

/// Adds a coupon like `coupon` under a new code, without reading it back.
pub(crate) fn add_new(cx: &mut Cx<'_>, shape: &CodeShape, coupon: &Coupon) -> Result<()> {
    let (now, actor) = (cx.now, cx.actor);
    for _ in 0..TRIES {
        let code = shape.generate(cx.entropy);
        if coupons::add(cx.store()?, coupon, &code, now, actor)? {
            return Ok(());
        }
    }
    Err(exhausted("codes.coupon.length"))
}

/// No free code was found; `key` is the setting that makes them longer.
pub(crate) fn exhausted(key: &str) -> Error {
    Error::unavailable(Fault::CodesExhausted, format_args!("no free code was found; make `{key}` longer"))
}
