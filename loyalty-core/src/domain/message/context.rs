//! The values of a message as a template sees them: cleaned, and in the guest's way of writing.

use std::fmt;
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Value};

use super::content::{Content, ReportFigure, Variables};
use super::kind::MessageKind;
use super::variable::VariableShape;
use crate::domain::catalogue::{long_date, money, number};
use crate::value::{Decimal, Locale, readable};

/// Longest first name that is greeted, in characters.
const MAX_FIRST_NAME: usize = 40;

/// What prints as a text of its own and has a number, by which words become singular or plural.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) count: i64,
    text: String,
}

impl Object for Counted {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An address of the web: in HTML its `&` is coded, in a text nothing is.
#[derive(Debug)]
pub(super) struct Address(pub(super) String);

impl Object for Address {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The values of a message by their names, and `kind`. What is missing is undefined.
pub(super) fn values(kind: MessageKind, variables: &Variables, locale: Locale) -> Vec<(&'static str, Value)> {
    let mut values = vec![("kind", Value::from(kind.word()))];
    let mut links = Vec::new();
    for spec in kind.variables() {
        let Some(content) = variables.get(spec.name) else { continue };
        match (spec.shape, content) {
            (VariableShape::FirstName, Content::Text(name)) => {
                values.extend(greeted(name).map(|name| (spec.name, Value::from(name))));
            }
            (VariableShape::Missing, content) => values.push((spec.name, missing(content, variables, locale))),
            (VariableShape::Link, content) => {
                links.push((spec.name.trim_start_matches("links."), value(content, variables, locale)));
            }
            (_, content) => values.push((spec.name, value(content, variables, locale))),
        }
    }
    values.push(("links", Value::from_pairs(links)));
    values
}

/// A name that may be greeted. Strangers put advertisements into the name of an account, so that the welcome carries
/// them: a name with an address in it is not greeted.
fn greeted(name: &str) -> Option<String> {
    let name = readable(name);
    let mut signs = name.chars().peekable();
    while let Some(sign) = signs.next() {
        let dot_inside = sign == '.' && signs.peek().is_some_and(|next| next.is_alphanumeric());
        if dot_inside || matches!(sign, '/' | ':' | '@') {
            return None;
        }
    }
    (!name.is_empty() && name.chars().count() <= MAX_FIRST_NAME).then_some(name)
}

fn value(content: &Content, variables: &Variables, locale: Locale) -> Value {
    match content {
        Content::Text(text) => Value::from(readable(text)),
        Content::Count(count) | Content::Visits(count) => Value::from(*count),
        Content::Money(amount, currency) => Value::from(money(*amount, *currency, locale)),
        Content::Score(score) => Value::from(number(Decimal::new(score.get(), 2).shortest(), locale)),
        Content::Day(day) => Value::from(long_date(*day, variables.today(), locale)),
        Content::Link(link) => Value::from_object(Address(link.clone())),
        Content::Texts(texts) => Value::from(texts.iter().map(|text| Value::from(readable(text))).collect::<Vec<_>>()),
        Content::Figures(figures) => {
            let row = |figure: &ReportFigure| {
                let label = Some(("label", Value::from(readable(&figure.label))));
                let now = Some(("value", value(&figure.value, variables, locale)));
                let before = figure.before.as_ref().map(|before| ("before", value(before, variables, locale)));
                Value::from_pairs([label, now, before].into_iter().flatten())
            };
            Value::from(figures.iter().map(row).collect::<Vec<_>>())
        }
    }
}

/// What is missing, with its unit.
fn missing(content: &Content, variables: &Variables, locale: Locale) -> Value {
    let shown = |count: &i64| number(Decimal::new(*count, 0), locale);
    let (count, text) = match (content, locale) {
        (Content::Count(count), _) => (*count, points(*count, locale)),
        (Content::Visits(1), Locale::EsCl) => (1, "1 visita".to_owned()),
        (Content::Visits(count), Locale::EsCl) => (*count, format!("{} visitas", shown(count))),
        (Content::Visits(1), Locale::En) => (1, "1 visit".to_owned()),
        (Content::Visits(count), Locale::En) => (*count, format!("{} visits", shown(count))),
        (Content::Score(_), Locale::EsCl) => (2, format!("{} de puntaje", value(content, variables, locale))),
        (Content::Score(_), Locale::En) => (2, format!("{} of score", value(content, variables, locale))),
        (other, _) => (2, value(other, variables, locale).to_string()),
    };
    Value::from_object(Counted { count, text })
}

/// `1.234 puntos`, `1 punto`, `1,234 points`, `1 point`.
pub(super) fn points(count: i64, locale: Locale) -> String {
    let shown = number(Decimal::new(count, 0), locale);
    match (locale, count) {
        (Locale::EsCl, 1) => "1 punto".to_owned(),
        (Locale::EsCl, _) => format!("{shown} puntos"),
        (Locale::En, 1) => "1 point".to_owned(),
        (Locale::En, _) => format!("{shown} points"),
    }
}
