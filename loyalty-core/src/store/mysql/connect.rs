//! Opening a connection: to the first host that answers, with a session that has the engine's settings and not the
//! server's.
//!
//! Hosts are tried in the order of the setting, so that all processes write through the same node of a cluster as long
//! as it is up. A host that failed goes to the end of the order for some time: a frozen node still accepts connections,
//! and each new connection would wait for it.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable as _;
use mysql::{Conn, OptsBuilder};

use super::fault;
use crate::store::address::{Address, Tls};
use crate::store::settings;
use crate::{Error, Fault, Result};

/// Longest packet: a batch of one transaction.
const MAX_PACKET: usize = 16 * 1024 * 1024;

/// What every session sets in addition to [`settings`]. Without autocommit, a lost transaction cannot be committed in
/// part.
const SESSION: &str = "SET SESSION time_zone = '+00:00', SESSION innodb_lock_wait_timeout = 3, \
     SESSION completion_type = 0, SESSION autocommit = 0 /*M!100101 , SESSION max_statement_time = 0 */ \
     /*!50708 , SESSION max_execution_time = 0 */; SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
     SET SESSION TRANSACTION READ WRITE; SELECT @@max_allowed_packet LIMIT 1";

/// The largest statement of a call, with some room: the server must accept it.
const LEAST_PACKET: u64 = 1024 * 1024;

/// How long a host that failed is tried last.
const CONVALESCENCE: Duration = Duration::from_secs(15);

/// Hosts of this process that failed, and when.
static UNWELL: Mutex<Vec<(String, u16, Instant)>> = Mutex::new(Vec::new());

/// A connection and what is known of its server.
pub(super) struct Opened {
    pub(super) connection: Conn,
    /// Which of the hosts it is; none for the socket.
    pub(super) host: Option<(String, u16)>,
    pub(super) is_cluster: bool,
}

/// Connects to the socket, or to the first host that accepts the connection.
///
/// # Errors
/// `unavailable`, with the error of the last host.
pub(super) fn connect(address: &Address) -> Result<Opened> {
    if address.socket.is_some() {
        return open(address, None);
    }
    let mut failed = Error::unavailable(Fault::DatabaseUnopened, "no host is named");
    let mut hosts: Vec<_> = address.hosts.iter().collect();
    // Sorted by whether a host failed; otherwise the order of the setting stays.
    hosts.sort_by_cached_key(|host| is_unwell(host));
    for host in hosts {
        match open(address, Some(host)) {
            Ok(opened) => return Ok(opened),
            Err(error) => {
                note_unwell(Some(host));
                failed = error;
            }
        }
    }
    Err(failed)
}

/// Notes that a host lost a connection or refused one.
#[expect(clippy::disallowed_methods, reason = "how long a host is left alone")]
pub(super) fn note_unwell(host: Option<&(String, u16)>) {
    if let (Some((name, port)), Ok(mut unwell)) = (host, UNWELL.lock()) {
        unwell.retain(|(other, at, _)| (other, at) != (name, port));
        unwell.push((name.clone(), *port, Instant::now()));
    }
}

fn is_unwell((name, port): &(String, u16)) -> bool {
    let unwell = UNWELL.lock();
    unwell.is_ok_and(|unwell| {
        unwell.iter().any(|(other, at, since)| (other, at) == (name, port) && since.elapsed() < CONVALESCENCE)
    })
}

