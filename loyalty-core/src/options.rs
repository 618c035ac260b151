//! Where the engine keeps its data, which programme it follows, and what it promises.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::programme::Programme;
use crate::store::Durability;
use crate::store::address::Address;
use crate::store::database::Said;
use crate::value::{DigestSecret, SigningKey, limit};
use crate::{Error, Result};

/// The setting that names the file with the secret key.
const SIGNING_KEY: &str = "signing_key=";
/// The setting that names the file with the secret for digests.
const DIGEST_KEY: &str = "digest_key=";
/// The setting with the number of the database.
const DATABASE_NUMBER: &str = "database_number=";
/// The setting that makes the engine trust a clock that has jumped ahead.
const TRUST_CLOCK: &str = "trust_clock=";

/// How to open an engine.
///
/// ```
/// use loyalty_core::Options;
/// let options = Options::parse("sqlite:/var/lib/shop/loyalty.db?durability=full")?;
/// assert!(Options::parse("oracle:x").is_err());
/// # Ok::<(), loyalty_core::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct Options {
    pub(crate) place: Place,
    pub(crate) durability: Durability,
    pub(crate) busy_timeout: Duration,
    pub(crate) programme: Option<Programme>,
    pub(crate) seed: Option<[u8; 32]>,
    pub(crate) signing_key: Option<SigningKey>,
    pub(crate) digest_key: Option<DigestSecret>,
    pub(crate) database_number: Option<u8>,
    pub(crate) trusts_clock: bool,
    pub(crate) archive: Option<PathBuf>,
}

/// Where the data are.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "internals"), expect(unreachable_pub, reason = "the takeover passes it on"))]
pub enum Place {
    /// A file of SQLite.
    File(PathBuf),
    /// A MySQL server.
    Server(Address),
    /// A connection of the host, which only [`crate::Engine::on`] receives.
    Host,
}

