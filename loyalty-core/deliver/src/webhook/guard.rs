//! Names become addresses in one place, which refuses those inside; the connection goes to the very addresses.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::Url;

use super::rules::{Refused, Rules};

/// How long a name may take to be found.
pub(super) const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);
/// More addresses than this of one host are not tried, but all are checked.
const MAX_TRIED: usize = 4;

/// How names become addresses; the machine's way is that of [`Poster::new`](super::Poster::new).
pub trait Lookup: Send + Sync + 'static {
    /// All addresses of a host, which may be an address itself, without brackets.
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>>;
}

/// As the machine does it.
pub(super) struct OfTheMachine;

impl Lookup for OfTheMachine {
    fn addresses(&self, host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
        let (tell, told) = mpsc::sync_channel(1);
        let host = host.to_owned();
        // The system's call has no limit of time of its own.
        thread::Builder::new().spawn(move || {
            let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
            let _ = tell.send(found);
        })?;
        told.recv_timeout(LOOKUP_TIMEOUT).map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }
}

/// Stands where a connection is made.
#[derive(Clone)]
pub(super) struct Guard {
    pub(super) rules: Rules,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Guard {
    /// The addresses that a URL leads to, if none of them is refused.
    pub(super) fn addresses(&self, url: &Url) -> Result<Vec<SocketAddr>, Refused> {
        let host = url.host_str().ok_or(Refused::Url)?;
        let port = url.port_or_known_default().ok_or(Refused::Port)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let found = self.lookup.addresses(bare, port).map_err(|_| Refused::NotFound)?;
        let addresses: Vec<IpAddr> = found.iter().map(SocketAddr::ip).collect();
        self.rules.check_addresses(host, &addresses)?;
        Ok(found)
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.debug_struct("Guard").field("rules", &self.rules).finish_non_exhaustive()
    }
}

fn refused(because: Refused) -> ureq::Error {
    ureq::Error::Other(Box::new(because))
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, ureq::Error> {
        // Read again, so that what is connected to is what was checked, however the request came here.
        let url = self.rules.check_url(&uri.to_string()).map_err(refused)?;
        if url.host_str() != uri.host() {
            return Err(refused(Refused::Url));
        }
        let found = self.addresses(&url).map_err(refused)?;
        let mut resolved = self.empty();
        for address in found.into_iter().take(MAX_TRIED) {
            resolved.push(address);
        }
        Ok(resolved)
    }
}
