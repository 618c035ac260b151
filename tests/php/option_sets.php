<?php

declare(strict_types=1);

// What a page may have set on its connection, set by set: each call is right, or refused with a code, and all is the page's
// again afterwards. Run with a folder, the setting of a new database, and the way of the connection. Says how many sets.
require __DIR__ . '/check.php';
require __DIR__ . '/connect.php';

[, , $setting, $way] = $_SERVER['argv'];
$onServer = str_starts_with($setting, 'mysql:');
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);

/** A statement class of the page's, which is not to be gone through. */
final class LoudStatement extends PDOStatement
{
    public function execute(?array $params = null): bool
    {
        return str_contains($this->queryString, 'loyalty') ? throw new LogicException('through the page') : parent::execute($params);
    }
}

/** A connection class of the page's, as WordPress plugins derive them. */
final class LoudMysqli extends mysqli
{
    public function query(string $query, int $result_mode = MYSQLI_STORE_RESULT): mysqli_result|bool
    {
        return str_contains($query, 'loyalty') ? throw new LogicException('through the page') : parent::query($query, $result_mode);
    }

    public function real_query(string $query): bool
    {
        throw new LogicException('through the page');
    }
}

/** Sets for a connection by PDO: the attributes. */
function of_pdo(bool $onServer): array
{
    $sets = ['nothing' => []];
    $list = function (string $name, int $attribute, array $values) use (&$sets): void {
        foreach ($values as $value) {
            $sets["$name " . json_encode($value)] = [$attribute => $value];
        }
    };
    $list('errors', PDO::ATTR_ERRMODE, [PDO::ERRMODE_SILENT, PDO::ERRMODE_WARNING, PDO::ERRMODE_EXCEPTION]);
    $list('emulated', PDO::ATTR_EMULATE_PREPARES, [true, false]);
    $list('strings', PDO::ATTR_STRINGIFY_FETCHES, [true, false]);
    $list('case', PDO::ATTR_CASE, [PDO::CASE_NATURAL, PDO::CASE_UPPER, PDO::CASE_LOWER]);
    $list('nulls', PDO::ATTR_ORACLE_NULLS, [PDO::NULL_NATURAL, PDO::NULL_EMPTY_STRING, PDO::NULL_TO_STRING]);
    $list('fetch', PDO::ATTR_DEFAULT_FETCH_MODE, [PDO::FETCH_LAZY, PDO::FETCH_ASSOC, PDO::FETCH_NUM, PDO::FETCH_BOTH,
        PDO::FETCH_OBJ, PDO::FETCH_COLUMN, PDO::FETCH_KEY_PAIR, PDO::FETCH_NAMED, PDO::FETCH_ASSOC | PDO::FETCH_UNIQUE]);
    $list('statements', PDO::ATTR_STATEMENT_CLASS, [[LoudStatement::class]]);
    $list('persistent', PDO::ATTR_PERSISTENT, [true, 'of-a-name']);
    $list('strings of a kind', PDO::ATTR_DEFAULT_STR_PARAM, [PDO::PARAM_STR_NATL]);
    // PDO refuses its own class of statements on one that is kept.
    unset($sets['statements of a kept one']);
    if ($onServer) {
        $list('autocommit', PDO::ATTR_AUTOCOMMIT, [false, true]);
        $list('buffered', PDO::MYSQL_ATTR_USE_BUFFERED_QUERY, [false, true]);
        $list('matched', PDO::MYSQL_ATTR_FOUND_ROWS, [true]);
        $list('several', PDO::MYSQL_ATTR_MULTI_STATEMENTS, [false]);
        $list('compressed', PDO::MYSQL_ATTR_COMPRESS, [true]);
        $list('spaces', PDO::MYSQL_ATTR_IGNORE_SPACE, [true]);
        foreach (session_settings() as $init) {
            $sets["first $init"] = [PDO::MYSQL_ATTR_INIT_COMMAND => $init];
        }
        $sets['all'] = [PDO::ATTR_ERRMODE => PDO::ERRMODE_SILENT, PDO::ATTR_CASE => PDO::CASE_UPPER, PDO::ATTR_ORACLE_NULLS => PDO::NULL_TO_STRING,
            PDO::ATTR_STRINGIFY_FETCHES => true, PDO::ATTR_EMULATE_PREPARES => false, PDO::MYSQL_ATTR_USE_BUFFERED_QUERY => false,
            PDO::ATTR_AUTOCOMMIT => false, PDO::MYSQL_ATTR_FOUND_ROWS => true, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_OBJ,
            PDO::MYSQL_ATTR_INIT_COMMAND => "SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES', sql_select_limit = 1"];
    } else {
        $list('extended codes', PDO::SQLITE_ATTR_EXTENDED_RESULT_CODES, [true]);
        $list('timeout', PDO::ATTR_TIMEOUT, [1, 60]);
        $sets['all'] = [PDO::ATTR_ERRMODE => PDO::ERRMODE_WARNING, PDO::ATTR_CASE => PDO::CASE_UPPER, PDO::ATTR_ORACLE_NULLS => PDO::NULL_TO_STRING,
            PDO::ATTR_STRINGIFY_FETCHES => true, PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_OBJ, PDO::ATTR_STATEMENT_CLASS => [LoudStatement::class]];
    }
    return $sets;
}

