<?php

declare(strict_types=1);

// Doctrine DBAL and ORM with the engine on their connection, by the driver that the third argument names.
require __DIR__ . '/shop.php';
require '/usr/share/php/Doctrine/ORM/autoload.php';

use Doctrine\DBAL\Configuration;
use Doctrine\DBAL\Connection;
use Doctrine\DBAL\Connections\PrimaryReadReplicaConnection;
use Doctrine\DBAL\DriverManager;
use Doctrine\DBAL\Exception\DeadlockException;
use Doctrine\DBAL\Exception\DriverException;
use Doctrine\DBAL\Exception\RetryableException;
use Doctrine\ORM\EntityManager;
use Doctrine\ORM\ORMSetup;
use Doctrine\ORM\Tools\SchemaTool;
use Loyalty\Bridge\Doctrine\DoctrineHost;
use Loyalty\Bridge\Doctrine\SchemaFilter;
use Loyalty\Client;
use Loyalty\Retry;

/** Where the database is, in Doctrine's words. */
function where(): array
{
    $parts = parts();
    return isset($parts['path'])
        ? ['path' => $parts['path']]
        : ['unix_socket' => $parts['socket'], 'user' => $parts['user'], 'dbname' => $parts['database']];
}

function connection(string $driver, ?Configuration $configuration = null): Connection
{
    return DriverManager::getConnection(['driver' => $driver] + where(), $configuration);
}

$driver = $_SERVER['argv'][3];
$connection = connection($driver);
$loyalty = new Client(new DoctrineHost($connection));
$loyalty->enroll(7);

// As the manual shows it.
Retry::run(fn() => $connection->transactional(function () use ($connection, $loyalty): void {
    $connection->insert('orders', ['number' => 'B-1', 'total' => 500]);
    $loyalty->earnPoints(user_id: 7, amount: 500, order_id: 'B-1');
}));
same(5, seen()[1], 'an order');
$loyalty->refundOrder(order_id: 'B-1');

// The order and its points are committed as one, and undone as one.
$order = function (string $number) use ($connection, $loyalty): void {
    $connection->insert('orders', ['number' => $number, 'total' => 1000]);
    $loyalty->earnPoints(user_id: 7, amount: 1000, order_id: $number);
};
$connection->transactional(fn() => $order('A-1'));
same([['A-1'], 10], seen(), 'committed');
thrown(DomainException::class, fn() => $connection->transactional(fn() => $order('A-2') ?? throw new DomainException()));
same([['A-1'], 10], seen(), 'undone');

// After a reconnect the engine is on the new connection.
$connection->close();
thrown(DomainException::class, fn() => $connection->transactional(fn() => $order('A-2') ?? throw new DomainException()));
same([['A-1'], 10], seen(), 'undone on another connection');

// Two connections in one process: each client is on its own.
$other = new Client(new DoctrineHost(connection($driver), 'x_'));
$other->enroll(7);
same([0, 10], [$other->points(7)['available'], $loyalty->points(7)['available']], 'two prefixes');

// With a replica the engine is on the primary, whatever was read before.
$replica = $onServer ? ['dbname' => 'information_schema'] + where() : ['path' => ':memory:'];
$spread = DriverManager::getConnection(['driver' => $driver, 'wrapperClass' => PrimaryReadReplicaConnection::class,
    'primary' => where(), 'replica' => [$replica]]);
$spread->fetchOne('SELECT 1');
same([false, 10], [$spread->isConnectedToPrimary(), (new Client(new DoctrineHost($spread)))->points(7)['available']], 'the primary');

