//! The words for a guest when the programme says no.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::GuestMessage, value::Locale};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let ask = GuestMessage { locale: Some(Locale::En), ..GuestMessage::new("insufficient_points".to_owned()) };
//! assert!(!engine.run(&ask)?.text.is_empty());
//! # Ok::<(), loyalty_core::Error>(())
//! ```

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Access, Operation};
use crate::booking::cx::Cx;
use crate::domain::catalogue::{guest_message, has_guest_message};
use crate::value::Locale;
use crate::value::limit;
use crate::{Error, Result};

/// Returns the text for the member that belongs to a refusal code: why something is not possible. Needs no database.
///
/// For the codes that replies have in `because`. An error has the same text, in PHP as `getGuestMessage()`.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct GuestMessage {
    /// The code of a refusal, or `invalid`, `not_found`, `idempotency_conflict`, `identifier_taken` or `internal`.
    pub code: String,
    /// What is missing, as the reply or the error has it: the text then names the number of missing points.
    #[serde(default)]
    #[new(default)]
    pub missing: Option<Map<String, Value>>,
    /// Language of the text; default that of the programme.
    #[serde(default)]
    #[new(default)]
    pub locale: Option<Locale>,
}

/// The text for the member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GuestMessageReply {
    /// The code.
    pub code: String,
    /// A sentence for the member.
    pub text: String,
}

impl Operation for GuestMessage {
    const NAME: &'static str = "guest_message";
    const ACCESS: Access = Access::Pure;
    type Reply = GuestMessageReply;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GuestMessageReply> {
        if !has_guest_message(&self.code) {
            let shown = limit::beginning(&self.code);
            return Err(Error::invalid("code", format_args!("must be the code of a refusal, got `{shown}`")));
        }
        let nothing = Map::new();
        let details = self.missing.as_ref().unwrap_or(&nothing);
        let text = guest_message(&self.code, details, self.locale.unwrap_or(cx.programme.locale));
        Ok(GuestMessageReply { code: self.code.clone(), text })
    }
}
