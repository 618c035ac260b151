//! A stamp that staff show, that hangs on the wall or that is printed on a receipt.

use super::coupon::new_id;
use super::pack::{Packer, Unpacker};
use crate::value::{Entropy, Instant};

/// The first byte of a signed stamp: kind and version.
pub(super) const KIND: u8 = 0x51;
/// Microseconds of a second.
const SECOND: i64 = 1_000_000;

/// Who may scan a stamp, and how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampKind {
    /// Shown by staff: one scan by one member, within a minute or so.
    Counter,
    /// On the wall: each member once on a local day.
    Poster,
    /// Printed on a receipt: one use by one member, up to its own end.
    Receipt,
}

/// Stamps that a member gets by scanning a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedStamp {
    /// Id: a stamp for one use is used up under it, and a deny list names it.
    pub id: String,
    /// How it may be used.
    pub kind: StampKind,
    /// The card.
    pub card: String,
    /// How many stamps.
    pub quantity: i64,
    /// Until when it is good; a poster may have no end.
    pub valid_until: Option<Instant>,
}

impl SignedStamp {
    /// An id for a new stamp.
    #[must_use]
    pub fn new_id(entropy: &mut Entropy) -> String {
        new_id(entropy)
    }

    pub(super) fn pack(&self) -> Vec<u8> {
        let mut packer = Packer::default();
        packer.byte(KIND);
        packer.text(&self.id);
        packer.byte(match self.kind {
            StampKind::Counter => 0,
            StampKind::Poster => 1,
            StampKind::Receipt => 2,
        });
        packer.text(&self.card);
        packer.number(self.quantity);
        packer.optional(self.valid_until.map(|until| until.micros().div_euclid(SECOND)));
        packer.0
    }

    pub(super) fn unpack(fields: &[u8]) -> Option<Self> {
        let mut fields = Unpacker(fields);
        let stamp = Self {
            id: fields.text()?,
            kind: match fields.byte()? {
                0 => StampKind::Counter,
                1 => StampKind::Poster,
                2 => StampKind::Receipt,
                _ => return None,
            },
            card: fields.text()?,
            quantity: fields.number()?,
            valid_until: match fields.optional()? {
                Some(seconds) => Some(Instant::from_micros(seconds.checked_mul(SECOND)?).ok()?),
                None => None,
            },
        };
        fields.end()?;
        Some(stamp)
    }
}
