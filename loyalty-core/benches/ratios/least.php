<?php
// Measures calls from PHP without sync against the least that a page could do by hand, round by round, as the benchmark
// asks for them on standard input: a job of those below, the first call and their number.
declare(strict_types=1);

require __DIR__ . '/measured.php';

/** The least that keeps points in three tables: five statements for a purchase. */
final class Least
{
    private PDO $pdo;
    private PDOStatement $known;
    private PDOStatement $member;
    private PDOStatement $entry;
    private PDOStatement $lot;
    private PDOStatement $update;

    public function __construct(string $file)
    {
        $this->pdo = new PDO("sqlite:$file", options: [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
        // As the engine without sync.
        $this->pdo->exec('PRAGMA journal_mode = WAL');
        $this->pdo->exec('PRAGMA synchronous = NORMAL');
        $this->pdo->exec('PRAGMA wal_autocheckpoint = 8000');
        $this->pdo->exec('CREATE TABLE member (user_id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, total INTEGER NOT NULL,'
            . ' visits INTEGER NOT NULL, spent INTEGER NOT NULL, tier TEXT NOT NULL, last_visit INTEGER NOT NULL)');
        $this->pdo->exec('CREATE TABLE entry (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, kind TEXT NOT NULL,'
            . ' points INTEGER NOT NULL, balance INTEGER NOT NULL, order_id TEXT UNIQUE, amount INTEGER NOT NULL,'
            . ' occurred_at INTEGER NOT NULL)');
        $this->pdo->exec('CREATE TABLE lot (user_id INTEGER, id INTEGER, points INTEGER NOT NULL, remaining INTEGER NOT NULL,'
            . ' expires_at INTEGER NOT NULL, PRIMARY KEY (user_id, id)) WITHOUT ROWID');
        $this->pdo->exec('INSERT INTO member WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)'
            . " SELECT i, 129, 129, 1, 12990, 'bronze', 0 FROM n");
        $this->pdo->exec("INSERT INTO entry SELECT user_id, user_id, 'earn', 129, 129, 'old-' || user_id, 12990, 0 FROM member");
        $this->pdo->exec('INSERT INTO lot SELECT user_id, user_id, 129, 129, 0 FROM member');
        $this->known = $this->pdo->prepare('SELECT id FROM entry WHERE order_id = ?');
        $this->member = $this->pdo->prepare('SELECT balance, total, visits, spent, tier FROM member WHERE user_id = ?');
        $this->entry = $this->pdo->prepare('INSERT INTO entry (user_id, kind, points, balance, order_id, amount, occurred_at)'
            . ' VALUES (?, ?, ?, ?, ?, ?, ?)');
        $this->lot = $this->pdo->prepare('INSERT INTO lot (user_id, id, points, remaining, expires_at) VALUES (?, ?, ?, ?, ?)');
        $this->update = $this->pdo->prepare('UPDATE member SET balance = ?, total = ?, visits = ?, spent = ?, tier = ?,'
            . ' last_visit = ? WHERE user_id = ?');
    }

    public function earn(int $user, string $order): void
    {
        $this->pdo->beginTransaction();
        $this->known->execute([$order]);
        $this->known->fetch(PDO::FETCH_NUM) === false || throw new LogicException($order);
        $this->known->closeCursor();
        $this->member->execute([$user]);
        [$balance, $total, $visits, $spent, $tier] = $this->member->fetch(PDO::FETCH_NUM);
        $this->member->closeCursor();
        $now = (int) (microtime(true) * 1_000_000);
        $this->entry->execute([$user, 'earn', 129, $balance + 129, $order, 12990, $now]);
        $this->lot->execute([$user, (int) $this->pdo->lastInsertId(), 129, 129, $now + 31_536_000_000_000]);
        $this->update->execute([$balance + 129, $total + 129, $visits + 1, $spent + 12990, $tier, $now, $user]);
        $this->pdo->commit();
    }
}


[, $database, $file] = $argv;
loyalty_configure(database: "sqlite:$database?durability=relaxed");
$least = new Least($file);
$member = fn (int $call): int => $call * 7919 % 10000 + 1;
$jobs = [
    'earn' => fn (int $call) => loyalty_earn_points(user_id: $member($call), amount: 12990, order_id: random_order($call)),
    'least' => fn (int $call) => $least->earn($member($call), random_order($call)),
    'points' => fn (int $call) => loyalty_points(user_id: $member($call)),
    'profile' => fn (int $call) => loyalty_profile(user_id: $member($call)),
];

while (($line = fgets(STDIN)) !== false) {
    [$job, $first, $count] = explode(' ', trim($line));
    echo measured($jobs[$job], (int) $first, (int) $count);
}
