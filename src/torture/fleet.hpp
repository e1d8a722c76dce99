// The replicas that a run starts itself; none where the gateway runs already. For the main thread.
#pragma once

#include "http/origin.hpp"
#include "torture/plan.hpp"
#include "torture/replica_process.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace cloche::torture {

class fleet {
public:
    /// All of `what.start`, one after the other. `apis`: the URL of the API for each; `folder`: for
    /// the logs. False if one does not take connections; `why` says so, with the end of its log.
    bool start(
        const gateway_plan& what,
        const std::vector<std::string>& apis,
        const std::string& folder,
        std::string& why
    );
    /// Until it takes connections; as start().
    bool restart(std::size_t index, std::string& why);

    std::size_t size() const noexcept { return all_.size(); }
    replica_process& process(std::size_t index) { return all_.at(index).process; }
    std::vector<http::origin> origins() const;

private:
    struct replica {
        replica_process process;
        http::origin where;
    };
    std::vector<replica> all_;
};

}  // namespace cloche::torture
