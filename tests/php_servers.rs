//! The PHP extension in the servers that pages run in: php-fpm, PHP's own server and Apache with mod_php.
//!
//! Needs php-fpm, cgi-fcgi (libfcgi-bin), apache2 with mod_php, and `LOYALTY_PHP_EXTENSION`, the absolute path of the
//! built extension. Every process that is started here is ended here.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use loyalty_tests::surfaces::extension;
use loyalty_tests::{Place, root};
use serde_json::Value;

/// How a page is requested from a server.
enum Door {
    FastCgi { socket: PathBuf, page: PathBuf },
    Http { port: u16 },
}

impl Door {
    /// The answer of `page.php`, or nothing when the page ended in a fatal error.
    fn ask(&self, query: &str) -> Option<Value> {
        let answer = match self {
            Self::FastCgi { socket, page } => {
                Command::new("cgi-fcgi")
                    .arg("-bind")
                    .arg("-connect")
                    .arg(socket)
                    .env("SCRIPT_FILENAME", page)
                    .env("REQUEST_METHOD", "GET")
                    .env("QUERY_STRING", query)
                    .output()
                    .ok()?
                    .stdout
            }
            Self::Http { port } => {
                let mut stream = TcpStream::connect(("127.0.0.1", *port)).ok()?;
                stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
                write!(stream, "GET /page.php?{query} HTTP/1.0\r\nHost: localhost\r\n\r\n").ok()?;
                let mut answer = Vec::new();
                stream.read_to_end(&mut answer).ok()?;
                answer
            }
        };
        let answer = String::from_utf8_lossy(&answer);
        answer.lines().rev().find_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object)
    }

    fn answer(&self, query: &str) -> Value {
        let answer = self.ask(query).unwrap_or_else(|| panic!("no answer to {query}"));
        assert!(answer.get("error").is_none(), "{query}: {answer}");
        answer["answer"].clone()
    }
}

/// A server and its workers, all in a process group of their own; ended when it goes out of scope.
struct Server {
    process: Child,
    door: Door,
    log: PathBuf,
}

impl Server {
    fn start(mut command: Command, door: Door, log: PathBuf) -> Self {
        let output = fs::File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output).process_group(0);
        let process = command.spawn().unwrap_or_else(|error| panic!("{command:?} is not installed: {error}"));
        let mut server = Self { process, door, log };
        let patience = Instant::now() + Duration::from_secs(30);
        while server.door.ask("job=verify").is_none() {
            let ended = server.process.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < patience, "the server does not serve: {}", server.said());
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn signal(&self, signal: &str, process: &str) {
        let _ = Command::new("kill").args([signal, "--", process]).stderr(Stdio::null()).status();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let master = self.process.id().to_string();
        self.signal("-TERM", &master);
        let patience = Instant::now() + Duration::from_secs(5);
        while matches!(self.process.try_wait(), Ok(None)) && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(20));
        }
        // The workers are in the group of the master and may outlive it.
        self.signal("-KILL", &format!("-{master}"));
        let _ = self.process.wait();
    }
}

/// A folder with the page and the settings, which a server may read as any user.
struct Site {
    place: Place,
}

impl Site {
    fn new(name: &str) -> Self {
        let place = Place::new(name);
        fs::set_permissions(place.file(""), fs::Permissions::from_mode(0o777)).unwrap();
        fs::copy(root().join("tests/php/page.php"), place.file("page.php")).unwrap();
        let ini = format!(
            "extension={}\nloyalty.database=\"{}\"\ndisplay_errors=0\nlog_errors=1\n",
            extension(),
            database(&place)
        );
        fs::write(place.file("php.ini"), ini).unwrap();
        Self { place }
    }

    fn path(&self, name: &str) -> String {
        self.place.file(name).to_str().unwrap().to_owned()
    }

    /// Runs PHP code in a process that has nothing to do with the server.
    fn php(&self, code: &str) -> Value {
        let output = Command::new("php")
            .args(["-n", "-d", &format!("extension={}", extension())])
            .args(["-d", &format!("loyalty.database=\"{}?busy_timeout_ms=500\"", database(&self.place))])
            .args(["-r", &format!("echo json_encode({code});")])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        serde_json::from_str(&said)
            .unwrap_or_else(|_| panic!("{code}: {said}{}", String::from_utf8_lossy(&output.stderr)))
    }
}

