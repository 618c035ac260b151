/*
 * A surface for the stories and for the comparison of typed calls with JSON calls.
 *
 * Reads three lines for each call: the time, the operation and its arguments. An operation that begins with "typed " goes
 * through its struct; its arguments are fields between tabs, in the order of the struct, with "-" for NULL and the number
 * of lines or labels before them. Answers with the lines "ok" and the reply, or "error", the status, the code, the
 * details and the message.
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

/* A number for a field that must be there; NULL is 0. */
static loyalty_decimal decimal(char **rest)
{
    loyalty_decimal decimal = {0, 0, 0};
    decimal.digits = number(rest);
    decimal.scale = (uint32_t)number(rest);
    return decimal;
}

/* A number for a field that is a pointer. */
static const loyalty_decimal *optional(char **rest, loyalty_decimal *place)
{
    int none = strncmp(*rest, "-\t", 2) == 0;
    *place = decimal(rest);
    return none ? NULL : place;
}

enum { LINES = 8, LABELS = 24 };

/* The lines of an order, and what they point to. */
typedef struct {
    loyalty_item items[LINES];
    loyalty_decimal amounts[LINES], taxes[LINES];
    const char *labels[LINES][LABELS];
} lines;

static size_t read_items(char **rest, lines *lines)
{
    size_t count = (size_t)number(rest), i, j;
    memset(lines, 0, sizeof *lines);
    for (i = 0; i < count && i < LINES; i++) {
        loyalty_item *item = &lines->items[i];
        item->size = sizeof *item;
        item->kind = (int32_t)number(rest);
        item->sku = next(rest);
        item->quantity = number(rest);
        item->amount = optional(rest, &lines->amounts[i]);
        item->tax = optional(rest, &lines->taxes[i]);
        item->category = next(rest);
        item->labels = lines->labels[i];
        item->label_count = (size_t)number(rest);
        for (j = 0; j < item->label_count && j < LABELS; j++)
            lines->labels[i][j] = next(rest);
    }
    return count;
}

/* Begins an object, or a further member of it. */
static void tell_name(const char *name)
{
    printf("%s\"%s\":", strcmp(name, "ok") == 0 ? "ok\n{" : ",", name);
}

static void tell_number(const char *name, int64_t number)
{
    tell_name(name);
    printf("%" PRId64, number);
}

static void tell_text(const char *name, const char *text)
{
    tell_name(name);
    printf("\"%s\"", text);
}

/* 129.90 for {12990, 2}, as JSON replies have it. */
static void tell_decimal(const char *name, loyalty_decimal decimal)
{
    char digits[40];
    int length = snprintf(digits, sizeof digits, "%0*" PRIu64, (int)decimal.scale + 1,
                          decimal.digits < 0 ? 0 - (uint64_t)decimal.digits : (uint64_t)decimal.digits);
    int whole = length - (int)decimal.scale;
    tell_name(name);
    printf("\"%s%.*s%s%s\"", decimal.digits < 0 ? "-" : "", whole, digits, decimal.scale > 0 ? "." : "",
           digits + whole);
}

