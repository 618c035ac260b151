/* How long it takes to load the library and to open an engine with it: LIBRARY DATABASE. */
#define _POSIX_C_SOURCE 200809L

#include <dlfcn.h>
#include <loyalty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIMES = 101 };

static loyalty_status (*open_engine)(const loyalty_options *, loyalty_engine **, loyalty_error **);
static void (*close_engine)(loyalty_engine *);

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static double opening_ms(const char *database)
{
    loyalty_options options;
    loyalty_engine *engine = NULL;
    double begun = now_ms(), taken;
    memset(&options, 0, sizeof options);
    options.size = sizeof options;
    options.database = database;
    if (open_engine(&options, &engine, NULL) != LOYALTY_OK) {
        fprintf(stderr, "%s could not be opened\n", database);
        exit(1);
    }
    taken = now_ms() - begun;
    close_engine(engine);
    return taken;
}

static int by_size(const void *one, const void *other)
{
    double difference = *(const double *)one - *(const double *)other;
    return (difference > 0) - (difference < 0);
}

static double median_ms(const char *database)
{
    double taken[TIMES];
    int i;
    for (i = 0; i < TIMES; i++)
        taken[i] = opening_ms(database);
    qsort(taken, TIMES, sizeof *taken, by_size);
    return taken[TIMES / 2];
}

int main(int argc, char **argv)
{
    double begun = now_ms();
    void *library = argc == 3 ? dlopen(argv[1], RTLD_NOW) : NULL;
    if (library == NULL) {
        fprintf(stderr, "measure LIBRARY DATABASE\n");
        return 1;
    }
    printf("%-34s %8.2f ms\n", "load the library", now_ms() - begun);
    *(void **)&open_engine = dlsym(library, "loyalty_open");
    *(void **)&close_engine = dlsym(library, "loyalty_close");
    printf("%-34s %8.2f ms\n", "open a new file, once", opening_ms(argv[2]));
    printf("%-34s %8.2f ms, median of %d\n", "open it again", median_ms(argv[2]), TIMES);
    printf("%-34s %8.2f ms, median of %d\n", "open a database in memory", median_ms("sqlite::memory:"), TIMES);
    return 0;
}
