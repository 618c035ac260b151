mod calculate_score;
mod earn_points;
mod item;
mod points;
mod redeem_reward;
mod validate_coupon;

use std::ffi::c_char;

use loyalty_core::value::{Actor, Amount, Decimal as CoreDecimal, Instant, Key, limit};
use loyalty_core::{Call, Error, Result};

pub use calculate_score::*;
pub use earn_points::*;
pub use item::*;
pub use points::*;
pub use redeem_reward::*;
pub use validate_coupon::*;

use crate::boundary::{self, Out, Record};
use crate::engine::{Engine, opened};
use crate::error::{ErrorObject, Status, guarded};

/// Room for the id of a tier, with the NUL at its end: at most 40 characters of UTF-8.
pub const LOYALTY_TIER_SIZE: usize = 168;
/// Room for a code in groups for reading, with the NUL at its end.
pub const LOYALTY_CODE_SIZE: usize = 48;
/// Room for the code of a refusal, with the NUL at its end.
pub const LOYALTY_REASON_SIZE: usize = 64;
/// Room for a date, `YYYY-MM-DD`, with the NUL at its end and padded with 0.
pub const LOYALTY_DATE_SIZE: usize = 16;

/// A decimal number, `digits` times 10^-`scale`: 12990 is `{12990, 0, 0}`, 129.90 is `{12990, 2, 0}`.
///
/// Money is in major units of the programme's currency. What you pass in may have fewer decimals than the currency. It
/// may have more only if the extra ones are zeros, as a database column may give them. A scale of 3 is accepted only if
/// the currency has three decimals, because `{12000, 3, 0}` might mean thousands. Money in a reply has exactly the
/// decimals of the currency, so `digits` counts its minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(C)]
pub struct Decimal {
    /// The digits, with their sign; at most 18.
    pub digits: i64,
    /// How many of them are after the decimal point, 0 to 18.
    pub scale: u32,
    /// 0.
    pub reserved: u32,
}

impl Decimal {
    /// The amount, for an argument called `name`.
    fn read(self, name: &str) -> Result<Amount> {
        let scale = u8::try_from(self.scale).ok().filter(|scale| *scale <= 18);
        let scale = scale.ok_or_else(|| {
            Error::invalid(&format!("{name}.scale"), format_args!("must be between 0 and 18, got `{}`", self.scale))
        })?;
        if self.reserved != 0 {
            return Err(Error::invalid(&format!("{name}.reserved"), "must be 0"));
        }
        if self.digits.unsigned_abs() >= 10_u64.pow(18) {
            return Err(Error::invalid(name, "is out of range: at most 18 digits"));
        }
        Ok(CoreDecimal::new(self.digits, scale).into())
    }

    /// The amount behind a pointer, for an argument called `name`; nothing for NULL.
    fn read_optional(pointer: *const Self, name: &str) -> Result<Option<Amount>> {
        boundary::optional(pointer, name)?.map(|amount| amount.read(name)).transpose()
    }

    /// A number of a reply, with the decimals that it has in JSON.
    fn shown(number: CoreDecimal) -> Result<Self> {
        let text = number.to_string();
        let scale = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let scale = u8::try_from(scale).map_err(Error::internal)?;
        let digits = number.in_units(scale).ok_or_else(|| Error::internal("a number has no digits"))?;
        Ok(Self { digits, scale: scale.into(), reserved: 0 })
    }
}

/// An instant of a request, in microseconds since 1970; 0 is "not given".
fn instant(micros: i64, name: &str) -> Result<Option<Instant>> {
    if micros == 0 {
        return Ok(None);
    }
    limit::within(name, micros, limit::FIRST_MICROS, limit::LAST_MICROS)?;
    Instant::from_micros(micros).map(Some)
}

/// A typed call: it checks the structs, does the job and writes its answer. On failure it writes nothing.
fn typed<A: Record, R: Record>(
    engine: *const Engine,
    arguments: *const A,
    reply: *mut R,
    error: *mut *mut ErrorObject,
    job: impl FnOnce(&loyalty_core::Engine, &A) -> Result<R>,
) -> Status {
    guarded(error, || {
        let engine = opened(engine)?;
        let arguments = boundary::record(arguments, "arguments")?;
        let reply = Out::record(reply, "reply")?;
        reply.write(job(&engine, arguments)?);
        Ok(())
    })
}

/// How a command is called.
fn call(at_micros: i64, key: *const c_char, actor: *const c_char) -> Result<Call> {
    let mut call = Call::new();
    if let Some(at) = instant(at_micros, "at_micros")? {
        call = call.at(at);
    }
    if let Some(key) = boundary::optional_text(key, "key")? {
        call = call.key(Key::new(key)?);
    }
    if let Some(actor) = boundary::optional_text(actor, "actor")? {
        call = call.actor(Actor::new(actor)?);
    }
    Ok(call)
}

/// The `size` of a struct of this version.
#[expect(clippy::cast_possible_truncation, reason = "the structs have some hundred bytes")]
const fn size_of_record<T: crate::boundary::Record>() -> u32 {
    size_of::<T>() as u32
}

/// Copies a text of a reply into its fixed room; a text that is too long is a defect and is never cut.
fn room<const SIZE: usize>(text: &str) -> Result<[c_char; SIZE]> {
    let mut room = [0; SIZE];
    if text.len() >= SIZE {
        return Err(Error::internal(format_args!("`{text}` is longer than its place in the reply")));
    }
    for (place, byte) in room.iter_mut().zip(text.bytes()) {
        *place = byte.cast_signed();
    }
    Ok(room)
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    #[test]
    fn every_struct_begins_with_its_size() {
        let places = [
            offset_of!(crate::Options, size),
            offset_of!(EarnPointsArgs, size),
            offset_of!(Item, size),
            offset_of!(EarnPointsReply, size),
            offset_of!(RedeemRewardArgs, size),
            offset_of!(RedeemRewardReply, size),
            offset_of!(PointsArgs, size),
            offset_of!(PointsReply, size),
            offset_of!(CalculateScoreArgs, size),
            offset_of!(CalculateScoreReply, size),
            offset_of!(ValidateCouponArgs, size),
            offset_of!(ValidateCouponReply, size),
        ];
        assert_eq!(places, [0; 12]);
    }

    #[test]
    fn a_decimal_keeps_its_value_both_ways() {
        for text in ["0", "12990", "129.90", "-0.05", "0.000000000000000001"] {
            let number: CoreDecimal = text.parse().unwrap();
            let shown = Decimal::shown(number).unwrap();
            assert_eq!(CoreDecimal::new(shown.digits, u8::try_from(shown.scale).unwrap()).to_string(), text);
        }
        assert!(Decimal { digits: 1, scale: 19, reserved: 0 }.read("amount").is_err());
        assert!(Decimal { digits: 1, scale: 0, reserved: 1 }.read("amount").is_err());
        assert!(Decimal { digits: 1_000_000_000_000_000_000, scale: 18, reserved: 0 }.read("amount").is_err());
    }

    #[test]
    fn a_text_that_fits_ends_in_nul_and_one_that_does_not_is_a_defect() {
        assert_eq!(room::<4>("abc").unwrap(), [97, 98, 99, 0]);
        assert!(room::<4>("abcd").is_err());
        let longest = "\u{10348}".repeat(40);
        assert!(longest.len() < LOYALTY_TIER_SIZE);
    }
}
