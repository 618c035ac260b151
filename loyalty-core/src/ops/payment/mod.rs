//! Points as money: paying a part of a bill with points, and undoing a whole order.

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
