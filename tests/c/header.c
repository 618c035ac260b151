/* The header alone, and each of its functions by its type: it compiles as any C and as C++. */
#include <loyalty.h>

int main(void)
{
    loyalty_status (*open)(const loyalty_options *, loyalty_engine **, loyalty_error **) = loyalty_open;
    void (*close)(loyalty_engine *) = loyalty_close;
    loyalty_status (*call)(const loyalty_engine *, const char *, const char *, size_t, char **, loyalty_error **) =
        loyalty_call;
    const char *(*code)(const loyalty_error *) = loyalty_error_code;
    uint32_t version = LOYALTY_ABI_VERSION;
    return open != 0 && close != 0 && call != 0 && code != 0 && loyalty_abi_version() == version ? LOYALTY_OK : LOYALTY_INTERNAL;
}
