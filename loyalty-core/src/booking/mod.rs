//! What operations share: a member's account and the bookings on it, orders, codes, cards, referrals, redemptions.
//!
//! This layer reads and writes rows as the domain decides. It names no operation.

pub(crate) mod account;
pub(crate) mod announce;
pub(crate) mod campaign;
pub(crate) mod codes;
pub(crate) mod coupon_reply;
pub(crate) mod cx;
pub(crate) mod enrolment;
pub(crate) mod entry_details;
pub(crate) mod evaluation;
pub(crate) mod fields;
pub(crate) mod former_cards;
pub(crate) mod guess_guard;
pub(crate) mod invitation;
pub(crate) mod mail;
pub(crate) mod notify;
pub(crate) mod open_offers;
pub(crate) mod opening_balance;
pub(crate) mod order;
pub(crate) mod order_coupons;
pub(crate) mod owner;
pub(crate) mod payment;
pub(crate) mod person;
pub(crate) mod points_ahead;
pub(crate) mod presented_card;
pub(crate) mod rate;
pub(crate) mod recorded_event;
pub(crate) mod redemption;
pub(crate) mod referral;
pub(crate) mod request;
pub(crate) mod reservation;
pub(crate) mod segment;
pub(crate) mod signing;
pub(crate) mod sold_cards;
pub(crate) mod stamps;
pub(crate) mod told;