static loyalty_status earn_points(const loyalty_engine *engine, char *rest, loyalty_error **error)
{
    loyalty_earn_points_args arguments;
    loyalty_earn_points_reply reply;
    lines lines;
    loyalty_decimal tax, points_paid, gift_card_paid;
    int64_t points;
    loyalty_status status;
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    reply.size = sizeof reply;
    arguments.user_id = number(&rest);
    arguments.amount = decimal(&rest);
    arguments.order_id = next(&rest);
    arguments.item_count = read_items(&rest, &lines);
    arguments.items = lines.items;
    arguments.shop = next(&rest);
    arguments.tax = optional(&rest, &tax);
    arguments.points_paid = optional(&rest, &points_paid);
    arguments.gift_card_paid = optional(&rest, &gift_card_paid);
    arguments.points = strncmp(rest, "-\t", 2) == 0 ? NULL : &points;
    points = number(&rest);
    arguments.description = next(&rest);
    arguments.at_micros = number(&rest);
    arguments.key = next(&rest);
    arguments.actor = next(&rest);
    status = loyalty_earn_points(engine, &arguments, &reply, error);
    if (status == LOYALTY_OK) {
        tell_number("ok", reply.size);
        tell_number("transaction_id", reply.transaction_id);
        tell_number("points_earned", reply.points_earned);
        tell_number("balance", reply.balance);
        tell_number("points_to_next_tier", reply.points_to_next_tier);
        tell_number("expires_at", reply.expires_at_micros);
        tell_text("tier_before", reply.tier_before);
        tell_text("tier", reply.tier);
        tell_number("tier_changed", reply.tier_changed);
        tell_number("redemption_count", reply.redemption_count);
        tell_number("replayed", reply.replayed);
        puts("}");
    }
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
    arguments.quantity = number(&rest);
    arguments.order_id = next(&rest);
    arguments.at_micros = number(&rest);
    arguments.key = next(&rest);
    arguments.actor = next(&rest);
    status = loyalty_redeem_reward(engine, &arguments, &reply, error);
    if (status == LOYALTY_OK) {
        tell_number("ok", reply.size);
        tell_number("redemption_id", reply.redemption_id);
        tell_number("quantity", reply.quantity);
        tell_number("points_spent", reply.points_spent);
        tell_decimal("money_due", reply.money_due);
        tell_number("balance", reply.balance);
        tell_number("coupon_id", reply.coupon_id);
        tell_text("coupon_code", reply.coupon_code);
        tell_number("discount_type", reply.discount_type);
        tell_decimal("discount_value", reply.discount_value);
        tell_number("has_max_discount", reply.has_max_discount);
        tell_decimal("max_discount", reply.max_discount);
        tell_number("valid_from", reply.valid_from_micros);
        tell_number("valid_until", reply.valid_until_micros);
        tell_number("replayed", reply.replayed);
        puts("}");
    }
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
    if (status == LOYALTY_OK) {
        tell_number("ok", reply.size);
        tell_number("user_id", reply.user_id);
        tell_number("available", reply.available);
        tell_number("pending", reply.pending);
        tell_number("held", reply.held);
        tell_number("debt", reply.debt);
        tell_number("lifetime", reply.lifetime);
        tell_number("next_points", reply.next_expiry_points);
        tell_text("next_date", reply.next_expiry_date);
        puts("}");
    }
    return status;
}

static loyalty_status validate_coupon(const loyalty_engine *engine, char *rest, loyalty_error **error)
{
    loyalty_validate_coupon_args arguments;
    loyalty_validate_coupon_reply reply;
    lines lines;
    loyalty_decimal tax;
    loyalty_status status;
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    reply.size = sizeof reply;
    arguments.code = next(&rest);
    arguments.amount = decimal(&rest);
    arguments.user_id = number(&rest);
    arguments.item_count = read_items(&rest, &lines);
    arguments.items = lines.items;
    arguments.delivery = decimal(&rest);
    arguments.tax = optional(&rest, &tax);
    arguments.order_id = next(&rest);
    arguments.actor = next(&rest);
    arguments.at_micros = number(&rest);
    status = loyalty_validate_coupon(engine, &arguments, &reply, error);
    if (status == LOYALTY_OK) {
        tell_number("ok", reply.size);
        tell_number("allowed", reply.allowed);
        tell_decimal("discount", reply.discount);
        tell_decimal("amount_left", reply.amount_left);
        tell_decimal("delivery_discount", reply.delivery_discount);
        tell_text("because", reply.because);
        puts("}");
    }
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
    if (status == LOYALTY_OK) {
        tell_number("ok", reply.size);
        tell_number("score", reply.score);
        tell_number("frequency", reply.frequency);
        tell_number("amount", reply.amount);
        tell_number("recency", reply.recency);
        tell_number("variety", reply.variety);
        tell_number("referral", reply.referral);
        puts("}");
    }
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
    if (strcmp(operation, "typed validate_coupon") == 0)
        return validate_coupon(engine, arguments, error);
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
    while (read_line(&now, &now_room) != NULL && read_line(&operation, &operation_room) != NULL &&
           read_line(&arguments, &arguments_room) != NULL) {
        /* Opened by the first call; while that fails, each call fails so. */
        status = engine == NULL ? loyalty_open(&options, &engine, &error) : LOYALTY_OK;
        if (status == LOYALTY_OK)
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
