// The gateway as browsers reach it: replicas behind a balancer that sends each request anywhere,
// and elsewhere where nobody answers.
#pragma once

#include "base/clock.hpp"
#include "http/client.hpp"
#include "runtime/io_threads.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

namespace cloche::torture {

class front_door {
public:
    /// `replicas`: at least one, plain http.
    front_door(runtime::io_threads& threads, std::vector<http::origin> replicas);

    std::size_t replicas() const noexcept { return doors_.size(); }

    /// At the replica `first`, or at the next one that takes connections. Errors: as
    /// http::client::fetch.
    runtime::task<result<http::response>> send(http::request what, std::size_t first);

    /// Sends it and goes away after `stay`, or with the answer if that comes before.
    runtime::task<void> send_and_leave(http::request what, std::size_t first, milliseconds stay);

    /// For the end of the run, on each I/O thread.
    void close();

private:
    std::vector<std::unique_ptr<http::client>> doors_;
};

}  // namespace cloche::torture
