//! Why a call is `unavailable`: a closed list, whose codes are part of the contract.

/// Defines the list: each entry is a variant, its code, and what it means.
macro_rules! faults {
    ($($variant:ident $code:literal $meaning:literal)*) => {
        /// Why a call is `unavailable`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Fault {
            $(#[doc = $meaning] $variant,)*
        }

        impl Fault {
            /// All faults, for the reference.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable code; `docs/reference/errors.md` lists them all.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)*
                }
            }

            /// What it means, and what to do about it.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Self::$variant => $meaning,)*
                }
            }
        }
    };
}

faults! {
    DatabaseBusy "database_busy" "other writers held the database for longer than `busy_timeout_ms`; try again"
    TransactionUndone "transaction_undone"
        "on the page's connection: the database has rolled back the page's whole transaction, usually after a \
         deadlock; begin it again and repeat everything in it"
    DatabaseUnprepared "database_unprepared"
        "on the page's connection: the tables or the programme are new to the database; pass the connection before \
         the transaction begins"
    ConnectionBusy "connection_busy"
        "the page has not read all results on its connection; read or free them before the call"
    ConnectionChanged "connection_changed"
        "earlier calls have written in an open transaction, and the page's connection is now a different one"
    ConnectionClosed "connection_closed" "the page's mysqli object is not connected"
    ConnectionNotGiven "connection_not_given"
        "the closure that gives the page's connection threw, or returned something else"
    DatabaseClosed "database_closed"
        "the page's connection is in use by the engine, or belongs to another process; pass it again"
    DatabaseUnopened "database_unopened" "the file cannot be opened: its folder must exist and be writable"
    DatabaseUnsupported "database_unsupported" "this build of the engine has no driver for such a database"
    DatabaseReadOnly "database_read_only" "the file cannot be written"
    DatabaseFull "database_full" "the disk is full"
    DatabaseIoFailed "database_io_failed" "the disk or the file system failed"
    DatabaseTableMissing "database_table_missing"
        "a table of the engine is missing: it was dropped, or `prefix` is wrong"
    DatabaseCorrupt "database_corrupt" "the file is not a SQLite database or is damaged, or a row cannot be read"
    DatabaseNewer "database_newer" "the file was written by a newer engine"
    DatabaseSharedInProcess "database_shared_in_process"
        "this process has the file open by other means (PDO, fopen), or the extension has opened it itself; see \
         `loyalty_use_pdo`"
    DatabaseReplaced "database_replaced"
        "the file, or the `-wal` beside it, was deleted or replaced while it was open; nothing was written, and the \
         next call opens the file that is there then. A program that had the file open does not create it again"
    DatabaseLockLost "database_lock_lost"
        "something in this process closed the file and dropped the engine's lock; nothing was written"
    DatabaseUnsynced "database_unsynced" "the commit could not be written to the disk"
    DatabaseUnreachable "database_unreachable" "no server of the setting answers"
    DatabaseUntrusted "database_untrusted"
        "TLS is required, and the server has none, or its certificate is for another name or from an unknown \
         authority"
    DatabaseLost "database_lost"
        "the connection was lost repeatedly until `busy_timeout_ms` was over; nothing was written"
    DatabaseNotReady "database_not_ready" "the node of the cluster has no majority; try again"
    DatabaseOutcomeUnknown "database_outcome_unknown"
        "the answer to the commit was lost, and the engine could not find it out in time; repeat the call with its \
         key or order"
    DatabaseForeign "database_foreign" "the database has a table `loyalty_users` of another system; set a `prefix`"
    DatabaseOtherCurrency "database_other_currency"
        "the money in the database is in the currency `details.currency`, and the programme counts in \
         `details.program_currency`"
    DatabaseOtherDigestKey "database_other_digest_key"
        "the digests in the database were made with another `digest_key`: name the file that the database began with"
    DatabaseOtherNumber "database_other_number"
        "the database has another number than the setting `database_number` says"
    ArchiveNeeded "archive_needed"
        "this needs entries that are in the archive: open the database with `archive=` and the file that `loyalty \
         archive` wrote"
    ArchiveForeign "archive_foreign" "the file named by `archive` is not the archive of this database"
    DatabaseUnfinished "database_unfinished"
        "a `loyalty copy` into the database was not completed: run it again, or drop the database"
    CopyDiffers "copy_differs" "a copy is not the same as its source; its target stays closed"
    ClockAhead "clock_ahead"
        "the clock is ahead of the newest record by more than `clock.max_jump_days` of the programme; nothing was \
         written: correct the clock, or open the database once with `trust_clock=on`"
    DatabaseError "database_error" "any other error of the database"
    CodesExhausted "codes_exhausted" "no free code was found: set longer codes in the programme"
    Entropy "entropy" "the operating system supplies no random numbers"
    NoSigningKey "no_signing_key"
        "the setting `signing_key` is missing: PHP `loyalty.signing_key`, elsewhere `?signing_key=` after the \
         database; it names a file"
    NotConfigured "not_configured" "PHP: `loyalty.database` is not set"
}
