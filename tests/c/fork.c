/* A child goes on with the engine that it inherited, closes it, and the parent's stays open; nothing is lost or doubled. */
#define _POSIX_C_SOURCE 200809L
#include "check.h"

#include <sys/wait.h>
#include <unistd.h>

static void earn(const loyalty_engine *engine, const char *order, int64_t balance)
{
    loyalty_earn_points_args arguments = purchase(41, order);
    loyalty_earn_points_reply reply;
    memset(&reply, 0, sizeof reply);
    reply.size = sizeof reply;
    CHECK(loyalty_earn_points(engine, &arguments, &reply, NULL) == LOYALTY_OK);
    CHECK(reply.balance == balance);
}

/* Forks, and waits for the child, which ends well. */
static void child(const loyalty_engine *engine, void (*run)(const loyalty_engine *engine))
{
    int status = 0;
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        run(engine);
        exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void calls_and_closes(const loyalty_engine *engine)
{
    earn(engine, "child", 20);
    loyalty_close((loyalty_engine *)engine);
    CHECK(loyalty_call(engine, "tiers", "{}", 2, NULL, NULL) == LOYALTY_INVALID);
}

static void calls(const loyalty_engine *engine)
{
    earn(engine, "second child", 40);
}

static void closes(const loyalty_engine *engine)
{
    loyalty_close((loyalty_engine *)engine);
}

static void does_nothing(const loyalty_engine *engine)
{
    (void)engine;
}

static void forks_again(const loyalty_engine *engine)
{
    earn(engine, "third child", 70);
    child(engine, closes);
    child(engine, does_nothing);
    earn(engine, "third child, again", 80);
}

void test_fork(const char *database, int rounds)
{
    loyalty_engine *engine = open_engine(database);
    (void)rounds;
    earn(engine, "before", 10);
    child(engine, calls_and_closes);
    earn(engine, "parent", 30);
    child(engine, calls);
    child(engine, closes);
    earn(engine, "parent, again", 50);
    child(engine, does_nothing);
    earn(engine, "parent, a third time", 60);
    child(engine, forks_again);
    earn(engine, "parent, at last", 90);
    char *verified = call(engine, "verify", "{}");
    CHECK(strstr(verified, "\"ok\":true") != NULL);
    loyalty_string_free(verified);
    loyalty_close(engine);
}