/// The files below a folder of templates, by their names in it.
pub(crate) fn template_files(folder: &Path) -> Result<Vec<(String, String)>> {
    let wrong = |path: &Path, error: &dyn std::fmt::Display| {
        Error::invalid("program.messages.templates", format_args!("`{}` cannot be read: {error}", path.display()))
    };
    let (mut files, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(inside) = folders.pop() {
        for entry in std::fs::read_dir(&inside).map_err(|error| wrong(&inside, &error))? {
            let path = entry.map_err(|error| wrong(&inside, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
                files.push((name, std::fs::read_to_string(&path).map_err(|error| wrong(&path, &error))?));
            }
        }
    }
    files.sort();
    Ok(files)
}

impl Options {
    /// A database file, or `:memory:` for one that lives in the thread that opens it.
    pub fn sqlite(path: impl Into<PathBuf>) -> Self {
        Self::at(Place::File(path.into()))
    }

    /// A database on a server of MySQL or MariaDB, or on a Galera cluster: `mysql://user:password@host:port/database`.
    ///
    /// Several hosts, separated by commas, are tried in this order. Special characters in a part must be
    /// percent-encoded. Settings after `?`: `socket`, `prefix` (of the table names), `busy_timeout_ms` (how long a call
    /// is retried), `connect_timeout_ms`, `read_timeout_ms`, `causal=off` (on a cluster, a read need not see what
    /// another node has just acknowledged), `tls=on` and `tls_ca` (a file).
    ///
    /// # Errors
    /// `invalid` naming what is wrong with `database`.
    pub fn mysql(url: &str) -> Result<Self> {
        let rest = url.strip_prefix("mysql://");
        let address = Address::parse(rest.ok_or_else(|| Error::invalid("database", "must begin with `mysql://`"))?)?;
        let mut options = Self::at(Place::Server(address.clone()));
        options.busy_timeout = address.patience();
        Ok(options)
    }

    /// For [`crate::Engine::on`], which receives the connection itself.
    pub const fn host() -> Self {
        Self::at(Place::Host)
    }

    const fn at(place: Place) -> Self {
        Self {
            place,
            durability: Durability::Shared,
            busy_timeout: Duration::from_secs(10),
            programme: None,
            seed: None,
            signing_key: None,
            digest_key: None,
            database_number: None,
            trusts_clock: false,
            archive: None,
        }
    }

    /// Reads a setting like `sqlite:/path/file.db`, optionally with `?durability=…`, `busy_timeout_ms=…` and `archive=…`, or one for
    /// [`Options::mysql`]. Either may have `signing_key=…`, the file with the secret key for signed codes, and
    /// `digest_key=…`, the file with the secret for digests.
    ///
    /// # Errors
    /// `invalid` naming what is wrong with `database`.
    pub fn parse(database: &str) -> Result<Self> {
        let (place, settings) = database.split_once('?').unwrap_or((database, ""));
        let (clocks, settings): (Vec<&str>, Vec<&str>) =
            settings.split('&').partition(|setting| setting.starts_with(TRUST_CLOCK));
        let (keys, settings): (Vec<&str>, Vec<&str>) =
            settings.into_iter().partition(|setting| setting.starts_with(SIGNING_KEY));
        let (secrets, settings): (Vec<&str>, Vec<&str>) =
            settings.into_iter().partition(|setting| setting.starts_with(DIGEST_KEY));
        let (numbers, others): (Vec<&str>, Vec<&str>) =
            settings.into_iter().partition(|setting| setting.starts_with(DATABASE_NUMBER));
        let mut options = Self::read(&format!("{place}?{}", others.join("&")))?;
        options.trusts_clock = match clocks.first().and_then(|setting| setting.strip_prefix(TRUST_CLOCK)) {
            None | Some("off") => false,
            Some("on") => true,
            Some(other) => {
                let expected = format!("trust_clock must be `on` or `off`, got `{other}`");
                return Err(Error::invalid("database", expected));
            }
        };
        if let Some(number) = numbers.first().and_then(|setting| setting.strip_prefix(DATABASE_NUMBER)) {
            let wrong = || Error::invalid("database", "database_number must be between 0 and 15");
            options = options.database_number(number.parse().map_err(|_| wrong())?)?;
        }
        if let Some(path) = secrets.first().and_then(|setting| setting.strip_prefix(DIGEST_KEY)) {
            options = options.digest_key_file(path)?;
        }
        match keys.first().and_then(|setting| setting.strip_prefix(SIGNING_KEY)) {
            Some(path) => options.signing_key_file(path),
            None => Ok(options),
        }
    }

    fn read(database: &str) -> Result<Self> {
        let wrong = |expected: String| Error::invalid("database", expected);
        if database.starts_with("mysql://") {
            return Self::mysql(database);
        }
        let Some(rest) = database.strip_prefix("sqlite:") else {
            return Err(wrong(format!(
                "must begin with `sqlite:` and a path, like `sqlite:/var/lib/shop/loyalty.db`, or be like \
                 `mysql://user:password@host/database`, got {}",
                beginning(database)
            )));
        };
        let (path, settings) = rest.split_once('?').unwrap_or((rest, ""));
        if path.is_empty() {
            return Err(wrong("must name a file after `sqlite:`".to_owned()));
        }
        let mut options = Self::sqlite(path);
        for setting in settings.split('&').filter(|setting| !setting.is_empty()) {
            match setting.split_once('=') {
                Some(("durability", word)) => options.durability = Durability::parse(word)?,
                Some(("archive", file)) if !file.is_empty() => options.archive = Some(PathBuf::from(file)),
                Some(("busy_timeout_ms", number)) => {
                    let millis = number.parse().ok().filter(|millis| (1..=600_000).contains(millis));
                    let millis =
                        millis.ok_or_else(|| wrong("busy_timeout_ms must be between 1 and 600000".to_owned()))?;
                    options.busy_timeout = Duration::from_millis(millis);
                }
                _ => {
                    return Err(wrong(format!(
                        "has the unknown setting `{setting}`; known are durability, busy_timeout_ms, archive, \
                         signing_key, digest_key, database_number and trust_clock"
                    )));
                }
            }
        }
        Ok(options)
    }

    /// The file of the database, if it does not exist yet but its folder does.
    #[must_use]
    pub fn missing_file(&self) -> Option<&Path> {
        let Place::File(path) = &self.place else { return None };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        (path != Path::new(":memory:") && !path.exists() && folder.is_dir()).then_some(path)
    }

    /// The same with another durability.
    pub const fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// The same with the archive that [`crate::Engine::archive`] wrote, for a database in a file: calls that need old
    /// entries find them there.
    pub fn archive(mut self, file: impl Into<PathBuf>) -> Self {
        self.archive = Some(file.into());
        self
    }

    /// The same with a programme other than the compiled-in one.
    pub fn programme(mut self, programme: Programme) -> Self {
        self.programme = Some(programme);
        self
    }

    /// The same with a secret key for signed codes.
    pub fn signing_key(mut self, key: SigningKey) -> Self {
        self.signing_key = Some(key);
        self
    }

    /// The same with the secret key from a file. The key itself is never stored or shown.
    ///
    /// # Errors
    /// `invalid` when the file cannot be read or holds no key.
    pub fn signing_key_file(self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::invalid(
                "signing_key",
                format_args!("must be a file that can be read, `{}`: {error}", path.display()),
            )
        })?;
        Ok(self.signing_key(SigningKey::parse(&text)?))
    }

    /// The same with a secret for the digests of what is compared but not kept: arguments of requests, addresses,
    /// devices. It must be set before the first purchase and never changes; without it, whoever has the database can
    /// find a telephone number by trying.
    pub fn digest_key(mut self, secret: DigestSecret) -> Self {
        self.digest_key = Some(secret);
        self
    }

    /// The same with the number of the database among those that share a programme, 0 to 15; it is decided when the
    /// database is opened for the first time. All ids begin with it, so that no two databases give the same one and a
    /// member can be moved to another database. Without a number it is 0.
    ///
    /// # Errors
    /// `invalid` when it is above 15.
    pub fn database_number(mut self, number: u8) -> Result<Self> {
        if i64::from(number) >= limit::DATABASES {
            return Err(Error::invalid("database", "database_number must be between 0 and 15"));
        }
        self.database_number = Some(number);
        Ok(self)
    }

    /// What an engine says of the database that it opens.
    pub(crate) const fn said(&self) -> Said<'_> {
        Said { number: self.database_number, secret: self.digest_key.as_ref() }
    }

    /// The same with the secret from a file.
    ///
    /// # Errors
    /// `invalid` when the file cannot be read or is too short.
    pub fn digest_key_file(self, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = std::fs::read_to_string(path).map_err(|error| {
            let expected = format!("must be a file that can be read, `{}`: {error}", path.display());
            Error::invalid("digest_key", expected)
        })?;
        Ok(self.digest_key(DigestSecret::parse(&text)?))
    }

    /// Trusts the clock even if it is far ahead of the newest record: for a clock that has jumped and is right.
    pub const fn trust_clock(mut self) -> Self {
        self.trusts_clock = true;
        self
    }

    /// The same with codes from a fixed seed, for tests: the same seed gives the same codes.
    pub const fn seed(mut self, seed: [u8; 32]) -> Self {
        self.seed = Some(seed);
        self
    }
}

/// How the setting begins; the rest of it may contain a password.
fn beginning(database: &str) -> String {
    match database.split_once(':') {
        Some((scheme, rest)) if scheme == "mysql" && !rest.starts_with("//") => {
            "`mysql:`, which is how PDO writes it".to_owned()
        }
        Some((scheme, _)) if !scheme.contains(['/', '?', '@']) => format!("`{scheme}:`"),
        _ => "neither".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_of_no_store_is_told_by_its_beginning_and_never_by_its_password() {
        for (database, got) in [
            ("/var/lib/shop/loyalty.db", "got neither"),
            ("loyalty.db", "got neither"),
            ("sqllite:loyalty.db", "got `sqllite:`"),
            ("mysql:host=db;dbname=shop;password=secret", "got `mysql:`, which is how PDO writes it"),
            ("ana:secret@db/shop", "got `ana:`"),
            ("ana@db:secret/shop", "got neither"),
        ] {
            let error = Options::parse(database).unwrap_err();
            assert!(error.message().ends_with(got), "{database}: {}", error.message());
            assert!(!error.message().contains("secret"));
        }
    }
}
