<header>
    <h1><?= e(t('checkout.title')) ?></h1>
    <p class="quiet"><?= e(t('checkout.intro')) ?></p>
</header>

<?php foreach ($unfinished as $left): ?>
    <section class="card" aria-labelledby="left-<?= e($left['id']) ?>">
        <h2 id="left-<?= e($left['id']) ?>"><?= e(t('checkout.unfinished', ['total' => pesos($left['due'])])) ?></h2>
        <p class="quiet"><?= e(t('checkout.unfinished_hint')) ?></p>
        <form method="post" action="checkout.php" class="row">
            <?= csrf_field() ?>
            <input type="hidden" name="order" value="<?= e($left['id']) ?>">
            <?php if ($left['state'] === PAYING): ?>
                <button><?= e(t('checkout.finish')) ?></button>
            <?php endif ?>
            <button class="second" name="undo" value="1"><?= e(t('checkout.undo')) ?></button>
        </form>
    </section>
<?php endforeach ?>

<div class="columns till">
    <form method="get" action="checkout.php" class="card" aria-labelledby="choose" novalidate>
        <h2 id="choose"><?= e(t('checkout.choose')) ?></h2>
        <?php if ($wrong !== []): ?>
            <p class="message bad" role="alert"><?= icon('alert') ?><?= e(t('checkout.look')) ?></p>
        <?php endif ?>
        <ul class="products">
            <?php foreach (products() as $sku => $product): ?>
                <li>
                    <span><strong><?= e($product[lang()]) ?></strong><br><span class="quiet"><?= e(pesos($product['price'])) ?></span><?= field_error("quantity-$sku", isset($wrong[$sku]) ? t('checkout.pieces', ['most' => MOST_PIECES]) : null) ?></span>
                    <input type="number" name="quantity[<?= e($sku) ?>]" min="0" max="<?= e(MOST_PIECES) ?>" value="<?= e($quantities[$sku] ?? 0) ?>" inputmode="numeric" aria-label="<?= e(t('checkout.quantity', ['product' => $product[lang()]])) ?>"<?= marked_wrong("quantity-$sku", isset($wrong[$sku])) ?>>
                </li>
            <?php endforeach ?>
        </ul>
        <label class="field"><?= e(t('checkout.code')) ?><input name="coupon" value="<?= e(asked('coupon')) ?>" maxlength="100" autocomplete="off" autocapitalize="characters"<?= marked_wrong('coupon', $coupon_error !== null) ?>><?= field_error('coupon', $coupon_error) ?></label>
        <label class="field"><?= e(t('checkout.card_code')) ?><input name="card" value="<?= e(asked('card')) ?>" maxlength="100" autocomplete="off" autocapitalize="characters"<?= marked_wrong('card', $card_error !== null) ?>><?= field_error('card', $card_error) ?></label>
        <button class="second"><?= e(t('checkout.see')) ?></button>
    </form>

    <section class="card" aria-labelledby="order">
        <h2 id="order"><?= e(t('checkout.order')) ?></h2>
        <?php if ($order === null): ?>
            <p class="quiet"><?= e(t($wrong === [] ? 'checkout.empty' : 'checkout.look')) ?></p>
        <?php else: ?>
            <?= render('order', ['order' => $order]) ?>
            <?php if ($quote !== null): ?>
                <div class="earns">
                    <p class="earned"><?= e(t('checkout.earns', ['points' => points($quote['points'])])) ?></p>
                    <?= render('reasons', ['because' => $quote['because']]) ?>
                    <?php foreach ($quote['missed'] as $missed): ?>
                        <p class="quiet"><?= e($missed['missing']) ?></p>
                    <?php endforeach ?>
                </div>
            <?php endif ?>
            <?php if ($blocked): ?>
                <p class="note"><?= icon('lock') ?><?= e(t('refusal.member_blocked')) ?></p>
            <?php else: ?>
                <form method="post" action="checkout.php">
                    <?= csrf_field() ?>
                    <input type="hidden" name="order" value="<?= e($order['id']) ?>">
                    <button class="wide-button"><?= e(t('checkout.pay', ['total' => pesos($order['due'])])) ?></button>
                </form>
                <?php if ($order['offer'] !== null): ?>
                    <form method="post" action="checkout.php">
                        <?= csrf_field() ?>
                        <input type="hidden" name="order" value="<?= e($order['id']) ?>">
                        <input type="hidden" name="points" value="1">
                        <button class="wide-button second"><?= e(t('checkout.pay_points', ['points' => points($order['offer']['points']), 'rest' => pesos($order['offer']['payable'])])) ?></button>
                    </form>
                <?php endif ?>
            <?php endif ?>
            <p class="quiet small"><?= e(t('checkout.demo')) ?></p>
        <?php endif ?>
    </section>
</div>
