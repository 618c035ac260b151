<?php
// The till: from chosen quantities to an order, and from an order to what the engine takes.

declare(strict_types=1);

const MOST_PIECES = 20;
/** Orders that were shown and can be paid. Paid ones stay for a while, so that a second click finds its order. */
const MOST_ORDERS = 10;

/** @return array<string, array<string, mixed>> */
function products(): array
{
    static $products = null;
    return $products ??= require __DIR__ . '/products.php';
}

/**
 * The quantities that were asked for: known products only, within bounds.
 *
 * @return array<string, int> by article number
 */
function chosen_quantities(mixed $asked): array
{
    $chosen = [];
    foreach (array_keys(products()) as $sku) {
        $quantity = is_array($asked) ? number_of(text_of($asked[$sku] ?? '')) : null;
        if ($quantity !== null) {
            $chosen[$sku] = min($quantity, MOST_PIECES);
        }
    }
    return $chosen;
}

/**
 * Makes an order of the chosen products and keeps it in the session under a new id.
 *
 * What the guest saw is what the guest pays: prices and discount stay as they are here, even when the tier changes
 * between two clicks on "pay".
 *
 * @param array<string, int> $quantities
 * @return array<string, mixed>
 */
function new_order(int $user, array $quantities, float $discount_percent): array
{
    $items = [];
    $sum = 0;
    foreach ($quantities as $sku => $quantity) {
        $product = products()[$sku];
        $amount = $product['price'] * $quantity;
        $items[] = ['sku' => $sku, 'quantity' => $quantity, 'amount' => $amount, 'category' => $product['category']];
        $sum += $amount;
    }
    $discount = (int) round($sum * $discount_percent / 100);
    if ($discount > 0) {
        $items[] = ['sku' => 'TIER-DISCOUNT', 'amount' => -$discount, 'kind' => 'discount'];
    }
    $order = [
        'id' => "web-$user-" . form_key(),
        'quantities' => $quantities,
        'items' => $items,
        'sum' => $sum,
        'discount' => $discount,
        'discount_percent' => $discount_percent,
        'total' => $sum - $discount,
    ];
    $_SESSION['orders'][$order['id']] = $order;
    $_SESSION['orders'] = array_slice($_SESSION['orders'], -MOST_ORDERS, null, true);
    return $order;
}

/**
 * Takes the discount of a coupon into an order, if the code is good for it; says why when it is not.
 *
 * @param array<string, mixed> $order
 * @return array<string, mixed> the order
 */
function with_coupon(int $user, array $order, string $code): array
{
    if ($code === '') {
        return $order;
    }
    try {
        $verdict = loyalty_validate_coupon($code, $order['total'], user_id: $user, items: $order['items']);
    } catch (LoyaltyInvalidException) {
        // No code looks like this.
        $verdict = ['allowed' => false, 'because' => 'not_usable', 'missing' => null];
    }
    if (!$verdict['allowed']) {
        tell('bad', coupon_refusal_text($verdict['because'], $verdict['missing'] ?? []));
        return $order;
    }
    $discount = (int) $verdict['discount'];
    $order['coupon'] = ['code' => $code, 'discount' => $discount, 'amount' => $order['total'], 'items' => $order['items']];
    $order['total'] -= $discount;
    $order['items'][] = ['sku' => 'COUPON', 'amount' => -$discount, 'kind' => 'discount'];
    $_SESSION['orders'][$order['id']] = $order;
    return $order;
}

/**
 * Uses the coupon of an order. The engine judges it again; a repeat for the same order uses nothing more.
 *
 * @param array<string, mixed> $order
 */
function use_coupon_of(int $user, array $order): void
{
    if (!isset($order['coupon'])) {
        return;
    }
    $coupon = $order['coupon'];
    try {
        loyalty_use_coupon($coupon['code'], $order['id'], $coupon['amount'], user_id: $user, items: $coupon['items']);
    } catch (LoyaltyRefusedException $error) {
        // Somebody else had the last use between the two clicks.
        tell('bad', coupon_refusal_text($error->getReason(), $error->getDetails()));
        redirect('checkout.php?' . http_build_query(['quantity' => $order['quantities']]));
    }
}

