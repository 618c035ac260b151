//! What mail servers send back, and where it lies.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::fs;

use loyalty_deliver::{Maildir, Mbox, NotAReport, Report, ReportKind, read_report};
use proptest::prelude::*;
use tempfile::TempDir;

/// As Postfix writes it.
const POSTFIX: &str = "\
Return-Path: <>
Delivered-To: bounces+4194305.k3@cafe-vt.cl
Date: Mon, 30 Nov 2026 09:00:00 -0300 (CLT)
From: MAILER-DAEMON@mail.cafe-vt.cl (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounces+4194305.k3@cafe-vt.cl
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary=\"4F1A2.1796050800/mail.cafe-vt.cl\"

This is a MIME-encapsulated message.

--4F1A2.1796050800/mail.cafe-vt.cl
Content-Description: Notification
Content-Type: text/plain; charset=utf-8

<ana@example.com>: host mx.example.com said: 550 5.1.1 no such user

--4F1A2.1796050800/mail.cafe-vt.cl
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.cafe-vt.cl
X-Postfix-Queue-ID: 4F1A2
X-Postfix-Sender: rfc822; bounces+4194305.k3@cafe-vt.cl
Arrival-Date: Mon, 30 Nov 2026 08:59:58 -0300 (CLT)

Final-Recipient: rfc822; ana@example.com
Original-Recipient: rfc822;ana@example.com
Action: failed
Status: 5.1.1
Remote-MTA: dns; mx.example.com
Diagnostic-Code: smtp; 550 5.1.1 <ana@example.com>:
    no such user

--4F1A2.1796050800/mail.cafe-vt.cl
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

Return-Path: <bounces+4194305.k3@cafe-vt.cl>
Message-ID: <4194305.k9@cafe-vt.cl>
From: hola@cafe-vt.cl
To: ana@example.com

--4F1A2.1796050800/mail.cafe-vt.cl--
";

/// As a reader's provider writes it.
const COMPLAINT: &str = "\
From: <abuse@example.com>
Date: Mon, 30 Nov 2026 09:00:00 GMT
Subject: FW: Te extrañamos
To: <abuse@cafe-vt.cl>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=\"part1\"

--part1
Content-Type: text/plain; charset=\"US-ASCII\"

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <bounces+4194305.k3@cafe-vt.cl>
Original-Rcpt-To: <ana@example.com>

--part1
Content-Type: message/rfc822
Content-Disposition: inline

From: <hola@cafe-vt.cl>
Message-ID: <4194305.k9@cafe-vt.cl>
Subject: Te extra

Hola

--part1--
";

fn report(kind: ReportKind, tag: Option<&str>, status: &str) -> Report {
    Report {
        kind,
        address: Some("ana@example.com".to_owned()),
        tag: tag.map(str::to_owned),
        status: Some(status.to_owned()),
    }
}

fn read(text: &str) -> Result<Report, NotAReport> {
    let told = read_report(text.as_bytes());
    let crlf = read_report(text.replace('\n', "\r\n").as_bytes());
    assert_eq!(told, crlf, "the kind of line's end says nothing");
    told
}

/// The same report with other fields about the recipient.
fn with_fields(fields: &str) -> String {
    let (before, rest) = POSTFIX.split_once("Final-Recipient").unwrap();
    let (_, after) = rest.split_once("    no such user\n").unwrap();
    format!("{before}{fields}\n{after}")
}

#[test]
fn a_failure_and_a_complaint_are_read_with_their_tag() {
    assert_eq!(read(POSTFIX), Ok(report(ReportKind::Hard, Some("4194305.k3"), "5.1.1")));
    assert_eq!(read(COMPLAINT), Ok(report(ReportKind::Complaint, Some("4194305.k3"), "abuse")));
}

#[test]
fn without_a_tag_in_the_return_path_the_original_message_has_it() {
    let plain = POSTFIX.replace("bounces+4194305.k3@", "bounces@");
    assert_eq!(read(&plain), Ok(report(ReportKind::Hard, Some("4194305.k9"), "5.1.1")));
    let plain = COMPLAINT.replace("bounces+4194305.k3@", "bounces@");
    assert_eq!(read(&plain), Ok(report(ReportKind::Complaint, Some("4194305.k9"), "abuse")));
    let neither = POSTFIX.replace("bounces+4194305.k3@", "bounces@").replace("Message-ID", "X-Other");
    assert_eq!(read(&neither), Ok(report(ReportKind::Hard, None, "5.1.1")));
    let odd = POSTFIX.replace("bounces+4194305.k3@", "bounces+a%20b@").replace("4194305.k9@", "4 5@");
    assert_eq!(read(&odd), Ok(report(ReportKind::Hard, None, "5.1.1")));
}

#[test]
fn only_a_dead_address_is_a_hard_failure() {
    let final_recipient = "Final-Recipient: rfc822; ana@example.com";
    for (fields, kind, status) in [
        ("Action: failed\nStatus: 5.2.1", ReportKind::Hard, "5.2.1"),
        ("Action: failed\nStatus: 5.2.2", ReportKind::Soft, "5.2.2"),
        ("Action: Failed (bad)\nStatus: 4.4.7 (expired)", ReportKind::Soft, "4.4.7"),
        ("Action: failed\nStatus: 5.7.1", ReportKind::Soft, "5.7.1"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 5.1.1 who", ReportKind::Hard, "5.1.1"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550-5.7.1 [1.2.3.4] no", ReportKind::Soft, "5.7.1"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 who", ReportKind::Soft, "5.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; 550 5.1.1 who", ReportKind::Hard, "5.1.1"),
        ("Action: failed\nStatus: 4.0.0\nDiagnostic-Code: smtp; 550 5.1.1 who", ReportKind::Soft, "4.0.0"),
    ] {
        assert_eq!(
            read(&with_fields(&format!("{final_recipient}\n{fields}"))),
            Ok(report(kind, Some("4194305.k3"), status)),
            "{fields}"
        );
    }
}

#[test]
fn what_waits_or_arrived_or_is_something_else_is_no_failure() {
    for action in ["delayed", "delivered", "relayed", "expanded"] {
        let text = with_fields(&format!("Final-Recipient: rfc822; ana@example.com\nAction: {action}\nStatus: 4.0.0"));
        assert_eq!(read(&text), Err(NotAReport::NoFailure), "{action}");
    }
    for kind in ["not-spam", "auth-failure", "dmarc"] {
        assert_eq!(read(&COMPLAINT.replace(": abuse\n", &format!(": {kind}\n"))), Err(NotAReport::NoFailure), "{kind}");
    }
    let vacation = "From: ana@example.com\nTo: bounces+1.a@cafe-vt.cl\nAuto-Submitted: auto-replied\n\nVacaciones\n";
    assert_eq!(read(vacation), Err(NotAReport::Other));
    assert_eq!(read(&with_fields("X-Nothing: here")), Err(NotAReport::Other));
    assert_eq!(read(""), Err(NotAReport::Other));
}

#[test]
fn a_report_is_shown_without_its_address() {
    let shown = format!("{:?}", read(POSTFIX).unwrap());
    assert!(shown.contains("4194305.k3") && !shown.contains("ana"), "{shown}");
}

#[test]
fn what_stands_behind_a_megabyte_is_not_read() {
    let longer = |more: usize| POSTFIX.replace("said: 550", &format!("said: {} 550", "x".repeat(more)));
    assert!(read(&longer(1_000_000)).is_ok());
    assert_eq!(read(&longer(1 << 20)), Err(NotAReport::Other));
}

#[test]
fn parts_inside_parts_without_an_end_are_borne() {
    let mut deep = String::new();
    for depth in 0..20_000 {
        deep.push_str(&format!("Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n"));
    }
    assert!(read_report(deep.as_bytes()).is_err());
    let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(100_000));
    assert!(read_report(many.as_bytes()).is_err());
}

fn broken() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..12);
    (prop::sample::select(vec![POSTFIX, COMPLAINT]), changes, any::<prop::sample::Index>(), any::<bool>()).prop_map(
        |(text, changes, cut, is_cut)| {
            let mut bytes = text.as_bytes().to_vec();
            for (at, sign, what) in changes {
                let at = at.index(bytes.len());
                match what {
                    0 => bytes[at] = sign,
                    1 => bytes.insert(at, sign),
                    2 => drop(bytes.drain(at..(at + usize::from(sign)).min(bytes.len() - 1).max(at))),
                    _ => bytes.extend_from_within(at..(at + usize::from(sign)).min(bytes.len())),
                }
            }
            if is_cut {
                bytes.truncate(cut.index(bytes.len()));
            }
            bytes
        },
    )
}

