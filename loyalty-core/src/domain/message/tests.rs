//! What every message that is compiled in is like.

use super::*;
use crate::value::{Currency, Day, Locale, Money};

const LOCALES: [Locale; 2] = [Locale::EsCl, Locale::En];

fn today() -> Day {
    Day::parse("2026-11-30").unwrap()
}

/// Every kind in both languages, with everything and with the least.
fn all() -> Vec<(MessageKind, Locale, Variables, Rendered)> {
    let templates = Templates::built_in().unwrap();
    let mut all = Vec::new();
    for kind in MessageKind::ALL {
        for locale in LOCALES {
            for extent in [Sample::Everything, Sample::Least] {
                let variables = sample(kind, locale, extent, today());
                let rendered = templates.render(kind, locale, &variables).unwrap();
                all.push((kind, locale, variables, rendered));
            }
        }
    }
    all
}

fn rendered(kind: MessageKind, locale: Locale, change: impl Fn(Variables) -> Variables) -> Rendered {
    let variables = change(sample(kind, locale, Sample::Everything, today()));
    Templates::built_in().unwrap().render(kind, locale, &variables).unwrap()
}

#[test]
fn every_message_renders_in_both_languages_without_a_problem() {
    for (kind, locale, variables, rendered) in all() {
        let of = format!("{} in {}", kind.word(), locale.tag());
        assert_eq!(problems(kind, &rendered, &variables), [], "{of}");
        let Rendered { subject, preheader, text, html } = &rendered;
        for part in [subject, preheader, text, html] {
            assert!(!part.is_empty(), "{of}");
            for left in ["{{", "{%", "{#", "undefined", "none,", " none", "&#x", "  \n", "\n\n\n"] {
                assert!(!part.contains(left), "{of}: `{left}` in {part}");
            }
        }
        assert!(!subject.contains('\n') && !preheader.contains('\n'), "{of}");
        assert!(html.len() < 16_000, "{of}: {} bytes", html.len());
        assert!(html.contains(&format!("<html lang=\"{}\"", locale.tag())), "{of}");
    }
}

#[test]
fn the_files_of_a_kind_use_all_that_the_kind_takes() {
    let files: Vec<_> = built_in::files().collect();
    for kind in MessageKind::ALL {
        for locale in LOCALES {
            for spec in kind.variables() {
                let of = |word: &str, ending: &str| format!("{}/{word}.{ending}", locale.tag());
                for ending in ["html", "txt"] {
                    let (own, layout) = (of(kind.word(), ending), of("layout", ending));
                    let text: String = files
                        .iter()
                        .filter(|(name, _)| *name == own || *name == layout)
                        .map(|(_, text)| *text)
                        .collect();
                    // A name stands in what the HTML repeats of the lines before the text.
                    let shown = text.contains(spec.name)
                        || matches!((spec.name, ending), ("tier_level", "txt"))
                        || files.iter().any(|(name, text)| *name == of(kind.word(), "txt") && text.contains(spec.name));
                    assert!(shown, "{}: `{}` is used nowhere", own, spec.name);
                }
            }
        }
    }
}

/// Elements that have no end.
const VOID: [&str; 3] = ["meta", "br", "!doctype"];

/// Checks that each element is closed where it must be, and that attributes have quotes.
fn assert_balanced(html: &str, of: &str) {
    // What only Outlook reads is balanced as a whole.
    let html = html.replace("<!--[if mso]>", "").replace("<![endif]-->", "");
    assert!(!html.contains("<!--"), "{of}");
    let mut open: Vec<String> = Vec::new();
    for tag in html.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{of}: `<{tag}` does not end"));
        assert_eq!(tag.matches('"').count() % 2, 0, "{of}: {tag}");
        let name: String = tag.trim_start_matches('/').chars().take_while(|sign| !sign.is_whitespace()).collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(name.as_str()), "{of}: {tag}");
        } else if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{of}: {open:?} are not closed");
}

#[test]
fn the_html_is_well_formed_and_needs_nothing_from_elsewhere() {
    for (kind, locale, _, Rendered { html, .. }) in all() {
        let of = format!("{} in {}", kind.word(), locale.tag());
        assert_balanced(&html, &of);
        assert_eq!(html.matches("<h1").count(), 1, "{of}");
        for table in html.match_indices("<table") {
            let tag = html[table.0..].split('>').next().unwrap();
            // The figures of a report are a table of data.
            assert!(tag.contains("role=\"presentation\"") || kind == MessageKind::OwnerReport, "{of}: {tag}");
        }
        for never in ["<script", "<form", "<img", "src=", "url(", "position:", "float:", "javascript"] {
            assert!(!html.contains(never), "{of}: {never}");
        }
        for always in ["max-width:600px", "color-scheme", "prefers-color-scheme", "display:none"] {
            assert!(html.contains(always), "{of}: {always}");
        }
    }
}

