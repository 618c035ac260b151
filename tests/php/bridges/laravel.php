<?php

declare(strict_types=1);

// Laravel's database, facades and migrations with the engine on their connection, through the service provider.
require __DIR__ . '/shop.php';
foreach (['Database', 'Config', 'Events', 'Filesystem'] as $part) {
    require "/usr/share/php/Illuminate/$part/autoload.php";
}

use Illuminate\Config\Repository;
use Illuminate\Container\Container;
use Illuminate\Database\DatabaseServiceProvider;
use Illuminate\Database\Migrations\DatabaseMigrationRepository;
use Illuminate\Database\Migrations\Migrator;
use Illuminate\Events\Dispatcher;
use Illuminate\Filesystem\Filesystem;
use Illuminate\Support\Facades\DB;
use Illuminate\Support\Facades\Facade;
use Loyalty\Bridge\Laravel\Contention;
use Loyalty\Bridge\Laravel\LoyaltyServiceProvider;
use Loyalty\ClientInterface;

/** What a provider asks of the application, besides the container. */
final class Application extends Container
{
    public function basePath(string $path): string
    {
        return "{$_SERVER['argv'][1]}/$path";
    }

    public function runningInConsole(): bool
    {
        return true;
    }
}

$parts = parts();
$database = $onServer
    ? ['driver' => 'mysql', 'unix_socket' => $parts['socket'], 'database' => $parts['database'], 'username' => $parts['user'], 'password' => '',
        'charset' => 'utf8mb4', 'collation' => 'utf8mb4_unicode_ci', 'prefix' => '']
    : ['driver' => 'sqlite', 'database' => $parts['path'], 'prefix' => ''];

$app = new Application();
Container::setInstance($app);
Facade::setFacadeApplication($app);
$app->instance('config', new Repository(['database' => ['default' => 'shop', 'connections' => ['shop' => $database, 'spare' => $database]]]));
$app->instance('events', new Dispatcher($app));
$files = new Filesystem();
$migrator = function () use ($app, $files): Migrator {
    $repository = new DatabaseMigrationRepository($app['db'], 'migrations');
    $repository->repositoryExists() || $repository->createRepository();
    return new Migrator($repository, $app['db'], $files, $app['events']);
};
$app->singleton('migrator', $migrator);
$providers = [new DatabaseServiceProvider($app), new LoyaltyServiceProvider($app)];
array_walk($providers, fn(object $provider) => $provider->register());
array_walk($providers, fn(object $provider) => $provider->boot());

// The migration makes the tables, so that a page may begin its transaction first; its way back leaves them.
$migrator = $app['migrator'];
same(1, count($migrator->run($migrator->paths())), 'the migration of the package');
same(1, count($migrator->rollback($migrator->paths())), 'and its way back');
same(true, DB::getSchemaBuilder()->hasTable('loyalty_users'), 'the tables');
same(1, count($migrator->run($migrator->paths())), 'once more');
$loyalty = $app->make(ClientInterface::class);
same($loyalty, $app->make(ClientInterface::class), 'one client');

// As the manual shows it, before any table of the engine's was asked for.
DB::transaction(function () use ($loyalty): void {
    DB::table('orders')->insert(['number' => 'B-1', 'total' => 500]);
    $loyalty->earnPoints(user_id: 7, amount: 500, order_id: 'B-1');
}, attempts: 3);
same(5, seen()[1], 'an order');
$loyalty->refundOrder(order_id: 'B-1');

// The order and its points are committed as one, and undone as one.
$order = function (string $number) use ($loyalty): string {
    DB::table('orders')->insert(['number' => $number, 'total' => 1000]);
    return $loyalty->earnPoints(user_id: 7, amount: 1000, order_id: $number)['replayed'] ? 'replayed' : $number;
};
same('A-1', DB::transaction(fn() => $order('A-1')), 'an order');
same([['A-1'], 10], seen(), 'committed');
thrown(DomainException::class, fn() => DB::transaction(fn() => throw new DomainException($order('A-2'))));
same([['A-1'], 10], seen(), 'undone');

