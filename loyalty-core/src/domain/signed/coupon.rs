//! A coupon that carries its own data.

use super::ID_SYMBOLS;
use super::pack::{Packer, Unpacker};
use crate::domain::code::{CodeShape, Ending};
use crate::domain::programme::DiscountType;
use crate::value::{Currency, Entropy, Instant, Money, Rounding, UserId, Zone};
use crate::{Error, Refusal, Result};

/// The first byte of a signed coupon: kind and version.
pub(super) const KIND: u8 = 0xC1;
/// Microseconds of a second: times are stored to the second.
const SECOND: i64 = 1_000_000;

/// A coupon that carries its own data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCoupon {
    /// Id for a deny list and for counting uses.
    pub id: String,
    /// Campaign it belongs to.
    pub campaign: String,
    /// ISO 4217 code of the money in it.
    pub currency: String,
    /// What it takes off.
    pub discount_type: DiscountType,
    /// Hundredths of a percent, minor units, or a number of items.
    pub value: i64,
    /// Highest discount.
    pub max_discount: Option<Money>,
    /// Smallest order.
    pub min_order_amount: Money,
    /// Uses in total.
    pub max_uses: i64,
    /// The member who may use it.
    pub user_id: Option<UserId>,
    /// From when it is good.
    pub valid_from: Instant,
    /// Until when it is good.
    pub valid_until: Instant,
}

/// An id for a signed code.
pub(super) fn new_id(entropy: &mut Entropy) -> String {
    CodeShape::new(ID_SYMBOLS, "", Ending::Plain).map_or_else(|_| String::new(), |shape| shape.generate(entropy))
}

impl SignedCoupon {
    /// An id for a new coupon.
    #[must_use]
    pub fn new_id(entropy: &mut Entropy) -> String {
        new_id(entropy)
    }

    pub(super) fn pack(&self) -> Vec<u8> {
        let mut packer = Packer::default();
        packer.byte(KIND);
        packer.text(&self.id);
        packer.text(&self.campaign);
        packer.text(&self.currency);
        packer.byte(match self.discount_type {
            DiscountType::Percent => 0,
            DiscountType::Fixed => 1,
            DiscountType::FreeItem => 2,
            DiscountType::FreeDelivery => 3,
        });
        packer.number(self.value);
        packer.optional(self.max_discount.map(Money::get));
        packer.number(self.min_order_amount.get());
        packer.number(self.max_uses);
        packer.optional(self.user_id.map(UserId::get));
        packer.number(self.valid_from.micros().div_euclid(SECOND));
        packer.number(self.valid_until.micros().div_euclid(SECOND));
        packer.0
    }

    pub(super) fn unpack(fields: &[u8]) -> Option<Self> {
        let mut fields = Unpacker(fields);
        let time = |seconds: i64| seconds.checked_mul(SECOND).and_then(|micros| Instant::from_micros(micros).ok());
        let coupon = Self {
            id: fields.text()?,
            campaign: fields.text()?,
            currency: fields.text()?,
            discount_type: match fields.byte()? {
                0 => DiscountType::Percent,
                1 => DiscountType::Fixed,
                2 => DiscountType::FreeItem,
                3 => DiscountType::FreeDelivery,
                _ => return None,
            },
            value: fields.number()?,
            max_discount: fields.optional()?.map(Money::stored),
            min_order_amount: Money::stored(fields.number()?),
            max_uses: fields.number()?,
            user_id: match fields.optional()? {
                Some(number) => Some(UserId::new(number).ok()?),
                None => None,
            },
            valid_from: time(fields.number()?)?,
            valid_until: time(fields.number()?)?,
        };
        fields.end()?;
        Some(coupon)
    }

    /// Whether it can be used: at this time, by this member, in this currency, for this amount if one is given.
    ///
    /// # Errors
    /// The refusal, with what is missing.
    pub fn check(
        &self,
        at: Instant,
        user_id: Option<UserId>,
        amount: Option<Money>,
        (currency, zone): (Currency, Zone),
    ) -> Result<()> {
        let shown = |at: Instant| zone.moment(at).to_string();
        if self.currency != currency.code() {
            return Err(Error::refused(Refusal::NotUsable).with("currency", self.currency.clone()));
        }
        if at < self.valid_from {
            return Err(Error::refused(Refusal::NotStarted).with("valid_from", shown(self.valid_from)));
        }
        if at >= self.valid_until {
            return Err(Error::refused(Refusal::Expired).with("valid_until", shown(self.valid_until)));
        }
        if self.user_id.is_some() && self.user_id != user_id {
            return Err(Error::refused(Refusal::NotYours));
        }
        match amount {
            Some(amount) if amount < self.min_order_amount => {
                let missing = self.min_order_amount.minus(amount)?.to_decimal(currency);
                Err(Error::refused(Refusal::BelowMinimum).with("missing", missing.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// What it takes off an order; `None` for a free item, whose price only the till knows.
    ///
    /// # Errors
    /// `invalid` when an amount is out of range.
    pub fn discount(&self, amount: Money, rounding: Rounding) -> Result<Option<Money>> {
        let off = match self.discount_type {
            DiscountType::Percent => {
                let share = i128::from(amount.get()) * i128::from(self.value);
                Money::stored(rounding.divide(share, 10_000)?)
            }
            DiscountType::Fixed => Money::stored(self.value),
            DiscountType::FreeItem | DiscountType::FreeDelivery => return Ok(None),
        };
        Ok(Some(off.min(self.max_discount.unwrap_or(off)).min(amount)))
    }
}
