#include "http/client.hpp"

#include "http/client_pool.hpp"
#include "http/upstream_call.hpp"
#include "runtime/deadline_wheel.hpp"

#include <boost/asio/post.hpp>

#include <atomic>

namespace cloche::http {

namespace asio = boost::asio;
using runtime::task;

namespace {

bool expects_body(method verb) noexcept {
    return verb == method::post || verb == method::put || verb == method::patch;
}

/// One time limit for all of a call.
class time_limit {
public:
    time_limit(runtime::deadline_wheel& wheel, upstream_call& call, std::chrono::milliseconds limit)
        : call_(call), limit_(wheel, this, runtime::calls<&time_limit::on_limit>) {
        limit_.arm(limit);
    }

private:
    void on_limit() {
        call_.stop(make_error_code(call_.sent() ? errc::upstream_timeout : errc::connect_timeout));
    }
    upstream_call& call_;
    runtime::deadline limit_;
};

task<result<response>> read_answer(upstream_call& call, std::size_t body_limit) {
    response answer;
    answer.status = call.head().status;
    for (const auto& line : call.head().fields)
        answer.fields.emplace_back(line.name, line.value);
    for (;;) {
        auto piece = call.next_body();
        if (!piece) co_return piece.error();
        answer.body += *piece;
        if (answer.body.size() > body_limit) CLOCHE_CO_FAIL(errc::upstream_invalid);
        if (call.body_done()) break;
        if (!piece->empty()) continue;
        auto failed = co_await call.fill_body(std::chrono::milliseconds(0));
        if (failed) co_return failed;
    }
    call.release();
    co_return answer;
}

}  // namespace

request& request::with(std::string name, std::string value) {
    fields.emplace_back(std::move(name), std::move(value));
    return *this;
}

std::string_view response::value(std::string_view name) const noexcept {
    for (const auto& [key, text] : fields) {
        if (equal_ignoring_case(key, name)) return text;
    }
    return {};
}

std::vector<std::string_view> response::values(std::string_view name) const {
    std::vector<std::string_view> found;
    for (const auto& [key, text] : fields) {
        if (equal_ignoring_case(key, name)) found.push_back(text);
    }
    return found;
}

struct client::state {
    std::shared_ptr<const client_shared> shared;
    std::vector<std::shared_ptr<client_pool>> pools;
};

client::client(runtime::io_threads& threads, origin where, client_options options)
    : state_(std::make_unique<state>()) {
    state_->shared = std::make_shared<client_shared>(std::move(where), options);
    for (std::size_t i = 0; i < threads.size(); ++i) {
        state_->pools.push_back(std::make_shared<client_pool>(
            threads.context(i).get_executor(), threads.wheel(i), state_->shared
        ));
    }
}

client::~client() = default;

const origin& client::where() const noexcept {
    return state_->shared->where;
}

const std::shared_ptr<client_pool>& client::here() const noexcept {
    return state_->pools[runtime::io_threads::current()];
}

task<result<response>> client::fetch(request what, fetch_options how) {
    const auto pool = here();
    const auto call = pool->lend();
    upstream_call::manner manner;
    manner.verb = method_of(what.method);
    manner.repeatable = is_idempotent(manner.verb);
    manner.fresh = how.fresh_connection;
    body_framing framing;
    if (!what.body.empty() || expects_body(manner.verb)) {
        framing.kind = body_kind::length;
        framing.length = what.body.size();
    }
    upstream_call::request_line line;
    line.method = what.method;
    line.target = what.target;
    auto written = call->write_head(line, what.fields, framing);
    if (!written) co_return written.error();

    const time_limit limit(pool->wheel(), *call, how.timeout);
    auto failed = co_await call->run(what.body, manner);
    if (failed) co_return failed;
    auto answer = co_await read_answer(*call, how.body_limit);
    co_return answer;
}

std::size_t client::connections() const noexcept {
    return state_->shared->open->load(std::memory_order_relaxed);
}

void client::close() {
    for (const auto& pool : state_->pools) {
        asio::post(pool->executor(), [pool] { pool->close(); });
    }
}

}  // namespace cloche::http
