#include "db/redis_link.hpp"

#include "db/errc.hpp"

#include <sys/socket.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <cerrno>

namespace cloche::db {

namespace asio = boost::asio;
using asio::ip::tcp;
using runtime::task;
using runtime::use_task;

namespace {

constexpr std::size_t space_size = 16 * 1024;

}  // namespace

redis_link::redis_link(const runtime::io_executor& home, runtime::deadline_wheel& wheel)
    : socket_(home),
      limit_(wheel, this, runtime::calls<&redis_link::on_limit>),
      space_(std::make_unique<char[]>(space_size)) {}

redis_link::~redis_link() {
    close();
}

void redis_link::limit(milliseconds span) {
    late_ = false;
    limit_.arm(span);
}

void redis_link::on_limit() {
    late_ = true;
    if (lookup_) lookup_->leave();
    error ignored;
    socket_.cancel(ignored);
}

void redis_link::close() noexcept {
    limit_.disarm();
    if (lookup_) lookup_->leave();
    error ignored;
    socket_.close(ignored);
}

error redis_link::fail(std::string why) {
    words_ = std::move(why);
    close();
    return make_error_code(errc::unavailable);
}

bool redis_link::is_dead() noexcept {
    char byte = 0;
    const auto got = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

task<error> redis_link::connect(std::shared_ptr<const redis_target> where, milliseconds span) {
    const auto until = std::chrono::steady_clock::now() + span;
    limit(span);
    const bool opened = co_await open(*where);
    limit_.disarm();
    if (!opened) co_return fail("cannot connect to " + where->address() + ": " + words_);
    const auto left =
        std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now());
    const bool entered = co_await enter(*where, std::max(left, milliseconds(1)));
    if (!entered) co_return fail("cannot sign in to " + where->address() + ": " + words_);
    used_ = false;
    co_return error();
}

task<bool> redis_link::open(const redis_target& where) {
    const auto addresses = co_await addresses_of(where);
    words_ = "no address found for the name";
    for (const auto& address : addresses) {
        error failed;
        co_await socket_.async_connect(address, asio::redirect_error(use_task, failed));
        if (!failed && !late_) {
            error ignored;
            socket_.set_option(asio::socket_base::keep_alive(true), ignored);
            if (where.socket.empty()) socket_.set_option(tcp::no_delay(true), ignored);
            co_return true;
        }
        words_ = failed.message();
        // A socket that has failed to connect cannot be used for the next address.
        socket_.close(failed);
        if (late_) break;
    }
    if (late_) words_ = "no answer in time";
    co_return false;
}

// Empty if there is none, or none in time.
task<std::vector<redis_link::protocol::endpoint>> redis_link::addresses_of(const redis_target& where
) {
    std::vector<protocol::endpoint> found;
    if (!where.socket.empty()) {
        found.emplace_back(asio::local::stream_protocol::endpoint(where.socket));
        co_return found;
    }
    lookup_ = runtime::name_lookup::begin(socket_.get_executor(), where.host, where.port);
    co_await lookup_->wait();
    for (const auto& each : lookup_->found())
        found.emplace_back(each);
    lookup_ = nullptr;
    co_return found;
}

task<bool> redis_link::enter(const redis_target& where, milliseconds span) {
    redis_commands greeting;
    if (!where.word.empty() && where.user.empty()) greeting.add({"AUTH", where.word.reveal()});
    if (!where.word.empty() && !where.user.empty())
        greeting.add({"AUTH", where.user, where.word.reveal()});
    if (where.database != 0) greeting.add({"SELECT", std::to_string(where.database)});
    // Something is always asked: a server that has too many clients, or wants a password, says so.
    greeting.add({"PING"});
    const auto answers = co_await call(greeting, span);
    greeting.wipe();
    if (!answers) co_return false;
    for (const auto& answer : *answers) {
        if (!answer.is_failure()) continue;
        words_ = answer.text;
        // Loading and the like pass; what is asked next hears of it.
        if (!answer.failed_with("LOADING") && !answer.failed_with("MASTERDOWN")) co_return false;
    }
    co_return true;
}

task<result<redis_link::replies>> redis_link::call(
    const redis_commands& commands, milliseconds span
) {
    limit(span);
    replies answers;
    answers.reserve(commands.count());
    const bool sent = co_await send(commands.bytes());
    if (!sent) co_return fail(words_);
    while (answers.size() < commands.count()) {
        auto next = parser_.next();
        if (!next) co_return fail("the answer is not of Redis");
        if (*next) {
            answers.push_back(std::move(**next));
            continue;
        }
        const bool received = co_await receive();
        if (!received) co_return fail(words_);
    }
    limit_.disarm();
    used_ = true;
    co_return answers;
}

task<error> redis_link::say(const redis_commands& commands, milliseconds span) {
    limit(span);
    const bool sent = co_await send(commands.bytes());
    if (!sent) co_return fail(words_);
    limit_.disarm();
    co_return error();
}

task<result<std::optional<redis_value>>> redis_link::listen(milliseconds span) {
    limit(span);
    for (;;) {
        auto next = parser_.next();
        if (!next) co_return fail("the answer is not of Redis");
        if (*next) {
            limit_.disarm();
            co_return std::move(*next);
        }
        const bool received = co_await receive();
        if (received) continue;
        if (late_ && is_open()) co_return std::optional<redis_value>();
        co_return fail(words_);
    }
}

task<bool> redis_link::send(const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size() && !late_) {
        // Mostly the kernel takes all of it at once.
        const auto some = ::send(
            socket_.native_handle(),
            bytes.data() + sent,
            bytes.size() - sent,
            MSG_DONTWAIT | MSG_NOSIGNAL
        );
        if (some >= 0) {
            sent += static_cast<std::size_t>(some);
            continue;
        }
        error failed(errno, boost::system::system_category());
        if (failed == boost::system::errc::operation_would_block) {
            failed = error();
            co_await socket_.async_wait(
                socket_type::wait_write, asio::redirect_error(use_task, failed)
            );
        }
        if (failed) {
            words_ = late_ ? "no answer in time" : failed.message();
            co_return false;
        }
    }
    if (late_) words_ = "no answer in time";
    co_return !late_;
}

task<bool> redis_link::receive() {
    // The limit may have run out while nothing waited that it could have ended.
    if (late_) {
        words_ = "no answer in time";
        co_return false;
    }
    error failed;
    const asio::mutable_buffer space(space_.get(), space_size);
    const auto got =
        co_await socket_.async_read_some(space, asio::redirect_error(use_task, failed));
    if (failed) {
        words_ = late_ ? "no answer in time" : failed.message();
        co_return false;
    }
    parser_.feed(std::string_view(space_.get(), got));
    co_return true;
}

}  // namespace cloche::db
