use super::*;
use crate::domain::programme::{Campaign, CampaignOffer, CampaignTrigger, OncePer, Programme, TakesOff};
use crate::domain::segment::{Known, MemberFacts};
use crate::value::{Day, Instant, Money, Percent, Points, UserId, Zone};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn with_trigger(trigger: CampaignTrigger) -> Campaign {
    let programme = Programme::cafe_vt().unwrap();
    let campaign = programme.campaign("te_extranamos").unwrap().clone();
    Campaign { trigger, ..campaign }
}

#[test]
fn an_occasion_is_a_local_time_also_when_the_clocks_change() {
    let zone = Zone::parse("America/Santiago").unwrap();
    let daily = |minutes, late_days| with_trigger(CampaignTrigger::Daily { at: minutes, late_days });
    for (campaign, now, expected) in [
        (daily(600, 0), "2026-03-02T09:59:59-03:00", None),
        (daily(600, 0), "2026-03-02T10:00:00-03:00", Some("2026-03-02T10:00:00-03:00")),
        (daily(600, 1), "2026-03-02T09:59:59-03:00", Some("2026-03-01T10:00:00-03:00")),
        // On 6 September the clocks jump from midnight to one.
        (daily(20, 0), "2026-09-06T01:10:00-03:00", None),
        (daily(20, 0), "2026-09-06T01:20:00-03:00", Some("2026-09-06T01:20:00-03:00")),
        // On 4 April 23:30 comes twice: the first counts.
        (daily(1_410, 0), "2026-04-04T23:40:00-04:00", Some("2026-04-04T23:30:00-03:00")),
    ] {
        let found = occasion(&campaign, zone, at(now)).map(|occasion| zone.moment(occasion.at).to_string());
        assert_eq!(found.as_deref(), expected, "{now}");
    }
}

#[test]
fn a_campaign_that_is_over_has_no_occasion() {
    let zone = Zone::parse("America/Santiago").unwrap();
    let dates = with_trigger(CampaignTrigger::Dates { from: day("2026-09-15"), until: day("2026-09-20"), at: 0 });
    for (now, expected) in [
        ("2026-09-14T23:59:59-03:00", None),
        ("2026-09-15T00:00:00-03:00", Some("2026-09-15")),
        ("2026-09-20T23:59:59-03:00", Some("2026-09-20")),
        ("2026-09-21T00:00:00-03:00", None),
    ] {
        let found = occasion(&dates, zone, at(now)).map(|occasion| occasion.day.to_string());
        assert_eq!(found.as_deref(), expected, "{now}");
    }
    let state = |state, today| phase(&dates, state, day(today)).word();
    assert_eq!(state(CampaignState::Open, "2026-09-14"), "planned");
    assert_eq!(state(CampaignState::Open, "2026-09-15"), "running");
    assert_eq!(state(CampaignState::Paused, "2026-09-15"), "paused");
    assert_eq!(state(CampaignState::Paused, "2026-09-21"), "ended");
    assert_eq!(state(CampaignState::Ended, "2026-09-15"), "ended");
}

#[test]
fn a_birthday_across_the_turn_of_the_year_belongs_to_its_own_year() {
    let programme = Programme::cafe_vt().unwrap();
    let campaign = with_trigger(CampaignTrigger::Birthday { before_days: 7, late_days: 7, at: 0 });
    let campaign =
        Campaign { once_per: OncePer::Birthday, who: crate::domain::programme::Criteria::default(), ..campaign };
    let zone = programme.zone;
    for (born, now, expected) in [
        ("1990-01-03", "2026-12-26T12:00:00-03:00", None),
        ("1990-01-03", "2026-12-27T12:00:00-03:00", Some("2027")),
        ("1990-12-30", "2027-01-06T12:00:00-03:00", Some("2026")),
        ("1990-12-30", "2027-01-07T12:00:00-03:00", None),
        ("1996-02-29", "2027-02-28T12:00:00-03:00", Some("2027")),
    ] {
        let joined = Known::Is(day("2026-01-01"));
        let facts = MemberFacts { birth_date: Known::Is(day(born)), joined, ..MemberFacts::default() };
        let now = at(now);
        let when = Occasion { at: now, day: zone.day_of(now) };
        let verdict = choose(&programme, &campaign, (&facts, &[]), UserId::stored(7), (when, now));
        let period = if let Verdict::Chosen(choice) = verdict { Some(choice.period) } else { None };
        assert_eq!(period.as_deref(), expected, "{born} {now:?}");
    }
}

#[test]
fn an_offer_costs_at_worst_what_bounds_it() {
    let programme = Programme::cafe_vt().unwrap();
    let coupon =
        |takes_off, max_discount| CampaignOffer::Coupon { takes_off, max_discount, min_order: Money::ZERO, days: 7 };
    let (percent, money) = (TakesOff::Percent(Percent::hundredths(1_500)), Money::stored(3_000));
    for (offer, expected) in [
        (coupon(percent, None), None),
        (coupon(percent, Some(money)), Some(money)),
        (coupon(TakesOff::OfTier, None), None),
        (coupon(TakesOff::Fixed(money), None), Some(money)),
        (CampaignOffer::Points(Points::stored(300)), Some(Money::stored(300))),
    ] {
        assert_eq!(worst_cost(&programme, &offer), expected);
    }
    assert_eq!(percent_of(&programme, TakesOff::OfTier, "cafe_oro"), Some(Percent::hundredths(1_500)));
}
