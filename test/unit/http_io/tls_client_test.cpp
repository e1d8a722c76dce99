// PX-18: the chain and the name of an https upstream are verified, and nothing is ever sent in
// clear instead.
#include "http/client.hpp"
#include "support/run_task.hpp"
#include "unit/http_io/certificates.hpp"
#include "unit/http_io/proxy_handler.hpp"
#include "unit/http_io/raw_client.hpp"
#include "unit/http_io/raw_upstream.hpp"
#include "unit/http_io/server_fixture.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <thread>

namespace cloche::http {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::ip::tcp;
using testing::HasSubstr;

/// Answers requests over TLS, one connection after another, in a thread of its own.
class tls_upstream {
public:
    /// `clients`: an authority; only those with a certificate of it are let in.
    explicit tls_upstream(
        const std::string& certificate,
        int newest = 0,
        std::size_t body = 2,
        const std::string& clients = {}
    )
        : body_(body, 'x') {
        context_.use_certificate_chain_file(certificate);
        context_.use_private_key_file(certificate, asio::ssl::context::pem);
        if (!clients.empty()) {
            context_.load_verify_file(clients);
            context_.set_verify_mode(
                asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert
            );
        }
        if (newest != 0) SSL_CTX_set_max_proto_version(context_.native_handle(), newest);
        thread_ = std::thread([this] { serve(); });
    }
    ~tls_upstream() {
        ending_ = true;
        error ignored;
        tcp::socket wake(io_);
        wake.connect(listener_.local_endpoint(), ignored);
        wake.close(ignored);
        thread_.join();
    }
    std::uint16_t port() const { return listener_.local_endpoint().port(); }
    std::string server_name() { return name_; }
    int requests() const { return requests_; }
    int connections() const { return connections_; }

private:
    void serve() {
        while (!ending_) {
            asio::ssl::stream<tcp::socket> stream(io_, context_);
            error failed;
            listener_.accept(stream.lowest_layer(), failed);
            if (ending_) return;
            ++connections_;
            stream.handshake(asio::ssl::stream_base::server, failed);
            if (failed) continue;
            const char* name =
                SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
            name_ = name ? name : "";
            std::string unread;
            for (;;) {
                const auto size =
                    asio::read_until(stream, asio::dynamic_buffer(unread), "\r\n\r\n", failed);
                if (failed) break;
                unread.erase(0, size);
                ++requests_;
                const auto head =
                    "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_.size()) +
                    "\r\n\r\n";
                asio::write(stream, asio::buffer(head + body_), failed);
                if (failed) break;
            }
        }
    }

    std::string body_;
    asio::io_context io_;
    tcp::acceptor listener_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
    asio::ssl::context context_{asio::ssl::context::tls_server};
    std::string name_;
    std::atomic<int> requests_{0};
    std::atomic<int> connections_{0};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

class tls_client_test : public testing::Test {
protected:
    tls_client_test() { threads_.start(); }
    ~tls_client_test() override { threads_.stop(); }

    origin at(const tls_upstream& upstream, const std::string& host) {
        origin where;
        where.tls = true;
        where.host = host;
        where.port = upstream.port();
        where.ca_file = authority_.file();
        return where;
    }
    result<response> fetch(client& from) {
        return test::start_task(
                   threads_.context(0), from.fetch(request("GET", "/"), fetch_options())
        )
            .get();
    }
    result<response> fetch(const origin& where) {
        client one(threads_, where, client_options());
        auto got = fetch(one);
        one.close();
        return got;
    }
    error failure(const origin& where) {
        const auto got = fetch(where);
        return got ? error() : got.error();
    }