/** What a page says first on a connection to a server. */
function session_settings(): array
{
    $modes = ['', 'ANSI', 'ORACLE', 'NO_BACKSLASH_ESCAPES', 'STRICT_ALL_TABLES', 'PAD_CHAR_TO_FULL_LENGTH,HIGH_NOT_PRECEDENCE',
        // WordPress takes the strict modes away.
        'NO_ENGINE_SUBSTITUTION,NO_AUTO_CREATE_USER'];
    $charsets = ['latin1', 'utf8mb3', 'utf8mb4 COLLATE utf8mb4_turkish_ci', 'gbk', 'sjis', 'big5'];
    return [
        ...array_map(fn(string $mode) => "SET SESSION sql_mode = '$mode'", $modes),
        ...array_map(fn(string $charset) => "SET NAMES $charset", $charsets),
        'SET character_set_results = ucs2',
        'SET collation_connection = utf16_general_ci',
        'SET character_set_results = NULL',
        'SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED',
        'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
        'SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE',
        'SET SESSION completion_type = 1, sql_select_limit = 1, sql_safe_updates = 1, foreign_key_checks = 0',
        "SET SESSION time_zone = '-11:00', lc_time_names = 'es_CL', div_precision_increment = 0",
    ];
}

/** Sets for a connection by mysqli: options, what is said first, flags, and the mode of errors. */
function of_mysqli(): array
{
    $sets = ['nothing' => []];
    $modes = ['off' => MYSQLI_REPORT_OFF, 'warnings' => MYSQLI_REPORT_ERROR, 'strict' => MYSQLI_REPORT_STRICT, 'indexes' => MYSQLI_REPORT_INDEX,
        'exceptions' => MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT, 'indexes too' => MYSQLI_REPORT_ERROR | MYSQLI_REPORT_INDEX, 'all' => MYSQLI_REPORT_ALL];
    foreach ($modes as $name => $mode) {
        $sets["errors $name"] = ['report' => $mode];
    }
    $options = ['natives' => [MYSQLI_OPT_INT_AND_FLOAT_NATIVE, 1], 'strings' => [MYSQLI_OPT_INT_AND_FLOAT_NATIVE, 0],
        'patience' => [MYSQLI_OPT_CONNECT_TIMEOUT, 5], 'reading' => [MYSQLI_OPT_READ_TIMEOUT, 5], 'files' => [MYSQLI_OPT_LOCAL_INFILE, 1],
        'small buffers' => [MYSQLI_OPT_NET_READ_BUFFER_SIZE, 100], 'small commands' => [MYSQLI_OPT_NET_CMD_BUFFER_SIZE, 4096]];
    foreach ($options as $name => [$option, $value]) {
        $sets["option $name"] = ['options' => [$option => $value]];
    }
    foreach (['matched' => MYSQLI_CLIENT_FOUND_ROWS, 'compressed' => MYSQLI_CLIENT_COMPRESS, 'spaces' => MYSQLI_CLIENT_IGNORE_SPACE,
        'interactive' => MYSQLI_CLIENT_INTERACTIVE] as $name => $flag) {
        $sets["flag $name"] = ['flags' => $flag];
    }
    foreach (session_settings() as $init) {
        $sets["first $init"] = ['options' => [MYSQLI_INIT_COMMAND => $init]];
    }
    foreach (['latin1', 'gbk', 'utf8mb4'] as $charset) {
        $sets["charset $charset"] = ['then' => fn(mysqli $mysqli) => $mysqli->set_charset($charset)];
    }
    $sets['kept'] = ['host' => 'p:'];
    $sets['kept again'] = ['host' => 'p:', 'then' => fn(mysqli $mysqli) => $mysqli->query('SET sql_select_limit = 1')];
    $sets['without autocommit'] = ['then' => fn(mysqli $mysqli) => $mysqli->autocommit(false)];
    $sets['a class of the page'] = ['class' => LoudMysqli::class];
    $sets['all'] = ['report' => MYSQLI_REPORT_ALL, 'flags' => MYSQLI_CLIENT_FOUND_ROWS | MYSQLI_CLIENT_COMPRESS,
        'options' => [MYSQLI_INIT_COMMAND => "SET sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES', sql_select_limit = 1", MYSQLI_OPT_INT_AND_FLOAT_NATIVE => 1],
        'then' => fn(mysqli $mysqli) => $mysqli->set_charset('gbk') && $mysqli->autocommit(false)];
    return $sets;
}

const SESSION = 'SELECT @@sql_mode, @@autocommit, @@sql_select_limit, @@sql_safe_updates, @@foreign_key_checks, @@unique_checks, @@max_sort_length,
    @@collation_connection, @@character_set_results, @@character_set_client, @@tx_isolation, @@tx_read_only, @@completion_type LIMIT 1';

