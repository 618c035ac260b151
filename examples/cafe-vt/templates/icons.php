<?php
// Line drawings on a grid of 24.

declare(strict_types=1);

return [
    'cup' => '<path d="M4 9h13v6a5 5 0 0 1-5 5H9a5 5 0 0 1-5-5z"/><path d="M17 10h1.5a2.5 2.5 0 0 1 0 5H17"/><path d="M8 3v2.5M12.5 3v2.5"/>',
    'clock' => '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
    'gift' => '<path d="M4.5 11.5h15V20h-15zM3.5 8h17v3.5h-17zM12 8v12"/><path d="M12 8C8 8 7 3.5 9.5 3.5S12 8 12 8s0-4.5 2.5-4.5S16 8 12 8"/>',
    'check' => '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    'lock' => '<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    'plus' => '<path d="M12 5.5v13M5.5 12h13"/>',
    'tag' => '<path d="M4 4h8l8 8-8 8-8-8z"/><circle cx="8.5" cy="8.5" r="1.2"/>',
    'bell' => '<path d="M6 10.5a6 6 0 0 1 12 0c0 4.5 2 5.5 2 7H4c0-1.5 2-2.5 2-7z"/><path d="M10 20.5a2.2 2.2 0 0 0 4 0"/>',
    'friends' => '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5a6.5 6.5 0 0 1 13 0M15.5 5.2a3.5 3.5 0 0 1 0 6.6M17.5 14a6.5 6.5 0 0 1 4 5.5"/>',
    'alert' => '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5.5M12 16v.5"/>',
];
