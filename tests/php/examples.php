<?php

declare(strict_types=1);

// Runs the examples of the manual, each on a database of its own, and prints what each answers. Arguments: a folder with
// `examples.json`, the time at which they are called, and the name of the file that examples read a programme from.

[, $folder, $now, $file] = $argv;
chdir($folder);

/** The reply of an example, which is text as the manual has it. */
function reply_of(string $code): array
{
    eval($code);
    return $reply;
}

$replies = [];
foreach (json_decode(file_get_contents('examples.json'), true, flags: JSON_THROW_ON_ERROR) as $name => $example) {
    file_put_contents($file, $example['program']);
    $database = "sqlite:$folder/$name.db?signing_key=$folder/signing.key";
    loyalty_configure(database: $database, program: "$folder/$file", now: $now);
    $replies[$name] = reply_of($example['code']);
}
echo json_encode($replies, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION);
