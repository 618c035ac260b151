<?php

declare(strict_types=1);

// The page's connection is given by a closure, which is asked at each call. Run with a folder, the setting of a new database
// and the way of the connection.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

[, , $setting, $way] = $_SERVER['argv'];
$onServer = str_starts_with($setting, 'mysql:');
$lend = $way === 'mysqli' ? loyalty_use_mysqli(...) : loyalty_use_pdo(...);
$native = fn(Link $link): object => $link instanceof MysqliLink ? $link->mysqli : $link->pdo;
$page = Link::open($way, $setting);
$page->exec('CREATE TABLE orders (number VARCHAR(40) NOT NULL PRIMARY KEY)');

// Nothing is asked before the first call, and then at each.
$asked = 0;
$lend(function () use (&$asked, &$page, $native): object {
    $asked++;
    return $native($page);
});
same(0, $asked, 'a connection that is not needed yet');
same(7, loyalty_enroll(7)['user_id'], 'the first call');
same([10, 2], [loyalty_earn_points(7, 1000, 'A-1')['balance'], $asked], 'the second call');
// What needs no database needs no connection.
same(['cafe_bronze', 2], [loyalty_tier_for(points: 500)['tier'], $asked], 'a calculation');

// The page connects anew: the engine works where the page does.
$page = Link::open($way, $setting);
$page->begin();
$page->exec("INSERT INTO orders VALUES ('A-2')");
same(20, loyalty_earn_points(7, 1000, 'A-2')['balance'], 'in the transaction of the new connection');
$page->rollBack();
same(10, loyalty_points(7)['available'], 'undone with the order');

/** A call that is refused because of the connection. */
function refused(string $reason, ?callable $call = null): LoyaltyUnavailableException
{
    $error = thrown(LoyaltyUnavailableException::class, $call ?? fn() => loyalty_points(7));
    same($reason, $error->getReason(), $error->getMessage());
    return $error;
}

// Another connection while the page's transaction holds points: refused, as long as that transaction is open.
$before = $page;
$before->begin();
loyalty_earn_points(7, 1000, 'A-3');
$page = Link::open($way, $setting);
refused('connection_changed');
refused('connection_changed', fn() => loyalty_earn_points(7, 1000, 'A-4'));
// Back on it, it goes on.
[$page, $other] = [$before, $page];
same(30, loyalty_earn_points(7, 1000, 'A-5')['balance'], 'on the first connection again');
$page = $other;
refused('connection_changed');
$before->commit();
same(30, loyalty_points(7)['available'], 'after its commit');

// One that is closed with points in its transaction is told once: they are undone, and hold up nobody.
$before = null;
$page->begin();
loyalty_earn_points(7, 1000, 'A-6');
$page = $other = Link::open($way, $setting);
refused('connection_changed');
same(40, loyalty_earn_points(7, 1000, 'A-7')['balance'], 'without what was lost');
// A transaction without points, or one that is committed, keeps nobody.
$page->begin();
loyalty_points(7);
[$page, $reading] = [Link::open($way, $setting), $page];
same(40, loyalty_points(7)['available'], 'a transaction that has read');
$reading->rollBack();
$page->begin();
loyalty_earn_points(7, 1000, 'A-8');
$page->commit();
$page = Link::open($way, $setting);
same(50, loyalty_points(7)['available'], 'a transaction that is committed');

// A child after a fork connects by itself, and does not ask the connection of its parent, which goes on. SQLite's connections
// are not for forks.
if ($onServer) {
    $page->begin();
    loyalty_earn_points(7, 1000, 'A-9');
    $child = pcntl_fork();
    if ($child === 0) {
        $page = Link::open($way, $setting);
        file_put_contents("{$_SERVER['argv'][1]}/seen", loyalty_points(7)['available']);
        // Without a goodbye on what it has inherited.
        posix_kill(getmypid(), SIGKILL);
    }
    pcntl_waitpid($child, $status);
    same('50', file_get_contents("{$_SERVER['argv'][1]}/seen"), 'what the child sees');
    same(60, loyalty_points(7)['available'], 'the parent goes on');
    $page->rollBack();
    same(50, loyalty_points(7)['available'], 'and ends its transaction');
}

