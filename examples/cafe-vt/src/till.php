<?php
// The till: from chosen quantities to an order. The engine says what is taken off, paid and earned.

declare(strict_types=1);

const MOST_PIECES = 20;
/** Orders that were shown and can be paid. */
const MOST_ORDERS = 10;

/** @return array<string, array<string, mixed>> */
function products(): array
{
    static $products = null;
    return $products ??= require __DIR__ . '/products.php';
}

/**
 * The quantities that were asked for, of known products.
 *
 * @return array{array<string, int>, array<string, string>} the pieces by article number, and what was typed in the
 *     fields that are wrong
 */
function chosen_quantities(mixed $asked): array
{
    $chosen = [];
    $wrong = [];
    foreach (array_keys(products()) as $sku) {
        $typed = is_array($asked) ? text_of($asked[$sku] ?? '') : '';
        $range = ['options' => ['min_range' => 0, 'max_range' => MOST_PIECES]];
        $quantity = filter_var($typed === '' ? '0' : $typed, FILTER_VALIDATE_INT, $range);
        if ($quantity === false) {
            $wrong[$sku] = $typed;
        } elseif ($quantity > 0) {
            $chosen[$sku] = $quantity;
        }
    }
    return [$chosen, $wrong];
}

/**
 * Makes an order of the chosen products under a new id.
 *
 * What the guest saw is what the guest pays: all of it stays as it is here, even when the tier changes between two
 * clicks on "pay".
 *
 * @param array<string, int> $quantities
 * @return array<string, mixed>
 */
function new_order(int $user, string $tier, array $quantities): array
{
    $basket = basket($quantities);
    $off = loyalty_tier_benefits($tier, locale: locale(), amount: $basket['sum']);
    $items = $basket['items'];
    if ($off['discount'] !== '0') {
        $items[] = discount_line('TIER-DISCOUNT', $off['discount']);
    }
    return [
        'id' => "web-$user-" . form_key(),
        'user' => $user,
        'state' => PAYING,
        'quantities' => $quantities,
        'items' => $items,
        'sum' => $basket['sum'],
        'discount' => $off['discount'],
        'discount_percent' => $off['discount_percent'],
        'total' => $off['amount_left'],
        'due' => $off['amount_left'],
    ];
}

/**
 * A line that takes money off.
 *
 * @return array<string, string>
 */
function discount_line(string $sku, string $discount): array
{
    return ['sku' => $sku, 'amount' => '-' . $discount, 'kind' => 'discount'];
}

/**
 * Takes the discount of a coupon into an order, if the code is good for it.
 *
 * @param array<string, mixed> $order
 * @return array{array<string, mixed>, ?string} the order, and why the code is not valid
 */
function with_coupon(array $order, string $code): array
{
    if ($code === '') {
        return [$order, null];
    }
    try {
        $verdict = loyalty_validate_coupon(
            $code,
            $order['total'],
            user_id: $order['user'],
            items: $order['items'],
            actor: visitor(),
        );
    } catch (LoyaltyInvalidException) {
        // No code looks like this.
        $verdict = ['allowed' => false, 'because' => 'not_usable', 'missing' => null];
    }
    if (!$verdict['allowed']) {
        return [$order, coupon_refusal_text($verdict['because'], $verdict['missing'] ?? [])];
    }
    $order['coupon'] = [
        'code' => $code,
        'discount' => $verdict['discount'],
        'amount' => $order['total'],
        'items' => $order['items'],
    ];
    if ($verdict['discount'] !== '0') {
        $order['items'][] = discount_line('COUPON', $verdict['discount']);
    }
    $order['total'] = $order['due'] = $verdict['amount_left'];
    return [$order, null];
}

/**
 * Notes what a gift card would pay of an order, if the code is good.
 *
 * @param array<string, mixed> $order
 * @return array{array<string, mixed>, ?string} the order, and why the code is not valid
 */
function with_card(array $order, string $code): array
{
    if ($code === '' || $order['total'] === '0') {
        return [$order, null];
    }
    try {
        $card = loyalty_gift_card($code, user_id: $order['user'], amount: $order['total'], actor: visitor());
    } catch (LoyaltyInvalidException) {
        // No code looks like this.
        $card = ['allowed' => false, 'because' => 'not_usable'];
    }
    if (!$card['allowed']) {
        return [$order, coupon_refusal_text($card['because'], [])];
    }
    $order['card'] = ['code' => $code, 'pays' => $card['pays']];
    $order['due'] = $card['amount_left'];
    return [$order, null];
}

/**
 * What the guest's points would pay of an order, if they can: that very number is what a click on "pay" takes.
 *
 * @param array<string, mixed> $order
 * @return array<string, mixed>|null
 */
function offered_points(array $order): ?array
{
    if ($order['due'] === '0') {
        return null;
    }
    $quote = loyalty_quote_payment($order['user'], $order['due']);
    if (!$quote['allowed']) {
        return null;
    }
    return [
        'points' => $quote['points_used'],
        'bill' => $order['due'],
        'discount' => $quote['discount'],
        'payable' => $quote['payable'],
    ];
}

/**
 * Keeps an order that is shown, so that it can be paid.
 *
 * @param array<string, mixed> $order
 */
function keep_order(array $order): void
{
    $_SESSION['orders'][$order['id']] = $order;
    $_SESSION['orders'] = array_slice($_SESSION['orders'], -MOST_ORDERS, null, true);
}

/**
 * The order that a click is about: as it was written down, or else as it was shown, written down with what the guest
 * decides now. The first click decides: a second one, with or without points, finds the order as the first left it.
 *
 * @return array<string, mixed>|null
 */
function clicked_order(int $user, string $id, bool $with_points): ?array
{
    $written = written_order($user, $id);
    $shown = $_SESSION['orders'][$id] ?? null;
    if ($written !== null || $shown === null || $shown['user'] !== $user) {
        return $written;
    }
    if ($with_points && $shown['offer'] !== null) {
        $shown['points'] = $shown['offer'];
        $shown['due'] = $shown['offer']['payable'];
    }
    unset($shown['offer']);
    return begin_order($shown);
}

/**
 * The address of the till with what a guest chose and typed.
 *
 * @param array<string, mixed> $order
 */
function till_again(array $order): string
{
    return 'checkout.php?' . http_build_query([
        'quantity' => $order['quantities'],
        'coupon' => $order['coupon']['code'] ?? '',
        'card' => $order['card']['code'] ?? '',
    ]);
}

/** Sets the member's language, in which the engine gives its reasons, to the language of these pages. */
function remember_language(int $user): void
{
    if (($_SESSION['told_lang'] ?? null) !== lang()) {
        loyalty_update_member($user, locale: locale());
        $_SESSION['told_lang'] = lang();
    }
}
