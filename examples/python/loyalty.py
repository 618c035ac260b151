"""The loyalty engine for Python: the installed library, called by ctypes. There is nothing to build."""

import ctypes
import json
from ctypes import POINTER, byref, c_char_p, c_int32, c_size_t, c_uint32, c_uint64, c_void_p
from decimal import Decimal

ABI_VERSION = 1
_INVALID, _NOT_FOUND, _REFUSED, _CONFLICT, _UNAVAILABLE, _INTERNAL = range(1, 7)


class _Options(ctypes.Structure):
    _fields_ = [
        ("size", c_uint32),
        ("reserved", c_uint32),
        ("database", c_char_p),
        ("program", c_char_p),
        ("reserved_words", c_uint64 * 4),
    ]


_library = ctypes.CDLL(f"libloyalty.so.{ABI_VERSION}")
for _name, _result, *_arguments in [
    ("open", c_int32, POINTER(_Options), POINTER(c_void_p), POINTER(c_void_p)),
    ("close", None, c_void_p),
    ("call", c_int32, c_void_p, c_char_p, c_char_p, c_size_t, POINTER(c_void_p), POINTER(c_void_p)),
    ("string_free", None, c_void_p),
    ("error_code", c_char_p, c_void_p),
    ("error_message", c_char_p, c_void_p),
    ("error_details", c_char_p, c_void_p),
    ("error_free", None, c_void_p),
]:
    _function = getattr(_library, f"loyalty_{_name}")
    _function.restype, _function.argtypes = _result, _arguments


class LoyaltyError(Exception):
    """A call failed. `code` is stable and made for programs, the message for a developer's log."""

    def __init__(self, code, message, details):
        super().__init__(message)
        self.code, self.details = code, details


class Invalid(LoyaltyError):
    """The call is wrong; `details["field"]` names what to mend."""


class NotFound(LoyaltyError):
    """The thing named does not exist."""


class Refused(LoyaltyError):
    """The programme says no; `details` say what is missing."""


class Conflict(LoyaltyError):
    """The same key was used before with other arguments."""


class Unavailable(LoyaltyError):
    """The database cannot serve the call now: try again."""


_ERRORS = {
    _INVALID: Invalid,
    _NOT_FOUND: NotFound,
    _REFUSED: Refused,
    _CONFLICT: Conflict,
    _UNAVAILABLE: Unavailable,
}


def _check(status, error):
    if status == 0:
        return
    try:
        texts = [read(error).decode() for read in (_library.loyalty_error_code, _library.loyalty_error_message)]
        details = json.loads(_library.loyalty_error_details(error))
    finally:
        _library.loyalty_error_free(error)
    raise _ERRORS.get(status, LoyaltyError)(*texts, details)


class Engine:
    """An open engine. Any number of threads may use it at once."""

    def __init__(self, database, program=None):
        options = _Options(size=ctypes.sizeof(_Options), database=database.encode())
        options.program = program.encode() if program else None
        self._engine, error = c_void_p(), c_void_p()
        _check(_library.loyalty_open(byref(options), byref(self._engine), byref(error)), error)

    def call(self, operation, **arguments):
        """Runs any operation. Money may be a Decimal; what is no whole number comes back as one."""
        text = json.dumps(arguments, default=str).encode()
        reply, error = c_void_p(), c_void_p()
        status = _library.loyalty_call(
            self._engine, operation.encode(), text, len(text), byref(reply), byref(error)
        )
        _check(status, error)
        try:
            return json.loads(ctypes.string_at(reply.value), parse_float=Decimal)
        finally:
            _library.loyalty_string_free(reply)

    def close(self):
        """Closes the engine; a second time does nothing."""
        _library.loyalty_close(self._engine)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