/** What is to be as it was: of PDO its attributes, of mysqli its mode of errors, and the settings of a server's session. */
function state(PDO|mysqli $connection): array
{
    if ($connection instanceof mysqli) {
        return [(new mysqli_driver())->report_mode, $connection->character_set_name(), first_row($connection, SESSION)];
    }
    $onServer = $connection->getAttribute(PDO::ATTR_DRIVER_NAME) === 'mysql';
    $attributes = [PDO::ATTR_ERRMODE, PDO::ATTR_CASE, PDO::ATTR_ORACLE_NULLS, PDO::ATTR_STRINGIFY_FETCHES, PDO::ATTR_DEFAULT_FETCH_MODE,
        PDO::ATTR_STATEMENT_CLASS, PDO::ATTR_PERSISTENT];
    $ofServer = [PDO::ATTR_EMULATE_PREPARES, PDO::ATTR_AUTOCOMMIT, PDO::MYSQL_ATTR_USE_BUFFERED_QUERY];
    $values = array_map($connection->getAttribute(...), array_merge($attributes, $onServer ? $ofServer : []));
    return [$values, $onServer ? first_row($connection, SESSION) : null];
}

function first_row(PDO|mysqli $connection, string $sql): array
{
    if ($connection instanceof mysqli) {
        $mode = (new mysqli_driver())->report_mode;
        mysqli_report(MYSQLI_REPORT_OFF);
        $row = $connection->query($sql)->fetch_row();
        mysqli_report($mode);
        return $row;
    }
    $answer = $connection->query($sql, PDO::FETCH_NUM);
    $rows = $answer->fetchAll();
    return $rows[0];
}

/** The page's own words; a mode that warns of indexes is not to warn of them. */
function say(PDO|mysqli $connection, string $sql): void
{
    $connection instanceof mysqli ? mysqli_query($connection, $sql) : $connection->exec($sql);
}

/** What a page does, with the answers that it must get. */
function visit(PDO|mysqli $connection, int $user, bool $inTransaction): void
{
    $inTransaction && say($connection, str_starts_with($GLOBALS['setting'], 'mysql:') ? 'START TRANSACTION' : 'BEGIN');
    same('Añañuca Ñandú ☕', loyalty_enroll($user, name: 'Añañuca Ñandú ☕')['user_name'] ?? loyalty_profile($user)['user_name'], 'a name');
    same(1000, loyalty_earn_points($user, 100_000, "O-$user", items: [['sku' => 'té \\ \'verde\'', 'quantity' => 2]])['balance'], 'points');
    same(true, loyalty_earn_points($user, 100_000, "O-$user", items: [['sku' => 'té \\ \'verde\'', 'quantity' => 2]])['replayed'], 'the same again');
    thrown(LoyaltyRefusedException::class, fn() => loyalty_redeem_reward($user, 1));
    same(true, loyalty_redeem_reward($user, 2)['points_spent'] > 0, 'a reward');
    same(['té \\ \'verde\''], loyalty_profile($user)['favorite_products'], 'an article');
    same('Ana', loyalty_update_member($user, name: 'Ana')['user_name'], 'a member');
    same('Ana', loyalty_update_member($user, name: 'Ana')['user_name'], 'a member that stays as it was');
    same(2, count(loyalty_transactions($user)['items']), 'two entries');
    thrown(LoyaltyConflictException::class, fn() => loyalty_earn_points($user, 1, "O-$user"));
    $inTransaction && say($connection, $GLOBALS['onServer'] ? 'COMMIT AND NO CHAIN' : 'COMMIT');
}

$user = 0;
$usual = $way === 'mysqli' ? connect_mysqli($setting) : connect($setting);
$lend = $way === 'mysqli' ? loyalty_use_mysqli(...) : loyalty_use_pdo(...);
$lend($usual);
$sets = $way === 'mysqli' ? of_mysqli() : of_pdo($onServer);
foreach ($sets as $name => $set) {
    try {
        if ($way === 'mysqli') {
            mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
            $page = connect_mysqli($setting, $set['options'] ?? [], $set['class'] ?? mysqli::class, $set['flags'] ?? 0, $set['host'] ?? '');
            ($set['then'] ?? fn() => null)($page);
            mysqli_report($set['report'] ?? MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        } else {
            $page = connect($setting, $set);
        }
        $before = state($page);
        $lend($page);
        foreach ([false, true] as $inTransaction) {
            visit($page, ++$user, $inTransaction);
            same($before, state($page), 'what the page has set');
        }
        say($page, $onServer ? 'COMMIT' : 'SELECT 1');
        $lend($usual);
        same([2, 2], array_map(fn(int $user) => count(loyalty_transactions($user)['items']), [$user - 1, $user]), 'as another connection sees it');
        unset($page);
    } catch (Throwable $error) {
        throw new LogicException("with $name: {$error->getMessage()}", previous: $error);
    }
}
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
same(true, loyalty_verify()['ok'], 'the books');
echo count($sets), " sets\n";
