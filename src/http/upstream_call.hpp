// One request to an upstream and its answer: takes a connection, sends, reads the head, decodes the
// body, and gives the connection back if it may be used again.
//
// For `client::fetch` and `upstream_exchange`. All on the pool's own thread.
#pragma once

#include "http/body_reader.hpp"
#include "http/client_pool.hpp"
#include "http/head_parser.hpp"
#include "http/message.hpp"
#include "runtime/block_pool.hpp"

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche::http {

class upstream_call {
public:
    /// Made by client_pool::lend().
    explicit upstream_call(client_pool& pool) : pool_(pool) {}

    struct request_line {
        std::string_view method;
        std::string_view target;   ///< after the origin's base path
        std::string_view upgrade;  ///< the protocol to switch to, if the upstream agrees
    };
    using text_fields = std::vector<std::pair<std::string, std::string>>;
    /// Writes the head of the request: Host, `fields`, framing. Errors: bad_field.
    result<void> write_head(
        request_line line, std::span<const out_field> fields, body_framing framing
    );
    result<void> write_head(request_line line, const text_fields& fields, body_framing framing);

    struct manner {
        method verb = method::get;
        bool repeatable = false;  ///< idempotent, and the body can be sent again
        bool fresh = false;       ///< on a connection of its own, and never repeated
    };
    /// Sends the head and the whole `body`, reads the head of the answer. A try on a connection
    /// that turned out to be dead is repeated as `decide` says. Errors: connect_failed,
    /// connect_timeout, tls_failed (surely not sent), upstream_reset, upstream_timeout,
    /// upstream_invalid; what stop() was called with.
    runtime::task<error> run(std::string_view body, manner how);

    /// The same in steps, for a body that is sent piece by piece. Errors as above.
    runtime::task<error> open();
    std::string_view head_bytes() const noexcept { return out_; }
    upstream_link& link() noexcept { return *link_; }
    /// Without a time limit until limit_answer().
    runtime::task<error> read_head(method verb);
    /// The request has been sent: from now on the answer is waited for.
    void limit_answer();
    void request_is_complete() noexcept { request_complete_ = true; }

    const response_head& head() const noexcept { return head_; }
    /// Nobody looks at the two heads from now on. After a 101 their memory goes before the next
    /// wait.
    void forget_heads() noexcept;
    /// As body_reader's. Errors: upstream_invalid.
    result<std::string_view> next_body();
    bool body_done() const noexcept { return body_.done(); }
    /// Errors: upstream_reset, upstream_timeout; what stop() was called with.
    /// `limit`: for the next piece to come; 0 is none.
    runtime::task<error> fill_body(std::chrono::milliseconds limit);

    /// Gives the connection back, or closes it if the exchange did not end as it should.
    void release();
    /// Ends whatever is on; it fails with `why`. At any time.
    void stop(error why) noexcept;
    /// Bytes of the request may have left.
    bool sent() const noexcept { return sent_; }
    /// What uses the connection longer than this call does takes it along.
    client_pool::link_ptr take_link() noexcept { return std::move(link_); }
    /// Ready for another request; only memory is kept.
    void reset();

private:
    template <class Fields>
    result<void> write(request_line line, const Fields& fields, body_framing framing);
    bool take_kept(bool fresh);
    runtime::task<error> connect();
    runtime::task<error> try_once(std::string_view body, method verb);
    enum class taken { no, yes, bad };
    taken take_head(method verb);
    boost::asio::mutable_buffer space_for_head();
    boost::asio::mutable_buffer space_for_body();
    void forget_answer();

    client_pool& pool_;
    client_pool::link_ptr link_;
    std::string out_;     ///< the head of the request
    std::string target_;  ///< with the base path
    body_kind framing_ = body_kind::none;
    bool may_switch_ = false;  ///< the request asked for another protocol
    error stopped_;
    bool sent_ = false;
    bool answered_ = false;
    bool request_complete_ = false;

    runtime::block buffer_;  ///< the head, and what came along with it
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::size_t scanned_ = 0;
    unsigned interim_ = 0;
    response_head head_;
    body_reader body_;
    runtime::block body_block_;
};

}  // namespace cloche::http
