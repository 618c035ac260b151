<?php
// Measures calls on the page's own PDO connection against the same statements issued from PHP, round by round, as the
// benchmark asks for them on standard input: a job of those below, the first call and their number; answers with the
// median in µs. Run with the connections (PDO's words, user) of the engine's database and of two copies of it, and a
// statement for each of them.
declare(strict_types=1);

/** The statements of a purchase and of a profile, as the engine issues them inside the page's transaction. */
final class ByHand
{
    private array $kept = [];

    public function __construct(private PDO $pdo, private bool $onServer)
    {
    }

    /** Runs a statement that is prepared once. Bytes and texts are told apart only where SQLite would refuse. */
    private function run(string $sql, array $values, int $bytes = -1): PDOStatement
    {
        $statement = $this->kept[$sql] ??= $this->pdo->prepare($sql);
        if ($bytes < 0) {
            $statement->execute($values);
            return $statement;
        }
        foreach ($values as $place => $value) {
            $type = $place === $bytes ? PDO::PARAM_LOB : (is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR);
            $statement->bindValue($place + 1, $value, $type);
        }
        $statement->execute();
        return $statement;
    }

    private function row(string $sql, array $values): array|false
    {
        $statement = $this->run($sql, $values);
        $row = $statement->fetch(PDO::FETCH_NUM);
        $statement->closeCursor();
        return $row;
    }

    private function windows(int $user, int $day, string $lock): array
    {
        return $this->row(
            'SELECT COALESCE(SUM(CASE WHEN day >= ? THEN visits ELSE 0 END), 0), COALESCE(SUM(CASE WHEN day >= ? THEN spent'
            . " ELSE 0 END), 0) FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ?$lock",
            [$day - 89, $day - 364, $user, $day - 364, $day]
        );
    }

    private const MEMBER = 'SELECT id, user_id, user_name, email, phone, birth_date, locale, consents, balance, debt,'
        . ' total_points, qualifying_points, current_tier, tier_since, tier_state, score, join_date, last_visit, total_visits,'
        . ' total_spent, distinct_products, favorite_products, rewards_redeemed, successful_referrals, referral_code,'
        . ' referral_code_expires_at, referred_by, points_expiry_date, pending_until, entries, last_link, last_recorded_at,'
        . ' held, held_until, merged_into, blocked FROM loyalty_users WHERE user_id = ?';