    certificate_authority authority_{"authority"};
    runtime::io_threads threads_{1};
};

TEST_F(tls_client_test, host_with_a_certificate_of_a_trusted_authority_is_spoken_to) {
    tls_upstream named(authority_.issue("DNS:localhost"));
    client one(threads_, at(named, "localhost"), client_options());
    for (int i = 0; i < 3; ++i) {
        const auto got = fetch(one);
        ASSERT_TRUE(got) << got.error().message();
        EXPECT_EQ(got->body, "xx");
    }
    EXPECT_EQ(named.connections(), 1);
    EXPECT_EQ(named.server_name(), "localhost");
    one.close();
}

TEST_F(tls_client_test, address_is_verified_as_an_address_and_not_named_to_the_server) {
    tls_upstream numeric(authority_.issue("IP:127.0.0.1"));
    const auto got = fetch(at(numeric, "127.0.0.1"));
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(numeric.server_name(), "");
}

TEST_F(tls_client_test, certificate_for_another_name_is_refused) {
    tls_upstream other(authority_.issue("DNS:other.example"));
    EXPECT_EQ(failure(at(other, "localhost")), errc::tls_failed);
    EXPECT_EQ(failure(at(other, "127.0.0.1")), errc::tls_failed);
    tls_upstream dns_only(authority_.issue("DNS:127.0.0.1"));
    EXPECT_EQ(failure(at(dns_only, "127.0.0.1")), errc::tls_failed);
    EXPECT_EQ(other.requests() + dns_only.requests(), 0);
}

TEST_F(tls_client_test, certificate_of_an_unknown_authority_is_refused) {
    certificate_authority stranger("authority");  // of the same name, with another key
    tls_upstream forged(stranger.issue("DNS:localhost"));
    EXPECT_EQ(failure(at(forged, "localhost")), errc::tls_failed);
    auto system = at(forged, "localhost");
    system.ca_file.clear();
    EXPECT_EQ(failure(system), errc::tls_failed);
    EXPECT_EQ(forged.requests(), 0);
}

TEST_F(tls_client_test, tls_1_1_is_refused) {
    tls_upstream old(authority_.issue("DNS:localhost"), TLS1_1_VERSION);
    EXPECT_EQ(failure(at(old, "localhost")), errc::tls_failed);
}

TEST_F(tls_client_test, upstream_that_speaks_in_clear_is_refused_and_told_nothing) {
    raw_upstream clear;
    origin where;
    where.tls = true;
    where.host = "127.0.0.1";
    where.port = clear.port();
    where.ca_file = authority_.file();
    client one(threads_, where, client_options());
    request what("GET", "/secret-path");
    what.with("Authorization", "Bearer secret-token");
    auto outcome = test::start_task(threads_.context(0), one.fetch(what, fetch_options()));
    auto connection = clear.accept();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    const auto got = outcome.get();
    ASSERT_FALSE(got);
    EXPECT_EQ(got.error(), errc::tls_failed);
    EXPECT_EQ(connection.read_to_end().value_or("").find("secret"), std::string::npos);
}

TEST_F(tls_client_test, upstream_that_does_not_shake_hands_is_a_connect_timeout) {
    raw_upstream silent;
    origin where;
    where.tls = true;
    where.host = "127.0.0.1";
    where.port = silent.port();
    where.ca_file = authority_.file();
    client_options options;
    options.connect_timeout = 1ms;
    client one(threads_, where, options);
    EXPECT_EQ(fetch(one).error(), errc::connect_timeout);
}

TEST_F(tls_client_test, authority_file_that_is_none_is_an_error_at_the_start) {
    origin where;
    where.tls = true;
    where.ca_file = "/nonexistent/ca.pem";
    try {
        client one(threads_, where, client_options());
        FAIL() << "was made";
    } catch (const std::invalid_argument& failure) {
        EXPECT_THAT(failure.what(), HasSubstr("/nonexistent/ca.pem: no authorities"));
    }
}

TEST_F(tls_client_test, a_certificate_is_shown_to_an_upstream_that_asks_for_one) {
    tls_upstream strict(authority_.issue("DNS:localhost"), 0, 2, authority_.file());
    auto where = at(strict, "localhost");
    EXPECT_FALSE(fetch(where)) << "nothing to show";
    EXPECT_EQ(strict.requests(), 0);
    const auto file = authority_.issue("DNS:gateway.example");
    where.own = certificate_files(file, file);
    EXPECT_TRUE(fetch(where));
    EXPECT_EQ(strict.requests(), 1);
}

TEST_F(tls_client_test, large_answers_and_uploads_pass_through_the_proxy) {
    constexpr std::size_t size = 8 * 1024 * 1024;
    tls_upstream large(authority_.issue("DNS:localhost"), 0, size);
    client one(threads_, at(large, "localhost"), client_options());
    proxy_handler handler(one);
    server_options options;
    options.listen = "127.0.0.1:0";
    server proxy(threads_, options, handler);
    std::string why;
    raw_client browser(proxy.start(why).value().port());
    for (int i = 0; i < 2; ++i) {
        browser.send(get("/"));
        const auto answer = browser.read_message();
        EXPECT_EQ(answer.body.size(), size);
    }
    EXPECT_EQ(large.connections(), 1);
    proxy.drain(0ms);
    one.close();
}

}  // namespace
}  // namespace cloche::http
