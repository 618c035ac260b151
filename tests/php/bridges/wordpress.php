<?php

declare(strict_types=1);

// WordPress itself, installed into the database, with the plugin. Run with a folder, the setting of a new database, and
// the folder of WordPress.
require __DIR__ . '/../check.php';
require __DIR__ . '/../deadlock.php';
[, $folder, $setting, $wordpress] = $_SERVER['argv'];
[$socket, $host, , $database, $user] = place($setting);

// What a shop's wp-config.php has.
define('DB_HOST', "$host:$socket");
define('DB_NAME', $database);
define('DB_USER', $user);
define('DB_PASSWORD', '');
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
define('WP_CONTENT_DIR', "$folder/wp-content");
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('LOYALTY_PROGRAM', dirname(__DIR__, 3) . '/loyalty-core/programmes/cafe-vt.toml');
define('ABSPATH', "$wordpress/");
define('WP_INSTALLING', true);
define('WP_DISABLE_FATAL_ERROR_HANDLER', true);
$_SERVER += ['HTTP_HOST' => 'shop.test', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'REQUEST_METHOD' => 'GET'];
ini_set('error_log', "$folder/wordpress.log");
$table_prefix = 'shop7_';
mkdir(WP_CONTENT_DIR . '/plugins', 0777, true);
mkdir(WP_CONTENT_DIR . '/themes');
symlink(dirname(__DIR__, 3) . '/loyalty-php-ext/wordpress', WP_CONTENT_DIR . '/plugins/loyalty');
error_reporting(E_ALL & ~E_DEPRECATED);
require_once ABSPATH . 'wp-settings.php';
ini_set('display_errors', 'stderr');
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
function wp_mail(): bool
{
    return true;
}

wp_install('Shop', 'admin', 'admin@shop.test', false, '', 'secret');
require __DIR__ . '/woocommerce.php';
same(null, activate_plugin('loyalty/loyalty.php'), 'the plugin is active');

/** What another connection sees of a member. */
function balance(int $user): int
{
    return (int) connect($GLOBALS['setting'])->query("SELECT balance FROM shop7_loyalty_users WHERE user_id = $user")->fetchColumn();
}

// The tables stand beside WordPress', with its prefix.
$tables = $wpdb->get_col("SHOW TABLES LIKE 'shop7\\_loyalty\\_users'");
same(['shop7_loyalty_users'], $tables, 'the tables');

// A completed order earns once, whatever is clicked how often.
$ana = wp_insert_user(['user_login' => 'ana', 'user_pass' => 'secret']);
$order = new WC_Order(17, $ana, '12990');
$order->update_status('processing');
same(0, balance($ana), 'nothing before the order is completed');
$order->update_status('completed');
$order->update_status('completed');
same([129, []], [balance($ana), $order->notes], 'earned once');

// Refunds, in parts and whole, cancelled and completed after all, another total.
$order->refund(2990);
same(100, balance($ana), 'a part comes back');
$order->update_status('cancelled');
same(0, balance($ana), 'cancelled');
$order->update_status('completed');
same(100, balance($ana), 'completed after all');
$order->set_total('22990');
$order->update_status('completed');
same(200, balance($ana), 'another total');
$order->refund(20000);
same([0, 'refunded'], [balance($ana), $order->get_status()], 'all of it came back');
same(true, loyalty()->verify()['ok'], 'the books');

// Who bought as a guest, what is free, and orders that never earned.
(new WC_Order(18, 0, '12990'))->update_status('completed');
(new WC_Order(19, $ana, '5000'))->update_status('cancelled');
(new WC_Order(20, $ana, '0'))->update_status('completed');
same([0, 2], [balance($ana), loyalty()->profile(user_id: $ana)['total_visits'] + 1], 'nothing, and a visit');

