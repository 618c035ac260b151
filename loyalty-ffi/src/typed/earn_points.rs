use std::ffi::c_char;

use loyalty_core::ops::{EarnPoints, Receipt};
use loyalty_core::value::{Moment, OrderId, Shop, UserId};

use super::item::items;
use super::{Decimal, Item, LOYALTY_TIER_SIZE, call, room, typed};
use crate::boundary::{self, Record};
use crate::engine::Engine;
use crate::error::{ErrorObject, Status};

/// The arguments of `loyalty_earn_points`. Set all fields to 0 first, then `size`, then what you need.
#[repr(C)]
pub struct EarnPointsArgs {
    /// `sizeof(loyalty_earn_points_args)`.
    pub size: u32,
    /// 0.
    pub reserved: u32,
    /// The user who paid: the host's own id, above 0.
    pub user_id: i64,
    /// Amount paid, in major units of the programme's currency; it may be 0 when `points` is given.
    pub amount: Decimal,
    /// The order that the points are for, 1 to 64 bytes, or NULL. It is the idempotency key when no other is given.
    pub order_id: *const c_char,
    /// What was bought: `item_count` lines in a row. May be NULL when there are none.
    pub items: *const Item,
    /// How many lines, at most 500.
    pub item_count: usize,
    /// Shop or till where it was paid, for rules about shops, 1 to 64 bytes, or NULL.
    pub shop: *const c_char,
    /// Tax inside the amount, or NULL for the sum of the tax of the items.
    pub tax: *const Decimal,
    /// Part of the amount that was paid with points, or NULL.
    pub points_paid: *const Decimal,
    /// Part of the amount that was paid with gift cards, or NULL.
    pub gift_card_paid: *const Decimal,
    /// Points of the purchase, 0 or more, when the host has calculated them; NULL for those of the programme's rules.
    pub points: *const i64,
    /// What the member reads in the history, or NULL for a text with the order.
    pub description: *const c_char,
    /// When it happened, in microseconds since 1970-01-01T00:00:00Z; 0 is now.
    pub at_micros: i64,
    /// Idempotency key, 1 to 128 bytes, or NULL.
    pub key: *const c_char,
    /// Who did it, for the audit trail, 1 to 64 bytes, or NULL.
    pub actor: *const c_char,
    /// 0.
    pub reserved_words: [u64; 4],
}

/// What `loyalty_earn_points` returns. Set `size` before the call; the other fields are written on success.
#[repr(C)]
pub struct EarnPointsReply {
    /// `sizeof(loyalty_earn_points_reply)`.
    pub size: u32,
    /// 1 when this is the answer to an earlier call, else 0.
    pub replayed: u32,
    /// The ledger entry.
    pub transaction_id: i64,
    /// Points of this purchase.
    pub points_earned: i64,
    /// Spendable points after this call; below 0 when points are owed.
    pub balance: i64,
    /// What is missing to reach the next tier, in the unit of the programme's metric; 0 at the top.
    pub points_to_next_tier: i64,
    /// When these points end, in microseconds since 1970; 0 when they never end or when there are none.
    pub expires_at_micros: i64,
    /// Tier before.
    pub tier_before: [c_char; LOYALTY_TIER_SIZE],
    /// Tier after.
    pub tier: [c_char; LOYALTY_TIER_SIZE],
    /// 1 when the tier changed, else 0.
    pub tier_changed: u32,
    /// How many redemptions the programme's `[auto_redeem]` made from the points at once.
    pub redemption_count: u32,
    /// 0.
    pub reserved_words: [u64; 4],
}

impl Record for EarnPointsArgs {
    fn reserved_is_zero(&self) -> bool {
        self.reserved == 0 && self.reserved_words == [0; 4]
    }
}

impl Record for EarnPointsReply {
    fn reserved_is_zero(&self) -> bool {
        true
    }
}

/// Credits points for a paid order: the operation `earn_points` without JSON.
///
/// A repeat with the same order returns the first receipt and changes nothing, so a retry is always safe. For the parts
/// of the points (`because`), use `loyalty_call` with `explain`; for the rewards that `[auto_redeem]` redeemed, use
/// `loyalty_call` with `earn_points`.
///
/// On success `*reply` is filled; it holds no pointers and nothing to free. The arguments are read during the call only.
///
/// Errors: those of the operation; `LOYALTY_INVALID` for NULL where the struct does not allow it, a wrong size, a
/// reserved field that is not 0, or text that is not UTF-8.
///
/// Threads: any, at the same time on one engine. Fork: see the chapter above.
#[unsafe(no_mangle)]
pub extern "C" fn loyalty_earn_points(
    engine: *const Engine,
    arguments: *const EarnPointsArgs,
    reply: *mut EarnPointsReply,
    error: *mut *mut ErrorObject,
) -> Status {
    typed(engine, arguments, reply, error, |engine, arguments| {
        let call = call(arguments.at_micros, arguments.key, arguments.actor)?;
        let receipt = engine.run_as(&arguments.read()?, &call)?;
        EarnPointsReply::new(&receipt)
    })
}

impl EarnPointsArgs {
    fn read(&self) -> loyalty_core::Result<EarnPoints> {
        let order_id = boundary::optional_text(self.order_id, "order_id")?;
        let shop = boundary::optional_text(self.shop, "shop")?;
        let (user_id, amount) = (UserId::new(self.user_id)?, self.amount.read("amount")?);
        Ok(EarnPoints {
            order_id: order_id.map(OrderId::new).transpose()?,
            items: items(self.items, self.item_count)?,
            shop: shop.map(Shop::new).transpose()?,
            tax: Decimal::read_optional(self.tax, "tax")?,
            points_paid: Decimal::read_optional(self.points_paid, "points_paid")?,
            gift_card_paid: Decimal::read_optional(self.gift_card_paid, "gift_card_paid")?,
            points: boundary::optional(self.points, "points")?,
            description: boundary::optional_text(self.description, "description")?.map(str::to_owned),
            ..EarnPoints::new(user_id, amount)
        })
    }
}

impl EarnPointsReply {
    fn new(receipt: &Receipt) -> loyalty_core::Result<Self> {
        Ok(Self {
            size: super::size_of_record::<Self>(),
            replayed: receipt.replayed.into(),
            transaction_id: receipt.transaction_id,
            points_earned: receipt.points_earned,
            balance: receipt.balance,
            points_to_next_tier: receipt.points_to_next_tier,
            expires_at_micros: receipt.expires_at.map(Moment::instant).map_or(0, |end| end.micros()),
            tier_before: room(&receipt.tier_before)?,
            tier: room(&receipt.tier)?,
            tier_changed: receipt.tier_changed.into(),
            redemption_count: u32::try_from(receipt.redemptions.len()).unwrap_or(u32::MAX),
            reserved_words: [0; 4],
        })
    }
}
