//! Bytes of a signed code: numbers in as few bytes as possible, with exactly one encoding.

/// Writes fields one after the other.
#[derive(Default)]
pub(super) struct Packer(pub(super) Vec<u8>);

impl Packer {
    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// A number of 0 or more, seven bits in a byte, the lowest first.
    pub(super) fn number(&mut self, number: i64) {
        let mut left = number.max(0).cast_unsigned();
        while left >= 128 {
            self.0.push((left & 127) as u8 | 128);
            left >>= 7;
        }
        self.0.push(left as u8);
    }

    /// Zero for no number; otherwise one more than the number.
    pub(super) fn optional(&mut self, number: Option<i64>) {
        self.number(number.map_or(0, |number| number.saturating_add(1)));
    }

    /// A text of at most 255 bytes.
    pub(super) fn text(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let bytes = bytes.get(..255).unwrap_or(bytes);
        self.0.push(bytes.len() as u8);
        self.0.extend(bytes);
    }
}

/// Reads the fields back; `None` for bytes that [`Packer`] would not have written.
pub(super) struct Unpacker<'a>(pub(super) &'a [u8]);

impl Unpacker<'_> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn number(&mut self) -> Option<i64> {
        let mut number = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 127) << shift;
            if byte & 128 == 0 {
                // A last byte of zero is redundant: the number has a shorter encoding.
                let shortest = byte != 0 || shift == 0;
                return i64::try_from(number).ok().filter(|_| shortest);
            }
        }
        None
    }

    pub(super) fn optional(&mut self) -> Option<Option<i64>> {
        Some(self.number()?.checked_sub(1).filter(|number| *number >= 0))
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = usize::from(self.byte()?);
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }

    /// Nothing may be left.
    pub(super) fn end(self) -> Option<()> {
        self.0.is_empty().then_some(())
    }
}
