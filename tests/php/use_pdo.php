<?php

declare(strict_types=1);

// The order and its points on the page's own connection. Run with a folder and the setting of a new database.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

set_error_handler(fn(int $level, string $message) => throw new ErrorException($message));
$setting = $_SERVER['argv'][2];
$onServer = str_starts_with($setting, 'mysql:');

/** What a page writes. */
function order(PDO $pdo, string $number, int $total = 1000): void
{
    $pdo->prepare('INSERT INTO orders VALUES (?, ?)')->execute([$number, $total]);
}

/** The orders, and the points of the member, as another connection sees them. */
function seen(): array
{
    $pdo = connect($GLOBALS['setting']);
    $numbers = $pdo->query("SELECT number FROM orders WHERE number LIKE 'A-%' ORDER BY number")->fetchAll(PDO::FETCH_COLUMN);
    return [$numbers, (int) $pdo->query('SELECT balance FROM loyalty_users WHERE user_id = 7')->fetchColumn()];
}

$pdo = connect($setting);
$pdo->exec('CREATE TABLE orders (number VARCHAR(40) NOT NULL PRIMARY KEY, total INTEGER NOT NULL)');
$pdo->exec('CREATE TABLE counter (next INTEGER NOT NULL)');
$pdo->exec('INSERT INTO counter VALUES (1)');

// The tables are made outside of the page's transactions.
$pdo->beginTransaction();
$refused = thrown(LoyaltyUnavailableException::class, fn() => loyalty_use_pdo($pdo));
same('database_unprepared', $refused->getReason(), 'tables inside a transaction');
same(true, $pdo->inTransaction(), 'the transaction goes on');
$pdo->rollBack();
loyalty_use_pdo($pdo);
same(false, $pdo->inTransaction(), 'no transaction is left open');
same('`pdo`: is required; null gives the connection back', thrown(LoyaltyInvalidException::class, fn() => loyalty_use_pdo())->getMessage(), 'no connection');
$prefix = thrown(LoyaltyInvalidException::class, fn() => loyalty_use_pdo($pdo, 'Shop-'))->getMessage();
same('`prefix`: must be at most 20 small letters, digits and `_`, and not begin with a digit, got `Shop-`', $prefix, 'a prefix');
loyalty_use_pdo($pdo);

// Without a transaction a call is one of its own.
loyalty_enroll(7);
same([[], 0], seen(), 'a member without an order');

// Order and points are committed as one, and undone as one.
$pdo->beginTransaction();
order($pdo, 'A-1');
same(10, loyalty_earn_points(7, 1000, 'A-1')['balance'], 'the points of the order');
same([[], 0], seen(), 'before the commit');
$pdo->commit();
same([['A-1'], 10], seen(), 'after the commit');
$pdo->beginTransaction();
order($pdo, 'A-2');
loyalty_earn_points(7, 1000, 'A-2');
same(20, loyalty_points(7)['available'], 'the page sees its own points');
$pdo->rollBack();
same([['A-1'], 10], seen(), 'after the end of both');

// A call that fails undoes only itself.
$pdo->beginTransaction();
order($pdo, 'A-2');
loyalty_earn_points(7, 1000, 'A-2');
thrown(LoyaltyRefusedException::class, fn() => loyalty_redeem_reward(7, 1));
thrown(LoyaltyConflictException::class, fn() => loyalty_earn_points(7, 9000, 'A-2'));
wrong('amount', 'must', fn() => loyalty_earn_points(7, -1, 'A-3'));
same(true, loyalty_earn_points(7, 1000, 'A-2')['replayed'], 'the first answer');
$pdo->commit();
same([['A-1', 'A-2'], 20], seen(), 'the rest of the transaction stands');

// A transaction begun by a statement, of which PDO need not know.
$pdo->exec($onServer ? 'START TRANSACTION' : 'BEGIN');
order($pdo, 'A-3');
loyalty_earn_points(7, 1000, 'A-3');
$pdo->exec('ROLLBACK');
same([['A-1', 'A-2'], 20], seen(), 'the end of a transaction by a statement');
same(true, loyalty_verify()['ok'], 'the books');

