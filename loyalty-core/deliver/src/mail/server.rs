//! The mail server of the shop, from its URL.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::time::Duration;
use std::{fmt, fs};

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use url::{Host, Url};

/// How long an answer may take, in seconds, if the URL does not say it.
const REPLY_SECONDS: u64 = 60;
/// The longest that may be asked for, in seconds.
const MAX_REPLY_SECONDS: u64 = 600;

/// How the bytes are kept secret.
#[derive(Clone)]
pub(super) enum Security {
    /// TLS from the first byte.
    Tls(TlsParameters),
    /// Plain until `STARTTLS`, which is required: without it nothing is sent.
    StartTls(TlsParameters),
    /// None; only to this machine.
    Plain,
}

/// A mail server: where it is, how it is spoken to, and who signs in.
#[derive(Clone)]
pub struct MailServer {
    host: String,
    port: u16,
    pub(super) security: Security,
    pub(super) credentials: Option<Credentials>,
    pub(super) hello: ClientId,
    pub(super) reply_timeout: Duration,
}

/// Why a URL is no mail server. The URL is not told: it may hold a password.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServerError {
    /// It is not of the form `smtp://user:password@host:587` or `smtps://user:password@host:465`.
    Form,
    /// It asks for something unknown; this is its name.
    Parameter(String),
    /// `tls=none` is only for this machine: `localhost` or an address of it.
    PlainAbroad,
    /// The file of `ca` cannot be read, or holds no certificate in PEM.
    Roots,
}

impl fmt::Display for ServerError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form => to.write_str(
                "must be `smtp://user:password@host:587` or `smtps://user:password@host:465`, with `%` codes",
            ),
            Self::Parameter(name) => {
                write!(to, "has a parameter `{name}` that is wrong, expected `tls=none`, `ca`, `hello` or `timeout`")
            }
            Self::PlainAbroad => to.write_str("must not have `tls=none` but for this machine"),
            Self::Roots => to.write_str("must name a file of certificates in PEM with `ca`"),
        }
    }
}

impl std::error::Error for ServerError {}

impl MailServer {
    /// Reads a URL.
    ///
    /// `smtp://user:password@host:587` needs STARTTLS, `smtps://user:password@host:465` is TLS at once. Parameters:
    /// `tls=none` leaves TLS out, to this machine only; `ca=FILE` trusts the certificates of this file (PEM) and no
    /// others; `hello=NAME` is the name of this machine; `timeout=SECONDS` is how long an answer may take (60), twice
    /// this at a message's end.
    pub fn parse(text: &str) -> Result<Self, ServerError> {
        let url = Url::parse(text).map_err(|_| ServerError::Form)?;
        let is_tls = match url.scheme() {
            "smtp" => false,
            "smtps" => true,
            _ => return Err(ServerError::Form),
        };
        let wanted = Wanted::read(&url)?;
        let host = host(&url)?;
        let port = url.port().unwrap_or(if is_tls { 465 } else { 587 });
        let has_more = !matches!(url.path(), "" | "/") || url.fragment().is_some();
        if has_more || port == 0 || (wanted.is_plain && is_tls) {
            return Err(ServerError::Form);
        }
        let security = match (wanted.is_plain, is_tls) {
            (true, _) if is_local(&host) => Security::Plain,
            (true, _) => return Err(ServerError::PlainAbroad),
            (false, true) => Security::Tls(tls(&host, wanted.roots.as_deref())?),
            (false, false) => Security::StartTls(tls(&host, wanted.roots.as_deref())?),
        };
        let credentials = credentials(&url)?;
        Ok(Self { host, port, security, credentials, hello: wanted.hello, reply_timeout: wanted.reply_timeout })
    }

    /// The addresses of the server; plain text goes only to those of this machine.
    pub(super) fn addresses(&self) -> Option<Vec<SocketAddr>> {
        let found = (self.host.as_str(), self.port).to_socket_addrs().ok()?;
        let is_plain = matches!(self.security, Security::Plain);
        let usable: Vec<_> = found.filter(|address| !is_plain || address.ip().to_canonical().is_loopback()).collect();
        Some(usable).filter(|usable| !usable.is_empty())
    }
}

/// Without the password, and without who signs in.
impl fmt::Debug for MailServer {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let security = match self.security {
            Security::Tls(_) => "tls",
            Security::StartTls(_) => "starttls",
            Security::Plain => "none",
        };
        to.debug_struct("MailServer")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &security)
            .field("signs_in", &self.credentials.is_some())
            .finish_non_exhaustive()
    }
}

/// The parameters behind the `?`.
struct Wanted {
    is_plain: bool,
    roots: Option<String>,
    hello: ClientId,
    reply_timeout: Duration,
}

impl Wanted {
    fn read(url: &Url) -> Result<Self, ServerError> {
        let mut wanted = Self {
            is_plain: false,
            roots: None,
            hello: ClientId::default(),
            reply_timeout: Duration::from_secs(REPLY_SECONDS),
        };
        for (name, value) in url.query_pairs() {
            let wrong = || ServerError::Parameter(name.clone().into_owned());
            match name.as_ref() {
                "tls" if value == "none" => wanted.is_plain = true,
                "ca" if !value.is_empty() => wanted.roots = Some(value.into_owned()),
                "hello" if is_host_name(&value) => wanted.hello = ClientId::Domain(value.into_owned()),
                "timeout" => {
                    let seconds = value.parse().ok().filter(|seconds| (1..=MAX_REPLY_SECONDS).contains(seconds));
                    wanted.reply_timeout = Duration::from_secs(seconds.ok_or_else(wrong)?);
                }
                _ => return Err(wrong()),
            }
        }
        Ok(wanted)
    }
}

