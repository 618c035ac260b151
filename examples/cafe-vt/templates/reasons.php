<ul class="reasons">
    <?php foreach ($because as $part): ?>
        <li><span><?= e($part['why']) ?></span><span class="<?= $part['points'] < 0 ? 'minus' : 'plus' ?>"><?= e(signed($part['points'])) ?></span></li>
    <?php endforeach ?>
</ul>
