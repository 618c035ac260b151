//! Servers that others wrote, for the tests: they run as processes of their own and end with the test.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// A server and what it has taken.
pub(crate) struct Peer {
    child: Child,
    folder: TempDir,
    pub(crate) port: u16,
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers")
}

fn run(command: &mut Command, otherwise: &str) {
    let done = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{otherwise}: {error}"));
    assert!(done.status.success(), "{otherwise}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A Python that has the packages of `requirements.txt`; made once, below `target`.
fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("deliver-python");
    fs::create_dir_all(&folder).unwrap();
    // Another process may make it at the same time.
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let (wanted, ready) = (here().join("requirements.txt"), folder.join("ready"));
    let wanted_text = fs::read_to_string(&wanted).unwrap();
    let python = folder.join("venv/bin/python");
    if fs::read_to_string(&ready).is_ok_and(|text| text == wanted_text) && python.exists() {
        return python;
    }
    let made = "a Python of its own could not be made; `.ci/install` installs what this needs";
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(folder.join("venv")), made);
    let installed = "the packages of tests/peers/requirements.txt could not be installed: these tests need PyPI once";
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(&wanted), installed);
    fs::write(ready, wanted_text).unwrap();
    python
}

/// Certificates of an authority of this test run: for `localhost`, `mail.example.com`, `shop.example.com`, 127.0.0.1.
pub(crate) struct Certificates {
    folder: TempDir,
}

impl Certificates {
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

pub(crate) fn certificates() -> &'static Certificates {
    static MADE: OnceLock<Certificates> = OnceLock::new();
    MADE.get_or_init(|| {
        let made = Certificates { folder: TempDir::new().unwrap() };
        let path = |name: &str| made.path(name);
        fs::write(
            path("names"),
            "subjectAltName=DNS:localhost,DNS:mail.example.com,DNS:shop.example.com,IP:127.0.0.1\n\
             basicConstraints=CA:FALSE\n",
        )
        .unwrap();
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        let openssl = |words: &[&str]| run(Command::new("openssl").args(words), "openssl makes certificates");
        let (authority, authority_key) = (path("authority.pem"), path("authority.key"));
        let (server, server_key, request, names) =
            (path("server.pem"), path("server.key"), path("request"), path("names"));
        let root = [
            "req",
            "-x509",
            "-subj",
            "/CN=Test authority",
            "-days",
            "2",
            "-keyout",
            &authority_key,
            "-out",
            &authority,
        ];
        openssl(&[&root[..], &key].concat());
        openssl(&[&["req", "-subj", "/CN=Test", "-keyout", &server_key, "-out", &request][..], &key].concat());
        openssl(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &authority,
            "-CAkey",
            &authority_key,
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            &names,
            "-out",
            &server,
        ]);
        made
    })
}

impl Peer {
    fn start(script: &str, arguments: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let mut child = Command::new(python())
            .arg(here().join(script))
            .arg("--folder")
            .arg(folder.path())
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Python runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse().unwrap_or_else(|_| panic!("{script} did not start"));
        Self { child, folder, port }
    }

    /// A mail server: `security` is `starttls`, `tls` or `none`.
    pub(crate) fn mail(security: &str, more: &[&str]) -> Self {
        let made = certificates();
        let (certificate, key) = (made.path("server.pem"), made.path("server.key"));
        let own = ["--security", security, "--certificate", &certificate, "--key", &key];
        Self::start("smtp.py", &[&own[..], more].concat())
    }

    /// A receiver of webhooks by `https`, or by `http`.
    pub(crate) fn receiver(scheme: &str, secret: &str) -> Self {
        let made = certificates();
        let (certificate, key) = (made.path("server.pem"), made.path("server.key"));
        let mut arguments = vec!["--secret", secret];
        if scheme == "https" {
            arguments.extend(["--certificate", &certificate, "--key", &key]);
        }
        Self::start("webhook.py", &arguments)
    }

    /// Waits until it has closed a connection by itself.
    pub(crate) fn wait_until_closed(&self) {
        for _ in 0..600 {
            if self.folder.path().join("closed").exists() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("no connection was closed");
    }

    /// What it has taken, in order.
    pub(crate) fn taken(&self) -> Vec<Value> {
        let entries = fs::read_dir(self.folder.path()).unwrap().flatten().map(|entry| entry.path());
        let mut files: Vec<PathBuf> =
            entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
        files.sort();
        files.iter().map(|file| serde_json::from_slice(&fs::read(file).unwrap()).unwrap()).collect()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
