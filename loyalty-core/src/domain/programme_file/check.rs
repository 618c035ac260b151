//! Checks a programme as a whole and turns its numbers into checked values.

use crate::domain::code::{CodeShape, Ending, guess_chance_bits};
use crate::domain::guessing::GuessRules;
use crate::domain::programme::{
    CouponRules, DiscountType, Grace, Metric, Programme, ReferralRules, RewardSeed, ScoreRules, Tier, TierRules,
};
use crate::domain::programme_file::field::{days, key, money, points, tier_named};
use crate::domain::programme_file::source::{self, Source};
use crate::domain::programme_file::{
    check_campaigns, check_earn, check_mail, check_messages, check_names, check_points, check_redemption, check_rules,
    check_segments, check_signing, check_stamps,
};
use crate::value::{Currency, Decimal, Money, limit};
use crate::{Error, Result};

/// Longest grace of a tier, in months.
const MAX_GRACE_MONTHS: i64 = 120;

pub(crate) fn build(source: Source, text: String, hash: String) -> Result<Programme> {
    let currency = source.currency;
    let tier_rules = tier_rules(source.tier_rules)?;
    let tiers = tiers(source.tiers, tier_rules.metric, currency)?;
    let rewards = source.rewards.into_iter().enumerate();
    let rewards = rewards.map(|(index, reward)| self::reward(index, reward, &tiers, currency));
    let earn = check_earn::earn(&source.earn, source.expiry.policy, currency)?;
    let stamp_cards = check_stamps::cards(source.stamp_cards, currency)?;
    let names = check_segments::Names { tiers: &tiers, cards: &stamp_cards, currency };
    let segments = check_segments::segments(source.segments, names)?;
    let rules = check_rules::rules(source.rules, &segments, names)?;
    check_earn::common_multiple(&earn, &rules)?;
    let payment = check_redemption::terms(&source.redemption, currency, source.rounding)?;
    let campaigns = check_campaigns::Known { segments: &segments, names, has_point_value: payment.value.is_some() };
    let (expiry, expiry_rules) = check_points::expiry(&source.expiry, &tiers, earn.pending_days)?;
    let minimum_code_bits = limit::within(&key("codes.minimum_bits"), source.codes.minimum_bits, 20, 120)?;
    let (future_tolerance_seconds, max_jump_days) = clock(&source.clock)?;
    Ok(Programme {
        source: text,
        hash,
        name: limit::readable_text(&key("name"), &source.name, limit::MAX_NAME)?,
        currency,
        zone: source.time_zone,
        locale: source.locale,
        rounding: source.rounding,
        earn,
        stacking: source.earn.stacking,
        rules,
        expiry,
        expiry_rules,
        minimum_points: points("redemption.minimum_points", source.redemption.minimum_points)?,
        payment,
        auto_redeem: source.auto_redeem.as_ref().map(check_redemption::auto_redeem).transpose()?,
        coupon_days: days("redemption.coupon_days", source.redemption.coupon_days, 1)?,
        debt: check_points::debt(&source.refund, &source.adjustment)?,
        refund: check_points::refund(&source.refund)?,
        transfer_expiry: source.transfer.expiry,
        calling_code: check_points::calling_code(source.identity.calling_code)?,
        future_tolerance_seconds,
        max_jump_days,
        retention: check_messages::retention(&source.retention)?,
        notices: check_messages::notices(&source.notices)?,
        messages: source.messages.map(check_mail::messages).transpose()?,
        reminders: check_messages::reminders(&source.reminders)?,
        tier_rules,
        score: score(&source.score, currency)?,
        minimum_code_bits,
        referral_code: code("codes.referral", &source.codes.referral, minimum_code_bits)?,
        coupon_code: code("codes.coupon", &source.codes.coupon, minimum_code_bits)?,
        gift_card_code: gift_card_code(source.codes.gift_card.as_ref(), minimum_code_bits)?,
        referral: referral(&source.referral, currency)?,
        coupons: CouponRules {
            stacking_base: source.coupons.stacking_base,
            release_after_end: source.coupons.release_after_end,
            tier_discount: source.coupons.tier_discount,
            line_price: source.coupons.line_price,
        },
        guessing: guessing(&source.guessing)?,
        signing: check_signing::signing(source.signing)?,
        advertising: check_campaigns::advertising(&source.advertising)?,
        campaigns: check_campaigns::campaigns(source.campaigns, &campaigns)?,
        segments,
        stamp_cards,
        rewards: rewards.collect::<Result<_>>()?,
        tiers,
    })
}

fn clock(clock: &source::Clock) -> Result<(i64, i64)> {
    let tolerance = clock.future_tolerance_seconds;
    let tolerance = limit::within(&key("clock.future_tolerance_seconds"), tolerance, 0, 86_400)?;
    Ok((tolerance, limit::within(&key("clock.max_jump_days"), clock.max_jump_days, 0, 36_500)?))
}

