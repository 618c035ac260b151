/* What the C tests share: a check that stops, and an engine in a file. */
#ifndef CHECK_H
#define CHECK_H

#include <loyalty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(fact)                                                                                                        \
    do {                                                                                                                   \
        if (!(fact)) {                                                                                                     \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #fact);                                            \
            exit(1);                                                                                                       \
        }                                                                                                                  \
    } while (0)

static inline loyalty_engine *open_engine(const char *database)
{
    loyalty_options options;
    loyalty_engine *engine = NULL;
    loyalty_error *error = NULL;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.database = database;
    loyalty_status status = loyalty_open(&options, &engine, &error);
    if (status != LOYALTY_OK)
        fprintf(stderr, "%s\n", loyalty_error_message(error));
    CHECK(status == LOYALTY_OK && engine != NULL && error == NULL);
    return engine;
}

/* A JSON call that must succeed; the reply is the caller's. */
static inline char *call(const loyalty_engine *engine, const char *name, const char *arguments)
{
    char *reply = NULL;
    loyalty_error *error = NULL;
    loyalty_status status = loyalty_call(engine, name, arguments, strlen(arguments), &reply, &error);
    if (status != LOYALTY_OK)
        fprintf(stderr, "%s: %s\n", name, loyalty_error_message(error));
    CHECK(status == LOYALTY_OK && reply != NULL && error == NULL);
    return reply;
}

/* A purchase of 1000 in the default programme: 10 points. */
static inline loyalty_earn_points_args purchase(int64_t user_id, const char *order_id)
{
    loyalty_earn_points_args arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.size = sizeof arguments;
    arguments.user_id = user_id;
    arguments.amount.digits = 1000;
    arguments.order_id = order_id;
    return arguments;
}

/* The tests, each in a file of its name. `rounds` is how often something is done that may go wrong now and then. */
void test_arguments(const char *database, int rounds);
void test_calls(const char *database, int rounds);
void test_closing(const char *database, int rounds);
void test_fork(const char *database, int rounds);
void test_threads(const char *database, int rounds);

#endif
