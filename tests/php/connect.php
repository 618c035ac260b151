<?php

declare(strict_types=1);

/** Where a server of an engine's setting is: socket, host, port, database, user and password. */
function place(string $setting): array
{
    [$place, $settings] = explode('?', "$setting?", 2);
    // Of the hosts of a cluster the first.
    $url = parse_url(preg_replace('/,[^\/]*/', '', $place));
    parse_str(rtrim($settings, '?'), $settings);
    return [$settings['socket'] ?? null, $url['host'], $url['port'] ?? 3306, ltrim($url['path'], '/'), $url['user'] ?? 'root', $url['pass'] ?? ''];
}

/** A connection of a page's own to the database of an engine's setting. */
function connect(string $setting, array $attributes = [], string $class = PDO::class): PDO
{
    if (str_starts_with($setting, 'sqlite:')) {
        return new $class(explode('?', $setting)[0], null, null, $attributes + [PDO::ATTR_TIMEOUT => 60]);
    }
    [$socket, $host, $port, $database, $user, $password] = place($setting);
    $where = $socket === null ? "host=$host;port=$port" : "unix_socket=$socket";
    return new $class("mysql:$where;dbname=$database", $user, $password, $attributes);
}

/** The same as a mysqli object; options are set before it connects, and a host that begins with `p:` is kept. */
function connect_mysqli(string $setting, array $options = [], string $class = mysqli::class, int $flags = 0, string $host = ''): mysqli
{
    [$socket, $at, $port, $database, $user, $password] = place($setting);
    $mysqli = new $class();
    foreach ($options as $option => $value) {
        $mysqli->options($option, $value);
    }
    $mysqli->real_connect($host . ($socket === null ? $at : 'localhost'), $user, $password, $database, $port, $socket, $flags);
    return $mysqli;
}

/** The page's own connection, by PDO or by mysqli, for tests that both are to pass. */
abstract class Link
{
    /** @param 'pdo'|'mysqli' $way */
    public static function open(string $way, string $setting): self
    {
        return $way === 'mysqli' ? new MysqliLink($setting) : new PdoLink($setting);
    }

    abstract public function exec(string $sql): void;

    /** @return list<list<mixed>> */
    abstract public function rows(string $sql): array;

    abstract public function begin(): void;

    abstract public function commit(): void;

    abstract public function rollBack(): void;

    /** Whether a transaction is open, as the page can know. */
    abstract public function isInside(): bool;

    /** Names the connection for the engine. */
    abstract public function lend(mixed ...$options): void;

    /** The number of the database's own error, if an exception is one. */
    abstract public function code(Throwable $error): ?int;

    /** The first column. */
    public function column(string $sql): array
    {
        return array_column($this->rows($sql), 0);
    }
}

final class PdoLink extends Link
{
    public readonly PDO $pdo;

    public function __construct(string $setting)
    {
        $this->pdo = connect($setting);
    }

    public function exec(string $sql): void
    {
        $this->pdo->exec($sql);
    }

    public function rows(string $sql): array
    {
        return $this->pdo->query($sql)->fetchAll(PDO::FETCH_NUM);
    }

    public function begin(): void
    {
        $this->pdo->beginTransaction();
    }

    public function commit(): void
    {
        $this->pdo->commit();
    }

    public function rollBack(): void
    {
        $this->pdo->rollBack();
    }

    public function isInside(): bool
    {
        return $this->pdo->inTransaction();
    }

    public function lend(mixed ...$options): void
    {
        loyalty_use_pdo($this->pdo, ...$options);
    }

    public function code(Throwable $error): ?int
    {
        return $error instanceof PDOException ? $error->errorInfo[1] ?? 0 : null;
    }
}

final class MysqliLink extends Link
{
    public readonly mysqli $mysqli;

    public function __construct(string $setting)
    {
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        $this->mysqli = connect_mysqli($setting, [MYSQLI_OPT_INT_AND_FLOAT_NATIVE => 1]);
    }

    public function exec(string $sql): void
    {
        $this->mysqli->query($sql);
    }

    public function rows(string $sql): array
    {
        return $this->mysqli->query($sql)->fetch_all();
    }

    public function begin(): void
    {
        $this->mysqli->begin_transaction();
    }

    public function commit(): void
    {
        $this->mysqli->commit();
    }

    public function rollBack(): void
    {
        $this->mysqli->rollback();
    }

    public function isInside(): bool
    {
        $said = (int) $this->rows('SELECT 0 /*M!50500 + @@in_transaction + 1 */')[0][0];
        // MySQL tells only of a transaction that has looked at a table.
        $here = 'FROM information_schema.innodb_trx WHERE trx_mysql_thread_id = CONNECTION_ID()';
        return $said > 0 ? $said === 2 : $this->rows("SELECT COUNT(*) $here")[0][0] > 0;
    }

    public function lend(mixed ...$options): void
    {
        loyalty_use_mysqli($this->mysqli, ...$options);
    }

    public function code(Throwable $error): ?int
    {
        return $error instanceof mysqli_sql_exception ? $error->getCode() : null;
    }
}
