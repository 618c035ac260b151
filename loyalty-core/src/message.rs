//! Messages to guests: their kinds, what each needs to know, and the templates that a shop may replace.
//!
//! ```
//! use loyalty_core::message::{Sample, MessageKind, Templates, problems, sample};
//! use loyalty_core::value::{Day, Locale};
//! let templates = Templates::built_in()?;
//! let today = Day::parse("2026-11-30").unwrap();
//! let variables = sample(MessageKind::PointsExpiring, Locale::EsCl, Sample::Everything, today);
//! let message = templates.render(MessageKind::PointsExpiring, Locale::EsCl, &variables)?;
//! assert_eq!(message.subject, "1.234 puntos vencen el viernes 4 de diciembre");
//! assert!(problems(MessageKind::PointsExpiring, &message, &variables).is_empty());
//! # Ok::<(), loyalty_core::Error>(())
//! ```

pub use crate::domain::message::*;
