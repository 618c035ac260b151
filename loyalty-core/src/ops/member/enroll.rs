use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::profile::{self, ProfileReply};
use crate::Result;
use crate::booking::account::Account;
use crate::booking::cx::Cx;
use crate::booking::enrolment::join;
use crate::booking::invitation::{Invitation, may_be_referred, refer};
use crate::booking::person::{self, GivenPerson};
use crate::booking::recorded_event::enrolled;
use crate::domain::attribute::AttributeChanges;
use crate::domain::member::{Member, Person};
use crate::ops::{Access, Operation};
use crate::value::{Day, Locale, UserId};

/// Makes a user a member of the programme.
///
/// A user who is already a member stays unchanged (`created` is false); use `update_member` to change personal data.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct Enroll {
    /// The host's own id of the user.
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
    /// Birthday.
    #[serde(default)]
    #[new(default)]
    pub birth_date: Option<Day>,
    /// Preferred language; default the language of the programme.
    #[serde(default)]
    #[new(default)]
    pub locale: Option<Locale>,
    /// Kinds of messages the user agrees to.
    #[serde(default)]
    #[new(default)]
    pub consents: Option<Vec<String>>,
    /// What else is known of the user, by name: up to 20 values that are texts of up to 64 characters, integers, or true
    /// and false. Names have up to 32 small letters, digits and `_`. Segments may ask for them.
    #[serde(default)]
    #[new(default)]
    pub attributes: Option<AttributeChanges>,
    /// Code of the member who invited the user. If it cannot be used, the call is refused and nobody is enrolled.
    #[serde(default)]
    #[new(default)]
    pub referral_code: Option<String>,
}

impl Enroll {
    /// An enrolment with only the id.
    #[must_use]
    pub const fn user(user_id: UserId) -> Self {
        Self {
            user_id,
            name: None,
            email: None,
            phone: None,
            card: None,
            birth_date: None,
            locale: None,
            consents: None,
            attributes: None,
            referral_code: None,
        }
    }
}

/// The profile of the member, and whether they are new.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Enrolled {
    /// The profile.
    #[serde(flatten)]
    pub profile: ProfileReply,
    /// Whether the user was not a member before.
    pub created: bool,
    /// Whether this is the answer to an earlier call.
    pub replayed: bool,
}

impl Operation for Enroll {
    const NAME: &'static str = "enroll";
    const ACCESS: Access = Access::Write;
    type Reply = Enrolled;
    const PERSONAL: &[&str] = &["user_name", "attributes"];

    fn read_person(&self, cx: &mut Cx<'_>, reply: &mut Enrolled) -> Result<()> {
        reply.profile.read_person(cx)
    }

    fn run(&self, cx: &mut Cx<'_>) -> Result<Enrolled> {
        let given = GivenPerson {
            name: self.name.as_deref(),
            email: self.email.as_deref(),
            phone: self.phone.as_deref(),
            birth_date: self.birth_date,
            locale: self.locale,
            consents: self.consents.as_deref(),
        };
        let person = person::changed(cx, Person::default(), &given)?;
        let (identified, card) = (person.clone(), person::card("card", self.card.as_deref())?);
        let known = Account::find(cx, self.user_id)?;
        let created = known.is_none();
        let invited = self.invited(cx, known.as_ref().map(|account| &account.member))?;
        let mut account = match known {
            Some(account) => account,
            None => {
                let mut account = join(cx, self.user_id, person)?;
                person::set_attributes(cx, &mut account.member, self.attributes.as_ref())?;
                person::identify(cx, self.user_id, &Person::default(), &identified, card)?;
                account
            }
        };
        if created {
            enrolled(cx, &mut account)?;
        }
        if let Some((invitation, referrer)) = &invited {
            refer(cx, &mut account, invitation, referrer)?;
        }
        account.save(cx)?;
        let profile = profile::show(cx, &mut account)?;
        Ok(Enrolled { profile, created, replayed: false })
    }
}

impl Enroll {
    /// The given code and the member it belongs to. It is looked up first, because a wrong code counts as a failed try
    /// even though nobody joins. A repeat of an enrolment does not refer again.
    fn invited(&self, cx: &mut Cx<'_>, known: Option<&Member>) -> Result<Option<(Invitation<'_>, Member)>> {
        let is_referred = known.is_some_and(|member| member.referred_by.is_some());
        let Some(code) = self.referral_code.as_deref().filter(|_| !is_referred) else { return Ok(None) };
        let invitation = Invitation::new(cx, "referral_code", code, None, None)?;
        known.map_or(Ok(()), may_be_referred)?;
        let user_id = known.map_or(self.user_id, |member| member.user_id);
        let referrer = invitation.referrer(cx, user_id)?;
        Ok(Some((invitation, referrer)))
    }
}
