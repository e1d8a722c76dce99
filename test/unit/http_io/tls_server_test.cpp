// A listener that speaks TLS: which certificate a browser gets, and that HTTP over it is the same.
#include "http/tls_certificates.hpp"
#include "unit/http_io/certificates.hpp"
#include "unit/http_io/server_fixture.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include <filesystem>
#include <fstream>

namespace cloche::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

/// A browser, which trusts one authority.
class tls_browser {
public:
    explicit tls_browser(const std::string& authority) {
        context_.load_verify_file(authority);
        context_.set_verify_mode(asio::ssl::verify_peer);
    }
    asio::ssl::context& context() { return context_; }
    void speak(const std::string& protocol) {
        const std::string list = static_cast<char>(protocol.size()) + protocol;
        SSL_CTX_set_alpn_protos(
            context_.native_handle(),
            reinterpret_cast<const unsigned char*>(list.data()),
            static_cast<unsigned>(list.size())
        );
    }
    /// Empty if it worked.
    std::string connect(std::uint16_t port, const std::string& name, SSL_SESSION* again = nullptr) {
        stream_ = std::make_unique<asio::ssl::stream<tcp::socket>>(io_, context_);
        stream_->next_layer().connect({asio::ip::address_v4::loopback(), port});
        SSL* const session = stream_->native_handle();
        if (!name.empty()) {
            SSL_ctrl(
                session,
                SSL_CTRL_SET_TLSEXT_HOSTNAME,
                TLSEXT_NAMETYPE_host_name,
                const_cast<char*>(name.c_str())
            );
        }
        if (again != nullptr) SSL_set_session(session, again);
        error failed;
        stream_->handshake(asio::ssl::stream_base::client, failed);
        return failed ? failed.message() : "";
    }
    void send(const std::string& text) { asio::write(*stream_, asio::buffer(text)); }
    /// To the end of the stream. `ended`: how.
    std::string read_all(error& ended) {
        std::string all;
        asio::read(*stream_, asio::dynamic_buffer(all), ended);
        return all;
    }
    std::string read(std::size_t bytes) {
        std::string some(bytes, '\0');
        asio::read(*stream_, asio::buffer(some));
        return some;
    }
    SSL* session() { return stream_->native_handle(); }
    /// The names of the certificate that was shown.
    bool was_shown(const std::string& name) {
        X509* const shown = SSL_get0_peer_certificate(session());
        return X509_check_host(shown, name.c_str(), name.size(), 0, nullptr) == 1;
    }

private:
    asio::io_context io_;
    asio::ssl::context context_{asio::ssl::context::tls_client};
    std::unique_ptr<asio::ssl::stream<tcp::socket>> stream_;
};

class tls_server_test : public server_fixture {
protected:
    void with(const std::vector<std::string>& names) {
        std::vector<certificate_files> files;
        for (const auto& name : names) {
            const auto file = authority_.issue(name);
            files.emplace_back(file, file);
        }
        std::string why;
        options_.tls = certificates::read(files, true, why);
        ASSERT_TRUE(options_.tls) << why;
    }
    std::string read_why(const certificate_files& files) {
        std::string why;
        EXPECT_FALSE(certificates::read({files}, true, why));
        return why;
    }

    certificate_authority authority_{"an authority"};
    tls_browser browser_{authority_.file()};
};

TEST_F(tls_server_test, a_request_is_answered_and_the_connection_goes_on) {
    with({"DNS:localhost"});
    ASSERT_EQ(browser_.connect(port(), "localhost"), "");
    EXPECT_STREQ(SSL_get_version(browser_.session()), "TLSv1.3");
    const std::string first_line = "HTTP/1.1 200 OK\r\n";
    for (int turn = 0; turn < 3; ++turn) {
        browser_.send(get("/hello"));
        std::string answer = browser_.read(first_line.size());
        EXPECT_EQ(answer, first_line);
        while (!answer.ends_with("\r\n\r\nhello"))
            answer += browser_.read(1);
    }
}

TEST_F(tls_server_test, an_end_is_told_so_that_a_cut_one_is_known) {
    with({"DNS:localhost"});
    ASSERT_EQ(browser_.connect(port(), "localhost"), "");
    browser_.send(get("/hello", "Connection: close\r\n"));
    error ended;
    EXPECT_THAT(browser_.read_all(ended), EndsWith("hello"));
    EXPECT_EQ(ended, asio::error::eof);
}

TEST_F(tls_server_test, large_bodies_arrive_whole_in_both_directions) {
    with({"DNS:localhost"});
    const std::string body(3'000'000, 'b');
    ASSERT_EQ(browser_.connect(port(), "localhost"), "");
    browser_.send(post("/count", body));
    browser_.send(get("/large?3", "Connection: close\r\n"));
    error ended;
    const auto answers = browser_.read_all(ended);
    EXPECT_THAT(answers.substr(0, 300), HasSubstr("3000000"));
    EXPECT_THAT(answers, EndsWith(std::string(3 * 1024 * 1024, 'x')));
}

