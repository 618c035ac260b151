//! Messages over SMTP to a server that takes, refuses, hangs and closes.

use std::collections::HashSet;

use crate::peer::{Peer, certificates};
use base64::Engine as _;
use loyalty_deliver::{MailServer, Mailer, Outcome, Outgoing, compose};
use mailparse::MailHeaderMap as _;
use serde_json::Value;

fn outgoing(to: &str) -> Outgoing {
    Outgoing {
        id: 4_194_305,
        kind: "points_expiring".to_owned(),
        to: to.to_owned(),
        from: "Café-VT <hola@cafe-vt.cl>".to_owned(),
        subject: "132 puntos vencen el 3 de marzo: ¡úsalos!".to_owned(),
        text: "Hola José:\n.\n.. dos puntos\n132 puntos vencen.\r\n".to_owned(),
        html: Some(format!("<p>Hola José: 132 puntos</p>{}", "<i>x</i>".repeat(400))),
        headers: vec![
            ("Auto-Submitted".to_owned(), "auto-generated".to_owned()),
            ("List-Unsubscribe".to_owned(), "<https://cafe-vt.cl/u/abc>, <mailto:u+abc@cafe-vt.cl>".to_owned()),
            ("List-Unsubscribe-Post".to_owned(), "List-Unsubscribe=One-Click".to_owned()),
            ("Feedback-ID".to_owned(), "points_expiring:cafe-vt".to_owned()),
        ],
        message_id: "<4194305.k3@cafe-vt.cl>".to_owned(),
        attempt: 1,
        return_path_tag: Some("4194305.k3".to_owned()),
    }
}

fn mailer(scheme: &str, login: &str, host: &str, peer: &Peer, parameters: &str) -> Mailer {
    let url = format!("{scheme}://{login}{host}:{}?{parameters}", peer.port);
    Mailer::new(MailServer::parse(&url).unwrap())
}

fn ours() -> String {
    format!("ca={}", certificates().path("authority.pem"))
}

fn send(mailer: &Mailer, to: &str) -> Outcome {
    mailer.send(&compose(&outgoing(to), Some("bounces@cafe-vt.cl")).unwrap())
}

fn data(taken: &Value) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(taken["data"].as_str().unwrap()).unwrap()
}

fn is_sent(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Sent { .. })
}

