<?php

declare(strict_types=1);

namespace Loyalty;

use LoyaltyUnavailableException;
use mysqli;
use mysqli_sql_exception;
use PDO;
use PDOException;
use RuntimeException;
use Throwable;

/** Runs a transaction of the host again, with everything in it, after another writer was in the way. */
final class Retry
{
    /** MySQL's and MariaDB's numbers for a deadlock, a lock wait that timed out and a row changed since; SQLite's "busy". */
    private const CODES = [1213, 1205, 1020, 5];

    /** The engine's codes for the same. */
    private const REASONS = ['transaction_undone', 'database_busy'];

    /**
     * Runs a unit that begins and ends its transaction itself, again after a pause while another is in the way. It must
     * not be called with a transaction open.
     *
     * @template T
     * @param callable(): T $unit
     * @return T
     */
    public static function run(callable $unit, int $attempts = 5): mixed
    {
        for ($attempt = 1; ; $attempt++) {
            try {
                return $unit();
            } catch (Throwable $error) {
                if ($attempt >= $attempts || !self::isDue($error)) {
                    throw $error;
                }
            }
            \usleep(\random_int(1_000, 10_000) * $attempt);
        }
    }

    /**
     * Runs a unit in a transaction of a connection, which is committed behind it, or undone when it throws; all of it
     * again while another is in the way.
     *
     * @template T
     * @param callable(): T $unit
     * @return T
     */
    public static function transaction(PDO|mysqli $connection, callable $unit, int $attempts = 5): mixed
    {
        return self::run(static function () use ($connection, $unit): mixed {
            self::must($connection instanceof PDO ? $connection->beginTransaction() : $connection->begin_transaction());
            try {
                $done = $unit();
                self::must($connection->commit());
                return $done;
            } catch (Throwable $error) {
                self::undo($connection);
                throw $error;
            }
        }, $attempts);
    }

    /** A connection that throws no exceptions reports a failure by its return value. */
    private static function must(bool $done): void
    {
        if (!$done) {
            throw new RuntimeException('the transaction could not begin or be committed');
        }
    }

    /** An error here matters less than the one thrown before: there may be no transaction left, or no connection. */
    private static function undo(PDO|mysqli $connection): void
    {
        try {
            if ($connection instanceof mysqli || $connection->inTransaction()) {
                $connection->rollBack();
            }
        } catch (Throwable) {
        }
    }

    /** Whether the transaction that ended with this error may be run again. */
    public static function isDue(Throwable $error): bool
    {
        for ($cause = $error; $cause !== null; $cause = $cause->getPrevious()) {
            $code = match (true) {
                $cause instanceof PDOException => $cause->errorInfo[1] ?? 0,
                $cause instanceof mysqli_sql_exception => $cause->getCode(),
                default => 0,
            };
            if (\in_array($code, self::CODES, true)) {
                return true;
            }
            if ($cause instanceof LoyaltyUnavailableException && \in_array($cause->getReason(), self::REASONS, true)) {
                return true;
            }
        }
        return false;
    }
}
