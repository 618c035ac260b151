//! Personal data in a request, checked and normalised.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::booking::cx::Cx;
use crate::domain::attribute::{self, AttributeChanges};
use crate::domain::code::is_separator;
use crate::domain::identity::{IdentityKind, international};
use crate::domain::member::{Member, Person};
use crate::domain::outgoing::is_consent;
use crate::store::{attributes, identities};
use crate::value::{Day, Locale, UserId, limit, pasted};
use crate::{Error, Result};

/// Personal data that can be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonField {
    /// The name.
    Name,
    /// The e-mail address.
    Email,
    /// The telephone number.
    Phone,
    /// All cards.
    Cards,
    /// The birthday.
    BirthDate,
    /// The preferred language: the programme's applies again.
    Locale,
}

impl PersonField {
    /// The kind of identifier that this field is, if it identifies the member.
    pub(crate) const fn identifies(self) -> Option<IdentityKind> {
        match self {
            Self::Email => Some(IdentityKind::Email),
            Self::Phone => Some(IdentityKind::Phone),
            Self::Cards => Some(IdentityKind::Card),
            Self::Name | Self::BirthDate | Self::Locale => None,
        }
    }

    /// The argument that sets the field that this deletes.
    const fn argument(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Cards => "card",
            Self::BirthDate => "birth_date",
            Self::Locale => "locale",
        }
    }
}

/// Deletes fields of a person. It is an error to set the same field in the same call.
pub(crate) fn without(
    mut person: Person,
    fields: &[PersonField],
    given: &GivenPerson<'_>,
    card: Option<&str>,
) -> Result<Person> {
    for (place, field) in fields.iter().enumerate() {
        let is_given = match field {
            PersonField::Name => given.name.is_some(),
            PersonField::Email => given.email.is_some(),
            PersonField::Phone => given.phone.is_some(),
            PersonField::Cards => card.is_some(),
            PersonField::BirthDate => given.birth_date.is_some(),
            PersonField::Locale => given.locale.is_some(),
        };
        if is_given {
            let expected = format!("must not name `{}`, which the same call sets", field.argument());
            return Err(Error::invalid(&format!("remove[{place}]"), expected));
        }
        match field {
            PersonField::Name => person.name = None,
            PersonField::Email => person.email = None,
            PersonField::Phone => person.phone = None,
            PersonField::Cards => {}
            PersonField::BirthDate => person.birth_date = None,
            PersonField::Locale => person.locale = None,
        }
    }
    Ok(person)
}

/// The fields that `enroll` and `update_member` share. A field that is `None` stays as it is.
pub(crate) struct GivenPerson<'a> {
    pub(crate) name: Option<&'a str>,
    pub(crate) email: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) birth_date: Option<Day>,
    pub(crate) locale: Option<Locale>,
    pub(crate) consents: Option<&'a [String]>,
}

/// The person with the given fields changed.
pub(crate) fn changed(cx: &Cx<'_>, mut person: Person, given: &GivenPerson<'_>) -> Result<Person> {
    if let Some(name) = given.name {
        person.name = Some(limit::readable_text("name", name, limit::MAX_NAME)?);
    }
    if let Some(email) = given.email {
        person.email = Some(email_address("email", email)?);
    }
    if let Some(phone) = given.phone {
        person.phone = Some(phone_number(cx, "phone", phone)?);
    }
    if let Some(day) = given.birth_date {
        if day > cx.programme.zone.day_of(cx.now) {
            return Err(Error::invalid("birth_date", "must not lie in the future"));
        }
        person.birth_date = Some(day);
    }
    if let Some(locale) = given.locale {
        person.locale = Some(locale);
    }
    if let Some(kinds) = given.consents {
        person.consents = consents(cx, &person.consents, kinds)?;
    }
    if person.consents.is_empty() {
        "{}".clone_into(&mut person.consents);
    }
    Ok(person)
}

pub(crate) fn email_address(field: &str, email: &str) -> Result<String> {
    let wrong = || Error::invalid(field, "must be an e-mail address like `ana@example.cl`");
    // What a paste adds does not count much, and invisible characters are dropped.
    if email.len() > 4 * limit::MAX_EMAIL {
        return Err(wrong());
    }
    let email = pasted(email);
    if email.len() > limit::MAX_EMAIL || email.chars().any(|sign| sign.is_control() || sign.is_whitespace()) {
        return Err(wrong());
    }
    let (local, domain) = email.rsplit_once('@').ok_or_else(wrong)?;
    let is_domain = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
    if local.is_empty() || local.contains('@') || !is_domain {
        return Err(wrong());
    }
    Ok(email.to_lowercase())
}

