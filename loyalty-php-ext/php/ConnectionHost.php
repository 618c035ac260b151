<?php

declare(strict_types=1);

namespace Loyalty;

use Closure;
use LogicException;
use LoyaltyException;
use LoyaltyUnavailableException;
use mysqli;
use PDO;
use Throwable;
use WeakReference;

/**
 * The application's own connection, PDO or mysqli: a call is part of the transaction that is open on it. The connection is
 * asked for at each call, so that one opened anew is found. Several hosts may serve in turn; do not call
 * `loyalty_use_pdo` and `loyalty_use_mysqli` beside them.
 */
class ConnectionHost implements Host
{
    /** The status of a defect, after which the engine may have stopped using the connection. */
    private const INTERNAL = 6;

    /** @var WeakReference<self>|null the host whose connection the engine works on */
    private static ?WeakReference $serving = null;

    /**
     * @param Closure(): (PDO|mysqli) $connection
     * @param string $prefix of the names of the engine's tables
     * @param list<string> $savepoints that the framework rolls back to, even after a deadlock has undone everything
     */
    public function __construct(private Closure $connection, private string $prefix = '', private array $savepoints = [])
    {
    }

    public function run(callable $call): array
    {
        try {
            $this->serve();
            return $call();
        } catch (LoyaltyException $error) {
            if ($error->getCode() === self::INTERNAL) {
                self::$serving = null;
            }
            throw $error instanceof LoyaltyUnavailableException ? $this->translated($error) : $error;
        }
    }

    /** The error as an exception of the framework. */
    protected function translated(LoyaltyUnavailableException $error): Throwable
    {
        return $error;
    }

    private function serve(): void
    {
        if (self::$serving?->get() === $this) {
            return;
        }
        self::$serving = null;
        $connection = ($this->connection)();
        $use = match (true) {
            $connection instanceof PDO => \loyalty_use_pdo(...),
            $connection instanceof mysqli => \loyalty_use_mysqli(...),
            default => throw new LogicException('the engine works on PDO and mysqli, not on ' . \get_debug_type($connection)),
        };
        // A framework rolls back in every case, so there must be something to roll back to.
        $use($this->connection, $this->prefix, 'empty_transaction', $this->savepoints);
        self::$serving = WeakReference::create($this);
    }
}
