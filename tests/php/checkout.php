<?php

declare(strict_types=1);

// The first application's checkout, some hundred times: with nothing of the engine, on its own tables. Run with the setting
// of the shop's database, a number of this process, and how many purchases it makes.
require __DIR__ . '/connect.php';

[, $setting, $process, $count] = $_SERVER['argv'];
$pdo = connect($setting, [PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION]);
$users = [1, 2, 3, 6, 7, 8, 9, 10];
$state = fn(int $id, string $state) => $pdo->exec("UPDATE Compra SET estado = '$state' WHERE compra_ID = $id");
for ($number = 0; $number < $count; $number++) {
    $user = $users[($number * 3 + $process) % count($users)];
    $pdo->beginTransaction();
    $total = 1000 + 137 * $number . '.50';
    $insert = $pdo->prepare("INSERT INTO Compra (usuario_ID, fecha_compra, total, estado) VALUES (?, ?, ?, 'pendiente')");
    $insert->execute([$user, date('Y-m-d H:i:s'), $total]);
    $id = (int) $pdo->lastInsertId();
    $state($id, 'completado');
    if ($number % 7 === 6) {
        $pdo->rollBack();
        continue;
    }
    $pdo->commit();
    if ($number % 3 === 0) {
        $state($id, 'cancelado');
    }
    if ($number % 6 === 0) {
        $state($id, 'completado');
    }
    if ($number % 4 === 0) {
        $pdo->exec("UPDATE Compra SET total = total + 500 WHERE compra_ID = $id");
    }
}
