//! A till in Rust: a guest joins, asks, buys, redeems and is shown.
//!
//!     cargo run -p loyalty-example -- sqlite:loyalty.db

use loyalty_core::ops::{EarnPoints, Enroll, Profile, QuotePoints, RedeemReward};
use loyalty_core::value::{Key, OrderId, RewardId, UserId};
use loyalty_core::{Call, Engine, Kind, Options, Result};

fn enroll(engine: &Engine, user: UserId, name: &str) -> Result<()> {
    let joined = engine.run(&Enroll { name: Some(name.to_owned()), ..Enroll::user(user) })?.profile;
    let name = joined.user_name.unwrap_or_default();
    println!("{name} joined as {} with {} points", joined.tier_name, joined.current_points);
    Ok(())
}

fn quote(engine: &Engine, user: UserId, amount: i64) -> Result<()> {
    let quoted = engine.run(&QuotePoints::new(user, amount.into()))?;
    println!("{amount} would earn {}", quoted.points);
    Ok(())
}

/// A paid order. Retry it whenever the answer is in doubt: it counts once.
fn earn(engine: &Engine, user: UserId, amount: i64, order: &str) -> Result<()> {
    let order_id = Some(OrderId::new(order)?);
    let receipt = engine.run(&EarnPoints { order_id, ..EarnPoints::new(user, amount.into()) })?;
    let again = if receipt.replayed { ", as answered before" } else { "" };
    println!("order {order}: +{}, {} in all{again}", receipt.points_earned, receipt.balance);
    Ok(())
}

/// Takes a reward. That the programme says no is a normal answer: its code and details tell why.
fn redeem(engine: &Engine, user: UserId, reward: i64, key: &str) -> Result<()> {
    let wish = RedeemReward::new(user, RewardId::new(reward)?);
    match engine.run_as(&wish, &Call::new().key(Key::new(key)?)) {
        Ok(redeemed) => {
            let (spent, left, coupon) = (redeemed.points_spent, redeemed.balance, redeemed.coupon);
            println!("reward {reward}: -{spent}, {left} left, coupon of {} %", coupon.discount_value);
        }
        Err(error) if error.kind() == Kind::Refused => {
            let missing = error.details().get("missing").map(ToString::to_string).unwrap_or_default();
            println!("reward {reward}: {}, {missing} missing", error.code());
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

fn show(engine: &Engine, user_id: UserId) -> Result<()> {
    let member = engine.run(&Profile::new(user_id))?;
    let (name, next) = (member.user_name.unwrap_or_default(), member.next_tier_name.unwrap_or_default());
    let (points, tier, missing) = (member.current_points, member.tier_name, member.points_to_next_tier);
    println!("{name}: {points} points, {tier}, {missing} to {next}");
    Ok(())
}

fn main() -> Result<()> {
    let database = std::env::args().nth(1).unwrap_or_else(|| "sqlite:loyalty.db".to_owned());
    let engine = Engine::open(Options::parse(&database)?)?;
    let ana = UserId::new(7)?;
    enroll(&engine, ana, "Ana")?;
    quote(&engine, ana, 12_990)?;
    earn(&engine, ana, 12_990, "A-17")?;
    earn(&engine, ana, 12_990, "A-17")?;
    redeem(&engine, ana, 2, "till-3-0001")?;
    earn(&engine, ana, 89_900, "A-18")?;
    redeem(&engine, ana, 2, "till-3-0002")?;
    show(&engine, ana)
}
