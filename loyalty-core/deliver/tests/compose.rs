//! What is refused before a message leaves.

use loyalty_deliver::{Because, FieldError, Outgoing, compose};
use proptest::prelude::*;

fn outgoing() -> Outgoing {
    Outgoing {
        id: 1,
        kind: "welcome".to_owned(),
        to: "ana@example.com".to_owned(),
        from: "Café-VT <hola@cafe-vt.cl>".to_owned(),
        subject: "Hola".to_owned(),
        text: "Hola".to_owned(),
        html: None,
        headers: Vec::new(),
        message_id: "<1.a@cafe-vt.cl>".to_owned(),
        attempt: 1,
        return_path_tag: None,
    }
}

fn header(name: &str, value: &str) -> Outgoing {
    Outgoing { headers: vec![(name.to_owned(), value.to_owned())], ..outgoing() }
}

#[test]
fn a_field_that_would_write_another_is_refused_by_its_name() {
    let long = "a".repeat(1_000);
    for (message, field, because) in [
        (Outgoing { to: "ana@example.com\r\nBcc: x@example.com".into(), ..outgoing() }, "to", Because::Control),
        (Outgoing { to: "Ana\n <ana@example.com>".into(), ..outgoing() }, "to", Because::Control),
        (Outgoing { to: "Ana \u{202e}<ana@example.com>".into(), ..outgoing() }, "to", Because::Direction),
        (Outgoing { to: "=?utf-8?b?4oCu?= <ana@example.com>".into(), ..outgoing() }, "to", Because::EncodedWord),
        (Outgoing { to: "ana".into(), ..outgoing() }, "to", Because::Address),
        (Outgoing { to: "a@example.com, b@example.com".into(), ..outgoing() }, "to", Because::Address),
        (Outgoing { to: String::new(), ..outgoing() }, "to", Because::Address),
        (Outgoing { from: "Café\rX <hola@cafe-vt.cl>".into(), ..outgoing() }, "from", Because::Control),
        (Outgoing { subject: "a\r\nX: y".into(), ..outgoing() }, "subject", Because::Control),
        (Outgoing { subject: "a\u{2067}b".into(), ..outgoing() }, "subject", Because::Direction),
        (Outgoing { subject: " ".into(), ..outgoing() }, "subject", Because::Form),
        (Outgoing { subject: long.clone(), ..outgoing() }, "subject", Because::Length),
        (Outgoing { message_id: "1.a@cafe-vt.cl".into(), ..outgoing() }, "message_id", Because::Form),
        (Outgoing { message_id: "<1.a>".into(), ..outgoing() }, "message_id", Because::Form),
        (Outgoing { message_id: "<1@a> <2@a>".into(), ..outgoing() }, "message_id", Because::Form),
        (Outgoing { return_path_tag: Some("a b".into()), ..outgoing() }, "return_path_tag", Because::Form),
        (header("X-A", "b\nc"), "headers.X-A", Because::Control),
        (header("X-A", &long), "headers.X-A", Because::Length),
        (header("X A", "b"), "headers", Because::Form),
        (header("X-A\r\nBcc", "b"), "headers", Because::Form),
        (header("", "b"), "headers", Because::Form),
        (header("bcc", "x@example.com"), "headers.bcc", Because::Taken),
        (header("Content-Type", "text/html"), "headers.Content-Type", Because::Taken),
    ] {
        let error = compose(&message, None).unwrap_err();
        assert_eq!(error, FieldError { field: field.to_owned(), because }, "{field}");
        assert!(!error.to_string().contains("ana"), "{error}");
    }
    assert!(compose(&outgoing(), Some("nobody")).is_err_and(|error| error.field == "return_path"));
}

#[test]
fn what_is_shown_of_a_message_names_nobody() {
    let message = Outgoing { text: "secreto".to_owned(), ..outgoing() };
    let shown = format!("{message:?} {:?}", compose(&message, None).unwrap());
    assert!(!shown.contains("ana") && !shown.contains("hola") && !shown.contains("secreto"), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever stands in the fields: a message has each header once, and is 7 bit.
    #[test]
    fn no_text_adds_a_header(name in any::<String>(), subject in any::<String>(), value in any::<String>(), text in any::<String>()) {
        let message = Outgoing {
            to: format!("{name} <ana@example.com>"), subject, text, headers: vec![("X-A".to_owned(), value)], ..outgoing()
        };
        if let Ok(composed) = compose(&message, None) {
            prop_assert!(composed.bytes().is_ascii());
            prop_assert_eq!(composed.recipient(), "ana@example.com");
            let (headers, _) = mailparse::parse_headers(composed.bytes()).unwrap();
            let mut names: Vec<String> = headers.iter().map(|header| header.get_key().to_lowercase()).collect();
            names.sort();
            let known = [
                "content-transfer-encoding", "content-type", "date", "from", "message-id", "mime-version", "subject", "to", "x-a",
            ];
            prop_assert_eq!(names, known);
        }
    }
}
