<?php

declare(strict_types=1);

// Generated from the engine's own table of operations; `make docs` writes it again.

namespace Loyalty;

/** The engine, as an object: on the configured database, or on the connection of a {@see Host}. */
class Client implements ClientInterface
{
    public function __construct(private ?Host $host = null)
    {
    }

    /** @param list<mixed> $arguments */
    private function call(string $function, array $arguments): array
    {
        $call = static fn(): array => $function(...$arguments);
        return $this->host === null ? $call() : $this->host->run($call);
    }

    public function enroll(
        mixed $user_id,
        mixed $name = null,
        mixed $email = null,
        mixed $phone = null,
        mixed $card = null,
        mixed $birth_date = null,
        mixed $locale = null,
        ?array $consents = null,
        ?array $attributes = null,
        mixed $referral_code = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_enroll', [
            $user_id,
            $name,
            $email,
            $phone,
            $card,
            $birth_date,
            $locale,
            $consents,
            $attributes,
            $referral_code,
            $at,
            $key,
            $actor,
        ]);
    }

    public function updateMember(
        mixed $user_id,
        mixed $name = null,
        mixed $email = null,
        mixed $phone = null,
        mixed $card = null,
        mixed $remove_card = null,
        mixed $birth_date = null,
        mixed $locale = null,
        ?array $consents = null,
        ?array $attributes = null,
        array $remove = [],
        mixed $blocked = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_update_member', [
            $user_id,
            $name,
            $email,
            $phone,
            $card,
            $remove_card,
            $birth_date,
            $locale,
            $consents,
            $attributes,
            $remove,
            $blocked,
            $at,
            $key,
            $actor,
        ]);
    }

    public function profile(mixed $user_id): array
    {
        return $this->call('loyalty_profile', [$user_id]);
    }

    public function findMember(mixed $kind, mixed $value): array
    {
        return $this->call('loyalty_find_member', [$kind, $value]);
    }

    public function mergeMembers(
        mixed $into_user_id,
        mixed $from_user_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_merge_members', [$into_user_id, $from_user_id, $at, $key, $actor]);
    }

    public function importMember(
        mixed $user_id,
        mixed $source,
        mixed $balance,
        mixed $reference = null,
        mixed $lifetime_points = null,
        mixed $tier = null,
        mixed $name = null,
        mixed $email = null,
        mixed $phone = null,
        mixed $birth_date = null,
        mixed $joined_at = null,
        mixed $last_visit_at = null,
        mixed $total_visits = null,
        mixed $total_spent = null,
        array $orders = [],
        array $redemptions = [],
        array $history = [],
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_import_member', [
            $user_id,
            $source,
            $balance,
            $reference,
            $lifetime_points,
            $tier,
            $name,
            $email,
            $phone,
            $birth_date,
            $joined_at,
            $last_visit_at,
            $total_visits,
            $total_spent,
            $orders,
            $redemptions,
            $history,
            $at,
            $key,
            $actor,
        ]);
    }

    public function points(mixed $user_id, mixed $as_of = null, mixed $earned_since = null): array
    {
        return $this->call('loyalty_points', [$user_id, $as_of, $earned_since]);
    }

    public function transactions(
        mixed $user_id,
        mixed $limit = 20,
        mixed $before_id = null,
        mixed $transaction_type = null,
        mixed $from = null,
        mixed $until = null,
        mixed $page = null,
    ): array {
        return $this->call('loyalty_transactions', [
            $user_id,
            $limit,
            $before_id,
            $transaction_type,
            $from,
            $until,
            $page,
        ]);
    }

    public function quotePoints(
        mixed $user_id,
        mixed $amount = null,
        array $items = [],
        mixed $at = null,
        mixed $shop = null,
        mixed $tax = null,
        mixed $points_paid = null,
        mixed $gift_card_paid = null,
        mixed $points = null,
    ): array {
        return $this->call('loyalty_quote_points', [
            $user_id,
            $amount,
            $items,
            $at,
            $shop,
            $tax,
            $points_paid,
            $gift_card_paid,
            $points,
        ]);
    }

    public function earnPoints(
        mixed $user_id,
        mixed $amount = null,
        mixed $order_id = null,
        mixed $available_at = null,
        array $items = [],
        mixed $shop = null,
        mixed $tax = null,
        mixed $points_paid = null,
        mixed $gift_card_paid = null,
        mixed $points = null,
        mixed $description = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_earn_points', [
            $user_id,
            $amount,
            $order_id,
            $available_at,
            $items,
            $shop,
            $tax,
            $points_paid,
            $gift_card_paid,
            $points,
            $description,
            $at,
            $key,
            $actor,
        ]);
    }

    public function quoteRefund(mixed $order_id, mixed $amount = null, array $items = []): array
    {
        return $this->call('loyalty_quote_refund', [$order_id, $amount, $items]);
    }

    public function refundOrder(
        mixed $order_id,
        mixed $amount = null,
        array $items = [],
        mixed $points_back = null,
        mixed $gift_card_back = null,
        mixed $fee = null,
        mixed $pay_back = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_refund_order', [
            $order_id,
            $amount,
            $items,
            $points_back,
            $gift_card_back,
            $fee,
            $pay_back,
            $at,
            $key,
            $actor,
        ]);
    }

    public function amendOrder(
        mixed $order_id,
        mixed $amount,
        array $items = [],
        mixed $tax = null,
        mixed $points_paid = null,
        mixed $gift_card_paid = null,
        mixed $points = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_amend_order', [
            $order_id,
            $amount,
            $items,
            $tax,
            $points_paid,
            $gift_card_paid,
            $points,
            $at,
            $key,
            $actor,
        ]);
    }

    public function drain(
        mixed $limit = null,
        mixed $retry = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_drain', [$limit, $retry, $at, $key, $actor]);
    }

    public function recordEvent(
        mixed $user_id,
        mixed $event,
        ?array $properties = null,
        mixed $shop = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_record_event', [$user_id, $event, $properties, $shop, $at, $key, $actor]);
    }

    public function recordTransaction(
        mixed $user_id,
        mixed $transaction_type,
        mixed $points,
        mixed $description,
        mixed $available_at = null,
        mixed $expires_at = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_record_transaction', [
            $user_id,
            $transaction_type,
            $points,
            $description,
            $available_at,
            $expires_at,
            $at,
            $key,
            $actor,
        ]);
    }

    public function transferPoints(
        mixed $from_user_id,
        mixed $to_user_id,
        mixed $points,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_transfer_points', [$from_user_id, $to_user_id, $points, $at, $key, $actor]);
    }

    public function holdPoints(
        mixed $user_id,
        mixed $points,
        mixed $ttl_seconds,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_hold_points', [$user_id, $points, $ttl_seconds, $at, $key, $actor]);
    }

    public function captureHold(
        mixed $hold_id,
        mixed $points = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_capture_hold', [$hold_id, $points, $at, $key, $actor]);
    }

    public function voidHold(
        mixed $hold_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_void_hold', [$hold_id, $at, $key, $actor]);
    }

    public function releasePoints(
        mixed $order_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_release_points', [$order_id, $at, $key, $actor]);
    }

    public function extendPoints(
        mixed $user_id,
        mixed $expires_at,
        mixed $transaction_id = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_extend_points', [$user_id, $expires_at, $transaction_id, $at, $key, $actor]);
    }

    public function reinstatePoints(
        mixed $user_id,
        mixed $expires_at = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_reinstate_points', [$user_id, $expires_at, $at, $key, $actor]);
    }

    public function expiringPoints(mixed $user_id, mixed $until = null): array
    {
        return $this->call('loyalty_expiring_points', [$user_id, $until]);
    }

    public function expirePoints(
        mixed $limit = 1000,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_expire_points', [$limit, $at, $key, $actor]);
    }

    public function explain(mixed $transaction_id): array
    {
        return $this->call('loyalty_explain', [$transaction_id]);
    }

    public function rewards(mixed $user_id = null, mixed $include_inactive = false): array
    {
        return $this->call('loyalty_rewards', [$user_id, $include_inactive]);
    }

    public function saveReward(
        mixed $name,
        mixed $points_cost,
        mixed $id = null,
        mixed $description = '',
        mixed $discount_type = 'percent',
        mixed $discount_percent = 0.0,
        mixed $discount_value = null,
        mixed $max_discount = null,
        mixed $min_order_amount = null,
        array $products = [],
        array $categories = [],
        mixed $target = null,
        mixed $stackable = null,
        mixed $not_on_granting_order = null,
        mixed $coupon_days = null,
        mixed $coupon_wait_days = null,
        mixed $tier_required = null,
        mixed $price = null,
        mixed $cost = null,
        mixed $max_uses = null,
        mixed $max_uses_per_user = null,
        mixed $max_uses_per_user_per_day = null,
        mixed $max_uses_per_user_per_week = null,
        mixed $max_uses_per_user_per_month = null,
        mixed $max_uses_per_user_per_year = null,
        mixed $stock = null,
        mixed $active = true,
        mixed $starts_at = null,
        mixed $expiry_date = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_save_reward', [
            $name,
            $points_cost,
            $id,
            $description,
            $discount_type,
            $discount_percent,
            $discount_value,
            $max_discount,
            $min_order_amount,
            $products,
            $categories,
            $target,
            $stackable,
            $not_on_granting_order,
            $coupon_days,
            $coupon_wait_days,
            $tier_required,
            $price,
            $cost,
            $max_uses,
            $max_uses_per_user,
            $max_uses_per_user_per_day,
            $max_uses_per_user_per_week,
            $max_uses_per_user_per_month,
            $max_uses_per_user_per_year,
            $stock,
            $active,
            $starts_at,
            $expiry_date,
            $at,
            $key,
            $actor,
        ]);
    }

    public function redeemReward(
        mixed $user_id,
        mixed $reward_id,
        mixed $quantity = null,
        mixed $reservation_id = null,
        mixed $order_id = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_redeem_reward', [
            $user_id,
            $reward_id,
            $quantity,
            $reservation_id,
            $order_id,
            $reopened,
            $at,
            $key,
            $actor,
        ]);
    }

    public function reserveReward(
        mixed $user_id,
        mixed $reward_id,
        mixed $ttl_seconds,
        mixed $quantity = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_reserve_reward', [
            $user_id,
            $reward_id,
            $ttl_seconds,
            $quantity,
            $at,
            $key,
            $actor,
        ]);
    }

    public function releaseReward(
        mixed $reservation_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_release_reward', [$reservation_id, $at, $key, $actor]);
    }

    public function cancelRedemption(
        mixed $redemption_id,
        mixed $quantity = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_cancel_redemption', [$redemption_id, $quantity, $at, $key, $actor]);
    }

    public function autoRedeem(
        mixed $user_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_auto_redeem', [$user_id, $at, $key, $actor]);
    }

    public function quotePayment(
        mixed $user_id,
        mixed $amount = null,
        mixed $points = null,
        mixed $clamp = false,
    ): array {
        return $this->call('loyalty_quote_payment', [$user_id, $amount, $points, $clamp]);
    }

    public function payWithPoints(
        mixed $user_id,
        mixed $order_id,
        mixed $amount,
        mixed $points = null,
        mixed $clamp = false,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_pay_with_points', [
            $user_id,
            $order_id,
            $amount,
            $points,
            $clamp,
            $reopened,
            $at,
            $key,
            $actor,
        ]);
    }

    public function releasePayment(
        mixed $order_id,
        mixed $points = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_release_payment', [$order_id, $points, $at, $key, $actor]);
    }

    public function cancelOrder(
        mixed $order_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_cancel_order', [$order_id, $at, $key, $actor]);
    }

    public function generateReferral(
        mixed $user_id,
        mixed $renew = false,
        mixed $network = null,
        mixed $device = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_generate_referral', [$user_id, $renew, $network, $device, $at, $key, $actor]);
    }

    public function useReferral(
        mixed $user_id,
        mixed $code,
        mixed $network = null,
        mixed $device = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_use_referral', [$user_id, $code, $network, $device, $at, $key, $actor]);
    }

    public function referrals(mixed $user_id, mixed $limit = 20): array
    {
        return $this->call('loyalty_referrals', [$user_id, $limit]);
    }

    public function resolveReferral(
        mixed $user_id,
        mixed $accept,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_resolve_referral', [$user_id, $accept, $at, $key, $actor]);
    }

    public function generateDiscountCode(
        mixed $discount_type,
        mixed $user_id = null,
        mixed $not_on_order = null,
        mixed $code = null,
        mixed $discount_value = null,
        mixed $max_discount = null,
        mixed $min_order_amount = '0',
        mixed $max_uses = 1,
        mixed $max_uses_per_user = null,
        mixed $valid_from = null,
        mixed $valid_until = null,
        array $products = [],
        array $categories = [],
        array $labels = [],
        mixed $stackable = false,
        mixed $prefix = null,
        mixed $length = null,
        array $weekdays = [],
        mixed $hours_from = null,
        mixed $hours_until = null,
        mixed $tier_required = null,
        mixed $segment = null,
        mixed $first_order_only = false,
        mixed $min_order_basis = 'left',
        mixed $min_order_tax = 'included',
        mixed $max_order_amount = null,
        mixed $target = 'order',
        mixed $buy_quantity = null,
        array $buy_products = [],
        mixed $group = null,
        mixed $budget = null,
        mixed $budget_day = null,
        mixed $budget_month = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_generate_discount_code', [
            $discount_type,
            $user_id,
            $not_on_order,
            $code,
            $discount_value,
            $max_discount,
            $min_order_amount,
            $max_uses,
            $max_uses_per_user,
            $valid_from,
            $valid_until,
            $products,
            $categories,
            $labels,
            $stackable,
            $prefix,
            $length,
            $weekdays,
            $hours_from,
            $hours_until,
            $tier_required,
            $segment,
            $first_order_only,
            $min_order_basis,
            $min_order_tax,
            $max_order_amount,
            $target,
            $buy_quantity,
            $buy_products,
            $group,
            $budget,
            $budget_day,
            $budget_month,
            $at,
            $key,
            $actor,
        ]);
    }

    public function generateCoupons(
        mixed $count,
        mixed $batch,
        mixed $discount_type,
        mixed $discount_value = null,
        mixed $max_discount = null,
        mixed $min_order_amount = '0',
        mixed $max_uses = 1,
        mixed $max_uses_per_user = null,
        mixed $valid_from = null,
        mixed $valid_until = null,
        array $products = [],
        array $categories = [],
        array $labels = [],
        mixed $stackable = false,
        mixed $prefix = null,
        mixed $length = null,
        array $weekdays = [],
        mixed $hours_from = null,
        mixed $hours_until = null,
        mixed $tier_required = null,
        mixed $segment = null,
        mixed $first_order_only = false,
        mixed $min_order_basis = 'left',
        mixed $min_order_tax = 'included',
        mixed $max_order_amount = null,
        mixed $target = 'order',
        mixed $buy_quantity = null,
        array $buy_products = [],
        mixed $group = null,
        mixed $budget = null,
        mixed $budget_day = null,
        mixed $budget_month = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_generate_coupons', [
            $count,
            $batch,
            $discount_type,
            $discount_value,
            $max_discount,
            $min_order_amount,
            $max_uses,
            $max_uses_per_user,
            $valid_from,
            $valid_until,
            $products,
            $categories,
            $labels,
            $stackable,
            $prefix,
            $length,
            $weekdays,
            $hours_from,
            $hours_until,
            $tier_required,
            $segment,
            $first_order_only,
            $min_order_basis,
            $min_order_tax,
            $max_order_amount,
            $target,
            $buy_quantity,
            $buy_products,
            $group,
            $budget,
            $budget_day,
            $budget_month,
            $at,
            $key,
            $actor,
        ]);
    }

    public function couponBatch(mixed $batch_id, mixed $limit = 200, mixed $after = 0): array
    {
        return $this->call('loyalty_coupon_batch', [$batch_id, $limit, $after]);
    }

    public function coupons(
        mixed $user_id,
        mixed $include_used = false,
        mixed $limit = 200,
        mixed $after = 0,
    ): array {
        return $this->call('loyalty_coupons', [$user_id, $include_used, $limit, $after]);
    }

    public function validateCoupon(
        mixed $code,
        mixed $amount,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $quantity = null,
        mixed $order_id = null,
        mixed $actor = null,
        mixed $at = null,
    ): array {
        return $this->call('loyalty_validate_coupon', [
            $code,
            $amount,
            $user_id,
            $items,
            $delivery,
            $tax,
            $quantity,
            $order_id,
            $actor,
            $at,
        ]);
    }

    public function useCoupon(
        mixed $code,
        mixed $order_id,
        mixed $amount,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $quantity = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_use_coupon', [
            $code,
            $order_id,
            $amount,
            $user_id,
            $items,
            $delivery,
            $tax,
            $quantity,
            $reopened,
            $at,
            $key,
            $actor,
        ]);
    }

    public function validateCoupons(
        array $codes,
        mixed $amount,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $policy = 'partial',
        mixed $order_id = null,
        mixed $actor = null,
        mixed $at = null,
    ): array {
        return $this->call('loyalty_validate_coupons', [
            $codes,
            $amount,
            $user_id,
            $items,
            $delivery,
            $tax,
            $policy,
            $order_id,
            $actor,
            $at,
        ]);
    }

    public function useCoupons(
        array $codes,
        mixed $order_id,
        mixed $amount,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $policy = 'partial',
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_use_coupons', [
            $codes,
            $order_id,
            $amount,
            $user_id,
            $items,
            $delivery,
            $tax,
            $policy,
            $reopened,
            $at,
            $key,
            $actor,
        ]);
    }

    public function holdCoupon(
        mixed $code,
        mixed $order_id,
        mixed $amount,
        mixed $ttl_seconds,
        mixed $user_id = null,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $quantity = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_hold_coupon', [
            $code,
            $order_id,
            $amount,
            $ttl_seconds,
            $user_id,
            $items,
            $delivery,
            $tax,
            $quantity,
            $reopened,
            $at,
            $key,
            $actor,
        ]);
    }

    public function releaseCoupon(
        mixed $order_id,
        mixed $code = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_release_coupon', [$order_id, $code, $at, $key, $actor]);
    }

    public function deactivateCoupon(mixed $code, mixed $at = null, mixed $key = null, mixed $actor = null): array
    {
        return $this->call('loyalty_deactivate_coupon', [$code, $at, $key, $actor]);
    }

    public function bestOffers(
        mixed $user_id,
        mixed $amount,
        array $items = [],
        mixed $delivery = '0',
        mixed $tax = null,
        mixed $order_id = null,
    ): array {
        return $this->call('loyalty_best_offers', [$user_id, $amount, $items, $delivery, $tax, $order_id]);
    }

    public function createGiftCard(
        mixed $amount,
        mixed $user_id = null,
        mixed $valid_until = null,
        mixed $prefix = null,
        mixed $sold_by_order = null,
        mixed $sold_as = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_create_gift_card', [
            $amount,
            $user_id,
            $valid_until,
            $prefix,
            $sold_by_order,
            $sold_as,
            $at,
            $key,
            $actor,
        ]);
    }

    public function giftCard(
        mixed $code,
        mixed $user_id = null,
        mixed $amount = null,
        mixed $actor = null,
        mixed $at = null,
    ): array {
        return $this->call('loyalty_gift_card', [$code, $user_id, $amount, $actor, $at]);
    }

    public function useGiftCard(
        mixed $code,
        mixed $order_id,
        mixed $amount,
        mixed $user_id = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_use_gift_card', [
            $code,
            $order_id,
            $amount,
            $user_id,
            $reopened,
            $at,
            $key,
            $actor,
        ]);
    }

    public function releaseGiftCard(
        mixed $order_id,
        mixed $code = null,
        mixed $amount = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_release_gift_card', [$order_id, $code, $amount, $at, $key, $actor]);
    }

    public function topUpGiftCard(
        mixed $code,
        mixed $amount,
        mixed $order_id = null,
        mixed $sold_as = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_top_up_gift_card', [$code, $amount, $order_id, $sold_as, $at, $key, $actor]);
    }

    public function stopGiftCard(
        mixed $code,
        mixed $amount = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_stop_gift_card', [$code, $amount, $at, $key, $actor]);
    }

    public function stamp(
        mixed $user_id,
        mixed $card = null,
        mixed $quantity = null,
        mixed $order_id = null,
        mixed $token = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_stamp', [
            $user_id,
            $card,
            $quantity,
            $order_id,
            $token,
            $reopened,
            $at,
            $key,
            $actor,
        ]);
    }

    public function stampCards(mixed $user_id): array
    {
        return $this->call('loyalty_stamp_cards', [$user_id]);
    }

    public function useStampReward(
        mixed $user_id,
        mixed $card,
        mixed $quantity = 1,
        mixed $order_id = null,
        mixed $reopened = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_use_stamp_reward', [
            $user_id,
            $card,
            $quantity,
            $order_id,
            $reopened,
            $at,
            $key,
            $actor,
        ]);
    }

    public function signStamp(
        mixed $card,
        mixed $kind = 'counter',
        mixed $quantity = 1,
        mixed $valid_until = null,
    ): array {
        return $this->call('loyalty_sign_stamp', [$card, $kind, $quantity, $valid_until]);
    }

    public function tiers(): array
    {
        return $this->call('loyalty_tiers', []);
    }

    public function tierBenefits(mixed $tier, mixed $locale = null, mixed $amount = null): array
    {
        return $this->call('loyalty_tier_benefits', [$tier, $locale, $amount]);
    }

    public function tierFor(mixed $points): array
    {
        return $this->call('loyalty_tier_for', [$points]);
    }

    public function tierProgress(mixed $points): array
    {
        return $this->call('loyalty_tier_progress', [$points]);
    }

    public function checkTierUpgrade(
        mixed $user_id,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_check_tier_upgrade', [$user_id, $at, $key, $actor]);
    }

    public function tierOutlook(mixed $user_id, mixed $locale = null): array
    {
        return $this->call('loyalty_tier_outlook', [$user_id, $locale]);
    }

    public function tierHistory(mixed $user_id, mixed $as_of = null, mixed $limit = 20): array
    {
        return $this->call('loyalty_tier_history', [$user_id, $as_of, $limit]);
    }

    public function setTier(
        mixed $user_id,
        mixed $tier = null,
        mixed $until = null,
        mixed $mode = 'floor',
        mixed $reason = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_set_tier', [$user_id, $tier, $until, $mode, $reason, $at, $key, $actor]);
    }

    public function reviewTiers(
        mixed $limit = 1000,
        mixed $after = 0,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_review_tiers', [$limit, $after, $at, $key, $actor]);
    }

    public function calculateScore(
        mixed $visits_90_days,
        mixed $spent_365_days,
        mixed $distinct_products,
        mixed $successful_referrals,
        mixed $days_since_last_visit = null,
    ): array {
        return $this->call('loyalty_calculate_score', [
            $visits_90_days,
            $spent_365_days,
            $distinct_products,
            $successful_referrals,
            $days_since_last_visit,
        ]);
    }

    public function userScore(mixed $user_id, mixed $as_of = null): array
    {
        return $this->call('loyalty_user_score', [$user_id, $as_of]);
    }

    public function generateCode(mixed $length = 8, mixed $prefix = '', mixed $check = true): array
    {
        return $this->call('loyalty_generate_code', [$length, $prefix, $check]);
    }

    public function checkCode(mixed $code): array
    {
        return $this->call('loyalty_check_code', [$code]);
    }

    public function qrCode(
        mixed $kind,
        mixed $value = null,
        mixed $user_id = null,
        mixed $url = null,
        mixed $format = 'svg',
        mixed $scale = 8,
    ): array {
        return $this->call('loyalty_qr_code', [$kind, $value, $user_id, $url, $format, $scale]);
    }

    public function readQr(mixed $payload): array
    {
        return $this->call('loyalty_read_qr', [$payload]);
    }

    public function generateSigningKey(): array
    {
        return $this->call('loyalty_generate_signing_key', []);
    }

    public function publicKeys(): array
    {
        return $this->call('loyalty_public_keys', []);
    }

    public function signCoupon(
        mixed $campaign,
        mixed $discount_type,
        mixed $discount_value,
        mixed $max_discount = null,
        mixed $min_order_amount = null,
        mixed $max_uses = 1,
        mixed $user_id = null,
        mixed $valid_from = null,
        mixed $valid_until = null,
    ): array {
        return $this->call('loyalty_sign_coupon', [
            $campaign,
            $discount_type,
            $discount_value,
            $max_discount,
            $min_order_amount,
            $max_uses,
            $user_id,
            $valid_from,
            $valid_until,
        ]);
    }

    public function checkSignedCoupon(
        mixed $token,
        mixed $at = null,
        mixed $amount = null,
        mixed $user_id = null,
        mixed $public_key = null,
        array $denied = [],
    ): array {
        return $this->call('loyalty_check_signed_coupon', [$token, $at, $amount, $user_id, $public_key, $denied]);
    }

    public function notifications(
        mixed $user_id,
        mixed $unread_only = false,
        mixed $limit = 20,
        mixed $locale = null,
    ): array {
        return $this->call('loyalty_notifications', [$user_id, $unread_only, $limit, $locale]);
    }

    public function readNotifications(
        mixed $user_id,
        ?array $ids = null,
        mixed $all = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_read_notifications', [$user_id, $ids, $all, $at, $key, $actor]);
    }

    public function preferences(mixed $user_id): array
    {
        return $this->call('loyalty_preferences', [$user_id]);
    }

    public function savePreferences(
        mixed $user_id,
        array $give = [],
        array $take_back = [],
        mixed $source = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_save_preferences', [$user_id, $give, $take_back, $source, $at, $key, $actor]);
    }

    public function unsubscribe(mixed $token, mixed $at = null, mixed $key = null, mixed $actor = null): array
    {
        return $this->call('loyalty_unsubscribe', [$token, $at, $key, $actor]);
    }

    public function nextMessages(
        mixed $worker,
        mixed $channel = 'email',
        mixed $limit = 20,
        mixed $lease_seconds = 300,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_next_messages', [$worker, $channel, $limit, $lease_seconds, $at, $key, $actor]);
    }

    public function messageSent(
        mixed $id,
        mixed $worker,
        mixed $receipt = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_message_sent', [$id, $worker, $receipt, $at, $key, $actor]);
    }

    public function messageFailed(
        mixed $id,
        mixed $worker,
        mixed $reason,
        mixed $final = false,
        mixed $suppress = false,
        mixed $retry_after_seconds = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_message_failed', [
            $id,
            $worker,
            $reason,
            $final,
            $suppress,
            $retry_after_seconds,
            $at,
            $key,
            $actor,
        ]);
    }

    public function recordBounce(
        mixed $tag,
        mixed $kind,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_record_bounce', [$tag, $kind, $at, $key, $actor]);
    }

    public function suppress(
        mixed $reason,
        mixed $address = null,
        mixed $user_id = null,
        mixed $until = null,
        mixed $lift = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_suppress', [
            $reason,
            $address,
            $user_id,
            $until,
            $lift,
            $at,
            $key,
            $actor,
        ]);
    }

    public function previewMessage(mixed $kind, mixed $locale = null, mixed $least = false): array
    {
        return $this->call('loyalty_preview_message', [$kind, $locale, $least]);
    }

    public function runTasks(
        mixed $period = 'due',
        mixed $limit = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_run_tasks', [$period, $limit, $at, $key, $actor]);
    }

    public function tasks(mixed $limit = 1): array
    {
        return $this->call('loyalty_tasks', [$limit]);
    }

    public function events(
        mixed $consumer = null,
        mixed $after = null,
        mixed $limit = 100,
        ?array $kinds = null,
        mixed $epoch = null,
    ): array {
        return $this->call('loyalty_events', [$consumer, $after, $limit, $kinds, $epoch]);
    }

    public function ackEvents(
        mixed $consumer,
        mixed $upto,
        mixed $epoch = null,
        mixed $forget = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_ack_events', [$consumer, $upto, $epoch, $forget, $at, $key, $actor]);
    }

    public function saveWebhook(
        mixed $url,
        mixed $id = null,
        ?array $kinds = null,
        mixed $active = true,
        mixed $inside = false,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_save_webhook', [$url, $id, $kinds, $active, $inside, $at, $key, $actor]);
    }

    public function webhooks(): array
    {
        return $this->call('loyalty_webhooks', []);
    }

    public function rotateWebhookSecret(mixed $id, mixed $at = null, mixed $key = null, mixed $actor = null): array
    {
        return $this->call('loyalty_rotate_webhook_secret', [$id, $at, $key, $actor]);
    }

    public function testWebhook(mixed $id, mixed $at = null, mixed $key = null, mixed $actor = null): array
    {
        return $this->call('loyalty_test_webhook', [$id, $at, $key, $actor]);
    }

    public function replayEvents(
        mixed $id,
        mixed $from,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_replay_events', [$id, $from, $at, $key, $actor]);
    }

    public function nextDeliveries(
        mixed $worker,
        mixed $limit = 20,
        mixed $lease_seconds = 300,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_next_deliveries', [$worker, $limit, $lease_seconds, $at, $key, $actor]);
    }

    public function deliveryDone(
        mixed $webhook_id,
        mixed $number,
        mixed $worker,
        mixed $status = null,
        mixed $reason = null,
        mixed $retry_after_seconds = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_delivery_done', [
            $webhook_id,
            $number,
            $worker,
            $status,
            $reason,
            $retry_after_seconds,
            $at,
            $key,
            $actor,
        ]);
    }

    public function verifyWebhook(array $secrets, array $headers, mixed $body): array
    {
        return $this->call('loyalty_verify_webhook', [$secrets, $headers, $body]);
    }

    public function guestMessage(mixed $code, ?array $missing = null, mixed $locale = null): array
    {
        return $this->call('loyalty_guest_message', [$code, $missing, $locale]);
    }

    public function segment(
        mixed $name = null,
        ?array $conditions = null,
        mixed $limit = 20,
        mixed $after = null,
        mixed $user_id = null,
    ): array {
        return $this->call('loyalty_segment', [$name, $conditions, $limit, $after, $user_id]);
    }

    public function campaigns(): array
    {
        return $this->call('loyalty_campaigns', []);
    }

    public function previewCampaign(mixed $id, mixed $at = null, mixed $sample = 5): array
    {
        return $this->call('loyalty_preview_campaign', [$id, $at, $sample]);
    }

    public function runCampaign(
        mixed $id,
        mixed $limit = null,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_run_campaign', [$id, $limit, $at, $key, $actor]);
    }

    public function pauseCampaign(
        mixed $id,
        mixed $paused = true,
        mixed $at = null,
        mixed $key = null,
        mixed $actor = null,
    ): array {
        return $this->call('loyalty_pause_campaign', [$id, $paused, $at, $key, $actor]);
    }

    public function endCampaign(mixed $id, mixed $at = null, mixed $key = null, mixed $actor = null): array
    {
        return $this->call('loyalty_end_campaign', [$id, $at, $key, $actor]);
    }

    public function allocateRevenue(
        mixed $amount,
        mixed $points,
        mixed $goods_price = null,
        mixed $point_value = null,
        mixed $redeemed_points = 0,
        mixed $expected_points = null,
        mixed $recognised_before = '0',
    ): array {
        return $this->call('loyalty_allocate_revenue', [
            $amount,
            $points,
            $goods_price,
            $point_value,
            $redeemed_points,
            $expected_points,
            $recognised_before,
        ]);
    }

    public function lintProgram(
        mixed $program = null,
        mixed $margin_percent = null,
        mixed $point_value = null,
    ): array {
        return $this->call('loyalty_lint_program', [$program, $margin_percent, $point_value]);
    }

    public function simulate(
        mixed $program = null,
        mixed $from = null,
        mixed $until = null,
        mixed $limit = 10,
    ): array {
        return $this->call('loyalty_simulate', [$program, $from, $until, $limit]);
    }

    public function verify(mixed $user_id = null): array
    {
        return $this->call('loyalty_verify', [$user_id]);
    }

    public function health(): array
    {
        return $this->call('loyalty_health', []);
    }
}
