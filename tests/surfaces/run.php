<?php
// A surface for the stories: reads {"operation", "arguments", "now"} line by line, calls the function, and answers with
// {"ok": reply} or {"error": {kind, code, message, details}}. With `pdo` as its third argument it works on a connection
// of its own, every second time inside a transaction in which the page writes something, too.
declare(strict_types=1);

require __DIR__ . '/../php/connect.php';

[, $database, $program] = $argv;
$pdo = null;
if (($argv[3] ?? '') === 'pdo') {
    $pdo = connect($database);
    if (str_starts_with($database, 'sqlite:')) {
        $pdo->exec('PRAGMA synchronous = OFF');
    }
    $pdo->exec('CREATE TABLE shop (number INTEGER NOT NULL PRIMARY KEY)');
    loyalty_configure(program: $program);
    loyalty_use_pdo($pdo);
}
$number = 0;
const KINDS = [1 => 'invalid', 2 => 'not_found', 3 => 'refused', 4 => 'conflict', 5 => 'unavailable', 6 => 'internal'];

while (($line = fgets(STDIN)) !== false) {
    $call = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
    try {
        if ($pdo === null) {
            loyalty_configure(database: $database, program: $program, now: $call['now']);
        } else {
            loyalty_configure(now: $call['now']);
            if (++$number % 2 === 0) {
                $pdo->beginTransaction();
                $pdo->exec("INSERT INTO shop VALUES ($number)");
            }
        }
        $answer = ['ok' => ('loyalty_' . $call['operation'])(...$call['arguments'])];
    } catch (LoyaltyException $error) {
        $answer = ['error' => [
            'kind' => KINDS[$error->getCode()],
            'code' => $error->getReason(),
            'message' => $error->getMessage(),
            'details' => (object) $error->getDetails(),
        ]];
    } catch (Error $error) {
        // PHP's own word for an argument that does not exist.
        preg_match('/Unknown named parameter \$(\w+)/', $error->getMessage(), $found) || throw $error;
        $answer = ['error' => [
            'kind' => 'invalid',
            'code' => 'invalid',
            'message' => $error->getMessage(),
            'details' => ['field' => $found[1]],
        ]];
    }
    if ($pdo?->inTransaction()) {
        $pdo->commit();
        assert($pdo->query("SELECT COUNT(*) FROM shop WHERE number = $number")->fetchColumn() === 1);
    }
    echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_UNICODE), "\n";
}
