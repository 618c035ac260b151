//! Which addresses a webhook may have, as far as their text shows. Where a name leads is only seen at each attempt.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::{Error, Refusal, Result};

/// Longest URL, in bytes.
const MAX_URL: usize = 2_000;

/// Where a receiver lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// In the world outside.
    Outside,
    /// In the shop's own network, which the operator lists for `loyalty deliver`.
    Inside,
}

/// Checks a URL.
///
/// # Errors
/// `invalid` when it is no URL; `address_not_allowed` with `because` when nothing is sent to such a one.
pub fn check_url(url: &str, reach: Reach) -> Result<()> {
    let wrong = || Error::invalid("url", "must be a URL, like `https://example.com/hook`");
    if url.len() > MAX_URL {
        return Err(Error::invalid("url", format_args!("must have at most {MAX_URL} bytes")));
    }
    if !url.bytes().all(|sign| sign.is_ascii_graphic() && !b"\\\"<>^`{|}#".contains(&sign)) {
        return Err(wrong());
    }
    let (scheme, rest) = url.split_once("://").ok_or_else(wrong)?;
    let scheme = scheme.to_ascii_lowercase();
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, _) = rest.split_at_checked(end).ok_or_else(wrong)?;
    if authority.contains('@') {
        return Err(refused("user_info"));
    }
    let (host, port) = host_and_port(authority).ok_or_else(wrong)?;
    let host = read_host(host).ok_or_else(wrong)?;
    let is_web = scheme == "https" || (scheme == "http" && reach == Reach::Inside);
    if !is_web {
        return Err(refused("scheme"));
    }
    if reach == Reach::Outside && port.is_some_and(|port| port != 443) {
        return Err(refused("port"));
    }
    match host {
        Host::Address(address) if reach == Reach::Outside && !is_outside(address) => Err(refused("inside")),
        Host::Name(name) if reach == Reach::Outside && is_own(&name) => Err(refused("inside")),
        _ => Ok(()),
    }
}

fn refused(because: &str) -> Error {
    Error::refused(Refusal::AddressNotAllowed).with("field", "url").with("because", because)
}

fn host_and_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let (host, port) = match authority.get(end..)?.rfind(':') {
        Some(colon) => (authority.get(..end + colon)?, authority.get(end + colon + 1..)),
        None => (authority, None),
    };
    let is_number = |port: &str| !port.is_empty() && port.bytes().all(|sign| sign.is_ascii_digit());
    let port = match port {
        Some(port) if is_number(port) => Some(port.parse().ok().filter(|port| *port > 0)?),
        Some(_) => return None,
        None => None,
    };
    Some((host, port))
}

enum Host {
    Address(IpAddr),
    Name(String),
}

/// An address in its usual form, or a name. A name whose last part is a number would be read as an address elsewhere.
fn read_host(host: &str) -> Option<Host> {
    if let Some(inner) = host.strip_prefix('[') {
        return inner.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(|address| Host::Address(address.into()));
    }
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return Some(Host::Address(address.into()));
    }
    let is_label = |label: &str| {
        let is_sign = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'-' || sign == b'_';
        (1..=63).contains(&label.len()) && label.bytes().all(is_sign)
    };
    let name = host.to_ascii_lowercase();
    let last = name.rsplit('.').next()?;
    let is_number = last.starts_with("0x") || last.bytes().all(|sign| sign.is_ascii_digit());
    (name.len() <= 253 && name.split('.').all(is_label) && !is_number).then_some(Host::Name(name))
}

/// A name of the machine itself or of its network.
fn is_own(name: &str) -> bool {
    let endings = [".localhost", ".local", ".internal", ".home.arpa"];
    !name.contains('.') || endings.iter().any(|ending| name.ends_with(ending))
}

/// Whether an address that stands in a URL may be one of the world outside: the crate that sends knows all that may not.
fn is_outside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(first == 0
                || first >= 224
                || is_shared
                || address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_documentation())
        }
        // Of what is given out, 2002::/16 holds addresses of IPv4, and 2001::/23 tunnels.
        IpAddr::V6(address) => {
            let [first, second, ..] = address.segments();
            first & 0xe000 == 0x2000 && first != 0x2002 && !(first == 0x2001 && (second < 0x200 || second == 0xdb8))
        }
    }
}
