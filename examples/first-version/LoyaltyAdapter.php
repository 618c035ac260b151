<?php

declare(strict_types=1);

/** Café-VT's first version on the engine: the JSON that its pages asked of a service, on its own mysqli. See README.md. */
final class LoyaltyAdapter
{
    /** @param int $user who is signed in, by the session; 0 for nobody */
    public function __construct(private mysqli $database, private int $user)
    {
        loyalty_use_mysqli($database);
    }

    /** What `LoyaltyAPI` in the browser and the controller of the pages ask: `GET profile/7`, `POST redeem` … */
    public function answer(string $method, string $path, array $query = [], array $body = []): array
    {
        [$what, $id] = explode('/', "$path/");
        // A page shows its own guest, and whose points are spent says the session alone.
        if ($this->user === 0 || !in_array($id, ['', (string) $this->user], true)) {
            return ['success' => false, 'message' => 'Inicia sesión para ver tus puntos.'];
        }
        try {
            return ['success' => true, 'data' => match ("$method $what") {
                'GET profile' => $this->profile(),
                'GET transactions' => $this->transactions((int) ($query['page'] ?? 1)),
                'GET rewards' => loyalty_rewards()['items'],
                'POST redeem', 'POST redeem-reward' => $this->redeem((int) ($body['reward_id'] ?? 0)),
                default => throw new LoyaltyNotFoundException(),
            }];
        } catch (LoyaltyException $error) {
            return ['success' => false, 'message' => $error->getGuestMessage('es-CL')];
        }
    }

    /** A new state of a purchase and what it means for its points, as one: `completado` earns once, `cancelado` takes back. */
    public function settle(int $purchase, string $state): void
    {
        Loyalty\Retry::transaction($this->database, function () use ($purchase, $state): void {
            $row = $this->database->query("SELECT * FROM Compra WHERE compra_ID = $purchase FOR UPDATE")->fetch_assoc()
                ?? throw new OutOfBoundsException("La compra $purchase no existe.");
            $this->database->execute_query('UPDATE Compra SET estado = ? WHERE compra_ID = ?', [$state, $purchase]);
            $order = ['order_id' => (string) $purchase, 'amount' => $row['total']];
            try {
                match (true) {
                    $row['usuario_ID'] === null || $row['estado'] === $state => null,
                    // An order that is known was cancelled, and is completed after all.
                    $state === 'completado' => loyalty_earn_points(
                        ...$order,
                        user_id: (int) $row['usuario_ID'],
                        description: "Puntos ganados por compra #$purchase",
                    )['replayed'] && loyalty_amend_order(...$order),
                    $row['estado'] === 'completado' => loyalty_cancel_order((string) $purchase),
                    default => null,
                };
            } catch (LoyaltyRefusedException | LoyaltyNotFoundException) {
                // Sold or cancelled all the same: to who is blocked, and from before the engine.
            }
        });
    }

    private function profile(): array
    {
        $sql = "SELECT TRIM(CONCAT(nombre, ' ', apellidos)) FROM Usuario WHERE usuario_ID = $this->user";
        $name = $this->database->query($sql)->fetch_column() ?: 'Usuario';
        try {
            $profile = loyalty_profile(user_id: $this->user);
        } catch (LoyaltyNotFoundException) {
            $profile = loyalty_enroll(user_id: $this->user, name: $name);
        }
        // At the top the pages count towards the tier itself.
        return ['user_name' => $name, 'next_tier' => $profile['next_tier'] ?? $profile['current_tier'],
            'last_visit' => self::time($profile['last_visit'], ' '), 'total_spent' => (float) $profile['total_spent']] + $profile;
    }

    private function transactions(int $page): array
    {
        $items = $page < 1 ? [] : loyalty_transactions(user_id: $this->user, limit: 10, page: $page)['items'];
        return array_map(fn(array $one) => ['created_at' => self::time($one['occurred_at'], 'T')] + $one, $items);
    }

    private function redeem(int $reward): array
    {
        $reply = loyalty_redeem_reward(user_id: $this->user, reward_id: $reward);
        return ['success' => true, 'message' => 'Recompensa canjeada con éxito.', 'new_total_points' => $reply['balance']] + $reply;
    }

    /** A time of the shop's clock, without its zone. */
    private static function time(?string $instant, string $between): ?string
    {
        return $instant === null ? null : substr_replace(substr($instant, 0, 19), $between, 10, 1);
    }
}
