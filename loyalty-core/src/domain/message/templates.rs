//! The templates of both languages, and how a message is made with them.

use std::collections::BTreeMap;
use std::sync::Arc;

use minijinja::{Environment, Error as TemplateError, Value};

use super::content::{Variables, names_of};
use super::environment::{LOOK, strict};
use super::file::{HEADERS, Part, parts, whole_line_tags, with_look};
use super::kind::MessageKind;
use super::sample::variants;
use super::{built_in, context, problem, refusal};
use crate::value::{Day, Locale, readable};
use crate::{Error, Result};

/// Largest file, in bytes.
const MAX_FILE: usize = 100_000;
/// The day of the samples that a shop's files are tried with, 30 November 2026.
const DAY_OF_SAMPLES: i64 = 20_787;
const LOCALES: [Locale; 2] = [Locale::EsCl, Locale::En];
/// What a layout knows besides the variables of the message.
const OF_LAYOUT: [&str; 7] = ["kind", "subject", "preheader", "kicker", "title", "why", "content"];
/// What the template engine itself knows.
const GLOBALS: [&str; 4] = ["range", "dict", "namespace", "debug"];

/// A message, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// One line.
    pub subject: String,
    /// The line that a list of messages shows after the subject.
    pub preheader: String,
    /// The part that is only text.
    pub text: String,
    /// The part that is HTML.
    pub html: String,
}

/// The templates of every message, compiled.
#[derive(Debug, Clone)]
pub struct Templates {
    spanish: Arc<Environment<'static>>,
    english: Arc<Environment<'static>>,
}

/// Files by their names: those that are compiled in, or a shop's in their places.
type Files = BTreeMap<String, String>;

impl Templates {
    /// The templates that are compiled in.
    ///
    /// # Errors
    /// `invalid`, which a test rules out.
    pub fn built_in() -> Result<Self> {
        Self::compile(&built_in_files())
    }

    /// The same with files of a shop in place of those with the same name, like `es-CL/welcome.txt`. Every message is
    /// rendered with everything, with as little as it may have and in between, so that a mistake shows now and not at
    /// night.
    ///
    /// # Errors
    /// `invalid` naming the file and the line, when a file is unknown, a template is wrong or uses an unknown variable,
    /// or an offer has no link to unsubscribe or no postal address.
    pub fn with(overrides: impl IntoIterator<Item = (String, String)>) -> Result<Self> {
        let mut files = built_in_files();
        for (name, text) in overrides {
            let Some(own) = files.get_mut(&name) else {
                let expected = "is an unknown file; there are `look.html`, and in `es-CL` and `en` `layout` and each kind \
                                of message, with `.html` and with `.txt`";
                return Err(Error::invalid(&name, expected));
            };
            if text.len() > MAX_FILE {
                return Err(Error::invalid(&name, format_args!("must have at most {MAX_FILE} bytes")));
            }
            *own = text.replace("\r\n", "\n");
        }
        let templates = Self::compile(&files)?;
        for locale in LOCALES {
            templates.check_names(&files, locale)?;
            templates.check_samples(locale)?;
        }
        Ok(templates)
    }

    fn compile(files: &Files) -> Result<Self> {
        let [spanish, english] = LOCALES.map(|locale| compiled(files, locale).map(Arc::new));
        Ok(Self { spanish: spanish?, english: english? })
    }

