<?php
// The till: choose, see the points, pay, read the receipt.

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';
require __DIR__ . '/../src/till.php';

$user = require_user();

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    check_csrf();
    $order = kept_order(posted('order'));
    if ($order === null) {
        tell('bad', t('checkout.gone'));
        redirect('checkout.php');
    }
    try {
        use_coupon_of($user, $order);
        use_card_of($user, $order);
        $order = paid_with_points($user, $order, posted('points') === '1');
    } catch (LoyaltyRefusedException $error) {
        // The order is not paid: what it used is free again.
        free_what_was_used($order);
        tell('bad', refusal_text($error->getReason(), $error->getDetails()));
        redirect('checkout.php?' . http_build_query(['quantity' => $order['quantities']]));
    }
    // Here a real till takes the money. The order id makes a second click harmless: it gets the first receipt.
    $receipt = loyalty_earn_points(
        $user,
        $order['total'],
        order_id: $order['id'],
        items: $order['items'],
        points_paid: $order['points_paid'],
        gift_card_paid: $order['card']['pays'] ?? 0,
    );
    $_SESSION['orders'][$order['id']]['receipt'] = $receipt;
    redirect('checkout.php?receipt=' . urlencode($order['id']));
}

$paid = kept_order(asked('receipt'));
if (isset($paid['receipt'])) {
    show('receipt', t('receipt.title'), ['order' => $paid, 'receipt' => $paid['receipt']]);
    exit;
}

$quantities = chosen_quantities($_GET['quantity'] ?? null);
$order = null;
$quote = null;
if ($quantities !== []) {
    remember_language($user);
    $order = new_order($user, $quantities, loyalty_profile($user)['discount_percent']);
    $order = with_coupon($user, $order, asked('coupon'));
    $order = with_card($user, $order, asked('card'));
    $quote = loyalty_quote_points($user, $order['total'], items: $order['items'], gift_card_paid: $order['card']['pays'] ?? 0);
    $order = offer_points($user, $order);
}
show('checkout', t('checkout.title'), ['quantities' => $quantities, 'order' => $order, 'quote' => $quote]);
