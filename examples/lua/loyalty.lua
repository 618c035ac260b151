-- The loyalty engine for LuaJIT: the installed library, called by ffi. There is nothing to build; JSON is lua-cjson's.

local ffi, json = require("ffi"), require("cjson")

local function contents(path)
    local file = assert(io.open(path))
    local text = file:read("*a")
    file:close()
    return text
end

-- The flat header beside loyalty.h is written for this.
local pkg_config = assert(io.popen("pkg-config --variable=includedir loyalty"))
ffi.cdef(contents(pkg_config:read("*l") .. "/loyalty.flat.h"))
pkg_config:close()
local library = ffi.load("libloyalty.so.1")

-- Raises what a call failed with: `code` is stable and made for programs, `guest` for guests, `message` for a log.
local function check(status, problem)
    if status == library.LOYALTY_OK then return end
    local failed = {
        status = status,
        code = ffi.string(library.loyalty_error_code(problem[0])),
        message = ffi.string(library.loyalty_error_message(problem[0])),
        guest = ffi.string(library.loyalty_error_guest_message(problem[0], nil)),
        details = json.decode(ffi.string(library.loyalty_error_details(problem[0]))),
    }
    library.loyalty_error_free(problem[0])
    error(setmetatable(failed, { __tostring = function(self) return self.code .. ": " .. self.message end }))
end

local Engine = {}
Engine.__index = Engine

-- Runs any operation; the reply is a table, in which a null is json.null.
function Engine:call(operation, arguments)
    local text = json.encode(arguments)
    local reply, problem = ffi.new("char *[1]"), ffi.new("loyalty_error *[1]")
    check(library.loyalty_call(self.pointer, operation, text, #text, reply, problem), problem)
    local answer = ffi.string(reply[0])
    library.loyalty_string_free(reply[0])
    return json.decode(answer)
end

-- Closes the engine; a second time does nothing.
function Engine:close()
    library.loyalty_close(ffi.gc(self.pointer, nil))
end

local loyalty = { REFUSED = library.LOYALTY_REFUSED }

function loyalty.open(database)
    local options = ffi.new("loyalty_options", { size = ffi.sizeof("loyalty_options"), database = database })
    local engine, problem = ffi.new("loyalty_engine *[1]"), ffi.new("loyalty_error *[1]")
    check(library.loyalty_open(options, engine, problem), problem)
    return setmetatable({ pointer = ffi.gc(engine[0], library.loyalty_close) }, Engine)
end

return loyalty
