use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::qr::Qr;
use crate::domain::signed::MAX_TOKEN;
use crate::domain::{card, code};
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::{UserId, limit};
use crate::{Error, Refusal, Result};

/// Fewest symbols of a signed code; codes that people type are shorter.
const SHORTEST_TOKEN: usize = 80;
/// Longest address in front of a referral code.
const MAX_URL: usize = 300;

/// Draws the QR code of a coupon, a stamp, a referral or a member's card.
///
/// `read_qr` interprets what a scanner reads.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct QrCode {
    /// What it is for.
    pub kind: QrKind,
    /// For a coupon or a stamp: its code, plain or signed.
    #[serde(default)]
    #[new(default)]
    pub value: Option<String>,
    /// For a referral or a member's card: the member.
    #[serde(default)]
    #[new(default)]
    pub user_id: Option<UserId>,
    /// For a referral: the address in front of the code, like `https://cafe.example/r/`. Without one the code stands alone.
    #[serde(default)]
    #[new(default)]
    pub url: Option<String>,
    /// The kind of image.
    #[serde(default)]
    #[new(default)]
    pub format: QrFormat,
    /// Pixels of one square, 1 to 40, for a PNG.
    #[serde(default = "eight")]
    #[new(value = "eight()")]
    pub scale: i64,
}

const fn eight() -> i64 {
    8
}

/// What a QR code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QrKind {
    /// A coupon's code, plain or signed.
    Coupon,
    /// A signed stamp.
    Stamp,
    /// A member's code to invite others with.
    Referral,
    /// A member's card.
    Member,
}

/// The kind of image.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum QrFormat {
    /// Text that can stand in a page as it is.
    #[default]
    Svg,
    /// Pixels, as base 64.
    Png,
}

/// A QR image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct QrCodeReply {
    /// The image: SVG as text, PNG as base 64.
    pub image: String,
    /// Its media type.
    pub media_type: String,
    /// What a scanner reads.
    pub payload: String,
    /// Squares of a side, with the light edge.
    pub side: i64,
}

impl Operation for QrCode {
    const NAME: &'static str = "qr_code";
    const ACCESS: Access = Access::Read;
    type Reply = QrCodeReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<QrCodeReply> {
        let scale = limit::within("scale", self.scale, 1, 40)?;
        let payload = self.payload(cx)?;
        let qr = Qr::of(&payload)?;
        let (image, media_type) = match self.format {
            QrFormat::Svg => (qr.svg(), "image/svg+xml"),
            QrFormat::Png => (base_64(&qr.png(usize::try_from(scale).unwrap_or(1))?), "image/png"),
        };
        let side = i64::try_from(qr.side()).unwrap_or(i64::MAX);
        Ok(QrCodeReply { image, media_type: media_type.to_owned(), payload, side })
    }
}

impl QrCode {
    fn payload(&self, cx: &mut Cx<'_>) -> Result<String> {
        self.only_what_it_needs()?;
        if matches!(self.kind, QrKind::Coupon | QrKind::Stamp) {
            let value = self.value.as_deref().ok_or_else(|| Error::invalid("value", "is required for this kind"))?;
            return coded(value);
        }
        let user_id = self.user_id.ok_or_else(|| Error::invalid("user_id", "is required for this kind"))?;
        let member = members::find(cx.store()?, user_id)?.ok_or_else(|| Error::not_found("user_id", user_id))?;
        if self.kind == QrKind::Member {
            return Ok(card::of_member(member.user_id));
        }
        if cx.now >= member.referral_code_expires_at {
            return Err(Error::refused(Refusal::Expired).with("missing", "generate_referral"));
        }
        let url = match &self.url {
            Some(url) => limit::text("url", url, MAX_URL)?,
            None => String::new(),
        };
        Ok(format!("{url}{}", member.referral_code))
    }

    fn only_what_it_needs(&self) -> Result<()> {
        let by_value = matches!(self.kind, QrKind::Coupon | QrKind::Stamp);
        let no_meaning = |field: &str| Error::invalid(field, "has no meaning for this kind");
        match (by_value, self.kind == QrKind::Referral) {
            (true, _) if self.user_id.is_some() => Err(no_meaning("user_id")),
            (false, _) if self.value.is_some() => Err(no_meaning("value")),
            (_, false) if self.url.is_some() => Err(no_meaning("url")),
            _ => Ok(()),
        }
    }
}

/// A code in capital letters and digits, which a QR packs most densely.
fn coded(value: &str) -> Result<String> {
    let wrong = || Error::invalid("value", "must be the code of a coupon or a stamp, plain or signed");
    if value.len() > 4 * MAX_TOKEN {
        return Err(wrong());
    }
    let value = code::compact(value);
    if (SHORTEST_TOKEN..=MAX_TOKEN).contains(&value.len()) {
        return code::to_bytes(&value).map(|_| value.to_ascii_uppercase()).ok_or_else(wrong);
    }
    code::normalize(&value).filter(|code| !code.is_empty()).ok_or_else(wrong)
}

/// Base 64 as RFC 4648 writes it.
fn base_64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let held = three.iter().fold(0_u32, |held, byte| (held << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            let sign = SIGNS.get((held >> (18 - 6 * place) & 63) as usize).filter(|_| place <= three.len());
            text.push(sign.map_or('=', |sign| char::from(*sign)));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_64_is_that_of_the_rfc() {
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base_64(bytes.as_bytes()), text);
        }
    }
}
