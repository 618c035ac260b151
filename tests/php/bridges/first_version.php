<?php

declare(strict_types=1);

// The pages and the checkout of Café-VT's first version on the adapter: what its JavaScript reads of each answer, by HTTP
// with a session; purchases that are completed by several processes at once. Run with a folder, the setting of a new
// database, a free port, and the path of the extension.
require __DIR__ . '/../check.php';
require __DIR__ . '/../connect.php';
require __DIR__ . '/../../../loyalty-php-ext/php/autoload.php';
require __DIR__ . '/../../../examples/first-version/LoyaltyAdapter.php';
[, $folder, $setting, $port, $extension] = $_SERVER['argv'];

$database = connect_mysqli($setting);
foreach ([
    'CREATE TABLE Usuario (usuario_ID INT(6) PRIMARY KEY AUTO_INCREMENT, nombre VARCHAR(50), apellidos VARCHAR(50))',
    "CREATE TABLE Compra (compra_ID INT(7) PRIMARY KEY AUTO_INCREMENT, usuario_ID INT(6) NULL REFERENCES Usuario, fecha_compra DATETIME,
        total DECIMAL(10,2), estado ENUM('pendiente','completado','cancelado') DEFAULT 'pendiente')",
    "INSERT INTO Usuario VALUES (7, 'Ana', 'Soto Muñoz'), (8, NULL, NULL)",
] as $sql) {
    $database->query($sql);
}
loyalty_use_mysqli($database);
loyalty_health();

/** A purchase of the cart, which nobody has paid yet. */
function purchase(?int $user, string $total): int
{
    global $database;
    $database->execute_query('INSERT INTO Compra (usuario_ID, fecha_compra, total) VALUES (?, NOW(), ?)', [$user, $total]);
    return $database->insert_id;
}

function balance(int $user): int
{
    return (int) connect($GLOBALS['setting'])->query("SELECT balance FROM loyalty_users WHERE user_id = $user")->fetchColumn();
}

function state(int $purchase): string
{
    return connect($GLOBALS['setting'])->query("SELECT estado FROM Compra WHERE compra_ID = $purchase")->fetchColumn();
}

// The checkout earns once, with the purchase.
$checkout = new LoyaltyAdapter($database, 7);
$first = purchase(7, '12990.00');
same(0, balance(7), 'nothing before it is paid');
$checkout->settle($first, 'completado');
$checkout->settle($first, 'completado');
same([129, 'completado'], [balance(7), state($first)], 'earned once');
$checkout->settle($first, 'cancelado');
same([0, 'cancelado'], [balance(7), state($first)], 'taken back');
$checkout->settle($first, 'completado');
same([129, 'completado'], [balance(7), state($first)], 'completed after all');
$guest = purchase(null, '5000');
$checkout->settle($guest, 'completado');
same('completado', state($guest), 'a guest buys, too');
thrown(OutOfBoundsException::class, fn() => $checkout->settle(999, 'completado'));
$database->query("UPDATE Compra SET estado = 'completado' WHERE compra_ID = " . ($old = purchase(7, '9000')));
$checkout->settle($old, 'cancelado');
same([129, 'cancelado'], [balance(7), state($old)], 'one from before the engine');

// By six processes at once, each purchase by two of them: no deadlock fails a purchase, and each earns once.
$purchases = array_map(fn(int $number) => purchase(7 + $number % 2, '1000'), range(1, 60));
$children = [];
foreach (range(0, 5) as $child) {
    if (($children[] = pcntl_fork()) === 0) {
        $checkout = new LoyaltyAdapter(connect_mysqli($setting), 7);
        foreach ($purchases as $place => $purchase) {
            $place % 3 === $child % 3 && $checkout->settle($purchase, 'completado');
        }
        // As a process that is done, and not as one that closes what its parent uses.
        posix_kill(posix_getpid(), SIGKILL);
    }
}
foreach ($children as $child) {
    pcntl_waitpid($child, $status);
    same(SIGKILL, pcntl_wtermsig($status), 'the end of a checkout');
}
$database = connect_mysqli($setting);
$checkout = new LoyaltyAdapter($database, 7);
same([129 + 300, 300], [balance(7), balance(8)], 'each earned once');
same('60', (string) $database->query("SELECT COUNT(*) FROM Compra WHERE estado = 'completado' AND total = 1000")->fetch_column(), 'all completed');

// Who is blocked buys, and earns nothing.
loyalty_update_member(user_id: 8, blocked: true);
$checkout->settle($blocked = purchase(8, '1000'), 'completado');
same([300, 'completado'], [balance(8), state($blocked)], 'a purchase without points');
loyalty_update_member(user_id: 8, blocked: false);

