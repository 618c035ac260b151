<?php

declare(strict_types=1);

require __DIR__ . '/check.php';

const CHILDREN = 3;
const EARNS = 20;

/** Runs a job in a child of its own. */
function child(callable $job): int
{
    $pid = pcntl_fork();
    if ($pid === 0) {
        try {
            $job();
            exit(0);
        } catch (Throwable $exception) {
            fwrite(STDERR, "child: $exception\n");
            exit(1);
        }
    }
    return $pid;
}

function wait(array $children): void
{
    foreach ($children as $pid) {
        pcntl_waitpid($pid, $status);
        same(0, pcntl_wexitstatus($status), 'the end of a child');
    }
}

function earn(int $user): void
{
    for ($number = 0; $number < EARNS; $number++) {
        loyalty_earn_points($user, 1000);
    }
}

// Before the first use: each child opens a connection of its own, and all of them a file that is not there yet.
for ($round = 1; $round <= 10; $round++) {
    loyalty_configure(database: "sqlite:{$_SERVER['argv'][1]}/new-$round.db");
    wait(array_map(fn(int $user) => child(fn() => loyalty_enroll($user)), range(1, CHILDREN)));
}
loyalty_configure(database: database());
wait(array_map(fn(int $user) => child(fn() => earn($user)), range(1, CHILDREN)));

// After the first use: what the parent has open is left alone, in use or not, and the parent goes on.
earn(10);
$children = array_map(fn(int $user) => child(fn() => earn($user)), range(11, 10 + CHILDREN));
$children[] = child(fn() => null);
$children[] = child(fn() => wait([child(fn() => earn(20))]));
earn(10);
wait($children);
earn(10);

// A child that works on a connection of its own at once, as a worker does that connects after the fork.
wait([child(function (): void {
    loyalty_use_pdo(new PDO("sqlite:{$_SERVER['argv'][1]}/own.db"));
    same(10, loyalty_earn_points(1, 1000)['balance'], 'points on the connection of a child');
})]);

// The children are gone; nothing of anybody is lost.
foreach ([...range(1, CHILDREN), ...range(11, 10 + CHILDREN), 20] as $user) {
    same(EARNS * 10, loyalty_points($user)['available'], "the points of $user");
}
same(3 * EARNS * 10, loyalty_points(10)['available'], 'the points of the parent');
same(true, loyalty_verify()['ok'], 'the books');
