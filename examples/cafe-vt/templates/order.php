<table class="order">
    <tbody>
        <?php foreach ($order['items'] as $item): ?>
            <?php if (($item['kind'] ?? 'sale') === 'sale'): ?>
                <tr>
                    <td><?= e($item['quantity']) ?> × <?= e(products()[$item['sku']][lang()]) ?></td>
                    <td class="right"><?= e(pesos($item['amount'])) ?></td>
                </tr>
            <?php endif ?>
        <?php endforeach ?>
    </tbody>
    <tfoot>
        <?php if ($order['discount'] !== '0' || isset($order['coupon'])): ?>
            <tr><td><?= e(t('checkout.sum')) ?></td><td class="right"><?= e(pesos($order['sum'])) ?></td></tr>
        <?php endif ?>
        <?php if ($order['discount'] !== '0'): ?>
            <tr><td><?= e(t('checkout.discount', ['percent' => decimal($order['discount_percent'])])) ?></td><td class="right plus"><?= e(pesos('-' . $order['discount'])) ?></td></tr>
        <?php endif ?>
        <?php if (isset($order['coupon'])): ?>
            <tr><td><?= e(t('checkout.coupon', ['code' => $order['coupon']['code']])) ?></td><td class="right plus"><?= e(pesos('-' . $order['coupon']['discount'])) ?></td></tr>
        <?php endif ?>
        <?php if (isset($order['card'])): ?>
            <tr><td><?= e(t('checkout.card', ['code' => $order['card']['code']])) ?></td><td class="right plus"><?= e(pesos('-' . $order['card']['pays'])) ?></td></tr>
        <?php endif ?>
        <?php if (isset($order['points'])): ?>
            <tr><td><?= e(t('checkout.before_points')) ?></td><td class="right"><?= e(pesos($order['points']['bill'])) ?></td></tr>
            <tr><td><?= e(t('checkout.with_points', ['points' => points($order['points']['points'])])) ?></td><td class="right plus"><?= e(pesos('-' . $order['points']['discount'])) ?></td></tr>
        <?php endif ?>
        <tr class="total"><td><?= e(t('checkout.total')) ?></td><td class="right"><?= e(pesos($order['due'])) ?></td></tr>
    </tfoot>
</table>
