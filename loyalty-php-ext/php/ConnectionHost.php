<?php

declare(strict_types=1);

namespace Loyalty;

use Closure;
use LogicException;
use LoyaltyUnavailableException;
use mysqli;
use PDO;
use Throwable;
use WeakReference;

/**
 * The application's own connection, PDO or mysqli: a call is part of the transaction that is open on it. The connection is
 * asked for before each call, so that one opened anew is found.
 */
class ConnectionHost implements Host
{
    /** @var WeakReference<object>|null the connection that the engine works on */
    private static ?WeakReference $named = null;
    private static string $namedPrefix = '';

    /**
     * @param Closure(): (PDO|mysqli) $connection
     * @param string $prefix stands before the names of the engine's tables
     */
    public function __construct(private Closure $connection, private string $prefix = '')
    {
    }

    public function run(callable $call): array
    {
        $connection = ($this->connection)();
        try {
            $this->name($connection);
            return $call();
        } catch (LoyaltyUnavailableException $error) {
            if ($error->getReason() === 'transaction_undone') {
                $this->standIn($connection);
            }
            throw $this->translated($error);
        }
    }

    /** The error in words of the framework's. */
    protected function translated(LoyaltyUnavailableException $error): Throwable
    {
        return $error;
    }

    /** A framework rolls back whatever has happened: it finds an empty transaction, in which nothing can be written. */
    private function standIn(mixed $connection): void
    {
        if ($connection instanceof PDO && !$connection->inTransaction()) {
            $connection->exec('START TRANSACTION READ ONLY');
        }
    }

    private function name(mixed $connection): void
    {
        if (self::$named?->get() === $connection && self::$namedPrefix === $this->prefix) {
            return;
        }
        self::$named = null;
        match (true) {
            $connection instanceof PDO => \loyalty_use_pdo($connection, $this->prefix),
            $connection instanceof mysqli => \loyalty_use_mysqli($connection, $this->prefix),
            default => throw new LogicException('the engine works on PDO and mysqli, not on ' . \get_debug_type($connection)),
        };
        self::$named = WeakReference::create($connection);
        self::$namedPrefix = $this->prefix;
    }
}
