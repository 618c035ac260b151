<?php
// Orders that are being paid: one file each, where a real shop has a table.
//
// An order is written down before anything is taken for it, with all that the guest decided. What is paid of it is never
// stored: each step calls the engine again, which answers a repeat as it did the first time. So a page that dies
// at any point leaves an order that the next click can finish or undo.

declare(strict_types=1);

/** The states of an order. */
const PAYING = 'paying';
const PAID = 'paid';
/** It is being undone. */
const ENDING = 'ending';
const ENDED = 'ended';

function order_file(int $user, string $id): string
{
    return var_folder() . "/orders/$user/$id.json";
}

/** @return array<string, mixed>|null a stored order of this guest */
function written_order(int $user, string $id): ?array
{
    $file = order_file($user, $id);
    if (preg_match('/^web-[0-9]+-[0-9a-f]{24}$/D', $id) !== 1 || !is_file($file)) {
        return null;
    }
    return json_decode((string) file_get_contents($file), true, 32, JSON_THROW_ON_ERROR);
}

/**
 * Writes an order down for the first time, unless another click was first: the order is as that click left it.
 *
 * @param array<string, mixed> $order
 * @return array<string, mixed>
 */
function begin_order(array $order): array
{
    $file = order_file($order['user'], $order['id']);
    if (!is_dir(dirname($file))) {
        // When two first orders come at once, the second one finds the folder.
        @mkdir(dirname($file), 0700, true);
    }
    $whole = whole_file($file, $order);
    // A link is created in one step or not at all, and never replaces a file.
    $is_first = @link($whole, $file);
    unlink($whole);
    return $is_first ? $order : written_order($order['user'], $order['id']) ?? throw new RuntimeException('no order can be written');
}

/**
 * Writes down how an order stands now.
 *
 * @param array<string, mixed> $order
 * @return array<string, mixed> the order
 */
function write_order(array $order): array
{
    $file = order_file($order['user'], $order['id']);
    rename(whole_file($file, $order), $file);
    return $order;
}

/** @param array<string, mixed> $order */
function whole_file(string $file, array $order): string
{
    $whole = $file . '.' . form_key();
    $stream = fopen($whole, 'x');
    fwrite($stream, json_encode($order, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
    fsync($stream);
    fclose($stream);
    return $whole;
}

/** @return list<array<string, mixed>> the guest's orders that are neither paid nor undone: pages that died left them */
function unfinished_orders(int $user): array
{
    $unfinished = [];
    foreach (glob(var_folder() . "/orders/$user/*.json") ?: [] as $file) {
        $order = json_decode((string) file_get_contents($file), true, 32, JSON_THROW_ON_ERROR);
        if (in_array($order['state'], [PAYING, ENDING], true)) {
            $unfinished[] = $order;
        }
    }
    return $unfinished;
}