#[test]
fn a_message_arrives_as_it_was_written_over_required_starttls() {
    let peer = Peer::mail("starttls", &["--login", "hola:geheim"]);
    let mailer = mailer("smtp", "hola:geheim@", "localhost", &peer, &format!("{}&hello=shop.example.com", ours()));
    let sent = send(&mailer, "José Pérez <jose@ñandú.cl>");
    assert_eq!(sent, Outcome::Sent { receipt: Some("2.0.0 Ok: queued as Q1 for".to_owned()) });
    let taken = &peer.taken()[0];
    assert_eq!(taken["from"], "bounces+4194305.k3@cafe-vt.cl");
    assert_eq!(taken["to"], serde_json::json!(["jose@xn--and-6ma2c.cl"]));
    assert_eq!((&taken["login"], &taken["tls"]), (&"hola".into(), &true.into()));
    assert_eq!(taken["hello"], "shop.example.com");
    let bytes = data(taken);
    assert!(bytes.is_ascii(), "7 bit by encoding");
    assert!(
        bytes.split(|sign| *sign == b'\n').all(|line| line.len() < 998 && line.last().is_none_or(|end| *end == b'\r'))
    );
    let mail = mailparse::parse_mail(&bytes).unwrap();
    for (name, value) in [
        ("From", "Café-VT <hola@cafe-vt.cl>"),
        ("To", "José Pérez <jose@xn--and-6ma2c.cl>"),
        ("Subject", "132 puntos vencen el 3 de marzo: ¡úsalos!"),
        ("Message-ID", "<4194305.k3@cafe-vt.cl>"),
        ("Auto-Submitted", "auto-generated"),
        ("Feedback-ID", "points_expiring:cafe-vt"),
        ("List-Unsubscribe", "<https://cafe-vt.cl/u/abc>, <mailto:u+abc@cafe-vt.cl>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(mail.headers.get_all_values(name), [value], "{name}");
    }
    assert!(mail.headers.get_first_value("Date").is_some());
    assert_eq!(mail.ctype.mimetype, "multipart/alternative");
    let kinds: Vec<&str> = mail.subparts.iter().map(|part| part.ctype.mimetype.as_str()).collect();
    assert_eq!(kinds, ["text/plain", "text/html"], "text first");
    let texts: Vec<String> = mail.subparts.iter().map(|part| part.get_body().unwrap().replace("\r\n", "\n")).collect();
    assert_eq!(texts[0].trim_end(), "Hola José:\n.\n.. dos puntos\n132 puntos vencen.");
    assert_eq!(Some(texts[1].trim_end().to_owned()), outgoing("").html);
}

#[test]
fn each_try_has_the_same_message_id() {
    let first = compose(&outgoing("ana@example.com"), None).unwrap();
    let second = compose(&Outgoing { attempt: 2, ..outgoing("ana@example.com") }, None).unwrap();
    let id = |bytes: &[u8]| mailparse::parse_mail(bytes).unwrap().headers.get_all_values("Message-ID");
    assert_eq!(id(first.bytes()), ["<4194305.k3@cafe-vt.cl>"]);
    assert_eq!(id(first.bytes()), id(second.bytes()));
}

#[test]
fn tls_from_the_first_byte_and_none_at_all_to_this_machine() {
    let (secret, plain) = (Peer::mail("tls", &["--login", "a:b"]), Peer::mail("none", &[]));
    assert!(is_sent(&send(&mailer("smtps", "a:b@", "127.0.0.1", &secret, &ours()), "ana@example.com")));
    assert!(is_sent(&send(&mailer("smtp", "", "localhost", &plain, "tls=none"), "ana@example.com")));
    assert_eq!((secret.taken().len(), plain.taken().len()), (1, 1));
}

#[test]
fn without_tls_that_can_be_trusted_nothing_is_sent() {
    let unreachable = |reason: &str| Outcome::Unreachable { reason: reason.to_owned() };
    let (starttls, tls) = (Peer::mail("starttls", &[]), Peer::mail("tls", &[]));
    let none = Peer::mail("none", &[]);
    // The web's authorities do not know the test's.
    assert_eq!(send(&mailer("smtp", "", "localhost", &starttls, ""), "ana@example.com"), unreachable("tls_failed"));
    assert_eq!(send(&mailer("smtps", "", "localhost", &tls, ""), "ana@example.com"), unreachable("tls_failed"));
    // Another name than the certificate's.
    let elsewhere = Peer::mail("starttls", &["--address", "127.0.0.2"]);
    let other = mailer("smtp", "", "127.0.0.2", &elsewhere, &ours());
    assert_eq!(send(&other, "ana@example.com"), unreachable("tls_failed"));
    assert_eq!(send(&mailer("smtp", "", "localhost", &none, &ours()), "ana@example.com"), unreachable("no_starttls"));
    for peer in [&starttls, &tls, &elsewhere, &none] {
        assert_eq!(peer.taken().len(), 0);
    }
}

#[test]
fn an_answer_put_in_before_tls_is_not_taken_for_the_servers() {
    let peer = Peer::mail("starttls", &["--inject"]);
    let outcome = send(&mailer("smtp", "", "localhost", &peer, &ours()), "ana@example.com");
    assert_eq!(outcome, Outcome::Temporary { reason: "connection_lost".to_owned() });
    assert_eq!(peer.taken().len(), 0);
}

#[test]
fn a_wrong_password_is_the_servers_no_and_not_the_messages() {
    let peer = Peer::mail("starttls", &["--login", "hola:geheim"]);
    let outcome = send(&mailer("smtp", "hola:falsch@", "localhost", &peer, &ours()), "ana@example.com");
    assert_eq!(outcome, Outcome::Unreachable { reason: "smtp_535".to_owned() });
    let closed = Peer::mail("none", &[]);
    let nobody = mailer("smtp", "", "localhost", &closed, "tls=none");
    drop(closed);
    let outcome = send(&nobody, "ana@example.com");
    assert_eq!(outcome, Outcome::Unreachable { reason: "connect_failed".to_owned() });
}

#[test]
fn what_a_server_refuses_is_told_apart_and_the_connection_goes_on() {
    let peer = Peer::mail("none", &[]);
    let mailer = mailer("smtp", "", "localhost", &peer, "tls=none");
    let permanent = |reason: &str, suppress| Outcome::Permanent { reason: reason.to_owned(), suppress };
    for (wish, outcome) in [
        ("r550-5.1.1", permanent("smtp_550_5.1.1", true)),
        ("r550", permanent("smtp_550", false)),
        ("r450-4.2.1", Outcome::Temporary { reason: "smtp_450_4.2.1".to_owned() }),
        ("d451", Outcome::Temporary { reason: "smtp_451".to_owned() }),
        ("d550-5.2.1", permanent("smtp_550_5.2.1", true)),
        ("d552-5.3.4", permanent("smtp_552_5.3.4", false)),
        ("d554-5.7.1", Outcome::Policy { reason: "smtp_554_5.7.1".to_owned() }),
        ("r550-5.7.26", Outcome::Policy { reason: "smtp_550_5.7.26".to_owned() }),
    ] {
        assert_eq!(send(&mailer, &format!("{wish}@example.com")), outcome, "{wish}");
        assert!(is_sent(&send(&mailer, "ana@example.com")), "after {wish}");
    }
    let connections: HashSet<u64> = peer.taken().iter().map(|taken| taken["peer"].as_u64().unwrap()).collect();
    assert_eq!((peer.taken().len(), connections.len()), (8, 1), "a refusal does not close the connection");
}

#[test]
fn a_sender_that_is_refused_fails_no_message() {
    let peer = Peer::mail("none", &[]);
    let mailer = mailer("smtp", "", "localhost", &peer, "tls=none");
    let mail = compose(&outgoing("ana@example.com"), None).unwrap();
    assert!(is_sent(&mailer.send(&mail)));
    let refused =
        Outgoing { from: "m550-5.1.1@cafe-vt.cl".to_owned(), return_path_tag: None, ..outgoing("ana@example.com") };
    let outcome = mailer.send(&compose(&refused, None).unwrap());
    assert_eq!(outcome, Outcome::Unreachable { reason: "smtp_550_5.1.1".to_owned() });
}

#[test]
fn no_answer_after_the_message_is_unknown_and_before_it_another_try() {
    let peer = Peer::mail("none", &[]);
    let mailer = mailer("smtp", "", "localhost", &peer, "tls=none&timeout=1");
    assert_eq!(send(&mailer, "hang@example.com"), Outcome::Unknown);
    assert_eq!(send(&mailer, "drop@example.com"), Outcome::Unknown);
    assert_eq!(peer.taken().len(), 2, "both had arrived");
    let lost = Outcome::Temporary { reason: "connection_lost".to_owned() };
    assert_eq!(send(&mailer, "droprcpt@example.com"), lost);
    let slow_down = Outcome::Temporary { reason: "smtp_421_4.7.0".to_owned() };
    assert_eq!(send(&mailer, "r421-4.7.0@example.com"), slow_down);
    assert!(is_sent(&send(&mailer, "ana@example.com")));
}

#[test]
fn a_kept_connection_that_the_server_closed_is_made_again() {
    let peer = Peer::mail("none", &[]);
    let mailer = mailer("smtp", "", "localhost", &peer, "tls=none");
    assert!(is_sent(&send(&mailer, "bye@example.com")));
    peer.wait_until_closed();
    assert!(is_sent(&send(&mailer, "ana@example.com")));
    let connections: HashSet<u64> = peer.taken().iter().map(|taken| taken["peer"].as_u64().unwrap()).collect();
    assert_eq!((peer.taken().len(), connections.len()), (2, 2));
}

#[test]
fn a_server_that_takes_few_messages_over_a_connection_gets_more_connections() {
    let peer = Peer::mail("none", &["--per-connection", "2"]);
    let mailer = mailer("smtp", "", "localhost", &peer, "tls=none");
    for number in 0..5 {
        assert!(is_sent(&send(&mailer, "ana@example.com")), "{number}");
    }
    let connections: HashSet<u64> = peer.taken().iter().map(|taken| taken["peer"].as_u64().unwrap()).collect();
    assert_eq!((peer.taken().len(), connections.len()), (5, 3));
    let none = Peer::mail("none", &["--per-connection", "0"]);
    let refused = Outcome::Temporary { reason: "smtp_421_4.7.0".to_owned() };
    assert_eq!(send(&self::mailer("smtp", "", "localhost", &none, "tls=none"), "ana@example.com"), refused);
}

#[test]
fn a_local_part_beyond_ascii_goes_only_to_a_server_that_takes_it() {
    let (old, new) = (Peer::mail("none", &[]), Peer::mail("none", &["--utf8"]));
    let refused = Outcome::Permanent { reason: "no_smtputf8".to_owned(), suppress: false };
    let (to_old, to_new) =
        (mailer("smtp", "", "localhost", &old, "tls=none"), mailer("smtp", "", "localhost", &new, "tls=none"));
    assert_eq!(send(&to_old, "josé@example.com"), refused);
    assert!(is_sent(&send(&to_old, "jose@example.com")), "the connection goes on");
    assert!(is_sent(&send(&to_new, "josé@example.com")));
    let of_jose = Outgoing { from: "josé@cafe-vt.cl".to_owned(), ..outgoing("ana@example.com") };
    let of_jose = compose(&of_jose, Some("bounces@cafe-vt.cl")).unwrap();
    assert_eq!(to_old.send(&of_jose), refused, "also in a header");
    assert!(is_sent(&to_new.send(&of_jose)));
    assert_eq!(new.taken()[0]["to"], serde_json::json!(["josé@example.com"]));
    assert_eq!(new.taken()[0]["options"], serde_json::json!(["SMTPUTF8", "BODY=8BITMIME"]));
}

#[test]
fn one_mail_cannot_be_read_as_two() {
    let peer = Peer::mail("none", &[]);
    let mailer = mailer("smtp", "", "localhost", &peer, "tls=none");
    let smuggled = "a\n.\nMAIL FROM:<x@example.com>\r.\rRCPT TO:<y@example.com>\n.\r\nDATA\r\n.\r\nb";
    let message = Outgoing { text: smuggled.to_owned(), html: None, ..outgoing("ana@example.com") };
    assert!(is_sent(&mailer.send(&compose(&message, None).unwrap())));
    assert!(is_sent(&send(&mailer, "ana@example.com")));
    let taken = peer.taken();
    assert_eq!(taken.len(), 2);
    let bytes = data(&taken[0]);
    let bare = |at: usize| match bytes[at] {
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || bytes[at - 1] != b'\r',
        _ => false,
    };
    assert!(!(0..bytes.len()).any(bare));
    let text = mailparse::parse_mail(&bytes).unwrap().get_body().unwrap();
    assert!(text.trim_end().ends_with("RCPT TO:<y@example.com>\r\n.\r\nDATA\r\n.\r\nb"), "{text}");
}
