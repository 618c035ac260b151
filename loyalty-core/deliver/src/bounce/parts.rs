//! The parts of a report: its headers, what machines read, and the message it is about.

use mailparse::{MailHeaderMap, ParsedMail};

/// Parts that are looked at; more is no report of a mail server.
const MAX_PARTS: usize = 50;
/// Longest address or tag that is taken.
const MAX_LENGTH: usize = 254;

pub(super) struct Parts<'a> {
    whole: &'a ParsedMail<'a>,
    all: Vec<&'a ParsedMail<'a>>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(whole: &'a ParsedMail<'a>) -> Self {
        Self { whole, all: whole.parts().take(MAX_PARTS).collect() }
    }

    /// The text of the first part of this type.
    pub(super) fn text(&self, kind: &str) -> Option<String> {
        let part = self.all.iter().find(|part| part.ctype.mimetype.eq_ignore_ascii_case(kind))?;
        let raw = part.get_body_raw().ok()?;
        Some(String::from_utf8_lossy(&raw).into_owned())
    }

    /// The tag: from whom the report came to, else from the message that it is about.
    pub(super) fn tag(&self) -> Option<String> {
        let to = ["X-Original-To", "Delivered-To", "To"];
        let came_to = to.iter().flat_map(|name| self.whole.headers.get_all_values(name));
        came_to.into_iter().find_map(|value| tag_of_address(&value)).or_else(|| self.tag_of_original())
    }

    fn tag_of_original(&self) -> Option<String> {
        let kinds = ["message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"];
        let original = kinds.iter().find_map(|kind| self.text(kind))?;
        let fields = fields(&original);
        let inside = field(&fields, "message-id")?.trim().strip_prefix('<')?.split('>').next()?;
        plain(inside.split('@').next()?)
    }
}

/// What stands between the first `+` and the `@` of an address.
pub(super) fn tag_of_address(text: &str) -> Option<String> {
    let local = text.rsplit_once('<').map_or(text, |(_, inside)| inside).split('@').next()?;
    plain(local.split_once('+')?.1)
}

fn plain(text: &str) -> Option<String> {
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || b"._-=".contains(&sign);
    let text = text.trim();
    (!text.is_empty() && text.len() <= MAX_LENGTH && text.bytes().all(is_plain)).then(|| text.to_owned())
}

/// An address behind its type, as `rfc822; ana@example.com`.
pub(super) fn typed_address(text: &str) -> Option<String> {
    let address = text.split_once(';').map_or(text, |(_, address)| address).trim();
    let address = address.trim_start_matches('<').trim_end_matches('>');
    let is_right = address.contains('@') && address.len() <= MAX_LENGTH && !address.chars().any(char::is_whitespace);
    (is_right && !address.chars().any(char::is_control)).then(|| address.to_owned())
}

/// The fields of the first block of lines, with names in lower case and continued lines joined.
pub(super) fn fields(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in text.lines().take_while(|line| !line.trim().is_empty()) {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = found.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            found.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    found
}

/// The blocks of lines, each as its fields.
pub(super) fn blocks(text: &str) -> Vec<Vec<(String, String)>> {
    let joined: Vec<&str> = text.lines().collect();
    let blocks = joined.split(|line| line.trim().is_empty()).take(MAX_PARTS);
    blocks.map(|lines| fields(&lines.join("\n"))).filter(|fields| !fields.is_empty()).collect()
}

pub(super) fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}
