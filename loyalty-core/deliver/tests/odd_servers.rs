//! Servers that answer what no server should.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::thread;

use loyalty_deliver::{Attempt, Delivery, MailServer, Mailer, Outcome, Outgoing, Poster, Rules, compose};

/// What came of a message to a server that gives these answers, one to each line, and then closes. The first is its
/// greeting.
fn outcome(answers: &[&[u8]]) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answers: Vec<Vec<u8>> = answers.iter().map(|answer| answer.to_vec()).collect();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        for answer in answers {
            stream.write_all(&answer).unwrap();
            let mut line = String::new();
            let is_in_message = answer.starts_with(b"354");
            while lines.read_line(&mut line).unwrap_or(0) > 0 && is_in_message && !line.ends_with("\r\n.\r\n") {}
        }
    });
    let url = format!("smtp://127.0.0.1:{port}?tls=none&timeout=5");
    let mailer = Mailer::new(MailServer::parse(&url).unwrap());
    let message = Outgoing {
        id: 1,
        kind: "welcome".to_owned(),
        to: "ana@example.com".to_owned(),
        from: "hola@cafe-vt.cl".to_owned(),
        subject: "Hola".to_owned(),
        text: "Hola".to_owned(),
        html: None,
        headers: Vec::new(),
        message_id: "<1.a@cafe-vt.cl>".to_owned(),
        attempt: 1,
        return_path_tag: None,
    };
    let outcome = mailer.send(&compose(&message, None).unwrap());
    drop(mailer);
    server.join().unwrap();
    outcome
}

const GREETING: &[u8] = b"220 mail.example.com\r\n";
const OK: &[u8] = b"250 OK\r\n";

#[test]
fn an_answer_that_makes_no_sense_is_no_panic_and_no_success() {
    let long = [&[b'2'; 100_000][..], b"\r\n"].concat();
    let unreachable = |reason: &str| Outcome::Unreachable { reason: reason.to_owned() };
    let lost = Outcome::Temporary { reason: "connection_lost".to_owned() };
    for (answers, expected) in [
        (&[&b"hello\r\n"[..]][..], unreachable("connect_failed")),
        (&[&b"\xff\xfe\r\n"[..]], unreachable("connect_failed")),
        (&[&b"554 go away\r\n"[..]], unreachable("smtp_554")),
        (&[&long[..]], unreachable("connect_failed")),
        (&[GREETING, b"250-mail\r\n250-   \r\n250 \r\n"], unreachable("answer_wrong")),
        (&[GREETING, b"250\r\n"], unreachable("connect_failed")),
        (&[GREETING, OK, b"354 what\r\n"], lost.clone()),
        (&[GREETING, OK, OK, b"199 what\r\n"], lost.clone()),
        (&[GREETING, OK, OK, OK, OK], lost.clone()),
        (&[GREETING, OK, OK, OK, b"354 go\r\n", b"354 more\r\n"], Outcome::Unknown),
        (&[GREETING, OK, OK, OK, b"354 go\r\n", b"250 v\xe1lido\r\n"], Outcome::Unknown),
        (&[GREETING, OK, OK, OK, b"354 go\r\n"], Outcome::Unknown),
        (
            &[GREETING, OK, OK, OK, b"354 go\r\n", b"250-a\r\n250 b\r\n"],
            Outcome::Sent { receipt: Some("b".to_owned()) },
        ),
    ] {
        let said: Vec<_> = answers.iter().map(|answer| String::from_utf8_lossy(answer)).collect();
        assert_eq!(outcome(answers), expected, "{said:?}");
    }
}

/// What came of a webhook to a receiver that answers this and closes.
fn attempt(answer: &[u8]) -> Attempt {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let answer = answer.to_vec();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap());
        let mut line = String::new();
        while lines.read_line(&mut line).unwrap() > 0 && !line.ends_with("\r\n\r\n") {}
        let mut body = [0; 2];
        lines.read_exact(&mut body).unwrap();
        let _ = stream.write_all(&answer);
    });
    let poster = Poster::new(Rules::new(&["127.0.0.1"], &[port]).unwrap());
    let attempt = poster.post(&Delivery {
        webhook_id: 1,
        number: 1,
        url: format!("http://127.0.0.1:{port}/"),
        id: "evt_1_1".to_owned(),
        body: "{}".to_owned(),
        secrets: vec!["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()],
        attempt: 1,
    });
    server.join().unwrap();
    attempt
}

#[test]
fn an_answer_to_a_webhook_that_makes_no_sense_is_no_panic_and_no_success() {
    let headers = [b"HTTP/1.1 200 OK\r\n", "X: y\r\n".repeat(10_000).as_bytes(), b"\r\n"].concat();
    for (answer, reason) in [
        (&b""[..], "connection_lost"),
        (b"hello\r\n\r\n", "answer_wrong"),
        (b"\xff\xfe\r\n\r\n", "answer_wrong"),
        (b"HTTP/1.1 99 what\r\n\r\n", "answer_wrong"),
        (b"HTTP/1.1 20 OK\r\n\r\n", "answer_wrong"),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "connection_lost"),
        (b"HTTP/1.1 100 Continue\r\n\r\n", "connection_lost"),
        (&headers, "answer_wrong"),
    ] {
        let attempt = attempt(answer);
        let said = String::from_utf8_lossy(answer.get(..40).unwrap_or(answer)).into_owned();
        assert_eq!((attempt.status, attempt.reason.as_deref()), (None, Some(reason)), "{said:?}");
    }
    // The status has come: a body that is broken changes nothing.
    for body in ["Content-Length: 10\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\nzz\r\n"] {
        let answer = format!("HTTP/1.1 200 OK\r\n{body}");
        let delivered = Attempt { status: Some(200), reason: None, retry_after_seconds: None };
        assert_eq!(attempt(answer.as_bytes()), delivered, "{body:?}");
    }
}