fn is_sound(report: &Report) -> bool {
    let is_plain = |text: &String| text.bytes().all(|sign| sign.is_ascii_graphic());
    report.tag.as_ref().is_none_or(is_plain)
        && report.address.as_ref().is_none_or(|address| address.len() <= 254 && address.contains('@'))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_input_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        prop_assert!(read_report(&bytes).is_err());
        prop_assert!(Mbox::read(bytes.as_slice()).all(|message| message.is_ok()));
    }

    #[test]
    fn a_report_that_was_cut_or_changed_is_read_or_refused(bytes in broken()) {
        if let Ok(report) = read_report(&bytes) {
            prop_assert!(is_sound(&report), "{report:?}");
        }
    }

    #[test]
    fn an_mbox_gives_back_what_was_put_in(texts in prop::collection::vec("(From |>|a|\n|From: x|é){0,12}", 0..6)) {
        let mut mbox = String::new();
        for text in &texts {
            let quoted: Vec<String> = text.split('\n').map(|line| {
                if line.trim_start_matches('>').starts_with("From ") { format!(">{line}") } else { line.to_owned() }
            }).collect();
            mbox.push_str(&format!("From MAILER-DAEMON Mon Nov 30 09:00:00 2026\n{}\n\n", quoted.join("\n")));
        }
        let read: Vec<String> =
            Mbox::read(mbox.as_bytes()).map(|message| String::from_utf8(message.unwrap()).unwrap()).collect();
        prop_assert_eq!(read, texts.iter().map(|text| format!("{text}\n\n")).collect::<Vec<_>>());
    }
}

