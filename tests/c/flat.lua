-- Reads the flat header as LuaJIT does, and prints the sizes and values of names: `flat.lua HEADER NAME…`.

local ffi = require("ffi")

local header = assert(io.open(arg[1]))
ffi.cdef(header:read("*a"))
header:close()
local library = ffi.load("libloyalty.so.1")
for place = 2, #arg do
    local name = arg[place]
    print(name .. " " .. (name:upper() == name and library[name] or ffi.sizeof(name)))
end
-- What is read so can be called.
local options = ffi.new("loyalty_options", { size = ffi.sizeof("loyalty_options"), database = "sqlite::memory:" })
local engine, problem = ffi.new("loyalty_engine *[1]"), ffi.new("loyalty_error *[1]")
assert(library.loyalty_open(options, engine, problem) == library.LOYALTY_OK)
local earn = ffi.new("loyalty_earn_points_args", { size = ffi.sizeof("loyalty_earn_points_args"), user_id = 7 })
earn.amount.digits = 12990
local receipt = ffi.new("loyalty_earn_points_reply", { size = ffi.sizeof("loyalty_earn_points_reply") })
assert(library.loyalty_earn_points(engine[0], earn, receipt, problem) == library.LOYALTY_OK)
assert(receipt.points_earned == 129 and ffi.string(receipt.tier) == "cafe_bronze")
earn.user_id = -1
assert(library.loyalty_earn_points(engine[0], earn, receipt, problem) == library.LOYALTY_INVALID)
assert(ffi.string(library.loyalty_error_code(problem[0])) == "invalid")
library.loyalty_error_free(problem[0])
library.loyalty_close(engine[0])
