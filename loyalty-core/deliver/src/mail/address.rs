//! Addresses of mail: `Name <user@host>` to what a mail server takes.

use lettre::Address;
use lettre::message::Mailbox;

use super::field::{Because, FieldError, checked};

/// Longest local part (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL: usize = 64;
/// Longest path (RFC 5321, 4.5.3.1.3), without its brackets.
const MAX_ADDRESS: usize = 254;
/// Longest name beside an address.
const MAX_NAME: usize = 200;

/// Reads `user@host` or `Name <user@host>`.
pub(super) fn mailbox(field: &str, text: &str) -> Result<Mailbox, FieldError> {
    let text = checked(field, text)?.trim();
    let Some(inside) = text.strip_suffix('>') else { return Ok(Mailbox::new(None, address(field, text)?)) };
    let (name, address_text) = inside.rsplit_once('<').ok_or_else(|| FieldError::new(field, Because::Address))?;
    let name = name.trim();
    let bare = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let name = bare.map_or_else(|| name.to_owned(), |quoted| quoted.replace("\\\"", "\"").replace("\\\\", "\\"));
    if name.len() > MAX_NAME {
        return Err(FieldError::new(field, Because::Length));
    }
    Ok(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address(field, address_text.trim())?))
}

/// Reads `user@host`; the host becomes its A-label form, which every mail server understands.
pub(super) fn address(field: &str, text: &str) -> Result<Address, FieldError> {
    let wrong = || FieldError::new(field, Because::Address);
    let (local, host) = checked(field, text)?.rsplit_once('@').ok_or_else(wrong)?;
    let host = if host.is_ascii() { host.to_ascii_lowercase() } else { a_labels(host).ok_or_else(wrong)? };
    if local.len() > MAX_LOCAL || local.len() + host.len() >= MAX_ADDRESS {
        return Err(FieldError::new(field, Because::Length));
    }
    // A quoted local part may hold anything, and no shop's guest has one.
    if local.contains(['"', '\\', ' ', '<', '>', ',', ';', ':', '(', ')', '[', ']', '@']) || !host.contains('.') {
        return Err(wrong());
    }
    Address::new(local, host).map_err(|_| wrong())
}

fn a_labels(host: &str) -> Option<String> {
    idna::domain_to_ascii(host).ok().filter(|ascii| ascii.is_ascii() && !ascii.is_empty())
}

/// The return path: the address with `+tag` behind its local part.
pub(super) fn tagged(base: &Address, tag: &str) -> Result<Address, FieldError> {
    let wrong = || FieldError::new("return_path_tag", Because::Form);
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || b"._-=".contains(&sign);
    if tag.is_empty() || !tag.bytes().all(is_plain) {
        return Err(wrong());
    }
    let local = format!("{}+{tag}", base.user());
    if local.len() > MAX_LOCAL {
        return Err(FieldError::new("return_path_tag", Because::Length));
    }
    Address::new(local, base.domain()).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_an_address_are_read_apart() {
        for (text, name, address) in [
            ("ana@example.com", None, "ana@example.com"),
            ("Café-VT <hola@cafe-vt.cl>", Some("Café-VT"), "hola@cafe-vt.cl"),
            ("Café, S.A. <hola@cafe-vt.cl>", Some("Café, S.A."), "hola@cafe-vt.cl"),
            ("\"Ana \\\"A\\\" B\" <a@EXAMPLE.com>", Some("Ana \"A\" B"), "a@example.com"),
            (" <a@example.com>", None, "a@example.com"),
            ("ana@correo.ñandú.cl", None, "ana@correo.xn--and-6ma2c.cl"),
            ("josé@example.com", None, "josé@example.com"),
        ] {
            let read = mailbox("to", text).unwrap();
            assert_eq!((read.name.as_deref(), read.email.to_string().as_str()), (name, address), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        for text in [
            "",
            "ana",
            "@example.com",
            "ana@",
            "ana@localhost",
            "a b@example.com",
            "a@b@example.com",
            "<a@example.com",
            "a@example.com>",
            "a@exa mple.com",
            "a@example..com",
            "a@example.com, b@example.com",
            "\"a b\"@example.com",
            "a@\u{202e}example.com",
            "a@example.com\r\nRCPT TO:<b@example.com>",
            &long,
        ] {
            assert!(mailbox("to", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_return_path_carries_its_tag() {
        let base = address("from", "bounces@cafe-vt.cl").unwrap();
        assert_eq!(tagged(&base, "4194305.k3").unwrap().to_string(), "bounces+4194305.k3@cafe-vt.cl");
        for tag in ["", "a b", "a@b", "a\r\n", "é", &"a".repeat(60)] {
            assert!(tagged(&base, tag).is_err(), "{tag}");
        }
    }
}
