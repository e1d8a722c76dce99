#include "torture/front_door.hpp"

#include "http/errc.hpp"

#include <utility>

namespace cloche::torture {
namespace {

using runtime::task;

/// Longer than any gateway lets a request wait.
constexpr milliseconds patience{20'000};

}  // namespace

front_door::front_door(runtime::io_threads& threads, std::vector<http::origin> replicas) {
    for (auto& where : replicas)
        doors_.push_back(
            std::make_unique<http::client>(threads, std::move(where), http::client_options())
        );
}

task<result<http::response>> front_door::send(http::request what, std::size_t first) {
    http::fetch_options how;
    how.timeout = patience;
    for (std::size_t tried = 1;; ++tried) {
        auto& door = *doors_.at((first + tried - 1) % doors_.size());
        http::request copy = what;
        auto answer = co_await door.fetch(std::move(copy), how);
        const bool refused = !answer && answer.error() == http::errc::connect_failed;
        if (!refused || tried == doors_.size()) co_return answer;
    }
}

task<void> front_door::send_and_leave(http::request what, std::size_t first, milliseconds stay) {
    http::fetch_options how;
    how.fresh_connection = true;
    how.timeout = stay;
    co_await doors_.at(first % doors_.size())->fetch(std::move(what), how);
}

void front_door::close() {
    for (const auto& door : doors_)
        door->close();
}

}  // namespace cloche::torture
