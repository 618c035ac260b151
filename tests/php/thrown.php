<?php

declare(strict_types=1);

// Code of the page's inside of SQLite's statements: a function that throws, exits, ends in a fatal error or sends a signal whose
// handler throws, called by a trigger on each table that a call writes. Run with a folder and the setting of a new database;
// the processes that it starts are run with the table, the moment, what happens, and whether the page has a transaction open.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

final class TimeIsOver extends Exception
{
}

/** A class of statements that nobody can make. */
final class Throwing extends PDOStatement
{
    private function __construct()
    {
        throw new DomainException('of a class of statements');
    }
}

[, $folder, $setting] = $_SERVER['argv'];
const WORDS = ['throw', 'error', 'exit', 'fatal', 'warning', 'signal'];

/** What the function does. */
function happen(string $what): int
{
    match ($what) {
        'throw' => throw new DomainException('of the page'),
        'error' => intdiv(1, 0),
        'exit' => exit(3),
        'fatal' => str_repeat('x', 1 << 40),
        'warning' => $GLOBALS['undefined'],
        'signal' => posix_kill(getmypid(), SIGUSR1),
    };
    return 1;
}

if (isset($_SERVER['argv'][4])) {
    [, , , $order, $table, $moment, $what, $together] = $_SERVER['argv'];
    set_error_handler(fn(int $level, string $message) => throw new ErrorException($message));
    pcntl_async_signals(true);
    pcntl_signal(SIGUSR1, fn() => throw new TimeIsOver());
    $page = connect($setting, [PDO::ATTR_STATEMENT_CLASS => [PDOStatement::class]]);
    loyalty_use_pdo($page);
    $page->sqliteCreateFunction('happen', happen(...));
    $page->exec("CREATE TEMP TRIGGER t $moment ON $table BEGIN SELECT happen('$what'); END");
    $together === 'together' && $page->beginTransaction();
    $together === 'together' && $page->exec("INSERT INTO orders VALUES ('$order')");
    $balance = loyalty_points(7)['available'];
    $thrown = null;
    try {
        loyalty_earn_points(7, 1000, $order, items: [['sku' => $order, 'quantity' => 1]]);
    } catch (Throwable $thrown) {
    }
    // As it was found: the page's transaction is open, or none is.
    same($together === 'together', $page->inTransaction() || !free($page), 'the transaction of the page');
    $page->exec('DROP TRIGGER t');
    $written = (bool) $page->query("SELECT COUNT(*) FROM loyalty_orders WHERE order_id = '$order'")->fetchColumn();
    same($balance + ($written ? 10 : 0), loyalty_points(7)['available'], 'the points');
    same($thrown === null || $thrown instanceof TimeIsOver, $written, 'a call that was made');
    // It serves on: the same call again is made, or was.
    same($written, loyalty_earn_points(7, 1000, $order, items: [['sku' => $order, 'quantity' => 1]])['replayed'], 'the call again');
    $together === 'together' && $page->rollBack();
    echo $thrown === null ? 'nothing' : $thrown::class;
    exit(0);
}

/** Whether a connection can begin, so that none is open. */
function free(PDO $page): bool
{
    try {
        $page->exec('BEGIN');
        $page->exec('ROLLBACK');
        return true;
    } catch (PDOException) {
        return false;
    }
}

$page = connect($setting, [PDO::ATTR_TIMEOUT => 0]);
$page->exec('CREATE TABLE orders (number VARCHAR(40) NOT NULL PRIMARY KEY)');
loyalty_use_pdo($page);
loyalty_enroll(7);
loyalty_earn_points(7, 1000, 'first', items: [['sku' => 'milk', 'quantity' => 1]]);
// Nothing of a class of statements of the page's is made.
$page->setAttribute(PDO::ATTR_STATEMENT_CLASS, [Throwing::class]);
same(20, loyalty_earn_points(7, 1000, 'second')['balance'], 'beside a class of statements that throws');
thrown(DomainException::class, fn() => $page->query('SELECT 1'));
$page->setAttribute(PDO::ATTR_STATEMENT_CLASS, [PDOStatement::class]);
$tables = $page->query("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'loyalty%' ORDER BY name")->fetchAll(PDO::FETCH_COLUMN);

// What a call writes.
$page->exec('CREATE TEMP TABLE written (place TEXT)');
$places = [];
foreach ($tables as $number => $table) {
    foreach (['INSERT', 'UPDATE', 'DELETE'] as $act) {
        $page->exec("CREATE TEMP TRIGGER w_{$number}_$act AFTER $act ON $table BEGIN INSERT INTO written VALUES ('$act ON $table'); END");
        $places[] = "w_{$number}_$act";
    }
}
loyalty_earn_points(7, 1000, 'third', items: [['sku' => 'tea', 'quantity' => 1]]);
$written = $page->query('SELECT DISTINCT place FROM written')->fetchAll(PDO::FETCH_COLUMN);
same(true, count($written) >= 5, 'a call writes several tables: ' . implode(', ', $written));
array_map(fn(string $trigger) => $page->exec("DROP TRIGGER $trigger"), $places);

$happened = [];
$turn = 0;
foreach ($written as $place) {
    [$act, , $table] = explode(' ', $place);
    foreach (WORDS as $what) {
        $moment = ['BEFORE', 'AFTER'][$turn % 2];
        $together = ['together', 'alone'][intdiv($turn, 2) % 2];
        $order = 'T-' . ++$turn;
        $balance = loyalty_points(7)['available'];
        $options = ['-d', 'extension=' . getenv('LOYALTY_PHP_EXTENSION'), '-d', 'memory_limit=64M', '-d', 'display_errors=0', '-d', 'log_errors=0'];
        $job = [PHP_BINARY, ...$options, __FILE__, $folder, $setting, $order, $table, "$moment $act", $what, $together];
        $process = proc_open($job, [1 => ['pipe', 'w'], 2 => ['pipe', 'w']], $pipes);
        $said = stream_get_contents($pipes[1]) . stream_get_contents($pipes[2]);
        $code = proc_close($process);
        $expected = ['throw' => [0, 'DomainException'], 'error' => [0, 'DivisionByZeroError'], 'exit' => [3, ''], 'fatal' => [255, ''],
            'warning' => [0, 'LoyaltyUnavailableException'], 'signal' => [0, 'TimeIsOver']][$what];
        same($expected, [$code, $said], "$what $moment $place, $together");
        // Nobody is locked out, and only a call that was made is there, once; a page that has ended has written nothing.
        $page->exec("INSERT INTO orders VALUES ('after $order')");
        $made = $code === 0 && $together === 'alone';
        same([$balance + ($made ? 10 : 0), 0], [loyalty_points(7)['available'], (int) $page->query("SELECT COUNT(*) FROM orders WHERE number = '$order'")->fetchColumn()], "$what $moment $place, $together");
        $happened[$what] = ($happened[$what] ?? 0) + 1;
    }
}
same(true, loyalty_verify()['ok'], 'the books');
echo json_encode($happened), "\n";
