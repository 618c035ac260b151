'use strict';

// A till in Node: a guest joins, asks, buys, redeems and is shown.
//
//     npm install && node story.js sqlite:loyalty.db

const { Engine, Refused } = require('./loyalty');

/** A paid order. Retry it whenever the answer is in doubt: it counts once. */
function earn(engine, user_id, amount, order_id) {
    const receipt = engine.call('earn_points', { user_id, amount, order_id });
    const again = receipt.replayed ? ', as answered before' : '';
    console.log(`order ${order_id}: +${receipt.points_earned}, ${receipt.balance} in all${again}`);
}

/** Takes a reward. That the programme says no is a normal answer: its code and details tell why. */
function redeem(engine, user_id, reward_id, key) {
    try {
        const redeemed = engine.call('redeem_reward', { user_id, reward_id, key });
        const percent = redeemed.coupon.discount_value;
        console.log(`reward ${reward_id}: -${redeemed.points_spent}, ${redeemed.balance} left, coupon of ${percent} %`);
    } catch (refusal) {
        if (!(refusal instanceof Refused)) {
            throw refusal;
        }
        console.log(`reward ${reward_id}: ${refusal.code}, ${refusal.details.missing} missing`);
    }
}

const engine = new Engine(process.argv[2] ?? 'sqlite:loyalty.db');
try {
    const joined = engine.call('enroll', { user_id: 7, name: 'Ana' });
    console.log(`${joined.user_name} joined as ${joined.tier_name} with ${joined.current_points} points`);
    console.log(`12990 would earn ${engine.call('quote_points', { user_id: 7, amount: 12990 }).points}`);
    earn(engine, 7, 12990, 'A-17');
    earn(engine, 7, 12990, 'A-17');
    redeem(engine, 7, 2, 'till-3-0001');
    earn(engine, 7, 89900, 'A-18');
    redeem(engine, 7, 2, 'till-3-0002');
    const member = engine.call('profile', { user_id: 7 });
    console.log(
        `${member.user_name}: ${member.current_points} points, ${member.tier_name}, `
            + `${member.points_to_next_tier} to ${member.next_tier_name}`,
    );
} finally {
    engine.close();
}
