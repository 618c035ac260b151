<?php

declare(strict_types=1);

// The little of WooCommerce, which Debian does not have, that the plugin calls: orders as its documentation describes
// them, and the hooks that it fires, in its order.

final class WC_Order
{
    private string $status = 'pending';
    private float $refunded = 0.0;
    public array $notes = [];

    public function __construct(private int $id, private int $customer, private string $total)
    {
        $GLOBALS['orders'][$id] = $this;
    }

    public function get_id(): int
    {
        return $this->id;
    }

    public function get_customer_id(): int
    {
        return $this->customer;
    }

    public function get_status(): string
    {
        return $this->status;
    }

    public function get_total(): string
    {
        return $this->total;
    }

    public function set_total(string $total): void
    {
        $this->total = $total;
    }

    public function get_total_tax(): string
    {
        return '0';
    }

    public function get_total_tax_refunded(): float
    {
        return 0.0;
    }

    public function get_total_refunded(): float
    {
        return $this->refunded;
    }

    public function get_remaining_refund_amount(): string
    {
        return wc_format_decimal($this->total - $this->refunded, wc_get_price_decimals());
    }

    public function add_order_note(string $note): void
    {
        $this->notes[] = $note;
    }

    public function update_status(string $status): void
    {
        $this->status = $status;
        do_action("woocommerce_order_status_$status", $this->id, $this);
    }

    /** As `wc_create_refund()` does. */
    public function refund(float $amount): void
    {
        $this->refunded += $amount;
        if ($this->refunded >= (float) $this->total) {
            $this->update_status('refunded');
        }
        do_action('woocommerce_order_refunded', $this->id, $this->id + 1000);
    }
}

function wc_get_order(int $id): WC_Order|false
{
    return $GLOBALS['orders'][$id] ?? false;
}

function wc_get_price_decimals(): int
{
    return 0;
}

function wc_format_decimal(mixed $number, int $decimals): string
{
    return number_format((float) $number, $decimals, '.', '');
}
