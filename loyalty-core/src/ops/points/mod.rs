//! Points: earned, quoted, refunded, amended, booked by hand, expired, listed and explained.

mod amend_order;
mod capture_hold;
mod earn_points;
mod expire_points;
mod expiring_points;
mod explain;
mod extend_points;
mod hold_points;
mod judged;
mod order;
#[expect(clippy::module_inception, reason = "the operation `points` has the name of its group")]
mod points;
mod quote_points;
mod raised;
mod rate;
mod record_event;
mod record_transaction;
mod refund_order;
mod reinstate_points;
mod release_points;
mod returning;
mod transactions;
mod transfer_points;
mod void_hold;

pub use amend_order::{AmendOrder, Amended};
pub use capture_hold::{CaptureHold, Captured};
pub use earn_points::{EarnPoints, Receipt};
pub(in crate::ops) use earn_points::{Paid, paid_of, reasons_of};
pub use expire_points::{ExpirePoints, Expired};
pub use expiring_points::{ExpiringPoints, ExpiringReply};
pub use explain::{Explain, Explanation, LotChange};
pub use extend_points::{ExtendPoints, Extended};
pub use hold_points::{Held, HoldPoints};
pub use points::{NextExpiry, Points, PointsReply};
pub(in crate::ops) use points::{ahead, last_day};
pub use quote_points::{Quote, QuotePoints};
pub(in crate::ops) use raised::enrolled;
pub use record_event::{EventReply, RecordEvent};
pub use record_transaction::{RecordTransaction, RecordType, Recorded};
pub use refund_order::{RefundOrder, Refunded};
pub use reinstate_points::{ReinstatePoints, Reinstated};
pub use release_points::{ReleasePoints, ReleasedPoints};
pub use transactions::{Transaction, Transactions, TransactionsPage};
pub use transfer_points::{TransferPoints, Transferred};
pub use void_hold::{VoidHold, Voided};