/**
 * Notes what a gift card would pay of an order, if the code is good; says why when it is not.
 *
 * @param array<string, mixed> $order
 * @return array<string, mixed> the order
 */
function with_card(int $user, array $order, string $code): array
{
    if ($code === '' || $order['total'] === 0) {
        return $order;
    }
    try {
        $card = loyalty_gift_card($code, user_id: $user);
    } catch (LoyaltyInvalidException) {
        // No code looks like this.
        $card = ['allowed' => false, 'because' => 'not_usable'];
    }
    if (!$card['allowed']) {
        tell('bad', coupon_refusal_text($card['because'], []));
        return $order;
    }
    $order['card'] = ['code' => $code, 'pays' => min((int) $card['balance'], $order['total'])];
    $_SESSION['orders'][$order['id']] = $order;
    return $order;
}

/**
 * Takes from the gift card what the guest saw that it pays. A repeat for the same order takes nothing more.
 *
 * @param array<string, mixed> $order
 */
function use_card_of(int $user, array $order): void
{
    if (!isset($order['card'])) {
        return;
    }
    $card = $order['card'];
    try {
        $paid = (int) loyalty_use_gift_card($card['code'], $order['id'], $card['pays'], user_id: $user)['paid'];
    } catch (LoyaltyRefusedException) {
        $paid = 0;
    }
    if ($paid < $card['pays']) {
        // Somebody else paid with it between the two clicks.
        free_what_was_used($order);
        tell('bad', t('checkout.card_gone'));
        redirect('checkout.php?' . http_build_query(['quantity' => $order['quantities']]));
    }
}

/**
 * Gives back what an order that is not paid has used.
 *
 * @param array<string, mixed> $order
 */
function free_what_was_used(array $order): void
{
    loyalty_release_coupon($order['id']);
    try {
        loyalty_release_gift_card($order['id']);
    } catch (LoyaltyNotFoundException) {
        // No card paid anything of it.
    }
}

/**
 * What is to be paid in another way than by gift card.
 *
 * @param array<string, mixed> $order
 */
function without_card(array $order): int
{
    return $order['total'] - ($order['card']['pays'] ?? 0);
}

/**
 * Notes what the guest's points would pay of an order, if they can: that very number is what a click on "pay" takes.
 *
 * @param array<string, mixed> $order
 * @return array<string, mixed> the order
 */
function offer_points(int $user, array $order): array
{
    $quote = without_card($order) > 0 ? loyalty_quote_payment($user, without_card($order)) : ['allowed' => false];
    if ($quote['allowed']) {
        $order['offer'] = [
            'points' => $quote['points_used'],
            'discount' => (int) $quote['discount'],
            'payable' => (int) $quote['payable'],
        ];
        $_SESSION['orders'][$order['id']] = $order;
    }
    return $order;
}

/**
 * Takes the points that pay a part of an order, if the guest wants that, and says what is left to pay.
 *
 * The first click decides: a second one, with or without points, finds the order as the first left it.
 *
 * @param array<string, mixed> $order
 * @return array<string, mixed> the order
 */
function paid_with_points(int $user, array $order, bool $wanted): array
{
    if (!isset($order['payable'])) {
        $order['points_paid'] = 0;
        $order['payable'] = without_card($order);
        if ($wanted && isset($order['offer'])) {
            $paid = loyalty_pay_with_points($user, $order['id'], without_card($order), points: $order['offer']['points']);
            $order['points_paid'] = (int) $paid['discount'];
            $order['points_used'] = $paid['points_used'];
            $order['payable'] = (int) $paid['payable'];
        }
        $_SESSION['orders'][$order['id']] = $order;
    }
    return $order;
}

/** @return array<string, mixed>|null */
function kept_order(string $id): ?array
{
    return $_SESSION['orders'][$id] ?? null;
}

/** The engine gives its reasons in the member's language, which is the one that these pages are read in now. */
function remember_language(int $user): void
{
    if (($_SESSION['told_lang'] ?? null) !== lang()) {
        loyalty_update_member($user, locale: locale());
        $_SESSION['told_lang'] = lang();
    }
}
