<?php

declare(strict_types=1);

namespace Loyalty\Bridge\WordPress;

use Loyalty\Client;
use Loyalty\ClientInterface;
use Loyalty\ConnectionHost;
use LoyaltyConflictException;
use LoyaltyNotFoundException;
use LoyaltyUnavailableException;
use Throwable;
use WC_Order;

/**
 * What the plugin does in WordPress. `wp-config.php` may define `LOYALTY_PREFIX` (default that of WordPress' tables),
 * `LOYALTY_PROGRAM` (a programme file), `LOYALTY_DATABASE` (a database of the engine's own in place of WordPress'), and
 * `LOYALTY_ORDER_STATUS` (the status with which an order earns, default `completed`).
 */
final class Plugin
{
    /** By this hook, WordPress later runs what could not be done at once. */
    private const AGAIN = 'loyalty_again';

    /** The states of an order that did not go through. */
    private const UNDONE = ['cancelled', 'refunded', 'failed'];

    /** The parts of a purchase that may still change. */
    private const AMENDED = ['order_id', 'amount', 'items', 'tax', 'points_paid', 'gift_card_paid'];

    /** @var array<string, ClientInterface> by prefix: each site of a network has its own */
    private static array $clients = [];

    public static function start(): void
    {
        foreach ([self::earning(), ...self::UNDONE] as $status) {
            \add_action("woocommerce_order_status_$status", self::settle(...), 10, 1);
        }
        \add_action('woocommerce_order_refunded', self::settle(...), 10, 1);
        \add_action(self::AGAIN, self::settle(...), 10, 1);
        \add_shortcode('loyalty_points', static fn(): string => \esc_html((string) self::points(\get_current_user_id())));
    }

    public static function client(): ClientInterface
    {
        global $wpdb;
        $prefix = self::setting('LOYALTY_PREFIX') ?? $wpdb->prefix;
        return self::$clients[$prefix] ??= self::opened($prefix);
    }

    /** Creates the tables. */
    public static function prepare(): void
    {
        self::client()->health();
    }

    /** The points of a user; 0 for a user who is not a member. WordPress often has the user id as text. */
    public static function points(int|string $user): int
    {
        try {
            return self::client()->points(user_id: (int) $user)['available'];
        } catch (LoyaltyNotFoundException) {
            return 0;
        }
    }

    private static function opened(string $prefix): ClientInterface
    {
        \loyalty_configure(database: self::setting('LOYALTY_DATABASE'), program: self::setting('LOYALTY_PROGRAM'));
        $own = self::setting('LOYALTY_DATABASE') !== null;
        return new Client($own ? null : new ConnectionHost(self::connection(...), $prefix));
    }

    private static function connection(): mixed
    {
        global $wpdb;
        if ($wpdb->dbh === null) {
            $wpdb->check_connection(false);
        }
        return $wpdb->dbh;
    }

    private static function setting(string $name): ?string
    {
        return \defined($name) ? (string) \constant($name) : null;
    }

    private static function earning(): string
    {
        return self::setting('LOYALTY_ORDER_STATUS') ?? 'completed';
    }

    /** Updates the points to what the order is now. It never stops the shop: a failure is reported, or retried later. */
    public static function settle(int|string $id): void
    {
        // WooCommerce may have been removed by the time WordPress retries an order.
        $order = \function_exists('wc_get_order') ? \wc_get_order((int) $id) : false;
        // Guests have no points.
        if (!$order instanceof WC_Order || (int) $order->get_customer_id() === 0) {
            return;
        }
        try {
            self::book($order);
        } catch (LoyaltyNotFoundException) {
            // The order has earned nothing.
        } catch (LoyaltyUnavailableException $error) {
            // Together with the points, everything that the shop wrote in its transaction was undone; the shop must know.
            if ($error->getReason() === 'transaction_undone') {
                throw $error;
            }
            \error_log("loyalty: order $id once more in a minute: {$error->getMessage()}");
            \wp_schedule_single_event(\time() + 60, self::AGAIN, [(int) $id]);
        } catch (Throwable $error) {
            // The programme refuses it, or a filter has made it invalid.
            \error_log("loyalty: order $id: {$error->getMessage()}");
            $order->add_order_note("Loyalty: {$error->getMessage()}");
        }
    }

    private static function book(WC_Order $order): void
    {
        $number = (string) $order->get_id();
        $is_gone = $order->get_total_refunded() > 0 && $order->get_remaining_refund_amount() <= 0;
        if ($is_gone || \in_array($order->get_status(), self::UNDONE, true)) {
            self::client()->cancelOrder(order_id: $number);
            return;
        }
        $purchase = \apply_filters('loyalty_purchase', [
            'user_id' => (int) $order->get_customer_id(),
            'amount' => self::money($order->get_remaining_refund_amount()),
            'tax' => self::money($order->get_total_tax() - $order->get_total_tax_refunded()),
            'order_id' => $number,
        ], $order);
        if ($order->get_status() !== self::earning() || !self::earns($purchase)) {
            self::client()->amendOrder(...\array_intersect_key($purchase, \array_flip(self::AMENDED)));
        }
    }

    /** Whether the order has just earned for the first time. */
    private static function earns(array $purchase): bool
    {
        try {
            return !self::client()->earnPoints(...$purchase)['replayed'];
        } catch (LoyaltyConflictException $error) {
            if ($error->getDetails()['field'] === 'user_id') {
                throw $error;
            }
            return false;
        }
    }

    /** The number of decimals in the shop's prices. */
    private static function money(mixed $amount): string
    {
        return (string) \wc_format_decimal($amount, \wc_get_price_decimals());
    }
}
