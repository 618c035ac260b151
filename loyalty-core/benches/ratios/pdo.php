<?php
// Measures calls on the page's own PDO connection against the same statements issued from PHP, round by round, as the
// benchmark asks for them on standard input: a job of those below, the first call and their number. Run with the
// connections (PDO's words, user) of the engine's database and of two copies of it, and a statement for each of them.
declare(strict_types=1);

require __DIR__ . '/measured.php';

/** The statements of a purchase and of a profile, as the engine issues them inside the page's transaction. */
final class ByHand
{
    private array $kept = [];

    public function __construct(private PDO $pdo, private bool $onServer)
    {
    }

    /** Runs a statement that is prepared once. Bytes and texts are told apart only where SQLite would refuse. */
    private function run(string $sql, array $values, int ...$bytes): PDOStatement
    {
        $statement = $this->kept[$sql] ??= $this->pdo->prepare($sql);
        if ($bytes === []) {
            $statement->execute($values);
            return $statement;
        }
        foreach ($values as $place => $value) {
            $isBytes = in_array($place, $bytes, true);
            $type = $isBytes ? PDO::PARAM_LOB : (is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR);
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

    private const COLUMNS = 'id, user_id, locale, balance, debt, total_points, qualifying_points, current_tier, tier_since,'
        . ' tier_state, score, join_date, last_visit, total_visits, total_spent, distinct_products, favorite_products,'
        . ' rewards_redeemed, successful_referrals, referral_code, referral_code_expires_at, referred_by, points_expiry_date,'
        . ' ending_points, pending_until, entries, lots_from, last_link, last_recorded_at, held, held_until, merged_into,'
        . ' blocked, text_salt, archived_to';

    private const MEMBER = 'SELECT ' . self::COLUMNS . ' FROM loyalty_users WHERE user_id = ?';

    private const PROFILE = 'SELECT ' . self::COLUMNS . ','
        . ' COALESCE((SELECT SUM(visits) FROM loyalty_visits WHERE user_id = ?1 AND day >= ?2 AND day <= ?4), 0),'
        . ' COALESCE((SELECT SUM(spent) FROM loyalty_visits WHERE user_id = ?1 AND day >= ?3 AND day <= ?4), 0),'
        . ' (SELECT user_name FROM loyalty_persons WHERE user_id = ?1) FROM loyalty_users WHERE user_id = ?1';

    private const ENTRY = 'INSERT INTO loyalty_transactions (id, user_id, transaction_type, points_amount, balance_after,'
        . ' order_id, reverses_id, description, occurred_at, recorded_after, expires_at, actor, acted_by, programme_id, details,'
        . ' amount, items, settlement, link, remaining, available_at, ends_at, receipt, request)'
        . ' VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)';

    /** What is kept of the answer, and digests of the request with their seal: of the size that the engine writes. */
    private const RECEIPT = '[2,4742,0]';
    private const REQUEST = "\7\7\7\7\7\7\7\7\7\7\7\7\7\7\7\7";

    /** As a guest in the page's transaction, the engine sets a savepoint around them. */
    public function earnAsGuest(int $user, string $order): void
    {
        $this->pdo->exec('SAVEPOINT loyalty_call');
        $this->earn($user, $order);
        $this->pdo->exec('RELEASE SAVEPOINT loyalty_call');
    }

    public function earn(int $user, string $order): void
    {
        [$member, $entry, $now] = $this->begin($user, $order);
        $this->run(self::ENTRY, $entry, 18, 23);
        $day = intdiv($now, 86_400_000_000);
        $this->run('INSERT INTO loyalty_visits (user_id, day, visits, spent) VALUES (?, ?, ?, ?) ' . ($this->onServer
            ? 'ON DUPLICATE KEY UPDATE visits = visits + VALUES(visits), spent = spent + VALUES(spent)'
            : 'ON CONFLICT (user_id, day) DO UPDATE SET visits = visits + excluded.visits, spent = spent + excluded.spent'),
            [$user, $day, 1, 12_990]);
        $this->windows($user, $day, $this->onServer ? ' LOCK IN SHARE MODE' : '');
        $this->update($member, $entry, $now);
        $this->lead($user, $order, $entry[0]);
    }

    /**
     * The five statements that keep points at all: whether the order is known, the member, the entry with its lot (one
     * row here), the order's row that makes it known, the member's sums. The day's visits and the score, which the
     * engine keeps besides, are not counted.
     */
    public function earnByFive(int $user, string $order): void
    {
        [$member, $entry, $now] = $this->begin($user, $order);
        $this->run(self::ENTRY, $entry, 18, 23);
        $this->lead($user, $order, $entry[0]);
        $this->update($member, $entry, $now);
    }

    /** The member, the entry to be written, and the time. */
    private function begin(int $user, string $order): array
    {
        $found = $this->row('SELECT entry_id FROM loyalty_orders WHERE order_id = ?', [$order]);
        $found === false || throw new LogicException($order);
        $member = $this->row(self::MEMBER, [$user]);
        if ($this->onServer) {
            $member = $this->row(self::MEMBER . ' FOR UPDATE', [$user]);
        }
        $id = (int) $member[0] << 22 | (int) $member[25] + 1;
        $now = (int) (microtime(true) * 1_000_000);
        $entry = [$id, $user, 'earn', 129, (int) $member[3] + 129, $order, null, null, $now, 0, $now + 31_536_000_000_000, null,
            null, 1, null, 12_990, null, null, str_repeat("\7", 16), 129, null, null, self::RECEIPT, self::REQUEST];
        return [$member, $entry, $now];
    }

    private function update(array $member, array $entry, int $now): void
    {
        $this->run(
            'UPDATE loyalty_users SET balance = ?, debt = ?, total_points = ?, qualifying_points = ?, current_tier = ?,'
            . ' tier_since = ?, tier_state = ?, score = ?, last_visit = ?, total_visits = ?, total_spent = ?,'
            . ' distinct_products = ?, favorite_products = ?, rewards_redeemed = ?, successful_referrals = ?, ending_points = ?,'
            . ' pending_until = ?, entries = ?, lots_from = ?, last_link = ?, last_recorded_at = ?, held = ?, held_until = ?'
            . ' WHERE id = ?',
            [$entry[4], 0, $entry[4], $entry[4], 'cafe_bronze', $now, null, 100, $now, (int) $member[13] + 1, 25_980, 0, '[]', 0,
                0, 129, $now, (int) $member[25] + 1, (int) $member[26], $entry[18], $now, 0, PHP_INT_MAX, (int) $member[0]],
            19
        );
    }

    private function lead(int $user, string $order, int $entry): void
    {
        $this->run('INSERT INTO loyalty_orders (order_id, entry_id, user_id) VALUES (?, ?, ?)', [$order, $entry, $user]);
    }

    public function profile(int $user): void
    {
        $this->row(self::MEMBER, [$user]);
        $this->row('SELECT user_name FROM loyalty_persons WHERE user_id = ?', [$user]);
        $day = intdiv(time(), 86_400);
        $this->row(
            'SELECT COALESCE(SUM(CASE WHEN day >= ? THEN visits ELSE 0 END), 0), COALESCE(SUM(CASE WHEN day >= ? THEN spent'
            . ' ELSE 0 END), 0), (SELECT user_name FROM loyalty_persons WHERE user_id = ?)'
            . ' FROM loyalty_visits WHERE user_id = ? AND day >= ? AND day <= ?',
            [$day - 89, $day - 364, $user, $user, $day - 364, $day]
        );
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
    'earn_by_hand' => fn (int $call) => page($other, fn () => $byHand->earnAsGuest($member($call), "P-$call")),
    'earn_natively' => fn (int $call) => page($native, fn () => $natively->earnAsGuest($member($call), "P-$call")),
    // What the engine does on a connection of its own.
    'alone_by_hand' => fn (int $call) => page($other, fn () => $byHand->earn($member($call), random_order($call))),
    'five_by_hand' => fn (int $call) => page($other, fn () => $byHand->earnByFive($member($call), random_order($call))),
    'profile' => fn (int $call) => page($pdo, fn () => loyalty_profile(user_id: $member($call))),
    'profile_by_hand' => fn (int $call) => page($other, fn () => $byHand->profile($member($call))),
    'profile_natively' => fn (int $call) => page($native, fn () => $natively->profile($member($call))),
];

while (($line = fgets(STDIN)) !== false) {
    [$job, $first, $count] = explode(' ', trim($line));
    echo measured($jobs[$job], (int) $first, (int) $count);
}
