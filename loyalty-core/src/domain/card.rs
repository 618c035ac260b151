//! A member's card: the text of its QR code, by which a till finds the member.

use super::code;
use crate::value::UserId;

/// How a card begins. A referral code of 8 symbols and its check symbol may by chance have the same length and form, so
/// a look-up tries the referral code first.
const MARK: &str = "MC";

/// The text of a member's card: a mark, the number, and a check symbol.
///
/// It names a member but proves nothing: the host decides what it may be used for.
#[must_use]
pub fn of_member(user_id: UserId) -> String {
    let mut number = user_id.get();
    let mut digits = Vec::new();
    while number > 0 {
        digits.push(code::letter((number & 31) as u8));
        number >>= 5;
    }
    let body: String = MARK.chars().chain(digits.into_iter().rev()).collect();
    let check = code::letter(code::parity(&body));
    format!("{body}{check}")
}

/// The member of this card, as it was scanned or typed.
#[must_use]
pub fn read_member(text: &str) -> Option<UserId> {
    let normal = code::normalize(text).filter(|normal| code::is_checked(normal))?;
    let digits = normal.strip_prefix(MARK)?.strip_suffix(|_: char| true)?;
    let number = digits
        .chars()
        .try_fold(0_i64, |number, sign| number.checked_mul(32)?.checked_add(i64::from(code::value(sign)?)))?;
    UserId::new(number).ok().filter(|user_id| of_member(*user_id) == normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_leads_to_its_member_and_a_slip_of_the_pen_to_nobody() {
        for number in [1, 31, 32, 7_654_321, i64::MAX] {
            let user = UserId::new(number).unwrap();
            let card = of_member(user);
            assert_eq!(read_member(&card), Some(user));
            assert_eq!(read_member(&code::grouped(&card).to_lowercase()), Some(user));
            for place in 0..card.len() {
                let mut wrong = card.clone().into_bytes();
                wrong[place] = if wrong[place] == b'7' { b'8' } else { b'7' };
                assert_eq!(read_member(&String::from_utf8(wrong).unwrap()), None, "{card} at {place}");
            }
        }
        for bad in ["", "MC", "MC0", "MC00", "ñ"] {
            assert_eq!(read_member(bad), None, "{bad}");
        }
    }
}
