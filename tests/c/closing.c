/* An engine is closed while other threads call it: each call ends as if it were open, or is refused; none crashes. */
#include "check.h"

#include <pthread.h>

enum { THREADS = 4 };

static loyalty_engine *engine;

static void *till(void *argument)
{
    loyalty_status status = LOYALTY_OK;
    int calls = 0;
    (void)argument;
    while (status == LOYALTY_OK) {
        loyalty_error *error = NULL;
        char *reply = NULL;
        status = loyalty_call(engine, "tiers", "{}", 2, &reply, &error);
        CHECK((status == LOYALTY_OK) == (reply != NULL) && (status == LOYALTY_OK) == (error == NULL));
        CHECK(status == LOYALTY_OK || status == LOYALTY_INVALID);
        loyalty_string_free(reply);
        loyalty_error_free(error);
        calls++;
    }
    CHECK(calls > 0);
    return NULL;
}

void test_closing(const char *database, int rounds)
{
    pthread_t threads[THREADS];
    int i;
    engine = open_engine(database);
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, till, NULL) == 0);
    for (i = 0; i < rounds; i++)
        loyalty_string_free(call(engine, "tiers", "{}"));
    loyalty_close(engine);
    for (i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
}
