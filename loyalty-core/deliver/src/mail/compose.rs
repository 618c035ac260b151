//! A message to its bytes.

use std::fmt;

use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Message, MultiPart, SinglePart};

use super::Outgoing;
use super::address::{address, mailbox, tagged};
use super::field::{Because, FieldError, checked};

/// Longest subject and longest value of a header, in bytes.
const MAX_VALUE: usize = 2_000;
/// Longest piece of a header that cannot be folded: a line has 998 bytes at most (RFC 5322, 2.1.1).
const MAX_WORD: usize = 900;
/// Largest text and HTML together, in bytes.
const MAX_BODY: usize = 1_000_000;
/// What the message itself writes, in lower case.
const TAKEN: [&str; 9] = ["from", "sender", "to", "cc", "bcc", "subject", "message-id", "mime-version", "return-path"];

/// A message as it goes over the wire: whom it is from and to, and its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    pub(super) return_path: Address,
    pub(super) recipient: Address,
    text: String,
}

impl Composed {
    /// Where bounces go: the envelope's sender.
    pub fn return_path(&self) -> &str {
        self.return_path.as_ref()
    }

    /// The envelope's only recipient.
    pub fn recipient(&self) -> &str {
        self.recipient.as_ref()
    }

    /// Headers and body with `CRLF` at each line's end, before dots are doubled.
    pub fn bytes(&self) -> &[u8] {
        self.text.as_bytes()
    }

    /// What follows `DATA`, up to the dot that ends it.
    pub(super) fn payload(&self) -> Payload<'_> {
        Payload(&self.text)
    }

    /// An address needs SMTPUTF8, in the envelope or in a header: its local part is not ASCII.
    pub(super) fn needs_utf8(&self) -> bool {
        !(self.return_path().is_ascii() && self.recipient().is_ascii() && self.text.is_ascii())
    }
}

/// Without what says who is written to, and what.
impl fmt::Debug for Composed {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Composed").field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// A message with a second dot before each line that begins with one, and with the line that ends it (RFC 5321, 4.5.2).
///
/// In one piece: of two, the second would wait for the server to confirm the first, 40 ms on most systems.
pub(super) struct Payload<'a>(&'a str);

impl fmt::Display for Payload<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.0.split_inclusive("\r\n") {
            to.write_str(if line.starts_with('.') { "." } else { "" })?;
            to.write_str(line)?;
        }
        to.write_str(if self.0.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" })
    }
}

/// Makes the bytes of a message: text first, HTML second, 7 bit by encoding.
///
/// `return_path` is the address for bounces (`bounces@host`); without it, it is that of the sender. A tag goes behind
/// its local part. What would write a second header is an error that names the field; so is an address that is none.
pub fn compose(outgoing: &Outgoing, return_path: Option<&str>) -> Result<Composed, FieldError> {
    let from = mailbox("from", &outgoing.from)?;
    let to = mailbox("to", &outgoing.to)?;
    let base = return_path.map_or_else(|| Ok(from.email.clone()), |text| address("return_path", text))?;
    let return_path = outgoing.return_path_tag.as_deref().map_or_else(|| Ok(base.clone()), |tag| tagged(&base, tag))?;
    let subject = of_a_line("subject", &outgoing.subject)?;
    let recipient = to.email.clone();
    let mut message = Message::builder()
        .from(from)
        .to(to)
        .subject(subject)
        .message_id(Some(message_id(&outgoing.message_id)?.to_owned()))
        .envelope(envelope(&return_path, &recipient)?);
    for (name, value) in &outgoing.headers {
        message = message.raw_header(header(name, value)?);
    }
    let text = SinglePart::plain(lines(&outgoing.text));
    let html = outgoing.html.as_deref().filter(|html| !html.is_empty());
    if outgoing.text.len() + html.map_or(0, str::len) > MAX_BODY {
        return Err(FieldError::new("text", Because::Length));
    }
    let built = match html {
        Some(html) => {
            message.multipart(MultiPart::alternative().singlepart(text).singlepart(SinglePart::html(lines(html))))
        }
        None => message.singlepart(text),
    };
    let built = built.map_err(|_| FieldError::new("from", Because::Form))?;
    let text = String::from_utf8(built.formatted()).map_err(|_| FieldError::new("text", Because::Form))?;
    Ok(Composed { return_path, recipient, text })
}

fn envelope(return_path: &Address, recipient: &Address) -> Result<lettre::address::Envelope, FieldError> {
    lettre::address::Envelope::new(Some(return_path.clone()), vec![recipient.clone()])
        .map_err(|_| FieldError::new("to", Because::Address))
}

/// One kind of line end: a bare CR or LF means different things to different servers, and lets one mail be read as two.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn of_a_line<'a>(field: &str, text: &'a str) -> Result<&'a str, FieldError> {
    let text = checked(field, text)?;
    if text.trim().is_empty() {
        return Err(FieldError::new(field, Because::Form));
    }
    if text.len() > MAX_VALUE || text.split(' ').any(|word| word.len() > MAX_WORD) {
        return Err(FieldError::new(field, Because::Length));
    }
    Ok(text)
}

fn message_id(text: &str) -> Result<&str, FieldError> {
    let text = of_a_line("message_id", text)?;
    let inside = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or_default();
    let is_right = inside.bytes().all(|sign| sign.is_ascii_graphic() && !b"<>\"\\(),:;[]".contains(&sign))
        && inside
            .split_once('@')
            .is_some_and(|(left, right)| !left.is_empty() && !right.is_empty() && !right.contains('@'));
    if is_right { Ok(text) } else { Err(FieldError::new("message_id", Because::Form)) }
}

fn header(name: &str, value: &str) -> Result<HeaderValue, FieldError> {
    // The library lets control characters pass in a name.
    if name.is_empty() || !name.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-') {
        return Err(FieldError::new("headers", Because::Form));
    }
    let field = format!("headers.{name}");
    let small = name.to_ascii_lowercase();
    if TAKEN.contains(&small.as_str()) || small.starts_with("content-") {
        return Err(FieldError::new(&field, Because::Taken));
    }
    let value = of_a_line(&field, value)?.to_owned();
    let name = HeaderName::new_from_ascii(name.to_owned()).map_err(|_| FieldError::new("headers", Because::Form))?;
    Ok(HeaderValue::new(name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_at_the_beginning_of_a_line_is_doubled_and_one_alone_ends_the_message() {
        for (text, payload) in [
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            ("", "\r\n.\r\n"),
            (".\r\n..a\r\n.b.\r\n\r\n.", "..\r\n...a\r\n..b.\r\n\r\n..\r\n.\r\n"),
        ] {
            assert_eq!(Payload(text).to_string(), payload, "{text:?}");
        }
    }
}
