use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::booking::cx::Cx;
use crate::booking::signing::trusted_keys;
use crate::domain::signed::Signed;
use crate::domain::{card, code};
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::{UserId, limit};

/// Longest text that is examined.
const MAX_SCANNED: usize = 1_000;

/// Recognises what a scanner read: a member's card, a referral code, a signed coupon or stamp, or a code to look up.
///
/// The answer proves nothing about the person who shows it. An address in front of a code is skipped.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct ReadQr {
    /// What was scanned, or typed.
    pub payload: String,
}

/// What something scanned is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReadKind {
    /// A member's card.
    Member,
    /// A member's code to invite others with.
    Referral,
    /// A signed coupon, for `check_signed_coupon`.
    SignedCoupon,
    /// A signed stamp, for `stamp`.
    SignedStamp,
    /// A code with a valid check symbol, such as a coupon's.
    Code,
    /// Nothing that belongs to this programme.
    Unknown,
}

/// What a scanner read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReadQrReply {
    /// What it is.
    pub kind: ReadKind,
    /// The member whose card or code it is.
    pub user_id: Option<i64>,
    /// The code in its normal form; null when it is unknown.
    pub code: Option<String>,
}

impl Operation for ReadQr {
    const NAME: &'static str = "read_qr";
    const ACCESS: Access = Access::Read;
    type Reply = ReadQrReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<ReadQrReply> {
        let payload = limit::typed("payload", &self.payload, MAX_SCANNED)?;
        let last = payload.rsplit('/').next().unwrap_or(&payload).trim();
        let found = |kind, user_id: Option<UserId>, code: String| ReadQrReply {
            kind,
            user_id: user_id.map(UserId::get),
            code: Some(code),
        };
        let nothing = ReadQrReply { kind: ReadKind::Unknown, user_id: None, code: None };
        if let Some(signed) = Signed::read(last, &trusted_keys(cx)) {
            let kind = match signed {
                Signed::Coupon(_) => ReadKind::SignedCoupon,
                Signed::Stamp(_) => ReadKind::SignedStamp,
            };
            return Ok(found(kind, None, last.to_ascii_uppercase()));
        }
        let Some(code) = code::normalize(last).filter(|code| !code.is_empty()) else { return Ok(nothing) };
        if let Some(member) = members::by_referral_code(cx.store()?, &code)? {
            return Ok(found(ReadKind::Referral, Some(member.user_id), code));
        }
        if let Some(user_id) = card::read_member(&code)
            && let Some(member) = members::find(cx.store()?, user_id)?
        {
            return Ok(found(ReadKind::Member, Some(member.user_id), code));
        }
        if code::is_checked(&code) { Ok(found(ReadKind::Code, None, code)) } else { Ok(nothing) }
    }
}
