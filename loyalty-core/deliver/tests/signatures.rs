//! Signatures of Standard Webhooks, with the vectors of its own tests.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use loyalty_deliver::{Secret, SecretError, Signed, Unverified, sign, verify};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const BODY: &str = r#"{"test": 2432232314}"#;
const AT: u64 = 1_614_265_330;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
const OTHER: &str = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

fn secret() -> Secret {
    Secret::parse(SECRET).unwrap()
}

fn headers(signature: &str) -> Vec<(String, String)> {
    [("Webhook-Id", ID), ("webhook-timestamp", "1614265330"), ("WEBHOOK-SIGNATURE", signature)]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

#[test]
fn a_signature_is_that_of_the_reference() {
    let signed = sign(&[secret()], ID, AT, BODY);
    assert_eq!(signed, Signed { id: ID.to_owned(), timestamp: AT.to_string(), signature: SIGNATURE.to_owned() });
    let other = Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    let both = sign(&[other, secret()], ID, AT, BODY).signature;
    assert!(both.ends_with(&format!(" {SIGNATURE}")) && both.starts_with("v1,"), "{both}");
}

#[test]
fn a_right_signature_among_others_is_enough() {
    for signature in [
        SIGNATURE.to_owned(),
        format!("{OTHER} v2,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= {SIGNATURE} {OTHER}"),
        format!("v1a,abc {SIGNATURE}"),
        format!("nonsense , {SIGNATURE}"),
    ] {
        assert_eq!(verify(&[secret()], &headers(&signature), BODY, AT), Ok(()), "{signature}");
    }
    let old = Secret::parse("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    assert_eq!(verify(&[old, secret()], &headers(SIGNATURE), BODY, AT), Ok(()));
}

#[test]
fn what_was_changed_is_not_believed() {
    let check = |headers: &[(String, String)], body: &str| verify(&[secret()], headers, body, AT);
    assert_eq!(check(&headers(SIGNATURE), r#"{"test": 2432232315}"#), Err(Unverified::Signature));
    assert_eq!(check(&headers(OTHER), BODY), Err(Unverified::Signature));
    for cut in ["v1,", "v1,g0hM9SsE", "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", "g0hM9SsE", "v1"] {
        assert_eq!(check(&headers(cut), BODY), Err(Unverified::Signature), "{cut}");
    }
    assert_eq!(verify(&[], &headers(SIGNATURE), BODY, AT), Err(Unverified::Signature));
    for (name, value) in [("webhook-id", "msg_other"), ("webhook-timestamp", "1614265331")] {
        let changed = headers(SIGNATURE).into_iter().map(|(known, kept)| {
            let is_it = known.eq_ignore_ascii_case(name);
            (known, if is_it { value.to_owned() } else { kept })
        });
        assert_eq!(check(&changed.collect::<Vec<_>>(), BODY), Err(Unverified::Signature), "{name}");
    }
}

#[test]
fn headers_must_all_be_there_once_and_in_their_form() {
    for missing in 0..3 {
        let mut some = headers(SIGNATURE);
        some.remove(missing);
        assert_eq!(verify(&[secret()], &some, BODY, AT), Err(Unverified::Headers));
        let mut twice = headers(SIGNATURE);
        twice.push(twice[missing].clone());
        assert_eq!(verify(&[secret()], &twice, BODY, AT), Err(Unverified::Headers));
    }
    for time in ["", "now", "-1", "+1614265330", "1614265330.0", "99999999999999999999999"] {
        let mut wrong = headers(SIGNATURE);
        wrong[1].1 = time.to_owned();
        assert_eq!(verify(&[secret()], &wrong, BODY, AT), Err(Unverified::Headers), "{time}");
    }
}

#[test]
fn five_minutes_are_borne_in_both_directions() {
    for (now, result) in [
        (AT - 301, Err(Unverified::TooNew)),
        (AT - 300, Ok(())),
        (AT + 300, Ok(())),
        (AT + 301, Err(Unverified::TooOld)),
        (0, Err(Unverified::TooNew)),
        (u64::MAX, Err(Unverified::TooOld)),
    ] {
        assert_eq!(verify(&[secret()], &headers(SIGNATURE), BODY, now), result, "{now}");
    }
}

#[test]
fn a_secret_has_24_to_64_bytes_and_is_never_shown() {
    for wrong in
        ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa", "whsec_****"]
    {
        assert_eq!(Secret::parse(wrong), Err(SecretError), "{wrong}");
    }
    assert_eq!(Secret::parse(&format!("whsec_{}", "AAAA".repeat(22))), Err(SecretError), "66 bytes");
    assert_eq!(format!("{:?}", secret()), "Secret");
}
