//! What a shop may change, and what it is told when it goes wrong.

use super::*;
use crate::value::{Day, Locale};

fn with(name: &str, text: &str) -> crate::Result<Templates> {
    Templates::with([(name.to_owned(), text.to_owned())])
}

fn built_in_text(name: &str) -> &'static str {
    built_in::files().find(|(own, _)| *own == name).unwrap().1
}

fn welcome(templates: &Templates) -> Rendered {
    let today = Day::parse("2026-11-30").unwrap();
    let variables = sample(MessageKind::Welcome, Locale::EsCl, Sample::Everything, today);
    templates.render(MessageKind::Welcome, Locale::EsCl, &variables).unwrap()
}

#[test]
fn every_file_that_is_compiled_in_passes_as_a_file_of_a_shop() {
    let own = built_in::files().map(|(name, text)| (name.to_owned(), text.replace('\n', "\r\n")));
    let templates = Templates::with(own).unwrap();
    assert_eq!(welcome(&templates), welcome(&Templates::built_in().unwrap()));
}

#[test]
fn a_shop_changes_one_file_and_the_rest_stays() {
    let text = "title: ¡Hola!\nsubject: {{ shop }} te espera\nkicker: Club\nwhy: Te escribimos porque te uniste.\n\
                preheader: Pasa a vernos\n\nVen pronto: {{ links.card }}\n";
    let changed = welcome(&with("es-CL/welcome.txt", text).unwrap());
    let before = welcome(&Templates::built_in().unwrap());
    assert_eq!((changed.subject.as_str(), changed.preheader.as_str()), ("Café-VT te espera", "Pasa a vernos"));
    assert!(changed.text.starts_with("Ven pronto: https://cafe-vt.cl/card\n\nTienes 3.605 puntos"), "{}", changed.text);
    assert!(changed.html.contains(">¡Hola!</h1>") && !before.html.contains(">¡Hola!</h1>"));
    let look = built_in_text("look.html").replace("#5D4037", "#123456");
    assert!(welcome(&with("look.html", &look).unwrap()).html.contains("background-color:#123456"));
}

#[test]
fn a_wrong_template_is_refused_with_its_file_and_its_line() {
    let html = |line: &str| format!("<p>Hola</p>\n{line}\n");
    let txt = |line: &str| format!("subject: a\npreheader: b\nkicker: c\ntitle: d\nwhy: e\n\nHola\n{line}\n");
    let (own, layout) = ("en/birthday.html", "en/layout.html");
    for (name, text, line, says) in [
        (own, html("{{ naem }}"), 2, "`naem` is unknown; there are `shop`"),
        (own, html("{% if code == 'x' %}{{ naem }}{% endif %}"), 2, "`naem` is unknown"),
        (own, html("{{ links.home }}"), 2, "`links.home` is unknown"),
        (own, html("{{ card_number }}"), 2, "`card_number` is unknown"),
        (own, html("{{ first_name }}"), 2, "inside `{% if … %}`"),
        (own, html("{{ look.huge(code) }}"), 2, "unknown method"),
        (own, html("{{ code.part }}"), 2, "its parts must exist"),
        (own, html("{{ code "), 2, "is no template"),
        (own, html("{% if code %}"), 3, "is no template"),
        (own, html("{{ code | shout }}"), 2, "unknown filter"),
        (own, html("{{ code | safe }}"), 2, "unknown filter"),
        (own, html("{{ code | points }}"), 2, "needs a whole number"),
        (own, html("{{ points / 2 }}"), 2, "is a number, not a text"),
        (own, html("{{ links }}"), 2, "`links` is unknown; there are `shop`"),
        ("en/owner_report.html", html("{% for row in figures %}{{ row }}{% endfor %}"), 2, "has parts"),
        ("en/we_miss_you.html", html("{% if code %}{{ until }}{% endif %}"), 2, "inside `{% if … %}`"),
        ("en/we_miss_you.html", html("{% if until %}{{ code }}{% endif %}"), 2, "inside `{% if … %}`"),
        (own, html("{% for sign in points %}{% endfor %}"), 2, "not iterable"),
        (own, html("{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}"), 2, "too much work"),
        (own, html("{% include 'layout.html' %}"), 2, "must not name another file"),
        (own, html("{% include code %}"), 2, "must not name another file"),
        ("en/tier_upgraded.html", html("{{ benefits }}"), 2, "is a list"),
        ("en/birthday.txt", txt("{{ naem }}"), 8, "`naem` is unknown"),
        ("en/birthday.txt", txt("{{ 'Hello ' ~ first_name }}"), 8, "inside `{% if … %}`"),
        ("en/birthday.txt", txt("").replace("why: e", "why: {{ naem }}"), 5, "`naem` is unknown"),
        ("en/birthday.txt", txt("").replace("title: d", "colour: d"), 4, "must begin with one of `subject:`"),
        ("en/birthday.txt", txt("").replace("title: d", "subject: d"), 4, "has `subject:` again"),
        ("en/birthday.txt", txt("").replace("title: d\n", ""), 5, "needs a line `title: …`"),
        (layout, html("{{ content }}{{ code }}"), 2, "inside `{% if … %}`"),
        ("look.html", html("{{ code }}"), 2, "`code` is unknown"),
    ] {
        let error = with(name, &text).unwrap_err();
        assert_eq!(error.details()["field"], name, "{error}");
        let expected = error.details()["expected"].as_str().unwrap();
        assert!(expected.starts_with(&format!("line {line}: ")) && expected.contains(says), "{text}: {error}");
    }
}

