#include "db/redis_console.hpp"

#include "runtime/run_blocking.hpp"

#include <boost/asio/io_context.hpp>

#include <utility>

namespace cloche::db {
namespace {

constexpr std::chrono::milliseconds limit{2'000};

}  // namespace

struct redis_console::state {
    boost::asio::io_context loop{1};
    redis_link link{loop.get_executor(), runtime::deadline_wheel::of(loop)};
};

redis_console::redis_console(std::unique_ptr<state> with) : state_(std::move(with)) {}
redis_console::~redis_console() = default;

result<std::unique_ptr<redis_console>> redis_console::open(
    std::shared_ptr<const redis_target> where, std::string& why
) {
    auto made = std::make_unique<state>();
    const auto failed =
        runtime::run_blocking(made->loop, made->link.connect(std::move(where), limit));
    if (!failed) return std::unique_ptr<redis_console>(new redis_console(std::move(made)));
    why = made->link.words();
    return failed;
}

result<redis_link::replies> redis_console::call(const redis_commands& commands) {
    return runtime::run_blocking(state_->loop, state_->link.call(commands, limit));
}

redis_value redis_console::ask(std::initializer_list<std::string_view> words) {
    redis_commands command;
    command.add(words);
    auto answers = call(command);
    if (answers) return std::move(answers->front());
    redis_value gone;
    gone.is = redis_value::kind::failure;
    gone.text = state_->link.words();
    return gone;
}

}  // namespace cloche::db
