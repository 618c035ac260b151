//! Reads kept forms with the present code.

use loyalty_core::internals::{
    CouponTerms, OrderBefore, RecordedAct, Settlement, json, kept_refusal, kept_reply, lines, payments, tier,
};
use loyalty_core::ops::{Properties, Sign};
use loyalty_core::programme::Programme;
use loyalty_core::value::{Instant, SigningKey};
use loyalty_core::{Durability, Engine, Error, Options};
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Line, SAME, SCENE, rows};
use crate::story::fill;
use crate::world::{KEY, START};

/// Reads a line with the lines of its release at hand; an error is what went wrong.
///
/// # Errors
/// What the engine said.
///
/// # Panics
/// When the line names a scene that is not there.
pub fn read(line: &Line, of_release: &[Line]) -> Result<Value, String> {
    let said = |error: Error| format!("{error:?}");
    if let Some((operation, arguments)) = &line.asked {
        return match line.place.as_str() {
            "loyalty_answers.request" | "loyalty_keys.request_key" => request(line, of_release, operation, arguments),
            _ => {
                let scene = line.scene.as_deref().expect("a call has a scene");
                stands_in(line, scene_of(scene, of_release))?;
                ask(scene, of_release, operation, arguments).map_err(said)
            }
        };
    }
    if line.place == SCENE {
        // Its rows are read by the calls on it.
        return Ok(Value::Null);
    }
    let text = line.stored.as_str().unwrap_or_default();
    of_text(&line.place, &line.what, text).map_err(said)
}

fn of_text(place: &str, what: &str, text: &str) -> Result<Value, Error> {
    fn of<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, Error> {
        json::<T>(text).map(|read| serde_json::to_value(read).expect("it can be written"))
    }
    match place {
        "loyalty_answers.answer" if what.starts_with("refused ") => kept_refusal(text).map(|refusal| refusal.to_json()),
        "loyalty_answers.answer" => Ok(kept_reply(what, text)?.unwrap_or_default()),
        "loyalty_acts.act" => of::<RecordedAct>(text),
        "loyalty_acts.order_before" => of::<OrderBefore>(text),
        "loyalty_transactions.items" | "loyalty_order_standings.items" => {
            lines::read(Some(text)).map(|items| serde_json::to_value(items).expect("it can be written"))
        }
        "loyalty_transactions.settlement" | "loyalty_order_standings.settlement" => of::<Settlement>(text),
        "loyalty_users.tier_state" => of::<tier::TierState>(text),
        "loyalty_coupons.terms" | "loyalty_coupon_batches.terms" => of::<CouponTerms>(text),
        "loyalty_payments.returned" | "loyalty_redemptions.returned_lots" => payments::lots(text)
            .map(|lots| lots.iter().map(|part| json!([part.lot.get(), part.points.get()])).collect()),
        "loyalty_events.properties" => of::<Properties>(text),
        "loyalty_referrals.reasons" => of::<Vec<Sign>>(text),
        "loyalty_programmes.source" => {
            Programme::parse(text).map(|programme| json!({"hash": programme.hash(), "name": programme.name}))
        }
        other => panic!("nothing reads {other}"),
    }
}

fn scene_of<'a>(name: &str, of_release: &'a [Line]) -> &'a Line {
    let scene = of_release.iter().find(|line| line.place == SCENE && line.what == name);
    scene.unwrap_or_else(|| panic!("there is no scene `{name}`"))
}

/// The text of the programme of a scene.
fn source_of<'a>(scene: &Line, of_release: &'a [Line]) -> &'a str {
    let hash = &scene.stored["loyalty_programmes"][0]["hash"];
    let sources = of_release.iter().filter(|line| line.place == "loyalty_programmes.source");
    let source = sources.filter(|line| line.read["hash"] == *hash).find_map(|line| line.stored.as_str());
    source.unwrap_or_else(|| panic!("the programme of `{}` is not kept", scene.what))
}

