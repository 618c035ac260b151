<?php
// Runs before each page of a server that dies: the function named by DIES_AFTER does its work in a process of its own,
// and then this process is killed before it can store anything.

declare(strict_types=1);

eval('function ' . getenv('DIES_AFTER') . '(mixed ...$given): never { die_after($given); }');

function die_after(array $given): never
{
    $name = getenv('DIES_AFTER');
    $code = "$name(...json_decode(stream_get_contents(STDIN), true));";
    $command = ['php', '-n', '-d', 'extension=' . getenv('CAFE_BUILD') . '/libloyalty.so'];
    array_push($command, '-d', 'loyalty.database=sqlite:' . getenv('CAFE_VAR') . '/loyalty.db', '-r', $code);
    $process = proc_open($command, [0 => ['pipe', 'r']], $pipes);
    fwrite($pipes[0], json_encode($given));
    fclose($pipes[0]);
    proc_close($process);
    exec('kill -9 ' . getmypid());
    exit;
}