// Ids as WordPress has them, from its tables and of who is signed in.
(new WC_Order(21, $ana, '1000'))->update_status('completed');
$text = $wpdb->get_var("SELECT ID FROM $wpdb->users WHERE user_login = 'ana'");
same([(string) $ana, 10], [$text, Loyalty\Bridge\WordPress\Plugin::points($text)], 'an id as text');
wp_set_current_user($ana);
same('You have 10 points', do_shortcode('You have [loyalty_points] points'), 'the shortcode');
wp_set_current_user(1);
same('0', do_shortcode('[loyalty_points]'), 'who is no member');

// In a transaction of the shop's: both or neither.
$wpdb->query('START TRANSACTION');
(new WC_Order(22, $ana, '1000'))->update_status('completed');
$wpdb->query('ROLLBACK');
same(10, balance($ana), 'undone with the transaction');

// A deadlock in it: the shop learns that all it wrote there is gone, and nothing is written behind it.
open_tables(Link::open('pdo', $setting));
$deadlock = function (int $number) use ($wpdb, $ana, $setting): void {
    $wpdb->query('START TRANSACTION');
    $wpdb->query("INSERT INTO orders VALUES ('A-$number', 1)");
    $wpdb->get_results('SELECT * FROM counter FOR UPDATE');
    $ended = rival_that_waits($setting, "shop7_loyalty_users WHERE user_id = $ana");
    try {
        (new WC_Order($number, $ana, '1000'))->update_status('completed');
    } finally {
        $ended();
    }
};
$undone = thrown(LoyaltyUnavailableException::class, fn() => $deadlock(27));
same('transaction_undone', $undone->getReason(), 'the deadlock');
$wpdb->suppress_errors();
same(false, $wpdb->query("INSERT INTO orders VALUES ('A-28', 1)"), 'nothing is written behind it');
$wpdb->suppress_errors(false);
$wpdb->query('ROLLBACK');
same([10, '0'], [balance($ana), $wpdb->get_var('SELECT COUNT(*) FROM orders')], 'nothing of it');

// While another holds the member the shop goes on, and WordPress does it a minute later.
$wpdb->query('SET SESSION innodb_lock_wait_timeout = 1');
$other = connect($setting);
$other->beginTransaction();
$other->query("SELECT * FROM shop7_loyalty_users WHERE user_id = $ana FOR UPDATE")->fetchAll();
$late = new WC_Order(23, $ana, '1000');
$late->update_status('completed');
$other->rollBack();
same([10, []], [balance($ana), $late->notes], 'not yet');
$event = wp_get_scheduled_event('loyalty_again', [23]);
same([true, true], [$event->timestamp > time(), $event->timestamp <= time() + 60], 'in a minute');
do_action_ref_array('loyalty_again', $event->args);
same(20, balance($ana), 'earned late');

// What the programme refuses is a note on the order.
loyalty()->updateMember(user_id: $ana, blocked: true);
$refused = new WC_Order(24, $ana, '1000');
$refused->update_status('completed');
same([20, 1], [balance($ana), count($refused->notes)], 'a note');

// Another plugin's filter adds to the purchase; one that spoils it does not stop the shop.
loyalty()->updateMember(user_id: $ana, blocked: false);
$adds = fn(array $more) => fn(array $purchase): array => $more + $purchase;
add_filter('loyalty_purchase', $spoils = $adds(['colour' => 'red']));
$spoilt = new WC_Order(26, $ana, '1000');
$spoilt->update_status('completed');
same([20, 1], [balance($ana), count($spoilt->notes)], 'a note');
remove_filter('loyalty_purchase', $spoils);
add_filter('loyalty_purchase', $adds(['items' => [['sku' => 'latte', 'amount' => '1000']]]));
$spoilt->update_status('completed');
same([30, ['latte']], [balance($ana), loyalty()->profile(user_id: $ana)['favorite_products']], 'with its items');

// After WordPress has opened its connection anew, the engine is on the new one.
$wpdb->close();
same(30, loyalty()->points(user_id: $ana)['available'], 'WordPress connects on demand');
$wpdb->query('START TRANSACTION');
(new WC_Order(25, $ana, '1000'))->update_status('completed');
$wpdb->query('ROLLBACK');
same(30, balance($ana), 'undone on the new connection');
same(true, loyalty()->verify()['ok'], 'the books');
