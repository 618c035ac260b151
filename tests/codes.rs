//! Codes: none repeats, no symbol is favoured, a signed one holds on a till of its own, and a QR is read back.
//!
//! `cargo test --profile demo --test codes` (or `--release`) makes ten million codes; without optimisation it makes one million.

use loyalty_core::internals::{CodeShape, Ending, Qr, is_checked};
use loyalty_core::value::{Entropy, Instant, SigningKey};
use loyalty_core::{Engine, Options};
use loyalty_tests::world::{START, World, programme};
use serde_json::{Value, json};

const MANY: usize = if cfg!(debug_assertions) { 1_000_000 } else { 10_000_000 };
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A code of up to twelve symbols as a number.
fn packed(code: &str) -> u64 {
    code.bytes().fold(0, |number, byte| {
        let symbol = ALPHABET.iter().position(|symbol| *symbol == byte).unwrap();
        (number << 5) | u64::try_from(symbol).unwrap()
    })
}

#[test]
fn ten_million_codes_do_not_repeat_and_favour_no_symbol_at_any_place() {
    let shape = CodeShape::new(10, "", Ending::Check).unwrap();
    let mut entropy = Entropy::from_seed([42; 32]);
    let mut seen = Vec::with_capacity(MANY);
    let mut counts = [[0_u32; 32]; 11];
    for _ in 0..MANY {
        let code = shape.generate(&mut entropy);
        let number = packed(&code);
        for (place, counts) in counts.iter_mut().enumerate() {
            counts[usize::try_from(number >> (5 * (10 - place)) & 31).unwrap()] += 1;
        }
        seen.push(number);
    }
    seen.sort_unstable();
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "two codes are the same");
    for (place, counts) in counts.iter().enumerate() {
        let expected = MANY as f64 / 32.0;
        let chi_square: f64 = counts.iter().map(|n| (f64::from(*n) - expected).powi(2) / expected).sum();
        // 31 degrees of freedom: above 61.1 once in a thousand; the check symbol, the last, is as even as the others.
        assert!(chi_square < 61.1, "place {place}: {chi_square}");
    }
}

#[test]
fn ten_thousand_coupons_of_the_engine_have_codes_of_their_own() {
    let world = World::in_memory("redemption = { minimum_points = 0 }");
    world.ok("save_reward", json!({"id": 1, "name": "cup", "points_cost": 0}));
    world.ok("enroll", json!({"user_id": 1}));
    let count = if cfg!(debug_assertions) { 500 } else { 10_000 };
    let mut codes: Vec<String> = (0..count)
        .map(|_| {
            let redeemed = world.ok("redeem_reward", json!({"user_id": 1, "reward_id": 1}));
            redeemed["coupon"]["code"].as_str().unwrap().replace('-', "")
        })
        .collect();
    assert!(codes.iter().all(|code| is_checked(code)));
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn a_till_with_the_public_key_alone_checks_and_denies() {
    // Without a fixed seed, under which every call would give the same id.
    let secret = SigningKey::parse(&"22".repeat(32)).unwrap();
    let shop = Engine::open(Options::sqlite(":memory:").signing_key(secret)).unwrap();
    shop.fix_now(Some(Instant::parse(START).unwrap()));
    let key = shop.call("public_keys", json!({})).unwrap()["public_key"].clone();
    let sign = |campaign: &str| {
        let coupon = json!({"campaign": campaign, "discount_type": "fixed", "discount_value": 1000});
        shop.call("sign_coupon", coupon).unwrap()
    };
    let (good, stopped) = (sign("good"), sign("stopped"));
    let settings = format!("signing = {{ public_keys = [{key}], denied = [{}] }}", stopped["id"]);
    let till = Engine::open(Options::sqlite(":memory:").programme(programme(&settings))).unwrap();
    till.fix_now(Some(Instant::parse(START).unwrap()));
    let check =
        |coupon: &Value| till.call("check_signed_coupon", json!({"token": coupon["token"], "amount": 700})).unwrap();
    assert_eq!((&check(&good)["allowed"], &check(&good)["discount"]), (&json!(true), &json!("700")));
    assert_eq!(check(&stopped)["because"], "inactive");
    let error =
        till.call("sign_coupon", json!({"campaign": "x", "discount_type": "fixed", "discount_value": 1})).unwrap_err();
    assert_eq!((error.kind().word(), error.code()), ("unavailable", "no_signing_key"));
}

#[test]
fn without_any_key_a_check_asks_for_one() {
    let till = Engine::open(Options::sqlite(":memory:")).unwrap();
    let error = till.call("check_signed_coupon", json!({"token": "x"})).unwrap_err();
    assert_eq!(error.details()["field"], "public_key");
}

#[test]
fn the_secret_key_is_in_no_table_and_no_reply_but_the_one_that_makes_it() {
    let world = World::on_file("");
    world.ok("enroll", json!({"user_id": 1}));
    world.ok("sign_coupon", json!({"campaign": "x", "discount_type": "free_item", "discount_value": 1}));
    let secret = "11".repeat(32);
    assert!(!world.dump().contains(&secret) && !world.ok("public_keys", json!({})).to_string().contains(&secret));
    assert!(!format!("{:?}", world.engine()).contains(&secret));
}

/// What a camera reads off pixels, given as dark or light.
fn scanned(width: usize, dark: impl Fn(usize, usize) -> bool) -> String {
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, width, |x, y| if dark(x, y) { 0 } else { 255 });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1);
    grids[0].decode().unwrap().1
}

