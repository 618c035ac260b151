<?php
// The page for missing addresses, in the guest's language. A real server is set to this page: error_page 404 /404.php; ErrorDocument 404 /404.php

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

stop(404);
