<?php

declare(strict_types=1);

// An application imports it in its own services: `$container->import('…/php/Bridge/Symfony/services.php')`.

namespace Symfony\Component\DependencyInjection\Loader\Configurator;

use Loyalty\Bridge\Doctrine\DoctrineHost;
use Loyalty\Bridge\Doctrine\SchemaFilter;
use Loyalty\Client;
use Loyalty\ClientInterface;

return static function (ContainerConfigurator $container): void {
    $container->parameters()->set('loyalty.prefix', '');
    $services = $container->services();
    $services->set(DoctrineHost::class)->args([service('database_connection'), param('loyalty.prefix')]);
    $services->set(Client::class)->args([service(DoctrineHost::class)]);
    $services->alias(ClientInterface::class, Client::class)->public();
    // Doctrine's bundle puts it before the schema tools of the default connection.
    $services->set(SchemaFilter::class)->args([param('loyalty.prefix')])->tag('doctrine.dbal.schema_filter');
};
