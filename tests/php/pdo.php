<?php

declare(strict_types=1);

require __DIR__ . '/check.php';

// Two copies of SQLite on one file in one process lose each other's locks. What was acknowledged must never be lost.
$file = $_SERVER['argv'][1] . '/loyalty.db';

/** The balance as another process sees it, after what it does. */
function seenOutside(string $file, string $job = ''): array
{
    $code = 'loyalty_configure(database: "sqlite:' . $file . '");' . $job
        . 'echo json_encode([loyalty_points(7)["available"], loyalty_verify()["ok"]]);';
    $options = ['-d', 'extension=' . getenv('LOYALTY_PHP_EXTENSION')];
    $process = proc_open([PHP_BINARY, ...$options, '-r', $code], [1 => ['pipe', 'w']], $pipes);
    $answer = stream_get_contents($pipes[1]);
    same(0, proc_close($process), 'the other process');
    return json_decode($answer, true);
}

loyalty_configure(database: database());

// PDO first: the engine does not open.
$pdo = new PDO("sqlite:$file");
$pdo->exec('CREATE TABLE shop (id INTEGER)');
$refused = thrown(LoyaltyUnavailableException::class, fn() => loyalty_enroll(7));
same('database_shared_in_process', $refused->getReason(), 'PDO has the file open');
$pdo = null;
same(7, loyalty_enroll(7)['user_id'], 'after PDO has closed it');
loyalty_earn_points(7, 1000, 'A-1');

// PDO opens and closes the file after the engine: the locks are gone, and the next write says so.
$pdo = new PDO("sqlite:$file");
same('1', (string) $pdo->query('SELECT count(*) FROM shop')->columnCount(), 'PDO reads');
$pdo = null;
$lost = thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(7, 1000, 'A-2'));
same(['database_lock_lost', 5], [$lost->getReason(), $lost->getCode()], 'the lock is lost');

// Nothing that was acknowledged is lost, and what was refused is not there.
same([10, true], seenOutside($file), 'the points after a refused write');

// The engine has opened the file anew: what was refused can be done again.
same(20, loyalty_earn_points(7, 1000, 'A-2')['balance'], 'the same call again');
same([20, true], seenOutside($file), 'the points after it');

// A reader is told too, before it shows the past for ever.
$pdo = new PDO("sqlite:$file");
$pdo->query('SELECT count(*) FROM shop');
$pdo = null;
same([30, true], seenOutside($file, 'loyalty_earn_points(7, 1000, "A-3");'), 'another process writes');
$lost = thrown(LoyaltyUnavailableException::class, fn() => loyalty_points(7));
same('database_lock_lost', $lost->getReason(), 'the log was deleted under a reader');
same(30, loyalty_points(7)['available'], 'the points of both processes');
same(40, loyalty_earn_points(7, 1000, 'A-4')['balance'], 'and a write of this one');
same([40, true], seenOutside($file), 'nothing of anybody is lost');
