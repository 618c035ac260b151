<?php
// Marks all notices of the signed-in member as read.

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

require_post();
loyalty_read_notifications(require_user(), all: true, actor: visitor());
redirect('loyalty.php#notices');
