//! Why a member is in a segment or not, in words for staff.

use crate::value::Locale;

/// A condition in words: what is known of the member, and what is asked for: a least, a greatest, or values.
#[must_use]
pub fn criterion_text([value, at_least, at_most, wanted]: &[Option<String>; 4], locale: Locale) -> String {
    let spanish = locale == Locale::EsCl;
    let say = |texts: [&'static str; 2]| if spanish { texts[0] } else { texts[1] };
    let known = match value.as_deref() {
        Some("true") => say(["sí", "yes"]).to_owned(),
        Some("false") => say(["no", "no"]).to_owned(),
        Some(value) => value.to_owned(),
        None => say(["no hay dato", "nothing is known"]).to_owned(),
    };
    let asked = match (at_least, at_most, wanted) {
        (Some(least), Some(most), _) => match spanish {
            true => format!("entre {least} y {most}"),
            false => format!("between {least} and {most}"),
        },
        (Some(least), None, _) => format!("{} {least}", say(["al menos", "at least"])),
        (None, Some(most), _) => format!("{} {most}", say(["a lo más", "at most"])),
        (None, None, Some(wanted)) => match wanted.as_str() {
            "true" => say(["sí", "yes"]).to_owned(),
            "false" => say(["no", "no"]).to_owned(),
            wanted => wanted.to_owned(),
        },
        (None, None, None) => String::new(),
    };
    format!("{known}; {} {asked}", say(["se pide", "asked for:"]))
}
