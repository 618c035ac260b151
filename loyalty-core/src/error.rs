//! The only error type of the engine: six kinds, by what the caller should do next.

use std::fmt;

use serde_json::{Map, Value};

use crate::fault::Fault;

/// Longest text of an error that may hold what a caller sent, in bytes.
const LONGEST_TEXT: usize = 800;

/// The result of every function of the engine.
pub type Result<T> = std::result::Result<T, Error>;

/// What a caller should do next; each kind has one C status and one PHP exception class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// The call is wrong: correct the named field.
    Invalid,
    /// The thing named does not exist.
    NotFound,
    /// The programme says no.
    Refused,
    /// The same key was used before with other content.
    Conflict,
    /// The store cannot serve now: try again, or call the operator.
    Unavailable,
    /// A defect of the engine or a broken database.
    Internal,
}

impl Kind {
    /// The status value of the C interface, which is also PHP's `getCode()`: 1 to 6.
    #[must_use]
    pub const fn status(self) -> i32 {
        match self {
            Self::Invalid => 1,
            Self::NotFound => 2,
            Self::Refused => 3,
            Self::Conflict => 4,
            Self::Unavailable => 5,
            Self::Internal => 6,
        }
    }

    /// The word for the kind in documents and logs.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::NotFound => "not_found",
            Self::Refused => "refused",
            Self::Conflict => "conflict",
            Self::Unavailable => "unavailable",
            Self::Internal => "internal",
        }
    }
}

/// Why the programme says no. The code of each is part of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is its own code, listed in the reference")]
pub enum Refusal {
    InsufficientPoints,
    TierTooLow,
    LimitReached,
    UserLimitReached,
    OutOfStock,
    Inactive,
    NotStarted,
    Expired,
    BelowMinimum,
    AlreadyUsed,
    MemberBlocked,
    SelfReferral,
    AlreadyReferred,
    NotFirstPurchase,
    ReferralLimitReached,
    NotUsable,
    NothingLeftToRefund,
    NotAllowed,
    BudgetExhausted,
    AboveMaximum,
    NotYours,
    NotStackable,
    ConditionNotMet,
    HoldExpired,
    HoldClosed,
    ExceedsHold,
    TooManyTries,
    EventsTruncated,
    EventsRestarted,
    AddressNotAllowed,
    NotClaimed,
}

impl Refusal {
    /// Every refusal, for the reference and for reading a stored refusal.
    pub const ALL: [Self; 31] = [
        Self::InsufficientPoints,
        Self::TierTooLow,
        Self::LimitReached,
        Self::UserLimitReached,
        Self::OutOfStock,
        Self::Inactive,
        Self::NotStarted,
        Self::Expired,
        Self::BelowMinimum,
        Self::AlreadyUsed,
        Self::MemberBlocked,
        Self::SelfReferral,
        Self::AlreadyReferred,
        Self::NotFirstPurchase,
        Self::ReferralLimitReached,
        Self::NotUsable,
        Self::NothingLeftToRefund,
        Self::NotAllowed,
        Self::BudgetExhausted,
        Self::AboveMaximum,
        Self::NotYours,
        Self::NotStackable,
        Self::ConditionNotMet,
        Self::HoldExpired,
        Self::HoldClosed,
        Self::ExceedsHold,
        Self::TooManyTries,
        Self::EventsTruncated,
        Self::EventsRestarted,
        Self::AddressNotAllowed,
        Self::NotClaimed,
    ];

    /// The stable code; `docs/reference/errors.md` lists them all.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.texts().0
    }

    /// One line for a developer's log.
    #[must_use]
    pub const fn message(self) -> &'static str {
        self.texts().1
    }

    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::InsufficientPoints => ("insufficient_points", "the member has too few spendable points"),
            Self::TierTooLow => ("tier_too_low", "the member's tier is below the one required"),
            Self::LimitReached => {
                ("limit_reached", "the limit for all members together is reached, or the one that `limit_of` names")
            }
            Self::UserLimitReached => ("user_limit_reached", "the member has used this as often as allowed"),
            Self::OutOfStock => ("out_of_stock", "nothing is left in stock"),
            Self::Inactive => ("inactive", "it is switched off"),
            Self::NotStarted => ("not_started", "its time has not begun"),
            Self::Expired => ("expired", "its time is over"),
            Self::BelowMinimum => ("below_minimum", "the amount is below the minimum"),
            Self::AlreadyUsed => ("already_used", "it was used or undone before"),
            Self::MemberBlocked => ("member_blocked", "the member is blocked"),
            Self::SelfReferral => ("self_referral", "members cannot refer themselves"),
            Self::AlreadyReferred => ("already_referred", "the member was referred before"),
            Self::NotFirstPurchase => ("not_first_purchase", "the member has bought before"),
            Self::ReferralLimitReached => {
                ("referral_limit_reached", "the referrer has reached the number of friends that the programme pays for")
            }
            Self::NotUsable => ("not_usable", "the code cannot be used"),
            Self::NothingLeftToRefund => ("nothing_left_to_refund", "the order is refunded in full"),
            Self::NotAllowed => ("not_allowed", "it is not allowed here"),
            Self::BudgetExhausted => ("budget_exhausted", "the budget is used up"),
            Self::AboveMaximum => ("above_maximum", "the amount is above the maximum"),
            Self::NotYours => ("not_yours", "it belongs to another member"),
            Self::NotStackable => ("not_stackable", "it cannot be combined with another one that is used"),
            Self::ConditionNotMet => ("condition_not_met", "a condition is not met"),
            Self::HoldExpired => ("hold_expired", "the time of the hold is over"),
            Self::HoldClosed => ("hold_closed", "the hold was captured or voided before"),
            Self::ExceedsHold => ("exceeds_hold", "more is asked for than is held"),
            Self::TooManyTries => ("too_many_tries", "too many failed tries; wait"),
            Self::EventsTruncated => ("events_truncated", "the events after this number are no longer kept"),
            Self::EventsRestarted => ("events_restarted", "the numbers of the events have begun anew"),
            Self::NotClaimed => ("not_claimed", "it is not, or no longer, handed out to this worker"),
            Self::AddressNotAllowed => ("address_not_allowed", "nothing may be sent to this address"),
        }
    }
}

