<?php

declare(strict_types=1);

// A page for the servers: does what `job` says and answers with JSON.
header('Content-Type: application/json');
try {
    $answer = match ($_GET['job']) {
        'earn' => loyalty_earn_points((int) $_GET['user'], 1000)['points_earned'],
        'points' => loyalty_points((int) $_GET['user'])['available'],
        'verify' => loyalty_verify()['ok'],
        'elsewhere' => elsewhere(),
        'flood' => flood((int) $_GET['user']),
    };
    echo json_encode(['pid' => getmypid(), 'answer' => $answer]), "\n";
} catch (LoyaltyException $exception) {
    echo json_encode(['pid' => getmypid(), 'error' => $exception->getReason()]), "\n";
}

/** Points in another database, under another clock: for this request only. */
function elsewhere(): int
{
    loyalty_configure(database: $_SERVER['LOYALTY_ELSEWHERE'] ?? $_GET['elsewhere'], now: '2031-01-01T12:00:00Z');
    return loyalty_earn_points(1, 1000)['points_earned'];
}

/** Replies until the memory of the request is used up, each right after a write. */
function flood(int $user): never
{
    ini_set('memory_limit', (string) (memory_get_usage(true) + 1_000_000));
    $replies = [];
    while (true) {
        loyalty_earn_points($user, 1000);
        for ($round = 0; $round < 50; $round++) {
            $replies[] = loyalty_profile($user);
        }
    }
}
