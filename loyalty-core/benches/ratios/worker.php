<?php
// Measures calls from PHP, round by round, as the benchmark asks for them on standard input:
// a job of those below, the first call and their number; answers with the median in µs.
declare(strict_types=1);

[, $database, $copy] = $argv;
loyalty_configure(database: "sqlite:$database");

$pdo = new PDO("sqlite:$copy", options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$memberRow = $pdo->prepare('SELECT * FROM loyalty_users WHERE user_id = ?');
$windows = $pdo->prepare(
    'SELECT COALESCE(SUM(CASE WHEN day >= ? THEN visits ELSE 0 END), 0), COALESCE(SUM(spent), 0)
     FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ?'
);
$today = intdiv(time(), 86400);

function member(int $call): int
{
    return $call * 7919 % 10000 + 1;
}

function median(callable $job, int $first, int $count): float
{
    $times = [];
    for ($call = $first; $call < $first + $count; $call++) {
        $began = hrtime(true);
        $job($call);
        $times[] = hrtime(true) - $began;
    }
    sort($times);
    return $times[intdiv($count, 2)] / 1000;
}

$jobs = [
    'earn' => fn (int $call) => loyalty_earn_points(user_id: member($call), amount: 12990, order_id: "P-$call"),
    'profile' => fn (int $call) => loyalty_profile(user_id: member($call)),
    'scalar' => fn (int $call) => loyalty_tier_for(points: $call),
    'connecting' => function (int $call) use ($copy, $today): void {
        // What a page does that opens its connection in each request.
        $pdo = new PDO("sqlite:$copy", options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
        $pdo->beginTransaction();
        $row = $pdo->prepare('SELECT * FROM loyalty_users WHERE user_id = ?');
        $row->execute([member($call)]);
        $row->fetch(PDO::FETCH_ASSOC);
        $sums = $pdo->prepare(
            'SELECT COALESCE(SUM(CASE WHEN day >= ? THEN visits ELSE 0 END), 0), COALESCE(SUM(spent), 0)
             FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ?'
        );
        $sums->execute([$today - 89, member($call), $today - 364, $today]);
        $sums->fetch(PDO::FETCH_NUM);
        $pdo->commit();
    },
    'pdo' => function (int $call) use ($pdo, $memberRow, $windows, $today): void {
        $pdo->beginTransaction();
        $memberRow->execute([member($call)]);
        $memberRow->fetch(PDO::FETCH_ASSOC);
        $windows->execute([$today - 89, member($call), $today - 364, $today]);
        $windows->fetch(PDO::FETCH_NUM);
        $pdo->commit();
    },
];

while (($line = fgets(STDIN)) !== false) {
    [$job, $first, $count] = explode(' ', trim($line));
    echo median($jobs[$job], (int) $first, (int) $count), "\n";
}
