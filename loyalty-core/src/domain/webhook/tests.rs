use serde_json::json;

use super::*;
use crate::Refusal;
use crate::value::Entropy;

const NOON: Instant = Instant::stored(1_772_464_500_000_000);

fn webhook() -> Webhook {
    Webhook {
        id: WebhookId::stored(3),
        url: "https://example.com/hook".to_owned(),
        secrets: Vec::new(),
        kinds: None,
        state: WebhookState::Active,
        place: 0,
        lost: 0,
        held_until: None,
        failing_since: None,
        reason: None,
        last: None,
        created_at: NOON,
    }
}

fn answered(status: i64) -> Outcome {
    let reason = (!(200..300).contains(&status)).then(|| format!("http_{status}"));
    Outcome { status: Some(status), reason, retry_after: None }
}

fn lost() -> Outcome {
    Outcome { status: None, reason: Some("timeout".to_owned()), retry_after: None }
}

#[test]
fn an_address_outside_by_https_is_taken_and_others_are_refused_or_wrong() {
    for (url, expected) in [
        ("https://example.com/hook?a=1", Ok(())),
        ("https://example.com", Ok(())),
        ("HTTPS://EXAMPLE.com:443/", Ok(())),
        ("https://8.8.8.8/", Ok(())),
        ("https://[2606:4700::1]:443/x", Ok(())),
        ("http://example.com/", Err("scheme")),
        ("ftp://example.com/", Err("scheme")),
        ("https://example.com:8443/", Err("port")),
        ("https://example.com:80/", Err("port")),
        ("https://ana@example.com/", Err("user_info")),
        ("https://ana:secret@example.com/", Err("user_info")),
        ("https://example.com@127.0.0.1/", Err("user_info")),
        ("https://localhost/", Err("inside")),
        ("https://printer/", Err("inside")),
        ("https://metadata.google.internal/", Err("inside")),
        ("https://127.0.0.1/", Err("inside")),
        ("https://10.1.2.3/", Err("inside")),
        ("https://100.64.0.1/", Err("inside")),
        ("https://169.254.169.254/latest", Err("inside")),
        ("https://192.168.1.1/", Err("inside")),
        ("https://[::1]/", Err("inside")),
        ("https://[::ffff:8.8.8.8]/", Err("inside")),
        ("https://[2002:7f00:1::]/", Err("inside")),
        ("https://[fd00::1]/", Err("inside")),
        ("https://2130706433/", Err("wrong")),
        ("https://0x7f.1/", Err("wrong")),
        ("https://127.1/", Err("wrong")),
        ("https://exam ple.com/", Err("wrong")),
        ("https://example.com./", Err("wrong")),
        ("https://example.com:/", Err("wrong")),
        ("https://example.com:70000/", Err("wrong")),
        ("https://[::1/", Err("wrong")),
        ("https://", Err("wrong")),
        ("https:///hook", Err("wrong")),
        ("https://ñandú.cl/", Err("wrong")),
        ("https://example.com\\@127.0.0.1/", Err("wrong")),
        ("https://example.com/#part", Err("wrong")),
        ("example.com", Err("wrong")),
        ("", Err("wrong")),
    ] {
        let found = check_url(url, Reach::Outside).map_err(|error| match error.refusal() {
            Some(Refusal::AddressNotAllowed) => error.details()["because"].as_str().unwrap().to_owned(),
            _ => "wrong".to_owned(),
        });
        assert_eq!(found.as_ref().copied().map_err(String::as_str), expected, "{url}");
    }
    for (url, is_taken) in [
        ("http://127.0.0.1:8080/hook", true),
        ("https://erp.local:8443/", true),
        ("http://[::1]/", true),
        ("ftp://erp.local/", false),
        ("http://ana@erp.local/", false),
    ] {
        assert_eq!(check_url(url, Reach::Inside).is_ok(), is_taken, "{url}");
    }
}

#[test]
fn a_try_is_repeated_later_each_time_and_ten_times_in_all() {
    let pause = |tries, wish, chance| next_try(tries, wish, chance, NOON).map(|at| at.micros() - NOON.micros());
    for (tries, seconds) in
        [(1, 5), (2, 300), (3, 1_800), (4, 7_200), (5, 18_000), (6, 36_000), (7, 50_400), (8, 72_000), (9, 86_400)]
    {
        assert_eq!(pause(tries, None, 0), Some(seconds * 1_000_000));
        let longest = pause(tries, None, seconds * 200_000 - 1).unwrap();
        assert_eq!(longest, seconds * 1_200_000 - 1);
        assert_eq!(pause(tries, None, seconds * 200_000), Some(seconds * 1_000_000));
    }
    assert_eq!(pause(MOST_TRIES, None, 0), None);
    assert_eq!(pause(1, Some(60), 0), Some(60_000_000));
    assert_eq!(pause(2, Some(60), 0), Some(300_000_000));
    assert_eq!(pause(1, Some(i64::MAX), 0), Some(86_400_000_000));
    assert_eq!(pause(1, Some(-1), 0), Some(5_000_000));
}

