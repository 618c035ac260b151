<header>
    <h1><?= e(t('checkout.title')) ?></h1>
    <p class="quiet"><?= e(t('checkout.intro')) ?></p>
</header>

<div class="columns till">
    <form method="get" action="checkout.php" class="card" aria-labelledby="choose">
        <h2 id="choose"><?= e(t('checkout.choose')) ?></h2>
        <ul class="products">
            <?php foreach (products() as $sku => $product): ?>
                <li>
                    <span><strong><?= e($product[lang()]) ?></strong><br><span class="quiet"><?= e(pesos($product['price'])) ?></span></span>
                    <input type="number" name="quantity[<?= e($sku) ?>]" min="0" max="<?= e(MOST_PIECES) ?>" value="<?= e($quantities[$sku] ?? 0) ?>" inputmode="numeric" aria-label="<?= e(t('checkout.quantity', ['product' => $product[lang()]])) ?>">
                </li>
            <?php endforeach ?>
        </ul>
        <label class="field"><?= e(t('checkout.code')) ?><input name="coupon" value="<?= e(asked('coupon')) ?>" maxlength="40" autocomplete="off" autocapitalize="characters"></label>
        <label class="field"><?= e(t('checkout.card_code')) ?><input name="card" value="<?= e(asked('card')) ?>" maxlength="40" autocomplete="off" autocapitalize="characters"></label>
        <button class="second"><?= e(t('checkout.see')) ?></button>
    </form>

    <section class="card" aria-labelledby="order">
        <h2 id="order"><?= e(t('checkout.order')) ?></h2>
        <?php if ($order === null): ?>
            <p class="quiet"><?= e(t('checkout.empty')) ?></p>
        <?php else: ?>
            <?= render('order', ['order' => $order]) ?>
            <div class="earns">
                <p class="earned"><?= e(t('checkout.earns', ['points' => points($quote['points'])])) ?></p>
                <?= render('reasons', ['because' => $quote['because']]) ?>
                <?php foreach ($quote['missed'] as $missed): ?>
                    <p class="quiet"><?= e($missed['missing']) ?></p>
                <?php endforeach ?>
            </div>
            <form method="post" action="checkout.php">
                <?= csrf_field() ?>
                <input type="hidden" name="order" value="<?= e($order['id']) ?>">
                <button class="wide-button"><?= e(t('checkout.pay', ['total' => pesos(without_card($order))])) ?></button>
            </form>
            <?php if (isset($order['offer'])): ?>
                <form method="post" action="checkout.php">
                    <?= csrf_field() ?>
                    <input type="hidden" name="order" value="<?= e($order['id']) ?>">
                    <input type="hidden" name="points" value="1">
                    <button class="wide-button second"><?= e(t('checkout.pay_points', ['points' => points($order['offer']['points']), 'rest' => pesos($order['offer']['payable'])])) ?></button>
                </form>
            <?php endif ?>
            <p class="quiet small"><?= e(t('checkout.demo')) ?></p>
        <?php endif ?>
    </section>
</div>
