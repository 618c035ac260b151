<?php

declare(strict_types=1);

/** A connection of a page's own to the database of an engine's setting. */
function connect(string $setting, array $attributes = [], string $class = PDO::class): PDO
{
    [$place, $settings] = explode('?', "$setting?", 2);
    if (str_starts_with($place, 'sqlite:')) {
        return new $class($place, null, null, $attributes + [PDO::ATTR_TIMEOUT => 60]);
    }
    // Of the hosts of a cluster the first.
    $url = parse_url(preg_replace('/,[^\/]*/', '', $place));
    parse_str(rtrim($settings, '?'), $settings);
    $where = isset($settings['socket'])
        ? "unix_socket={$settings['socket']}"
        : 'host=' . $url['host'] . ';port=' . ($url['port'] ?? 3306);
    return new $class("mysql:$where;dbname=" . ltrim($url['path'], '/'), $url['user'] ?? 'root', $url['pass'] ?? '', $attributes);
}
