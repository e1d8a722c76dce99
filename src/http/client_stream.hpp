// One exchange with a browser: a request's head and body, and the answer. The same for HTTP/1.1
// and, later, HTTP/2.
//
// All calls on the stream's own executor. An exchange answers once: either `send`, or `start`,
// `write`..., `finish`.
#pragma once

#include "http/errc.hpp"
#include "http/message.hpp"
#include "runtime/task.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>

namespace cloche::http {

class client_stream {
public:
    virtual ~client_stream() = default;

    virtual const request_head& head() const noexcept = 0;
    /// The address at the other end of the connection: the browser's, or a proxy's.
    virtual const boost::asio::ip::address& peer() const noexcept = 0;
    virtual std::uint16_t local_port() const noexcept = 0;
    virtual runtime::io_executor executor() const = 0;

    /// The next stretch of the decoded body, valid until the next call; empty at its end. Sends
    /// `100 Continue` first where the client waits for it. Errors: bad_request (framing),
    /// body_too_large, request_timeout, client_gone.
    virtual runtime::task<result<std::string_view>> read_body() = 0;
    /// All that is left of the body, if it has come already and its length was declared; it counts
    /// as read then. Never waits.
    virtual std::optional<std::string_view> take_body() { return std::nullopt; }
    /// True once read_body has given, or would give, the end.
    virtual bool body_done() const noexcept = 0;
    /// Lowers (or sets) the limit for this exchange's body; 0 is none. Errors: body_too_large if a
    /// declared length is already over it.
    virtual result<void> limit_body(std::uint64_t bytes) = 0;

    /// A whole answer of our own. Errors: client_gone, bad_field.
    virtual runtime::task<result<void>> send(const reply& answer) = 0;

    /// Writes the head down; it leaves with the first piece of body. `length`: nothing for a body
    /// of unknown length (chunked, or delimited by close for HTTP/1.0). Connection, framing and
    /// Date fields are added here and must not be among `fields`. Errors: bad_field, after which a
    /// reply can still be sent.
    virtual result<void> start(
        unsigned status, std::span<const out_field> fields, std::optional<std::uint64_t> length
    ) = 0;
    /// One piece of body, sent when it returns. Errors: client_gone.
    virtual runtime::task<result<void>> write(std::string_view piece) = 0;
    /// The end of the body. Errors: client_gone.
    virtual runtime::task<result<void>> finish() = 0;
    /// The last piece and the end of the body in one.
    virtual runtime::task<result<void>> write_last(std::string_view piece) {
        auto written = co_await write(piece);
        if (!written) co_return written;
        auto finished = co_await finish();
        co_return finished;
    }
    /// Agrees with 101 to speak what `Upgrade` among `fields` says (RFC 9110 section 7.8). From
    /// then on the bodies are bytes as they come: read_body gives what the client sends, without a
    /// time limit, and an empty piece when it has closed its side; write sends, and finish closes
    /// ours. head() has no target and no fields any more. Errors: bad_field; not_implemented where
    /// the protocol has no upgrade, and for other methods than GET.
    virtual result<void> switch_protocols(std::span<const out_field> fields) {
        static_cast<void>(fields);
        CLOCHE_FAIL(errc::not_implemented);
    }
    /// The answer cannot be finished: the connection is broken off so that the browser never sees a
    /// clean end.
    virtual void abort() noexcept = 0;
    virtual bool started() const noexcept = 0;
    virtual unsigned status() const noexcept = 0;           ///< of the answer; 0 before it
    virtual std::uint64_t bytes_sent() const noexcept = 0;  ///< of the answer's body

    /// Called at most once, on the executor, if the browser goes away while the exchange waits for
    /// something else. An empty function takes the wish back.
    virtual void when_gone(std::function<void()> act) = 0;
    /// The same if the server is to stop: for what would stay open by itself.
    virtual void when_draining(std::function<void()> act) = 0;
};

/// What a server gives its exchanges to. `handle` must answer; what it leaves unanswered is a 500.
class exchange_handler {
public:
    virtual ~exchange_handler() = default;
    virtual runtime::task<void> handle(client_stream& stream) = 0;
    /// The answer to a request that could not be parsed, or was too slow or too large: an errc of
    /// `http`.
    virtual reply refuse(error reason) = 0;
};

}  // namespace cloche::http
