//! A receiver of webhooks on this machine: answers as it is told, and keeps what came.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use serde_json::Value;

/// A webhook that came.
#[derive(Debug, Clone)]
pub struct Received {
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: String,
}

impl Received {
    /// A header; empty when it is not there.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    /// Its body, read.
    ///
    /// # Panics
    /// When it is no JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

/// A receiver, which lives as long as the process.
#[derive(Debug)]
pub struct Receiver {
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    came: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// A receiver that answers each webhook with the status that is made of what came and how many came before.
    ///
    /// # Panics
    /// When no port is free.
    #[must_use]
    pub fn start(status: impl Fn(&Received, usize) -> u16 + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a port").port();
        let came = Arc::new(Mutex::new(Vec::new()));
        let (all, status) = (Arc::clone(&came), Arc::new(status));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (all, status) = (Arc::clone(&all), Arc::clone(&status));
                thread::spawn(move || while answer(&stream, &all, &*status).is_some() {});
            }
        });
        Self { port, came }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/hook", self.port)
    }

    /// What came so far.
    #[must_use]
    pub fn came(&self) -> Vec<Received> {
        locked(&self.came).clone()
    }
}

fn locked(came: &Mutex<Vec<Received>>) -> MutexGuard<'_, Vec<Received>> {
    came.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Answers one request; nothing when the other side is gone.
fn answer(stream: &TcpStream, all: &Mutex<Vec<Received>>, status: &dyn Fn(&Received, usize) -> u16) -> Option<()> {
    let mut from = BufReader::new(stream);
    let mut line = String::new();
    from.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let mut headers = Vec::new();
    loop {
        line.clear();
        from.read_line(&mut line).ok().filter(|read| *read > 0)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse().ok()?;
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok()?;
    let received = Received { headers, body: String::from_utf8(body).ok()? };
    let status = {
        let mut all = locked(all);
        let status = status(&received, all.len());
        all.push(received);
        status
    };
    let mut to = stream;
    write!(to, "HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").ok()
}