#[test]
fn an_unknown_or_a_large_file_is_refused_by_its_name() {
    for name in ["fr/welcome.html", "en/thanks.html", "welcome.html", "en/../look.html", ""] {
        let error = with(name, "x").unwrap_err();
        assert!(error.details()["field"] == name && error.message().contains("unknown file"), "{error}");
    }
    assert!(with("look.html", &"x".repeat(100_001)).unwrap_err().message().contains("100000 bytes"));
}

#[test]
fn a_layout_without_the_way_out_of_offers_is_refused() {
    for (name, without) in [
        ("en/layout.html", "{{ links.unsubscribe }}"),
        ("en/layout.txt", "{{ links.unsubscribe }}"),
        ("es-CL/layout.html", "{{ address }}"),
        ("es-CL/layout.txt", "{{ address }}"),
    ] {
        let error = with(name, &built_in_text(name).replace(without, "")).unwrap_err();
        assert!(error.details()["field"] == name && error.message().contains("an offer must have"), "{error}");
    }
}

#[test]
fn escaping_cannot_be_turned_off() {
    let text = "{% autoescape false %}{{ discount }}{% endautoescape %}";
    let templates = with("en/birthday.html", text).unwrap();
    let today = Day::parse("2026-11-30").unwrap();
    let hostile = Content::Text("<b>&</b>".to_owned());
    let variables = sample(MessageKind::Birthday, Locale::En, Sample::Least, today).with("discount", hostile);
    let html = templates.render(MessageKind::Birthday, Locale::En, &variables).unwrap().html;
    assert!(html.contains("&lt;b&gt;&amp;&lt;/b&gt;") && !html.contains("<b>"), "{html}");
}

#[test]
fn a_line_of_nothing_but_tags_leaves_no_line() {
    for (given, shown) in [
        ("a\n{% if x %}\nb\n{% endif %}\nc\n", "a\n{% if x \n%}b\n{% endif \n%}c\n"),
        ("{% if x %}{% if y %}\nb", "{% if x %}{% if y \n%}b"),
        ("{% if x %}b{% endif %}\nc\n", "{% if x %}b{% endif %}\nc\n"),
        ("{{ x }}\n", "{{ x }}\n"),
        ("{% set x = {\n} %}\n", "{% set x = {\n} %}\n"),
    ] {
        assert_eq!(file::whole_line_tags(given), shown);
    }
}

/// What `points_earned`, with which the others are compared, has for itself.
const OF_EARNED: [&str; 3] = ["n", "order", "because"];

#[test]
fn the_manual_lists_what_each_kind_takes() {
    let manual = include_str!("../../../../docs/MESSAGES.md");
    let of_all: Vec<&str> = MessageKind::PointsEarned.variables().map(|spec| spec.name).collect();
    for kind in MessageKind::ALL {
        let shared = |name: &str| name == "links.unsubscribe" || (of_all.contains(&name) && !OF_EARNED.contains(&name));
        let own = kind.variables().filter(|spec| !shared(spec.name)).map(|spec| match spec.presence {
            Presence::Required => format!("`{}`", spec.name),
            Presence::Optional => format!("`{}?`", spec.name),
        });
        let class = if kind.class() == MessageClass::Promotional { "offer" } else { "service" };
        let row = format!("| `{}` | {class} | {} |", kind.word(), own.collect::<Vec<_>>().join(", "));
        assert!(manual.contains(&row), "docs/MESSAGES.md lacks: {row}");
    }
}
