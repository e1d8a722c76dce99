#include "app/operations.hpp"

#include "http/errc.hpp"

#include <string>
#include <string_view>

namespace cloche::app {
namespace {

http::reply text(unsigned status, std::string words) {
    http::reply answer(status, "text/plain; charset=utf-8", std::move(words));
    answer.with("Cache-Control", "no-store");
    return answer;
}

}  // namespace

runtime::task<void> operations_handler::handle(http::client_stream& stream) {
    const std::string_view target = stream.head().target;
    const std::string_view path = target.substr(0, target.find('?'));
    http::reply answer = text(404, "Here are /livez, /readyz and /metrics.\n");
    if (stream.head().verb != http::method::get && stream.head().verb != http::method::head) {
        answer = text(405, "GET only.\n");
        answer.with("Allow", "GET, HEAD");
    } else if (path == "/livez") {
        answer = text(200, "ok\n");
    } else if (path == "/readyz") {
        if (draining_) {
            answer = text(503, "draining\n");
        } else {
            const bool ready = co_await readiness_.ready();
            answer = ready ? text(200, "ok\n") : text(503, "store unavailable\n");
        }
    } else if (path == "/metrics") {
        answer =
            http::reply(200, "text/plain; version=0.0.4; charset=utf-8", metrics_.exposition());
    }
    auto sent = co_await stream.send(answer);
    if (!sent) stream.abort();
}

http::reply operations_handler::refuse(error) {
    return text(400, "The request could not be read.\n");
}

}  // namespace cloche::app
