use std::ffi::c_char;

use loyalty_core::ops::{CouponVerdict, ValidateCoupon};
use loyalty_core::value::{Actor, OrderId, UserId};

use super::item::items;
use super::{Decimal, Item, LOYALTY_REASON_SIZE, instant, room, typed};
use crate::boundary::{self, Record};
use crate::engine::Engine;
use crate::error::{ErrorObject, Status};

/// The arguments of `loyalty_validate_coupon`. Set all fields to 0 first, then `size`, then what you need.
#[repr(C)]
pub struct ValidateCouponArgs {
    /// `sizeof(loyalty_validate_coupon_args)`.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The code, as typed.
    pub code: *const c_char,
    /// Amount of the order before any coupon, delivery and tax included, in major units.
    pub amount: Decimal,
    /// Who would use it; 0 when nobody is known.
    pub user_id: i64,
    /// What would be bought: `item_count` lines in a row. May be NULL when there are none.
    pub items: *const Item,
    /// How many lines, at most 500.
    pub item_count: usize,
    /// The part of the amount that is for the delivery.
    pub delivery: Decimal,
    /// The tax inside the amount, or NULL for the sum of the tax of the lines.
    pub tax: *const Decimal,
    /// The order, 1 to 64 bytes, or NULL: coupons that it already uses count.
    pub order_id: *const c_char,
    /// Who asks: a network address or a till, 1 to 64 bytes, or NULL. Failed look-ups are counted for each.
    pub actor: *const c_char,
    /// When, in microseconds since 1970-01-01T00:00:00Z; 0 is now.
    pub at_micros: i64,
    /// 0.
    pub reserved_words: [u64; 4],
}

/// What `loyalty_validate_coupon` returns. Set `size` before the call; the other fields are written on success.
#[repr(C)]
pub struct ValidateCouponReply {
    /// `sizeof(loyalty_validate_coupon_reply)`.
    pub size: u32,
    /// 1 when it can be used, else 0.
    pub allowed: u32,
    /// What it takes off; 0 when it cannot be used.
    pub discount: Decimal,
    /// What is left to pay of the order.
    pub amount_left: Decimal,
    /// What it takes off the delivery.
    pub delivery_discount: Decimal,
    /// The refusal code when it cannot be used, else `""`.
    pub because: [c_char; LOYALTY_REASON_SIZE],
    /// 0.
    pub reserved_words: [u64; 4],
}

impl Record for ValidateCouponArgs {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0 && self.reserved_words == [0; 4]
    }
}

impl Record for ValidateCouponReply {
    fn reserved_is_zero(&self) -> bool {
        true
    }
}

/// Reports whether a code can be used and what it would take off: the operation `validate_coupon` without JSON.
///
/// It is a question: for a code that cannot be used it returns `LOYALTY_OK` with `allowed` 0. For the discount of each
/// line and for what is missing, use `loyalty_call` with `validate_coupon`.
///
/// On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
///
/// Errors: those of the operation; `LOYALTY_INVALID` for NULL where the struct does not allow it, a wrong size, a
/// reserved field that is not 0, or text that is not UTF-8.
///
/// Threads: any, at the same time on one engine. Fork: see the chapter above.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_validate_coupon(
    engine: *const Engine,
    arguments: *const ValidateCouponArgs,
    reply: *mut ValidateCouponReply,
    error: *mut *mut ErrorObject,
) -> Status {
    typed(engine, arguments, reply, error, |engine, arguments| {
        let verdict = engine.run(&arguments.read()?)?;
        ValidateCouponReply::new(&verdict)
    })
}

impl ValidateCouponArgs {
    fn read(&self) -> loyalty_core::Result<ValidateCoupon> {
        let order_id = boundary::optional_text(self.order_id, "order_id")?;
        let actor = boundary::optional_text(self.actor, "actor")?;
        let code = boundary::text(self.code, "code")?.to_owned();
        let amount = self.amount.read("amount")?;
        Ok(ValidateCoupon {
            user_id: (self.user_id != 0).then(|| UserId::new(self.user_id)).transpose()?,
            items: items(self.items, self.item_count)?,
            delivery: self.delivery.read("delivery")?,
            tax: Decimal::read_optional(self.tax, "tax")?,
            order_id: order_id.map(OrderId::new).transpose()?,
            actor: actor.map(Actor::new).transpose()?,
            at: instant(self.at_micros, "at_micros")?,
            ..ValidateCoupon::new(code, amount)
        })
    }
}

impl ValidateCouponReply {
    fn new(verdict: &CouponVerdict) -> loyalty_core::Result<Self> {
        Ok(Self {
            size: super::size_of_record::<Self>(),
            allowed: verdict.allowed.into(),
            discount: Decimal::shown(verdict.discount)?,
            amount_left: Decimal::shown(verdict.amount_left)?,
            delivery_discount: Decimal::shown(verdict.delivery_discount)?,
            because: room(verdict.because.as_deref().unwrap_or_default())?,
            reserved_words: [0; 4],
        })
    }
}