/** A class of the page's own, which the engine does not go through. */
class Loud extends PDO
{
    public function prepare(string $query, array $options = []): PDOStatement|false
    {
        return $this->checked($query, fn() => parent::prepare($query, $options));
    }

    public function exec(string $statement): int|false
    {
        return $this->checked($statement, fn() => parent::exec($statement));
    }

    private function checked(string $text, callable $run): mixed
    {
        return str_contains($text, 'loyalty') ? throw new LogicException("the engine went through the page: $text") : $run();
    }
}

class LoudStatement extends PDOStatement
{
    public function execute(?array $params = null): bool
    {
        return str_contains($this->queryString, 'loyalty') ? throw new LogicException('a statement') : parent::execute($params);
    }
}

// Whatever the page has set does not disturb the engine, and is so afterwards.
$attributes = [PDO::ATTR_ERRMODE, PDO::ATTR_CASE, PDO::ATTR_ORACLE_NULLS, PDO::ATTR_STRINGIFY_FETCHES,
    PDO::ATTR_DEFAULT_FETCH_MODE, PDO::ATTR_STATEMENT_CLASS, PDO::ATTR_PERSISTENT];
$ofServer = [PDO::ATTR_EMULATE_PREPARES, PDO::ATTR_AUTOCOMMIT, PDO::MYSQL_ATTR_USE_BUFFERED_QUERY];
$balance = 20;
foreach ([PDO::ERRMODE_SILENT, PDO::ERRMODE_WARNING, PDO::ERRMODE_EXCEPTION] as $mode) {
    foreach ([false, true] as $flag) {
        $settings = [PDO::ATTR_ERRMODE => $mode, PDO::ATTR_CASE => PDO::CASE_UPPER, PDO::ATTR_STRINGIFY_FETCHES => $flag,
            PDO::ATTR_ORACLE_NULLS => PDO::NULL_TO_STRING, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_OBJ,
            PDO::ATTR_STATEMENT_CLASS => [LoudStatement::class]];
        if ($onServer) {
            $settings += [PDO::ATTR_EMULATE_PREPARES => $flag, PDO::MYSQL_ATTR_FOUND_ROWS => $flag,
                PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => $flag, PDO::MYSQL_ATTR_MULTI_STATEMENTS => $flag];
        }
        $page = connect($setting, $settings, Loud::class);
        $all = array_merge($attributes, $onServer ? $ofServer : []);
        $state = fn() => array_map(fn(int $attribute) => $page->getAttribute($attribute), $all);
        $before = $state();
        loyalty_use_pdo($page);
        $number = "B-$mode-" . (int) $flag;
        same($balance += 10, loyalty_earn_points(7, 1000, $number)['balance'], "points, mode $mode");
        $page->beginTransaction();
        order($page, $number);
        same($balance += 10, loyalty_earn_points(7, 1000, "$number-2")['balance'], "points in a transaction, mode $mode");
        thrown(LoyaltyRefusedException::class, fn() => loyalty_redeem_reward(7, 1));
        same('7', (string) loyalty_profile(7)['user_id'], 'a profile');
        // What was there already is told from what was changed, however the connection counts.
        same('Ana', loyalty_update_member(7, name: 'Ana')['user_name'], 'a member that stays as it was');
        $page->commit();
        same($before, $state(), "the attributes, mode $mode");
        same(true, $page->query("SELECT total FROM orders WHERE number = '$number'")->fetchObject() !== false, 'the order');
        loyalty_use_pdo(null);
    }
}

// What the page's own code throws inside of the database passes through, and nothing is half done.
if (!$onServer) {
    $pdo->sqliteCreateFunction('shout', fn() => throw new DomainException('of the page'));
    loyalty_use_pdo($pdo);
    $pdo->exec('CREATE TEMP TRIGGER t AFTER INSERT ON loyalty_transactions BEGIN SELECT shout(); END');
    $pdo->beginTransaction();
    order($pdo, 'A-3');
    same('of the page', thrown(DomainException::class, fn() => loyalty_earn_points(7, 1000, 'A-3'))->getMessage(), 'thrown');
    $pdo->rollBack();
    $pdo->exec('DROP TRIGGER t');
    same($balance += 10, loyalty_earn_points(7, 1000, 'A-3')['balance'], 'the connection serves on');
}

