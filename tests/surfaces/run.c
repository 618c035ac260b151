/*
 * A surface for the stories and for the comparison of typed calls with JSON calls.
 *
 * Reads three lines for each call: the time, the operation and its arguments. An operation that begins with "typed " goes
 * through its struct; its arguments are fields between tabs, in the order of the struct, with "-" for NULL. Answers with
 * the lines "ok" and the reply, or "error", the status, the code, the details and the message.
 */
#define _POSIX_C_SOURCE 200809L

#include <inttypes.h>
#include <loyalty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *read_line(char **line, size_t *room)
{
    ssize_t length = getline(line, room, stdin);
    if (length < 0)
        return NULL;
    if (length > 0 && (*line)[length - 1] == '\n')
        (*line)[length - 1] = '\0';
    return *line;
}

static void tell_error(loyalty_status status, loyalty_error *error)
{
    const char *at;
    printf("error\n%d\n%s\n%s\n", (int)status, loyalty_error_code(error), loyalty_error_details(error));
    for (at = loyalty_error_message(error); *at != '\0'; at++)
        putchar(*at == '\n' ? ' ' : *at);
    putchar('\n');
    if (status != loyalty_error_status(error))
        abort();
    loyalty_error_free(error);
}

/* The next field of a line, NULL for "-". */
static char *next(char **rest)
{
    char *field = *rest, *end = strchr(field, '\t');
    *rest = end == NULL ? field + strlen(field) : end + 1;
    if (end != NULL)
        *end = '\0';
    return strcmp(field, "-") == 0 ? NULL : field;
}

static int64_t number(char **rest)
{
    char *field = next(rest);
    return field == NULL ? 0 : strtoll(field, NULL, 10);
}

static loyalty_decimal decimal(char **rest)
{
    loyalty_decimal decimal = {0, 0, 0};
    decimal.digits = number(rest);
    decimal.scale = (uint32_t)number(rest);
    return decimal;
}

static loyalty_status earn_points(const loyalty_engine *engine, char *rest, loyalty_error **error)
{
    loyalty_earn_points_args arguments;
    loyalty_earn_points_reply reply;
    loyalty_item items[8];
    loyalty_decimal amounts[8];
    loyalty_status status;
    size_t i;
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    memset(items, 0, sizeof items);
    arguments.size = sizeof arguments;
    reply.size = sizeof reply;
    arguments.user_id = number(&rest);
    arguments.amount = decimal(&rest);
    arguments.order_id = next(&rest);
    arguments.at_micros = number(&rest);
    arguments.key = next(&rest);
    arguments.actor = next(&rest);
    arguments.items = items;
    arguments.item_count = (size_t)number(&rest);
    for (i = 0; i < arguments.item_count && i < 8; i++) {
        items[i].size = sizeof items[i];
        items[i].sku = next(&rest);
        items[i].quantity = number(&rest);
        amounts[i] = decimal(&rest);
        items[i].amount = amounts[i].digits < 0 ? NULL : &amounts[i];
        items[i].category = next(&rest);
        items[i].kind = (int32_t)number(&rest);
    }
    status = loyalty_earn_points(engine, &arguments, &reply, error);
    if (status == LOYALTY_OK)
        printf("ok\n{\"transaction_id\":%" PRId64 ",\"points_earned\":%" PRId64 ",\"balance\":%" PRId64
               ",\"points_to_next_tier\":%" PRId64 ",\"expires_at\":%" PRId64
               ",\"tier_before\":\"%s\",\"tier\":\"%s\",\"tier_changed\":%u,\"replayed\":%u}\n",
               reply.transaction_id, reply.points_earned, reply.balance, reply.points_to_next_tier,
               reply.expires_at_micros, reply.tier_before, reply.tier, reply.tier_changed, reply.replayed);
    return status;
}

static loyalty_status redeem_reward(const loyalty_engine *engine, char *rest, loyalty_error **error)
{
    loyalty_redeem_reward_args arguments;
    loyalty_redeem_reward_reply reply;
    loyalty_status status;
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    reply.size = sizeof reply;
    arguments.user_id = number(&rest);
    arguments.reward_id = number(&rest);
    arguments.at_micros = number(&rest);
    arguments.key = next(&rest);
    arguments.actor = next(&rest);
    status = loyalty_redeem_reward(engine, &arguments, &reply, error);
    if (status == LOYALTY_OK)
        printf("ok\n{\"redemption_id\":%" PRId64 ",\"points_spent\":%" PRId64 ",\"balance\":%" PRId64
               ",\"coupon_id\":%" PRId64 ",\"coupon_code\":\"%s\",\"discount_type\":%" PRId32
               ",\"discount_value\":[%" PRId64 ",%u],\"has_max_discount\":%u,\"max_discount\":[%" PRId64
               ",%u],\"valid_from\":%" PRId64 ",\"valid_until\":%" PRId64 ",\"replayed\":%u}\n",
               reply.redemption_id, reply.points_spent, reply.balance, reply.coupon_id, reply.coupon_code,
               reply.discount_type, reply.discount_value.digits, reply.discount_value.scale, reply.has_max_discount,
               reply.max_discount.digits, reply.max_discount.scale, reply.valid_from_micros, reply.valid_until_micros,
               reply.replayed);
    return status;
}

