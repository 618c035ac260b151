//! Coupons: made, listed, judged, used, held, given back.

mod best_offers;
mod coupon_batch;
mod coupons;
mod deactivate_coupon;
mod earlier;
mod generate_coupons;
mod generate_discount_code;
mod hold_coupon;
mod offer;
mod once;
mod release_coupon;
mod use_coupon;
mod use_coupons;
mod validate_coupon;
mod validate_coupons;

pub use crate::booking::coupon_reply::{AppliedCode, CouponReply, LineDiscount, RejectedCode};
pub use best_offers::{BestOffers, BestOffersReply, LeftOffer, OfferKind, UsedOffer};
pub use coupon_batch::{BatchCode, CouponBatch, CouponBatchPage};
pub use coupons::{Coupons, CouponsReply};
pub use deactivate_coupon::{DeactivateCoupon, Deactivated};
pub use generate_coupons::{GenerateCoupons, GeneratedCoupons};
pub use generate_discount_code::{GenerateDiscountCode, GeneratedDiscountCode};
pub use hold_coupon::{CouponHeld, HoldCoupon};
pub use release_coupon::{KeptUse, ReleaseCoupon, Released};
pub use use_coupon::{CouponUsed, UseCoupon};
pub use use_coupons::{CouponsUsed, UseCoupons};
pub use validate_coupon::{CouponVerdict, ValidateCoupon};
pub use validate_coupons::{CouponsVerdict, ValidateCoupons};
