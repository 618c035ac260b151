<?php

declare(strict_types=1);

// Generated from the engine's own table of operations; `make docs` writes it again.

namespace Loyalty;

/** The tables of the engine, without the prefix that a host may have given them. */
final class Tables
{
    public const NAMES = [
        'loyalty_acts',
        'loyalty_answers',
        'loyalty_attempts',
        'loyalty_attributes',
        'loyalty_campaigns',
        'loyalty_chosen',
        'loyalty_closings',
        'loyalty_consents',
        'loyalty_coupon_batches',
        'loyalty_coupon_budgets',
        'loyalty_coupon_uses',
        'loyalty_coupons',
        'loyalty_currency',
        'loyalty_database',
        'loyalty_deliveries',
        'loyalty_event_arrivals',
        'loyalty_event_consumers',
        'loyalty_event_log',
        'loyalty_events',
        'loyalty_gift_card_entries',
        'loyalty_gift_cards',
        'loyalty_guesses',
        'loyalty_hints',
        'loyalty_holds',
        'loyalty_identities',
        'loyalty_keys',
        'loyalty_lot_uses',
        'loyalty_merges',
        'loyalty_messages',
        'loyalty_migrations',
        'loyalty_notice_marks',
        'loyalty_notices',
        'loyalty_order_standings',
        'loyalty_orders',
        'loyalty_outbox',
        'loyalty_payments',
        'loyalty_persons',
        'loyalty_products',
        'loyalty_programmes',
        'loyalty_redemptions',
        'loyalty_referrals',
        'loyalty_reservations',
        'loyalty_rewards',
        'loyalty_rule_uses',
        'loyalty_stamp_cards',
        'loyalty_stamp_scans',
        'loyalty_stamps',
        'loyalty_suppressions',
        'loyalty_tasks',
        'loyalty_tier_changes',
        'loyalty_tier_gifts',
        'loyalty_transactions',
        'loyalty_users',
        'loyalty_visits',
        'loyalty_webhooks',
    ];

    /** Whether a table is one of the engine's; a name may stand behind that of its database, and in quotes. */
    public static function has(string $table, string $prefix = ''): bool
    {
        $table = \str_replace(['`', '"'], '', $table);
        $dot = \strrpos($table, '.');
        $table = $dot === false ? $table : \substr($table, $dot + 1);
        return \str_starts_with($table, $prefix) && \in_array(\substr($table, \strlen($prefix)), self::NAMES, true);
    }
}
