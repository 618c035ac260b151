//! A reader's complaint: RFC 5965.

use super::parts::{Parts, field, fields, tag_of_address, typed_address};
use super::{NotAReport, Report, ReportKind};

/// Reads what stands in `message/feedback-report`.
pub(super) fn read(text: &str, parts: &Parts<'_>) -> Result<Report, NotAReport> {
    let fields = fields(text);
    let kind = field(&fields, "feedback-type").ok_or(NotAReport::Other)?.to_ascii_lowercase();
    // `not-spam` takes a complaint back; `auth-failure` and `dmarc` are about signatures.
    if !matches!(kind.as_str(), "abuse" | "fraud" | "virus" | "other" | "opt-out" | "opt-out-list" | "miscategorized") {
        return Err(NotAReport::NoFailure);
    }
    let sender = field(&fields, "original-mail-from").and_then(tag_of_address);
    Ok(Report {
        kind: ReportKind::Complaint,
        address: field(&fields, "original-rcpt-to").and_then(typed_address),
        tag: sender.or_else(|| parts.tag()),
        status: Some(kind),
    })
}
