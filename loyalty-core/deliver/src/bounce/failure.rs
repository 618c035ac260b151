//! A message that was not delivered: RFC 3464.

use super::parts::{Parts, blocks, field, typed_address};
use super::{NotAReport, Report, ReportKind};
use crate::status::Status;

/// Reads what stands in `message/delivery-status`: a block about the message, then one about each recipient.
pub(super) fn read(text: &str, parts: &Parts<'_>) -> Result<Report, NotAReport> {
    let blocks = blocks(text);
    let recipients: Vec<_> = blocks.iter().filter(|fields| field(fields, "action").is_some()).collect();
    if recipients.is_empty() {
        return Err(NotAReport::Other);
    }
    let is_failure =
        |action: &str| action.split([' ', '(']).next().is_some_and(|word| word.eq_ignore_ascii_case("failed"));
    let failed = recipients.into_iter().find(|fields| field(fields, "action").is_some_and(is_failure));
    let failed = failed.ok_or(NotAReport::NoFailure)?;
    let status = status(failed);
    let is_hard = status.is_some_and(Status::is_of_a_dead_address);
    let address = ["original-recipient", "final-recipient"].iter().find_map(|name| typed_address(field(failed, name)?));
    Ok(Report {
        kind: if is_hard { ReportKind::Hard } else { ReportKind::Soft },
        address,
        tag: parts.tag(),
        status: status.map(|status| status.to_string()),
    })
}

/// The status; many servers write `5.0.0` and say what they mean only in the answer that they repeat.
fn status(fields: &[(String, String)]) -> Option<Status> {
    let told = field(fields, "status").and_then(Status::leading);
    let repeated = field(fields, "diagnostic-code").and_then(Status::anywhere);
    match told {
        Some(status) if (status.subject, status.detail) != (0, 0) => Some(status),
        Some(vague) => repeated.filter(|exact| exact.class == vague.class).or(Some(vague)),
        None => repeated,
    }
}
