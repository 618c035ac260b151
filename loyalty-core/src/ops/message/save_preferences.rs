use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::booking::person::check_consent;
use crate::ops::{Access, Operation};
use crate::store::members;
use crate::value::{UserId, limit};
use crate::{Error, Result};

/// Stores what a member agrees to get, and what no more, with a row for each change as its proof.
///
/// Names are a class (`service`, `promotional`) or a kind of message (`birthday`); with `.email` behind, for e-mail
/// alone. What is named in neither list stays as it is.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct SavePreferences {
    /// The member.
    pub user_id: UserId,
    /// What the member agrees to.
    #[serde(default)]
    #[new(default)]
    pub give: Vec<String>,
    /// What the member takes back.
    #[serde(default)]
    #[new(default)]
    pub take_back: Vec<String>,
    /// Where it was said, as a proof: `profile_page`, `paper_form`. At most 64 characters.
    #[serde(default)]
    #[new(default)]
    pub source: Option<String>,
}

/// What the member agrees to now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreferencesSaved {
    /// The names.
    pub consents: Vec<String>,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for SavePreferences {
    const NAME: &'static str = "save_preferences";
    const ACCESS: Access = Access::Write;
    type Reply = PreferencesSaved;

    fn run(&self, cx: &mut Cx<'_>) -> Result<PreferencesSaved> {
        check("give", &self.give)?;
        check("take_back", &self.take_back)?;
        if let Some(index) = self.take_back.iter().position(|what| self.give.contains(what)) {
            return Err(Error::invalid(&format!("take_back[{index}]"), "must not be given in the same call"));
        }
        let source = self.source.as_deref().map(|source| limit::text("source", source, 64)).transpose()?;
        let member = members::find(cx.store()?, self.user_id)?;
        let mut member = member.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        let since = cx.moment(cx.at).to_string();
        let (_, after) = mail::change_consents(cx, &mut member, source.as_deref(), |before| {
            let mut after = before.clone();
            after.retain(|what, _| !self.take_back.contains(what));
            for what in &self.give {
                after.entry(what.clone()).or_insert_with(|| since.clone());
            }
            after
        })?;
        Ok(PreferencesSaved { consents: after.into_keys().collect(), replayed: false })
    }
}

fn check(field: &str, words: &[String]) -> Result<()> {
    words.iter().enumerate().try_for_each(|(index, word)| check_consent(&format!("{field}[{index}]"), word))
}
