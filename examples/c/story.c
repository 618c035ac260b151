/*
 * A till in C: a guest joins, asks, buys, redeems and is shown.
 *
 *     cc story.c $(pkg-config --cflags --libs loyalty libcjson) -o story && ./story sqlite:loyalty.db
 *
 * The frequent operations have structs; all others take and give JSON, here by cJSON.
 */
#include <cjson/cJSON.h>
#include <inttypes.h>
#include <loyalty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the program with what went wrong. */
static void stop(loyalty_error *error)
{
    fprintf(stderr, "%s: %s\n", loyalty_error_code(error), loyalty_error_message(error));
    loyalty_error_free(error);
    exit(1);
}

static loyalty_engine *open_engine(const char *database)
{
    loyalty_options options = {0};
    loyalty_engine *engine = NULL;
    loyalty_error *error = NULL;
    options.size = sizeof options;
    options.database = database;
    if (loyalty_open(&options, &engine, &error) != LOYALTY_OK)
        stop(error);
    return engine;
}

/* Runs any operation. The arguments are deleted here, the reply by the caller. */
static cJSON *call(const loyalty_engine *engine, const char *operation, cJSON *arguments)
{
    char *text = cJSON_PrintUnformatted(arguments), *answer = NULL;
    loyalty_error *error = NULL;
    cJSON *reply;
    if (loyalty_call(engine, operation, text, strlen(text), &answer, &error) != LOYALTY_OK)
        stop(error);
    reply = cJSON_Parse(answer);
    loyalty_string_free(answer);
    cJSON_free(text);
    cJSON_Delete(arguments);
    return reply;
}

static const char *text_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static int64_t number_of(const cJSON *object, const char *name)
{
    return (int64_t)cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(object, name));
}

static void enroll(const loyalty_engine *engine, int64_t user_id, const char *name)
{
    cJSON *arguments = cJSON_CreateObject(), *member;
    cJSON_AddNumberToObject(arguments, "user_id", (double)user_id);
    cJSON_AddStringToObject(arguments, "name", name);
    member = call(engine, "enroll", arguments);
    printf("%s joined as %s with %" PRId64 " points\n", text_of(member, "user_name"), text_of(member, "tier_name"),
           number_of(member, "current_points"));
    cJSON_Delete(member);
}

static void quote(const loyalty_engine *engine, int64_t user_id, int amount)
{
    cJSON *arguments = cJSON_CreateObject(), *quoted;
    cJSON_AddNumberToObject(arguments, "user_id", (double)user_id);
    cJSON_AddNumberToObject(arguments, "amount", amount);
    quoted = call(engine, "quote_points", arguments);
    printf("%d would earn %" PRId64 "\n", amount, number_of(quoted, "points"));
    cJSON_Delete(quoted);
}

/* A paid order. Retry it whenever the answer is in doubt: it counts once. */
static void earn(const loyalty_engine *engine, int64_t user_id, int64_t amount, const char *order_id)
{
    loyalty_earn_points_args order = {0};
    loyalty_earn_points_reply receipt = {0};
    loyalty_error *error = NULL;
    order.size = sizeof order;
    order.user_id = user_id;
    order.amount.digits = amount;
    order.order_id = order_id;
    receipt.size = sizeof receipt;
    if (loyalty_earn_points(engine, &order, &receipt, &error) != LOYALTY_OK)
        stop(error);
    printf("order %s: +%" PRId64 ", %" PRId64 " in all%s\n", order_id, receipt.points_earned, receipt.balance,
           receipt.replayed ? ", as answered before" : "");
}

/* Takes a reward. That the programme says no is a normal answer: its code and details tell why. */
static void redeem(const loyalty_engine *engine, int64_t user_id, int64_t reward_id, const char *key)
{
    loyalty_redeem_reward_args wish = {0};
    loyalty_redeem_reward_reply redeemed = {0};
    loyalty_error *error = NULL;
    loyalty_status status;
    wish.size = sizeof wish;
    wish.user_id = user_id;
    wish.reward_id = reward_id;
    wish.key = key;
    redeemed.size = sizeof redeemed;
    status = loyalty_redeem_reward(engine, &wish, &redeemed, &error);
    if (status == LOYALTY_OK) {
        printf("reward %" PRId64 ": -%" PRId64 ", %" PRId64 " left, coupon of %" PRId64 " %%\n", reward_id,
               redeemed.points_spent, redeemed.balance, redeemed.discount_value.digits);
    } else if (status == LOYALTY_REFUSED) {
        int64_t missing = 0;
        loyalty_error_number(error, "missing", &missing);
        printf("reward %" PRId64 ": %s, %" PRId64 " missing\n", reward_id, loyalty_error_code(error), missing);
        loyalty_error_free(error);
    } else {
        stop(error);
    }
}

static void show(const loyalty_engine *engine, int64_t user_id)
{
    cJSON *arguments = cJSON_CreateObject(), *member;
    cJSON_AddNumberToObject(arguments, "user_id", (double)user_id);
    member = call(engine, "profile", arguments);
    printf("%s: %" PRId64 " points, %s, %" PRId64 " to %s\n", text_of(member, "user_name"),
           number_of(member, "current_points"), text_of(member, "tier_name"), number_of(member, "points_to_next_tier"),
           text_of(member, "next_tier_name"));
    cJSON_Delete(member);
}

int main(int argc, char **argv)
{
    loyalty_engine *engine = open_engine(argc > 1 ? argv[1] : "sqlite:loyalty.db");
    enroll(engine, 7, "Ana");
    quote(engine, 7, 12990);
    earn(engine, 7, 12990, "A-17");
    earn(engine, 7, 12990, "A-17");
    redeem(engine, 7, 2, "till-3-0001");
    earn(engine, 7, 89900, "A-18");
    redeem(engine, 7, 2, "till-3-0002");
    show(engine, 7);
    loyalty_close(engine);
    return 0;
}
