use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::signing::signing_key;
use crate::booking::stamps::card_of;
use crate::domain::code;
use crate::domain::signed::{Signed, SignedStamp, StampKind};
use crate::ops::{Access, Operation};
use crate::value::{Day, DayOrMoment, Instant, Moment, limit};
use crate::{Error, Result};

/// Seconds for which a stamp shown by staff is good.
const AT_THE_COUNTER_SECONDS: i64 = 60;
/// Days for which a stamp on a receipt is good by default.
const RECEIPT_DAYS: i64 = 30;

/// Makes a signed stamp to be shown as a QR code: by staff for one scan within a minute, on the wall, or on a receipt
/// for one use by the first member who brings it.
///
/// Needs the setting `signing_key` and no database, so a till without a network can show one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct SignStamp {
    /// The card.
    pub card: String,
    /// Shown by staff, on the wall, or printed on a receipt.
    #[serde(default)]
    #[new(default)]
    pub kind: StampTokenKind,
    /// How many stamps, 1 to 100.
    #[serde(default = "one")]
    #[new(value = "one()")]
    pub quantity: i64,
    /// Until when a stamp on the wall or on a receipt is good. A date includes its whole local day. Default: a stamp on
    /// a receipt is good for 30 days; one on the wall has no end.
    #[serde(default)]
    #[new(default)]
    pub valid_until: Option<DayOrMoment>,
}

const fn one() -> i64 {
    1
}

/// Who may scan a stamp, and how often.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StampTokenKind {
    /// One scan by one member, within 60 seconds.
    #[default]
    Counter,
    /// Each member, once on a local day.
    Poster,
    /// One use by one member until its own end; the card's cooldown does not apply.
    Receipt,
}

/// A signed stamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SignedStampReply {
    /// The code for `qr_code` and `stamp`.
    pub token: String,
    /// Its id, for the deny list.
    pub id: String,
    /// Until when it is good; null for one on the wall without an end.
    pub valid_until: Option<Moment>,
    /// The last local day on which it is good, if it ends with a whole day: a form sends this back as `valid_until`.
    #[serde(default)]
    pub last_day: Option<Day>,
}

impl Operation for SignStamp {
    const NAME: &'static str = "sign_stamp";
    const ACCESS: Access = Access::Pure;
    type Reply = SignedStampReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<SignedStampReply> {
        let card = card_of(cx, &self.card)?;
        let quantity = limit::within("quantity", self.quantity, 1, 100)?;
        let valid_until = match (self.kind, self.valid_until) {
            (StampTokenKind::Counter, Some(_)) => {
                return Err(Error::invalid("valid_until", "has no meaning for a stamp shown by staff"));
            }
            (StampTokenKind::Counter, None) => Some(cx.now.plus_seconds(AT_THE_COUNTER_SECONDS)),
            (StampTokenKind::Receipt, None) => {
                let today = cx.programme.zone.day_of(cx.now);
                Some(cx.programme.zone.end_of(today.plus_days(RECEIPT_DAYS)))
            }
            (StampTokenKind::Poster | StampTokenKind::Receipt, until) => {
                until.map(|until| until.as_end(cx.programme.zone))
            }
        };
        let whole_second = |until: Instant| until.micros().div_euclid(1_000_000) * 1_000_000;
        let valid_until = valid_until.map(|until| Instant::from_micros(whole_second(until))).transpose()?;
        if valid_until.is_some_and(|until| until <= cx.now) {
            return Err(Error::invalid("valid_until", "must lie in the future"));
        }
        let stamp = SignedStamp {
            id: SignedStamp::new_id(cx.entropy),
            kind: match self.kind {
                StampTokenKind::Counter => StampKind::Counter,
                StampTokenKind::Poster => StampKind::Poster,
                StampTokenKind::Receipt => StampKind::Receipt,
            },
            card: card.id.clone(),
            quantity,
            valid_until,
        };
        let id = code::grouped(&stamp.id);
        let token = Signed::Stamp(stamp).write(signing_key(cx)?);
        Ok(SignedStampReply {
            token,
            id,
            valid_until: valid_until.map(|until| cx.moment(until)),
            last_day: valid_until.and_then(|until| cx.last_day(until)),
        })
    }
}
