<?php

declare(strict_types=1);

namespace Loyalty\Bridge\Doctrine;

use Doctrine\DBAL\Connection;
use Doctrine\DBAL\Connections\PrimaryReadReplicaConnection;
use Loyalty\ConnectionHost;
use Loyalty\Retry;
use LoyaltyUnavailableException;
use Throwable;

/** The connection of Doctrine DBAL, with any driver on PDO or mysqli. */
final class DoctrineHost extends ConnectionHost
{
    public function __construct(Connection $connection, string $prefix = '')
    {
        $native = static function () use ($connection): mixed {
            // A replica accepts no writes, and what it returns may be out of date.
            if ($connection instanceof PrimaryReadReplicaConnection) {
                $connection->ensureConnectedToPrimary();
            }
            return $connection->getNativeConnection();
        };
        parent::__construct($native, $prefix, self::savepoints());
    }

    /** Names of Doctrine's nested transactions, in its versions 3 and 4. */
    private static function savepoints(): array
    {
        $levels = \range(2, 9);
        $named = static fn(string $name): array => \array_map(static fn(int $level): string => $name . $level, $levels);
        return [...$named('DOCTRINE2_SAVEPOINT_'), ...$named('DOCTRINE_')];
    }

    protected function translated(LoyaltyUnavailableException $error): Throwable
    {
        return Retry::isDue($error) ? new Contention($error) : $error;
    }
}
