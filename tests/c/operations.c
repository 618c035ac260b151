/* Prints the list of operations as the library gives it, the same text each time. */
#include <loyalty.h>
#include <stdio.h>

int main(void)
{
    const char *list = loyalty_operations();
    puts(list);
    return list == loyalty_operations() ? 0 : 1;
}
