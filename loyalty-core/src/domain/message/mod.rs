//! Messages to guests: which there are, what each needs to know, and how its words become an e-mail.
//!
//! The words are in files (`templates/es-CL`, `templates/en`), which a shop may replace one by one. A template sees only
//! the variables of its message, checked and in the guest's way of writing numbers and dates.

mod built_in;
mod content;
mod context;
mod environment;
mod file;
mod kind;
mod problem;
mod refusal;
mod sample;
mod stored;
mod templates;
mod variable;

pub use content::{Content, ReportFigure, Variables};
pub use kind::{MessageClass, MessageKind};
pub use problem::{MessageProblem, problems};
pub use sample::{Sample, sample};
pub use templates::{Rendered, Templates};
pub use variable::{Presence, VariableShape, VariableSpec};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_overrides;
