#include "http/transport.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <string>

namespace cloche::http {
namespace {

using boost::asio::ip::tcp;

constexpr std::size_t reads = 32;
constexpr std::size_t piece = 512;

struct counts {
    std::size_t turns = 0;  ///< of somebody else on the same thread
    std::size_t got = 0;
    bool done = false;
};

runtime::task<void> read_all(transport& link, counts& seen) {
    error failed;
    while (seen.got < reads * piece && !failed) {
        std::array<char, piece> space{};
        const boost::asio::mutable_buffer into(space.data(), space.size());
        seen.got += co_await link.read_some(into, failed);
    }
    seen.done = true;
}

void take_turns(boost::asio::io_context& loop, counts& seen) {
    if (seen.done) return;
    ++seen.turns;
    boost::asio::post(loop, [&loop, &seen] { take_turns(loop, seen); });
}

TEST(transport, who_sends_faster_than_it_is_read_does_not_keep_the_others_waiting) {
    boost::asio::io_context loop(1);
    tcp::acceptor acceptor(loop, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
    tcp::socket peer(loop);
    peer.connect(acceptor.local_endpoint());
    tcp_socket mine(loop.get_executor());
    acceptor.accept(mine);
    transport link(std::move(mine));
    // All of it is there before the first read.
    boost::asio::write(peer, boost::asio::buffer(std::string(reads * piece, 'x')));

    counts seen;
    boost::asio::co_spawn(loop, read_all(link, seen), boost::asio::detached);
    take_turns(loop, seen);
    while (!seen.done)
        loop.run_one();
    EXPECT_EQ(seen.got, reads * piece);
    EXPECT_GE(seen.turns, reads - 1);
}

}  // namespace
}  // namespace cloche::http