/// The number of a card in a request, in its normal form.
pub(crate) fn card(field: &str, given: Option<&str>) -> Result<Option<String>> {
    given.map(|card| card_number(field, card)).transpose()
}

/// A card's number: letters and digits in upper case; spaces, hyphens and invisible characters are dropped.
fn card_number(field: &str, card: &str) -> Result<String> {
    let wrong = || Error::invalid(field, "must be a card's number of 1 to 64 letters and digits");
    if card.len() > 400 {
        return Err(wrong());
    }
    let number: String = pasted(card).chars().filter(|sign| !is_separator(*sign)).collect();
    let sane = (1..=64).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if sane { Ok(number.to_ascii_uppercase()) } else { Err(wrong()) }
}

/// The normal form of an identifier.
pub(crate) fn identifier(cx: &Cx<'_>, kind: IdentityKind, field: &str, value: &str) -> Result<String> {
    match kind {
        IdentityKind::Phone => phone_number(cx, field, value),
        IdentityKind::Email => email_address(field, value),
        IdentityKind::Card => card_number(field, value),
        IdentityKind::Code => Err(Error::internal("a code is found by itself")),
    }
}

/// Changes the attributes of a member.
pub(crate) fn set_attributes(cx: &mut Cx<'_>, member: &mut Member, changes: Option<&AttributeChanges>) -> Result<()> {
    let Some(changes) = changes.filter(|changes| !changes.is_empty()) else { return Ok(()) };
    let before = attributes::of(cx.store()?, member)?;
    let after = attribute::changed(&before, changes)?;
    attributes::replace(cx.store()?, member, &before, &after)
}

/// Records what identifies a member from now on, and forgets what it replaces. Cards are added to the existing ones.
///
/// # Errors
/// `identifier_taken` naming the argument, when another member has it.
pub(crate) fn identify(
    cx: &mut Cx<'_>,
    user_id: UserId,
    old: &Person,
    new: &Person,
    card: Option<String>,
) -> Result<()> {
    for (kind, old, new) in [
        (IdentityKind::Email, &old.email, &new.email),
        (IdentityKind::Phone, &old.phone, &new.phone),
        (IdentityKind::Card, &None, &card),
    ] {
        if let Some(old) = old.as_deref().filter(|_| old != new) {
            identities::forget(cx.store()?, kind, old, user_id)?;
        }
        let Some(value) = new.as_deref().filter(|_| old != new) else { continue };
        let now = cx.now;
        match identities::find(cx.store()?, kind, value)? {
            Some(other) if other != user_id => return Err(Error::taken(kind.word())),
            Some(_) => {}
            None => identities::insert(cx.store()?, kind, value, user_id, now)?,
        }
    }
    Ok(())
}

/// Digits, with a leading plus if one was given; spaces, hyphens and brackets are dropped.
fn phone_number(cx: &Cx<'_>, field: &str, phone: &str) -> Result<String> {
    let wrong = || Error::invalid(field, "must be a telephone number of 6 to 15 digits like `+56 9 1234 5678`");
    if phone.len() > 160 {
        return Err(wrong());
    }
    let signs = pasted(phone);
    let signs = signs.chars().filter(|sign| !is_separator(*sign) && !matches!(sign, '(' | ')' | '.' | '/'));
    let number: String = signs.collect();
    let digits = number.strip_prefix('+').unwrap_or(&number);
    let sane = (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !sane {
        return Err(wrong());
    }
    let number = international(&number, cx.programme.calling_code.as_deref());
    // The country's code may make it longer than any number is.
    if number.len() <= 16 { Ok(number) } else { Err(wrong()) }
}

/// Checks the name of something that one can agree to.
pub(crate) fn check_consent(field: &str, what: &str) -> Result<()> {
    if is_consent(what) {
        return Ok(());
    }
    let got = limit::beginning(what);
    let expected = format!("must be `service`, `promotional` or a kind of message like `birthday`, got `{got}`");
    Err(Error::invalid(field, expected))
}

/// The consents as JSON: each kind with the time since when it has been given. The list replaces the old one.
fn consents(cx: &Cx<'_>, old: &str, kinds: &[String]) -> Result<String> {
    let before: BTreeMap<String, String> = if old.is_empty() { BTreeMap::new() } else { crate::store::json(old)? };
    let mut given = BTreeMap::new();
    for (index, kind) in kinds.iter().enumerate() {
        check_consent(&format!("consents[{index}]"), kind)?;
        let since = before.get(kind).cloned().unwrap_or_else(|| cx.moment(cx.at).to_string());
        given.insert(kind.clone(), since);
    }
    serde_json::to_string(&given).map_err(Error::internal)
}
