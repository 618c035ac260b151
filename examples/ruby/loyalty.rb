# frozen_string_literal: true

# The loyalty engine for Ruby: the installed library, called by Fiddle. There is nothing to build.

require "fiddle/import"
require "json"

module Loyalty
  # The functions of the library, imported from its flat header, which has each on a line.
  module Library
    extend Fiddle::Importer
    dlload "libloyalty.so.1"
    typealias "loyalty_status", "int"
    header = File.read("#{`pkg-config --variable=includedir loyalty`.chomp}/loyalty.flat.h")
    header.scan(/^\w.*\(.*\);$/) { |prototype| extern prototype }

    Options = struct [
      "unsigned int size", "unsigned int reserved", "char *database", "char *program",
      "unsigned long long reserved_words[4]"
    ]
  end

  # A call failed. `code` is stable and made for programs, `guest` for guests, the message for a developer's log.
  class Error < StandardError
    attr_reader :code, :details, :guest

    def initialize(error)
      super(Library.loyalty_error_message(error).to_s.force_encoding("UTF-8"))
      @code = Library.loyalty_error_code(error).to_s
      @guest = Library.loyalty_error_guest_message(error, nil).to_s.force_encoding("UTF-8")
      @details = JSON.parse(Library.loyalty_error_details(error).to_s.force_encoding("UTF-8"))
    end
  end

  # The call is wrong; `details["field"]` names what to mend.
  class Invalid < Error; end
  # The thing named does not exist.
  class NotFound < Error; end
  # The programme says no; `details` say what is missing.
  class Refused < Error; end
  # The same key was used before with other arguments.
  class Conflict < Error; end
  # The database cannot serve the call now: try again.
  class Unavailable < Error; end

  KINDS = { 1 => Invalid, 2 => NotFound, 3 => Refused, 4 => Conflict, 5 => Unavailable }.freeze

  # A place for a pointer that the library gives.
  def self.place
    Fiddle::Pointer.malloc(Fiddle::SIZEOF_VOIDP, Fiddle::RUBY_FREE)
  end

  def self.check(status, error)
    return if status.zero?

    begin
      raise KINDS.fetch(status, Error).new(error.ptr)
    ensure
      Library.loyalty_error_free(error.ptr)
    end
  end

  # An open engine. Any number of threads may use it at once.
  class Engine
    # Opens an engine for a block, and closes it behind it.
    def self.open(database)
      engine = new(database)
      yield engine
    ensure
      engine&.close
    end

    def initialize(database)
      options = Library::Options.malloc(Fiddle::RUBY_FREE)
      options.to_ptr[0, Library::Options.size] = "\0" * Library::Options.size
      options.size = Library::Options.size
      options.database = database
      engine, error = Loyalty.place, Loyalty.place
      Loyalty.check(Library.loyalty_open(options, engine, error), error)
      @engine = engine.ptr
    end

    # Runs any operation. Money that is no whole number comes back as a string.
    def call(operation, **arguments)
      text = JSON.generate(arguments)
      reply, error = Loyalty.place, Loyalty.place
      Loyalty.check(Library.loyalty_call(@engine, operation, text, text.bytesize, reply, error), error)
      begin
        JSON.parse(reply.ptr.to_s.force_encoding("UTF-8"))
      ensure
        Library.loyalty_string_free(reply.ptr)
      end
    end

    # Closes the engine; a second time does nothing.
    def close
      Library.loyalty_close(@engine)
    end
  end
end