fn database(place: &Place) -> String {
    format!("sqlite:{}", place.file("loyalty.db").to_str().unwrap())
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// Users and what each of several clients does for them at once.
const USERS: u64 = 4;
const CLIENTS: u64 = 6;
const REQUESTS: u64 = 12;

/// Many clients write at once: every point is accounted for, the books are right, several workers took part.
fn serves_many(server: &Server, site: &Site) {
    let workers: BTreeSet<u64> = std::thread::scope(|scope| {
        let client = |client: u64| {
            let pages = (0..REQUESTS).map(move |request| (client + request) % USERS + 1);
            pages
                .map(|user| {
                    let query = format!("job=earn&user={user}");
                    let answer = server.door.ask(&query).unwrap_or_else(|| panic!("{}", server.said()));
                    assert_eq!(answer["answer"], 10, "{answer}");
                    answer["pid"].as_u64().unwrap()
                })
                .collect::<Vec<u64>>()
        };
        let clients: Vec<_> = (0..CLIENTS).map(|number| scope.spawn(move || client(number))).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    assert!(workers.len() > 1, "one worker alone served: {workers:?}");
    let points = |user: u64| site.php(&format!("loyalty_points({user})['available']")).as_u64().unwrap();
    assert_eq!((1..=USERS).map(points).sum::<u64>(), CLIENTS * REQUESTS * 10);
    assert_eq!(server.door.answer("job=verify"), true);
    assert_eq!(site.php("loyalty_verify()['ok']"), true);
}

/// What a page configures is forgotten with its request, in the worker that served it.
fn forgets_what_a_page_configures(server: &Server, site: &Site) {
    let elsewhere = format!("sqlite:{}", site.path("elsewhere.db"));
    let before = site.php("loyalty_points(1)['available']").as_i64().unwrap();
    let requests = 12;
    for _ in 0..requests {
        assert_eq!(server.door.answer(&format!("job=elsewhere&elsewhere={elsewhere}")), 10);
        assert_eq!(server.door.answer("job=earn&user=1"), 10);
    }
    assert_eq!(site.php("loyalty_points(1)['available']").as_i64().unwrap(), before + requests * 10);
    let year = site.php("substr(loyalty_transactions(1)['items'][0]['recorded_at'], 0, 4)");
    assert_ne!(year, "2031", "the clock of another request");
}

/// Requests that die of their memory limit leave no lock and no half-done purchase.
fn survives_floods(server: &Server, site: &Site) {
    for user in 1..=4 {
        assert_eq!(server.door.ask(&format!("job=flood&user={user}")), None, "the page was meant to run out of memory");
    }
    assert!(server.said().contains("Allowed memory size"), "{}", server.said());
    for user in 1..=8 {
        assert_eq!(site.php(&format!("loyalty_earn_points({user}, 1000)['points_earned']")), 10);
        assert_eq!(server.door.answer(&format!("job=earn&user={user}")), 10);
    }
    assert_eq!(server.door.answer("job=verify"), true);
}

#[test]
fn php_fpm_with_four_workers() {
    let site = Site::new("php-fpm");
    let socket = site.place.file("fpm.sock");
    let user = String::from_utf8(Command::new("id").arg("-un").output().unwrap().stdout).unwrap();
    let config = format!(
        "[global]\ndaemonize = no\nerror_log = /dev/stderr\n[www]\nuser = {}\nlisten = {}\npm = static\n\
         pm.max_children = 4\ncatch_workers_output = yes\nphp_admin_value[loyalty.database] = \"{}\"\n\
         php_admin_value[error_log] = /dev/stderr\nphp_admin_flag[log_errors] = on\n",
        user.trim(),
        socket.to_str().unwrap(),
        database(&site.place),
    );
    fs::write(site.place.file("fpm.conf"), config).unwrap();
    let version = Command::new("php").args(["-r", "echo PHP_MAJOR_VERSION, '.', PHP_MINOR_VERSION;"]).output().unwrap();
    let name = format!("php-fpm{}", String::from_utf8(version.stdout).unwrap());
    let installed = Path::new("/usr/sbin").join(&name);
    let mut command = Command::new(if installed.is_file() { installed } else { PathBuf::from("php-fpm") });
    // The setting of the server is another one: it is the pool's that counts.
    command.args(["-n", "-F", "-R", "-y", &site.path("fpm.conf"), "-d", &format!("extension={}", extension())]);
    command.args(["-d", &format!("loyalty.database=sqlite:{}", site.path("wrong.db"))]);
    let door = Door::FastCgi { socket, page: site.place.file("page.php") };
    let server = Server::start(command, door, site.place.file("fpm.log"));
    serves_many(&server, &site);
    forgets_what_a_page_configures(&server, &site);
    survives_floods(&server, &site);
    assert!(!site.place.file("wrong.db").exists(), "nothing was opened before the pool had its settings");
}

#[test]
fn the_server_of_php_with_three_workers() {
    let site = Site::new("php-cli-server");
    let port = free_port();
    let mut command = Command::new("php");
    command.env("PHP_CLI_SERVER_WORKERS", "3").args(["-n", "-c", &site.path("php.ini")]);
    command.args(["-d", &format!("extension={}", extension())]);
    command.args(["-d", &format!("loyalty.database={}", database(&site.place))]);
    command.args(["-S", &format!("127.0.0.1:{port}"), "-t", &site.path("")]);
    let server = Server::start(command, Door::Http { port }, site.place.file("server.log"));
    serves_many(&server, &site);
    forgets_what_a_page_configures(&server, &site);
}

#[test]
fn apache_with_mod_php_over_a_graceful_restart() {
    let site = Site::new("php-apache");
    let port = free_port();
    let modules = Path::new("/usr/lib/apache2/modules");
    let php = fs::read_dir(modules).expect("apache2 is installed").flatten().map(|file| file.path());
    let php = php.into_iter().find(|file| file.file_name().unwrap().to_string_lossy().starts_with("libphp"));
    let php = php.expect("mod_php is installed (libapache2-mod-php)");
    // Apache refuses to serve as root; any other user stays itself.
    let is_root = String::from_utf8(Command::new("id").arg("-u").output().unwrap().stdout).unwrap().trim() == "0";
    let user = if is_root { "User nobody\nGroup nogroup\n" } else { "" };
    let config = format!(
        "ServerRoot {root}\nServerName localhost\nListen 127.0.0.1:{port}\nPidFile {root}/apache.pid\n\
         LoadModule mpm_prefork_module {modules}/mod_mpm_prefork.so\n\
         LoadModule authz_core_module {modules}/mod_authz_core.so\nLoadModule php_module {php}\n\
         StartServers 4\nMinSpareServers 4\nMaxRequestWorkers 4\nServerLimit 4\n{user}ErrorLog {root}/apache.log\n\
         PHPIniDir {root}\nDocumentRoot {root}\n<Directory {root}>\nRequire all granted\n\
         SetHandler application/x-httpd-php\n</Directory>\n",
        root = site.path("").trim_end_matches('/'),
        modules = modules.display(),
        php = php.display(),
    );
    fs::write(site.place.file("apache.conf"), config).unwrap();
    let mut command = Command::new("/usr/sbin/apache2");
    command.args(["-D", "FOREGROUND", "-f", &site.path("apache.conf")]);
    let server = Server::start(command, Door::Http { port }, site.place.file("apache.log"));
    serves_many(&server, &site);
    forgets_what_a_page_configures(&server, &site);
    // The module is started again in the same process; its classes and settings are registered anew.
    server.signal("-USR1", &server.process.id().to_string());
    let restarted = || server.said().matches("resuming normal operations").count() > 1;
    let patience = Instant::now() + Duration::from_secs(30);
    while !restarted() {
        assert!(Instant::now() < patience, "no restart: {}", server.said());
        std::thread::sleep(Duration::from_millis(20));
    }
    let earned: u64 = (0..8).filter_map(|_| server.door.answer("job=earn&user=1").as_u64()).sum();
    assert_eq!(earned, 80);
    let missing = server.door.ask("job=points&user=404").unwrap();
    assert_eq!(missing["error"], "not_found", "the exception classes after the restart");
}
