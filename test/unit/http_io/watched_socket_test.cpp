#include "http/watched_socket.hpp"

#include <gtest/gtest.h>
#include <poll.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <string_view>

namespace cloche::http {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

/// What one coroutine saw of a socket, until its end.
struct seen {
    std::string bytes;
    bool ended = false;
    error failed;
};

runtime::task<void> read_to_end(socket_ptr socket, seen& all) {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    while (!all.failed && !all.ended) {
        std::array<char, 4> space{};
        const auto got = socket->receive(space.data(), space.size());
        if (got > 0) all.bytes.append(space.data(), static_cast<std::size_t>(got));
        all.ended = got == 0;
        if (got >= 0) continue;
        if (errno != EAGAIN) all.failed.assign(errno, boost::system::system_category());
        if (all.failed) co_return;
        co_await socket->wait_readable(all.failed);
    }
}

class watched_socket_test : public testing::Test {
protected:
    watched_socket_test() {
        tcp::acceptor acceptor(context_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        peer_.connect(acceptor.local_endpoint());
        tcp_socket mine(context_.get_executor());
        acceptor.accept(mine);
        socket_ = new watched_socket(std::move(mine));
    }

    void send(std::string_view bytes) {
        boost::asio::write(peer_, boost::asio::buffer(bytes.data(), bytes.size()));
    }
    void turn() {
        context_.restart();
        context_.run_for(20ms);
    }

    boost::asio::io_context context_{1};
    boost::asio::io_context outside_;
    tcp::socket peer_{outside_};
    socket_ptr socket_;
    seen all_;
};

TEST_F(watched_socket_test, what_comes_is_read_and_the_end_that_follows_is_seen) {
    boost::asio::co_spawn(context_, read_to_end(socket_, all_), boost::asio::detached);
    turn();
    send("abc");
    turn();
    EXPECT_EQ(all_.bytes, "abc");
    send("defghij");
    turn();
    EXPECT_EQ(all_.bytes, "abcdefghij");
    EXPECT_FALSE(all_.ended);
    peer_.close();
    turn();
    EXPECT_TRUE(all_.ended);
}

// epoll tells of both by one event, and the read that takes the bytes is a short one.
TEST_F(watched_socket_test, an_end_that_comes_together_with_the_last_bytes_is_seen) {
    boost::asio::co_spawn(context_, read_to_end(socket_, all_), boost::asio::detached);
    turn();
    send("abc");
    peer_.shutdown(tcp::socket::shutdown_send);
    turn();
    EXPECT_EQ(all_.bytes, "abc");
    EXPECT_TRUE(all_.ended);
}

TEST_F(watched_socket_test, an_end_that_was_there_before_is_seen) {
    send("ab");
    peer_.shutdown(tcp::socket::shutdown_send);
    pollfd end{};
    end.fd = socket_->native();
    end.events = POLLRDHUP;
    ASSERT_EQ(::poll(&end, 1, 10'000), 1);
    boost::asio::co_spawn(context_, read_to_end(socket_, all_), boost::asio::detached);
    turn();
    EXPECT_EQ(all_.bytes, "ab");
    EXPECT_TRUE(all_.ended);
}

TEST_F(watched_socket_test, a_reset_is_an_error_of_the_next_read) {
    boost::asio::co_spawn(context_, read_to_end(socket_, all_), boost::asio::detached);
    turn();
    peer_.set_option(boost::asio::socket_base::linger(true, 0));
    peer_.close();
    turn();
    EXPECT_FALSE(all_.ended);
    EXPECT_EQ(all_.failed, boost::asio::error::connection_reset);
}

TEST_F(watched_socket_test, a_wait_ends_with_cancel_and_with_close) {
    for (const bool closes : {false, true}) {
        all_ = seen();
        boost::asio::co_spawn(context_, read_to_end(socket_, all_), boost::asio::detached);
        turn();
        EXPECT_FALSE(all_.failed);
        if (closes)
            socket_->close();
        else
            socket_->cancel();
        turn();
        EXPECT_EQ(all_.failed, boost::asio::error::operation_aborted);
    }
}

TEST_F(watched_socket_test, a_wait_ends_with_the_cancellation_of_its_coroutine) {
    boost::asio::cancellation_signal stop;
    boost::asio::co_spawn(
        context_,
        read_to_end(socket_, all_),
        boost::asio::bind_cancellation_slot(stop.slot(), boost::asio::detached)
    );
    turn();
    stop.emit(boost::asio::cancellation_type::terminal);
    turn();
    EXPECT_EQ(all_.failed, boost::asio::error::operation_aborted);
    // And the socket goes on for whoever waits next.
    all_ = seen();
    boost::asio::co_spawn(context_, read_to_end(socket_, all_), boost::asio::detached);
    turn();
    send("ok");
    turn();
    EXPECT_EQ(all_.bytes, "ok");
}

TEST_F(watched_socket_test, news_are_noted_while_nobody_waits) {
    std::array<char, 8> space{};
    EXPECT_EQ(socket_->receive(space.data(), space.size()), -1);
    socket_->attend();
    turn();
    // The event of having been registered may have been waited for already.
    EXPECT_FALSE(socket_->has_news());
    turn();
    EXPECT_FALSE(socket_->may_be_readable());
    socket_->attend();
    send("late");
    turn();
    EXPECT_TRUE(socket_->may_be_readable());
    EXPECT_TRUE(socket_->has_news());
}

TEST_F(watched_socket_test, an_event_loop_without_sockets_has_nothing_to_wait_for) {
    boost::asio::co_spawn(context_, read_to_end(socket_, all_), boost::asio::detached);
    turn();
    socket_->close();
    context_.restart();
    context_.run();  // or hangs
    EXPECT_EQ(all_.failed, boost::asio::error::operation_aborted);
}

// The coroutine owns the socket, and the socket holds the coroutine that waits.
TEST(watched_socket_of_a_loop, that_is_destroyed_goes_with_it) {
    seen all;
    boost::asio::io_context outside;
    tcp::socket peer(outside);
    auto context = std::make_unique<boost::asio::io_context>(1);
    {
        tcp::acceptor acceptor(*context, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        peer.connect(acceptor.local_endpoint());
        tcp_socket mine(context->get_executor());
        acceptor.accept(mine);
        const socket_ptr socket = new watched_socket(std::move(mine));
        boost::asio::co_spawn(*context, read_to_end(socket, all), boost::asio::detached);
    }
    context->run_for(20ms);
    EXPECT_FALSE(all.ended || all.failed);
    context.reset();
    // The other end sees that it is closed.
    error failed;
    std::array<char, 1> byte{};
    peer.read_some(boost::asio::buffer(byte), failed);
    EXPECT_EQ(failed, boost::asio::error::eof);
}

}  // namespace
}  // namespace cloche::http
