//! Points: earned, quoted, refunded, amended, booked by hand, expired, listed and explained.

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
