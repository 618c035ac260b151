'use strict';

// The loyalty engine for Node: the installed library, called by koffi. There is nothing to build.

const koffi = require('koffi');

const library = koffi.load('libloyalty.so.1');
koffi.opaque('loyalty_engine');
koffi.opaque('loyalty_error');
const Options = koffi.struct('loyalty_options', {
    size: 'uint32_t',
    reserved: 'uint32_t',
    database: 'const char *',
    program: 'const char *',
    reserved_words: koffi.array('uint64_t', 4),
});
// As in loyalty.flat.h, with what koffi asks to know besides: which pointers are written.
const open = library.func('int loyalty_open(const loyalty_options *options, _Out_ loyalty_engine **engine, _Out_ loyalty_error **error)');
const close = library.func('void loyalty_close(loyalty_engine *engine)');
const call = library.func('int loyalty_call(const loyalty_engine *engine, const char *name, const char *arguments, unsigned long arguments_length, _Out_ void **reply, _Out_ loyalty_error **error)');
const freeText = library.func('void loyalty_string_free(void *text)');
const code = library.func('const char *loyalty_error_code(const loyalty_error *error)');
const message = library.func('const char *loyalty_error_message(const loyalty_error *error)');
const guestMessage = library.func('const char *loyalty_error_guest_message(const loyalty_error *error, const char *locale)');
const details = library.func('const char *loyalty_error_details(const loyalty_error *error)');
const freeError = library.func('void loyalty_error_free(loyalty_error *error)');

/** A call failed. `code` is stable and made for programs, `guest` for guests, the message for a developer's log. */
class LoyaltyError extends Error {
    constructor(error) {
        super(message(error));
        this.code = code(error);
        this.guest = guestMessage(error, null);
        this.details = JSON.parse(details(error));
    }
}

/** The call is wrong; `details.field` names what to mend. */
class Invalid extends LoyaltyError {}
/** The thing named does not exist. */
class NotFound extends LoyaltyError {}
/** The programme says no; `details` say what is missing. */
class Refused extends LoyaltyError {}
/** The same key was used before with other arguments. */
class Conflict extends LoyaltyError {}
/** The database cannot serve the call now: try again. */
class Unavailable extends LoyaltyError {}

const KINDS = { 1: Invalid, 2: NotFound, 3: Refused, 4: Conflict, 5: Unavailable };

function check(status, error) {
    if (status === 0) {
        return;
    }
    try {
        throw new (KINDS[status] ?? LoyaltyError)(error[0]);
    } finally {
        freeError(error[0]);
    }
}

/** An open engine. Its calls are synchronous: they end when the database has answered. */
class Engine {
    #engine;

    constructor(database, program = null) {
        const [engine, error] = [[null], [null]];
        const options = { size: koffi.sizeof(Options), reserved: 0, database, program, reserved_words: [0, 0, 0, 0] };
        check(open(options, engine, error), error);
        this.#engine = engine[0];
    }

    /** Runs any operation. Money comes back as a decimal string. */
    call(operation, args = {}) {
        const text = JSON.stringify(args);
        const [reply, error] = [[null], [null]];
        check(call(this.#engine, operation, text, Buffer.byteLength(text), reply, error), error);
        try {
            return JSON.parse(koffi.decode(reply[0], 'char', -1));
        } finally {
            freeText(reply[0]);
        }
    }

    /** Closes the engine; a second time does nothing. */
    close() {
        close(this.#engine);
    }
}

module.exports = { Engine, LoyaltyError, Invalid, NotFound, Refused, Conflict, Unavailable };
