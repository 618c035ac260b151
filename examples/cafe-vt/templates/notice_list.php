<ul class="notices">
    <?php foreach ($items as $notice): ?>
        <?php $address = notice_address($notice, $has_coupons, $cards) ?>
        <li<?= $notice['read'] ? '' : ' class="unread"' ?>>
            <span class="notice-icon"><?= notice_icon($notice) ?></span>
            <div>
                <h3><?php if (!$notice['read']): ?><span class="for-ears"><?= e(t('notices.new')) ?>: </span><?php endif ?><?= e($notice['title']) ?></h3>
                <p><?= e($notice['text']) ?></p>
                <p class="quiet"><time datetime="<?= e($notice['at']) ?>"><?= e(day_said($notice['at'])) ?></time><?php if ($address !== null): ?> · <a href="<?= e($address) ?>"><?= e(t('notices.see.' . $notice['link'])) ?></a><?php endif ?></p>
            </div>
        </li>
    <?php endforeach ?>
</ul>