fn is_host_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text.bytes().all(|sign| sign.is_ascii_alphanumeric() || b".-".contains(&sign))
}

/// The host as a name in ASCII or as an address without brackets.
fn host(url: &Url) -> Result<String, ServerError> {
    // A scheme that browsers do not know keeps its host as it was written.
    match url.host() {
        Some(Host::Ipv6(ip)) => Ok(ip.to_string()),
        Some(Host::Ipv4(ip)) => Ok(ip.to_string()),
        Some(Host::Domain(name)) => {
            let plain = percent_decoded(name)?;
            let ascii = idna::domain_to_ascii(&plain).map_err(|_| ServerError::Form)?;
            if is_host_name(&ascii) { Ok(ascii) } else { Err(ServerError::Form) }
        }
        None => Err(ServerError::Form),
    }
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn tls(host: &str, roots: Option<&str>) -> Result<TlsParameters, ServerError> {
    let mut builder = TlsParameters::builder(host.to_owned());
    if let Some(file) = roots {
        let pem = fs::read(Path::new(file)).map_err(|_| ServerError::Roots)?;
        if !pem.windows(b"-----BEGIN CERTIFICATE".len()).any(|at| at == b"-----BEGIN CERTIFICATE") {
            return Err(ServerError::Roots);
        }
        let own = Certificate::from_pem(&pem).map_err(|_| ServerError::Roots)?;
        builder = builder.certificate_store(CertificateStore::None).add_root_certificate(own);
    }
    builder.build().map_err(|_| ServerError::Roots)
}

fn credentials(url: &Url) -> Result<Option<Credentials>, ServerError> {
    let user = percent_decoded(url.username())?;
    let password = percent_decoded(url.password().unwrap_or_default())?;
    match (user.is_empty(), password.is_empty()) {
        (true, true) => Ok(None),
        (false, false) => Ok(Some(Credentials::new(user, password))),
        _ => Err(ServerError::Form),
    }
}

fn percent_decoded(text: &str) -> Result<String, ServerError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(sign) = rest.next() {
        bytes.push(if sign == b'%' { hex(rest.next())? * 16 + hex(rest.next())? } else { sign });
    }
    let decoded = String::from_utf8(bytes).map_err(|_| ServerError::Form)?;
    if decoded.chars().any(char::is_control) { Err(ServerError::Form) } else { Ok(decoded) }
}

fn hex(sign: Option<u8>) -> Result<u8, ServerError> {
    let digit = sign.and_then(|sign| char::from(sign).to_digit(16));
    digit.and_then(|digit| u8::try_from(digit).ok()).ok_or(ServerError::Form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_says_where_and_how_securely() {
        for (text, port, security, signs_in) in [
            ("smtp://mail.example.com", 587, "starttls", false),
            ("smtp://a%40b:p%3Aw%2F@mail.example.com:2525", 2525, "starttls", true),
            ("smtps://user:secret@mail.example.com", 465, "tls", true),
            ("smtp://localhost:1025?tls=none", 1025, "none", false),
            ("smtp://127.0.0.1:1025?tls=none&timeout=5&hello=shop.example.com", 1025, "none", false),
            ("smtp://[::1]:1025/?tls=none", 1025, "none", false),
        ] {
            let server = MailServer::parse(text).unwrap();
            let shown = format!("{server:?}");
            assert_eq!(server.port, port, "{text}");
            assert!(shown.contains(&format!("security: \"{security}\"")), "{shown}");
            assert!(shown.contains(&format!("signs_in: {signs_in}")), "{shown}");
        }
    }

    #[test]
    fn plain_text_is_only_for_this_machine_and_what_is_unknown_is_refused() {
        let parameter = |name: &str| ServerError::Parameter(name.to_owned());
        for (text, error) in [
            ("smtp://mail.example.com?tls=none", ServerError::PlainAbroad),
            ("smtp://localhost.example.com?tls=none", ServerError::PlainAbroad),
            ("smtp://10.0.0.1?tls=none", ServerError::PlainAbroad),
            ("smtps://localhost?tls=none", ServerError::Form),
            ("smtp://mail.example.com?tls=opportunistic", parameter("tls")),
            ("smtp://mail.example.com?verify=no", parameter("verify")),
            ("smtp://mail.example.com?timeout=0", parameter("timeout")),
            ("smtp://mail.example.com?hello=a%20b", parameter("hello")),
            ("smtp://mail.example.com?ca=/nowhere/at/all.pem", ServerError::Roots),
            ("smtp://user@mail.example.com", ServerError::Form),
            ("smtp://mail.example.com/inbox", ServerError::Form),
            ("smtp://user:a%0Ab@mail.example.com", ServerError::Form),
            ("http://mail.example.com", ServerError::Form),
            ("mail.example.com", ServerError::Form),
            ("", ServerError::Form),
        ] {
            assert_eq!(MailServer::parse(text).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn a_password_is_never_shown() {
        let server = MailServer::parse("smtp://hola:geheim123@mail.example.com").unwrap();
        assert!(!format!("{server:?}").contains("geheim123") && !format!("{server:?}").contains("hola"));
        let error = MailServer::parse("smtp://hola:geheim123@mail.example.com?x=1").unwrap_err();
        assert!(!format!("{error} {error:?}").contains("geheim123"));
    }
}
