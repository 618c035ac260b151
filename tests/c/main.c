/* Runs tests: DATABASE ROUNDS NAME... They have members of their own, so one database serves for all. */
#include "check.h"

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(const char *database, int rounds);
    } tests[] = {
        {"arguments", test_arguments}, {"calls", test_calls},     {"closing", test_closing},
        {"fork", test_fork},           {"threads", test_threads},
    };
    size_t i;
    int named, rounds;
    CHECK(argc > 3);
    rounds = atoi(argv[2]);
    CHECK(rounds > 0);
    for (named = 3; named < argc; named++) {
        for (i = 0; i < sizeof tests / sizeof *tests && strcmp(tests[i].name, argv[named]) != 0; i++)
            ;
        CHECK(i < sizeof tests / sizeof *tests);
        tests[i].run(argv[1], rounds);
    }
    return 0;
}