    public function earn(int $user, string $order): void
    {
        // Texts of the size that the engine writes.
        $details = '{"because":[{"rule":"base","points":129,"why":"1 punto por cada 100 CLP"}]}';
        $request = 'user_id:0123456789abcdef amount:0123456789abcdef order_id:0123456789abcdef';
        $answer = '{"transaction_id":4194305,"points_earned":129,"balance":258,"tier_before":"cafe_bronze","tier":"cafe_bronze",'
            . '"tier_changed":false,"points_to_next_tier":4742,"expires_at":"2027-11-25T00:00:00-03:00","because":[],'
            . '"redemptions":[],"replayed":false}';
        $this->pdo->exec('SAVEPOINT loyalty_call');
        $found = $this->row('SELECT user_id, entry_id, amount, refunded, points, reversed, tier, visit, programme_id,'
            . ' occurred_at, items, settlement, request, answer FROM loyalty_orders WHERE order_id = ?', [$order]);
        $found === false || throw new LogicException($order);
        $member = $this->row(self::MEMBER, [$user]);
        if ($this->onServer) {
            $member = $this->row(self::MEMBER . ' FOR UPDATE', [$user]);
        }
        [$balance, $entries] = [(int) $member[8], (int) $member[29] + 1];
        $id = (int) $member[0] << 22 | $entries;
        $now = (int) (microtime(true) * 1_000_000);
        [$end, $day, $after, $link] = [$now + 31_536_000_000_000, intdiv($now, 86_400_000_000), $balance + 129, str_repeat("\7", 16)];
        $this->run(
            'INSERT INTO loyalty_transactions (id, user_id, transaction_type, points_amount, balance_before, balance_after,'
            . ' order_id, reverses_id, description, occurred_at, created_at, expires_at, actor, programme_id, details, link)'
            . ' VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            [$id, $user, 'earn', 129, $balance, $after, $order, null, 'Compra A-17', $now, $now, $end, null, 1, $details, $link],
            15
        );
        $this->run('INSERT INTO loyalty_lots (id, user_id, points, remaining, closed, available_at, expires_at)'
            . ' VALUES (?, ?, ?, ?, ?, ?, ?)', [$id, $user, 129, 129, 0, $now, $end]);
        $this->run('INSERT INTO loyalty_visits (user_id, day, visits, spent) VALUES (?, ?, ?, ?) ' . ($this->onServer
            ? 'ON DUPLICATE KEY UPDATE visits = visits + VALUES(visits), spent = spent + VALUES(spent)'
            : 'ON CONFLICT (user_id, day) DO UPDATE SET visits = visits + excluded.visits, spent = spent + excluded.spent'),
            [$user, $day, 1, 12_990]);
        $this->windows($user, $day, $this->onServer ? ' LOCK IN SHARE MODE' : '');
        $this->run(
            'UPDATE loyalty_users SET balance = ?, debt = ?, total_points = ?, qualifying_points = ?, current_tier = ?,'
            . ' tier_since = ?, tier_state = ?, score = ?, last_visit = ?, total_visits = ?, total_spent = ?,'
            . ' distinct_products = ?, favorite_products = ?, rewards_redeemed = ?, successful_referrals = ?, pending_until = ?,'
            . ' entries = ?, last_link = ?, last_recorded_at = ?, held = ?, held_until = ? WHERE id = ?',
            [$after, 0, $after, $after, 'cafe_bronze', $now, null, 100, $now, (int) $member[18] + 1, 25_980, 0, '[]', 0, 0,
                $now, $entries, $link, $now, 0, PHP_INT_MAX, (int) $member[0]],
            17
        );
        $this->run('INSERT INTO loyalty_orders (order_id, user_id, entry_id, amount, refunded, points, reversed, tier, visit,'
            . ' programme_id, occurred_at, items, settlement, request, answer)'
            . ' VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            [$order, $user, $id, 12_990, 0, 129, 0, 'cafe_bronze', 1, 1, $now, null, null, $request, $answer]);
        $this->pdo->exec('RELEASE SAVEPOINT loyalty_call');
    }

    public function profile(int $user): void
    {
        $this->row(self::MEMBER, [$user]);
        $this->windows($user, intdiv(time(), 86_400), '');
    }
}

function connect(string $place, array $attributes = []): PDO
{
    global $statement;
    $pdo = new PDO($place, 'root', '', $attributes + [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
    $pdo->exec($statement);
    return $pdo;
}

/** Writes of a page in a transaction of its own. */
function page(PDO $pdo, callable $job): void
{
    $pdo->beginTransaction();
    $job();
    $pdo->commit();
}

[, $ours, $theirs, $natives, $statement] = $argv;
$onServer = str_starts_with($ours, 'mysql');
$pdo = connect($ours);
$other = connect($theirs);
// By default, PDO prepares statements for MySQL as text with the values written into it.
$native = connect($natives, $onServer ? [PDO::ATTR_EMULATE_PREPARES => false] : []);
[$byHand, $natively] = [new ByHand($other, $onServer), new ByHand($native, $onServer)];
loyalty_use_pdo($pdo);

$member = fn (int $call): int => $call * 7919 % 10000 + 1;
$earn = fn (int $call): array => loyalty_earn_points(user_id: $member($call), amount: 12990, order_id: "P-$call");
$jobs = [
    'earn' => fn (int $call) => page($pdo, fn () => $earn($call)),
    'earn_by_hand' => fn (int $call) => page($other, fn () => $byHand->earn($member($call), "P-$call")),
    'earn_natively' => fn (int $call) => page($native, fn () => $natively->earn($member($call), "P-$call")),
    'profile' => fn (int $call) => page($pdo, fn () => loyalty_profile(user_id: $member($call))),
    'profile_by_hand' => fn (int $call) => page($other, fn () => $byHand->profile($member($call))),
    'profile_natively' => fn (int $call) => page($native, fn () => $natively->profile($member($call))),
];

while (($line = fgets(STDIN)) !== false) {
    [$job, $first, $count] = explode(' ', trim($line));
    $times = [];
    for ($call = (int) $first; $call < $first + $count; $call++) {
        $began = hrtime(true);
        $jobs[$job]($call);
        $times[] = hrtime(true) - $began;
    }
    sort($times);
    echo $times[intdiv((int) $count, 2)] / 1000, "\n";
}
