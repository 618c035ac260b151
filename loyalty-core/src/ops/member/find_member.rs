use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::booking::person;
use crate::domain::code;
use crate::domain::identity::IdentityKind;
use crate::ops::{Access, Operation};
use crate::store::{identities, members, persons};
use crate::{Error, Result};

/// Finds a member by telephone number, card, e-mail address or code, in any spelling.
///
/// Each of these belongs to one member of the programme; those of a merged member find the member who took that one
/// over. If the programme names the country (`identity.calling_code`), a telephone number without the country code
/// equals the one with it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct FindMember {
    /// What is given: `phone`, `card`, `email` or `code` (the member's referral code).
    pub kind: IdentityKind,
    /// Its value.
    pub value: String,
}

/// The member that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// The member.
    pub user_id: i64,
    /// Name for greetings.
    pub user_name: Option<String>,
}

impl Operation for FindMember {
    const NAME: &'static str = "find_member";
    const ACCESS: Access = Access::Read;
    type Reply = Found;

    fn run(&self, cx: &mut Cx<'_>) -> Result<Found> {
        let normal = match self.kind {
            IdentityKind::Code => code::normalize(&self.value).unwrap_or_default(),
            kind => person::identifier(cx, kind, "value", &self.value)?,
        };
        let member = match self.kind {
            IdentityKind::Code => members::by_referral_code(cx.store()?, &normal)?,
            kind => match identities::find(cx.store()?, kind, &normal)? {
                Some(user_id) => members::find(cx.store()?, user_id)?,
                None => None,
            },
        };
        let member = member.ok_or_else(|| Error::nobody_has("value", self.kind.word()))?;
        let user_name = persons::name(cx.store()?, member.user_id)?;
        Ok(Found { user_id: member.user_id.get(), user_name })
    }
}
