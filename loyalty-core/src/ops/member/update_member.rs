use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::profile::{self, ProfileReply};
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::person::{self, Given, PersonField};
use crate::domain::identity::Kind;
use crate::ops::{Access, Operation};
use crate::store::{identities, members};
use crate::value::{Day, Locale, UserId};
use crate::{Error, Result};

/// Changes a member's personal data, or blocks the member. What is left out, or null, stays as it is; `remove` takes away.
///
/// Who is blocked neither earns nor spends: such calls are refused with `member_blocked`. What is there stays, and ends
/// when it ends; refunds, corrections by staff and money on gift cards go on as ever.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateMember {
    /// The member.
    pub user_id: UserId,
    /// Name for greetings, up to 120 characters.
    #[serde(default)]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default)]
    pub email: Option<String>,
    /// Telephone number. Like the e-mail address it belongs to one member (`find_member`).
    #[serde(default)]
    pub phone: Option<String>,
    /// Number of a card that finds the member: letters and digits. It is added to those there are.
    #[serde(default)]
    pub card: Option<String>,
    /// Number of a card that finds the member no more: it was lost, or is somebody else's.
    #[serde(default)]
    pub remove_card: Option<String>,
    /// Birthday.
    #[serde(default)]
    pub birth_date: Option<Day>,
    /// Language to be served in.
    #[serde(default)]
    pub locale: Option<Locale>,
    /// Kinds of messages the member agrees to; the list replaces the old one, an empty one withdraws all.
    #[serde(default)]
    pub consents: Option<Vec<String>>,
    /// What is taken away: a list of `name`, `email`, `phone`, `cards`, `birth_date`, `locale`. Whoever the telephone
    /// number, address or card truly belongs to can give it from then on.
    #[serde(default)]
    pub remove: Vec<PersonField>,
    /// For staff: whether the member is blocked.
    #[serde(default)]
    pub blocked: Option<bool>,
}

/// The profile after the change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Updated {
    /// The profile.
    #[serde(flatten)]
    pub profile: ProfileReply,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for UpdateMember {
    const NAME: &'static str = "update_member";
    const ACCESS: Access = Access::Write;
    type Reply = Updated;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Updated> {
        let mut account = Account::get(cx, self.user_id)?;
        let given = Given {
            name: self.name.as_deref(),
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            birth_date: self.birth_date,
            locale: self.locale,
            consents: self.consents.as_deref(),
        };
        let person = person::changed(cx, account.member.person.clone(), &given)?;
        let person = person::without(person, &self.remove, &given, self.card.as_deref())?;
        let card = person::card("card", self.card.as_deref())?;
        self.free(cx, account.member.user_id, card.as_deref())?;
        account.member.blocked = self.blocked.unwrap_or(account.member.blocked);
        let old = std::mem::replace(&mut account.member.person, person);
        person::identify(cx, account.member.user_id, &old, &account.member.person, card)?;
        let actor = cx.actor;
        members::update_person(cx.store()?, &account.member, actor)?;
        account.save(cx)?;
        Ok(Updated { profile: profile::show(cx, &mut account)?, replayed: false })
    }
}

impl UpdateMember {
    /// Frees what is taken away for others, also what came from a member who became a part of this one; and one card.
    fn free(&self, cx: &mut Cx<'_>, user_id: UserId, given: Option<&str>) -> Result<()> {
        for field in &self.remove {
            if let Some(kind) = field.identifies() {
                identities::forget_all(cx.store()?, kind, user_id)?;
            }
        }
        let Some(card) = person::card("remove_card", self.remove_card.as_deref())? else { return Ok(()) };
        if given == Some(card.as_str()) {
            return Err(Error::invalid("remove_card", "must not name what the same call gives, `card`"));
        }
        // A repeat finds it gone; that of another member is not this one's to take away.
        match identities::find(cx.store()?, Kind::Card, &card)? {
            Some(owner) if owner == user_id => identities::forget(cx.store()?, Kind::Card, &card, user_id),
            Some(_) => Err(Error::taken("remove_card")),
            None => Ok(()),
        }
    }
}
