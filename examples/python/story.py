"""A till in Python: a guest joins, asks, buys, redeems and is shown.

    python3 story.py sqlite:loyalty.db
"""

import sys

import loyalty


def earn(engine, user_id, amount, order_id):
    """A paid order. Retry it whenever the answer is in doubt: it counts once."""
    receipt = engine.call("earn_points", user_id=user_id, amount=amount, order_id=order_id)
    again = ", as answered before" if receipt["replayed"] else ""
    print(f"order {order_id}: +{receipt['points_earned']}, {receipt['balance']} in all{again}")


def redeem(engine, user_id, reward_id, key):
    """Takes a reward. That the programme says no is a normal answer: its code and details tell why."""
    try:
        redeemed = engine.call("redeem_reward", user_id=user_id, reward_id=reward_id, key=key)
    except loyalty.Refused as refusal:
        print(f"reward {reward_id}: {refusal.code}, {refusal.details['missing']} missing")
        return
    percent = redeemed["coupon"]["discount_value"]
    print(f"reward {reward_id}: -{redeemed['points_spent']}, {redeemed['balance']} left, coupon of {percent} %")


def main():
    with loyalty.Engine(sys.argv[1] if len(sys.argv) > 1 else "sqlite:loyalty.db") as engine:
        joined = engine.call("enroll", user_id=7, name="Ana")
        print(f"{joined['user_name']} joined as {joined['tier_name']} with {joined['current_points']} points")
        print(f"12990 would earn {engine.call('quote_points', user_id=7, amount=12990)['points']}")
        earn(engine, 7, 12990, "A-17")
        earn(engine, 7, 12990, "A-17")
        redeem(engine, 7, 2, "till-3-0001")
        earn(engine, 7, 89900, "A-18")
        redeem(engine, 7, 2, "till-3-0002")
        member = engine.call("profile", user_id=7)
        print(
            f"{member['user_name']}: {member['current_points']} points, {member['tier_name']}, "
            f"{member['points_to_next_tier']} to {member['next_tier_name']}"
        )


if __name__ == "__main__":
    main()
