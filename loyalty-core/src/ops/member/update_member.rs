use crate::booking::announce::announce;
use crate::domain::log_event::LogKind;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::profile::{self, ProfileReply};
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::mail;
use crate::booking::person::{self, GivenPerson, PersonField};
use crate::domain::attribute::AttributeChanges;
use crate::domain::identity::IdentityKind;
use crate::ops::{Access, Operation};
use crate::store::{identities, persons};
use crate::value::{Day, Locale, UserId};
use crate::{Error, Result};

/// Changes a member's personal data, or blocks the member. A field that is null or left out stays as it is; `remove`
/// deletes fields.
///
/// A blocked member neither earns nor spends: such calls are refused with `member_blocked`. The points stay and end as
/// usual. Refunds, corrections by staff and top-ups of gift cards remain possible.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct UpdateMember {
    /// The member.
    pub user_id: UserId,
    /// Name for greetings, up to 120 characters.
    #[serde(default)]
    #[new(default)]
    pub name: Option<String>,
    /// E-mail address.
    #[serde(default)]
    #[new(default)]
    pub email: Option<String>,
    /// Telephone number. A telephone number or an e-mail address belongs to one member only (`find_member`).
    #[serde(default)]
    #[new(default)]
    pub phone: Option<String>,
    /// Number of a card that identifies the member: letters and digits. It is added to the member's other cards.
    #[serde(default)]
    #[new(default)]
    pub card: Option<String>,
    /// Number of a card that no longer identifies the member, because it was lost or belongs to somebody else.
    #[serde(default)]
    #[new(default)]
    pub remove_card: Option<String>,
    /// Birthday.
    #[serde(default)]
    #[new(default)]
    pub birth_date: Option<Day>,
    /// Preferred language.
    #[serde(default)]
    #[new(default)]
    pub locale: Option<Locale>,
    /// Kinds of messages the member agrees to. The list replaces the old one; an empty list withdraws all.
    #[serde(default)]
    #[new(default)]
    pub consents: Option<Vec<String>>,
    /// What else is known of the member, by name: up to 20 values that are texts of up to 64 characters, integers, or true
    /// and false; null removes one. Names have up to 32 small letters, digits and `_`. Segments may ask for them.
    #[serde(default)]
    #[new(default)]
    pub attributes: Option<AttributeChanges>,
    /// Fields to delete: a list of `name`, `email`, `phone`, `cards`, `birth_date`, `locale`. The rightful owner of the
    /// telephone number, address or card can register it afterwards.
    #[serde(default)]
    #[new(default)]
    pub remove: Vec<PersonField>,
    /// For staff: whether the member is blocked.
    #[serde(default)]
    #[new(default)]
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
    const PERSONAL: &[&str] = &["user_name", "attributes"];

    fn read_person(&self, cx: &mut Cx<'_>, reply: &mut Updated) -> Result<()> {
        reply.profile.read_person(cx)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Updated> {
        let mut account = Account::get(cx, self.user_id)?;
        let given = GivenPerson {
            name: self.name.as_deref(),
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            birth_date: self.birth_date,
            locale: self.locale,
            consents: self.consents.as_deref(),
        };
        let old = persons::find(cx.store()?, &account.member)?;
        let person = person::changed(cx, old.clone(), &given)?;
        let person = person::without(person, &self.remove, &given, self.card.as_deref())?;
        let card = person::card("card", self.card.as_deref())?;
        self.free(cx, account.member.user_id, card.as_deref())?;
        let was_blocked = account.member.blocked;
        account.member.blocked = self.blocked.unwrap_or(was_blocked);
        person::identify(cx, account.member.user_id, &old, &person, card)?;
        let actor = cx.actor;
        persons::update(cx.store()?, &mut account.member, &person, actor)?;
        mail::note_consents(cx, account.member.user_id, &old, &person)?;
        person::set_attributes(cx, &mut account.member, self.attributes.as_ref())?;
        account.save(cx)?;
        let kind = match (was_blocked, account.member.blocked) {
            (false, true) => LogKind::MemberBlocked,
            (true, false) => LogKind::MemberUnblocked,
            _ => LogKind::MemberUpdated,
        };
        announce(cx, kind, Some(account.member.user_id), [])?;
        Ok(Updated { profile: profile::show(cx, &mut account)?, replayed: false })
    }
}

impl UpdateMember {
    /// Frees the deleted identifiers and one card for others, including those from a member who was merged into this
    /// one.
    fn free(&self, cx: &mut Cx<'_>, user_id: UserId, given: Option<&str>) -> Result<()> {
        for field in &self.remove {
            if let Some(kind) = field.identifies() {
                identities::forget_all(cx.store()?, kind, user_id)?;
            }
        }
        let Some(card) = person::card("remove_card", self.remove_card.as_deref())? else { return Ok(()) };
        if given == Some(card.as_str()) {
            return Err(Error::invalid("remove_card", "must not name `card`, which the same call adds"));
        }
        // On a repeat, it is already gone; a card of another member cannot be removed here.
        match identities::find(cx.store()?, IdentityKind::Card, &card)? {
            Some(owner) if owner == user_id => identities::forget(cx.store()?, IdentityKind::Card, &card, user_id),
            Some(_) => Err(Error::taken("remove_card")),
            None => Ok(()),
        }
    }
}
