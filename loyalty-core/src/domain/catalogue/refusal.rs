//! What a guest reads when the engine says no.

use serde_json::{Map, Value};

use super::number;
use crate::value::{Decimal, Locale};
use crate::{Error, Refusal};

/// A text in both languages: Spanish, then English.
type Both = [&'static str; 2];

/// The text of an error for a guest: plain and polite, without anything that only a developer understands. It says what is
/// missing when the details have it. Errors other than refusals have a text too, so a page always has one to show.
#[must_use]
pub fn guest_message(code: &str, details: &Map<String, Value>, locale: Locale) -> String {
    let refusal = Refusal::ALL.into_iter().find(|refusal| refusal.code() == code);
    if refusal == Some(Refusal::InsufficientPoints)
        && let Some(missing) = details.get("missing").and_then(Value::as_i64).filter(|missing| *missing > 0)
    {
        return points_missing(missing, locale);
    }
    let condition = details.get("condition").and_then(Value::as_str);
    let [spanish, english] = match refusal {
        Some(refusal) => of_condition(refusal, condition).unwrap_or_else(|| of_refusal(refusal)),
        None => of_another(code),
    };
    match locale {
        Locale::EsCl => spanish.to_owned(),
        Locale::En => english.to_owned(),
    }
}

impl Error {
    /// What a guest may read of it, in a language, or in that of the programme.
    #[must_use]
    pub fn guest_message(&self, locale: Option<Locale>) -> String {
        guest_message(self.code(), self.details(), locale.unwrap_or_else(|| self.locale()))
    }

    /// The language in which guests read it when none is asked for.
    #[must_use]
    pub fn locale(&self) -> Locale {
        self.language().and_then(Locale::parse).unwrap_or_default()
    }
}

/// Whether an error of this code has a text of its own.
#[must_use]
pub fn has_guest_message(code: &str) -> bool {
    Refusal::ALL.into_iter().any(|refusal| refusal.code() == code) || of_another(code) != UNAVAILABLE
}

/// The text of a condition that says more than that one is not met.
fn of_condition(refusal: Refusal, condition: Option<&str>) -> Option<Both> {
    match condition.filter(|_| refusal == Refusal::ConditionNotMet)? {
        "user_id" => Some(["Inicia sesión para usarlo.", "Please sign in to use this."]),
        "segment" => Some(["Esta promoción es para otros clientes.", "This offer is for other members."]),
        _ => None,
    }
}

fn points_missing(missing: i64, locale: Locale) -> String {
    let points = number(Decimal::new(missing, 0), locale);
    match (locale, missing) {
        (Locale::EsCl, 1) => "Te falta 1 punto.".to_owned(),
        (Locale::EsCl, _) => format!("Te faltan {points} puntos."),
        (Locale::En, 1) => "You need 1 more point.".to_owned(),
        (Locale::En, _) => format!("You need {points} more points."),
    }
}

const fn of_refusal(refusal: Refusal) -> Both {
    match refusal {
        Refusal::InsufficientPoints => ["No te alcanzan los puntos.", "You do not have enough points yet."],
        Refusal::TierTooLow => {
            ["Esto es para un nivel más alto que el tuyo.", "This is for a higher level than yours."]
        }
        Refusal::LimitReached => ["Ya se alcanzó el máximo permitido.", "The limit has been reached."],
        Refusal::UserLimitReached => {
            ["Ya lo usaste todas las veces permitidas.", "You have already used this as often as allowed."]
        }
        Refusal::OutOfStock => ["Lo sentimos, se agotó.", "Sorry, this is out of stock."],
        Refusal::Inactive => ["No está disponible en este momento.", "This is not available at the moment."],
        Refusal::NotStarted => ["Todavía no se puede usar.", "This cannot be used yet."],
        Refusal::Expired => ["Ya venció.", "This has expired."],
        Refusal::BelowMinimum => ["No alcanza el mínimo.", "This is below the minimum."],
        Refusal::AlreadyUsed => ["Ya se usó o se anuló.", "This has already been used or cancelled."],
        Refusal::MemberBlocked => {
            ["Tu cuenta está bloqueada. Contáctanos, por favor.", "Your account is blocked. Please contact us."]
        }
        Refusal::SelfReferral => ["No puedes usar tu propia invitación.", "You cannot use your own invitation."],
        Refusal::AlreadyReferred => ["Ya usaste una invitación.", "You have already used an invitation."],
        Refusal::NotFirstPurchase => ["Solo vale para tu primera compra.", "This is only for your first purchase."],
        Refusal::ReferralLimitReached => of_referral_limit(),
        Refusal::NotUsable => ["Este código no se puede usar.", "This code cannot be used."],
        other => of_further(other),
    }
}

const fn of_referral_limit() -> Both {
    ["Quien te invitó ya llegó a su máximo de invitaciones.", "The person who invited you has no invitations left."]
}

/// The rest of the refusals: of orders, promotions and holds.
const fn of_further(refusal: Refusal) -> Both {
    match refusal {
        Refusal::NothingLeftToRefund => ["Ya se devolvió por completo.", "This has already been refunded in full."],
        Refusal::BudgetExhausted => ["No queda saldo suficiente.", "There is not enough left for this."],
        Refusal::AboveMaximum => ["Supera el máximo permitido.", "This is above the maximum."],
        Refusal::NotYours => ["Pertenece a otra cuenta.", "This belongs to another account."],
        Refusal::NotStackable => {
            ["No se puede combinar con otra promoción.", "This cannot be combined with another offer."]
        }
        Refusal::ConditionNotMet => ["No se cumplen las condiciones.", "The conditions are not met."],
        Refusal::HoldExpired => ["La reserva ya venció.", "The reservation has expired."],
        Refusal::HoldClosed => ["La reserva ya se usó o se anuló.", "The reservation was already used or cancelled."],
        Refusal::ExceedsHold => ["Es más de lo reservado.", "This is more than was reserved."],
        Refusal::TooManyTries => {
            ["Demasiados intentos. Espera un poco, por favor.", "Too many attempts. Please wait a moment."]
        }
        Refusal::EventsTruncated => ["Ese registro ya no se guarda.", "This record is no longer kept."],
        Refusal::NotClaimed => ["Ya lo está atendiendo otro proceso.", "This is being handled elsewhere."],
        Refusal::EventsRestarted => ["El registro comenzó de nuevo.", "The record has started again."],
        Refusal::AddressNotAllowed => ["No se puede enviar a esa dirección.", "Nothing can be sent to that address."],
        // What is not allowed to staff or to a page has no reason that a guest would understand.
        _ => ["No se puede hacer en este caso.", "This is not possible in this case."],
    }
}

/// An error of the database: the guest may come back.
const UNAVAILABLE: Both = [
    "No podemos atenderte en este momento. Inténtalo de nuevo en unos minutos, por favor.",
    "We cannot help you right now. Please try again in a few minutes.",
];

fn of_another(code: &str) -> Both {
    match code {
        "invalid" => {
            ["Hay un dato incorrecto. Revísalo, por favor.", "Something is not right. Please check what you entered."]
        }
        "not_found" => ["No lo encontramos.", "We could not find it."],
        "idempotency_conflict" => {
            ["Ya lo registramos antes con otros datos.", "We have already recorded this with different details."]
        }
        "identifier_taken" => ["Ese dato ya pertenece a otra cuenta.", "This already belongs to another account."],
        "internal" => [
            "Algo falló de nuestro lado. Inténtalo más tarde, por favor.",
            "Something went wrong on our side. Please try again later.",
        ],
        _ => UNAVAILABLE,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_refusal_has_a_text_of_its_own_in_both_languages() {
        let mut texts = BTreeSet::new();
        for refusal in Refusal::ALL {
            for locale in [Locale::EsCl, Locale::En] {
                let text = guest_message(refusal.code(), &Map::new(), locale);
                let first = text.chars().next().unwrap();
                assert!(first.is_uppercase() && text.ends_with('.') && text.len() > 8, "{refusal:?}: {text}");
                // A code of one word may be a word of the text.
                assert!(!text.contains('_') && !text.contains('`'), "{refusal:?}: {text}");
                assert!(texts.insert(text.clone()), "{refusal:?}: another refusal says `{text}`");
            }
        }
    }

    #[test]
    fn what_is_missing_is_told_with_the_marks_of_the_language() {
        for (missing, spanish, english) in [
            (1, "Te falta 1 punto.", "You need 1 more point."),
            (1_201, "Te faltan 1.201 puntos.", "You need 1,201 more points."),
        ] {
            let details = Map::from_iter([("missing".to_owned(), missing.into())]);
            assert_eq!(guest_message("insufficient_points", &details, Locale::EsCl), spanish);
            assert_eq!(guest_message("insufficient_points", &details, Locale::En), english);
        }
    }
}
