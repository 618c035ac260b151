-- A shop with the tables of Café-VT's first version, and data as years of use leave them.
CREATE TABLE Usuario (
    usuario_ID INT(6) NOT NULL AUTO_INCREMENT PRIMARY KEY,
    nombre VARCHAR(50) CHARACTER SET utf8mb4,
    apellidos VARCHAR(50) CHARACTER SET latin1,
    correo VARCHAR(50),
    `contraseña` VARCHAR(255),
    ROL ENUM('Estudiante', 'Empleado', 'Administrador'),
    fecha_registro TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    ultimo_acceso TIMESTAMP NULL,
    estado ENUM('activo', 'inactivo') DEFAULT 'activo'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;;
CREATE TABLE Compra (
    compra_ID INT(7) NOT NULL AUTO_INCREMENT PRIMARY KEY,
    usuario_ID INT(6),
    fecha_compra DATETIME,
    total DECIMAL(10,2),
    estado ENUM('pendiente', 'completado', 'cancelado') DEFAULT 'pendiente',
    FOREIGN KEY (usuario_ID) REFERENCES Usuario (usuario_ID)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;;
CREATE TABLE loyalty_users (
    user_id INT(6) NOT NULL PRIMARY KEY,
    total_points INT DEFAULT 0,
    current_tier ENUM('cafe_bronze', 'cafe_plata', 'cafe_oro', 'cafe_diamante') DEFAULT 'cafe_bronze',
    join_date TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    last_visit TIMESTAMP NULL,
    total_visits INT DEFAULT 0,
    total_spent DECIMAL(10,2) DEFAULT 0,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
    KEY (current_tier), KEY (total_points), KEY (last_visit),
    FOREIGN KEY (user_id) REFERENCES Usuario (usuario_ID) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;;
CREATE TABLE loyalty_tier_config (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    tier_name ENUM('cafe_bronze', 'cafe_plata', 'cafe_oro', 'cafe_diamante') NOT NULL UNIQUE,
    display_name VARCHAR(50) NOT NULL,
    points_required INT NOT NULL,
    points_multiplier DECIMAL(3,2) DEFAULT 1.00,
    discount_percent DECIMAL(5,2)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;;
CREATE TABLE loyalty_transactions (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT(6) NOT NULL,
    transaction_type ENUM('earn', 'redeem', 'expire', 'bonus', 'adjustment') NOT NULL,
    points_amount INT NOT NULL,
    order_id INT(7),
    description TEXT,
    balance_before INT NOT NULL,
    balance_after INT NOT NULL,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    KEY (user_id), KEY (order_id),
    FOREIGN KEY (user_id) REFERENCES loyalty_users (user_id) ON DELETE CASCADE,
    FOREIGN KEY (order_id) REFERENCES Compra (compra_ID) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;;
CREATE TABLE loyalty_rewards (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name VARCHAR(100) NOT NULL,
    description TEXT,
    points_cost INT NOT NULL,
    discount_percent DECIMAL(5,2),
    tier_required ENUM('cafe_bronze', 'cafe_plata', 'cafe_oro', 'cafe_diamante') DEFAULT 'cafe_bronze',
    max_uses_per_user INT DEFAULT 1,
    active TINYINT(1) DEFAULT 1,
    expiry_date DATE,
    created_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;;
CREATE TABLE loyalty_redemptions (
    id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id INT(6) NOT NULL,
    reward_id INT NOT NULL,
    points_spent INT NOT NULL,
    order_id INT(7),
    redeemed_at TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP,
    FOREIGN KEY (user_id) REFERENCES loyalty_users (user_id) ON DELETE CASCADE,
    FOREIGN KEY (reward_id) REFERENCES loyalty_rewards (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;;
-- Credits a purchase by the member's tier when it is completed.
CREATE TRIGGER after_compra_complete AFTER UPDATE ON Compra FOR EACH ROW
BEGIN
    DECLARE held INT;
    DECLARE rate DECIMAL(3,2);
    DECLARE given INT;
    IF NEW.estado = 'completado' AND OLD.estado <> 'completado' THEN
        SELECT total_points, CASE current_tier WHEN 'cafe_plata' THEN 1.2 WHEN 'cafe_oro' THEN 1.5
            WHEN 'cafe_diamante' THEN 2.0 ELSE 1.0 END
            INTO held, rate FROM loyalty_users WHERE user_id = NEW.usuario_ID;
        IF held IS NOT NULL THEN
            SET given = FLOOR(NEW.total / 100 * rate);
            INSERT INTO loyalty_transactions
                (user_id, transaction_type, points_amount, order_id, description, balance_before, balance_after)
                VALUES (NEW.usuario_ID, 'earn', given, NEW.compra_ID, 'Compra', held, held + given);
            UPDATE loyalty_users SET total_points = total_points + given, total_visits = total_visits + 1,
                total_spent = total_spent + NEW.total, last_visit = NOW() WHERE user_id = NEW.usuario_ID;
        END IF;
    END IF;
END;;
SET foreign_key_checks = 0, sql_mode = '', time_zone = '-03:00';;
INSERT INTO Usuario (usuario_ID, nombre, apellidos, correo) VALUES
    (1, 'Ana', 'Soto Muñoz', 'ana@example.cl'),
    (2, 'Bea ☕', 'Ñandú', 'shared@example.cl'),
    (3, 'Leo', NULL, 'Shared@Example.CL'),
    (4, 'Eva', 'Rojas', 'eva@example.cl'),
    (6, NULL, NULL, 'no-email'),
    (7, 'Iván', 'Díaz', ''),
    (8, 'Sol\tMaría', 'Paz', 'sol@example.cl'),
    (9, 'Noé', 'Gil', 'noe@example.cl'),
    (10, 'No', 'Member', 'none@example.cl');;
INSERT INTO Compra (compra_ID, usuario_ID, fecha_compra, total, estado) VALUES
    (1, 1, '2026-02-14 12:00:00', 12990.00, 'pendiente'),
    (2, 1, '2026-03-01 09:15:00', 4300.00, 'pendiente'),
    (3, 7, '2026-03-02 10:00:00', 10000.00, 'pendiente'),
    (4, 9, '2026-03-03 10:00:00', 12990.50, 'pendiente'),
    (5, 8, NULL, NULL, 'pendiente'),
    (6, 10, '2026-03-04 10:00:00', 9000.00, 'completado');;
INSERT INTO loyalty_users (user_id, total_points, current_tier, join_date, last_visit, total_visits, total_spent) VALUES
    (1, 0, 'cafe_bronze', '2025-03-02 10:00:00', NULL, 0, 0),
    (2, 6000, 'cafe_bronze', '2025-04-02 10:00:00', '2026-01-05 18:00:00', 12, 60000),
    (3, 500, 'cafe_bronze', '2025-05-02 10:00:00', NULL, 0, 0),
    (4, -4900, 'cafe_bronze', '2025-06-02 10:00:00', NULL, 0, 0),
    (5, 70, 'cafe_bronze', '2025-07-02 10:00:00', NULL, 1, 7000),
    (6, 0, 'gold', NULL, NULL, NULL, NULL),
    (7, 0, 'cafe_bronze', '2025-08-02 10:00:00', NULL, 0, 0),
    (8, 80000, 'cafe_diamante', '2025-01-02 10:00:00', '2026-02-01 10:00:00', 3, 30000),
    (9, 0, 'cafe_plata', '2025-09-02 10:00:00', NULL, 0, 0);;
-- The trigger books these: points of the third twice, because it is cancelled in between.
UPDATE Compra SET estado = 'completado' WHERE compra_ID IN (1, 2, 3, 4);;
UPDATE Compra SET estado = 'cancelado' WHERE compra_ID = 3;;
UPDATE Compra SET estado = 'completado' WHERE compra_ID = 3;;
UPDATE Compra SET estado = 'cancelado' WHERE compra_ID = 2;;
INSERT INTO loyalty_transactions
    (user_id, transaction_type, points_amount, order_id, description, balance_before, balance_after) VALUES
    (2, 'earn', 5900, NULL, 'Puntos', 0, 5900),
    (2, 'bonus', 100, NULL, 'Regalo', 5900, 6000),
    (3, 'earn', 300, NULL, 'Puntos', 0, 300),
    (4, 'earn', 100, NULL, 'Puntos', 0, 100),
    (4, 'earn', -5000, NULL, 'Puntos', 100, -4900),
    (5, 'earn', 70, 900, 'Puntos', 0, 70),
    (8, 'earn', 89500, NULL, 'Puntos', 0, 89500),
    (8, 'redeem', -1500, NULL, 'Canje', 89500, 88000),
    (8, 'redeem', -8000, NULL, 'Canje', 88000, 80000),
    (99, 'earn', 10, NULL, 'Puntos', 0, 10);;
INSERT INTO loyalty_tier_config (tier_name, display_name, points_required, points_multiplier, discount_percent) VALUES
    ('cafe_bronze', 'Café Bronze', 0, 1.00, 5.00), ('cafe_plata', 'Café Plata', 5000, 1.20, 10.00),
    ('cafe_oro', 'Café Oro', 20000, 1.50, 15.00), ('cafe_diamante', 'Café Diamante', 75000, 2.00, 20.00);;
INSERT INTO loyalty_rewards (id, name, description, points_cost, discount_percent, tier_required, max_uses_per_user) VALUES
    (1, 'Café Americano Gratis', 'valor $1.500', 1500, 100.00, 'cafe_bronze', 1),
    (5, 'Experiencia Café-VT Completa', NULL, 8000, 100.00, 'cafe_diamante', 1),
    (10, 'Taza grande', 'Una taza', 700, NULL, 'cafe_bronze', NULL);;
INSERT INTO loyalty_redemptions (user_id, reward_id, points_spent, order_id, redeemed_at) VALUES
    (8, 1, 1500, NULL, '2026-01-10 10:00:00'),
    (8, 5, 8000, NULL, '2026-02-10 10:00:00'),
    (8, 77, 0, NULL, '2026-02-11 10:00:00'),
    (98, 1, 1500, NULL, '2026-02-12 10:00:00');;