// A deadlock undoes the page's whole transaction: it is told, and nothing is done outside of it.
if ($onServer) {
    loyalty_use_pdo($pdo);
    $other = connect($setting);
    $deadlock = function (callable $member) use ($pdo, $setting, $other): void {
        $pdo->beginTransaction();
        order($pdo, 'A-3');
        $pdo->query('SELECT * FROM counter FOR UPDATE')->fetchAll();
        $modules = array_map(fn(string $name) => ['-d', "extension=$name"], php_ini_loaded_file() ? [] : ['pdo', 'mysqlnd', 'pdo_mysql']);
        $rival = proc_open([PHP_BINARY, ...array_merge(...$modules), __DIR__ . '/rival.php', $setting], [1 => ['pipe', 'w']], $pipes);
        same("holds the member\n", fgets($pipes[1]), 'the rival');
        while (!$other->query("SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'")->fetchColumn()) {
            // The server shows a new state only to who has not asked for a tenth of a second.
            usleep(150_000);
        }
        $member();
        same("has ended\n", fgets($pipes[1]), 'the rival goes on');
        same(0, proc_close($rival), 'the rival ends');
    };
    $deadlock(function () use ($pdo): void {
        $undone = thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(7, 1000, 'A-3'));
        same(['transaction_undone', false], [$undone->getReason(), $pdo->inTransaction()], 'the deadlock');
        // By its cause a framework knows that the transaction may be run again.
        $cause = $undone->getPrevious();
        same([PDOException::class, '40001', 1213], [$cause::class, $cause->getCode(), $cause->errorInfo[1]], 'the cause');
        same(true, str_contains($undone->getMessage(), 'Deadlock found'), 'the words of the server');
        thrown(PDOException::class, fn() => $pdo->commit());
    });
    same([['A-1', 'A-2'], $balance], seen(), 'after a deadlock');
    // The same when the page has overlooked that its own statement failed.
    $deadlock(function () use ($pdo): void {
        thrown(PDOException::class, fn() => $pdo->query('SELECT * FROM loyalty_users WHERE user_id = 7 FOR UPDATE'));
        $undone = thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(7, 1000, 'A-3'));
        same('transaction_undone', $undone->getReason(), 'a transaction that is no more');
    });
    same([['A-1', 'A-2'], $balance], seen(), 'after a deadlock of the page');

    // An answer that the page has not read to its end: told, and the page reads on.
    foreach ([true, false] as $emulated) {
        $page = connect($setting, [PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => false, PDO::ATTR_EMULATE_PREPARES => $emulated]);
        loyalty_use_pdo($page);
        $answer = $page->query('SELECT 1 UNION SELECT 2');
        $answer->fetch();
        foreach ([fn() => loyalty_points(7), fn() => loyalty_enroll(7), fn() => loyalty_use_pdo($page)] as $call) {
            $busy = thrown(LoyaltyUnavailableException::class, $call);
            same(['connection_busy', PDOException::class], [$busy->getReason(), $busy->getPrevious()::class], 'an open answer');
        }
        same([2], $answer->fetch(PDO::FETCH_NUM), 'the page reads on');
        same(false, $answer->fetch(), 'to the end');
        loyalty_use_pdo($page);
        same($balance, loyalty_points(7)['available'], 'an answer that is read');
    }
    loyalty_use_pdo($pdo);

    // A row that another wrote after the transaction began to show the past is there all the same.
    $pdo->beginTransaction();
    $pdo->query('SELECT * FROM orders')->fetchAll();
    loyalty_use_pdo($other);
    same($balance += 10, loyalty_earn_points(7, 1000, 'A-3')['balance'], 'another page');
    loyalty_use_pdo($pdo);
    $late = thrown(LoyaltyUnavailableException::class, fn() => loyalty_earn_points(7, 1000, 'A-3'));
    same('database_busy', $late->getReason(), 'an order that this transaction cannot see');
    same($balance + 10, loyalty_earn_points(7, 1000, 'A-4')['balance'], 'the balance is the one of now');
    $pdo->rollBack();

    // Nor is anything refused or overlooked because another wrote it since: there is its answer, or "begin again".
    loyalty_use_pdo($other);
    $cup = loyalty_save_reward(name: 'cup', points_cost: 100)['id'];
    loyalty_earn_points(20, 10_000);
    $redemption = loyalty_redeem_reward(20, $cup)['redemption_id'];
    $code = loyalty_profile(20)['referral_code'];
    loyalty_enroll(21);
    $late = function (callable $meanwhile, callable $call) use ($pdo, $other): mixed {
        $pdo->beginTransaction();
        $pdo->query('SELECT * FROM orders')->fetchAll();
        loyalty_use_pdo($other);
        $meanwhile();
        loyalty_use_pdo($pdo);
        try {
            return $call();
        } catch (LoyaltyException $error) {
            return $error->getReason();
        } finally {
            $pdo->rollBack();
        }
    };
    $cancel = fn() => loyalty_cancel_redemption($redemption);
    same(true, $late($cancel, fn() => $cancel()['replayed']), 'a redemption that another page has cancelled');
    $redeem = fn() => loyalty_redeem_reward(22, $cup);
    same('database_busy', $late(fn() => loyalty_enroll(22), $redeem), 'a member who is not seen');
    same('insufficient_points', $late(fn() => null, $redeem), 'a member who is');
    $earn = fn() => loyalty_earn_points(21, 1000, 'D-1');
    same('database_busy', $late(fn() => loyalty_use_referral(21, $code), $earn), 'a referral that is not seen');

    // Each statement is a round trip: no more than these in the page's transaction, the savepoint and the question for the
    // settings of its session among them.
    $asked = fn(): int => (int) $pdo->query("SHOW SESSION STATUS LIKE 'Questions'")->fetchColumn(1);
    $trips = function (callable $call) use ($asked): int {
        $before = $asked();
        $call();
        return $asked() - $before - 1;
    };
    $pdo->beginTransaction();
    same([12, 3], [$trips(fn() => loyalty_earn_points(7, 1000, 'C-1')), $trips(fn() => loyalty_profile(7))], 'round trips');
    $pdo->commit();
    $balance += 10;

    // Without autocommit a transaction is always open.
    $page = connect($setting, [PDO::ATTR_AUTOCOMMIT => false]);
    loyalty_use_pdo($page);
    order($page, 'A-5');
    loyalty_earn_points(7, 1000, 'A-5');
    $page->exec('ROLLBACK');
    same([['A-1', 'A-2'], $balance], seen(), 'a page without autocommit');
    loyalty_use_pdo($pdo);
}
same(true, loyalty_verify()['ok'], 'the books');

// The setting serves again; not on a file that PDO has open, nor PDO on one that the extension has open.
wrong('pdo', 'PDO', fn() => loyalty_use_pdo(new stdClass()));
wrong('prefix', 'prefix', fn() => loyalty_use_pdo($pdo, 'a b'));
loyalty_use_pdo(null);
same('not_configured', thrown(LoyaltyUnavailableException::class, fn() => loyalty_points(7))->getReason(), 'no setting');
loyalty_configure(database: database());
if (!$onServer) {
    $shared = thrown(LoyaltyUnavailableException::class, fn() => loyalty_points(7));
    same('database_shared_in_process', $shared->getReason(), 'PDO has the file');
    $pdo = $page = $state = null;
    same($balance, loyalty_points(7)['available'], 'the setting');
    $pdo = connect($setting);
    $shared = thrown(LoyaltyUnavailableException::class, fn() => loyalty_use_pdo($pdo));
    same('database_shared_in_process', $shared->getReason(), 'the extension has the file');
} else {
    same(8, loyalty_enroll(8)['user_id'], 'the setting');
}
