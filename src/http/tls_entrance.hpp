// A connection until it is known what is spoken on it: the TLS handshake, in the time that a head
// is given. For `server` only.
#pragma once

#include "http/connection.hpp"

namespace cloche::http {

class tls_entrance final : public connection {
public:
    tls_entrance(
        std::shared_ptr<server_shard> shard, transport link, boost::asio::ip::address peer
    );

    enum class spoken {
        nothing,  ///< it is over
        no_tls,   ///< something else than a handshake came, and is unread
        http1,
        http2,
    };
    /// After it, the connection is made into what was found.
    runtime::task<spoken> run();

    void wind_down() noexcept override;
    void break_off() noexcept override;

private:
    void on_limit();

    runtime::deadline limit_;
};

}  // namespace cloche::http
