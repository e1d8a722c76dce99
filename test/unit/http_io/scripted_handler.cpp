#include "unit/http_io/scripted_handler.hpp"

#include "http/errc.hpp"
#include "runtime/async_signal.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace cloche::http {

using runtime::task;

namespace {

reply text(std::string words) {
    return reply(200, "text/plain", std::move(words));
}

task<void> hello(client_stream& stream) {
    const auto answer = text("hello");
    co_await stream.send(answer);
}

task<void> echo(scripted_handler& self, client_stream& stream) {
    std::string body;
    for (;;) {
        auto piece = co_await stream.read_body();
        if (!piece) {
            self.tell("body: " + piece.error().message());
            const auto refusal = self.refuse(piece.error());
            co_await stream.send(refusal);
            co_return;
        }
        if (piece->empty()) break;
        body += *piece;
    }
    const auto answer = text(body);
    co_await stream.send(answer);
}

task<void> count(client_stream& stream) {
    std::uint64_t bytes = 0;
    for (;;) {
        auto piece = co_await stream.read_body();
        if (!piece || piece->empty()) break;
        bytes += piece->size();
    }
    const auto answer = text(std::to_string(bytes));
    co_await stream.send(answer);
}

// "/pieces?3": three pieces of unknown total length.
task<void> pieces(scripted_handler& self, client_stream& stream) {
    const out_field type{"Content-Type", "text/plain"};
    auto started = stream.start(200, std::span(&type, 1), std::nullopt);
    const int number = std::stoi(std::string(stream.head().target.substr(8)));
    for (int i = 1; i <= number && started; ++i) {
        const auto piece = "piece " + std::to_string(i) + "\n";
        auto written = co_await stream.write(piece);
        if (!written) {
            self.tell("write failed");
            co_return;
        }
    }
    co_await stream.finish();
}

// "/large?N": N MiB of known length.
task<void> large(scripted_handler& self, client_stream& stream) {
    const auto number = std::stoul(std::string(stream.head().target.substr(7)));
    const std::string piece(1024 * 1024, 'x');
    auto started = stream.start(200, {}, number * piece.size());
    for (unsigned long i = 0; i < number && started; ++i) {
        auto written = co_await stream.write(piece);
        if (!written) {
            self.tell("write failed");
            co_return;
        }
    }
    auto ended = co_await stream.finish();
    self.tell(ended ? "all sent" : "finish failed");
}

task<void> half(client_stream& stream) {
    auto started = stream.start(200, {}, 10);
    if (started) co_await stream.write("half");
}

task<void> aborted(client_stream& stream) {
    auto started = stream.start(200, {}, std::nullopt);
    if (started) co_await stream.write("half");
    stream.abort();
}

task<void> too_much(scripted_handler& self, client_stream& stream) {
    auto started = stream.start(200, {}, 3);
    auto written = co_await stream.write("four");
    self.tell(started && written ? "written" : "refused");
}

task<void> wait_for_gone(scripted_handler& self, client_stream& stream) {
    runtime::async_signal gone(stream.executor());
    stream.when_gone([&gone] { gone.set(); });
    self.tell("waiting");
    co_await gone.wait();
    self.tell("gone");
}

// "/status?204"
task<void> status(client_stream& stream) {
    reply answer = text("words");
    answer.status = static_cast<unsigned>(std::stoul(std::string(stream.head().target.substr(8))));
    co_await stream.send(answer);
}

task<void> bad_field(scripted_handler& self, client_stream& stream) {
    const out_field bad{"Location", "/a\r\nSet-Cookie: b=c"};
    auto started = stream.start(200, std::span(&bad, 1), 0);
    self.tell(started ? "started" : started.error().message());
    co_await hello(stream);
}

task<void> limited(scripted_handler& self, client_stream& stream) {
    auto limit = stream.limit_body(4);
    if (!limit) self.tell("declared too large");
    co_await echo(self, stream);
}

task<void> taken(scripted_handler& self, client_stream& stream) {
    auto body = stream.take_body();
    self.tell(body ? "taken: " + std::string(*body) : "not there");
    co_await echo(self, stream);
}

}  // namespace

task<void> scripted_handler::handle(client_stream& stream) {
    const auto target = stream.head().target;
    if (target == "/hello")
        co_await hello(stream);
    else if (target == "/echo")
        co_await echo(*this, stream);
    else if (target == "/count")
        co_await count(stream);
    else if (target.starts_with("/pieces?"))
        co_await pieces(*this, stream);
    else if (target.starts_with("/large?"))
        co_await large(*this, stream);
    else if (target.starts_with("/status?"))
        co_await status(stream);
    else if (target == "/half")
        co_await half(stream);
    else if (target == "/abort")
        co_await aborted(stream);
    else if (target == "/too-much")
        co_await too_much(*this, stream);
    else if (target == "/wait")
        co_await wait_for_gone(*this, stream);
    else if (target == "/bad-field")
        co_await bad_field(*this, stream);
    else if (target == "/limited")
        co_await limited(*this, stream);
    else if (target == "/take")
        co_await taken(*this, stream);
    else if (target == "/throw")
        throw std::runtime_error("broken");
}

reply scripted_handler::refuse(error reason) {
    unsigned status = 500;
    if (reason == errc::bad_request || reason == errc::https_expected) status = 400;
    if (reason == errc::request_timeout) status = 408;
    if (reason == errc::body_too_large) status = 413;
    if (reason == errc::uri_too_long) status = 414;
    if (reason == errc::expectation_failed) status = 417;
    if (reason == errc::headers_too_large) status = 431;
    if (reason == errc::not_implemented) status = 501;
    if (reason == errc::closing) status = 503;
    return reply(status, "text/plain", reason.message());
}

void scripted_handler::tell(std::string what) {
    const std::lock_guard lock(guard_);
    told_.push_back(std::move(what));
}

std::vector<std::string> scripted_handler::told() {
    const std::lock_guard lock(guard_);
    return told_;
}

void scripted_handler::wait_until_told(const std::string& what) {
    using namespace std::chrono_literals;
    for (int i = 0; i < 2000; ++i) {
        const auto all = told();
        if (std::find(all.begin(), all.end(), what) != all.end()) return;
        std::this_thread::sleep_for(10ms);
    }
    throw std::runtime_error("never told: " + what);
}

}  // namespace cloche::http