#[test]
fn only_an_offer_can_be_unsubscribed_from_and_every_message_says_why_it_came() {
    for (kind, locale, variables, Rendered { text, html, .. }) in all() {
        let is_offer = kind.class() == MessageClass::Promotional;
        for part in [&text, &html] {
            assert_eq!(part.contains("/unsubscribe?"), is_offer, "{kind:?} {locale:?}");
            assert!(part.contains("/preferences?"), "{kind:?} {locale:?}");
            assert!(part.contains("Av. Italia 1000, Santiago"), "{kind:?} {locale:?}");
            let because =
                ["Te escribimos porque", "Te llega porque", "We write to you because", "You get this because"];
            assert!(because.iter().any(|words| part.contains(words)), "{kind:?} {locale:?}");
        }
        assert_eq!(variables.get("links.unsubscribe").is_some(), is_offer);
    }
}

#[test]
fn a_hostile_name_is_harmless_in_every_part() {
    let hostile = "<script>alert(1)</script>\r\nBcc: all@example.org\u{202e}\u{0}{{7*7}}{% raw %}\"'&";
    for kind in MessageKind::ALL {
        let variables = kind.variables().fold(sample(kind, Locale::EsCl, Sample::Everything, today()), |all, spec| {
            match spec.shape {
                VariableShape::Text | VariableShape::FirstName => {
                    all.with(spec.name, Content::Text(hostile.to_owned()))
                }
                VariableShape::Texts => all.with(spec.name, Content::Texts(vec![hostile.to_owned()])),
                _ => all,
            }
        });
        let Rendered { subject, preheader, text, html } =
            Templates::built_in().unwrap().render(kind, Locale::EsCl, &variables).unwrap();
        assert_balanced(&html, kind.word());
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{kind:?}: {html}");
        for part in [&subject, &preheader, &text, &html] {
            assert!(
                !part.contains("org49") && !part.contains('\u{202e}') && !part.contains('\u{0}'),
                "{kind:?}: {part}"
            );
            assert!(!part.contains('\r'), "{kind:?}");
        }
        // What was a line of its own is the rest of a line, so it is no header.
        assert!(!subject.contains('\n') && !text.lines().any(|line| line.starts_with("Bcc:")), "{kind:?}");
        assert!(text.contains("{{7*7}}"), "a text is shown as it is: {text}");
    }
}

#[test]
fn a_name_with_an_address_in_it_is_not_greeted() {
    for (name, greeted) in [
        ("Antonia", true),
        ("María José", true),
        ("J. P.", true),
        ("O'Higgins", true),
        ("Gana en evil.example", false),
        ("https://evil.example", false),
        ("a@evil.example", false),
        ("www/evil", false),
        ("\u{202e}\u{200b}", false),
        (&"A".repeat(41), false),
    ] {
        let welcome =
            rendered(MessageKind::Welcome, Locale::EsCl, |all| all.with("first_name", Content::Text(name.to_owned())));
        let hello = if greeted { format!("Hola, {name}:") } else { "Hola:".to_owned() };
        assert!(welcome.text.starts_with(&hello), "{name}: {}", welcome.text);
    }
}

#[test]
fn one_is_singular_and_more_are_plural_with_the_marks_of_the_language() {
    let subject = |kind, locale, content: Content| rendered(kind, locale, |all| all.with("n", content.clone())).subject;
    let money = |amount| Content::Money(Money::minor(amount).unwrap(), Currency::new("CLP").unwrap());
    for (kind, content, spanish, english) in [
        (MessageKind::PointsEarned, Content::Count(1), "Sumaste 1 punto", "You earned 1 point"),
        (MessageKind::PointsEarned, Content::Count(1_234), "Sumaste 1.234 puntos", "You earned 1,234 points"),
        (
            MessageKind::PointsExpiring,
            Content::Count(1),
            "1 punto vence el viernes 4 de diciembre",
            "1 point ends on Friday 4 December",
        ),
        (
            MessageKind::PointsExpiring,
            Content::Count(2),
            "2 puntos vencen el viernes 4 de diciembre",
            "2 points end on Friday 4 December",
        ),
        (
            MessageKind::TierInDanger,
            Content::Visits(1),
            "Te falta 1 visita para seguir en Café Oro",
            "You are 1 visit away from keeping Café Oro",
        ),
        (
            MessageKind::TierInDanger,
            Content::Visits(2),
            "Te faltan 2 visitas para seguir en Café Oro",
            "You are 2 visits away from keeping Café Oro",
        ),
        (
            MessageKind::TierInDanger,
            money(12_990),
            "Te faltan $12.990 para seguir en Café Oro",
            "You are $12,990 CLP away from keeping Café Oro",
        ),
        (MessageKind::CloseToNextTier, Content::Count(1), "Te falta 1 punto para Café Oro", "1 point to Café Oro"),
    ] {
        assert_eq!(subject(kind, Locale::EsCl, content.clone()), spanish);
        assert_eq!(subject(kind, Locale::En, content), english);
    }
}

