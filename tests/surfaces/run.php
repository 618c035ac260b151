<?php
// A surface for the stories and the other tests: says `ready`, reads {"operation", "arguments", "now"} line by line,
// calls the function, and answers with {"ok": reply} or {"error": {kind, code, message, details}}. With `pdo` or `mysqli` as
// its third argument it works on a connection of its own, every second time inside a transaction of the page.
declare(strict_types=1);

require __DIR__ . '/../php/connect.php';

const KINDS = [1 => 'invalid', 2 => 'not_found', 3 => 'refused', 4 => 'conflict', 5 => 'unavailable', 6 => 'internal'];
[, $database, $program] = $argv;
$page = null;
if (($argv[3] ?? '') !== '') {
    $page = Link::open($argv[3], $database);
    if (str_starts_with($database, 'sqlite:')) {
        $page->exec('PRAGMA synchronous = OFF');
    }
    open_shop($page);
    loyalty_configure(program: $program);
    try {
        $page->lend();
    } catch (LoyaltyException $error) {
        $refused = error_of($error);
    }
}
// What naming the connection failed with: then each call fails so.
$refused ??= null;
// Processes that are started one after the other begin with different turns.
$turn = (int) getenv('LOYALTY_TEST_TURN');

/** The page's own tables: what it sells, and how much of it. */
function open_shop(Link $page): void
{
    $page->exec('CREATE TABLE IF NOT EXISTS shop (page INTEGER NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (page, number))');
    $page->exec('CREATE TABLE IF NOT EXISTS till (page INTEGER NOT NULL PRIMARY KEY, calls INTEGER NOT NULL)');
    try {
        $page->exec('INSERT INTO till VALUES (0, 0)');
    } catch (PDOException | mysqli_sql_exception $error) {
        // Another page was faster.
        in_array($page->code($error), [1062, 19], true) || throw $error;
    }
}

/** What the page writes: a row of its own, and one that all pages write. */
function sell(Link $page, int $number): void
{
    $page->exec('INSERT INTO shop VALUES (' . getmypid() . ", $number)");
    $page->exec('UPDATE till SET calls = calls + 1');
}

/**
 * A call in a transaction of the page, which writes before it, or reads before it and writes after it. What another
 * writer has undone or held up is begun again as a whole.
 */
function in_transaction(Link $page, int $number, bool $writes_first, Closure $call): array
{
    for ($try = 1; ; $try++) {
        try {
            $page->begin();
            $writes_first ? sell($page, $number) : $page->rows('SELECT calls FROM till');
            $answer = $call();
            $writes_first || sell($page, $number);
            $page->commit();
            return $answer;
        } catch (LoyaltyUnavailableException | PDOException | mysqli_sql_exception $error) {
            // By mysqli nothing is wrong with it where nothing stands, and MySQL does not tell of an empty transaction.
            if ($page instanceof MysqliLink || $page->isInside()) {
                $page->rollBack();
            }
            if ($try === 200 || !is_conflict($page, $error)) {
                throw $error;
            }
            usleep(random_int(1_000, 20_000));
        }
    }
}

/** Whether another writer was in the way: a deadlock, a lock that did not come, or a file that was busy. */
function is_conflict(Link $page, Throwable $error): bool
{
    return $error instanceof LoyaltyUnavailableException
        ? in_array($error->getReason(), ['transaction_undone', 'database_busy'], true)
        : in_array($page->code($error), [1213, 1205, 1020, 5], true);
}

/** An error of the engine, as an answer. */
function error_of(LoyaltyException $error): array
{
    return ['error' => [
        'kind' => KINDS[$error->getCode()],
        'code' => $error->getReason(),
        'message' => $error->getMessage(),
        'details' => (object) $error->getDetails(),
    ]];
}

/** The answer to a call; an error of the database is the page's to handle. */
function answer(array $call, ?Link $inside = null): array
{
    try {
        return ['ok' => ('loyalty_' . $call['operation'])(...$call['arguments'])];
    } catch (LoyaltyException $error) {
        if ($inside !== null && $error instanceof LoyaltyUnavailableException && is_conflict($inside, $error)) {
            throw $error;
        }
        return error_of($error);
    } catch (Error $error) {
        // PHP's own words for an argument or a function that does not exist, as long as its name.
        preg_match('/Unknown named parameter \$(\w+)|undefined function loyalty_/', $error->getMessage(), $found) || throw $error;
        return ['error' => [
            'kind' => 'invalid',
            'code' => 'invalid',
            'message' => substr($error->getMessage(), 0, 100),
            'details' => ['field' => substr($found[1] ?? 'operation', 0, 100)],
        ]];
    }
}

echo "ready\n";
while (($line = fgets(STDIN)) !== false) {
    $call = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
    if (isset($call['set'])) {
        $program = $call['value'];
        continue;
    }
    $number = $turn++;
    $is_inside = $page !== null && $number % 2 === 1;
    if ($page === null) {
        loyalty_configure(database: $database, program: $program, now: $call['now']);
    } elseif ($call['now'] !== null) {
        loyalty_configure(now: $call['now']);
    }
    if ($refused !== null) {
        $answer = $refused;
    } elseif ($is_inside) {
        $answer = in_transaction($page, $number, $number % 4 === 1, fn() => answer($call, $page));
        assert($page->column('SELECT COUNT(*) FROM shop WHERE page = ' . getmypid() . " AND number = $number") === [1]);
    } else {
        $answer = answer($call);
    }
    echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_UNICODE), "\n";
}
