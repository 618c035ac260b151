# frozen_string_literal: true

# A till in Ruby: a guest joins, asks, buys, redeems and is shown.
#
#     ruby story.rb sqlite:loyalty.db

require_relative "loyalty"

# A paid order. Retry it whenever the answer is in doubt: it counts once.
def earn(engine, user_id, amount, order_id)
  receipt = engine.call("earn_points", user_id:, amount:, order_id:)
  again = receipt["replayed"] ? ", as answered before" : ""
  puts "order #{order_id}: +#{receipt["points_earned"]}, #{receipt["balance"]} in all#{again}"
end

# Takes a reward. That the programme says no is a normal answer: its code and details tell why.
def redeem(engine, user_id, reward_id, key)
  redeemed = engine.call("redeem_reward", user_id:, reward_id:, key:)
  percent = redeemed["coupon"]["discount_value"]
  puts "reward #{reward_id}: -#{redeemed["points_spent"]}, #{redeemed["balance"]} left, coupon of #{percent} %"
rescue Loyalty::Refused => refusal
  puts "reward #{reward_id}: #{refusal.code}, #{refusal.details["missing"]} missing"
end

Loyalty::Engine.open(ARGV.fetch(0, "sqlite:loyalty.db")) do |engine|
  joined = engine.call("enroll", user_id: 7, name: "Ana")
  puts "#{joined["user_name"]} joined as #{joined["tier_name"]} with #{joined["current_points"]} points"
  puts "12990 would earn #{engine.call("quote_points", user_id: 7, amount: 12_990)["points"]}"
  earn(engine, 7, 12_990, "A-17")
  earn(engine, 7, 12_990, "A-17")
  redeem(engine, 7, 2, "till-3-0001")
  earn(engine, 7, 89_900, "A-18")
  redeem(engine, 7, 2, "till-3-0002")
  member = engine.call("profile", user_id: 7)
  puts "#{member["user_name"]}: #{member["current_points"]} points, #{member["tier_name"]}, " \
       "#{member["points_to_next_tier"]} to #{member["next_tier_name"]}"
end
