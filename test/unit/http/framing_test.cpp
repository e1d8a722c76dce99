#include "http/framing.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace cloche::http {
namespace {

using namespace std::string_literals;

struct decoded {
    std::string content;
    bool done = false;
};

body_framing framing(body_kind kind, std::uint64_t length = 0) {
    body_framing how;
    how.kind = kind;
    how.length = length;
    return how;
}

/// Feeds `wire` in pieces of `piece` bytes; nothing if the decoder refuses it.
std::optional<decoded> decode(body_framing how, const std::string& wire, std::size_t piece) {
    body_decoder decoder(how);
    decoded all;
    for (std::size_t at = 0; at < wire.size() && !decoder.done();) {
        std::string_view input = std::string_view(wire).substr(at, piece);
        const std::size_t offered = input.size();
        while (!decoder.done()) {
            const auto step = decoder.decode(input);
            if (!step) {
                EXPECT_EQ(step.error(), errc::bad_request);
                return std::nullopt;
            }
            all.content += step->content;
            input.remove_prefix(step->consumed);
            if (step->consumed == 0) break;
        }
        at += offered - input.size();
        EXPECT_TRUE(decoder.done() || input.empty()) << "something was neither taken nor refused";
    }
    all.done = decoder.done();
    return all;
}

std::optional<decoded> decode_chunked(const std::string& wire, std::size_t piece = 1'000'000) {
    return decode(framing(body_kind::chunked), wire, piece);
}

TEST(body_decoder, no_body_is_done_at_once) {
    EXPECT_TRUE(body_decoder().done());
    EXPECT_TRUE(body_decoder(framing(body_kind::none)).done());
    EXPECT_TRUE(body_decoder(framing(body_kind::length, 0)).done());
    body_decoder decoder;
    const auto step = decoder.decode("GET / HTTP/1.1");
    ASSERT_TRUE(step);
    EXPECT_EQ(step->consumed, 0u);
    EXPECT_EQ(step->content, "");
}

TEST(body_decoder, a_known_length_is_counted_and_what_follows_left_alone) {
    body_decoder decoder(framing(body_kind::length, 5));
    EXPECT_EQ(decoder.remaining(), 5u);
    const std::string_view first = "hel";
    auto step = decoder.decode(first);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->content.data(), first.data()) << "copied";
    EXPECT_EQ(step->content, "hel");
    EXPECT_EQ(decoder.remaining(), 2u);
    EXPECT_FALSE(decoder.done());
    step = decoder.decode("loGET /");
    ASSERT_TRUE(step);
    EXPECT_EQ(step->content, "lo");
    EXPECT_EQ(step->consumed, 2u);
    EXPECT_TRUE(decoder.done());
    EXPECT_EQ(decoder.remaining(), 0u);
}

TEST(body_decoder, the_largest_length_does_not_overflow) {
    body_decoder decoder(framing(body_kind::length, std::numeric_limits<std::int64_t>::max()));
    ASSERT_TRUE(decoder.decode("x"));
    EXPECT_EQ(decoder.remaining(), 9223372036854775806u);
}

TEST(body_decoder, a_body_until_close_goes_on_until_then) {
    body_decoder decoder(framing(body_kind::until_close));
    const auto step = decoder.decode("0\r\n\r\n");
    ASSERT_TRUE(step);
    EXPECT_EQ(step->content, "0\r\n\r\n");
    EXPECT_FALSE(decoder.done());
    decoder.at_close();
    EXPECT_TRUE(decoder.done());
}

TEST(body_decoder, the_end_of_the_connection_ends_no_other_body) {
    for (const body_framing how : {framing(body_kind::length, 5), framing(body_kind::chunked)}) {
        body_decoder decoder(how);
        decoder.at_close();
        EXPECT_FALSE(decoder.done());
    }
}

TEST(body_decoder, chunks_are_taken_apart_however_they_arrive) {
    const std::string wire =
        "5\r\nhello\r\n0A\r\n, chunked!\r\n000001;name=value;\"quoted\"\r\n.\r\n0\r\nX-Trailer: "
        "dropped\r\n\r\n";
    for (std::size_t piece = 1; piece <= wire.size(); ++piece) {
        const auto body = decode_chunked(wire, piece);
        ASSERT_TRUE(body) << piece;
        EXPECT_EQ(body->content, "hello, chunked!.") << piece;
        EXPECT_TRUE(body->done) << piece;
    }
}

TEST(body_decoder, a_large_chunk_is_given_out_without_copies) {
    const std::string data(100'000, 'd');
    const std::string wire = "186A0\r\n" + data + "\r\n0\r\n\r\n";
    body_decoder decoder(framing(body_kind::chunked));
    const auto step = decoder.decode(wire);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->content.data(), wire.data() + 7);
    EXPECT_EQ(step->content.size(), data.size());
}

TEST(body_decoder, the_next_request_is_left_alone) {
    body_decoder decoder(framing(body_kind::chunked));
    const std::string wire = "0\r\n\r\nGET / HTTP/1.1\r\n";
    const auto step = decoder.decode(wire);
    ASSERT_TRUE(step);
    EXPECT_EQ(step->consumed, 5u);
    EXPECT_TRUE(decoder.done());
}