fn grace(rules: &source::TierRules) -> Result<Grace> {
    let days = days("tier_rules.grace_days", rules.grace_days, 0)?;
    let months = limit::within(&key("tier_rules.grace_months"), rules.grace_months, 0, MAX_GRACE_MONTHS)?;
    if days > 0 && months > 0 {
        return Err(Error::invalid(&key("tier_rules.grace_months"), "must not be given with `grace_days`"));
    }
    Ok(Grace { days, months: u32::try_from(months).unwrap_or_default(), end: rules.grace_end })
}

fn tier_rules(rules: source::TierRules) -> Result<TierRules> {
    if rules.qualifying.is_empty() {
        return Err(Error::invalid(&key("tier_rules.qualifying"), "must name at least one kind of entry"));
    }
    if let Some(kind) = rules.qualifying.iter().find(|kind| !kind.is_credit()) {
        let expected = format!("may name earn, bonus, referral and adjustment, got `{}`", kind.word());
        return Err(Error::invalid(&key("tier_rules.qualifying"), expected));
    }
    let grace = grace(&rules)?;
    Ok(TierRules {
        metric: rules.metric,
        window: rules.window,
        window_days: days("tier_rules.window_days", rules.window_days, 1)?,
        qualifying: rules.qualifying,
        downgrade: rules.downgrade,
        review: rules.review,
        review_days: days("tier_rules.review_days", rules.review_days, 1)?,
        grace,
        grace_from: rules.grace_from,
        min_stay_days: days("tier_rules.min_stay_days", rules.min_stay_days, 0)?,
        current_order_counts: rules.current_order_counts,
        gift_per: rules.gift_per,
    })
}

fn tiers(tiers: Vec<source::Tier>, metric: Metric, currency: Currency) -> Result<Vec<Tier>> {
    if tiers.is_empty() {
        return Err(Error::invalid(&key("tiers"), "must have at least one tier"));
    }
    check_names::former("tiers", tiers.iter().map(|tier| (tier.id.as_str(), tier.was.as_slice())))?;
    let scale = match metric {
        Metric::LifetimeSpend | Metric::WindowSpend => currency.exponent(),
        Metric::Score => 2,
        _ => 0,
    };
    let mut checked: Vec<Tier> = Vec::with_capacity(tiers.len());
    for (index, tier) in tiers.into_iter().enumerate() {
        let field = |name: &str| key(&format!("tiers[{index}].{name}"));
        // As with money, three digits after a point may be thousands.
        let exact = Some(tier.threshold).filter(|threshold| scale >= 3 || !threshold.may_be_thousands());
        let threshold = exact.and_then(|threshold| threshold.in_units(scale));
        let Some(threshold) = threshold.filter(|units| (0..=limit::MAX_POINTS).contains(units)) else {
            let expected = format!("must be 0 or more with at most {scale} decimals, got `{}`", tier.threshold);
            return Err(Error::invalid(&field("threshold"), expected));
        };
        match checked.last() {
            None if threshold != 0 => {
                return Err(Error::invalid(
                    &field("threshold"),
                    format_args!("must be 0 for the first tier, got `{threshold}`"),
                ));
            }
            Some(below) if threshold <= below.threshold => {
                let expected = format!("must be above the threshold of the previous tier, got `{}`", tier.threshold);
                return Err(Error::invalid(&field("threshold"), expected));
            }
            _ => {}
        }
        if checked.iter().any(|other| other.id == tier.id) {
            return Err(Error::invalid(&field("id"), format_args!("must be unique, got `{}` again", tier.id)));
        }
        checked.push(Tier {
            id: limit::text(&field("id"), &tier.id, 40)?,
            was: tier.was,
            name: limit::readable_text(&field("name"), &tier.name, limit::MAX_NAME)?,
            threshold,
            multiplier: tier.multiplier,
            discount: tier.discount_percent,
            benefits: tier.benefits,
            gift: points(&format!("tiers[{index}].gift_points"), tier.gift_points)?,
        });
    }
    Ok(checked)
}

fn score(score: &source::Score, currency: Currency) -> Result<ScoreRules> {
    let weight = |name: &str, weight: Decimal| {
        let units = weight.in_units(4).filter(|units| (0..=10_000).contains(units));
        units.ok_or_else(|| {
            let expected = format!("must be between 0 and 1 with at most 4 decimals, got `{weight}`");
            Error::invalid(&key(&format!("score.{name}")), expected)
        })
    };
    let above_zero = |name: &str, number: i64| limit::within(&key(&format!("score.{name}")), number, 1, 100_000);
    let amount_target = money("score.amount_target", score.amount_target, currency)?;
    if amount_target == Money::ZERO {
        return Err(Error::invalid(&key("score.amount_target"), "must be above zero"));
    }
    let rules = ScoreRules {
        frequency_weight: weight("frequency_weight", score.frequency_weight)?,
        frequency_days: days("score.frequency_days", score.frequency_days, 1)?,
        amount_weight: weight("amount_weight", score.amount_weight)?,
        amount_days: days("score.amount_days", score.amount_days, 1)?,
        amount_target,
        recency_weight: weight("recency_weight", score.recency_weight)?,
        recency_days: days("score.recency_days", score.recency_days, 1)?,
        variety_weight: weight("variety_weight", score.variety_weight)?,
        variety_products: above_zero("variety_products", score.variety_products)?,
        referral_weight: weight("referral_weight", score.referral_weight)?,
        referral_value: above_zero("referral_value", score.referral_value)?,
    };
    let weights = [
        rules.frequency_weight,
        rules.amount_weight,
        rules.recency_weight,
        rules.variety_weight,
        rules.referral_weight,
    ];
    let sum: i64 = weights.iter().sum();
    if sum != 10_000 {
        let expected = format!("the five weights must sum to 1, got `{}`", Decimal::new(sum, 4));
        return Err(Error::invalid(&key("score"), expected));
    }
    Ok(rules)
}

