#include "unit/http_io/raw_upstream.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>
#include <utility>

namespace cloche::http {

raw_upstream::raw_upstream() : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address = static_cast<sockaddr*>(static_cast<void*>(&where));
    socklen_t size = sizeof where;
    if (::bind(descriptor_, address, size) != 0 || ::listen(descriptor_, 64) != 0 ||
        ::getsockname(descriptor_, address, &size) != 0) {
        throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(where.sin_port);
}

raw_upstream::~raw_upstream() {
    close();
}

void raw_upstream::close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

raw_client raw_upstream::accept() {
    pollfd asked{descriptor_, POLLIN, 0};
    constexpr int patience = 20'000;  // milliseconds; only so that a failing test ends
    if (::poll(&asked, 1, patience) != 1) throw std::runtime_error("nobody connects");
    return raw_client::adopt(::accept(descriptor_, nullptr, nullptr));
}

bool raw_upstream::nobody_came() {
    pollfd asked{descriptor_, POLLIN, 0};
    return ::poll(&asked, 1, 0) == 0;
}

}  // namespace cloche::http
