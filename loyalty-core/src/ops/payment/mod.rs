//! Points as money: paying a part of a bill with points, and undoing a whole order.
//!
//! ```
//! use loyalty_core::ops::{CancelOrder, EarnPoints, PayWithPoints, QuotePayment, ReleasePayment};
//! use loyalty_core::{Engine, Options, value::{OrderId, UserId}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let (ana, first, second) = (UserId::new(7)?, OrderId::new("A-17")?, OrderId::new("A-18")?);
//! engine.run(&EarnPoints { order_id: Some(first.clone()), ..EarnPoints::new(ana, 90_000.into()) })?;
//!
//! let ask = QuotePayment { amount: Some(12_990.into()), points: Some(500), ..QuotePayment::new(ana) };
//! assert!(engine.run(&ask)?.allowed);
//! let pay = PayWithPoints { points: Some(500), ..PayWithPoints::new(ana, second.clone(), 12_990.into()) };
//! let paid = engine.run(&pay)?;
//! assert_eq!((paid.payable.to_string(), paid.balance), ("12490".to_owned(), 400));
//! assert_eq!(engine.run(&ReleasePayment::new(second))?.points_restored, 500);
//! // The first order is undone with all that it gave.
//! let cancelled = engine.run(&CancelOrder::new(first))?;
//! assert_eq!((cancelled.points_reversed, cancelled.balance), (900, 0));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

mod cancel_order;
mod pay_with_points;
mod quote_payment;
mod release_payment;
mod undo;

pub use crate::booking::payment::PaymentReleased;
pub use cancel_order::{CancelOrder, KeptRedemption, OrderCancelled, StampsTaken};
pub use pay_with_points::{Paid, PayWithPoints};
pub use quote_payment::{PaymentQuote, QuotePayment};
pub use release_payment::ReleasePayment;
