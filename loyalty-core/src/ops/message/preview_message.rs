use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::message::{MessageKind, Sample, problems, sample};
use crate::ops::{Access, Operation};
use crate::value::{Locale, limit};
use crate::{Error, Result};

/// Shows a message as it would go out, with sample values: for who changes its template.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct PreviewMessage {
    /// The kind, like `tier_upgraded`.
    pub kind: String,
    /// Language; default the programme's.
    #[serde(default)]
    #[new(default)]
    pub locale: Option<Locale>,
    /// Whether to leave out all that a message may do without.
    #[serde(default)]
    #[new(default)]
    pub least: bool,
}

/// The message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MessagePreview {
    /// One line.
    pub subject: String,
    /// What mailboxes show behind the subject.
    pub preheader: String,
    /// The part that is text.
    pub text: String,
    /// The part that is HTML. Show it in a frame of its own.
    pub html: String,
    /// What should be mended; empty when all is well.
    pub problems: Vec<String>,
}

impl Operation for PreviewMessage {
    const NAME: &'static str = "preview_message";
    const ACCESS: Access = Access::Pure;
    type Reply = MessagePreview;

    fn run(&self, cx: &mut Cx<'_>) -> Result<MessagePreview> {
        let kind = MessageKind::parse(&self.kind).ok_or_else(|| {
            let kinds: Vec<&str> = MessageKind::ALL.iter().map(|kind| kind.word()).collect();
            let got = limit::beginning(&self.kind);
            Error::invalid("kind", format_args!("must be one of {}, got `{got}`", kinds.join(", ")))
        })?;
        let locale = self.locale.unwrap_or(cx.programme.locale);
        let what = if self.least { Sample::Least } else { Sample::Everything };
        let values = sample(kind, locale, what, cx.programme.zone.day_of(cx.now));
        let templates = cx.templates.ok_or_else(|| Error::internal("there are no templates"))?;
        let rendered = templates.get()?.render(kind, locale, &values)?;
        let problems = problems(kind, &rendered, &values).iter().map(|problem| problem.words().to_string()).collect();
        let (subject, preheader) = (rendered.subject, rendered.preheader);
        Ok(MessagePreview { subject, preheader, text: rendered.text, html: rendered.html, problems })
    }
}