// A transaction in a transaction is undone alone.
DB::transaction(function () use ($order): void {
    $order('A-2');
    thrown(DomainException::class, fn() => DB::transaction(fn() => throw new DomainException($order('A-3'))));
});
same([['A-1', 'A-2'], 20], seen(), 'the inner one is undone');

// After a reconnect, and with a job that has another connection, the engine is where the transaction is.
DB::reconnect();
thrown(DomainException::class, fn() => DB::transaction(fn() => throw new DomainException($order('A-3'))));
same([['A-1', 'A-2'], 20], seen(), 'undone on another connection');
DB::disconnect();
same(20, $loyalty->points(7)['available'], 'a connection that Laravel opens on demand');

if ($onServer) {
    // The engine's deadlock: `attempts` runs all of it again, and it is there once.
    $rival = null;
    $tries = 0;
    $deadlock = function (string $number) use ($order, &$rival, &$tries): string {
        if ($tries++ === 1) {
            $rival();
        }
        DB::select('SELECT * FROM counter FOR UPDATE');
        $rival ??= rival_that_waits($GLOBALS['setting']);
        return $order($number);
    };
    same('A-4', DB::transaction(fn() => $deadlock('A-4'), attempts: 3), 'the second attempt');
    same([2, 0, ['A-1', 'A-2', 'A-4'], 30], [$tries, DB::transactionLevel(), ...seen()], 'there once');

    // Without another attempt the cause is told, no level is left behind, and the next job is whole or not at all.
    $rival = null;
    $tries = 0;
    $lost = thrown(Contention::class, fn() => DB::transaction(fn() => $deadlock('A-5')));
    same(['transaction_undone', 1213], [$lost->getReason(), $lost->getPrevious()->getPrevious()->errorInfo[1]], 'the cause');
    $rival();
    same(0, DB::transactionLevel(), 'the level');
    thrown(DomainException::class, fn() => DB::transaction(fn() => throw new DomainException($order('A-6'))));
    same([['A-1', 'A-2', 'A-4'], 30], seen(), 'nothing of either');

    // Deep in a transaction, too: the outermost runs again.
    $rival = null;
    $tries = 0;
    DB::transaction(fn() => DB::transaction(fn() => DB::transaction(fn() => $deadlock('A-5'))), attempts: 3);
    same([2, 0, ['A-1', 'A-2', 'A-4', 'A-5'], 40], [$tries, DB::transactionLevel(), ...seen()], 'there once');

    // What another page wrote since this transaction began to show the past: run again it is seen.
    $spare = new Loyalty\Client(new Loyalty\Bridge\Laravel\LaravelHost($app['db'], 'spare'));
    $tries = 0;
    $answer = DB::transaction(function () use ($spare, $order, &$tries): string {
        DB::select('SELECT * FROM orders');
        if ($tries++ === 0) {
            DB::connection('spare')->transaction(fn() => $spare->earnPoints(user_id: 7, amount: 1000, order_id: 'A-7'));
        }
        return $order('A-7');
    }, attempts: 3);
    same([2, 'replayed', 50], [$tries, $answer, seen()[1]], 'the first answer');
} else {
    // Another writer holds the file for longer than the time-out.
    $other = connect($setting);
    DB::statement('PRAGMA busy_timeout = 50');
    $tries = 0;
    DB::transaction(function () use ($order, $other, &$tries): void {
        DB::select('SELECT * FROM orders');
        $tries++ === 0 ? $other->exec('BEGIN IMMEDIATE') : $other->exec('ROLLBACK');
        $GLOBALS['loyalty']->earnPoints(user_id: 7, amount: 1000, order_id: 'A-4');
    }, attempts: 3);
    same([2, 30], [$tries, seen()[1]], 'there once');
}
same(true, $loyalty->verify()['ok'], 'the books');
