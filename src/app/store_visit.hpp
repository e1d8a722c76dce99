// The sessions in the store of a configuration, for a command that runs beside its gateways.
#pragma once

#include "config/config.hpp"
#include "session/record.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cloche::app {

/// One thread; each call blocks until the store has answered.
class store_visit {
public:
    /// Null: `why` is one line that says what to do about it.
    static std::unique_ptr<store_visit> begin(
        const config::gateway_config& config, std::string& why
    );
    ~store_visit();
    store_visit(const store_visit&) = delete;
    store_visit& operator=(const store_visit&) = delete;

    /// The sessions of one person that are not over, newest first. Errors: those of `session`.
    result<std::vector<session::record_ptr>> sessions_of(const std::string& subject);
    /// Ends the session: gateways know within a second, and tell the API. True: it was not over.
    result<bool> end(const session::id_hash& id);

private:
    struct parts;
    explicit store_visit(std::unique_ptr<parts> opened) noexcept;

    std::unique_ptr<parts> parts_;
};

}  // namespace cloche::app
