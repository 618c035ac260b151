<?php
// What is not there, in the guest's words. A real server names this page: error_page 404 /404.php; ErrorDocument 404 /404.php

declare(strict_types=1);

require __DIR__ . '/../src/bootstrap.php';

stop(404);
