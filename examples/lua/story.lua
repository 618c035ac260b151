-- A till in Lua: a guest joins, asks, buys, redeems and is shown.
--
--     luajit story.lua sqlite:loyalty.db

package.path = arg[0]:match("^(.*/)") .. "?.lua;" .. package.path
local loyalty = require("loyalty")

local function say(...) print(string.format(...)) end

-- A paid order. Retry it whenever the answer is in doubt: it counts once.
local function earn(engine, user_id, amount, order_id)
    local receipt = engine:call("earn_points", { user_id = user_id, amount = amount, order_id = order_id })
    local again = receipt.replayed and ", as answered before" or ""
    say("order %s: +%d, %d in all%s", order_id, receipt.points_earned, receipt.balance, again)
end

-- Takes a reward. That the programme says no is a normal answer: its code and details tell why.
local function redeem(engine, user_id, reward_id, key)
    local done, reply = pcall(engine.call, engine, "redeem_reward", { user_id = user_id, reward_id = reward_id, key = key })
    if done then
        local percent = reply.coupon.discount_value
        say("reward %d: -%d, %d left, coupon of %s %%", reward_id, reply.points_spent, reply.balance, percent)
    elseif reply.status == loyalty.REFUSED then
        say("reward %d: %s, %d missing", reward_id, reply.code, reply.details.missing)
    else
        error(reply, 0)
    end
end

local engine = loyalty.open(arg[1] or "sqlite:loyalty.db")
local joined = engine:call("enroll", { user_id = 7, name = "Ana" })
say("%s joined as %s with %d points", joined.user_name, joined.tier_name, joined.current_points)
say("12990 would earn %d", engine:call("quote_points", { user_id = 7, amount = 12990 }).points)
earn(engine, 7, 12990, "A-17")
earn(engine, 7, 12990, "A-17")
redeem(engine, 7, 2, "till-3-0001")
earn(engine, 7, 89900, "A-18")
redeem(engine, 7, 2, "till-3-0002")
local member = engine:call("profile", { user_id = 7 })
say("%s: %d points, %s, %d to %s", member.user_name, member.current_points, member.tier_name,
    member.points_to_next_tier, member.next_tier_name)
engine:close()
