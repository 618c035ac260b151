<?php

declare(strict_types=1);

// A kernel of Symfony's with the services of the package, and session handlers beside the engine.
require __DIR__ . '/shop.php';
require '/usr/share/php/Symfony/Bundle/FrameworkBundle/autoload.php';
require '/usr/share/php/Symfony/Component/Yaml/autoload.php';
require '/usr/share/php/Doctrine/DBAL/autoload.php';

use Doctrine\DBAL\Connection;
use Doctrine\DBAL\DriverManager;
use Doctrine\DBAL\Event\TransactionBeginEventArgs;
use Doctrine\DBAL\Events;
use Doctrine\DBAL\Exception\RetryableException;
use Loyalty\Bridge\Doctrine\SchemaFilter;
use Loyalty\ClientInterface;
use Loyalty\Retry;
use Symfony\Bundle\FrameworkBundle\FrameworkBundle;
use Symfony\Bundle\FrameworkBundle\Kernel\MicroKernelTrait;
use Symfony\Component\Config\FileLocator;
use Symfony\Component\DependencyInjection\ContainerBuilder;
use Symfony\Component\DependencyInjection\Loader\Configurator\ContainerConfigurator;
use Symfony\Component\DependencyInjection\Loader\PhpFileLoader;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\HttpFoundation\Session\Storage\Handler\PdoSessionHandler;
use Symfony\Component\HttpKernel\Kernel;
use Symfony\Component\Routing\Loader\Configurator\RoutingConfigurator;

/** A page that takes an order; run again after a deadlock. */
final class Checkout
{
    public function __construct(private Connection $connection, private ClientInterface $loyalty)
    {
    }

    public function __invoke(Request $request): JsonResponse
    {
        return new JsonResponse(Retry::run(fn() => $this->connection->transactional(fn() => $this->take($request))));
    }

    private function take(Request $request): array
    {
        $number = $request->query->get('number');
        $this->connection->insert('orders', ['number' => $number, 'total' => 1000]);
        return $this->loyalty->earnPoints(user_id: 7, amount: 1000, order_id: $number);
    }
}

/** Makes a deadlock of the first transaction that begins. */
final class Rival
{
    public int $tries = 0;
    public ?Closure $ended = null;

    public function onTransactionBegin(TransactionBeginEventArgs $begun): void
    {
        if ($this->tries++ === 0) {
            $begun->getConnection()->fetchAllAssociative('SELECT * FROM counter FOR UPDATE');
            $this->ended = rival_that_waits($GLOBALS['setting']);
        }
    }
}

final class Shop extends Kernel
{
    use MicroKernelTrait;

    public function registerBundles(): iterable
    {
        return [new FrameworkBundle()];
    }

    public function getProjectDir(): string
    {
        return $_SERVER['argv'][1];
    }

    protected function configureContainer(ContainerConfigurator $container): void
    {
        $container->extension('framework', ['secret' => 'a', 'http_method_override' => false]);
        $container->import(dirname(__DIR__, 3) . '/loyalty-php-ext/php/Bridge/Symfony/services.php');
        $parts = parts();
        $where = isset($parts['path'])
            ? ['driver' => 'pdo_sqlite', 'path' => $parts['path']]
            : ['driver' => 'pdo_mysql', 'unix_socket' => $parts['socket'], 'user' => $parts['user'], 'dbname' => $parts['database']];
        // As Doctrine's bundle, which Debian does not have, names its connection.
        $services = $container->services();
        $services->set('database_connection', Connection::class)->factory([DriverManager::class, 'getConnection'])->args([$where])->public();
        $services->alias(Connection::class, 'database_connection');
        $services->set(Checkout::class, Checkout::class)->autowire()->public();
    }

    protected function configureRoutes(RoutingConfigurator $routes): void
    {
        $routes->add('checkout', '/checkout')->controller(Checkout::class);
    }
}

// The filter for the schema tools carries the tag by which Doctrine's bundle finds it.
$services = new ContainerBuilder();
(new PhpFileLoader($services, new FileLocator()))->load(dirname(__DIR__, 3) . '/loyalty-php-ext/php/Bridge/Symfony/services.php');
same([SchemaFilter::class], array_keys($services->findTaggedServiceIds('doctrine.dbal.schema_filter')), 'the filter');

// Into a file of the test's, not beside what it checks.
ini_set('error_log', "{$_SERVER['argv'][1]}/symfony.log");
$shop = new Shop($onServer ? 'server' : 'file', false);
$shop->boot();
// A check that fails is for the test to read, not for a page of errors.
set_exception_handler(null);
$loyalty = $shop->getContainer()->get(ClientInterface::class);
$loyalty->enroll(7);
$answer = $shop->handle(Request::create('/checkout?number=A-1'), catch: false);
same([10, [['A-1'], 10]], [json_decode($answer->getContent(), true)['balance'], seen()], 'an order by the kernel');

if ($onServer) {
    $rival = new Rival();
    $shop->getContainer()->get('database_connection')->getEventManager()->addEventListener(Events::onTransactionBegin, $rival);
    $answer = $shop->handle(Request::create('/checkout?number=A-2'), catch: false);
    ($rival->ended)();
    same([2, 20, [['A-1', 'A-2'], 20]], [$rival->tries, json_decode($answer->getContent(), true)['balance'], seen()], 'there once');
}

// A session handler on the page's own PDO, with locks of rows (the default), holds a transaction from the session's start
// to its end: the engine's calls are inside it, and are gone when it is.
$pdo = $shop->getContainer()->get('database_connection')->getNativeConnection();
$points = seen()[1];
$session = new PdoSessionHandler($pdo);
$session->createTable();
$session->open('', 'SHOP');
$session->read('one');
$loyalty->earnPoints(user_id: 7, amount: 1000, order_id: 'A-3');
same($points, seen()[1], 'nobody sees the points yet');
thrown(PDOException::class, fn() => $pdo->beginTransaction());
$session->write('one', 'x');
$session->close();
same($points += 10, seen()[1], 'with the end of the session they are there');

// One with a connection of its own, or with locks by name, does not stand in the way.
$apart = $onServer
    ? new PdoSessionHandler($pdo, ['lock_mode' => PdoSessionHandler::LOCK_ADVISORY])
    : new PdoSessionHandler('sqlite:' . parts()['path'] . '.sessions');
$onServer || $apart->createTable();
$apart->open('', 'SHOP');
$apart->read('two');
$loyalty->earnPoints(user_id: 7, amount: 1000, order_id: 'A-4');
same($points += 10, seen()[1], 'at once');
$apart->write('two', 'x');
$apart->close();

// On SQLite no second connection may hold the file that the points are in.
if (!$onServer) {
    $pdo->exec('PRAGMA busy_timeout = 50');
    $held = new PdoSessionHandler('sqlite:' . parts()['path']);
    $held->open('', 'SHOP');
    $held->read('three');
    $busy = thrown(Loyalty\Bridge\Doctrine\Contention::class, fn() => $loyalty->earnPoints(user_id: 7, amount: 1000, order_id: 'A-5'));
    same(['database_busy', true], [$busy->getReason(), $busy instanceof RetryableException], 'held by the session');
    $held->write('three', 'x');
    $held->close();
    $loyalty->earnPoints(user_id: 7, amount: 1000, order_id: 'A-5');
}
same(true, $loyalty->verify()['ok'], 'the books');