fn scan_png(bytes: &[u8]) -> String {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    let width = usize::try_from(frame.width).unwrap();
    scanned(width, |x, y| pixels[y * frame.line_size + x / 8] >> (7 - x % 8) & 1 == 0)
}

/// Draws the runs of the SVG's path, each square four pixels wide.
fn scan_svg(svg: &str, side: usize) -> String {
    const PIXELS: usize = 4;
    let path = svg.rsplit("d=\"").next().unwrap().split('"').next().unwrap();
    let mut dark = vec![false; side * side];
    for run in path.split('M').filter(|run| !run.is_empty()) {
        let (start, rest) = run.split_once('h').unwrap();
        let (x, y) = start.split_once(' ').unwrap();
        let length: usize = rest.split('v').next().unwrap().parse().unwrap();
        let first = y.parse::<usize>().unwrap() * side + x.parse::<usize>().unwrap();
        dark[first..first + length].fill(true);
    }
    scanned(side * PIXELS, |x, y| dark[y / PIXELS * side + x / PIXELS])
}

#[test]
fn a_qr_of_every_kind_is_read_back_from_svg_and_from_png() {
    let world = World::in_memory("");
    world.ok("enroll", json!({"user_id": 7}));
    let token = world.ok("sign_coupon", json!({"campaign": "x", "discount_type": "free_item", "discount_value": 1}));
    for asked in [
        json!({"kind": "member", "user_id": 7}),
        json!({"kind": "referral", "user_id": 7, "url": "https://cafe.example/invitación/"}),
        json!({"kind": "coupon", "value": "7Q2M-9KX4-D"}),
        json!({"kind": "coupon", "value": token["token"]}),
    ] {
        let drawn = world.ok("qr_code", asked);
        let side = usize::try_from(drawn["side"].as_i64().unwrap()).unwrap();
        let payload = drawn["payload"].as_str().unwrap();
        assert_eq!(scan_svg(drawn["image"].as_str().unwrap(), side), payload);
        for scale in [3, 8] {
            assert_eq!(scan_png(&Qr::of(payload).unwrap().png(scale).unwrap()), payload);
        }
    }
}

#[test]
fn a_png_in_a_reply_is_the_image_in_base_64() {
    let world = World::in_memory("");
    let drawn = world.ok("qr_code", json!({"kind": "coupon", "value": "7Q2M9KX4D", "format": "png"}));
    let image = drawn["image"].as_str().unwrap();
    assert!(image.starts_with("iVBORw0KGgo") && image.len().is_multiple_of(4));
}
