//! The rules of a programme as pure functions: no IO, no clock, no randomness.

pub mod basis;
pub mod catalogue;
pub mod code;
pub mod coupon;
pub mod debt;
pub mod earning;
pub mod event;
pub mod expiry;
mod fraction;
pub mod guessing;
pub mod hold;
pub mod identity;
pub mod ledger;
pub mod limits;
pub mod lint;
pub mod lot;
pub mod member;
pub mod payment;
pub mod programme;
pub mod purchase;
pub mod referral;
pub mod refund;
pub mod reward;
pub mod rule;
pub mod score;
pub mod tier;
