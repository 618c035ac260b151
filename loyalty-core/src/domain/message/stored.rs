//! The values of a message as they are stored: an object of JSON, short, whose shapes the kind knows.

use serde_json::{Map, Value, json};

use super::content::{Content, ReportFigure, Variables};
use super::kind::MessageKind;
use super::variable::VariableShape;
use crate::value::{Currency, Day, Money, Score};
use crate::{Error, Result};

impl Variables {
    /// The values as an object of JSON: `{"n": 132, "until": "2026-12-04"}`.
    #[must_use]
    pub fn to_json(&self) -> Map<String, Value> {
        self.iter().map(|(name, content)| (name.to_owned(), stored(content))).collect()
    }

    /// The values that an object of JSON has for a kind.
    ///
    /// # Errors
    /// `invalid` naming the variable, when the kind does not take it or it has another shape. What is missing is found
    /// by [`check`](Self::check).
    pub fn from_json(kind: MessageKind, json: &Map<String, Value>, today: Day) -> Result<Self> {
        let mut variables = Self::new(today);
        for (name, value) in json {
            let Some(spec) = kind.variables().find(|spec| spec.name == name) else {
                return Err(Error::invalid(name, format_args!("is unknown for `{}`", kind.word())));
            };
            let Some(content) = content(spec.shape, value) else {
                return Err(Error::invalid(name, format_args!("must be {}", spec.shape.words())));
            };
            variables = variables.with(name, content);
        }
        Ok(variables)
    }
}

fn stored(content: &Content) -> Value {
    match content {
        Content::Text(text) | Content::Link(text) => json!(text),
        Content::Count(count) => json!(count),
        Content::Visits(visits) => json!({ "visits": visits }),
        Content::Money(amount, currency) => json!({ "minor": amount.get(), "currency": currency.code() }),
        Content::Score(score) => json!({ "score": score.get() }),
        Content::Day(day) => json!(day.to_string()),
        Content::Texts(texts) => json!(texts),
        Content::Figures(figures) => {
            let row = |figure: &ReportFigure| {
                let before = figure.before.as_ref().map(stored);
                json!({ "label": figure.label, "value": stored(&figure.value), "before": before })
            };
            figures.iter().map(row).collect()
        }
    }
}

fn content(shape: VariableShape, value: &Value) -> Option<Content> {
    let text = || value.as_str().map(str::to_owned);
    match shape {
        VariableShape::Text | VariableShape::FirstName => text().map(Content::Text),
        VariableShape::Link => text().map(Content::Link),
        VariableShape::Count => value.as_i64().map(Content::Count),
        VariableShape::Missing => number(value),
        VariableShape::Day => Day::parse(value.as_str()?).ok().map(Content::Day),
        VariableShape::Texts => {
            let texts = value.as_array()?.iter().map(|text| text.as_str().map(str::to_owned));
            texts.collect::<Option<_>>().map(Content::Texts)
        }
        VariableShape::Figures => {
            let figures = value.as_array()?.iter().map(figure);
            figures.collect::<Option<_>>().map(Content::Figures)
        }
    }
}

/// A count as a number, and what has a unit as an object.
fn number(value: &Value) -> Option<Content> {
    let of = |name: &str| value.get(name).and_then(Value::as_i64);
    if let Some(minor) = of("minor") {
        let currency = value.get("currency").and_then(Value::as_str).and_then(Currency::new)?;
        return Money::minor(minor).ok().map(|amount| Content::Money(amount, currency));
    }
    let visits = of("visits").map(Content::Visits);
    let score = of("score").map(|hundredths| Content::Score(Score::hundredths(hundredths)));
    value.as_i64().map(Content::Count).or(visits).or(score)
}

fn figure(value: &Value) -> Option<ReportFigure> {
    let one = |value: &Value| value.as_str().map(|text| Content::Text(text.to_owned())).or_else(|| number(value));
    let before = match value.get("before") {
        None | Some(Value::Null) => None,
        Some(before) => Some(one(before)?),
    };
    Some(ReportFigure { label: value.get("label")?.as_str()?.to_owned(), value: one(value.get("value")?)?, before })
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, sample};
    use super::*;
    use crate::value::Locale;

    #[test]
    fn what_is_stored_is_read_again() {
        let today = Day::parse("2026-11-30").unwrap();
        for kind in MessageKind::ALL {
            for extent in [Sample::Everything, Sample::Least] {
                let variables = sample(kind, Locale::EsCl, extent, today);
                assert_eq!(Variables::from_json(kind, &variables.to_json(), today), Ok(variables));
            }
        }
        let kind = MessageKind::TierInDanger;
        for content in [
            Content::Count(3),
            Content::Visits(1),
            Content::Score(Score::hundredths(350)),
            Content::Money(Money::minor(-5).unwrap(), Currency::new("USD").unwrap()),
        ] {
            let variables = Variables::new(today).with("n", content);
            assert_eq!(Variables::from_json(kind, &variables.to_json(), today), Ok(variables));
        }
    }

    #[test]
    fn what_is_stored_otherwise_is_refused_by_its_name() {
        for (name, value) in [
            ("n", json!("132")),
            ("n", json!(1.5)),
            ("n", json!({ "minor": 5, "currency": "XYZ" })),
            ("until", json!("4 December")),
            ("tier", json!(4)),
            ("code", json!("x")),
        ] {
            let stored = Map::from_iter([(name.to_owned(), value)]);
            let today = Day::parse("2026-11-30").unwrap();
            let error = Variables::from_json(MessageKind::TierInDanger, &stored, today).unwrap_err();
            assert_eq!(error.details()["field"], name, "{error}");
        }
    }
}
