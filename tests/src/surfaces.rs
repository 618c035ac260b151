//! The interfaces through which the stories are run.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use loyalty_core::programme::Programme;
use loyalty_core::value::Instant;
use loyalty_core::{Engine, Options};
use serde_json::{Map, Value, json};

use crate::native::installed;
use crate::story::Surface;
use crate::{Place, root, store};

/// A setting with a secret key, which is the same for all stories.
#[must_use]
pub fn signing(database: &str) -> String {
    let key = root().join("tests/surfaces/signing.key");
    let joint = if database.contains('?') { '&' } else { '?' };
    format!("{database}{joint}signing_key={}", key.display())
}

/// The engine called from Rust, by name and JSON; on a cluster each call by another node.
pub struct Rust {
    database: String,
    engines: Result<Vec<Engine>, loyalty_core::Error>,
    calls: usize,
}

impl Rust {
    /// Opens an engine on a database, with a programme file or the default.
    ///
    /// # Panics
    /// When it cannot be opened.
    #[must_use]
    pub fn open(database: &str, program: Option<&Path>) -> Self {
        let text = program.map(|program| std::fs::read_to_string(program).expect("the programme can be read"));
        let engines = Self::engines(database, text.as_deref());
        Self { database: database.to_owned(), engines: Ok(engines.expect("the engine opens")), calls: 0 }
    }

    fn engines(database: &str, program: Option<&str>) -> loyalty_core::Result<Vec<Engine>> {
        let open = |database: &str| {
            let mut options = Options::parse(&signing(database)).expect("a setting");
            if let Some(text) = program {
                options = options.programme(Programme::parse(text).expect("the programme is right"));
            }
            Engine::open(options)
        };
        store::nodes(database).iter().map(|node| open(node)).collect()
    }
}

impl Surface for Rust {
    fn call(&mut self, now: &str, operation: &str, arguments: &Map<String, Value>) -> Result<Value, Value> {
        self.calls += 1;
        let engines = self.engines.as_ref().map_err(loyalty_core::Error::to_json)?;
        let engine = &engines[self.calls % engines.len()];
        engine.fix_now(Some(Instant::parse(now).expect("a story gives an instant")));
        engine.call(operation, Value::Object(arguments.clone())).map_err(|error| error.to_json())
    }

    fn reopen(&mut self, program: &str) {
        // Closed first, as a process that ends.
        self.engines = Ok(Vec::new());
        self.engines = Self::engines(&self.database, Some(program));
    }
}

/// The path of the built extension.
///
/// # Panics
/// When `LOYALTY_PHP_EXTENSION` does not name it.
#[must_use]
pub fn extension() -> String {
    let path = std::env::var("LOYALTY_PHP_EXTENSION").unwrap_or_default();
    assert!(
        Path::new(&path).is_file(),
        "LOYALTY_PHP_EXTENSION must name the built extension: run `make test`, or `make extension` and set it to target/debug/libloyalty.so"
    );
    path
}

/// With what a process was started, to start another one like it.
#[derive(Debug)]
struct Begun {
    settings: Vec<String>,
    database: String,
    way: &'static str,
    /// Where further programmes are written.
    place: Place,
}

impl Begun {
    fn new(settings: &[&str], database: &str, way: &'static str) -> Self {
        static NUMBERS: AtomicUsize = AtomicUsize::new(0);
        let place = Place::new(&format!("programs-{}", NUMBERS.fetch_add(1, Ordering::Relaxed)));
        let settings = settings.iter().map(|setting| (*setting).to_owned()).collect();
        Self { settings, database: database.to_owned(), way, place }
    }

    fn written(&self, program: &str) -> PathBuf {
        let path = self.place.file("program.toml");
        std::fs::write(&path, program).expect("the programme can be written");
        path
    }
}

/// The engine called from PHP, in a process of its own.
#[derive(Debug)]
pub struct Php {
    begun: Begun,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Php {
    /// Starts PHP with the extension.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn start(database: &str, program: Option<&Path>) -> Self {
        Self::run(&[], &signing(database), program, "")
    }

    /// Starts PHP with the extension, which works on the page's own connection.
    ///
    /// # Panics
    /// When it cannot be started.
    #[must_use]
    pub fn hosted(database: &str, program: Option<&Path>) -> Self {
        let settings = database.split_once('?').map_or("", |(_, settings)| settings);
        let key = settings.split('&').find_map(|setting| setting.strip_prefix("signing_key=")).unwrap_or_default();
        let key = format!("loyalty.signing_key={key}");
        let modules = ["pdo", "pdo_sqlite", "mysqlnd", "pdo_mysql", "mysqli"].map(|name| format!("extension={name}"));
        let modules = modules.each_ref().map(String::as_str);
        let settings = [&modules[..], &["zend.assertions=1", key.as_str()]].concat();
        Self::run(&settings, database, program, store::way())
    }

    fn run(settings: &[&str], database: &str, program: Option<&Path>, way: &'static str) -> Self {
        let begun = Begun::new(settings, database, way);
        let (process, input, output) = Self::spawn(&begun, program);
        Self { begun, process, input, output }
    }

