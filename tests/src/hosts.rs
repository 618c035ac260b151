//! The manual of the functions that name the page's own connection.

use std::fmt::Write as _;

/// The manual of `loyalty_use_pdo`.
const PDO: &str = "\
From now on, until the request ends, every function works on this connection, SQLite or MySQL, and inside the
transaction that is open on it: the order and its points are committed or undone as one.

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

Without an open transaction each call is one of its own, and the engine itself begins it again after a deadlock. In a
transaction of the page only the page can, since it has written in it, too: it begins again, with everything in it,
after the reasons `transaction_undone` (the database has undone it as a whole, because of a deadlock mostly) and
`database_busy` (another writer was faster), and after the same errors of its own statements, as above. Any other
error of a call has undone only that call, and the transaction goes on. Locks that a call takes are held until the
transaction ends: call late in it, and always in the same order. On SQLite a transaction that reads before it writes
is refused as soon as another writes: write first.

A framework or a worker connects anew, or to another server: give a closure, `fn () => $em->getConnection()
->getNativeConnection()`. It is asked at the first call and at each one after it, so that the engine works where the
page does. While an earlier connection has a transaction open in which calls have written, a call on another one is
refused (`connection_changed`). A closure that throws, or returns something else, is `connection_not_given`, with what
it threw as the previous exception.

After a deadlock on a server nothing of the page's transaction is left. PDO is told so: `inTransaction()` is false, and
`commit()` and `rollBack()` throw, so that who has overlooked the error does not believe that the order is there. A
framework rolls back whatever has happened, and loses the cause by that second error. For it there is
`after_deadlock: 'empty_transaction'`: a transaction stands in place of the other that is empty and only reads.
`rollBack()` ends it, writes before that fail (1792), further calls are `transaction_undone`, and the previous
exception is the `PDOException` with SQLSTATE 40001 by which frameworks begin again. Let no error be swallowed then:
`commit()` succeeds, of nothing. Frameworks that roll back to savepoints find those that are named by `savepoints`
(of Doctrine `DOCTRINE2_SAVEPOINT_2` and so on; Laravel needs none).

The attributes of the connection are as before after each call, in whatever way they are set. Read
`lastInsertId()` before a call, which inserts rows of its own. An answer that the page has not read to its end
(an unbuffered query) must be read or freed before a call: `connection_busy`. The first call for a new database makes
tables, so name the connection before the transaction begins. It is kept until the request ends: null gives it back, and
the configured database serves again. It is also the only way to share an SQLite file with PDO in one process.";

/// The manual of `loyalty_use_mysqli`.
const MYSQLI: &str = "\
What `loyalty_use_pdo` does, on a mysqli object or one of a class derived from it, as WordPress' `$wpdb->dbh`: from now
on, until the request ends, every function works on this connection, and inside the transaction that is open on it.

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

What is said there of transactions, of when to begin again, and of closures holds here, too: `fn () => $wpdb->dbh`
follows WordPress when it connects anew. A transaction is found however it was begun, by a method, a statement or
`autocommit(false)`. What mysqli does with errors (`mysqli_report`) is the page's again after each call, and so are the
settings of the session.

mysqli does not know whether a transaction is open, and its `commit()` and `rollback()` never complain. So after a
deadlock an empty transaction stands in place of the page's that only reads: `rollback()` ends it, and what is written
before that fails (1792) and is not committed without the rest. `after_deadlock: 'no_transaction'` leaves nothing. A
deadlock of the page's own statement cannot be seen by the engine: a call after it is one of its own, so end the
transaction at once. The previous exception of an error is a `mysqli_sql_exception` with the server's number and
SQLSTATE, whether mysqli throws for the page or not.

Read `$mysqli->insert_id`, `affected_rows` and `error` before a call, which has statements of its own. An answer that
the page has not read to its end (`MYSQLI_USE_RESULT`, a statement without `store_result()` or `get_result()`, results
behind `multi_query()`) must be read or freed before a call: `connection_busy`. An object that is closed is
`connection_closed`. The first call for a new database makes tables, so name the connection before the transaction
begins. null gives it back.";

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
clock, for tests and replays. What is null stays as it was; a null that is given for the clock, and not left out, gives
the machine's back. `loyalty_version()` tells the version of the extension.";

/// The entries of the list of functions, whose page is given.
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
            " *\n * @param {class}|(Closure(): {class})|null ${name} the page's connection, or what gives it; null to leave it\n \
             * @param string $prefix stands before the names of the engine's tables\n \
             * @param 'no_transaction'|'empty_transaction' $after_deadlock what stands in place of a transaction that the \
             server has undone\n \
             * @param list<string> $savepoints names of savepoints in the empty transaction\n \
             * @throws LoyaltyInvalidException\n * @throws LoyaltyUnavailableException\n */\n\
             function {}: void {{}}\n",
            manual.signature()
        );
    }
}
