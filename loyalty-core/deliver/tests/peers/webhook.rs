//! Webhooks to a receiver that verifies by the reference library.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use loyalty_deliver::{Attempt, Delivery, Lookup, Poster, Refused, Rules};

use crate::peer::{Peer, certificates};

pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDAAAAAAAAAAA=";

/// Answers in turn, the last one for ever, and counts the questions.
#[derive(Clone)]
pub(crate) struct Names {
    answers: Arc<Mutex<Vec<Vec<&'static str>>>>,
    asked: Arc<AtomicUsize>,
}

impl Names {
    pub(crate) fn new(answers: &[&[&'static str]]) -> Self {
        let answers = answers.iter().map(|answer| answer.to_vec()).collect();
        Self { answers: Arc::new(Mutex::new(answers)), asked: Arc::default() }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

impl Lookup for Names {
    fn addresses(&self, _: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Ok(answer.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), port)).collect())
    }
}

pub(crate) fn poster(peer: &Peer, allow: &[&str], names: &Names) -> Poster {
    let roots = fs::read(certificates().path("authority.pem")).unwrap();
    Poster::with(Rules::new(allow, &[peer.port]).unwrap(), names.clone(), &roots).unwrap()
}

pub(crate) fn delivery(url: String) -> Delivery {
    Delivery {
        webhook_id: 3,
        number: 77,
        url,
        id: "evt_1_77".to_owned(),
        body: r#"{"type":"points.earned","timestamp":"2026-11-30T12:00:00Z","data":{"café": 1.0}}"#.to_owned(),
        secrets: vec![SECRET.to_owned()],
        attempt: 1,
    }
}

fn to(peer: &Peer, path: &str) -> Delivery {
    delivery(format!("https://shop.example.com:{}{path}", peer.port))
}

fn failed(status: Option<u16>, reason: &str) -> Attempt {
    Attempt { status, reason: Some(reason.to_owned()), retry_after_seconds: None }
}

fn delivered(status: u16) -> Attempt {
    Attempt { status: Some(status), reason: None, retry_after_seconds: None }
}

#[test]
fn a_webhook_is_believed_by_the_reference_receiver() {
    let peer = Peer::receiver("https", SECRET);
    let names = Names::new(&[&["127.0.0.1"]]);
    let poster = poster(&peer, &["127.0.0.1/32"], &names);
    assert_eq!(poster.post(&to(&peer, "/hook?a=1")), delivered(204));
    let both = Delivery { secrets: vec![OTHER.to_owned(), SECRET.to_owned()], ..to(&peer, "/hook") };
    assert_eq!(poster.post(&both), delivered(204), "while a secret is changed, both sign");
    let wrong = Delivery { secrets: vec![OTHER.to_owned()], ..to(&peer, "/hook") };
    assert_eq!(poster.post(&wrong), failed(Some(400), "http_400"));
    let taken = peer.taken();
    let first = &taken[0];
    assert_eq!((&first["method"], &first["path"]), (&"POST".into(), &"/hook?a=1".into()));
    assert_eq!(first["name"], "shop.example.com", "the name in TLS is that of the URL");
    assert_eq!(first["headers"]["host"], format!("shop.example.com:{}", peer.port));
    assert_eq!(first["headers"]["webhook-id"], "evt_1_77");
    assert_eq!(first["headers"]["content-type"], "application/json");
    assert_eq!(first["body"], delivery(String::new()).body);
    assert_eq!(taken[1]["headers"]["webhook-signature"].as_str().unwrap().split(' ').count(), 2);
}

#[test]
fn a_proxy_of_the_environment_is_not_asked() {
    let mut again = Command::new(std::env::current_exe().unwrap());
    for name in ["ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY", "all_proxy", "https_proxy", "http_proxy"] {
        again.env(name, "http://127.0.0.1:9");
    }
    let again = again.args(["--exact", "webhook::a_webhook_is_believed_by_the_reference_receiver"]).output().unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success() && said.contains("1 passed"), "{said}");
}

#[test]
fn an_answer_is_told_as_it_came_and_no_redirect_is_followed() {
    let peer = Peer::receiver("https", SECRET);
    let poster = poster(&peer, &["127.0.0.1/32"], &Names::new(&[&["127.0.0.1"]]));
    let retry = |status, reason: &str, wait| Attempt { retry_after_seconds: wait, ..failed(Some(status), reason) };
    for (path, attempt) in [
        ("/status/200", delivered(200)),
        ("/status/202/9", delivered(202)),
        ("/status/410", failed(Some(410), "gone")),
        ("/status/404", failed(Some(404), "http_404")),
        ("/status/503/7", retry(503, "http_503", Some(7))),
        ("/status/429/Sun,%2006%20Nov", failed(Some(429), "http_429")),
        ("/redirect", failed(Some(302), "http_302")),
        ("/drop", failed(None, "connection_lost")),
        ("/headers", failed(None, "answer_wrong")),
        ("/endless", delivered(200)),
        ("/hook", delivered(204)),
    ] {
        assert_eq!(poster.post(&to(&peer, path)), attempt, "{path}");
    }
    let paths: Vec<String> = peer.taken().iter().map(|taken| taken["path"].as_str().unwrap().to_owned()).collect();
    assert_eq!(paths.iter().filter(|path| *path == "/hook").count(), 1, "{paths:?}");
}

