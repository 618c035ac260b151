"""Reads the flat header as cffi does, and prints the sizes and values of names: `flat.py HEADER NAME…`."""

import sys

import cffi

reader = cffi.FFI()
with open(sys.argv[1], encoding="utf-8") as header:
    reader.cdef(header.read())
library = reader.dlopen("libloyalty.so.1")
for name in sys.argv[2:]:
    print(name, getattr(library, name) if name.isupper() else reader.sizeof(name))
# What is read so can be called.
options = reader.new("loyalty_options *", {"size": reader.sizeof("loyalty_options")})
database = options.database = reader.new("char[]", b"sqlite::memory:")
engine, error = reader.new("loyalty_engine **"), reader.new("loyalty_error **")
assert library.loyalty_open(options, engine, error) == library.LOYALTY_OK
earn = reader.new("loyalty_earn_points_args *", {"size": reader.sizeof("loyalty_earn_points_args"), "user_id": 7})
earn.amount.digits = 12990
receipt = reader.new("loyalty_earn_points_reply *", {"size": reader.sizeof("loyalty_earn_points_reply")})
assert library.loyalty_earn_points(engine[0], earn, receipt, error) == library.LOYALTY_OK
assert (receipt.points_earned, reader.string(receipt.tier)) == (129, b"cafe_bronze")
earn.user_id = -1
assert library.loyalty_earn_points(engine[0], earn, receipt, error) == library.LOYALTY_INVALID
assert reader.string(library.loyalty_error_code(error[0])) == b"invalid"
library.loyalty_error_free(error[0])
library.loyalty_close(engine[0])
