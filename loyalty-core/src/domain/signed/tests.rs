use super::*;
use crate::domain::programme::DiscountType;
use crate::value::{Currency, Entropy, Instant, Money, Rounding, UserId};

fn zone() -> crate::value::Zone {
    crate::value::Zone::parse("America/Santiago").unwrap()
}

fn key() -> SigningKey {
    SigningKey::generate(&mut Entropy::from_seed([5; 32]))
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn coupon() -> SignedCoupon {
    SignedCoupon {
        id: SignedCoupon::new_id(&mut Entropy::from_seed([6; 32])),
        campaign: "Otoño".to_owned(),
        currency: "CLP".to_owned(),
        discount_type: DiscountType::Percent,
        value: 1_500,
        max_discount: Some(Money::stored(5_000)),
        min_order_amount: Money::stored(2_000),
        max_uses: 1,
        user_id: Some(UserId::stored(7)),
        valid_from: at("2026-03-01T00:00:00-03:00"),
        valid_until: at("2026-04-01T00:00:00-03:00"),
    }
}

#[test]
fn what_was_signed_is_read_back() {
    let stamp = SignedStamp {
        id: SignedStamp::new_id(&mut Entropy::from_seed([7; 32])),
        kind: StampKind::Counter,
        card: "coffee".to_owned(),
        quantity: 2,
        valid_until: Some(at("2026-03-01T12:00:00Z")),
    };
    let poster = SignedStamp { kind: StampKind::Poster, valid_until: None, ..stamp.clone() };
    let open = SignedCoupon { user_id: None, max_discount: None, campaign: String::new(), ..coupon() };
    for signed in [Signed::Coupon(coupon()), Signed::Coupon(open), Signed::Stamp(stamp), Signed::Stamp(poster)] {
        let token = signed.write(&key());
        assert_eq!(Signed::read(&token, &[key().public()]), Some(signed.clone()));
        assert_eq!(Signed::read(&token.to_lowercase(), &[key().public()]), Some(signed));
    }
}

#[test]
fn any_bit_that_is_changed_makes_it_no_code() {
    let token = Signed::Coupon(coupon()).write(&key());
    let bytes = code::to_bytes(&token).unwrap();
    for place in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[place / 8] ^= 1 << (place % 8);
        assert_eq!(Signed::read(&code::of_bytes(&changed), &[key().public()]), None, "bit {place}");
    }
}

#[test]
fn any_symbol_that_is_changed_added_or_left_out_makes_it_no_code() {
    let token = Signed::Coupon(coupon()).write(&key());
    let keys = [key().public()];
    for place in 0..token.len() {
        for other in "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().filter(|other| !token[place..].starts_with(*other)) {
            let changed = format!("{}{other}{}", &token[..place], &token[place + 1..]);
            assert_eq!(Signed::read(&changed, &keys), None, "{other} at {place}");
        }
        assert_eq!(Signed::read(&format!("{}{}", &token[..place], &token[place + 1..]), &keys), None);
        assert_eq!(Signed::read(&format!("{}0{}", &token[..place], &token[place..]), &keys), None);
    }
    for more in ["0", "00", "-", " 0"] {
        assert_eq!(Signed::read(&format!("{token}{more}"), &keys), None, "{more:?}");
    }
}

#[test]
fn the_key_of_another_shop_opens_nothing() {
    let token = Signed::Coupon(coupon()).write(&key());
    let other = SigningKey::generate(&mut Entropy::from_seed([9; 32])).public();
    assert_eq!(Signed::read(&token, std::slice::from_ref(&other)), None);
    assert_eq!(Signed::read(&token, &[]), None);
    assert!(Signed::read(&token, &[other, key().public()]).is_some(), "an old key and a new one");
}

#[test]
fn a_coupon_fits_a_small_qr_code() {
    let token = Signed::Coupon(coupon()).write(&key());
    assert!(token.len() <= 187, "{}", token.len());
    assert!(token.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
}

#[test]
fn a_coupon_says_why_it_cannot_be_used() {
    let clp = Currency::new("CLP").unwrap();
    let ana = Some(UserId::stored(7));
    let check = |time: &str, user, amount: i64| {
        let answer = coupon().check(at(time), user, Some(Money::stored(amount)), (clp, zone()));
        answer.map_err(|error| error.code())
    };
    assert_eq!(check("2026-03-31T23:59:59-03:00", ana, 2_000), Ok(()));
    assert_eq!(check("2026-04-01T00:00:00-03:00", ana, 2_000), Err("expired"));
    assert_eq!(check("2026-02-28T23:59:59-03:00", ana, 2_000), Err("not_started"));
    assert_eq!(check("2026-03-02T00:00:00-03:00", None, 2_000), Err("not_yours"));
    assert_eq!(check("2026-03-02T00:00:00-03:00", ana, 1_999), Err("below_minimum"));
    let usd = Currency::new("USD").unwrap();
    let foreign = coupon().check(at("2026-03-02T00:00:00-03:00"), ana, None, (usd, zone()));
    assert_eq!(foreign.unwrap_err().code(), "not_usable");
}

#[test]
fn a_discount_is_capped_and_never_above_the_order() {
    let off = |coupon: &SignedCoupon, amount: i64| {
        coupon.discount(Money::stored(amount), Rounding::Floor).unwrap().map(Money::get)
    };
    let percent = coupon();
    assert_eq!(off(&percent, 9_999), Some(1_499));
    assert_eq!(off(&percent, 100_000), Some(5_000));
    let fixed = SignedCoupon { discount_type: DiscountType::Fixed, value: 3_000, max_discount: None, ..coupon() };
    assert_eq!(off(&fixed, 2_500), Some(2_500));
    let item = SignedCoupon { discount_type: DiscountType::FreeItem, ..coupon() };
    assert_eq!(off(&item, 2_500), None);
}

#[test]
fn a_deny_list_names_ids_as_people_write_them() {
    let id = coupon().id;
    assert!(is_denied(&id, &["X".to_owned(), code::grouped(&id).to_lowercase()]));
    assert!(!is_denied(&id, &["X".to_owned()]));
}
