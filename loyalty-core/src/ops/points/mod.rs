//! Points: earned, quoted, refunded, amended, booked by hand, expired, listed and explained.

mod amend_order;
mod earn_points;
mod expire_points;
mod explain;
mod order;
#[expect(clippy::module_inception, reason = "the operation `points` has the name of its group")]
mod points;
mod quote_points;
mod record_transaction;
mod refund_order;
mod transactions;

pub use amend_order::{AmendOrder, Amended};
pub use earn_points::{EarnPoints, Receipt};
pub use expire_points::{ExpirePoints, Expired};
pub use explain::{Explain, Explanation, LotChange};
pub(in crate::ops) use points::last_day;
pub use points::{NextExpiry, Points, PointsReply};
pub use quote_points::{Quote, QuotePoints};
pub use record_transaction::{RecordTransaction, RecordType, Recorded};
pub use refund_order::{RefundOrder, Refunded};
pub use transactions::{Transaction, Transactions, TransactionsPage};
