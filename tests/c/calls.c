/* Each function once, with all its fields, and what it gives in the default programme. */
#include "check.h"

static const char *const labels[] = {"vegan", "size:big"};

static void earn(const loyalty_engine *engine, uint32_t replayed)
{
    loyalty_earn_points_args arguments = purchase(21, "A-1");
    loyalty_earn_points_reply reply;
    loyalty_item items[2];
    loyalty_decimal amount = {140000, 0, 0}, tax = {22353, 0, 0}, none = {0, 0, 0};
    loyalty_error *error = NULL;
    memset(items, 0, sizeof items);
    memset(&reply, 0, sizeof reply);
    items[0].size = items[1].size = sizeof *items;
    items[0].sku = "latte";
    items[0].quantity = 30;
    items[0].amount = &amount;
    items[0].tax = &tax;
    items[0].category = "coffee";
    items[0].labels = labels;
    items[0].label_count = 2;
    items[1].kind = LOYALTY_ITEM_GIFT;
    items[1].sku = "cookie";
    items[1].quantity = 1;
    arguments.amount.digits = 14000000;
    arguments.amount.scale = 2;
    arguments.items = items;
    arguments.item_count = 2;
    arguments.shop = "centro";
    arguments.tax = &tax;
    arguments.points_paid = &none;
    arguments.gift_card_paid = &none;
    arguments.at_micros = INT64_C(1772452800000000);
    arguments.key = "k-1";
    arguments.actor = "till 3";
    reply.size = sizeof reply;
    CHECK(loyalty_earn_points(engine, &arguments, &reply, &error) == LOYALTY_OK && error == NULL);
    CHECK(reply.size == sizeof reply && reply.replayed == replayed);
    CHECK(reply.points_earned == 1400 && reply.balance == 1400 && reply.points_to_next_tier == 3600);
    CHECK(strcmp(reply.tier_before, "cafe_bronze") == 0 && strcmp(reply.tier, "cafe_bronze") == 0);
    CHECK(reply.tier_changed == 0 && reply.redemption_count == 0 && reply.transaction_id > 0);
    /* To the end of 2 March 2027 in Santiago. */
    CHECK(reply.expires_at_micros == INT64_C(1804042800000000));
}

static void points(const loyalty_engine *engine)
{
    loyalty_points_args arguments;
    loyalty_points_reply reply;
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    arguments.user_id = 21;
    reply.size = sizeof reply;
    CHECK(loyalty_points(engine, &arguments, &reply, NULL) == LOYALTY_OK);
    CHECK(reply.user_id == 21 && reply.available == 1400 && reply.lifetime == 1400);
    CHECK(reply.pending == 0 && reply.held == 0 && reply.debt == 0);
    CHECK(reply.next_expiry_points == 1400 && strcmp(reply.next_expiry_date, "2027-03-02") == 0);
    /* Nothing was earned the day before, and all has ended two years later. */
    arguments.as_of_micros = INT64_C(1772366400000000);
    CHECK(loyalty_points(engine, &arguments, &reply, NULL) == LOYALTY_OK && reply.available == 0);
    arguments.as_of_micros = INT64_C(1835525000000000);
    CHECK(loyalty_points(engine, &arguments, &reply, NULL) == LOYALTY_OK && reply.available == 0);
}

