// One proxied request: begun with the browser's stream as the source of its body, ended by relaying
// the answer.
//
// Bodies of any size pass through in constant memory; what is slow on one side slows the other
// down. All on the thread of the browser's connection. A `client_stream` must outlive the exchange
// that was begun with it.
#pragma once

#include "http/client_stream.hpp"
#include "http/message.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace cloche::http {

class client;
class tunnel;

class upstream_exchange {
public:
    struct options {
        std::string_view method;
        std::string_view target;  ///< path and query as they go on the wire after the base path
        bool idempotent = false;  ///< may be repeated once when a reused connection died (PX-14)
        bool keep_body =
            false;  ///< keep the body's bytes (64 KiB at most) so that the request can be replayed
        std::string_view upgrade;  ///< the protocol to switch to, if the upstream agrees with 101
    };

    ~upstream_exchange();
    upstream_exchange(upstream_exchange&&) noexcept;
    upstream_exchange& operator=(upstream_exchange&&) = delete;

    /// Sends the head (`fields` without Host, framing, Connection and the like) and streams the
    /// body of `browser` until the head of the answer is there; the upload may go on behind it.
    /// `replayed`: the kept body of an earlier try, which is sent instead of reading from
    /// `browser`. If the browser goes away, the upstream connection is closed. Errors: as
    /// client::fetch, and client_gone, bad_request, body_too_large, request_timeout from the
    /// browser's side; bad_field.
    static runtime::task<result<upstream_exchange>> begin(
        client& pool,
        client_stream& browser,
        options what,
        std::span<const out_field> fields,
        std::optional<std::string_view> replayed
    );

    const response_head& head() const noexcept;
    /// The whole body of the request, if it was kept and is complete.
    std::optional<std::string_view> kept_body() const noexcept;

    /// Sends the body on to `browser`, whose answer was started, and finishes it; an upload that is
    /// still on is stopped then. On an error of the upstream the answer is aborted. Errors:
    /// client_gone, upstream_*.
    /// `live`: meant to stay open, such as a stream of events; long pauses are no error.
    runtime::task<result<void>> relay(client_stream& browser, bool live);
    /// Has a relay that is on end as if the answer had ended.
    void end() noexcept;
    /// Both have switched protocols, instead of relay: to be run, with the exchange alive. head()
    /// has no fields any more.
    std::shared_ptr<tunnel> open_tunnel(client_stream& browser, std::function<void()> heard);
    /// Gives the answer up; its connection is reused if all of the answer has come, else closed.
    void discard() noexcept;

private:
    struct state;
    explicit upstream_exchange(std::unique_ptr<state>);
    std::unique_ptr<state> state_;
};

}  // namespace cloche::http
