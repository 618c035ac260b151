// A till in C++: a guest joins, asks, buys, redeems and is shown.
//
//     c++ story.cpp $(pkg-config --cflags --libs loyalty nlohmann_json) -o story && ./story sqlite:loyalty.db

#include "loyalty.hpp"

#include <iostream>

using nlohmann::json;

namespace {

// A paid order. Retry it whenever the answer is in doubt: it counts once.
void earn(const loyalty::Engine &engine, int64_t user_id, int64_t amount, const char *order_id)
{
    loyalty_earn_points_args order{};
    order.user_id = user_id;
    order.amount.digits = amount;
    order.order_id = order_id;
    const auto receipt = engine.run(loyalty_earn_points, order);
    std::cout << "order " << order_id << ": +" << receipt.points_earned << ", " << receipt.balance << " in all"
              << (receipt.replayed ? ", as answered before" : "") << '\n';
}

// Takes a reward. That the programme says no is a normal answer: its code and details tell why.
void redeem(const loyalty::Engine &engine, int64_t user_id, int64_t reward_id, const char *key)
{
    loyalty_redeem_reward_args wish{};
    wish.user_id = user_id;
    wish.reward_id = reward_id;
    wish.key = key;
    try {
        const auto redeemed = engine.run(loyalty_redeem_reward, wish);
        std::cout << "reward " << reward_id << ": -" << redeemed.points_spent << ", " << redeemed.balance
                  << " left, coupon of " << redeemed.discount_value.digits << " %\n";
    } catch (const loyalty::Error &error) {
        if (error.status != LOYALTY_REFUSED)
            throw;
        std::cout << "reward " << reward_id << ": " << error.code << ", " << error.details.at("missing") << " missing\n";
    }
}

void tell(const loyalty::Engine &engine)
{
    const json joined = engine.call("enroll", {{"user_id", 7}, {"name", "Ana"}});
    std::cout << joined.at("user_name").get<std::string>() << " joined as " << joined.at("tier_name").get<std::string>()
              << " with " << joined.at("current_points") << " points\n";
    const json quoted = engine.call("quote_points", {{"user_id", 7}, {"amount", 12990}});
    std::cout << "12990 would earn " << quoted.at("points") << '\n';
    earn(engine, 7, 12990, "A-17");
    earn(engine, 7, 12990, "A-17");
    redeem(engine, 7, 2, "till-3-0001");
    earn(engine, 7, 89900, "A-18");
    redeem(engine, 7, 2, "till-3-0002");
    const json member = engine.call("profile", {{"user_id", 7}});
    std::cout << member.at("user_name").get<std::string>() << ": " << member.at("current_points") << " points, "
              << member.at("tier_name").get<std::string>() << ", " << member.at("points_to_next_tier") << " to "
              << member.at("next_tier_name").get<std::string>() << '\n';
}

}  // namespace

int main(int argc, char **argv)
{
    try {
        tell(loyalty::Engine(argc > 1 ? argv[1] : "sqlite:loyalty.db"));
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
