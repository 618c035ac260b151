//! The manual of the functions that take the page's own connection.

use std::fmt::Write as _;

/// The manual of `loyalty_use_pdo`.
const PDO: &str = "\
From now until the request ends, every function works on this connection (SQLite or MySQL), inside the transaction that
is open on it: the order and its points are committed or rolled back together.

```php
loyalty_use_pdo($pdo);
for ($try = 1; ; $try++) {
    $pdo->beginTransaction();
    try {
        $pdo->prepare('INSERT INTO orders (id, user_id, total) VALUES (?, ?, ?)')->execute(['A-17', 7, 12990]);
        $receipt = loyalty_earn_points(user_id: 7, amount: 12990, order_id: 'A-17');
        $pdo->commit();
        break;
    } catch (Throwable $error) {
        if ($pdo->inTransaction()) {
            $pdo->rollBack();
        }
        $inTheWay = $error instanceof LoyaltyUnavailableException
            ? in_array($error->getReason(), ['transaction_undone', 'database_busy'], true)
            : $error instanceof PDOException && in_array($error->errorInfo[1] ?? 0, [1213, 1205, 1020, 5], true);
        if (!$inTheWay || $try === 9) {
            throw $error;
        }
        usleep(random_int(1_000, 10_000) * $try);
    }
}
```

Without an open transaction, each call has its own transaction, and the engine repeats it after a deadlock. Inside a
transaction of the page, only the page can repeat it, because the page has written in it too. It must begin again and
repeat everything, as above, after the reasons `transaction_undone` (the database has rolled the whole transaction back,
usually because of a deadlock) and `database_busy` (another writer was faster), and after the same errors of its own
statements. Any other error of a call undoes only that call, and the transaction continues. Locks that a call takes are
held until the transaction ends: make the calls late in it, and always in the same order. On SQLite, a transaction that
reads before it writes is refused as soon as another one writes: write first.

A framework or a worker may reconnect, or connect to another server. Then pass a closure, `fn () => $em->getConnection()
->getNativeConnection()`. The engine calls it for every call, so that it always works on the same connection as the page.
While an earlier connection has an open transaction in which calls have written, a call on another connection is refused
(`connection_changed`). If the closure throws or returns something else, the error is `connection_not_given`, with the
thrown exception as the previous one.

After a deadlock on a server, nothing is left of the page's transaction. The engine makes PDO aware of it:
`inTransaction()` is false, and `commit()` and `rollBack()` throw, so a page that overlooked the error cannot believe
that the order was stored. A framework always rolls back, and this second error then hides the cause. For frameworks,
set `after_deadlock: 'empty_transaction'`: an empty, read-only transaction replaces the lost one. `rollBack()` ends it;
until then writes fail (1792) and further calls fail with `transaction_undone`. The previous exception is the
`PDOException` with SQLSTATE 40001, after which frameworks begin again. In this mode, never swallow an error: `commit()`
succeeds but commits nothing. Frameworks that roll back to savepoints need the names in `savepoints` (for Doctrine
`DOCTRINE2_SAVEPOINT_2` and so on; Laravel needs none).

Each call leaves the attributes of the connection as they were. Read `lastInsertId()` before a call, because the call
inserts its own rows. Read or free all results (of an unbuffered query) before a call; otherwise it fails with
`connection_busy`. The first call for a new database creates tables, so pass the connection before the transaction
begins. The engine uses it until the request ends; null releases it, and the configured database is used again. This is
also the only way to share a SQLite file with PDO in one process.";

/// The manual of `loyalty_use_mysqli`.
const MYSQLI: &str = "\
Does what `loyalty_use_pdo` does, for a mysqli object or a subclass of it, such as WordPress' `$wpdb->dbh`: from now
until the request ends, every function works on this connection, inside the transaction that is open on it.

```php
loyalty_use_mysqli($mysqli);
for ($try = 1; ; $try++) {
    $mysqli->begin_transaction();
    try {
        $mysqli->query(\"INSERT INTO orders (id, user_id, total) VALUES ('A-17', 7, 12990)\");
        $receipt = loyalty_earn_points(user_id: 7, amount: 12990, order_id: 'A-17');
        $mysqli->commit();
        break;
    } catch (Throwable $error) {
        $mysqli->rollback();
        $inTheWay = $error instanceof LoyaltyUnavailableException
            ? in_array($error->getReason(), ['transaction_undone', 'database_busy'], true)
            : $error instanceof mysqli_sql_exception && in_array($error->getCode(), [1213, 1205, 1020], true);
        if (!$inTheWay || $try === 9) {
            throw $error;
        }
        usleep(random_int(1_000, 10_000) * $try);
    }
}
```