if ($onServer) {
    // The engine's deadlock is one of Doctrine's retryable exceptions, and its cause is not lost in the way back.
    $rival = null;
    $deadlock = function (string $number = 'A-2') use ($connection, $loyalty, &$rival): void {
        $connection->insert('orders', ['number' => $number, 'total' => 1000]);
        $connection->fetchAllAssociative('SELECT * FROM counter FOR UPDATE');
        $rival ??= rival_that_waits($GLOBALS['setting']);
        $loyalty->earnPoints(user_id: 7, amount: 1000, order_id: $number);
    };
    $lost = thrown(Loyalty\Bridge\Doctrine\Contention::class, fn() => $connection->transactional(fn() => $deadlock()));
    same([true, true], [$lost instanceof RetryableException, $lost instanceof LoyaltyUnavailableException], 'what it is');
    same(['transaction_undone', 5], [$lost->getReason(), $lost->getCode()], 'as the engine says');
    same(true, isset($lost->getDetails()['database_code']), 'with its details');
    $cause = $lost->getPrevious()->getPrevious();
    same(1213, $cause instanceof PDOException ? $cause->errorInfo[1] : $cause->getCode(), 'the cause');
    $rival();
    same([['A-1'], 10], seen(), 'nothing of it');
    same([0, false], [$connection->getTransactionNestingLevel(), $connection->isTransactionActive()], 'no transaction is left');

    // Run again it is there once.
    $rival = null;
    $tries = 0;
    Retry::run(function () use ($connection, $deadlock, &$rival, &$tries): void {
        $tries++;
        try {
            $connection->transactional(fn() => $deadlock());
        } finally {
            $tries === 1 && $rival();
        }
    });
    same([2, ['A-1', 'A-2'], 20], [$tries, ...seen()], 'there once');

    // In a transaction in a transaction, too: the outermost runs again.
    $rival = null;
    $tries = 0;
    $connection->setNestTransactionsWithSavepoints(true);
    Retry::run(function () use ($connection, $deadlock, &$rival, &$tries): void {
        $tries++;
        $inner = fn() => $connection->transactional(fn() => $deadlock('A-3'));
        try {
            $connection->transactional(fn() => $connection->transactional($inner));
        } finally {
            $tries === 1 && $rival();
        }
    });
    same([2, ['A-1', 'A-2', 'A-3'], 30], [$tries, ...seen()], 'there once');

    // A deadlock of Doctrine's own statement, too.
    $rival = null;
    $tries = 0;
    Retry::run(function () use ($connection, $order, &$rival, &$tries): void {
        $tries++;
        try {
            $connection->transactional(function () use ($connection, $order, &$rival): void {
                $order('A-4');
                $connection->rollBack();
                $connection->beginTransaction();
                $connection->fetchAllAssociative('SELECT * FROM counter FOR UPDATE');
                $rival ??= rival_that_waits($GLOBALS['setting']);
                $connection->fetchAllAssociative('SELECT * FROM loyalty_users WHERE user_id = 7 FOR UPDATE');
                $order('A-4');
            });
        } catch (DeadlockException $error) {
            $rival();
            throw $error;
        }
    });
    same([2, ['A-1', 'A-2', 'A-3', 'A-4'], 40], [$tries, ...seen()], 'there once');

    // Who swallows the error and goes on cannot commit half of it.
    $rival = null;
    $swallows = function () use ($connection, $deadlock, &$rival): void {
        try {
            $deadlock('A-8');
        } catch (LoyaltyException) {
            $rival();
        }
        $connection->insert('orders', ['number' => 'A-9', 'total' => 1000]);
    };
    $half = thrown(DriverException::class, fn() => $connection->transactional($swallows));
    same(true, str_contains($half->getMessage(), 'READ ONLY'), 'nothing is written behind it');
    same([['A-1', 'A-2', 'A-3', 'A-4'], 40], seen(), 'nothing of it');
}

// `schema:update` knows nothing of the engine's tables: it neither drops nor changes one. Without the filter it would.
$entities = fn(): Configuration => ORMSetup::createAttributeMetadataConfiguration([], true);
$update = function (Configuration $configuration) use ($driver): array {
    $manager = new EntityManager(connection($driver, $configuration), $configuration);
    return (new SchemaTool($manager))->getUpdateSchemaSql([]);
};
$drops = fn(string $part, array $statements): int => count(preg_grep("/DROP TABLE `?{$part}/", $statements));
$blind = $update($entities());
same(count(Loyalty\Tables::NAMES) - ($onServer ? 0 : 1), $drops('loyalty_', $blind), 'without the filter all would go');
$filtered = $entities();
$filtered->setSchemaAssetsFilter(fn(mixed $asset): bool => $asset !== 'counter');
SchemaFilter::addTo($filtered, 'x_');
same(count(Loyalty\Tables::NAMES) - ($onServer ? 0 : 1), $drops('loyalty_', $update($filtered)), 'those of another prefix');
$connection = connection($driver, $filtered);
SchemaFilter::addTo($connection->getConfiguration());
same(['DROP TABLE orders'], array_values(preg_grep('/DROP TABLE/', $update($filtered))), 'only what is the shop\'s');
same(true, $loyalty->verify()['ok'], 'the books');