/// An error with its kind, a stable code, a message for developers and structured details.
///
/// ```
/// use loyalty_core::{Error, Kind};
/// let error = Error::invalid("amount", "must not be negative");
/// assert_eq!(error.kind(), Kind::Invalid);
/// assert_eq!(error.to_string(), "`amount`: must not be negative");
/// assert_eq!(error.details()["field"], "amount");
/// ```
#[derive(Clone, PartialEq)]
pub struct Error(Box<Inner>);

/// What an error is, without its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Invalid,
    NotFound,
    Refused(Refusal),
    /// The key was used for another request.
    OtherRequest,
    /// Another member has the identifier.
    Taken,
    Unavailable(Fault),
    Internal,
}

impl What {
    const fn kind(self) -> Kind {
        match self {
            Self::Invalid => Kind::Invalid,
            Self::NotFound => Kind::NotFound,
            Self::Refused(_) => Kind::Refused,
            Self::OtherRequest | Self::Taken => Kind::Conflict,
            Self::Unavailable(_) => Kind::Unavailable,
            Self::Internal => Kind::Internal,
        }
    }

    const fn code(self) -> &'static str {
        match self {
            Self::Invalid | Self::NotFound | Self::Internal => self.kind().word(),
            Self::Refused(refusal) => refusal.code(),
            Self::OtherRequest => "idempotency_conflict",
            Self::Taken => "identifier_taken",
            Self::Unavailable(fault) => fault.code(),
        }
    }
}

#[derive(Clone, PartialEq)]
struct Inner {
    what: What,
    message: String,
    /// The text of a refusal without its details; the message repeats them.
    bare: String,
    details: Map<String, Value>,
    /// Whether the whole transaction may succeed when it is repeated at once.
    transient: bool,
    /// Tag of the language of the programme in use.
    language: Option<&'static str>,
}

impl Error {
    fn new(what: What, message: String) -> Self {
        let message = bounded(message);
        Self(Box::new(Inner {
            what,
            bare: message.clone(),
            message,
            details: Map::new(),
            transient: false,
            language: None,
        }))
    }

    /// A wrong argument: names the field and what was expected of it.
    #[must_use]
    pub fn invalid(field: &str, expected: impl fmt::Display) -> Self {
        let expected = bounded(expected.to_string());
        let field = bounded(field.to_owned());
        Self::new(What::Invalid, format!("`{field}`: {expected}")).with("field", field).with("expected", expected)
    }

    /// Something that does not exist; `field` is the argument that named it.
    #[must_use]
    pub fn not_found(field: &str, value: impl fmt::Display) -> Self {
        let value = bounded(value.to_string());
        Self::new(What::NotFound, format!("`{field}`: `{value}` does not exist"))
            .with("field", field)
            .with("value", value)
    }

    /// No member has this identifier. The value is personal data, so the error does not contain it.
    #[must_use]
    pub fn nobody_has(field: &str, what: &str) -> Self {
        Self::new(What::NotFound, format!("`{field}`: no member has this {what}"))
            .with("field", field)
            .with("kind", what)
    }

    /// A refusal of the programme.
    #[must_use]
    pub fn refused(refusal: Refusal) -> Self {
        Self::new(What::Refused(refusal), refusal.message().to_owned())
    }

    /// A refusal with a specific reason instead of the general text of its code.
    #[must_use]
    pub fn refused_because(refusal: Refusal, reason: &str) -> Self {
        Self::new(What::Refused(refusal), reason.to_owned())
    }

    /// A refusal for a caller without a `user_id`, when something is counted or stored per user: a user who signs in
    /// may get it.
    #[must_use]
    pub fn sign_in() -> Self {
        let reason = "sign in: this is counted or stored per user, and no `user_id` was given";
        Self::refused_because(Refusal::ConditionNotMet, reason).with("condition", "user_id")
    }

    /// The same key with other content; `field` is the first difference.
    #[must_use]
    pub fn conflict(key: &str, field: &str) -> Self {
        let message = format!("key `{key}` was used before with another `{field}`");
        Self::new(What::OtherRequest, message).with("key", key).with("field", field)
    }

