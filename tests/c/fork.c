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

void test_fork(const char *database, int rounds)
{
    int status = 0;
    loyalty_engine *engine = open_engine(database);
    (void)rounds;
    earn(engine, "before", 10);
    pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        earn(engine, "child", 20);
        loyalty_close(engine);
        CHECK(loyalty_call(engine, "tiers", "{}", 2, NULL, NULL) == LOYALTY_INVALID);
        exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    earn(engine, "parent", 30);
    char *verified = call(engine, "verify", "{}");
    CHECK(strstr(verified, "\"ok\":true") != NULL);
    loyalty_string_free(verified);
    loyalty_close(engine);
}
