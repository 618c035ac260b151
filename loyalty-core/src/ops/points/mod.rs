//! Points: earned, quoted, refunded, amended, booked by hand, expired, listed and explained.
//!
//! ```
//! use loyalty_core::ops::{AmendOrder, EarnPoints, Explain, Points, QuotePoints};
//! use loyalty_core::ops::{QuoteRefund, RefundOrder, Transactions};
//! use loyalty_core::{Engine, Options, value::{EntryId, OrderId, UserId}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let (ana, order) = (UserId::new(7)?, OrderId::new("A-17")?);
//!
//! let earn = EarnPoints { order_id: Some(order.clone()), ..EarnPoints::new(ana, 90_000.into()) };
//! let receipt = engine.run(&earn)?;
//! assert_eq!(receipt.points_earned, 900);
//! assert_eq!(engine.run(&QuotePoints::new(ana, 12_990.into()))?.points, 129);
//! let why = engine.run(&Explain::new(EntryId::new(receipt.transaction_id)?))?;
//! assert_eq!(why.points_amount, 900);
//!
//! // A part of the order is cancelled, and a part of the rest comes back.
//! assert_eq!(engine.run(&AmendOrder::new(order.clone(), 81_000.into()))?.points_difference, -90);
//! let quote = engine.run(&QuoteRefund { amount: Some(4_500.into()), ..QuoteRefund::new(order.clone()) })?;
//! assert!(quote.allowed && quote.points_reversed == 45);
//! let refunded = engine.run(&RefundOrder { amount: Some(4_500.into()), ..RefundOrder::new(order) })?;
//! assert_eq!((refunded.points_reversed, refunded.balance), (45, 765));
//! assert_eq!(engine.run(&Points::new(ana))?.available, 765);
//! assert_eq!(engine.run(&Transactions::new(ana))?.items.len(), 3);
//! # Ok::<(), loyalty_core::Error>(())
//! ```
//!
//! ```
//! use loyalty_core::ops::{CaptureHold, Enroll, ExpirePoints, ExpiringPoints, ExtendPoints, HoldPoints};
//! use loyalty_core::ops::{RecordTransaction, RecordType, ReinstatePoints, TransferPoints, VoidHold};
//! use loyalty_core::value::{Day, DayOrMoment, HoldId, Instant, UserId};
//! use loyalty_core::{Engine, Options, programme::Programme};
//!
//! let cafe = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/programmes/cafe-vt.toml"));
//! let programme = Programme::parse(&cafe.replace("[expiry]", "[expiry]\nreinstate_days = 400"))?;
//! let engine = Engine::open(Options::sqlite(":memory:").programme(programme))?;
//! let now = |text: &str| engine.fix_now(Instant::parse(text).ok());
//! let (ana, bea) = (UserId::new(7)?, UserId::new(8)?);
//!
//! now("2026-03-02T12:00:00Z");
//! engine.run(&Enroll::new(ana))?;
//! engine.run(&Enroll::new(bea))?;
//! let text = "A cold coffee".to_owned();
//! let bonus = engine.run(&RecordTransaction::new(ana, RecordType::Bonus, 500, text))?;
//! assert_eq!(bonus.balance, 500);
//! let moved = engine.run(&TransferPoints::new(ana, bea, 100))?;
//! assert_eq!((moved.from_balance, moved.to_balance), (400, 100));
//!
//! // Points are set aside while a bill is open: what it did not need returns.
//! let held = engine.run(&HoldPoints::new(ana, 100, 900))?;
//! let captured = engine.run(&CaptureHold { points: Some(60), ..CaptureHold::new(HoldId::new(held.hold_id)?) })?;
//! assert_eq!((captured.points_captured, captured.points_returned), (60, 40));
//! let held = engine.run(&HoldPoints::new(ana, 50, 900))?;
//! assert_eq!(engine.run(&VoidHold::new(HoldId::new(held.hold_id)?))?.balance, 340);
//!
//! // They are to live longer, end at last, and come back.
//! let day = |text: &str| Day::parse(text).map(DayOrMoment::Day).unwrap();
//! let extended = engine.run(&ExtendPoints::new(ana, day("2027-04-30")))?;
//! assert_eq!(extended.points, 340);
//! let ends = ExpiringPoints { until: Some(day("2027-12-31")), ..ExpiringPoints::new(ana) };
//! assert_eq!(engine.run(&ends)?.points, 340);
//! now("2027-05-02T12:00:00Z");
//! assert_eq!(engine.run(&ExpirePoints::new())?.points, 440);
//! assert_eq!(engine.run(&ReinstatePoints::new(ana))?.points_reinstated, 340);
//! # Ok::<(), loyalty_core::Error>(())
//! ```
//!
//! ```
//! use loyalty_core::ops::{EarnPoints, Enroll, RecordEvent, ReleasePoints};
//! use loyalty_core::value::{EventName, OrderId, UserId};
//! use loyalty_core::{Engine, Options, programme::Programme};
//!
//! let cafe = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/programmes/cafe-vt.toml"));
//! let cafe = cafe.replace("[earn]", "[earn]\npending = 'until_released'");
//! let review = "[[rules]]
//! id = 'review'
//! name = 'A review'
//! effect = { add = 50 }
//! when = { event = 'review_written' }";
//! let programme = Programme::parse(&format!("{cafe}\n{review}"))?;
//! let engine = Engine::open(Options::sqlite(":memory:").programme(programme))?;
//! let (ana, order) = (UserId::new(7)?, OrderId::new("A-17")?);
//!
//! engine.run(&Enroll::new(ana))?;
//! let event = engine.run(&RecordEvent::new(ana, EventName::new("review_written")?))?;
//! assert_eq!(event.points_earned, 50);
//! // Points of a purchase wait until the shop releases them.
//! let earn = EarnPoints { order_id: Some(order.clone()), ..EarnPoints::new(ana, 90_000.into()) };
//! assert_eq!(engine.run(&earn)?.points_earned, 900);
//! let released = engine.run(&ReleasePoints::new(order))?;
//! assert_eq!(released.points_released, 900);
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod amend_order;
mod capture_hold;
mod due;
mod earn_points;
mod expire_points;
mod expiring_points;
mod explain;
mod extend_points;
mod hold_points;
#[expect(clippy::module_inception, reason = "the operation `points` has the name of its group")]
mod points;
mod quote_points;
mod quote_refund;
mod record_event;
mod record_transaction;
mod refund_order;
mod reinstate_points;
mod release_points;
mod returning;
mod transactions;
mod transfer_points;
mod void_hold;

pub use crate::booking::points_ahead::{NextExpiry, PointsReply};
pub use amend_order::{AmendOrder, Amended};
pub use capture_hold::{CaptureHold, Captured};
pub use due::{CouponBack, GiftCardBack, PaidBack};
pub use earn_points::{EarnPoints, Receipt};
pub use expire_points::{ExpirePoints, Expired};
pub use expiring_points::{ExpiringPoints, ExpiringReply};
pub use explain::{Explain, Explanation, LotChange};
pub use extend_points::{ExtendPoints, Extended};
pub use hold_points::{Held, HoldPoints};
pub use points::Points;
pub use quote_points::{Quote, QuotePoints};
pub use quote_refund::{QuoteRefund, RefundQuote};
pub use record_event::{EventReply, RecordEvent};
pub use record_transaction::{RecordTransaction, RecordType, Recorded};
pub use refund_order::{RefundOrder, Refunded};
pub use reinstate_points::{ReinstatePoints, Reinstated};
pub use release_points::{ReleasePoints, ReleasedPoints};
pub use transactions::{Transaction, Transactions, TransactionsPage};
pub use transfer_points::{TransferPoints, Transferred};
pub use void_hold::{VoidHold, Voided};