static loyalty_status points(const loyalty_engine *engine, char *rest, loyalty_error **error)
{
    loyalty_points_args arguments;
    loyalty_points_reply reply;
    loyalty_status status;
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    reply.size = sizeof reply;
    arguments.user_id = number(&rest);
    arguments.as_of_micros = number(&rest);
    status = loyalty_points(engine, &arguments, &reply, error);
    if (status == LOYALTY_OK)
        printf("ok\n{\"user_id\":%" PRId64 ",\"available\":%" PRId64 ",\"pending\":%" PRId64 ",\"held\":%" PRId64
               ",\"debt\":%" PRId64 ",\"lifetime\":%" PRId64 ",\"next_points\":%" PRId64 ",\"next_date\":\"%s\"}\n",
               reply.user_id, reply.available, reply.pending, reply.held, reply.debt, reply.lifetime,
               reply.next_expiry_points, reply.next_expiry_date);
    return status;
}

static loyalty_status calculate_score(const loyalty_engine *engine, char *rest, loyalty_error **error)
{
    loyalty_calculate_score_args arguments;
    loyalty_calculate_score_reply reply;
    loyalty_status status;
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    reply.size = sizeof reply;
    arguments.visits_90_days = number(&rest);
    arguments.spent_365_days = decimal(&rest);
    arguments.days_since_last_visit = number(&rest);
    arguments.distinct_products = number(&rest);
    arguments.successful_referrals = number(&rest);
    status = loyalty_calculate_score(engine, &arguments, &reply, error);
    if (status == LOYALTY_OK)
        printf("ok\n{\"score\":%" PRId64 ",\"frequency\":%" PRId64 ",\"amount\":%" PRId64 ",\"recency\":%" PRId64
               ",\"variety\":%" PRId64 ",\"referral\":%" PRId64 "}\n",
               reply.score, reply.frequency, reply.amount, reply.recency, reply.variety, reply.referral);
    return status;
}

static loyalty_status call(const loyalty_engine *engine, const char *operation, char *arguments, loyalty_error **error)
{
    char *reply = NULL;
    loyalty_status status;
    if (strcmp(operation, "typed earn_points") == 0)
        return earn_points(engine, arguments, error);
    if (strcmp(operation, "typed redeem_reward") == 0)
        return redeem_reward(engine, arguments, error);
    if (strcmp(operation, "typed points") == 0)
        return points(engine, arguments, error);
    if (strcmp(operation, "typed calculate_score") == 0)
        return calculate_score(engine, arguments, error);
    status = loyalty_call(engine, operation, arguments, strlen(arguments), &reply, error);
    if (status == LOYALTY_OK)
        printf("ok\n%s\n", reply);
    loyalty_string_free(reply);
    return status;
}

int main(int argc, char **argv)
{
    loyalty_options options;
    loyalty_engine *engine = NULL;
    loyalty_error *error = NULL;
    loyalty_status status;
    char *now = NULL, *operation = NULL, *arguments = NULL;
    size_t now_room = 0, operation_room = 0, arguments_room = 0;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.database = argc > 1 ? argv[1] : NULL;
    options.program = argc > 2 ? argv[2] : NULL;
    status = loyalty_open(&options, &engine, &error);
    if (status != LOYALTY_OK) {
        tell_error(status, error);
        return 1;
    }
    while (read_line(&now, &now_room) != NULL && read_line(&operation, &operation_room) != NULL &&
           read_line(&arguments, &arguments_room) != NULL) {
        status = loyalty_fix_now(engine, now, &error);
        if (status == LOYALTY_OK)
            status = call(engine, operation, arguments, &error);
        if (status != LOYALTY_OK)
            tell_error(status, error);
        fflush(stdout);
    }
    free(now);
    free(operation);
    free(arguments);
    loyalty_close(engine);
    return 0;
}