// A closure that does not give one.
$given = null;
$lend(function () use (&$given): mixed {
    return $given();
});
$given = fn() => throw new DomainException('no server today');
$error = refused('connection_not_given');
same([DomainException::class, 'no server today'], [$error->getPrevious()::class, $error->getPrevious()->getMessage()], 'the cause');
same(true, str_contains($error->getMessage(), 'no server today'), 'its words');
$given = fn() => throw new TypeError('a mistake');
same(TypeError::class, refused('connection_not_given')->getPrevious()::class, 'an error of PHP');
foreach ([null, 7, 'text', new ArrayObject(), $way === 'mysqli' ? new PDO('sqlite::memory:') : new mysqli()] as $wrong) {
    $given = fn() => $wrong;
    $got = is_object($wrong) ? $wrong::class : get_debug_type($wrong);
    same(true, str_contains(refused('connection_not_given')->getMessage(), "got `$got`"), "what came: $got");
}
$given = fn() => loyalty_points(7);
same('connection_not_given', refused('connection_not_given')->getPrevious()->getReason(), 'a closure that calls the engine');
// Then it serves again, also when the closure leaves the connection meanwhile.
$given = function () use ($native, $page, $lend): object {
    $lend(null);
    return $native($page);
};
same(50, loyalty_points(7)['available'], 'the closure gives one again');
refused('not_configured');
wrong($way, 'a closure', fn() => $lend('strlen'));
wrong($way, 'got `ArrayObject`', fn() => $lend(new ArrayObject()));
wrong('prefix', 'must be a string', fn() => $lend($native($page), []));
wrong('after_deadlock', '`no_transaction` or `empty_transaction`', fn() => $lend($native($page), after_deadlock: 'nothing'));
wrong('savepoints[1]', '64 letters', fn() => $lend($native($page), after_deadlock: 'empty_transaction', savepoints: ['a', 'b`; DROP']));
wrong('savepoints', 'left out', fn() => $lend($native($page), after_deadlock: 'no_transaction', savepoints: ['a']));

// A mysqli object that is connected anew is another connection, and one that is closed none.
if ($way === 'mysqli') {
    loyalty_use_mysqli($page->mysqli);
    [$socket, $host, $port, $database, $user, $password] = place($setting);
    $page->begin();
    loyalty_earn_points(7, 1000, 'A-9');
    $page->mysqli->real_connect($host, $user, $password, $database, $port, $socket);
    same(50, loyalty_points(7)['available'], 'connected anew');
    $page->begin();
    loyalty_earn_points(7, 1000, 'A-10');
    $page->rollBack();
    same(50, loyalty_points(7)['available'], 'in its transactions');
    $page->mysqli->close();
    refused('connection_closed');
    refused('connection_closed', fn() => loyalty_use_mysqli(new mysqli()));
    refused('connection_closed', fn() => loyalty_use_mysqli(mysqli_init()));
    $page = Link::open($way, $setting);
}

// What waits for the engine's call to end waits for the closure, too: a signal's handler that throws, and `exit`.
pcntl_async_signals(true);
pcntl_signal(SIGUSR1, fn() => throw new OverflowException('time is over'));
$lend(function () use ($native, &$page): object {
    posix_kill(getmypid(), SIGUSR1);
    return $native($page);
});
same('time is over', thrown(OverflowException::class, fn() => loyalty_earn_points(7, 1000, 'A-11'))->getMessage(), 'the handler');
$lend($native($page));
same([60, false], [loyalty_points(7)['available'], $page->isInside()], 'the call was made');
same(true, loyalty_verify()['ok'], 'the books');
$lend(function (): never {
    echo 'ended';
    exit(3);
});
try {
    loyalty_points(7);
} catch (Throwable) {
    echo 'caught';
}
echo 'went on';