#[test]
fn a_maildir_gives_each_message_once() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name);
    assert!(Maildir::open(folder.path()).is_err(), "without `new` it is none");
    fs::create_dir(path("new")).unwrap();
    fs::write(path("new/2.b.host"), COMPLAINT).unwrap();
    fs::write(path("new/1.a.host"), POSTFIX).unwrap();
    fs::write(path("new/3.c.host"), vec![b'x'; 3 << 20]).unwrap();
    fs::write(path("new/.hidden"), "x").unwrap();
    fs::create_dir(path("new/folder")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", path("new/0.link")).unwrap();
    let maildir = Maildir::open(folder.path()).unwrap();
    let found = maildir.unread(10).unwrap();
    let kinds: Vec<_> = found.iter().map(|unread| read_report(unread.bytes()).map(|report| report.kind)).collect();
    assert_eq!(kinds, [Ok(ReportKind::Hard), Ok(ReportKind::Complaint), Err(NotAReport::Other)]);
    assert_eq!(found[2].bytes().len(), 1 << 20);
    assert_eq!(maildir.unread(1).unwrap().len(), 1);
    let also = maildir.unread(10).unwrap();
    for unread in found.into_iter().chain(also) {
        unread.mark_read().unwrap();
    }
    assert!(maildir.unread(10).unwrap().is_empty());
    assert!(path("cur/1.a.host:2,S").exists() && !path("new/1.a.host").exists());
}

#[test]
fn an_mbox_gives_its_messages_and_stays_as_it_is() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("mbox");
    let text = format!("From a Mon\n{POSTFIX}\nFrom b Tue\n{COMPLAINT}\n");
    fs::write(&file, &text).unwrap();
    let kinds: Vec<_> =
        Mbox::open(&file).unwrap().map(|message| read_report(&message.unwrap()).unwrap().kind).collect();
    assert_eq!(kinds, [ReportKind::Hard, ReportKind::Complaint]);
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    assert_eq!(Mbox::read(&b""[..]).count(), 0);
    assert_eq!(Mbox::read(&b"no mbox at all\n"[..]).count(), 0);
}