TEST(body_decoder, an_unfinished_body_is_not_done) {
    const std::string wire = "5\r\nhello\r\n0\r\nA: b\r\n\r\n";
    for (std::size_t size = 0; size < wire.size(); ++size) {
        const auto body = decode_chunked(wire.substr(0, size));
        ASSERT_TRUE(body) << size;
        EXPECT_FALSE(body->done) << size;
    }
}

TEST(body_decoder, what_parsers_read_differently_is_refused_PX_8) {
    const std::string wires[] = {
        "\r\n",  // no size
        ";x\r\n",
        " 5\r\nhello\r\n",  // white space around the size
        "5 \r\nhello\r\n",
        "5\t\r\nhello\r\n",
        "5 ;x\r\nhello\r\n",
        "+5\r\nhello\r\n",
        "-5\r\nhello\r\n",
        "0x5\r\nhello\r\n",
        "5_0\r\n",
        "g\r\n",
        "5\nhello\r\n",  // bare LF
        "5\rhello\r\n",  // bare CR
        "5\r\r\nhello\r\n",
        "5;x\nhello\r\n",
        "5;x\ry\r\nhello\r\n",
        "5;\0\r\nhello\r\n"s,
        "5;\x7f\r\nhello\r\n",
        "5;a=\"\r\nhello\r\n0\r\n\r\n",  // a line end within quotes is none to some
        "5;a=\"b\\\"\r\nhello\r\n0\r\n\r\n",
        "5;\"a\\\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",  // line end behind the data
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "4\r\nhello\r\n0\r\n\r\n",
        "0\r\n\n",  // the end
        "0\r\n\rx",
        "0\r\nx\r\n\r\n",  // trailers
        "0\r\n: x\r\n\r\n",
        "0\r\n x: y\r\n\r\n",
        "0\r\nx : y\r\n\r\n",
        "0\r\nx: y\r\n z\r\n\r\n",
        "0\r\nx: y\n\r\n",
        "0\r\nx: \0\r\n\r\n"s,
        "0\r\nx: y\rz\r\n\r\n",
        "10000000000000000\r\n",  // 17 digits
        "00000000000000005\r\nhello\r\n",
        "8000000000000000\r\n",  // over 2^63 - 1
        "FFFFFFFFFFFFFFFF\r\n",
    };
    for (const std::string& wire : wires) {
        EXPECT_FALSE(decode_chunked(wire)) << wire;
        EXPECT_FALSE(decode_chunked(wire, 1)) << wire;
    }
}

TEST(body_decoder, the_largest_chunk_size_is_read) {
    body_decoder decoder(framing(body_kind::chunked));
    EXPECT_TRUE(decoder.decode("7FFFFFFFFFFFFFFF\r\nx"));
    EXPECT_FALSE(decoder.done());
}

TEST(body_decoder, the_extension_of_a_chunk_is_bounded_PX_8) {
    EXPECT_TRUE(decode_chunked("1;" + std::string(256, 'x') + "\r\n.\r\n0\r\n\r\n"));
    EXPECT_FALSE(decode_chunked("1;" + std::string(257, 'x') + "\r\n.\r\n0\r\n\r\n"));
}

TEST(body_decoder, the_extensions_of_a_body_are_bounded_PX_8) {
    const std::string chunk = "1;" + std::string(256, 'x') + "\r\n.\r\n";
    std::string wire;
    for (int i = 0; i < 64; ++i)
        wire += chunk;
    EXPECT_TRUE(decode_chunked(wire + "0\r\n\r\n"));
    EXPECT_FALSE(decode_chunked(wire + chunk + "0\r\n\r\n"));
    EXPECT_FALSE(decode_chunked(wire + "0;x\r\n\r\n"));
}

TEST(body_decoder, quotes_in_an_extension_must_close_before_its_line_does_PX_8) {
    for (const char* const extension :
         {"a=\"b\"", "a=\"b\\\"c\"", "a=\"\\\\\"", "a=\"b\";c=\"d;e\"", "a=\\", "a=\\x"}) {
        const auto body = decode_chunked("1;"s + extension + "\r\n.\r\n0\r\n\r\n");
        ASSERT_TRUE(body) << extension;
        EXPECT_EQ(body->content, ".");
        EXPECT_TRUE(body->done);
    }
}

TEST(body_decoder, trailers_are_bounded_PX_8) {
    const std::string name = "X-Trailer:";
    EXPECT_TRUE(decode_chunked("0\r\n" + name + std::string(8192 - name.size(), 'x') + "\r\n\r\n"));
    EXPECT_FALSE(decode_chunked("0\r\n" + name + std::string(8193 - name.size(), 'x') + "\r\n\r\n")
    );
    std::string many;
    for (int i = 0; i < 3000; ++i)
        many += "a:b\r\n";
    EXPECT_FALSE(decode_chunked("0\r\n" + many + "\r\n"));
}

}  // namespace
}  // namespace cloche::http
