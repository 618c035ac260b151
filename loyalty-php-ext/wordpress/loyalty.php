<?php

/**
 * Plugin Name: Loyalty
 * Description: Points for WooCommerce's orders, by the loyalty engine inside PHP, on WordPress' own connection.
 * Requires PHP: 8.1
 * License: MIT or Apache-2.0
 */

declare(strict_types=1);

use Loyalty\Bridge\WordPress\Plugin;
use Loyalty\ClientInterface;

defined('ABSPATH') || exit;
class_exists(Plugin::class) || require dirname(__DIR__) . '/php/autoload.php';

/** The engine: `loyalty()->points(user_id: get_current_user_id())`. */
function loyalty(): ClientInterface
{
    return Plugin::client();
}

Plugin::start();
// The tables are made now, and not inside of a transaction of the shop's.
register_activation_hook(__FILE__, [Plugin::class, 'prepare']);