// The pages, by HTTP, with a session.
mkdir("$folder/sessions");
file_put_contents("$folder/router.php", '<?php
require ' . var_export(__DIR__ . '/../connect.php', true) . ';
if (isset($_GET["sign_in"])) {
    session_start();
    $_SESSION["user_id"] = (int) $_GET["sign_in"];
    exit;
}
$database = connect_mysqli(' . var_export($setting, true) . ');
require ' . var_export(dirname(__DIR__, 3) . '/examples/first-version/loyalty-api.php', true) . ';
');
$command = [PHP_BINARY, '-d', "extension=$extension", '-d', "session.save_path=$folder/sessions", '-S', "127.0.0.1:$port", "$folder/router.php"];
$server = proc_open($command, [1 => ['file', "$folder/server.log", 'w'], 2 => ['file', "$folder/server.log", 'a']], $pipes);
register_shutdown_function(fn() => proc_terminate($server));
while (!@fsockopen('127.0.0.1', (int) $port)) {
    usleep(50_000);
}
$session = '';
$ask = function (string $method, string $path, ?array $body = null) use (&$session, $port): array {
    $http = ['method' => $method, 'header' => "Cookie: $session\r\nContent-Type: application/json", 'content' => json_encode($body)];
    return json_decode(file_get_contents("http://127.0.0.1:$port/pruebas-ds/public/api/$path", false, stream_context_create(['http' => $http])), true);
};
$sign_in = function (int $user) use (&$session, $port): void {
    file_get_contents("http://127.0.0.1:$port/?sign_in=$user");
    $session = strtok(preg_replace('/^.*Set-Cookie: /s', '', implode("\n", $http_response_header)), ';');
};
same(false, $ask('GET', 'v1/loyalty/profile/7')['success'], 'nobody is signed in');

// /loyalty and /loyalty/profile.
$sign_in(7);
$profile = $ask('GET', 'v1/loyalty/profile/7');
same(true, $profile['success'], 'success');
$read = ['user_name', 'current_points', 'total_points', 'current_tier', 'progress_percentage', 'next_tier', 'points_to_next_tier', 'total_visits', 'rewards_redeemed'];
same(['Ana Soto Muñoz', 429, 429, 'cafe_bronze', 8.5, 'cafe_plata', 4571, 31, 0], array_map(fn(string $name) => $profile['data'][$name], $read), 'a profile');
same(42990.0, (float) $profile['data']['total_spent'], 'the money');
same(1, preg_match('/^\d{4}-\d\d-\d\d$/', $profile['data']['join_date']), 'a day');
same(1, preg_match('/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/', $profile['data']['last_visit']), 'a time');
same(true, count($profile['data']['current_benefits']) > 0 && count($profile['data']['next_benefits']) > 0, 'benefits');
same(false, $ask('GET', 'v1/loyalty/profile/8')['success'], 'the profile of another');

// /loyalty/transactions: ten on a page, newest first.
$pages = array_map(fn(int $page) => $ask('GET', "v1/loyalty/transactions/7?page=$page")['data'], [1, 2, 3, 4, 5, 0, -1]);
same([10, 10, 10, 3, 0, 0, 0], array_map(count(...), $pages), 'the pages');
$all = array_merge(...$pages);
same([33, 429], [count(array_unique(array_column($all, 'id'))), array_sum(array_column($all, 'points_amount'))], 'each once');
same(1, preg_match('/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/', $all[0]['created_at']), 'a time');
same(['earn', 10, 429, "Puntos ganados por compra #{$all[0]['order_id']}"],
    [$all[0]['transaction_type'], $all[0]['points_amount'], $all[0]['balance_after'], $all[0]['description']], 'an entry');

// /loyalty/rewards, and the click that redeems: the body's user is nobody.
$rewards = $ask('GET', 'v1/loyalty/rewards')['data'];
same([2, 1000, 'cafe_bronze', true], [$rewards[0]['id'], $rewards[0]['points_cost'], $rewards[0]['tier_required'], $rewards[0]['active']], 'the cheapest');
same(true, is_string($rewards[0]['name']) && is_string($rewards[0]['description']), 'its texts');
$refused = $ask('POST', 'loyalty/redeem', ['reward_id' => 2, 'user_id' => 8]);
same([false, 'Te faltan 571 puntos.'], [$refused['success'], $refused['message']], 'too few');
$checkout->settle(purchase(7, '100000'), 'completado');
$redeemed = $ask('POST', 'loyalty/redeem', ['reward_id' => 2, 'user_id' => 8]);
same([true, true, 'Recompensa canjeada con éxito.', 429], [$redeemed['success'], $redeemed['data']['success'], $redeemed['data']['message'], $redeemed['data']['new_total_points']], 'redeemed');
same([429, 300], [balance(7), balance(8)], 'of the session alone');
same('No lo encontramos.', $ask('POST', 'loyalty/redeem', ['reward_id' => 999])['message'], 'none');
same(false, $ask('POST', 'v1/loyalty/earn-points', ['user_id' => 7, 'points_amount' => 5000])['success'], 'nobody gives himself points');

// Who is new is a member with the first look.
$sign_in(8);
$database->query("INSERT INTO Usuario VALUES (9, 'Luis', 'Rojas')");
$sign_in(9);
$new = $ask('GET', 'v1/loyalty/profile/9')['data'];
same(['Luis Rojas', 0, 'cafe_bronze', 5000, null], [$new['user_name'], $new['current_points'], $new['current_tier'], $new['points_to_next_tier'], $new['last_visit']], 'a new member');
same([], $ask('GET', 'v1/loyalty/transactions/9')['data'], 'no history');
same(true, loyalty_verify()['ok'], 'the books');