fn open(address: &Address, host: Option<&(String, u16)>) -> Result<Opened> {
    let unreachable = |fault: &mysql::Error| match fault {
        mysql::Error::MySqlError(_) => fault::error(fault),
        _ => {
            let place = host.map_or_else(|| "the socket".to_owned(), |(name, port)| format!("{name}:{port}"));
            let reason = match fault {
                mysql::Error::DriverError(reason) => reason.to_string(),
                mysql::Error::IoError(reason) => reason.to_string(),
                other => other.to_string(),
            };
            if address.tls.is_some() && fault::is_distrust(fault) {
                let message = format!("the server at {place} is not the one that its certificate is for: {reason}");
                return Error::unavailable(Fault::DatabaseUntrusted, message);
            }
            let message = format!("the database at {place} cannot be reached: {reason}");
            Error::unavailable(Fault::DatabaseUnreachable, message).transient()
        }
    };
    let mut connection = Conn::new(options(address, host)).map_err(|fault| unreachable(&fault))?;
    let packet = set_session(&mut connection).map_err(|fault| unreachable(&fault))?;
    if packet < LEAST_PACKET {
        let message = format!(
            "`max_allowed_packet` of the server is {packet}, which some calls do not fit in; it must be at least {LEAST_PACKET}"
        );
        return Err(Error::unavailable(Fault::DatabaseUnopened, message));
    }
    let cluster: Vec<mysql::Row> =
        connection.query("SHOW GLOBAL STATUS LIKE 'wsrep_ready'").map_err(|fault| unreachable(&fault))?;
    let ready = cluster.first().and_then(|row| row.get_opt::<String, _>(1)).and_then(std::result::Result::ok);
    connection.query_drop("COMMIT").map_err(|fault| unreachable(&fault))?;
    let is_cluster = match ready.as_deref() {
        Some("ON") => true,
        Some("OFF") if provided(&mut connection) => {
            return Err(Error::unavailable(Fault::DatabaseNotReady, "the node is not ready; try again").transient());
        }
        _ => false,
    };
    if is_cluster && address.causal {
        // Everything that was acknowledged to anybody is visible here. Set once at the beginning of each transaction.
        connection.query_drop("SET SESSION wsrep_sync_wait = 1").map_err(|fault| unreachable(&fault))?;
    }
    Ok(Opened { connection, host: host.cloned(), is_cluster })
}

/// Sets the session, in one packet, and asks how large a packet may be.
fn set_session(connection: &mut Conn) -> mysql::Result<u64> {
    let mut packet = 0;
    let mut answers = connection.query_iter(format!("{}; {SESSION}", settings::set_all()))?;
    while let Some(rows) = answers.iter() {
        for row in rows {
            packet = row?.get(0).unwrap_or(0);
        }
    }
    Ok(packet)
}

/// Whether a server that reports that it is not ready belongs to a cluster at all.
fn provided(connection: &mut Conn) -> bool {
    let rows: mysql::Result<Vec<mysql::Row>> = connection.query("SHOW GLOBAL VARIABLES LIKE 'wsrep_on'");
    let rows = rows.unwrap_or_default();
    rows.first().and_then(|row| row.get_opt::<String, _>(1)).is_some_and(|on| on.is_ok_and(|on| on == "ON"))
}

fn options(address: &Address, host: Option<&(String, u16)>) -> OptsBuilder {
    let options = OptsBuilder::new()
        .user(Some(address.user.clone()))
        .pass(Some(address.password.clone()))
        .db_name(Some(address.database.clone()))
        .socket(address.socket.clone())
        .prefer_socket(false)
        .tcp_connect_timeout(Some(address.connect_timeout))
        .read_timeout(Some(address.read_timeout))
        .write_timeout(Some(address.read_timeout))
        .max_allowed_packet(Some(MAX_PACKET))
        .stmt_cache_size(0)
        // Matched rows count, not changed rows.
        .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS);
    let options = match host {
        Some((name, port)) => options.ip_or_hostname(Some(name.clone())).tcp_port(*port),
        None => options,
    };
    match &address.tls {
        Some(tls) => private(options, tls),
        None => options,
    }
}

#[cfg(feature = "tls")]
fn private(options: OptsBuilder, tls: &Tls) -> OptsBuilder {
    let settings = mysql::SslOpts::default();
    options.ssl_opts(match tls {
        Tls::Verified => settings,
        Tls::Authority(file) => settings.with_root_cert_path(Some(std::path::PathBuf::from(file))),
    })
}

#[cfg(not(feature = "tls"))]
fn private(options: OptsBuilder, _: &Tls) -> OptsBuilder {
    // `Address::parse` refuses the setting.
    options
}