#[test]
fn five_attempts_without_an_answer_hold_a_webhook_and_an_answer_lets_it_go() {
    let mut hook = webhook();
    for _ in 0..4 {
        assert_eq!(hook.note(&lost(), NOON), None);
        assert_eq!(hook.room(20, NOON), 20);
    }
    hook.note(&lost(), NOON);
    assert_eq!((hook.room(20, NOON), hook.room(20, NOON.plus_seconds(4))), (0, 0));
    // Then one is sent, and if it is lost too, the next one waits for as long as it has failed.
    let later = NOON.plus_seconds(600);
    assert_eq!(hook.room(20, later), 1);
    hook.note(&lost(), later);
    assert_eq!((hook.room(20, later.plus_seconds(599)), hook.room(20, later.plus_seconds(600))), (0, 1));
    // An error is an answer, but nothing has arrived.
    hook.note(&answered(500), later);
    assert_eq!((hook.room(20, later), hook.failing_since), (20, Some(NOON)));
    hook.note(&answered(204), later);
    assert_eq!(hook.failing_since, None);
}

#[test]
fn who_is_gone_or_has_taken_nothing_for_five_days_is_switched_off() {
    assert_eq!(webhook().note(&answered(410), NOON), Some("gone"));
    let mut hook = webhook();
    assert_eq!(hook.note(&answered(500), NOON), None);
    assert_eq!(hook.note(&lost(), NOON.plus_seconds(5 * 86_400 - 1)), None);
    assert_eq!(hook.note(&answered(500), NOON.plus_seconds(5 * 86_400)), Some("failing"));
    assert_eq!(hook.note(&answered(200), NOON.plus_seconds(6 * 86_400)), None);
    assert_eq!(hook.note(&answered(500), NOON.plus_seconds(7 * 86_400)), None);
}

#[test]
fn who_asks_for_time_gets_it() {
    let mut hook = webhook();
    hook.note(&Outcome { retry_after: Some(60), ..answered(429) }, NOON);
    assert_eq!((hook.room(20, NOON.plus_seconds(59)), hook.room(20, NOON.plus_seconds(60))), (0, 20));
    let mut hook = webhook();
    hook.note(&Outcome { retry_after: Some(60), ..answered(500) }, NOON);
    assert_eq!(hook.room(20, NOON), 20, "the error of one event blocks no other");
}

#[test]
fn a_test_is_for_the_webhook_that_is_tested() {
    let event = |kind, id: i64| LogEvent {
        kind,
        user_id: None,
        entry: None,
        recorded_at: NOON,
        occurred_at: NOON,
        data: serde_json::Map::from_iter([("webhook_id".to_owned(), json!(id))]),
    };
    let some = Webhook { kinds: Some(vec!["points.earned".to_owned()]), ..webhook() };
    for (hook, kind, id, wants) in [
        (webhook(), LogKind::WebhookTest, 3, true),
        (webhook(), LogKind::WebhookTest, 4, false),
        (webhook(), LogKind::WebhookDisabled, 4, true),
        (some.clone(), LogKind::WebhookTest, 3, true),
        (some.clone(), LogKind::WebhookDisabled, 3, false),
        (some, LogKind::PointsEarned, 3, true),
    ] {
        assert_eq!(hook.wants(&event(kind, id)), wants, "{kind:?} {id}");
    }
}

#[test]
fn an_old_secret_signs_for_a_day_and_three_are_kept() {
    let mut entropy = Entropy::from_seed([1; 32]);
    let first = rotated(&[], &mut entropy, NOON);
    let second = rotated(&first, &mut entropy, NOON);
    let numbers = |secrets: &[KeptSecret]| secrets.iter().map(|kept| kept.number).collect::<Vec<_>>();
    assert_eq!((numbers(&second), live(&second, NOON.plus_seconds(86_399)).count()), (vec![1, 2], 2));
    assert_eq!(live(&second, NOON.plus_seconds(86_400)).collect::<Vec<_>>(), [&second[1].secret]);
    let third = rotated(&second, &mut entropy, NOON.plus_seconds(10));
    let fourth = rotated(&third, &mut entropy, NOON.plus_seconds(20));
    assert_eq!((numbers(&third), numbers(&fourth)), (vec![1, 2, 3], vec![2, 3, 4]));
    assert_eq!(numbers(&rotated(&fourth, &mut entropy, NOON.plus_seconds(200_000))), [4, 5]);
    assert!(!format!("{fourth:?}").contains("whsec_"));
}
