//! Where a MySQL server is, and how to connect to it: the setting `mysql://user:password@host/database?…`.

use std::fmt;
use std::time::Duration;

use crate::{Error, Result};

/// Hosts of one cluster, in the order in which they are tried.
type Hosts = Vec<(String, u16)>;

/// A server, or the nodes of a cluster, and a database there.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    pub(in crate::store) user: String,
    pub(in crate::store) password: String,
    pub(in crate::store) hosts: Hosts,
    pub(in crate::store) socket: Option<String>,
    pub(in crate::store) database: String,
    pub(in crate::store) prefix: String,
    pub(in crate::store) connect_timeout: Duration,
    pub(in crate::store) read_timeout: Duration,
    pub(in crate::store) tls: Option<Tls>,
    /// Whether a transaction on a cluster begins only when the node has everything that was acknowledged before.
    pub(in crate::store) causal: bool,
    patience: Duration,
}

/// How the connection is encrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) enum Tls {
    /// The server's certificate must come from a known authority.
    Verified,
    /// From the authority in this file.
    Authority(String),
}

impl Address {
    /// Reads what follows `mysql://`.
    ///
    /// # Errors
    /// `invalid` naming what is wrong with `database`, never the password.
    pub fn parse(rest: &str) -> Result<Self> {
        let (place, settings) = rest.split_once('?').unwrap_or((rest, ""));
        let (login, place) = place.rsplit_once('@').unwrap_or(("", place));
        let (user, password) = login.split_once(':').unwrap_or((login, ""));
        let Some((hosts, database)) = place.split_once('/').filter(|(_, database)| !database.is_empty()) else {
            return Err(wrong("must name a database, like `mysql://user:password@host/database`"));
        };
        let mut address = Self {
            user: decoded(user)?,
            password: decoded(password)?,
            hosts: hosts.split(',').map(host).collect::<Result<_>>()?,
            socket: None,
            database: decoded(database)?,
            prefix: String::new(),
            connect_timeout: Duration::from_millis(1_000),
            read_timeout: Duration::from_millis(8_000),
            tls: None,
            causal: true,
            patience: Duration::from_secs(10),
        };
        for setting in settings.split('&').filter(|setting| !setting.is_empty()) {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            address.set(name, &decoded(value)?)?;
        }
        Ok(address)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match name {
            "socket" => self.socket = Some(value.to_owned()),
            "prefix" => self.prefix = prefix(value).map_err(|rule| wrong(format!("prefix {rule}")))?,
            "connect_timeout_ms" => self.connect_timeout = millis(name, value)?,
            "read_timeout_ms" => self.read_timeout = millis(name, value)?,
            "busy_timeout_ms" => self.patience = millis(name, value)?,
            "tls" => {
                self.tls = match value {
                    "off" => None,
                    "on" => Some(Tls::Verified),
                    _ => return Err(wrong("tls must be on or off")),
                }
            }
            "causal" => {
                self.causal = match value {
                    "on" => true,
                    "off" => false,
                    _ => return Err(wrong("causal must be on or off")),
                }
            }
            "tls_ca" => self.tls = Some(Tls::Authority(authority(value)?)),
            _ => {
                return Err(wrong(format_args!(
                    "has the unknown setting `{name}`; known are socket, prefix, connect_timeout_ms, read_timeout_ms, \
                     busy_timeout_ms, causal, tls, tls_ca, signing_key, digest_key and database_number"
                )));
            }
        }
        if self.tls.is_some() && cfg!(not(feature = "tls")) {
            return Err(wrong("asks for tls, for which this engine was not built; build it with the feature `tls`"));
        }
        Ok(())
    }

    /// The same server and database with another prefix of the table names.
    #[cfg(feature = "internals")]
    pub fn with_prefix(&self, value: &str) -> Result<Self> {
        let prefix = prefix(value).map_err(|rule| wrong(format!("prefix {rule}")))?;
        Ok(Self { prefix, ..self.clone() })
    }

