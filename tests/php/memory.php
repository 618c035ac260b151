<?php

declare(strict_types=1);

// Calls of all kinds on the page's own connection, whose memory does not grow. Run with a folder, the setting of a new database,
// the way of the connection, and how many calls.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

[, , $setting, $way, $calls] = $_SERVER['argv'];
$page = Link::open($way, $setting);
if (!str_starts_with($setting, 'mysql:')) {
    $page->exec('PRAGMA synchronous = OFF');
}
$page->exec('CREATE TABLE orders (number INTEGER NOT NULL PRIMARY KEY)');
$native = $page instanceof MysqliLink ? $page->mysqli : $page->pdo;
$lend = $way === 'mysqli' ? loyalty_use_mysqli(...) : loyalty_use_pdo(...);
$lend($native);
array_map(fn(int $user) => loyalty_enroll($user), range(1, 50));

/** A call, in or out of a transaction: one that writes, asks, is refused, is wrong; on a connection that is named anew. */
function call(int $number): void
{
    global $page, $native, $lend;
    $isInside = $number % 4 === 0;
    $isInside && $page->begin();
    try {
        match ($number % 10) {
            0, 1, 2 => loyalty_earn_points(1 + $number % 50, 1000, "O-$number", items: [['sku' => 'tea', 'quantity' => 1]]),
            3, 4 => loyalty_profile(1 + $number % 50),
            5 => loyalty_redeem_reward(1 + $number % 50, 9_999_999),
            6 => loyalty_earn_points(1 + $number % 50, -1),
            7 => $lend(fn() => $native),
            8 => $lend(fn() => throw new DomainException('none')),
            9 => $lend($native),
        };
        if ($number % 10 === 8) {
            loyalty_points(1);
        }
    } catch (LoyaltyException) {
    }
    $isInside && ($number % 8 === 0 ? $page->commit() : $page->rollBack());
    $number % 10 === 8 && $lend($native);
}

/** Of the process in KiB. */
function resident(): int
{
    preg_match('/^VmRSS:\s+(\d+)/m', file_get_contents('/proc/self/status'), $found);
    return (int) $found[1];
}

$before = [];
for ($number = 1; $number <= $calls; $number++) {
    call($number);
    if ($number === intdiv((int) $calls, 4)) {
        gc_collect_cycles();
        $before = [memory_get_usage(), resident()];
    }
}
gc_collect_cycles();
$grown = [memory_get_usage() - $before[0], resident() - $before[1]];
same(true, $grown[0] < 20_000, "PHP's memory has grown by $grown[0] bytes");
same(true, $grown[1] < 3_000, "the process has grown by $grown[1] KiB");
echo "$calls calls, grown by $grown[0] bytes of PHP's and $grown[1] KiB of the process\n";
