//! Coupons: made, listed, judged, used, held, given back.
//!
//! ```
//! use loyalty_core::ops::{BestOffers, Coupons, DeactivateCoupon, EarnPoints, GenerateDiscountCode, HoldCoupon};
//! use loyalty_core::ops::{ReleaseCoupon, UseCoupon, UseCoupons, ValidateCoupon, ValidateCoupons};
//! use loyalty_core::value::{OrderId, UserId};
//! use loyalty_core::{Engine, Options, programme::DiscountType};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let (ana, order) = (UserId::new(7)?, OrderId::new("A-17")?);
//! engine.run(&EarnPoints::new(ana, 5_000.into()))?;
//!
//! let offer = GenerateDiscountCode {
//!     user_id: Some(ana),
//!     discount_value: Some(10.into()),
//!     max_uses: 5,
//!     ..GenerateDiscountCode::new(DiscountType::Percent)
//! };
//! let code = engine.run(&offer)?.coupon.code;
//! assert_eq!(engine.run(&Coupons::new(ana))?.items.len(), 1);
//! let best = engine.run(&BestOffers::new(ana, 12_990.into()))?;
//! assert!(best.offers.iter().any(|offer| offer.code.as_ref() == Some(&code)));
//!
//! // One code: asked, used, given back.
//! let of_ana = ValidateCoupon { user_id: Some(ana), ..ValidateCoupon::new(code.clone(), 12_990.into()) };
//! assert!(engine.run(&of_ana)?.allowed);
//! let take = UseCoupon { user_id: Some(ana), ..UseCoupon::new(code.clone(), order.clone(), 12_990.into()) };
//! assert_eq!(engine.run(&take)?.discount.to_string(), "1299");
//! assert_eq!(engine.run(&ReleaseCoupon::new(order))?.released, 1);
//!
//! // Several codes at once, and one that is kept while the bill is open.
//! let (codes, order) = (vec![code.clone()], OrderId::new("A-18")?);
//! let several = ValidateCoupons { user_id: Some(ana), ..ValidateCoupons::new(codes.clone(), 12_990.into()) };
//! assert!(engine.run(&several)?.allowed);
//! let take = UseCoupons { user_id: Some(ana), ..UseCoupons::new(codes, order, 12_990.into()) };
//! assert_eq!(engine.run(&take)?.verdict.applied.len(), 1);
//! let order = OrderId::new("A-19")?;
//! let hold = HoldCoupon { user_id: Some(ana), ..HoldCoupon::new(code.clone(), order, 12_990.into(), 900) };
//! assert_eq!(engine.run(&hold)?.discount.to_string(), "1299");
//!
//! engine.run(&DeactivateCoupon::new(code))?;
//! assert_eq!(engine.run(&of_ana)?.because.as_deref(), Some("inactive"));
//! # Ok::<(), loyalty_core::Error>(())
//! ```
//!
//! ```
//! use loyalty_core::ops::{CouponBatch, GenerateCoupons};
//! use loyalty_core::{Engine, Options, programme::DiscountType, value::BatchId};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let made = engine.run(&GenerateCoupons {
//!     discount_value: Some(10.into()),
//!     ..GenerateCoupons::new(2, "spring".to_owned(), DiscountType::Percent)
//! })?;
//! assert_eq!(made.count, 2);
//! let page = engine.run(&CouponBatch::new(BatchId::new(made.batch_id)?))?;
//! assert!(page.items.len() == 2 && page.items.iter().all(|code| code.active));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

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