static void redeem(const loyalty_engine *engine, loyalty_redeem_reward_reply *reply)
{
    loyalty_redeem_reward_args arguments;
    loyalty_error *error = NULL;
    int64_t missing = 0;
    memset(&arguments, 0, sizeof arguments);
    memset(reply, 0, sizeof *reply);
    arguments.size = sizeof arguments;
    arguments.user_id = 21;
    arguments.reward_id = 2;
    arguments.order_id = "A-2";
    arguments.key = "k-2";
    arguments.actor = "till 3";
    reply->size = sizeof *reply;
    CHECK(loyalty_redeem_reward(engine, &arguments, reply, &error) == LOYALTY_OK && error == NULL);
    CHECK(reply->replayed == 0 && reply->quantity == 1 && reply->points_spent == 1000 && reply->balance == 400);
    CHECK(reply->money_due.digits == 0 && reply->discount_type == LOYALTY_DISCOUNT_PERCENT);
    CHECK(reply->discount_value.digits == 10 && reply->discount_value.scale == 0);
    CHECK(reply->has_max_discount == 1 && reply->max_discount.digits == 5000);
    CHECK(reply->valid_from_micros > 0 && reply->valid_until_micros > reply->valid_from_micros);
    arguments.key = "k-3";
    CHECK(loyalty_redeem_reward(engine, &arguments, reply, &error) == LOYALTY_REFUSED);
    CHECK(loyalty_error_status(error) == LOYALTY_REFUSED);
    CHECK(strcmp(loyalty_error_code(error), "insufficient_points") == 0);
    CHECK(strcmp(loyalty_error_details(error), "{\"needed\":1000,\"available\":400,\"missing\":600}") == 0);
    CHECK(strlen(loyalty_error_message(error)) > 0);
    CHECK(strcmp(loyalty_error_guest_message(error, NULL), "Te faltan 600 puntos.") == 0);
    CHECK(strcmp(loyalty_error_guest_message(error, "es"), "Te faltan 600 puntos.") == 0);
    CHECK(strcmp(loyalty_error_guest_message(error, "en_US"), "You need 600 more points.") == 0);
    CHECK(strcmp(loyalty_error_guest_message(error, "pt"), "Te faltan 600 puntos.") == 0);
    CHECK(strcmp(loyalty_error_guest_message(error, "\xff"), "Te faltan 600 puntos.") == 0);
    CHECK(strcmp(loyalty_error_guest_message(NULL, "en"), "") == 0);
    CHECK(loyalty_error_number(error, "missing", &missing) == LOYALTY_OK && missing == 600);
    CHECK(loyalty_error_number(error, "lacking", &missing) == LOYALTY_NOT_FOUND && missing == 600);
    loyalty_error_free(error);
    /* What was given before the refusal is still there. */
    CHECK(reply->balance == 400);
}

static void validate(const loyalty_engine *engine, const char *code)
{
    loyalty_validate_coupon_args arguments;
    loyalty_validate_coupon_reply reply;
    loyalty_decimal tax = {3193, 0, 0};
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    arguments.code = code;
    arguments.amount.digits = 20000;
    arguments.user_id = 21;
    arguments.tax = &tax;
    arguments.order_id = "A-3";
    arguments.actor = "till 3";
    reply.size = sizeof reply;
    CHECK(loyalty_validate_coupon(engine, &arguments, &reply, NULL) == LOYALTY_OK);
    CHECK(reply.allowed == 1 && reply.discount.digits == 2000 && reply.amount_left.digits == 18000);
    CHECK(reply.delivery_discount.digits == 0 && strcmp(reply.because, "") == 0);
    arguments.user_id = 22;
    CHECK(loyalty_validate_coupon(engine, &arguments, &reply, NULL) == LOYALTY_OK);
    CHECK(reply.allowed == 0 && reply.discount.digits == 0 && strcmp(reply.because, "not_yours") == 0);
}

static void score(const loyalty_engine *engine)
{
    loyalty_calculate_score_args arguments;
    loyalty_calculate_score_reply reply;
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    arguments.visits_90_days = 9;
    arguments.spent_365_days.digits = 5000;
    arguments.distinct_products = 2;
    arguments.successful_referrals = 1;
    reply.size = sizeof reply;
    CHECK(loyalty_calculate_score(engine, &arguments, &reply, NULL) == LOYALTY_OK);
    CHECK(reply.score == 4000 && reply.frequency == 1000 && reply.amount == 5000);
    CHECK(reply.recency == 10000 && reply.variety == 1000 && reply.referral == 1000);
    arguments.days_since_last_visit = LOYALTY_NEVER_VISITED;
    CHECK(loyalty_calculate_score(engine, &arguments, &reply, NULL) == LOYALTY_OK);
    CHECK(reply.recency == 0 && reply.score == 2000);
}

void test_calls(const char *database, int rounds)
{
    loyalty_engine *engine = open_engine(database);
    loyalty_redeem_reward_reply redeemed;
    loyalty_error *error = NULL;
    (void)rounds;
    CHECK(loyalty_abi_version() == LOYALTY_ABI_VERSION);
    CHECK(strlen(loyalty_version()) > 0);
    CHECK(loyalty_fix_now(engine, "2026-03-02T09:30:00-03:00", &error) == LOYALTY_OK && error == NULL);
    loyalty_string_free(call(engine, "enroll", "{\"user_id\":21,\"name\":\"Ana\"}"));
    loyalty_string_free(call(engine, "enroll", "{\"user_id\":22}"));
    earn(engine, 0);
    earn(engine, 1);
    points(engine);
    redeem(engine, &redeemed);
    validate(engine, redeemed.coupon_code);
    score(engine);
    CHECK(loyalty_fix_now(engine, NULL, NULL) == LOYALTY_OK);
    loyalty_close(engine);
}
