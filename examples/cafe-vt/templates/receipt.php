<div class="narrow">
    <section class="card receipt">
        <p class="round"><?= icon('check') ?></p>
        <h1><?= e(t('receipt.title')) ?></h1>
        <p class="earned"><?= e(t('receipt.earned', ['points' => points($receipt['points_earned'])])) ?></p>
        <p><?= e(t('receipt.balance', ['points' => points($receipt['balance'])])) ?></p>
        <?php if ($receipt['tier_changed']): ?>
            <p><span class="badge big <?= e(tier_class($receipt['tier'])) ?>"><?= e(t('receipt.tier', ['tier' => tier_name($receipt['tier'])])) ?></span></p>
        <?php endif ?>
    </section>

    <section class="card" aria-labelledby="why">
        <h2 id="why"><?= e(t('receipt.why')) ?></h2>
        <?= render('reasons', ['because' => $receipt['because']]) ?>
        <?php if ($receipt['expires_at'] !== null): ?>
            <p class="quiet"><?= e(t('receipt.until', ['date' => day($receipt['expires_at'])])) ?></p>
        <?php endif ?>
    </section>

    <section class="card" aria-labelledby="paid">
        <h2 id="paid"><?= e(t('receipt.paid')) ?></h2>
        <?= render('order', ['order' => $order]) ?>
        <p class="quiet small"><?= e(t('receipt.number', ['id' => $order['id']])) ?></p>
    </section>

    <p class="row ways">
        <a class="button" href="loyalty.php"><?= e(t('receipt.points')) ?></a>
        <a class="button second" href="checkout.php"><?= e(t('receipt.again')) ?></a>
    </p>
</div>