TEST_F(tls_server_test, the_certificate_is_that_of_the_name) {
    with({"DNS:one.example", "DNS:two.example,DNS:*.two.example"});
    for (const char* name : {"one.example", "two.example", "WWW.two.example"}) {
        ASSERT_EQ(browser_.connect(port(), name), "") << name;
        EXPECT_TRUE(browser_.was_shown(name)) << name;
    }
    for (const char* name : {"", "three.example", "a.b.two.example", "example"}) {
        ASSERT_EQ(browser_.connect(port(), name), "") << name;
        EXPECT_TRUE(browser_.was_shown("one.example")) << name;
    }
}

TEST_F(tls_server_test, a_session_is_resumed) {
    with({"DNS:localhost"});
    ASSERT_EQ(browser_.connect(port(), "localhost"), "");
    // Its ticket comes with the first answer.
    browser_.send(get("/hello"));
    browser_.read(1);
    SSL_SESSION* const kept = SSL_get1_session(browser_.session());
    // What ends without a word is not resumed.
    SSL_set_shutdown(browser_.session(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    ASSERT_EQ(browser_.connect(port(), "localhost", kept), "");
    EXPECT_EQ(SSL_session_reused(browser_.session()), 1);
    SSL_SESSION_free(kept);
}

TEST_F(tls_server_test, what_is_older_than_tls_1_2_is_refused) {
    with({"DNS:localhost"});
    SSL_CTX_set_security_level(browser_.context().native_handle(), 0);
    SSL_CTX_set_max_proto_version(browser_.context().native_handle(), TLS1_1_VERSION);
    EXPECT_NE(browser_.connect(port(), "localhost"), "");
    SSL_CTX_set_max_proto_version(browser_.context().native_handle(), TLS1_2_VERSION);
    EXPECT_EQ(browser_.connect(port(), "localhost"), "");
}

TEST_F(tls_server_test, the_protocol_is_agreed_upon) {  // RFC 7301
    with({"DNS:localhost"});
    browser_.speak("http/1.1");
    ASSERT_EQ(browser_.connect(port(), "localhost"), "");
    const unsigned char* chosen = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(browser_.session(), &chosen, &size);
    EXPECT_EQ(size, 8U);
    browser_.speak("gopher");
    EXPECT_THAT(browser_.connect(port(), "localhost"), HasSubstr("no application protocol"));
}

TEST_F(tls_server_test, plain_http_is_told_that_https_is_spoken) {
    with({"DNS:localhost"});
    auto plain = connect();
    plain.send(get("/hello"));
    EXPECT_EQ(plain.read_message().status(), 400U);
    EXPECT_TRUE(plain.ends());
}

TEST_F(tls_server_test, who_says_nothing_is_let_go) {  // slowloris, before it speaks
    with({"DNS:localhost"});
    options_.head_timeout = std::chrono::milliseconds(100);
    auto silent = connect();
    EXPECT_TRUE(silent.ends());
    auto half = connect();
    half.send(std::string("\x16\x03\x01", 3));
    EXPECT_TRUE(half.ends());
}

TEST_F(tls_server_test, files_that_change_are_read_again) {
    const auto first = authority_.issue("DNS:old.example");
    const auto file = first + ".used";
    std::filesystem::copy_file(first, file);
    std::string why;
    options_.tls = certificates::read({certificate_files(file, file)}, true, why);
    ASSERT_TRUE(options_.tls) << why;
    tls_browser before(authority_.file());
    ASSERT_EQ(before.connect(port(), ""), "");
    EXPECT_TRUE(before.was_shown("old.example"));

    options_.tls->look();
    const auto kept = options_.tls->current();
    std::ofstream(file + ".broken") << "not a certificate";
    std::filesystem::rename(file + ".broken", file);
    options_.tls->look();
    EXPECT_EQ(options_.tls->current(), kept) << "what cannot be used changes nothing";

    std::filesystem::copy_file(authority_.issue("DNS:new.example"), file + ".next");
    std::filesystem::rename(file + ".next", file);
    options_.tls->look();
    ASSERT_EQ(browser_.connect(port(), ""), "");
    EXPECT_TRUE(browser_.was_shown("new.example"));
    before.send(get("/hello", "Connection: close\r\n"));
    error ended;
    EXPECT_THAT(before.read_all(ended), EndsWith("hello")) << "who was there before goes on";
}

TEST_F(tls_server_test, files_that_cannot_be_used_are_named_with_the_reason) {
    const auto one = authority_.issue("DNS:one.example");
    const auto other = authority_.issue("DNS:two.example");
    EXPECT_THAT(read_why({"/nowhere.pem", one}), StartsWith("/nowhere.pem: no certificate"));
    EXPECT_THAT(read_why({one, "/nowhere.key"}), StartsWith("/nowhere.key: no key"));
    EXPECT_THAT(read_why({one, authority_.file()}), HasSubstr("ca.pem: no key"));
    EXPECT_THAT(read_why({one, other}), HasSubstr("is not the key of " + one));
}

}  // namespace
}  // namespace cloche::http
