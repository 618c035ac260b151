//! A writer of the chaos run: makes various requests, and records each request and its answer.
//!
//! Each line of its file is one JSON object. `n` numbers the requests; one with `ask` stands before the engine is
//! called, and one with `ok`, `error` or `unknown` says what came back. Nothing else is known to the checker,
//! `tests/galera/check.py`.

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use loyalty_core::Engine;
use serde_json::{Value, json};

/// The members who take part; the first is used more often than the others.
const MEMBERS: u64 = 200;
/// How long a request whose outcome is not known is repeated.
const INSISTENCE: Duration = Duration::from_secs(60);

/// A request: what it is for the checker, and the call.
struct Request {
    act: &'static str,
    operation: &'static str,
    arguments: Value,
    /// Whether a repeat is known for one: by its order or its key.
    repeats: bool,
}

/// A writer with its engines, one for each node.
pub struct Writer<'a> {
    name: &'a str,
    engines: &'a [Engine],
    coupon: &'a str,
    log: File,
    random: u64,
    /// Orders of its own that can be refunded.
    orders: Vec<String>,
    longest: Duration,
}

impl<'a> Writer<'a> {
    /// A writer that notes all in a new file.
    ///
    /// # Panics
    /// When the file cannot be made.
    #[must_use]
    pub fn new(name: &'a str, engines: &'a [Engine], coupon: &'a str, file: &Path) -> Self {
        let log = File::create(file).expect("a file for the notes");
        let random = name.bytes().fold(0x9e37_79b9_7f4a_7c15, |seed, byte| (seed ^ u64::from(byte)).wrapping_mul(31));
        Self { name, engines, coupon, log, random, orders: vec![], longest: Duration::ZERO }
    }

    /// Writes until it is told to end.
    pub fn run(&mut self, ended: &AtomicBool) {
        let mut number = 0;
        while !ended.load(Ordering::Relaxed) {
            number += 1;
            let request = self.request(number);
            self.note(&json!({"n": number, "ask": request.act, "arguments": request.arguments}));
            let reply = self.insist(number, 0, &request);
            if request.act == "earn" && reply.is_some() {
                self.orders.push(format!("{}-{number}", self.name));
            }
            if reply.is_some() && request.repeats && self.draw(20) == 0 {
                // A late repeat, by another node.
                self.insist(number, 1, &request);
            }
        }
        let retries: u64 = self.engines.iter().map(Engine::retries).sum();
        self.note(&json!({"end": number, "retries": retries, "longest_ms": self.longest.as_millis() as u64}));
    }

    /// Asks, and asks again as long as the outcome is not known. Gives the reply.
    fn insist(&mut self, number: u64, engine: usize, request: &Request) -> Option<Value> {
        let begun = Instant::now();
        loop {
            let asked = Instant::now();
            let engine = &self.engines[engine % self.engines.len()];
            let answer = engine.call(request.operation, request.arguments.clone());
            self.longest = self.longest.max(asked.elapsed());
            match answer {
                Ok(reply) => {
                    self.note(&json!({"n": number, "ok": reply}));
                    return Some(reply);
                }
                Err(error) if error.code() == "database_outcome_unknown" => {
                    self.note(&json!({"n": number, "unknown": error.code()}));
                    if !request.repeats || begun.elapsed() > INSISTENCE {
                        return None;
                    }
                }
                Err(error) => {
                    self.note(&json!({"n": number, "error": error.to_json()}));
                    return None;
                }
            }
        }
    }

    fn request(&mut self, number: u64) -> Request {
        let label = format!("{}-{number}", self.name);
        let user = self.member();
        let (act, operation, repeats, arguments) = match self.draw(100) {
            0..40 => {
                let amount = 1_000 + self.draw(20_000);
                ("earn", "earn_points", true, json!({"user_id": user, "amount": amount, "order_id": label}))
            }
            40..55 => {
                let points = 1 + self.draw(50);
                let bonus =
                    json!({"user_id": user, "transaction_type": "bonus", "points": points, "description": label});
                ("bonus", "record_transaction", false, bonus)
            }
            55..75 => {
                let reward = 10 + self.draw(2);
                ("redeem", "redeem_reward", false, json!({"user_id": user, "reward_id": reward, "order_id": label}))
            }
            75..85 => ("use", "use_coupon", true, json!({"code": self.coupon, "order_id": label, "amount": 5_000})),
            85..95 => {
                let to = 1 + user % MEMBERS;
                let points = 1 + self.draw(30);
                let transfer = json!({"from_user_id": user, "to_user_id": to, "points": points, "key": label});
                ("transfer", "transfer_points", true, transfer)
            }
            _ => match self.orders.pop() {
                Some(order) => ("refund", "refund_order", true, json!({"order_id": order, "key": label})),
                None => ("earn", "earn_points", true, json!({"user_id": user, "amount": 1_500, "order_id": label})),
            },
        };
        Request { act, operation, arguments, repeats }
    }

    fn member(&mut self) -> u64 {
        if self.draw(20) == 0 { 1 } else { 1 + self.draw(MEMBERS) }
    }

    fn draw(&mut self, below: u64) -> u64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        self.random % below
    }

    fn note(&mut self, line: &Value) {
        // One write for a line.
        self.log.write_all(format!("{line}\n").as_bytes()).expect("the notes can be written");
    }
}
