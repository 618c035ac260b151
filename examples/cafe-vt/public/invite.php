<?php
// Friends: enters the code of the friend who invited.

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

require_post();
$user = require_user();

try {
    loyalty_use_referral($user, posted('code'), actor: visitor());
    tell('good', t('friends.noted'));
    redirect('loyalty.php');
} catch (LoyaltyRefusedException $error) {
    $refused = coupon_refusal_text($error->getReason(), $error->getDetails());
} catch (LoyaltyNotFoundException | LoyaltyInvalidException) {
    $refused = t('code.refusal.not_usable');
}
// Shown next to the field, with what was typed.
keep('friend', ['typed' => posted('code'), 'error' => $refused]);
redirect('loyalty.php#friends');