/// What a line says is stored must be in the rows of its scene.
fn stands_in(line: &Line, scene: &Line) -> Result<(), String> {
    let (table, column) = line.place.split_once('.').expect("table and column");
    let rows = scene.stored[table].as_array().map(Vec::as_slice).unwrap_or_default();
    let stands = rows.iter().any(|row| row.get(column).unwrap_or(&Value::Null) == &line.stored);
    if stands { Ok(()) } else { Err(format!("no row of `{}` has {}", scene.what, line.stored)) }
}

/// A database with the rows of a scene, under a later programme: what a repeat says must come from the one of its time.
struct Later {
    engine: Engine,
    _folder: TempDir,
}

impl Later {
    fn of(scene: &Line, source: &str, more: impl FnOnce(&Connection)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the database");
        let path = folder.path().join("loyalty.db");
        let engine = || {
            let mut later: toml::Table = source.parse().expect("a programme is TOML");
            later.insert("name".to_owned(), toml::Value::String("Later".to_owned()));
            let programme = Programme::parse(&later.to_string()).expect("a later programme");
            let key = SigningKey::parse(KEY).expect("a key");
            let options = Options::sqlite(&path).durability(Durability::Relaxed).programme(programme);
            Engine::open(options.seed([8; 32]).signing_key(key)).expect("the engine opens")
        };
        drop(engine());
        rows::put(&path, &scene.stored, source);
        more(&Connection::open(&path).expect("a database"));
        let engine = engine();
        engine.fix_now(Some(Instant::parse(START).expect("an instant")));
        Self { engine, _folder: folder }
    }
}

/// The reply of a call on the rows of a scene.
///
/// # Errors
/// Those of the operation.
///
/// # Panics
/// When there is no such scene.
pub fn ask(scene: &str, of_release: &[Line], operation: &str, arguments: &Value) -> Result<Value, Error> {
    let scene = scene_of(scene, of_release);
    let source = source_of(scene, of_release);
    let mut arguments = arguments.clone();
    fill(&mut arguments, &[("programme".to_owned(), json!(source))].into());
    Later::of(scene, source, |_| {}).engine.call(operation, arguments)
}

/// Whether kept digests of a request, or a key of the act's own, belong to the call: then it gets the answer that is kept
/// with them.
fn request(line: &Line, of_release: &[Line], operation: &str, arguments: &Value) -> Result<Value, String> {
    let scene = scene_of(line.scene.as_deref().expect("a scene"), of_release);
    let source = source_of(scene, of_release);
    let given = arguments["key"].as_str();
    let (name, key, digests) = match given {
        Some(key) => (operation.to_owned(), key, rows::cell_of(&line.stored)),
        None => (format!("{operation}.natural"), line.stored.as_str().expect("a key"), Cell::Blob(Vec::new())),
    };
    let kept = json!({"code": "expired", "message": "kept", "details": {}}).to_string();
    let later = Later::of(scene, source, |database| {
        let text = |text: &str| Cell::Text(text.to_owned());
        let names = |names: &str| names.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let of_key = names("operation request_key user_id");
        rows::insert(database, "loyalty_keys", of_key.iter(), &[text(&name), text(key), Cell::Integer(0)]);
        let of_answer = names("operation request_key user_id request outcome answer created_at seal");
        let made = [Cell::Integer(0), digests, Cell::Integer(0), text(&kept), Cell::Integer(0), Cell::Blob(vec![0; 8])];
        let cells: Vec<Cell> = [text(&name), text(key)].into_iter().chain(made).collect();
        rows::insert(database, "loyalty_answers", of_answer.iter(), &cells);
    });
    match later.engine.call(operation, arguments.clone()) {
        Err(error) if error.code() == "expired" && error.message().contains("kept") => Ok(json!(SAME)),
        other => Err(format!("{other:?}")),
    }
}
