#include "db/redis_console.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace cloche::db {
namespace {

constexpr std::chrono::milliseconds limit{2'000};

/// Runs `work` to its end in this thread.
template <class T>
T run(boost::asio::io_context& loop, runtime::task<T> work) {
    std::optional<T> outcome;
    std::exception_ptr thrown;
    const auto finish = [&](std::exception_ptr failure, T value) {
        thrown = std::move(failure);
        outcome.emplace(std::move(value));
    };
    boost::asio::co_spawn(loop, std::move(work), finish);
    loop.restart();
    while (!outcome)
        loop.run_one();
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*outcome);
}

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
    const auto failed = run(made->loop, made->link.connect(std::move(where), limit));
    if (!failed) return std::unique_ptr<redis_console>(new redis_console(std::move(made)));
    why = made->link.words();
    return failed;
}

result<redis_link::replies> redis_console::call(const redis_commands& commands) {
    return run(state_->loop, state_->link.call(commands, limit));
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