fn code(name: &str, shape: &source::CodeShape, minimum_bits: i64) -> Result<CodeShape> {
    let length = limit::within(&key(&format!("{name}.length")), shape.length, 4, 24)?;
    let bits = guess_chance_bits(length, 1);
    if bits < minimum_bits {
        let expected = format!(
            "must be at least {}: one guess in 2^{bits} would hit a code, and the limit is one in 2^{minimum_bits} \
             (`codes.minimum_bits`), got `{length}`",
            minimum_bits.div_euclid(5) + i64::from(minimum_bits % 5 != 0)
        );
        return Err(Error::invalid(&key(&format!("{name}.length")), expected));
    }
    CodeShape::new(usize::try_from(length).unwrap_or(6), &shape.prefix, Ending::of(shape.check))
        .map_err(|expected| Error::invalid(&key(&format!("{name}.prefix")), expected))
}

/// Codes of gift cards, which are money: by default 12 symbols, or as many as the guessing limit requires.
fn gift_card_code(shape: Option<&source::CodeShape>, minimum_bits: i64) -> Result<CodeShape> {
    let least = minimum_bits.div_euclid(5) + i64::from(minimum_bits % 5 != 0);
    let usual = source::CodeShape { length: least.max(12), prefix: String::new(), check: true };
    code("codes.gift_card", shape.unwrap_or(&usual), minimum_bits)
}

fn referral(rules: &source::Referral, currency: Currency) -> Result<ReferralRules> {
    let within = |name: &str, given: Option<i64>, most: i64| {
        given.map(|number| limit::within(&key(&format!("referral.{name}")), number, 1, most)).transpose()
    };
    Ok(ReferralRules {
        referrer_points: points("referral.referrer_points", rules.referrer_points)?,
        referred_points: points("referral.referred_points", rules.referred_points)?,
        minimum_amount: money("referral.minimum_amount", rules.minimum_amount, currency)?,
        code_days: days("referral.code_days", rules.code_days, 1)?,
        pending_days: days("referral.pending_days", rules.pending_days, 1)?,
        monthly_limit: limit::within(&key("referral.monthly_limit"), rules.monthly_limit, 0, 1_000_000)?,
        total_limit: within("total_limit", rules.total_limit, 1_000_000)?,
        review_risk: within("review_risk", rules.review_risk, 100)?,
    })
}

fn guessing(rules: &source::Guessing) -> Result<GuessRules> {
    let within = |name: &str, number: i64, max: i64| limit::within(&key(&format!("guessing.{name}")), number, 1, max);
    Ok(GuessRules {
        tries: within("tries", rules.tries, 1_000_000)?,
        window_minutes: within("window_minutes", rules.window_minutes, 525_600)?,
        pause_minutes: within("pause_minutes", rules.pause_minutes, 525_600)?,
    })
}

fn reward(index: usize, reward: source::Reward, tiers: &[Tier], currency: Currency) -> Result<RewardSeed> {
    let name_of = |name: &str| format!("rewards[{index}].{name}");
    let field = |name: &str| key(&name_of(name));
    let Some(tier) = tier_named(tiers, &reward.tier_required) else {
        let expected = format!("must be the id of a tier, got `{}`", reward.tier_required);
        return Err(Error::invalid(&field("tier_required"), expected));
    };
    if matches!(reward.discount_type, DiscountType::Fixed | DiscountType::FreeDelivery) {
        return Err(Error::invalid(&field("discount_type"), "must be percent or free_item"));
    }
    let max_uses_per_user =
        reward.max_uses_per_user.map(|uses| limit::within(&field("max_uses_per_user"), uses, 1, 1_000_000));
    let max_discount = reward.max_discount.map(|amount| money(&name_of("max_discount"), amount, currency));
    Ok(RewardSeed {
        name: limit::readable_text(&field("name"), &reward.name, limit::MAX_NAME)?,
        description: reward.description,
        points_cost: points(&name_of("points_cost"), reward.points_cost)?,
        discount_type: reward.discount_type,
        discount_percent: reward.discount_percent,
        max_discount: max_discount.transpose()?,
        tier_required: tier.id.clone(),
        max_uses_per_user: max_uses_per_user.transpose()?,
    })
}
