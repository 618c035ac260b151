<?php
// The till: choose, see the points, pay, read the receipt.

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';
require __DIR__ . '/../src/basket.php';
require __DIR__ . '/../src/till.php';
require __DIR__ . '/../src/orders.php';
require __DIR__ . '/../src/pay.php';

$user = require_user();

if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    check_csrf();
    $order = clicked_order($user, posted('order'), posted('points') === '1');
    if ($order === null) {
        tell('bad', t('checkout.gone'));
        redirect('checkout.php');
    }
    if (posted('undo') === '1' && $order['state'] !== PAID) {
        undo($order);
        tell('good', t('checkout.undone'));
        redirect(till_again($order));
    }
    // The order's id makes a second click harmless: it gets the first receipt.
    $order = pay($order);
    if ($order['state'] !== PAID) {
        tell('bad', t('checkout.not_paid', ['reason' => $order['refused'] ?? t('checkout.gone')]));
        redirect(till_again($order));
    }
    redirect('checkout.php?receipt=' . urlencode($order['id']));
}

$paid = written_order($user, asked('receipt'));
if (isset($paid['receipt'])) {
    show('receipt', t('receipt.title'), ['order' => $paid, 'receipt' => $paid['receipt']]);
    exit;
}

$profile = loyalty_profile($user);
[$quantities, $wrong] = chosen_quantities($_GET['quantity'] ?? null);
$data = ['order' => null, 'quote' => null, 'coupon_error' => null, 'card_error' => null];
if ($quantities !== [] && $wrong === []) {
    remember_language($user);
    $order = new_order($user, $profile['current_tier'], $quantities);
    [$order, $data['coupon_error']] = with_coupon($order, asked('coupon'));
    [$order, $data['card_error']] = with_card($order, asked('card'));
    if (!$profile['blocked']) {
        $paid = $order['card']['pays'] ?? 0;
        $data['quote'] = loyalty_quote_points($user, $order['total'], items: $order['items'], gift_card_paid: $paid);
        $order['offer'] = offered_points($order);
        keep_order($order);
    }
    $data['order'] = $order;
}
show('checkout', t('checkout.title'), $data + [
    'quantities' => $quantities + $wrong,
    'wrong' => $wrong,
    'blocked' => $profile['blocked'],
    'unfinished' => unfinished_orders($user),
]);