#[test]
fn a_date_of_another_year_has_its_year() {
    let coupon = rendered(MessageKind::RewardRedeemed, Locale::EsCl, |all| all);
    assert!(coupon.text.contains("Hasta el domingo 28 de febrero de 2027"), "{}", coupon.text);
}

#[test]
fn a_value_that_is_missing_unknown_or_of_another_shape_is_refused_by_its_name() {
    let templates = Templates::built_in().unwrap();
    let least = sample(MessageKind::Birthday, Locale::En, Sample::Least, today());
    let refused = |variables: &Variables| {
        let error = templates.render(MessageKind::Birthday, Locale::En, variables).unwrap_err();
        error.details()["field"].as_str().unwrap().to_owned()
    };
    assert_eq!(refused(&Variables::new(today())), "shop");
    for (name, content) in [
        ("code", Content::Count(7)),
        ("until", Content::Text("tomorrow".to_owned())),
        ("points", Content::Count(-1)),
        ("shop", Content::Text(" ".to_owned())),
        ("shop", Content::Text("x".repeat(1_001))),
        ("card_number", Content::Text("4021".to_owned())),
        ("links.card", Content::Link("javascript:alert(1)".to_owned())),
        ("links.card", Content::Link("https://cafe-vt.cl/\" onclick=\"x".to_owned())),
        ("links.card", Content::Link("https://".to_owned())),
    ] {
        assert_eq!(refused(&least.clone().with(name, content)), name);
    }
}

#[test]
fn a_preview_names_each_problem() {
    let (kind, locale) = (MessageKind::PersonalOffer, Locale::En);
    let variables = sample(kind, locale, Sample::Everything, today());
    let good = Templates::built_in().unwrap().render(kind, locale, &variables).unwrap();
    let unsubscribe = "https://cafe-vt.cl/unsubscribe?t=Qm9uZGlh&c=email";
    for (bad, expected) in [
        (Rendered { subject: String::new(), ..good.clone() }, MessageProblem::SubjectMissing),
        (Rendered { subject: "x".repeat(79), ..good.clone() }, MessageProblem::SubjectTooLong(79)),
        (Rendered { preheader: String::new(), ..good.clone() }, MessageProblem::PreheaderMissing),
        (
            Rendered { text: format!("{}{}", "x".repeat(999), good.text), ..good.clone() },
            MessageProblem::LineTooLong("txt"),
        ),
        (
            Rendered { html: format!("{}{}", good.html, "<p>x</p>\n".repeat(9_000)), ..good.clone() },
            MessageProblem::HtmlTooLarge(good.html.len() + 81_000),
        ),
        (
            Rendered { text: good.text.replace(unsubscribe, ""), ..good.clone() },
            MessageProblem::UnsubscribeMissing("txt"),
        ),
        (
            Rendered { html: good.html.replace("Av. Italia 1000", ""), ..good.clone() },
            MessageProblem::AddressMissing("html"),
        ),
        (
            Rendered { html: good.html.replace("/preferences", "/p"), ..good.clone() },
            MessageProblem::PreferencesMissing("html"),
        ),
        (
            Rendered { text: format!("{}https://other.example/a", good.text), ..good.clone() },
            MessageProblem::LinkInOnePart("https://other.example/a".to_owned()),
        ),
        (Rendered { html: format!("{}<IMG src=x>", good.html), ..good.clone() }, MessageProblem::Active("<img")),
    ] {
        assert!(problems(kind, &bad, &variables).contains(&expected), "{expected:?}");
        assert!(!expected.words().is_empty());
    }
}
