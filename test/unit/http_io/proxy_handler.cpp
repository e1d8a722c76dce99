#include "unit/http_io/proxy_handler.hpp"

#include "http/hop_by_hop.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace cloche::http {

using runtime::task;

namespace {

std::vector<out_field> passed_on(const std::vector<field>& fields) {
    const hop_by_hop dropped(fields);
    std::vector<out_field> kept;
    for (const auto& line : fields) {
        const bool ours = line.id == field_id::host || line.id == field_id::content_length ||
                          line.id == field_id::expect;
        if (!ours && !dropped.contains(line)) kept.push_back({line.name, line.value});
    }
    return kept;
}

unsigned status_of(error reason) {
    if (reason == errc::bad_request) return 400;
    if (reason == errc::request_timeout) return 408;
    if (reason == errc::body_too_large) return 413;
    if (reason == errc::connect_timeout || reason == errc::upstream_timeout) return 504;
    return 502;
}

}  // namespace

task<void> proxy_handler::handle(client_stream& stream) {
    const auto fields = passed_on(stream.head().fields);
    upstream_exchange::options what;
    what.method = stream.head().method_name;
    what.target = stream.head().target;
    what.idempotent = is_idempotent(stream.head().verb);
    what.keep_body = what.target.find("replay") != std::string_view::npos;
    auto begun = co_await upstream_exchange::begin(upstream_, stream, what, fields, std::nullopt);
    if (begun && begun->head().status == 401 && begun->kept_body()) {
        const std::string body(*begun->kept_body());
        begun->discard();
        auto again = co_await upstream_exchange::begin(upstream_, stream, what, fields, body);
        if (!again) co_return tell(again.error());
        auto started = stream.start(again->head().status, {}, again->head().framing.length);
        auto relayed = co_await again->relay(stream, false);
        co_return tell(started ? relayed : started);
    }
    if (!begun) {
        tell(begun.error());
        const auto refusal = refuse(begun.error());
        co_await stream.send(refusal);
        co_return;
    }
    const auto& head = begun->head();
    const auto answered = passed_on(head.fields);
    std::optional<std::uint64_t> length;
    if (head.framing.kind == body_kind::length) length = head.framing.length;
    if (head.framing.kind == body_kind::none) length = 0;
    auto started = stream.start(head.status, answered, length);
    if (!started) co_return tell(started);
    auto relayed = co_await begun->relay(stream, false);
    tell(relayed);
}

reply proxy_handler::refuse(error reason) {
    return reply(status_of(reason), "text/plain", reason.message());
}

void proxy_handler::tell(const result<void>& outcome) {
    const std::lock_guard lock(guard_);
    told_.push_back(outcome ? "done" : outcome.error().message());
}

void proxy_handler::wait_until_told(const std::string& what) {
    using namespace std::chrono_literals;
    for (int i = 0; i < 2000; ++i) {
        {
            const std::lock_guard lock(guard_);
            if (std::find(told_.begin(), told_.end(), what) != told_.end()) return;
        }
        std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("never told: " + what);
}

}  // namespace cloche::http
