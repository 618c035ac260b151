<?php
// What calls of a job take, for the benchmark that asks.
declare(strict_types=1);

/** Processor time that this process has used so far, with the kernel's for it, in µs. */
function processor(): int
{
    $used = getrusage();
    return ($used['ru_utime.tv_sec'] + $used['ru_stime.tv_sec']) * 1_000_000 + $used['ru_utime.tv_usec'] + $used['ru_stime.tv_usec'];
}

/** The median time of one call and the mean processor time of each, in µs. */
function measured(callable $job, int $first, int $count): string
{
    $times = [];
    $used = processor();
    for ($call = $first; $call < $first + $count; $call++) {
        $began = hrtime(true);
        $job($call);
        $times[] = hrtime(true) - $began;
    }
    $used = processor() - $used;
    sort($times);
    return $times[intdiv($count, 2)] / 1000 . ' ' . $used / $count . "\n";
}

/** The order of a call: ids of a host that come in a random order. */
function random_order(int $call): string
{
    return sprintf('A-%06d', $call * 617_333 % 1_000_003);
}