#[test]
fn a_name_that_leads_inside_is_refused_and_nothing_is_sent() {
    let peer = Peer::receiver("https", SECRET);
    for inside in [&["127.0.0.1"][..], &["::1"], &["::ffff:127.0.0.1"], &["10.0.0.1"], &["1.1.1.1", "127.0.0.1"]] {
        let poster = poster(&peer, &[], &Names::new(&[inside]));
        assert_eq!(poster.post(&to(&peer, "/hook")), failed(None, "address_not_allowed"), "{inside:?}");
    }
    let direct = poster(&peer, &[], &Names::new(&[&["127.0.0.1"]]));
    for host in ["127.0.0.1", "0x7f.1", "2130706433", "[::ffff:7f00:1]"] {
        let url = format!("https://{host}:{}/hook", peer.port);
        assert_eq!(direct.post(&delivery(url)), failed(None, "address_not_allowed"), "{host}");
    }
    let nobody = poster(&peer, &[], &Names::new(&[&[]]));
    assert_eq!(nobody.post(&to(&peer, "/hook")), failed(None, "host_not_found"));
    assert_eq!(peer.taken().len(), 0);
}

#[test]
fn a_name_is_asked_for_once_and_checked_at_each_attempt() {
    let peer = Peer::receiver("https", SECRET);
    // The second answer would lead inside, the third back.
    let names = Names::new(&[&["127.0.0.1"], &["127.0.0.2"], &["127.0.0.1", "10.0.0.1"], &["127.0.0.1"]]);
    let poster = poster(&peer, &["127.0.0.1/32"], &names);
    assert_eq!(poster.post(&to(&peer, "/hook")), delivered(204));
    assert_eq!(names.asked(), 1, "what was checked is what was connected to");
    // Even though the connection to the first address could be used again.
    assert_eq!(poster.post(&to(&peer, "/hook")), failed(None, "address_not_allowed"));
    assert_eq!(poster.post(&to(&peer, "/hook")), failed(None, "address_not_allowed"));
    assert_eq!(poster.post(&to(&peer, "/hook")), delivered(204));
    assert_eq!((names.asked(), peer.taken().len()), (4, 2));
}

#[test]
fn a_kept_connection_that_the_receiver_closed_is_made_again() {
    let peer = Peer::receiver("https", SECRET);
    let poster = poster(&peer, &["127.0.0.1/32"], &Names::new(&[&["127.0.0.1"]]));
    assert_eq!(poster.post(&to(&peer, "/bye")), delivered(204));
    peer.wait_until_closed();
    assert_eq!(poster.post(&to(&peer, "/hook")), delivered(204));
}

#[test]
fn a_url_can_be_checked_before_anything_is_sent() {
    let peer = Peer::receiver("https", SECRET);
    let names = Names::new(&[&["1.1.1.1"], &["1.1.1.1", "10.0.0.1"], &[]]);
    let poster = poster(&peer, &[], &names);
    let url = to(&peer, "/hook").url;
    assert_eq!(poster.check(&url), Ok(()));
    assert_eq!(poster.check(&url), Err(Refused::Inside));
    assert_eq!(poster.check(&url), Err(Refused::NotFound));
    assert_eq!(poster.check("https://shop.example.com:1/"), Err(Refused::Port));
    assert_eq!((names.asked(), peer.taken().len()), (3, 0));
}

#[test]
fn only_a_certificate_of_the_name_is_trusted() {
    let peer = Peer::receiver("https", SECRET);
    let names = Names::new(&[&["127.0.0.1"]]);
    let ours = poster(&peer, &["127.0.0.1/32"], &names);
    let elsewhere = delivery(format!("https://other.example.com:{}/hook", peer.port));
    assert_eq!(ours.post(&elsewhere), failed(None, "tls_failed"));
    let of_the_web = Poster::new(Rules::new(&["localhost"], &[peer.port]).unwrap());
    let local = delivery(format!("https://localhost:{}/hook", peer.port));
    assert_eq!(of_the_web.post(&local), failed(None, "tls_failed"));
    assert_eq!(peer.taken().len(), 0);
}

#[test]
fn plain_http_goes_only_to_a_host_that_is_listed() {
    let peer = Peer::receiver("http", SECRET);
    let local = delivery(format!("http://localhost:{}/hook", peer.port));
    let listed = Poster::new(Rules::new(&["localhost"], &[peer.port]).unwrap());
    assert_eq!(listed.post(&local), delivered(204));
    let by_network = Poster::new(Rules::new(&["127.0.0.0/8"], &[peer.port]).unwrap());
    assert_eq!(by_network.post(&local), failed(None, "scheme_not_allowed"));
    let other_port = Poster::new(Rules::new(&["localhost"], &[]).unwrap());
    assert_eq!(other_port.post(&local), failed(None, "port_not_allowed"));
    assert_eq!(peer.taken().len(), 1);
}

#[test]
fn what_cannot_be_signed_is_not_sent() {
    let peer = Peer::receiver("https", SECRET);
    let poster = poster(&peer, &["127.0.0.1/32"], &Names::new(&[&["127.0.0.1"]]));
    for (wrong, reason) in [
        (Delivery { secrets: Vec::new(), ..to(&peer, "/hook") }, "secret_wrong"),
        (Delivery { secrets: vec!["geheim".to_owned()], ..to(&peer, "/hook") }, "secret_wrong"),
        (Delivery { id: "evt.1".to_owned(), ..to(&peer, "/hook") }, "id_wrong"),
        (Delivery { id: "evt\r\nX: y".to_owned(), ..to(&peer, "/hook") }, "id_wrong"),
    ] {
        assert_eq!(poster.post(&wrong), failed(None, reason));
        assert!(!format!("{wrong:?}").contains("geheim"));
    }
    let closed = to(&peer, "/hook");
    drop(peer);
    assert_eq!(poster.post(&closed), failed(None, "connection_refused"));
}
