//! Makes and checks codes without a database.
//!
//! ```
//! use loyalty_core::{Engine, Options, ops::{CheckCode, GenerateCode}};
//!
//! let engine = Engine::open(Options::sqlite(":memory:"))?;
//! let code = engine.run(&GenerateCode { prefix: "CAFE".to_owned(), ..GenerateCode::new() })?.code;
//! let checked = engine.run(&CheckCode::new(code.to_lowercase()))?;
//! assert!(checked.valid && checked.normalized == Some(code.replace('-', "")));
//! # Ok::<(), loyalty_core::Error>(())
//! ```

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Access, Operation};
use crate::booking::cx::Cx;
use crate::domain::code::{self, CodeShape, Ending};
use crate::value::limit;
use crate::{Error, Result};

/// Makes a random code. It needs no database, so it cannot know which codes are taken.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct GenerateCode {
    /// Random symbols, 6 to 24; each carries 5 bits.
    #[serde(default = "default_length")]
    #[new(value = "default_length()")]
    pub length: i64,
    /// Up to 8 letters and digits in front, but no `U`.
    #[serde(default)]
    #[new(default)]
    pub prefix: String,
    /// Whether the code ends with a check symbol.
    #[serde(default = "yes")]
    #[new(value = "yes()")]
    pub check: bool,
}

const fn default_length() -> i64 {
    8
}

const fn yes() -> bool {
    true
}

impl Default for GenerateCode {
    fn default() -> Self {
        Self { length: default_length(), prefix: String::new(), check: yes() }
    }
}

/// A new code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratedCode {
    /// The code, in groups for reading.
    pub code: String,
}

impl Operation for GenerateCode {
    const NAME: &'static str = "generate_code";
    const ACCESS: Access = Access::Pure;
    type Reply = GeneratedCode;

    fn run(&self, cx: &mut Cx<'_>) -> Result<GeneratedCode> {
        let length = limit::within("length", self.length, 6, 24)?;
        let shape = CodeShape::new(usize::try_from(length).unwrap_or(6), &self.prefix, Ending::of(self.check));
        let shape = shape.map_err(|expected| Error::invalid("prefix", expected))?;
        Ok(GeneratedCode { code: code::grouped(&shape.generate(cx.entropy)) })
    }
}

/// Checks the check symbol of a typed code. It needs no database, so it cannot know whether the code exists.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema, derive_new::new)]
#[serde(deny_unknown_fields)]
pub struct CheckCode {
    /// The code as typed: case, hyphens and spaces do not matter; O is read as 0, I and L as 1.
    pub code: String,
}

/// The result of the check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckedCode {
    /// Whether every character is a code symbol and the check symbol is right.
    pub valid: bool,
    /// The code without separators and look-alikes; null when a character is not a code symbol.
    pub normalized: Option<String>,
}

impl Operation for CheckCode {
    const NAME: &'static str = "check_code";
    const ACCESS: Access = Access::Pure;
    type Reply = CheckedCode;

    fn run(&self, _: &mut Cx<'_>) -> Result<CheckedCode> {
        let normalized = code::normalize(&self.code).filter(|code| !code.is_empty());
        Ok(CheckedCode { valid: normalized.as_deref().is_some_and(code::is_checked), normalized })
    }
}
