//! Where webhooks may go.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use super::addresses::{is_global, within_4, within_6};

/// Longest URL, in bytes.
const MAX_URL: usize = 2_000;

/// Where webhooks may go: by itself to `https` on port 443 of addresses outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    hosts: Vec<String>,
    networks: Vec<(IpAddr, u32)>,
    ports: Vec<u16>,
}

/// An entry of the operator's list is neither a host nor a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulesError {
    /// The entry.
    pub entry: String,
}

impl fmt::Display for RulesError {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "must be a host, or a network as `10.1.0.0/16`, got `{}`", self.entry)
    }
}

impl std::error::Error for RulesError {}

/// Why nothing is sent to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// It is no URL, or one without a host that can be asked for.
    Url,
    /// It is not `https`; `http` is only for hosts that the operator lists.
    Scheme,
    /// Its port is neither 443 nor listed; for `http`, neither 80 nor listed.
    Port,
    /// It holds a user or a password.
    UserInfo,
    /// Its host is not known, or not in time.
    NotFound,
    /// An address of its host lies inside, and the operator does not list it.
    Inside,
}

impl Refused {
    /// The word for it in reasons, as `address_not_allowed`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Url => "url_wrong",
            Self::Scheme => "scheme_not_allowed",
            Self::Port => "port_not_allowed",
            Self::UserInfo => "user_info_not_allowed",
            Self::NotFound => "host_not_found",
            Self::Inside => "address_not_allowed",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(match self {
            Self::Url => "must be a URL as `https://host/path`",
            Self::Scheme => "must begin with `https`",
            Self::Port => "must not name a port other than 443",
            Self::UserInfo => "must not hold a user or a password",
            Self::NotFound => "must name a host that is known",
            Self::Inside => "must not lead to an address inside",
        })
    }
}

impl std::error::Error for Refused {}

impl Rules {
    /// Rules with what the operator lists.
    ///
    /// `allow` has hosts, which may be spoken to wherever they are and also by `http`, and networks as `10.1.0.0/16` or
    /// `::1/128`. `ports` has those allowed beside 443, and beside 80 for `http`.
    pub fn new<T: AsRef<str>>(allow: &[T], ports: &[u16]) -> Result<Self, RulesError> {
        let mut rules = Self { ports: ports.to_vec(), ..Self::default() };
        for entry in allow.iter().map(AsRef::as_ref) {
            let wrong = || RulesError { entry: entry.to_owned() };
            if let Some((address, length)) = entry.split_once('/') {
                rules.networks.push(network(address, length).ok_or_else(wrong)?);
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                rules.networks.push((address, if address.is_ipv4() { 32 } else { 128 }));
                rules.hosts.push(of_url(address));
            } else {
                match Host::parse(entry) {
                    Ok(Host::Domain(name)) if is_name(&name) => rules.hosts.push(name),
                    _ => return Err(wrong()),
                }
            }
        }
        Ok(rules)
    }

    /// Reads a URL and refuses one whose form is not allowed. Where its host lies is only seen at each attempt.
    pub fn check_url(&self, text: &str) -> Result<Url, Refused> {
        if text.len() > MAX_URL {
            return Err(Refused::Url);
        }
        let mut url = Url::parse(text).map_err(|_| Refused::Url)?;
        url.set_fragment(None);
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(Refused::Url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refused::UserInfo);
        }
        if matches!(url.host(), Some(Host::Domain(name)) if !is_name(name)) {
            return Err(Refused::Url);
        }
        let usual = match url.scheme() {
            "https" => 443,
            "http" if self.lists_host(host) => 80,
            _ => return Err(Refused::Scheme),
        };
        let port = url.port_or_known_default().ok_or(Refused::Port)?;
        if port == usual || self.ports.contains(&port) { Ok(url) } else { Err(Refused::Port) }
    }

    /// Refuses a host if any of its addresses lies inside and is not listed. `host` is as in a URL, IPv6 in brackets.
    pub fn check_addresses(&self, host: &str, addresses: &[IpAddr]) -> Result<(), Refused> {
        if addresses.is_empty() {
            return Err(Refused::NotFound);
        }
        let is_allowed = |address: &IpAddr| is_global(*address) || self.lists_address(address.to_canonical());
        if self.lists_host(host) || addresses.iter().all(is_allowed) { Ok(()) } else { Err(Refused::Inside) }
    }

    fn lists_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
    }

    fn lists_address(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|(network, length)| match (address, *network) {
            (IpAddr::V4(address), IpAddr::V4(network)) => within_4(address, network, *length),
            (IpAddr::V6(address), IpAddr::V6(network)) => within_6(address, network, *length),
            _ => false,
        })
    }
}

