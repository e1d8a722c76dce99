// A program that runs until it is stopped: what the command line starts, alone or
// (demo) two at a time.
#pragma once

#include "config/config.hpp"
#include "gateway/application_route.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cloche::app {

class program {
public:
    virtual ~program() = default;
    /// Drains: takes nothing new, finishes what is on within the configured time. Not
    /// from an I/O thread.
    virtual void stop() = 0;
    /// ADDRESS:PORT of the public listener, as bound.
    virtual std::string address() const = 0;
};

/// Both give null when they cannot start; `why` is one line that says what to do about it.
std::unique_ptr<program> start_gateway(
    config::gateway_config config,
    std::string& why,
    std::vector<gateway::application_route> application = {}
);

class identity_program : public program {
public:
    /// An account that is verified already, for a demonstration; nothing happens if it exists.
    /// False: it could not be made.
    virtual bool make_demo_account(
        const std::string& name, const std::string& email, const std::string& password
    ) = 0;
};
std::unique_ptr<identity_program> start_identity(config::identity_config config, std::string& why);

}  // namespace cloche::app
