use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::domain::message::{MessageClass, MessageKind};
use crate::domain::outgoing::{class_word, has_agreed};
use crate::ops::{Access, Operation};
use crate::store::{consents, members, messages, persons};
use crate::value::UserId;
use crate::{Error, Result};

/// Returns what a member gets by e-mail, and what they have agreed to.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// The member.
    pub user_id: UserId,
}

/// What a member gets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PreferencesReply {
    /// The two classes, `service` and `promotional`, and each kind of message.
    pub items: Vec<Preference>,
    /// Why nothing goes to the member's address: `no_address`, `suppressed` or `blocked`; null when messages can go.
    pub because: Option<String>,
}

/// A class or a kind of message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Preference {
    /// Its name: what `save_preferences` takes.
    pub what: String,
    /// Its class: `service` or `promotional`.
    pub class: String,
    /// Whether it may be sent, by a consent of its own or of its class.
    pub given: bool,
    /// Since when the consent of its own stands; null when there is none.
    pub since: Option<String>,
    /// Where it was given; null when that is not known.
    pub source: Option<String>,
}

impl Operation for Preferences {
    const NAME: &'static str = "preferences";
    const ACCESS: Access = Access::Read;
    type Reply = PreferencesReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<PreferencesReply> {
        let member = members::find(cx.store()?, self.user_id)?;
        let member = member.ok_or_else(|| Error::not_found("user_id", self.user_id))?;
        let person = persons::of(cx.store()?, member.user_id)?;
        let agreed = mail::consents_of(&person)?;
        let mut items = Vec::new();
        for class in [MessageClass::Service, MessageClass::Promotional] {
            let kinds = MessageKind::ALL.into_iter().filter(|kind| *kind != MessageKind::OwnerReport);
            let kinds = kinds.filter(|kind| kind.class() == class).map(|kind| (kind.word(), has_agreed(&agreed, kind)));
            let word = class_word(class);
            let of_class = agreed.contains_key(word) || agreed.contains_key(&format!("{word}.email"));
            for (what, given) in [(word, of_class)].into_iter().chain(kinds) {
                let own = [what.to_owned(), format!("{what}.email")].into_iter().find(|own| agreed.contains_key(own));
                let source = match &own {
                    Some(own) => consents::source(cx.store()?, member.user_id, own)?,
                    None => None,
                };
                let since = own.and_then(|own| agreed.get(&own).cloned());
                items.push(Preference { what: what.to_owned(), class: word.to_owned(), given, since, source });
            }
        }
        let because = match &person.email {
            _ if member.blocked => Some("blocked"),
            None => Some("no_address"),
            Some(email) => {
                let (address, now) = (mail::address_digest(cx, email)?, cx.now);
                messages::is_suppressed(cx.store()?, &address, now)?.then_some("suppressed")
            }
        };
        Ok(PreferencesReply { items, because: because.map(str::to_owned) })
    }
}
