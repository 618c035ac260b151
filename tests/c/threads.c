/* Eight threads share an engine: each earns for a member of its own and for one that is everybody's, by struct and by JSON. */
#include "check.h"

#include <pthread.h>

enum { THREADS = 8, SHARED = 1000 };

static loyalty_engine *engine;
static int rounds_of_each;

static void *till(void *argument)
{
    int64_t own = *(int64_t *)argument;
    char order[40], json[120], *reply = NULL;
    int i;
    for (i = 0; i < rounds_of_each; i++) {
        loyalty_earn_points_reply receipt;
        loyalty_error *error = NULL;
        memset(&receipt, 0, sizeof receipt);
        receipt.size = sizeof receipt;
        snprintf(order, sizeof order, "T-%d-%d", (int)own, i);
        loyalty_earn_points_args arguments = purchase(own, order);
        CHECK(loyalty_earn_points(engine, &arguments, &receipt, &error) == LOYALTY_OK);
        CHECK(receipt.balance == 10 * (i + 1) && receipt.replayed == 0);
        snprintf(json, sizeof json, "{\"user_id\":%d,\"amount\":1000,\"order_id\":\"S-%d-%d\"}", SHARED, (int)own, i);
        loyalty_string_free(call(engine, "earn_points", json));
        /* What is refused is refused to this thread. */
        CHECK(loyalty_call(engine, "points", "{\"user_id\":9999}", 16, &reply, &error) == LOYALTY_NOT_FOUND);
        CHECK(strcmp(loyalty_error_code(error), "not_found") == 0);
        loyalty_error_free(error);
    }
    return NULL;
}

void test_threads(const char *database, int rounds)
{
    pthread_t threads[THREADS];
    int64_t members[THREADS];
    loyalty_points_args arguments;
    loyalty_points_reply reply;
    char *verified;
    int i;
    rounds_of_each = rounds;
    engine = open_engine(database);
    for (i = 0; i < THREADS; i++) {
        members[i] = i + 1;
        CHECK(pthread_create(&threads[i], NULL, till, &members[i]) == 0);
    }
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    memset(&arguments, 0, sizeof arguments);
    memset(&reply, 0, sizeof reply);
    arguments.size = sizeof arguments;
    arguments.user_id = SHARED;
    reply.size = sizeof reply;
    CHECK(loyalty_points(engine, &arguments, &reply, NULL) == LOYALTY_OK);
    /* Up to 50 rounds: with more the member reaches the next tier, which earns more. */
    CHECK(reply.available == 10 * THREADS * rounds);
    verified = call(engine, "verify", "{}");
    CHECK(strstr(verified, "\"ok\":true") != NULL);
    loyalty_string_free(verified);
    loyalty_close(engine);
}
