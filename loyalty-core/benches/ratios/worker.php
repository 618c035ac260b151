<?php
// Measures calls from PHP, round by round, as the benchmark asks for them on standard input:
// a job of those below, the first call and their number.
declare(strict_types=1);

require __DIR__ . '/measured.php';

[, $database, $copy] = $argv;
loyalty_configure(database: "sqlite:$database");

$pdo = new PDO("sqlite:$copy", options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
// One statement for all that a profile shows, as the engine sends it.
$profile = 'SELECT id, user_id, locale, balance, debt, total_points, qualifying_points, current_tier, tier_since, tier_state,'
    . ' score, join_date, last_visit, total_visits, total_spent, distinct_products, favorite_products, rewards_redeemed,'
    . ' successful_referrals, referral_code, referral_code_expires_at, referred_by, points_expiry_date, ending_points,'
    . ' pending_until, entries, lots_from, last_link, last_recorded_at, held, held_until, merged_into, blocked, text_salt,'
    . ' archived_to,'
    . ' COALESCE((SELECT SUM(visits) FROM loyalty_visits WHERE user_id = ?1 AND day >= ?2 AND day <= ?4), 0) AS visits,'
    . ' COALESCE((SELECT SUM(spent) FROM loyalty_visits WHERE user_id = ?1 AND day >= ?3 AND day <= ?4), 0) AS spent,'
    . ' (SELECT user_name FROM loyalty_persons WHERE user_id = ?1) AS name FROM loyalty_users WHERE user_id = ?1';
$kept = $pdo->prepare($profile);
$today = intdiv(time(), 86400);

function member(int $call): int
{
    return $call * 7919 % 10000 + 1;
}

function profile(PDOStatement $statement, int $user, int $today): void
{
    $statement->execute([$user, $today - 89, $today - 364, $today]);
    $statement->fetch(PDO::FETCH_ASSOC);
    $statement->closeCursor();
}

$jobs = [
    'earn' => fn (int $call) => loyalty_earn_points(user_id: member($call), amount: 12990, order_id: "P-$call"),
    'profile' => fn (int $call) => loyalty_profile(user_id: member($call)),
    'scalar' => fn (int $call) => loyalty_tier_for(points: $call),
    'connecting' => function (int $call) use ($copy, $profile, $today): void {
        // What a page does that opens its connection in each request.
        $pdo = new PDO("sqlite:$copy", options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
        profile($pdo->prepare($profile), member($call), $today);
    },
    'pdo' => fn (int $call) => profile($kept, member($call), $today),
];

while (($line = fgets(STDIN)) !== false) {
    [$job, $first, $count] = explode(' ', trim($line));
    echo measured($jobs[$job], (int) $first, (int) $count);
}
