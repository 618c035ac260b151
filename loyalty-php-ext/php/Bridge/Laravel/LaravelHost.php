<?php

declare(strict_types=1);

namespace Loyalty\Bridge\Laravel;

use Illuminate\Database\ConnectionResolverInterface;
use Loyalty\ConnectionHost;
use Loyalty\Retry;
use LoyaltyUnavailableException;
use Throwable;

/** A connection of Laravel's: the engine works on the PDO object that Laravel writes with. */
final class LaravelHost extends ConnectionHost
{
    public function __construct(ConnectionResolverInterface $connections, ?string $connection = null, string $prefix = '')
    {
        $pdo = static function () use ($connections, $connection): mixed {
            $used = $connections->connection($connection);
            // As Laravel itself does before a query.
            if ($used->getPdo() === null) {
                $used->reconnect();
            }
            return $used->getPdo();
        };
        parent::__construct($pdo, $prefix);
    }

    protected function translated(LoyaltyUnavailableException $error): Throwable
    {
        return Retry::isDue($error) ? new Contention($error) : $error;
    }
}
