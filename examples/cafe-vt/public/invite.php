<?php
// Friends: a new code to invite with, or the code of the friend who invited.

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

require_post();
$user = require_user();

if (posted('renew') === '1') {
    loyalty_generate_referral($user);
    redirect('loyalty.php#friends');
}
try {
    loyalty_use_referral($user, posted('code'));
    tell('good', t('friends.noted'));
} catch (LoyaltyRefusedException $error) {
    tell('bad', coupon_refusal_text($error->getReason(), $error->getDetails()));
} catch (LoyaltyNotFoundException | LoyaltyInvalidException) {
    tell('bad', t('code.refusal.not_usable'));
}
redirect('loyalty.php');
