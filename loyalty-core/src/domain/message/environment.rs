//! How templates of one language are rendered: strictly, escaped, with a bound on their work.

use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior, Value, value::ValueKind};

use super::context::{Address, Counted, points};
use crate::domain::catalogue::number;
use crate::value::{Decimal, Locale};

/// Work that one rendering may take: a message takes about 3 000.
const FUEL: u64 = 100_000;
/// Colours and pieces; the only file that a template can name, and does without saying so.
pub(super) const LOOK: &str = "look.html";

/// An environment without templates.
///
/// A variable that is missing may only be asked for (`{% if code %}`): printing it, or joining it to a text, fails. What
/// is printed is escaped by the name of the file, so neither a filter nor a block of a template turns that off.
pub(super) fn strict(locale: Locale) -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
    environment.set_fuel(Some(FUEL));
    environment.set_path_join_callback(|name, _| if name == LOOK { LOOK.into() } else { "".into() });
    environment.set_formatter(move |out, state, value| print(out, state, value, locale));
    environment.remove_filter("safe");
    environment.add_filter("number", move |value: &Value| counted(value).map(|count| shown(count, locale)));
    environment.add_filter("points", move |value: &Value| counted(value).map(|count| points(count, locale)));
    environment.add_filter("plural", |value: &Value, one: String, more: String| {
        counted(value).map(|count| if count == 1 { one } else { more })
    });
    environment
}

fn shown(count: i64, locale: Locale) -> String {
    number(Decimal::new(count, 0), locale)
}

fn counted(value: &Value) -> Result<i64, Error> {
    let count = count_of(value).or_else(|| value.as_i64().filter(|_| value.is_integer()));
    count.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "needs a whole number before it"))
}

/// The number of what prints as a text of its own.
fn count_of(value: &Value) -> Option<i64> {
    value.downcast_object_ref::<Counted>().map(|counted| counted.count)
}

fn print(out: &mut Output, state: &State, value: &Value, locale: Locale) -> Result<(), Error> {
    let is_html = state.name().ends_with(".html");
    if let Some(Address(link)) = value.downcast_object_ref() {
        return write(out, &if is_html { link.replace('&', "&amp;") } else { link.clone() });
    }
    let is_text = count_of(value).is_some();
    match value.kind() {
        ValueKind::Number if value.is_integer() => {
            let count = value.as_i64().ok_or_else(|| cannot("is a number that is too large"))?;
            write(out, &shown(count, locale))
        }
        ValueKind::String if value.is_safe() || !is_html => write(out, value.as_str().unwrap_or_default()),
        ValueKind::String => escape(out, value.as_str().unwrap_or_default()),
        _ if is_text && is_html => escape(out, &value.to_string()),
        _ if is_text => write(out, &value.to_string()),
        ValueKind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        ValueKind::Seq | ValueKind::Iterable => Err(cannot("is a list: write `{% for … %}`")),
        ValueKind::Map => Err(cannot("has parts: name one, as in `links.card`")),
        kind => Err(Error::new(ErrorKind::InvalidOperation, format!("what is printed is a {kind}, not a text"))),
    }
}

fn cannot(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("what is printed {what}"))
}

fn write(out: &mut Output, text: &str) -> Result<(), Error> {
    out.write_str(text).map_err(|_| Error::from(ErrorKind::WriteFailure))
}

fn escape(out: &mut Output, text: &str) -> Result<(), Error> {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, from) = rest.split_at(at);
        let (coded, after) = match from.split_at_checked(1) {
            Some(("&", after)) => ("&amp;", after),
            Some(("<", after)) => ("&lt;", after),
            Some((">", after)) => ("&gt;", after),
            Some(("\"", after)) => ("&quot;", after),
            Some((_, after)) => ("&#39;", after),
            None => break,
        };
        write(out, before)?;
        write(out, coded)?;
        rest = after;
    }
    write(out, rest)
}