    fn spawn(begun: &Begun, program: Option<&Path>) -> (Child, ChildStdin, BufReader<ChildStdout>) {
        let mut process = Command::new("php")
            .args(["-n", "-d", &format!("extension={}", extension())])
            .args(begun.settings.iter().flat_map(|setting| ["-d", setting]))
            .arg(root().join("tests/surfaces/run.php"))
            .arg(&begun.database)
            .arg(program.unwrap_or(Path::new("")))
            .arg(begun.way)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("php can be started");
        let input = process.stdin.take().expect("php reads");
        let mut output = BufReader::new(process.stdout.take().expect("php writes"));
        let mut line = String::new();
        output.read_line(&mut line).expect("php says when it is ready");
        assert_eq!(line, "ready\n");
        (process, input, output)
    }

    fn end(&mut self) {
        // It ends with its input; killing it is for the case that it hangs.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Names another programme file from now on.
    fn setting(&mut self, name: &str, value: &Path) {
        writeln!(self.input, "{}", json!({ "set": name, "value": value })).expect("php reads the setting");
    }

    /// Calls an operation, at a moment or now.
    ///
    /// # Errors
    /// What the engine refused, as JSON.
    ///
    /// # Panics
    /// When PHP does not answer.
    pub fn say(&mut self, now: Option<&str>, operation: &str, arguments: &Map<String, Value>) -> Result<Value, Value> {
        let call = json!({ "operation": operation, "arguments": arguments, "now": now });
        writeln!(self.input, "{call}").expect("php reads the call");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("php answers");
        let mut answer: Value =
            serde_json::from_str(&line).unwrap_or_else(|_| panic!("php answered {line:?} to {call}"));
        match answer.get_mut("ok") {
            Some(reply) => Ok(reply.take()),
            None => Err(answer["error"].take()),
        }
    }
}

impl Surface for Php {
    fn call(&mut self, now: &str, operation: &str, arguments: &Map<String, Value>) -> Result<Value, Value> {
        self.say(Some(now), operation, arguments)
    }

    fn reopen(&mut self, program: &str) {
        let program = self.begun.written(program);
        if self.begun.way.is_empty() {
            // The process goes on, as one that serves pages does.
            self.setting("program", &program);
            return;
        }
        self.end();
        (self.process, self.input, self.output) = Self::spawn(&self.begun, Some(&program));
    }
}

/// The engine called from C, in a process of its own: `tests/surfaces/run.c`.
pub struct C {
    begun: Begun,
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl C {
    /// Compiles the program, once in a process, and starts it.
    ///
    /// # Panics
    /// When it does not compile or start.
    #[must_use]
    pub fn start(database: &str, program: Option<&Path>) -> Self {
        let begun = Begun::new(&[], &signing(database), "");
        let (process, input, output) = Self::spawn(&begun, program);
        Self { begun, process, input, output }
    }

    fn spawn(begun: &Begun, program: Option<&Path>) -> (Child, ChildStdin, BufReader<ChildStdout>) {
        static RUNNER: OnceLock<PathBuf> = OnceLock::new();
        let runner = RUNNER.get_or_init(|| {
            let runner = installed().path("run");
            installed().compile("gcc", &["-std=c99"], &["tests/surfaces/run.c"], &runner);
            runner
        });
        let mut process = installed()
            .command(runner)
            .arg(&begun.database)
            .args(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let input = process.stdin.take().expect("it reads");
        let output = BufReader::new(process.stdout.take().expect("it writes"));
        (process, input, output)
    }

    fn end(&mut self) {
        // It ends with its input; killing it is for the case that it hangs.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Calls an operation; the arguments are a line of text.
    ///
    /// # Errors
    /// What the engine refused, as JSON.
    pub fn say(&mut self, now: &str, operation: &str, arguments: &str) -> Result<Value, Value> {
        self.say_bytes(now, operation, arguments.as_bytes())
    }

    /// Calls an operation; the arguments are a line of bytes.
    ///
    /// # Errors
    /// What the engine refused, as JSON.
    pub fn say_bytes(&mut self, now: &str, operation: &str, arguments: &[u8]) -> Result<Value, Value> {
        let call = [format!("{now}\n{operation}\n").as_bytes(), arguments, b"\n"].concat();
        self.input.write_all(&call).expect("it reads the call");
        if self.line() == "ok" {
            return Ok(self.json());
        }
        let kinds = ["ok", "invalid", "not_found", "refused", "conflict", "unavailable", "internal"];
        let status: usize = self.line().parse().expect("a status is a number");
        let (code, details, message) = (self.line(), self.json(), self.line());
        Err(json!({ "kind": kinds[status], "code": code, "message": message, "details": details }))
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        assert!(line.ends_with('\n'), "the program ended: {line:?}");
        line.trim_end_matches('\n').to_owned()
    }

    fn json(&mut self) -> Value {
        let line = self.line();
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}

impl Surface for C {
    fn call(&mut self, now: &str, operation: &str, arguments: &Map<String, Value>) -> Result<Value, Value> {
        self.say(now, operation, &Value::Object(arguments.clone()).to_string())
    }

    fn reopen(&mut self, program: &str) {
        self.end();
        let program = self.begun.written(program);
        (self.process, self.input, self.output) = Self::spawn(&self.begun, Some(&program));
    }
}

impl Drop for C {
    fn drop(&mut self) {
        self.end();
    }
}

impl Drop for Php {
    fn drop(&mut self) {
        self.end();
    }
}
