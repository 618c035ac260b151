<?php

declare(strict_types=1);

namespace Loyalty\Bridge\Laravel;

use Illuminate\Contracts\Container\Container;
use Illuminate\Support\ServiceProvider;
use Loyalty\Client;
use Loyalty\ClientInterface;

/** Gives an application `Loyalty\ClientInterface`, on its own connection. */
final class LoyaltyServiceProvider extends ServiceProvider
{
    public function register(): void
    {
        $this->mergeConfigFrom(__DIR__ . '/config.php', 'loyalty');
        $this->app->singleton(ClientInterface::class, static function (Container $app): Client {
            $settings = $app['config']['loyalty'];
            if ($settings['program'] !== null) {
                \loyalty_configure(program: $settings['program']);
            }
            return new Client(new LaravelHost($app['db'], $settings['connection'], $settings['prefix']));
        });
    }

    public function boot(): void
    {
        $this->loadMigrationsFrom(__DIR__ . '/migrations');
        $this->publishes([__DIR__ . '/config.php' => $this->app->basePath('config/loyalty.php')], 'loyalty');
    }
}
