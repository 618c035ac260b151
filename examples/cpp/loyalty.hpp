// The engine for C++: it closes itself, throws its errors, and speaks JSON by nlohmann's library.
#pragma once

#include <loyalty.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace loyalty {

// Why a call failed. `code` is stable and made for programs, `what` for a developer's log.
class Error : public std::runtime_error {
public:
    explicit Error(loyalty_error *error)
        : std::runtime_error(loyalty_error_message(error)), status(loyalty_error_status(error)),
          code(loyalty_error_code(error)), details(nlohmann::json::parse(loyalty_error_details(error)))
    {
        loyalty_error_free(error);
    }

    loyalty_status status;
    std::string code;
    nlohmann::json details;
};

// May be used by any number of threads at once.
class Engine {
public:
    explicit Engine(const std::string &database)
    {
        loyalty_options options{};
        options.size = sizeof options;
        options.database = database.c_str();
        loyalty_error *error = nullptr;
        const loyalty_status status = loyalty_open(&options, &engine_, &error);
        check(status, error);
    }

    ~Engine() { loyalty_close(engine_); }
    Engine(const Engine &) = delete;
    Engine &operator=(const Engine &) = delete;

    // Any operation by its name.
    nlohmann::json call(const char *operation, const nlohmann::json &arguments) const
    {
        const std::string text = arguments.dump();
        char *answer = nullptr;
        loyalty_error *error = nullptr;
        const loyalty_status status = loyalty_call(engine_, operation, text.data(), text.size(), &answer, &error);
        check(status, error);
        const std::unique_ptr<char, void (*)(char *)> reply(answer, loyalty_string_free);
        return nlohmann::json::parse(reply.get());
    }

    // An operation that has structs, like `engine.run(loyalty_earn_points, order)`.
    template <class Arguments, class Reply>
    Reply run(loyalty_status (*operation)(const loyalty_engine *, const Arguments *, Reply *, loyalty_error **),
              Arguments arguments) const
    {
        arguments.size = sizeof arguments;
        Reply reply{};
        reply.size = sizeof reply;
        loyalty_error *error = nullptr;
        const loyalty_status status = operation(engine_, &arguments, &reply, &error);
        check(status, error);
        return reply;
    }

private:
    static void check(loyalty_status status, loyalty_error *error)
    {
        if (status != LOYALTY_OK)
            throw Error(error);
    }

    loyalty_engine *engine_ = nullptr;
};

}  // namespace loyalty