    /// The prefix of its table names.
    #[cfg(feature = "internals")]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// How long a call is retried.
    pub(crate) const fn patience(&self) -> Duration {
        self.patience
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("hosts", &self.hosts).field("database", &self.database).finish_non_exhaustive()
    }
}

/// The path of a file of certificates; it is checked here, so that a wrong file is not mistaken for a lost server.
fn authority(path: &str) -> Result<String> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        wrong(format_args!("tls_ca must name a file of certificates, `{path}` cannot be read: {error}"))
    })?;
    if !text.contains("-----BEGIN CERTIFICATE-----") {
        return Err(wrong(format_args!("tls_ca must name a file of certificates (PEM), `{path}` holds none")));
    }
    Ok(path.to_owned())
}

fn wrong(expected: impl fmt::Display) -> Error {
    Error::invalid("database", expected)
}

fn host(text: &str) -> Result<(String, u16)> {
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) => (name, port.parse().map_err(|_| wrong("has a port that is not a number"))?),
        None => (text, 3306),
    };
    Ok((if name.is_empty() { "localhost" } else { name }.to_owned(), port))
}

/// A prefix becomes part of SQL, so it must be one word.
///
/// # Errors
/// The rule, in words.
pub(in crate::store) fn prefix(value: &str) -> std::result::Result<String, &'static str> {
    let is_word = value.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if !is_word || value.len() > 20 || value.starts_with(|sign: char| sign.is_ascii_digit()) {
        return Err("must be at most 20 small letters, digits and `_`, and not begin with a digit");
    }
    Ok(value.to_owned())
}

fn millis(name: &str, value: &str) -> Result<Duration> {
    let millis = value.parse().ok().filter(|millis| (1..=600_000).contains(millis));
    millis.map(Duration::from_millis).ok_or_else(|| wrong(format_args!("{name} must be between 1 and 600000")))
}

/// Turns `%40` into `@`, so that a password may contain any character.
fn decoded(text: &str) -> Result<String> {
    let unreadable = || wrong("has a `%` that is not followed by two hexadecimal digits of UTF-8");
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next(), rest.next()].map(|digit| digit.and_then(|digit| char::from(digit).to_digit(16)));
        let [Some(high), Some(low)] = digits else { return Err(unreadable()) };
        bytes.push(u8::try_from(high * 16 + low).map_err(|_| unreadable())?);
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_are_read() {
        let address = Address::parse(
            "ana:p%40ss%2Fw@db1,db2:3307/shop?socket=/run/s.sock&prefix=vt_&busy_timeout_ms=5&causal=off",
        );
        let address = address.unwrap();
        assert_eq!((address.user.as_str(), address.password.as_str()), ("ana", "p@ss/w"));
        assert_eq!(address.hosts, [("db1".to_owned(), 3306), ("db2".to_owned(), 3307)]);
        assert_eq!((address.database.as_str(), address.prefix.as_str()), ("shop", "vt_"));
        assert_eq!(address.socket.as_deref(), Some("/run/s.sock"));
        assert_eq!((address.patience(), address.causal), (Duration::from_millis(5), false));
    }

    #[test]
    fn a_wrong_setting_is_named_and_the_password_is_not() {
        for (text, said) in [
            ("ana:secret@db", "must name a database"),
            ("ana:secret@db/", "must name a database"),
            ("ana:secret@db:x/shop", "port"),
            ("ana:secret%4@db/shop", "hexadecimal"),
            ("ana:secret@db/shop?prefix=a-b", "prefix must be"),
            ("ana:secret@db/shop?speed=high", "unknown setting `speed`"),
            ("ana:secret@db/shop?causal=maybe", "causal must be on or off"),
            ("ana:secret@db/shop?read_timeout_ms=0", "between 1 and 600000"),
        ] {
            let error = Address::parse(text).unwrap_err();
            assert!(error.message().contains(said), "{text}: {error:?}");
            assert!(!format!("{error:?}").contains("secret"), "{error:?}");
        }
        let shown = format!("{:?}", Address::parse("ana:secret@db/shop").unwrap());
        assert!(!shown.contains("secret") && shown.contains("shop"), "{shown}");
    }
}
