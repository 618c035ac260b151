/*
 * Wrong arguments: NULL in every place of a pointer, wrong sizes, reserved fields, text that is no UTF-8 and JSON that is
 * none. Each gives the documented error, names the argument, and leaves the outputs as they were.
 */
#include "check.h"

static char untouched;

/* The error of a call that failed: its status, and the argument that its details name. */
static void fails(int line, loyalty_status status, loyalty_error *error, loyalty_status expected, const char *field)
{
    char named[80];
    snprintf(named, sizeof named, "\"field\":\"%s\"", field);
    if (status != expected || loyalty_error_status(error) != expected ||
        strstr(loyalty_error_details(error), named) == NULL) {
        fprintf(stderr, "line %d: expected %d for %s, got %d: %s %s\n", line, (int)expected, field, (int)status,
                loyalty_error_message(error), loyalty_error_details(error));
        exit(1);
    }
    loyalty_error_free(error);
}

#define INVALID(field, ...)                                                                                                \
    do {                                                                                                                   \
        loyalty_error *error = NULL;                                                                                       \
        loyalty_status status = __VA_ARGS__;                                                                               \
        fails(__LINE__, status, error, LOYALTY_INVALID, field);                                                            \
    } while (0)

static void json(const loyalty_engine *engine)
{
    char *reply = &untouched;
    const char *no_utf8 = "{\"user_id\":\"\xff\"}", *names[] = {"points", "profile", "earn_points", "tiers", "verify"};
    const char *object = "{\"user_id\":7,\"items\":[{\"sku\":\"a\",\"quantity\":2}],\"amount\":\"10\"}";
    loyalty_error *error = NULL;
    char deep[100000];
    size_t length, i;
    INVALID("engine", loyalty_call(NULL, "points", "{}", 2, &reply, &error));
    INVALID("name", loyalty_call(engine, NULL, "{}", 2, &reply, &error));
    INVALID("name", loyalty_call(engine, "\xc3\x28", "{}", 2, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", NULL, 0, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", NULL, 2, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", "{}", (size_t)-1, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", "{}", ((size_t)16 << 20) + 1, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", no_utf8, strlen(no_utf8), &reply, &error));
    INVALID("reply", loyalty_call(engine, "points", "{\"user_id\":7}", 13, NULL, &error));
    INVALID("arguments", loyalty_call(engine, "points", "[7]", 3, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", "7", 1, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", "", 0, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", "{}\0", 3, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", "{\"user_id\":1e999}", 17, &reply, &error));
    INVALID("arguments", loyalty_call(engine, "points", "{\"user_id\":\"\\ud800\"}", 20, &reply, &error));
    memset(deep, '[', sizeof deep);
    INVALID("arguments", loyalty_call(engine, "points", deep, sizeof deep, &reply, &error));
    INVALID("user_id", loyalty_call(engine, "points", "{}", 2, &reply, &error));
    INVALID("colour", loyalty_call(engine, "points", "{\"user_id\":7,\"colour\":1}", 24, &reply, &error));
    for (length = 0; length < strlen(object); length++)
        for (i = 0; i < sizeof names / sizeof *names; i++)
            INVALID("arguments", loyalty_call(engine, names[i], object, length, &reply, &error));
    CHECK(loyalty_call(engine, "no_such", "{}", 2, &reply, &error) == LOYALTY_NOT_FOUND);
    CHECK(strcmp(loyalty_error_code(error), "not_found") == 0);
    loyalty_error_free(error);
    CHECK(reply == &untouched);
    /* The error may be left out; the status says the same. */
    CHECK(loyalty_call(engine, "points", "{}", 2, &reply, NULL) == LOYALTY_INVALID);
    CHECK(loyalty_call(NULL, NULL, NULL, 0, NULL, NULL) == LOYALTY_INVALID);
}

static void opening(void)
{
    loyalty_engine *engine = (loyalty_engine *)&untouched;
    loyalty_options options;
    loyalty_error *error = NULL;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.database = "sqlite::memory:";
    INVALID("engine", loyalty_open(&options, NULL, &error));
    INVALID("options", loyalty_open(NULL, &engine, &error));
    options.size--;
    INVALID("options.size", loyalty_open(&options, &engine, &error));
    options.size = sizeof options + 8;
    INVALID("options.size", loyalty_open(&options, &engine, &error));
    options.size = 0;
    INVALID("options.size", loyalty_open(&options, &engine, &error));
    options.size = sizeof options;
    options.reserved_words[3] = 1;
    INVALID("options.reserved", loyalty_open(&options, &engine, &error));
    options.reserved_words[3] = 0;
    options.program = "/nowhere/program.toml";
    INVALID("options.program", loyalty_open(&options, &engine, &error));
    options.program = "/dev/null";
    CHECK(loyalty_open(&options, &engine, NULL) == LOYALTY_INVALID);
    options.program = "\xff";
    INVALID("options.program", loyalty_open(&options, &engine, &error));
    options.program = NULL;
    options.database = "oracle:x";
    INVALID("database", loyalty_open(&options, &engine, &error));
    options.database = NULL;
    INVALID("options.database", loyalty_open(&options, &engine, &error));
    options.database = "sqlite:/nowhere/at/all/loyalty.db";
    CHECK(loyalty_open(&options, &engine, &error) == LOYALTY_UNAVAILABLE);
    CHECK(strcmp(loyalty_error_code(error), "database_unopened") == 0);
    loyalty_error_free(error);
    CHECK(loyalty_open(NULL, NULL, NULL) == LOYALTY_INVALID);
    CHECK(engine == (loyalty_engine *)&untouched);
}

/* A struct that ends with the size it says: nothing behind it is read. */
static void *shorter(size_t size)
{
    uint32_t said = (uint32_t)size;
    void *memory = calloc(1, size);
    CHECK(memory != NULL);
    memcpy(memory, &said, sizeof said);
    return memory;
}

/* A pointer that no object of more than a byte can have. */
static void *odd(void)
{
    static uint64_t memory[200];
    return (char *)memory + 1;
}

#define TYPED(name, sound)                                                                                                 \
    static void name(const loyalty_engine *engine)                                                                         \
    {                                                                                                                      \
        loyalty_##name##_args arguments = sound;                                                                           \
        loyalty_##name##_reply reply, before;                                                                              \
        void *small = shorter(8);                                                                                          \
        memset(&reply, 0x5a, sizeof reply);                                                                                \
        reply.size = sizeof reply;                                                                                         \
        before = reply;                                                                                                    \
        INVALID("engine", loyalty_##name(NULL, &arguments, &reply, &error));                                               \
        INVALID("arguments", loyalty_##name(engine, NULL, &reply, &error));                                                \
        INVALID("reply", loyalty_##name(engine, &arguments, NULL, &error));                                                \
        INVALID("arguments.size", loyalty_##name(engine, small, &reply, &error));                                          \
        INVALID("reply.size", loyalty_##name(engine, &arguments, small, &error));                                          \
        INVALID("arguments", loyalty_##name(engine, odd(), &reply, &error));                                               \
        INVALID("reply", loyalty_##name(engine, &arguments, odd(), &error));                                               \
        arguments.size += 8;                                                                                               \
        INVALID("arguments.size", loyalty_##name(engine, &arguments, &reply, &error));                                     \
        arguments.size -= 8;                                                                                               \
        arguments.reserved = 1;                                                                                            \
        INVALID("arguments.reserved", loyalty_##name(engine, &arguments, &reply, &error));                                 \
        arguments.reserved = 0;                                                                                            \
        arguments.reserved_words[0] = 1;                                                                                   \
        INVALID("arguments.reserved", loyalty_##name(engine, &arguments, &reply, &error));                                 \
        CHECK(loyalty_##name(NULL, NULL, NULL, NULL) == LOYALTY_INVALID);                                                  \
        CHECK(memcmp(&reply, &before, sizeof reply) == 0);                                                                 \
        free(small);                                                                                                       \
    }

static loyalty_points_args right_points(void)
{
    loyalty_points_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.size = sizeof arguments;
    arguments.user_id = 31;
    return arguments;
}

static loyalty_redeem_reward_args right_redeem_reward(void)
{
    loyalty_redeem_reward_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.size = sizeof arguments;
    arguments.user_id = 31;
    arguments.reward_id = 1;
    return arguments;
}

static loyalty_calculate_score_args right_calculate_score(void)
{
    loyalty_calculate_score_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.size = sizeof arguments;
    return arguments;
}

static loyalty_validate_coupon_args right_validate_coupon(void)
{
    loyalty_validate_coupon_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.size = sizeof arguments;
    arguments.code = "ABCD";
    return arguments;
}

TYPED(earn_points, purchase(31, "B-1"))
TYPED(points, right_points())
TYPED(redeem_reward, right_redeem_reward())
TYPED(calculate_score, right_calculate_score())
TYPED(validate_coupon, right_validate_coupon())

static void fields(const loyalty_engine *engine)
{
    loyalty_earn_points_args arguments = purchase(31, "C-1");
    loyalty_earn_points_reply reply;
    loyalty_item items[2];
    loyalty_decimal amount = {1, 0, 0};
    const char *labels[] = {"vegan", NULL};
    memset(&reply, 0, sizeof reply);
    memset(items, 0, sizeof items);
    reply.size = sizeof reply;
    items[0].size = items[1].size = sizeof *items;
    items[0].sku = items[1].sku = "latte";
    items[0].quantity = items[1].quantity = 1;
#define EARN loyalty_earn_points(engine, &arguments, &reply, &error)
    arguments.item_count = 2;
    INVALID("items", EARN);
    arguments.items = items;
    arguments.item_count = (size_t)-1;
    INVALID("items", EARN);
    arguments.item_count = 2;
    items[1].size = 4;
    INVALID("items[1].size", EARN);
    items[1].size = sizeof *items;
    items[1].sku = NULL;
    INVALID("items[1].sku", EARN);
    items[1].sku = "\xff";
    INVALID("items[1].sku", EARN);
    items[1].sku = "";
    INVALID("items[1].sku", EARN);
    items[1].sku = "latte";
    items[1].kind = 3;
    INVALID("items[1].kind", EARN);
    items[1].kind = -1;
    INVALID("items[1].kind", EARN);
    items[1].kind = LOYALTY_ITEM_GIFT;
    items[1].quantity = 0;
    INVALID("items[1].quantity", EARN);
    items[1].quantity = 1;
    items[1].category = "\xff";
    INVALID("items[1].category", EARN);
    items[1].category = NULL;
    items[1].label_count = 2;
    INVALID("items[1].labels", EARN);
    items[1].labels = labels;
    INVALID("items[1].labels[1]", EARN);
    items[1].label_count = 1;
    items[1].reserved[1] = 1;
    INVALID("items[1].reserved", EARN);
    items[1].reserved[1] = 0;
    items[1].amount = &amount;
    amount.scale = 19;
    INVALID("items[1].amount.scale", EARN);
    amount.scale = 0;
    arguments.amount.scale = 99;
    INVALID("amount.scale", EARN);
    arguments.amount.scale = 1;
    arguments.amount.digits = 15;
    INVALID("amount", EARN);
    arguments.amount.scale = 0;
    arguments.amount.digits = -1;
    INVALID("amount", EARN);
    arguments.amount.digits = INT64_MIN;
    INVALID("amount", EARN);
    arguments.amount.digits = 1000;
    arguments.amount.reserved = 1;
    INVALID("amount.reserved", EARN);
    arguments.amount.reserved = 0;
    arguments.order_id = "\xed\xa0\x80";
    INVALID("order_id", EARN);
    arguments.order_id = "";
    INVALID("order_id", EARN);
    arguments.order_id = "C-1";
    arguments.key = "\xff";
    INVALID("key", EARN);
    arguments.key = NULL;
    arguments.actor = "\xff";
    INVALID("actor", EARN);
    arguments.actor = NULL;
    arguments.user_id = 0;
    INVALID("user_id", EARN);
    arguments.user_id = 31;
    arguments.at_micros = -1;
    INVALID("at_micros", EARN);
    arguments.at_micros = INT64_MAX;
    INVALID("at_micros", EARN);
    arguments.at_micros = 0;
    CHECK(reply.transaction_id == 0);
    CHECK(loyalty_earn_points(engine, &arguments, &reply, NULL) == LOYALTY_OK && reply.points_earned == 10);
}

static void nothing_to_free(void)
{
    int64_t number = 5;
    loyalty_close(NULL);
    loyalty_close(NULL);
    loyalty_string_free(NULL);
    loyalty_error_free(NULL);
    CHECK(loyalty_error_status(NULL) == LOYALTY_OK);
    CHECK(strcmp(loyalty_error_code(NULL), "") == 0);
    CHECK(strcmp(loyalty_error_message(NULL), "") == 0);
    CHECK(strcmp(loyalty_error_details(NULL), "{}") == 0);
    CHECK(loyalty_error_number(NULL, "missing", &number) == LOYALTY_NOT_FOUND);
    CHECK(loyalty_error_number(NULL, NULL, &number) == LOYALTY_INVALID);
    CHECK(loyalty_error_number(NULL, "\xff", &number) == LOYALTY_INVALID);
    CHECK(loyalty_error_number(NULL, "missing", NULL) == LOYALTY_INVALID && number == 5);
}

static void closed(const char *database)
{
    loyalty_engine *engine = open_engine(database), *other = open_engine(database);
    loyalty_error *error = NULL;
    char *reply = NULL;
    loyalty_close(engine);
    loyalty_close(engine);
    INVALID("engine", loyalty_call(engine, "tiers", "{}", 2, &reply, &error));
    INVALID("engine", loyalty_fix_now(engine, NULL, &error));
    INVALID("engine", loyalty_fix_now(NULL, NULL, &error));
    INVALID("now", loyalty_fix_now(other, "yesterday", &error));
    INVALID("now", loyalty_fix_now(other, "\xff", &error));
    CHECK(loyalty_fix_now(other, "2026-03-02T09:30:00-03:00", &error) == LOYALTY_OK && error == NULL);
    loyalty_close(other);
    CHECK(open_engine(database) != engine);
}

void test_arguments(const char *database, int rounds)
{
    loyalty_engine *engine = open_engine(database);
    (void)rounds;
    nothing_to_free();
    opening();
    json(engine);
    earn_points(engine);
    points(engine);
    redeem_reward(engine);
    calculate_score(engine);
    validate_coupon(engine);
    fields(engine);
    loyalty_close(engine);
    closed(database);
}
