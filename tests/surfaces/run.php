<?php
// A surface for the stories: reads {"operation", "arguments", "now"} line by line, calls the function, and answers with
// {"ok": reply} or {"error": {kind, code, message, details}}.
declare(strict_types=1);

[, $database, $program] = $argv;
const KINDS = [1 => 'invalid', 2 => 'not_found', 3 => 'refused', 4 => 'conflict', 5 => 'unavailable', 6 => 'internal'];

while (($line = fgets(STDIN)) !== false) {
    $call = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
    try {
        loyalty_configure(database: $database, program: $program, now: $call['now']);
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
    echo json_encode($answer, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION | JSON_UNESCAPED_UNICODE), "\n";
}
