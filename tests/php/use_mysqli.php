<?php

declare(strict_types=1);

// The order and its points on the page's own mysqli object. Run with a folder and the setting of a new database.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
set_error_handler(fn(int $level, string $message) => throw new ErrorException($message));
$setting = $_SERVER['argv'][2];
$page = connect_mysqli($setting, [MYSQLI_OPT_INT_AND_FLOAT_NATIVE => 1]);
$other = connect_mysqli($setting, [MYSQLI_OPT_INT_AND_FLOAT_NATIVE => 1]);
$page->query('CREATE TABLE orders (number VARCHAR(40) NOT NULL PRIMARY KEY, total INTEGER NOT NULL)');

/** What a page writes. */
function order(mysqli $page, string $number): void
{
    $page->query("INSERT INTO orders VALUES ('$number', 1000)");
}

/** The orders, and the points of the member, as another connection sees them. */
function seen(): array
{
    $orders = $GLOBALS['other']->query('SELECT number FROM orders ORDER BY number')->fetch_all();
    return [array_column($orders, 0), $GLOBALS['other']->query('SELECT balance FROM loyalty_users WHERE user_id = 7')->fetch_row()[0] ?? null];
}

function refused(string $reason, callable $call): LoyaltyException
{
    try {
        $call();
    } catch (LoyaltyException $error) {
        same($reason, $error->getReason(), $error->getMessage());
        return $error;
    }
    throw new LogicException("not refused: $reason");
}

// The tables are made outside of the page's transactions, however they were begun.
$begin = [
    'a method' => fn() => $page->begin_transaction(),
    'a method with a name' => fn() => $page->begin_transaction(MYSQLI_TRANS_START_READ_WRITE, 'shop'),
    'a snapshot' => fn() => $page->begin_transaction(MYSQLI_TRANS_START_WITH_CONSISTENT_SNAPSHOT),
    'a statement' => fn() => $page->query('BEGIN'),
    'no autocommit' => fn() => $page->autocommit(false),
    'no autocommit by a statement' => fn() => $page->query('SET autocommit = 0'),
    'several statements' => function () use ($page): void {
        $page->multi_query('SELECT 1; START TRANSACTION; SELECT 2');
        do {
            $answer = $page->store_result();
            $answer && $answer->free();
        } while ($page->more_results() && $page->next_result());
    },
    'the end of another' => fn() => $page->query('BEGIN') && $page->rollback(MYSQLI_TRANS_COR_AND_CHAIN),
];
foreach ($begin as $way => $begins) {
    $begins();
    refused('database_unprepared', fn() => loyalty_use_mysqli($page));
    $page->rollback(MYSQLI_TRANS_COR_AND_NO_CHAIN);
    $page->autocommit(true);
}
loyalty_use_mysqli($page);
loyalty_enroll(7);
same([[], 0], seen(), 'a member without an order');

// Order and points are undone as one, and committed as one.
$balance = 0;
foreach ($begin as $way => $begins) {
    foreach (['rollback', 'commit'] as $number => $end) {
        $begins();
        order($page, "$way-$number");
        same($balance + 10, loyalty_earn_points(7, 1000, "$way-$number")['balance'], "points, begun by $way");
        same($balance + 10, loyalty_points(7)['available'], 'the page sees its own points');
        refused('insufficient_points', fn() => loyalty_redeem_reward(7, 1));
        refused('idempotency_conflict', fn() => loyalty_earn_points(7, 9000, "$way-$number"));
        [$orders, $outside] = seen();
        same([false, $balance], [in_array("$way-$number", $orders, true), $outside], "nothing is committed, begun by $way");
        $page->$end(MYSQLI_TRANS_COR_AND_NO_CHAIN);
        $page->autocommit(true);
        $balance += $end === 'commit' ? 10 : 0;
        [$orders, $outside] = seen();
        same([$end === 'commit', $balance], [in_array("$way-$number", $orders, true), $outside], "after $end, begun by $way");
    }
}

// Inside savepoints of the page's.
$page->begin_transaction();
order($page, 'S-1');
loyalty_earn_points(7, 1000, 'S-1');
$page->savepoint('mine');
order($page, 'S-2');
loyalty_earn_points(7, 1000, 'S-2');
$page->query('ROLLBACK TO SAVEPOINT mine');
same($balance += 10, loyalty_points(7)['available'], 'back to the savepoint');
$page->release_savepoint('mine');
$page->commit();
same([true, false, $balance], [in_array('S-1', seen()[0], true), in_array('S-2', seen()[0], true), seen()[1]], 'what was before it');

