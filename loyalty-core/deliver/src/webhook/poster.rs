//! One attempt to deliver an event.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, Timeout, http};

use super::Delivery;
use super::guard::{Guard, LOOKUP_TIMEOUT, Lookup, OfTheMachine};
use super::retry_after;
use super::rules::{Refused, Rules, RulesError};
use super::sign::{Secret, sign};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
pub(crate) const WHOLE_TIMEOUT: Duration = Duration::from_secs(20);
/// How much of an answer is read: headers, and body.
const MAX_ANSWER: usize = 16 << 10;

/// Sends events to their receivers.
#[derive(Debug)]
pub struct Poster {
    guard: Guard,
    agent: Agent,
}

/// What came of an attempt. A reason is a code, as `http_500` or `address_not_allowed`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The status that the receiver answered; none if it could not be asked or did not answer.
    pub status: Option<u16>,
    /// Why it is not delivered; none if it is. `gone` is the receiver's wish to be left alone (410).
    pub reason: Option<String>,
    /// How long the receiver wants not to be asked, at most a day.
    pub retry_after_seconds: Option<u64>,
}

impl Attempt {
    fn failed(reason: &str) -> Self {
        Self { status: None, reason: Some(reason.to_owned()), retry_after_seconds: None }
    }
}

impl Attempt {
    /// There was no time to begin.
    pub(crate) fn not_tried() -> Self {
        Self { retry_after_seconds: Some(0), ..Self::failed("not_tried") }
    }
}

impl Poster {
    /// A sender that looks names up as the machine does and trusts the authorities of the web.
    pub fn new(rules: Rules) -> Self {
        Self::build(rules, Arc::new(OfTheMachine), RootCerts::WebPki)
    }

    /// A sender with another way to look names up, and that trusts only the certificates of `roots` (PEM).
    pub fn with(rules: Rules, lookup: impl Lookup, roots: &[u8]) -> Result<Self, RulesError> {
        let wrong = || RulesError { entry: "roots".to_owned() };
        let mut certificates: Vec<Certificate<'static>> = Vec::new();
        for item in parse_pem(roots) {
            if let PemItem::Certificate(certificate) = item.map_err(|_| wrong())? {
                certificates.push(certificate);
            }
        }
        if certificates.is_empty() {
            return Err(wrong());
        }
        Ok(Self::build(rules, Arc::new(lookup), RootCerts::new_with_certs(&certificates)))
    }

    fn build(rules: Rules, lookup: Arc<dyn Lookup>, roots: RootCerts) -> Self {
        let config = Agent::config_builder()
            // The environment could name a proxy, which would be asked in place of the receiver.
            .proxy(None)
            .max_redirects(0)
            .http_status_as_error(false)
            .max_response_header_size(MAX_ANSWER)
            .timeout_resolve(Some(LOOKUP_TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_global(Some(WHOLE_TIMEOUT))
            .user_agent(concat!("loyalty/", env!("CARGO_PKG_VERSION")))
            .tls_config(TlsConfig::builder().root_certs(roots).build())
            .build();
        let guard = Guard { rules, lookup };
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), guard.clone()), guard }
    }

    /// Refuses a URL to which nothing would be sent now; for the moment when a webhook is saved. Each attempt checks
    /// again, because a name can lead elsewhere by then.
    pub fn check(&self, url: &str) -> Result<(), Refused> {
        let url = self.guard.rules.check_url(url)?;
        self.guard.addresses(&url).map(drop)
    }

    /// Sends an event once and says what came of it; at most 20 seconds.
    pub fn post(&self, delivery: &Delivery) -> Attempt {
        self.attempt(delivery).unwrap_or_else(|reason| Attempt::failed(&reason))
    }

    fn attempt(&self, delivery: &Delivery) -> Result<Attempt, String> {
        let url = self.guard.rules.check_url(&delivery.url).map_err(|refused| refused.code().to_owned())?;
        let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || b"_-".contains(&sign);
        if delivery.id.is_empty() || !delivery.id.bytes().all(is_plain) {
            return Err("id_wrong".to_owned());
        }
        let secrets: Result<Vec<Secret>, _> = delivery.secrets.iter().map(|text| Secret::parse(text)).collect();
        let secrets = secrets.ok().filter(|secrets| !secrets.is_empty()).ok_or("secret_wrong")?;
        let now = SystemTime::now();
        let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let signed = sign(&secrets, &delivery.id, seconds, &delivery.body);
        let request = self
            .agent
            .post(url.as_str())
            .header("content-type", "application/json")
            .header("webhook-id", signed.id)
            .header("webhook-timestamp", signed.timestamp)
            .header("webhook-signature", signed.signature);
        let answer = request.send(delivery.body.as_bytes()).map_err(|error| reason(&error))?;
        Ok(judged(answer, now))
    }
}

fn judged(mut answer: http::Response<Body>, now: SystemTime) -> Attempt {
    let status = answer.status().as_u16();
    let retry_after = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let retry_after_seconds = retry_after.and_then(|text| retry_after::seconds(text, now));
    // The status has come: what follows changes nothing, and is read only so that the connection can be used again.
    let _ = io::copy(&mut answer.body_mut().as_reader().take(MAX_ANSWER as u64), &mut io::sink());
    let reason = match status {
        200..=299 => None,
        410 => Some("gone".to_owned()),
        _ => Some(format!("http_{status}")),
    };
    Attempt { status: Some(status), retry_after_seconds: retry_after_seconds.filter(|_| reason.is_some()), reason }
}

/// A code for what went wrong before there was a status.
fn reason(error: &ureq::Error) -> String {
    let code = match error {
        ureq::Error::Other(inner) => inner.downcast_ref::<Refused>().map_or("failed", |refused| refused.code()),
        ureq::Error::HostNotFound | ureq::Error::Timeout(Timeout::Resolve) => Refused::NotFound.code(),
        ureq::Error::Timeout(Timeout::Connect) => "connect_timeout",
        ureq::Error::Timeout(_) => "timeout",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) | ureq::Error::TlsRequired => "tls_failed",
        ureq::Error::Io(error) if is_tls(error) => "tls_failed",
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => "connection_refused",
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed => "connection_lost",
        ureq::Error::Protocol(_) | ureq::Error::Http(_) | ureq::Error::LargeResponseHeader(..) => "answer_wrong",
        _ => "failed",
    };
    code.to_owned()
}

/// A failed handshake is told as data that are wrong, with the reason inside.
fn is_tls(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::InvalidData && error.get_ref().is_some()
}

impl fmt::Display for Attempt {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.reason.as_deref().unwrap_or("delivered"))
    }
}