    /// An identifier that another member has; `field` is the argument that named it.
    #[must_use]
    pub fn taken(field: &str) -> Self {
        let message = format!("`{field}`: another member has it");
        Self::new(What::Taken, message).with("field", field)
    }

    /// The error when the store cannot serve the call now.
    #[must_use]
    pub fn unavailable(fault: Fault, message: impl fmt::Display) -> Self {
        Self::new(What::Unavailable(fault), message.to_string())
    }

    /// A defect: an error that should never occur.
    #[must_use]
    pub fn internal(message: impl fmt::Display) -> Self {
        Self::new(What::Internal, message.to_string())
    }

    /// Stored data that the engine cannot have written: the database was damaged, or changed from outside the engine.
    #[must_use]
    pub fn damaged(what: impl fmt::Display) -> Self {
        Self::unavailable(Fault::DatabaseCorrupt, format_args!("what is stored is damaged: {what}"))
    }

    /// An error while reading a stored value: the value was valid when it was written.
    pub(crate) fn of_stored(self) -> Self {
        if matches!(self.kind(), Kind::Invalid | Kind::Internal) { Self::damaged(self.message()) } else { self }
    }

    /// The same error, marked as one that may not occur again when the whole transaction is repeated.
    pub(crate) fn transient(mut self) -> Self {
        self.0.transient = true;
        self
    }

    /// The same error, for a caller who cannot repeat the whole transaction at once.
    pub(crate) fn lasting(mut self) -> Self {
        self.0.transient = false;
        self
    }

    /// Whether the whole transaction may succeed when it is repeated at once.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        self.0.transient
    }

    /// The same error with one more detail. The message of a refusal repeats its details, so that a log has everything
    /// that is known.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.details.insert(name.to_owned(), value.into());
        self.say_details();
        self
    }

    fn say_details(&mut self) {
        if self.kind() != Kind::Refused || self.0.details.is_empty() {
            return;
        }
        let details = self.0.details.iter().map(|(name, value)| match value {
            Value::String(text) => format!("{name} `{text}`"),
            other => format!("{name} `{other}`"),
        });
        self.0.message = bounded(format!("{} ({})", self.0.bare, details.collect::<Vec<_>>().join(", ")));
    }

    /// What the caller should do next.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.what.kind()
    }

    /// Why the call was refused, if it was.
    #[must_use]
    pub fn refusal(&self) -> Option<Refusal> {
        match self.0.what {
            What::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Why the call is `unavailable`, if it is.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        match self.0.what {
            What::Unavailable(fault) => Some(fault),
            _ => None,
        }
    }

    /// The stable code: a refusal code, `invalid`, `not_found`, `idempotency_conflict`, `identifier_taken`, `database_*` or `internal`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.0.what.code()
    }

    /// The same error, with the language tag of the programme.
    pub(crate) fn spoken(mut self, language: &'static str) -> Self {
        self.0.language = Some(language);
        self
    }

    /// Tag of the language of the programme in use, if there was one.
    pub(crate) fn language(&self) -> Option<&'static str> {
        self.0.language
    }

    /// The text for a developer's log; never for a member.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What is missing or wrong, by name.
    #[must_use]
    pub fn details(&self) -> &Map<String, Value> {
        &self.0.details
    }

    /// The error as JSON: `{kind, code, message, details}`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        serde_json::json!({
            "kind": self.kind().word(),
            "code": self.code(),
            "message": self.message(),
            "details": self.details(),
        })
    }

    /// A refusal as it is stored under a key: without the details in its message.
    pub(crate) fn to_kept(&self) -> Value {
        serde_json::json!({ "code": self.code(), "message": self.0.bare, "details": self.details() })
    }

    /// Reads a refusal stored under a key.
    pub(crate) fn from_kept(json: &Value) -> Self {
        let code = json.get("code").and_then(Value::as_str).unwrap_or_default();
        let Some(refusal) = Refusal::ALL.into_iter().find(|refusal| refusal.code() == code) else {
            return Self::internal(format!("a kept refusal has the unknown code `{code}`"));
        };
        let mut error = match json.get("message").and_then(Value::as_str) {
            Some(reason) => Self::refused_because(refusal, reason),
            None => Self::refused(refusal),
        };
        if let Some(details) = json.get("details").and_then(Value::as_object) {
            error.0.details.clone_from(details);
            error.say_details();
        }
        error
    }
}

/// A text short enough for a log: it repeats what a caller sent, but never megabytes of it.
fn bounded(text: String) -> String {
    if text.len() <= LONGEST_TEXT {
        return text;
    }
    // The expected value may follow what was sent, so both ends are kept.
    let half = LONGEST_TEXT / 2;
    let first = (0..=half).rev().find_map(|end| text.get(..end));
    let last = (text.len() - half..=text.len()).find_map(|start| text.get(start..));
    format!("{} … {}", first.unwrap_or_default(), last.unwrap_or_default())
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({}): {} {:?}", self.kind().word(), self.code(), self.0.message, self.0.details)
    }
}

impl std::error::Error for Error {}