What that page says about transactions, repeating and closures also holds here: `fn () => $wpdb->dbh` follows WordPress
when it reconnects. The engine recognises a transaction however it was begun: by a method, by a statement or by
`autocommit(false)`. After each call, the error mode (`mysqli_report`) and the settings of the session are as before.

mysqli does not know whether a transaction is open, and its `commit()` and `rollback()` never fail. So after a deadlock
an empty, read-only transaction replaces the page's: `rollback()` ends it, and writes before that fail (1792), so they
cannot be committed without the rest. With `after_deadlock: 'no_transaction'`, no transaction replaces it. The engine
cannot detect a deadlock in a statement of the page: a call after it has its own transaction, so end the page's
transaction at once. The previous exception of an error is a `mysqli_sql_exception` with the server's number and
SQLSTATE, whether mysqli throws for the page or not.

Read `$mysqli->insert_id`, `affected_rows` and `error` before a call, because the call runs its own statements. Read or
free all results before a call (`MYSQLI_USE_RESULT`, a statement without `store_result()` or `get_result()`, further
results of `multi_query()`); otherwise it fails with `connection_busy`. With a closed object it fails with
`connection_closed`. The first call for a new database creates tables, so pass the connection before the transaction
begins. null releases it.";

struct Manual {
    class: &'static str,
    name: &'static str,
    after_deadlock: &'static str,
    text: &'static str,
    gist: &'static str,
}

const MANUALS: [Manual; 2] = [
    Manual {
        class: "PDO",
        name: "pdo",
        after_deadlock: "no_transaction",
        text: PDO,
        gist: "the order and its points in one transaction on the page's own connection",
    },
    Manual {
        class: "mysqli",
        name: "mysqli",
        after_deadlock: "empty_transaction",
        text: MYSQLI,
        gist: "the same on a mysqli object",
    },
];

impl Manual {
    fn signature(&self) -> String {
        let Self { class, name, after_deadlock, .. } = self;
        format!(
            "loyalty_use_{name}({class}|Closure|null ${name}, string $prefix = '', string $after_deadlock = \
             '{after_deadlock}', array $savepoints = [])"
        )
    }
}

/// The manual of `loyalty_configure`.
const CONFIGURE: &str = "\
PHP only: `loyalty_configure(?string $database = null, ?string $program = null, DateTimeInterface|string|null $now = null)`.

Overrides php.ini for the rest of this request: the database, the programme file ('' for the compiled-in one), and the
clock, for tests and replays. An argument that is null stays as it was, except that an explicit null for the clock
restores the machine's clock. `loyalty_version()` returns the version of the extension.";

/// Adds the entries to the list of functions; `page` is the page that they link to.
pub(crate) fn list(list: &mut String, page: &str) {
    let _ = writeln!(
        list,
        "- [loyalty_configure]({page}#loyalty_configure): another database, programme or clock for one request"
    );
    for Manual { name, gist, .. } in &MANUALS {
        let _ = writeln!(list, "- [loyalty_use_{name}]({page}#loyalty_use_{name}): {gist}");
    }
}

/// The sections of the manual.
pub(crate) fn sections(page: &mut String) {
    let _ = writeln!(page, "\n## loyalty_configure\n\n{CONFIGURE}");
    for manual in &MANUALS {
        let signature = manual.signature();
        let _ = writeln!(page, "\n## loyalty_use_{}\n\nPHP only: `{signature}`.\n\n{}", manual.name, manual.text);
    }
}

/// The functions of the stub.
pub(crate) fn stubs(page: &mut String) {
    for manual in &MANUALS {
        page.push_str("\n/**\n");
        for line in manual.text.lines() {
            let _ = writeln!(page, "{}", format!(" * {line}").trim_end());
        }
        let Manual { class, name, .. } = manual;
        let _ = write!(
            page,
            " *\n * @param {class}|(Closure(): {class})|null ${name} the page's connection, or a closure that returns it; null to release it\n \
             * @param string $prefix prefix of the names of the engine's tables\n \
             * @param 'no_transaction'|'empty_transaction' $after_deadlock what replaces a transaction that the server \
             has rolled back\n \
             * @param list<string> $savepoints names of savepoints in the empty transaction\n \
             * @throws LoyaltyInvalidException\n * @throws LoyaltyUnavailableException\n */\n\
             function {}: void {{}}\n",
            manual.signature()
        );
    }
}
