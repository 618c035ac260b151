//! Messages by e-mail: as written in a programme, and checked.

use std::path::PathBuf;

use serde::Deserialize;

use crate::domain::programme::{MessagePaths, MessageRules};
use crate::domain::programme_file::field::key;
use crate::value::{Hours, limit};
use crate::{Error, Result};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Source {
    pub shop: String,
    pub from: String,
    pub address: String,
    pub base_url: String,
    #[serde(default)]
    pub paths: PathsSource,
    pub quiet: Option<QuietSource>,
    pub templates: Option<String>,
    #[serde(default = "yes")]
    pub service_needs_consent: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PathsSource {
    pub card: String,
    pub rewards: String,
    pub preferences: String,
    pub unsubscribe: String,
}

impl Default for PathsSource {
    fn default() -> Self {
        let path = |name: &str| format!("/{name}.php");
        let (card, rewards) = (path("loyalty"), path("rewards"));
        Self { card, rewards, preferences: path("profile"), unsubscribe: path("unsubscribe") }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QuietSource {
    pub from: String,
    pub until: String,
}

pub(crate) fn messages(source: Source) -> Result<MessageRules> {
    let base_url = source.base_url.trim_end_matches('/').to_owned();
    let host = base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || !host.bytes().all(|byte| (b'!'..=b'~').contains(&byte))) {
        let expected =
            format!("must be an address like `https://cafe-vt.cl`, got `{}`", limit::beginning(&source.base_url));
        return Err(Error::invalid(&key("messages.base_url"), expected));
    }
    let from = limit::readable_text(&key("messages.from"), &source.from, 2 * limit::MAX_NAME)?;
    let PathsSource { card, rewards, preferences, unsubscribe } = source.paths;
    let paths = MessagePaths {
        card: path("card", card)?,
        rewards: path("rewards", rewards)?,
        preferences: path("preferences", preferences)?,
        unsubscribe: path("unsubscribe", unsubscribe)?,
    };
    Ok(MessageRules {
        shop: limit::readable_text(&key("messages.shop"), &source.shop, limit::MAX_NAME)?,
        domain: domain_of(&from)?,
        from,
        address: limit::readable_text(&key("messages.address"), &source.address, limit::MAX_DESCRIPTION)?,
        base_url,
        paths,
        quiet: source.quiet.as_ref().map(quiet).transpose()?,
        templates: source.templates.map(PathBuf::from),
        service_needs_consent: source.service_needs_consent,
    })
}

/// The domain of `Name <user@host>` or `user@host`.
fn domain_of(from: &str) -> Result<String> {
    let address = match from.split_once('<') {
        Some((_, rest)) => rest.strip_suffix('>'),
        None => Some(from),
    };
    let domain = address.and_then(|address| address.rsplit_once('@')).map(|(_, domain)| domain);
    let is_domain = |domain: &&str| {
        domain.contains('.') && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte))
    };
    domain.filter(is_domain).map(str::to_owned).ok_or_else(|| {
        Error::invalid(
            &key("messages.from"),
            format_args!("must be like `Café-VT <hola@cafe-vt.cl>`, got `{}`", limit::beginning(from)),
        )
    })
}

fn path(name: &str, path: String) -> Result<String> {
    if path.starts_with('/') && path.bytes().all(|byte| (b'!'..=b'~').contains(&byte)) {
        return Ok(path);
    }
    let expected = format!("must be a path like `/loyalty.php`, got `{}`", limit::beginning(&path));
    Err(Error::invalid(&key(&format!("messages.paths.{name}")), expected))
}

fn quiet(source: &QuietSource) -> Result<Hours> {
    let time = |name: &str, text: &str| {
        let wrong = |_| {
            Error::invalid(
                &key(&format!("messages.quiet.{name}")),
                format_args!("must be a time like `21:00`, got `{}`", limit::beginning(text)),
            )
        };
        text.parse().map_err(wrong)
    };
    let (from, until) = (time("from", &source.from)?, time("until", &source.until)?);
    if from == until {
        return Err(Error::invalid(&key("messages.quiet.until"), "must not be the same as `from`"));
    }
    Ok(Hours { from, until })
}