// A transaction that only reads answers questions.
$page->begin_transaction(MYSQLI_TRANS_START_READ_ONLY);
same($balance, loyalty_points(7)['available'], 'a question');
$error = refused('database_read_only', fn() => loyalty_earn_points(7, 1000, 'R-1'));
$cause = $error->getPrevious();
same([mysqli_sql_exception::class, 1792, '25006'], [$cause::class, $cause->getCode(), $cause->getSqlState()], 'the cause');
$page->rollback();

// An answer of the page's that is not read to its end: told, nothing is written, and the page reads on.
$open = [
    'an unbuffered answer' => function () use ($page): callable {
        $answer = $page->query('SELECT 1 UNION SELECT 2', MYSQLI_USE_RESULT);
        same([1], $answer->fetch_row(), 'the first row');
        return fn() => [$answer->fetch_row(), $answer->fetch_row()];
    },
    'further results' => function () use ($page): callable {
        $page->multi_query('SELECT 2; SELECT 3');
        return function () use ($page): array {
            $rows = [$page->store_result()->fetch_row()];
            $page->next_result();
            same([3], $page->store_result()->fetch_row(), 'the last result');
            return [...$rows, null];
        };
    },
    'a statement' => function () use ($page): callable {
        $statement = $page->prepare('SELECT 1 UNION SELECT 2');
        $statement->execute();
        $statement->bind_result($number);
        $statement->fetch();
        return function () use ($statement, &$number): array {
            $rows = [$statement->fetch() ? [$number] : null];
            return [...$rows, $statement->fetch() ? [$number] : null];
        };
    },
];
foreach ($open as $what => $begins) {
    foreach ([MYSQLI_REPORT_OFF, MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT] as $mode) {
        mysqli_report($mode);
        $rest = $begins();
        foreach ([fn() => loyalty_points(7), fn() => loyalty_earn_points(7, 1000, 'busy'), fn() => loyalty_use_mysqli($page)] as $call) {
            same(mysqli_sql_exception::class, refused('connection_busy', $call)->getPrevious()::class, 'the cause');
        }
        same([[2], null], $rest(), "the page reads on: $what");
        loyalty_use_mysqli($page);
        same($balance, loyalty_points(7)['available'], "after $what");
        same($mode, (new mysqli_driver())->report_mode, 'the mode of errors');
    }
}
// One that is read, or held in memory, is of no matter.
$statement = $page->prepare('SELECT number FROM orders WHERE total > ?');
$statement->bind_param('i', $balance);
$statement->execute();
$statement->store_result();
$buffered = $page->query('SELECT number FROM orders');
same($balance, loyalty_points(7)['available'], 'beside answers in memory');
same(count(seen()[0]), count($buffered->fetch_all()), 'an answer in memory');
$statement->execute();
same(count(seen()[0]), count($statement->get_result()->fetch_all()), 'the statement again');

// A link that is kept has its transaction undone when the object goes.
$kept = connect_mysqli($setting, host: 'p:');
$thread = $kept->thread_id;
loyalty_use_mysqli($kept);
$kept->begin_transaction();
loyalty_earn_points(7, 1000, 'P-1');
loyalty_use_mysqli($page);
unset($kept);
$kept = connect_mysqli($setting, host: 'p:');
same([$thread, $balance], [$kept->thread_id, loyalty_points(7)['available']], 'the same link again');
loyalty_use_mysqli($kept);
same($balance += 10, loyalty_earn_points(7, 1000, 'P-1')['balance'], 'on the link');
loyalty_use_mysqli($page);

// Each statement is a round trip: no more than these in the page's transaction, the savepoint and the question for the
// settings of its session among them. MySQL takes one more to know that a transaction is open, and two for its usual mode.
$asked = fn(): int => (int) $page->query("SHOW SESSION STATUS LIKE 'Questions'")->fetch_row()[1];
$trips = function (callable $call) use ($asked): int {
    $before = $asked();
    $call();
    return $asked() - $before - 1;
};
// The first call on a connection asks for the currency, too.
same($balance += 10, loyalty_earn_points(7, 1000, 'C-0')['balance'], 'the first call');
$page->begin_transaction();
$more = str_contains($page->server_info, 'MariaDB') ? 0 : 3;
same([12 + $more, 3 + $more], [$trips(fn() => loyalty_earn_points(7, 1000, 'C-1')), $trips(fn() => loyalty_profile(7))], 'round trips');
$page->commit();

// The connection is lost: told, and the object that is connected anew serves.
$thread = $page->thread_id;
$other->query("KILL $thread");
refused('database_lost', fn() => loyalty_points(7));
[$socket, $host, $port, $database, $user, $password] = place($setting);
$page->real_connect($host, $user, $password, $database, $port, $socket);
same($balance += 10, loyalty_points(7)['available'], 'connected anew');
same(true, loyalty_verify()['ok'], 'the books');