    const fn of(&self, locale: Locale) -> &Arc<Environment<'static>> {
        match locale {
            Locale::EsCl => &self.spanish,
            Locale::En => &self.english,
        }
    }

    /// Makes a message.
    ///
    /// # Errors
    /// `invalid` naming the variable that is missing, unknown or of another shape, or the line of a shop's template.
    pub fn render(&self, kind: MessageKind, locale: Locale, variables: &Variables) -> Result<Rendered> {
        variables.check(kind)?;
        let page = Page { environment: self.of(locale), kind, locale };
        let mut values = context::values(kind, variables, locale);
        let own = Value::from_pairs(values.iter().cloned());
        let lines = HEADERS.map(|header| page.line(header, &own));
        let [subject, preheader, kicker, title, why] = lines;
        let (subject, preheader) = (subject?, preheader?);
        let text = page.render(&format!("{}.txt", kind.word()), &own)?;
        let html = page.render(&format!("{}.html", kind.word()), &own)?;
        let lines = [
            ("subject", subject.clone()),
            ("preheader", preheader.clone()),
            ("kicker", kicker?),
            ("title", title?),
            ("why", why?),
        ];
        values.extend(lines.map(|(name, line)| (name, Value::from(line))));
        let around = |content: Value| Value::from_pairs(values.iter().cloned().chain([("content", content)]));
        let text = page.render("layout.txt", &around(Value::from(text.trim())))?;
        let html = page.render("layout.html", &around(Value::from_safe_string(html.trim().to_owned())))?;
        Ok(Rendered { subject, preheader, text: paragraphs(&text), html })
    }

    /// Refuses names that no message has, also where the samples do not come by.
    fn check_names(&self, files: &Files, locale: Locale) -> Result<()> {
        for (name, template) in self.of(locale).templates() {
            let (word, _) = name.split_once('.').unwrap_or((name, ""));
            let kind = MessageKind::parse(word);
            let is_known = |used: &str| {
                let kinds = MessageKind::ALL.into_iter().filter(|each| kind.is_none_or(|kind| kind == *each));
                let mut specs = kinds.flat_map(MessageKind::variables).map(|spec| spec.name);
                let (root, _) = used.split_once('.').unwrap_or((used, ""));
                let in_layout = kind.is_none() && OF_LAYOUT.contains(&root);
                GLOBALS.contains(&root)
                    || (name != LOOK && (used == "kind" || in_layout || specs.any(|own| own == used || own == root)))
            };
            let mut unknown: Vec<String> = template.undeclared_variables(true).into_iter().collect();
            unknown.retain(|used| !is_known(used));
            unknown.sort();
            if let Some(unknown) = unknown.first() {
                let file = refusal::file_of(name, locale);
                let line = files.get(&file).map_or(1, |text| refusal::line_of(unknown, text));
                let names = kind.map_or_else(|| "a layout has what every message has".to_owned(), names_of);
                return Err(refusal::at(&file, line, &format!("`{unknown}` is unknown; {names}")));
            }
        }
        Ok(())
    }

    fn check_samples(&self, locale: Locale) -> Result<()> {
        for kind in MessageKind::ALL {
            for variables in variants(kind, locale, Day::stored(DAY_OF_SAMPLES)) {
                let rendered = self.render(kind, locale, &variables)?;
                let problems = problem::problems(kind, &rendered, &variables);
                if let Some(problem) = problems.into_iter().find(problem::MessageProblem::is_unlawful) {
                    let file = format!("{}/layout.{}", locale.tag(), problem.part());
                    return Err(Error::invalid(&file, format_args!("{} (in `{}`)", problem.words(), kind.word())));
                }
            }
        }
        Ok(())
    }
}

fn built_in_files() -> Files {
    built_in::files().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The templates of a language, each by its name without the language; the lines before a text as `welcome.txt:subject`.
fn compiled(files: &Files, locale: Locale) -> Result<Environment<'static>> {
    let mut environment = strict(locale);
    let mut add = |name: String, source: String| {
        let added = environment.add_template_owned(name.clone(), source);
        added.map_err(|error| refusal::of_template(&error, &name, locale))
    };
    for (file, text) in files {
        let name = if file == LOOK { file } else { file.strip_prefix(locale.tag()).unwrap_or_default() };
        match name.trim_start_matches('/') {
            "" => {}
            LOOK => add(LOOK.to_owned(), whole_line_tags(text))?,
            "layout.txt" => add("layout.txt".to_owned(), whole_line_tags(text))?,
            html if html.ends_with(".html") => add(html.to_owned(), with_look(text))?,
            txt => {
                let parts = parts(text).map_err(|wrong| refusal::at(file, wrong.line, &wrong.expected))?;
                for Part { header, source } in parts {
                    add(header.map_or_else(|| txt.to_owned(), |header| part_name(txt, header)), source.into_owned())?;
                }
            }
        }
    }
    Ok(environment)
}

fn part_name(txt: &str, header: &str) -> String {
    format!("{txt}:{header}")
}

/// What is rendered now.
#[derive(Clone, Copy)]
struct Page<'a> {
    environment: &'a Environment<'static>,
    kind: MessageKind,
    locale: Locale,
}

impl Page<'_> {
    fn render(&self, name: &str, values: &Value) -> Result<String> {
        let rendered: std::result::Result<String, TemplateError> =
            self.environment.get_template(name).and_then(|template| template.render(values.clone()));
        rendered.map_err(|error| refusal::of_template(&error, name, self.locale))
    }

    /// A line before the text: without line ends, control characters and what turns the direction of writing.
    fn line(&self, header: &str, values: &Value) -> Result<String> {
        let line = self.render(&part_name(&format!("{}.txt", self.kind.word()), header), values)?;
        Ok(readable(&line).split_whitespace().collect::<Vec<_>>().join(" "))
    }
}

/// The text with one empty line between paragraphs, and none elsewhere.
fn paragraphs(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for line in text.trim().lines() {
        let line = line.trim_end();
        if !(line.is_empty() && shown.ends_with("\n\n")) {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    shown
}