fn of_url(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
    }
}

fn network(address: &str, length: &str) -> Option<(IpAddr, u32)> {
    let address: IpAddr = address.parse().ok()?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    // A network of everything would undo the rule.
    let length = length.parse().ok().filter(|length| (1..=longest).contains(length))?;
    Some((address, length))
}

/// A name as DNS has it: not empty between its dots, and without one at its end, which TLS would not know.
fn is_name(name: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"-_".contains(&sign))
    };
    name.len() <= 253 && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_https_on_443_without_a_user_unless_listed() {
        let rules = Rules::new(&["inside.example.com", "127.0.0.1", "::1"], &[8443]).unwrap();
        for (url, result) in [
            ("https://example.com/hook?a=1#b", Ok("https://example.com/hook?a=1")),
            ("https://example.com:443", Ok("https://example.com/")),
            ("https://example.com:8443/", Ok("https://example.com:8443/")),
            ("HTTPS://EXAMPLE.com/", Ok("https://example.com/")),
            ("https://ñandú.cl/", Ok("https://xn--and-6ma2c.cl/")),
            // Whatever way an address is written, it is checked as the address that it is.
            ("https://0x7f.1/", Ok("https://127.0.0.1/")),
            ("https://2130706433/", Ok("https://127.0.0.1/")),
            ("http://inside.example.com/", Ok("http://inside.example.com/")),
            ("http://inside.example.com:8443/", Ok("http://inside.example.com:8443/")),
            ("http://127.0.0.1/", Ok("http://127.0.0.1/")),
            ("http://[::1]/", Ok("http://[::1]/")),
            ("http://example.com/", Err(Refused::Scheme)),
            ("http://inside.example.com.evil.example/", Err(Refused::Scheme)),
            ("ftp://inside.example.com/", Err(Refused::Scheme)),
            ("file:///etc/passwd", Err(Refused::Url)),
            ("https://example.com:22/", Err(Refused::Port)),
            ("https://example.com:80/", Err(Refused::Port)),
            ("http://inside.example.com:443/", Err(Refused::Port)),
            ("https://user@example.com/", Err(Refused::UserInfo)),
            ("https://user:secret@example.com/", Err(Refused::UserInfo)),
            ("https://example.com@127.0.0.1/", Err(Refused::UserInfo)),
            ("https://example.com./", Err(Refused::Url)),
            ("https://exa$mple.com/", Err(Refused::Url)),
            ("https://", Err(Refused::Url)),
            ("example.com", Err(Refused::Url)),
            ("", Err(Refused::Url)),
        ] {
            assert_eq!(rules.check_url(url).as_ref().map(Url::as_str), result.as_ref().copied(), "{url}");
        }
        assert_eq!(rules.check_url(&format!("https://example.com/{}", "a".repeat(2_000))), Err(Refused::Url));
    }

    #[test]
    fn one_address_inside_is_enough_to_refuse_a_host() {
        let rules = Rules::new(&["inside.example.com", "10.1.0.0/16", "fd00:1::/32"], &[]).unwrap();
        let check = |host: &str, addresses: &[&str]| {
            let addresses: Vec<IpAddr> = addresses.iter().map(|address| address.parse().unwrap()).collect();
            rules.check_addresses(host, &addresses)
        };
        assert_eq!(check("example.com", &["1.1.1.1", "2606:4700::1"]), Ok(()));
        assert_eq!(check("example.com", &["1.1.1.1", "127.0.0.1"]), Err(Refused::Inside));
        assert_eq!(check("example.com", &["10.1.255.255", "1.1.1.1"]), Ok(()));
        assert_eq!(check("example.com", &["::ffff:10.1.0.1"]), Ok(()));
        assert_eq!(check("example.com", &["10.2.0.0"]), Err(Refused::Inside));
        assert_eq!(check("example.com", &["fd00:1::1"]), Ok(()));
        assert_eq!(check("example.com", &["fd00:2::1"]), Err(Refused::Inside));
        assert_eq!(check("inside.example.com", &["127.0.0.1"]), Ok(()));
        assert_eq!(check("example.com", &[]), Err(Refused::NotFound));
    }

    #[test]
    fn a_list_holds_hosts_and_networks_only() {
        for entry in ["", "10.0.0.0/33", "0.0.0.0/0", "10.0.0.0/a", "https://example.com", "example.com:80", "a b"] {
            assert_eq!(Rules::new(&[entry], &[]), Err(RulesError { entry: entry.to_owned() }), "{entry}");
        }
    }
}
