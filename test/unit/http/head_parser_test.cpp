#include "http/head_parser.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace cloche::http {
namespace {

using namespace std::string_literals;

struct outcome {
    std::optional<errc> failure;
    request_head head;
    std::unique_ptr<const std::string> block;  ///< what `head` shows
};

outcome parse(const std::string& block, const head_limits& limits = {}) {
    outcome parsed;
    parsed.block = std::make_unique<const std::string>(block);
    const auto read = parse_request_head(*parsed.block, limits, parsed.head);
    if (!read) {
        EXPECT_EQ(read.error().category(), http_category());
        parsed.failure = static_cast<errc>(read.error().value());
    }
    return parsed;
}

std::string get_with(const std::string& field_lines) {
    return "GET / HTTP/1.1\r\nHost: a.example\r\n" + field_lines + "\r\n";
}

std::string post_with(const std::string& field_lines) {
    return "POST / HTTP/1.1\r\nHost: a.example\r\n" + field_lines + "\r\n";
}

TEST(head_parser, a_request_of_a_browser_is_taken_apart) {
    const std::string text =
        "POST /api/proxy/orders?page=2 HTTP/1.1\r\n"
        "Host: app.example:3000\r\n"
        "user-agent: Mozilla/5.0 (X11)\r\n"
        "Content-Type:application/json\r\n"
        "Content-Length: 17\r\n"
        "Cookie: a=1; b=2\r\n"
        "X-Empty:\r\n"
        "X-Padded: \t in the middle \t \r\n"
        "\r\n";
    const auto [failure, head, shown] = parse(text);
    ASSERT_FALSE(failure);
    EXPECT_EQ(head.verb, method::post);
    EXPECT_EQ(head.method_name, "POST");
    EXPECT_EQ(head.target, "/api/proxy/orders?page=2");
    EXPECT_EQ(head.version_minor, 1);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_FALSE(head.expects_continue);
    EXPECT_EQ(head.framing.kind, body_kind::length);
    EXPECT_EQ(head.framing.length, 17u);
    ASSERT_EQ(head.fields.size(), 7u);
    EXPECT_EQ(head.value(field_id::host), "app.example:3000");
    EXPECT_EQ(head.value(field_id::user_agent), "Mozilla/5.0 (X11)");
    EXPECT_EQ(head.value(field_id::content_type), "application/json");
    EXPECT_EQ(head.fields[1].name, "user-agent");
    EXPECT_EQ(head.fields[5].name, "X-Empty");
    EXPECT_EQ(head.fields[5].value, "");
    EXPECT_EQ(head.fields[5].id, field_id::other);
    EXPECT_EQ(head.fields[6].value, "in the middle");
}

TEST(head_parser, nothing_of_an_earlier_head_is_left) {
    request_head head;
    const std::string first =
        "POST /first HTTP/1.0\r\nHost: a\r\nContent-Length: 9\r\nConnection: close\r\n\r\n";
    const std::string second = "GET /second HTTP/1.1\r\nHost: b\r\n\r\n";
    ASSERT_TRUE(parse_request_head(first, {}, head));
    ASSERT_TRUE(parse_request_head(second, {}, head));
    EXPECT_EQ(head.verb, method::get);
    EXPECT_EQ(head.target, "/second");
    EXPECT_EQ(head.version_minor, 1);
    EXPECT_EQ(head.fields.size(), 1u);
    EXPECT_EQ(head.framing.kind, body_kind::none);
    EXPECT_TRUE(head.keep_alive);
}

TEST(head_parser, methods_are_known_by_their_exact_name) {
    const std::pair<const char*, method> methods[] = {
        {"GET", method::get},
        {"HEAD", method::head},
        {"POST", method::post},
        {"PUT", method::put},
        {"PATCH", method::patch},
        {"DELETE", method::del},
        {"OPTIONS", method::options},
        {"TRACE", method::trace},
        {"get", method::other},
        {"GETS", method::other},
        {"PROPFIND", method::other},
        {"M-SEARCH", method::other},
    };
    for (const auto& [name, verb] : methods) {
        const auto [failure, head, shown] = parse(name + " / HTTP/1.1\r\nHost: a\r\n\r\n"s);
        ASSERT_FALSE(failure) << name;
        EXPECT_EQ(head.verb, verb) << name;
        EXPECT_EQ(head.method_name, name);
    }
    EXPECT_EQ(
        parse(std::string(33, 'M') + " / HTTP/1.1\r\nHost: a\r\n\r\n").failure,
        errc::not_implemented
    );
}

TEST(head_parser, one_empty_line_may_stand_before_a_request) {
    EXPECT_FALSE(parse("\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").failure);
    EXPECT_TRUE(parse("\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").failure);
    EXPECT_TRUE(parse("\nGET / HTTP/1.1\r\nHost: a\r\n\r\n").failure);
}

TEST(head_parser, broken_request_lines_are_refused) {
    const std::string lines[] = {
        "",
        " ",
        "GET",
        "GET /",
        "GET /  HTTP/1.1",
        "GET  / HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET\t/\tHTTP/1.1",
        "GET / HTTP/1.1\t",
        "GET / http/1.1",
        "GET / HTTP/1.2",
        "GET / HTTP/2.0",
        "GET / HTTP/0.9",
        "GET / HTTP/11",
        "GET / HTTP/1.10",
        "GET / HTTP/01.1",
        "GET / HTTP/1,1",
        "GET / HTP/1.1",
        "GET / ",
        "G(T / HTTP/1.1",
        "GET: / HTTP/1.1",
        "G\xc3\x89T / HTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET /a\tb HTTP/1.1",
        "GET /a#b HTTP/1.1",
        "GET /\xc3\xa9 HTTP/1.1",
        "GET /\x7f HTTP/1.1",
        "GET /\x01 HTTP/1.1",
        "GET /\0 HTTP/1.1"s,
        "PRI * HTTP/2.0",
    };
    for (const std::string& line : lines) {
        EXPECT_EQ(parse(line + "\r\nHost: a\r\n\r\n").failure, errc::bad_request) << line;
    }
}

TEST(head_parser, targets_have_one_of_the_four_forms_and_fit_their_method) {
    const std::pair<const char*, bool> lines[] = {
        {"GET /", true},
        {"GET //twice", true},
        {"GET /?a=b", true},
        {"GET /%7Euser/\"<>^`{|}\\", true},
        {"GET http://a.example/x?y", true},
        {"GET HTTPS://A.EXAMPLE/x", true},
        {"GET http://a.example", true},
        {"OPTIONS *", true},
        {"OPTIONS /x", true},
        {"CONNECT a.example:443", true},
        {"GET *", false},
        {"GET **", false},
        {"OPTIONS **", false},
        {"GET a.example:443", false},
        {"GET x", false},
        {"GET ?x", false},
        {"GET ftp://a.example/", false},
        {"GET http:///x", false},
        {"GET http:/x", false},
        {"GET http://a.example?x", false},
        {"GET http://user@a.example/", false},
        {"GET http://user:secret@a.example/", false},
        {"GET http://a.example:/", false},
        {"GET javascript:alert(1)", false},
        {"CONNECT /", false},
        {"CONNECT a.example", false},
        {"CONNECT http://a.example/", false},
        {"CONNECT *", false},
    };
    for (const auto& [line, accepted] : lines) {
        const std::string host =
            std::string(line).starts_with("CONNECT") ? "a.example:443" : "a.example";
        const auto failure = parse(line + " HTTP/1.1\r\nHost: "s + host + "\r\n\r\n").failure;
        EXPECT_EQ(!failure, accepted) << line;
    }
}

TEST(head_parser, the_authority_of_an_absolute_form_must_be_that_of_host_PX_6) {
    EXPECT_FALSE(parse("GET http://A.example:80/ HTTP/1.1\r\nHost: a.Example:80\r\n\r\n").failure);
    EXPECT_EQ(
        parse("GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n").failure,
        errc::bad_request
    );
    EXPECT_EQ(
        parse("GET http://a.example:80/ HTTP/1.1\r\nHost: a.example\r\n\r\n").failure,
        errc::bad_request
    );
}

TEST(head_parser, a_target_over_its_limit_is_too_long_PX_16) {
    head_limits limits;
    limits.target = 10;
    EXPECT_FALSE(parse("GET /123456789 HTTP/1.1\r\nHost: a\r\n\r\n", limits).failure);
    EXPECT_EQ(
        parse("GET /1234567890 HTTP/1.1\r\nHost: a\r\n\r\n", limits).failure, errc::uri_too_long
    );
}

TEST(head_parser, a_head_over_its_limits_is_too_large_PX_16) {
    head_limits limits;
    limits.fields = 3;
    EXPECT_FALSE(parse(get_with("A: 1\r\nB: 2\r\n"), limits).failure);
    EXPECT_EQ(parse(get_with("A: 1\r\nB: 2\r\nC: 3\r\n"), limits).failure, errc::headers_too_large);

    limits.bytes = get_with("A: 1\r\n").size();
    EXPECT_FALSE(parse(get_with("A: 1\r\n"), limits).failure);
    EXPECT_EQ(parse(get_with("A: 12\r\n"), limits).failure, errc::headers_too_large);
}

TEST(head_parser, lines_that_parsers_read_differently_are_refused_PX_5) {
    const std::string lines[] = {
        "A : 1\r\n",  // space before the colon
        "A\t: 1\r\n",
        "A: 1\r\n folded\r\n",  // obs-fold
        "A: 1\r\n\tfolded\r\n",
        ": 1\r\n",  // no name
        "A\r\n",    // no colon
        "A B: 1\r\n",
        "\"A\": 1\r\n",
        "A(b): 1\r\n",
        "\xc3\x84: 1\r\n",
        "A: 1\n",  // bare LF
        "A: 1\nB: 2\r\n",
        "A:\n",
        "A: 1\rB: 2\r\n",  // bare CR
        "A: 1\r\r\n",
        "A:\r\r\n",
        "A\r: 1\r\n",
        "A: \0\r\n"s,  // control bytes
        "A: x\0y\r\n"s,
        "A: x\x01y\r\n",
        "A: x\x1fy\r\n",
        "A: x\x7fy\r\n",
        "A: x\x0by\r\n",
        "A: x\x0cy\r\n",
        "A: x\x08\r\n",
        "A: tab\tand bell\x07\r\n",
        "A\0: 1\r\n"s,
    };
    for (const std::string& line : lines) {
        EXPECT_EQ(parse(get_with(line)).failure, errc::bad_request) << line;
        EXPECT_EQ(parse(get_with("B: 2\r\n" + line + "C: 3\r\n")).failure, errc::bad_request)
            << line;
    }
}

TEST(head_parser, white_space_before_the_first_field_is_refused_PX_5) {
    EXPECT_EQ(parse("GET / HTTP/1.1\r\n Host: a\r\n\r\n").failure, errc::bad_request);
    EXPECT_EQ(parse("GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n").failure, errc::bad_request);
    EXPECT_EQ(parse("GET / HTTP/1.1\r\n\tx: y\r\nHost: a\r\n\r\n").failure, errc::bad_request);
}

TEST(head_parser, every_control_byte_is_found_wherever_it_stands_PX_5) {
    // Values long enough for every path of a vectorised loop.
    for (const std::size_t size : {1u, 7u, 8u, 15u, 16u, 17u, 31u, 33u, 239u, 240u, 241u, 500u}) {
        for (std::size_t at = 0; at < size; at += (size > 64 ? 13 : 1)) {
            for (const char byte : {'\0', '\x01', '\x1f', '\x7f', '\r', '\n'}) {
                std::string value(size, 'v');
                value[at] = byte;
                // White space around a value is cut off, a control byte there is not.
                EXPECT_EQ(parse(get_with("A: " + value + "\r\n")).failure, errc::bad_request)
                    << size << " bytes, " << static_cast<int>(byte) << " at " << at;
            }
        }
    }
}

TEST(head_parser, tabs_and_bytes_beyond_ascii_may_be_in_a_value) {
    const auto [failure, head, shown] =
        parse(get_with("A: x\ty\r\nB: caf\xc3\xa9\r\nC: \xff\x80\r\n"));
    ASSERT_FALSE(failure);
    EXPECT_EQ(head.fields[1].value, "x\ty");
    EXPECT_EQ(head.fields[2].value, "caf\xc3\xa9");
    EXPECT_EQ(head.fields[3].value, "\xff\x80");
}

TEST(head_parser, text_that_is_no_whole_head_is_refused) {
    const std::string blocks[] = {
        "",
        "\r\n",
        "\r\n\r\n",
        "GET / HTTP/1.1",
        "GET / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n",
        "GET / HTTP/1.1\r\nHost: a\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\n",
        "GET / HTTP/1.1\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\n",
    };
    for (const std::string& block : blocks)
        EXPECT_EQ(parse(block).failure, errc::bad_request) << block;
}

TEST(head_parser, host_must_be_there_once_and_valid_PX_6) {
    const auto with = [](const std::string& lines) {
        return "GET / HTTP/1.1\r\n" + lines + "\r\n";
    };
    const std::string good[] = {
        "a",
        "A.Example",
        "a.example:3000",
        "127.0.0.1:80",
        "[::1]",
        "[::1]:3000",
        "[::ffff:10.0.0.1]:1",
        "my_service:8000",
        "a.:1",
        "a:65535"};
    for (const std::string& host : good)
        EXPECT_FALSE(parse(with("Host: " + host + "\r\n")).failure) << host;

    const std::string bad[] = {
        "",     "a b",  "a,b",      "a/b",      "a@b",      "user:secret@a",
        "a:",   "a:x",  "a:65536",  "a:123456", "a:-1",     "a::1",
        "[::1", "::1",  "[::1]x",   "[::1]:",   "[]",       "[g::1]",
        "[1]",  "a%41", "a?b",      "a#b",      "a\\b",     "a;b",
        "a\"b", ":80",  "http://a", "a\tb",     "\xc3\xa9", std::string(256, 'a')};
    for (const std::string& host : bad) {
        EXPECT_EQ(parse(with("Host: " + host + "\r\n")).failure, errc::bad_request) << host;
    }
    EXPECT_EQ(parse(with("")).failure, errc::bad_request);
    EXPECT_EQ(parse(with("Host: a\r\nHost: a\r\n")).failure, errc::bad_request);
    EXPECT_EQ(parse(with("Host: a\r\nA: b\r\nhost: c\r\n")).failure, errc::bad_request);
    EXPECT_EQ(parse("GET / HTTP/1.0\r\n\r\n").failure, errc::bad_request);
    EXPECT_EQ(parse("GET http://a.example/ HTTP/1.1\r\n\r\n").failure, errc::bad_request);
}

TEST(head_parser, a_content_length_is_digits_once_PX_3) {
    const std::pair<const char*, std::uint64_t> good[] = {
        {"0", 0}, {"1", 1}, {"0010", 10}, {"9223372036854775807", 9223372036854775807u}};
    for (const auto& [text, length] : good) {
        const auto [failure, head, shown] = parse(post_with("Content-Length: "s + text + "\r\n"));
        ASSERT_FALSE(failure) << text;
        EXPECT_EQ(head.framing.kind, body_kind::length);
        EXPECT_EQ(head.framing.length, length) << text;
    }
    const std::string bad[] = {
        "",
        "-1",
        "+1",
        "1 1",
        "1,1",
        "1, 1",
        "0x10",
        "1.0",
        "1e3",
        "a",
        "1;2",
        " ",
        "\"1\"",
        "9223372036854775808",
        "18446744073709551616",
        "18446744073709551617",
        "99999999999999999999999",
        "\xb2"};
    for (const std::string& text : bad) {
        EXPECT_EQ(parse(post_with("Content-Length: " + text + "\r\n")).failure, errc::bad_request)
            << text;
    }
    EXPECT_EQ(
        parse(post_with("Content-Length: 5\r\nContent-Length: 5\r\n")).failure, errc::bad_request
    );
    EXPECT_EQ(
        parse(post_with("Content-Length: 5\r\nA: b\r\ncontent-length: 6\r\n")).failure,
        errc::bad_request
    );
}

TEST(head_parser, content_length_and_transfer_encoding_never_go_together_PX_1) {
    EXPECT_EQ(
        parse(post_with("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")).failure,
        errc::bad_request
    );
    EXPECT_EQ(
        parse(post_with("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n")).failure,
        errc::bad_request
    );
    EXPECT_EQ(
        parse(post_with("Transfer-Encoding: identity\r\nContent-Length: 5\r\n")).failure,
        errc::bad_request
    );
}

TEST(head_parser, chunked_is_the_one_transfer_coding_PX_2) {
    for (const char* const value : {"chunked", "Chunked", "CHUNKED", " chunked\t"}) {
        const auto [failure, head, shown] =
            parse(post_with("Transfer-Encoding: "s + value + "\r\n"));
        ASSERT_FALSE(failure) << value;
        EXPECT_EQ(head.framing.kind, body_kind::chunked);
    }
    const std::pair<const char*, errc> others[] = {
        {"gzip", errc::not_implemented},
        {"gzip, chunked", errc::not_implemented},
        {"deflate, gzip;q=1, chunked", errc::not_implemented},
        {"identity", errc::not_implemented},
        {"xchunked", errc::not_implemented},
        {"chunkedx", errc::not_implemented},
        {"", errc::bad_request},
        {",", errc::bad_request},
        {"chunked,", errc::bad_request},
        {", chunked", errc::bad_request},
        {"chunked, chunked", errc::bad_request},
        {"chunked, identity", errc::bad_request},
        {"chunked, gzip", errc::bad_request},
        {"gzip, chunked, gzip", errc::bad_request},
        {"chunked;q=1", errc::bad_request},
        {"chunked ;q=1", errc::bad_request},
        {"\"chunked\"", errc::bad_request},
        {"'chunked'", errc::not_implemented},
        {"chun\tked", errc::not_implemented},
        {"(chunked)", errc::bad_request},
        {"chunked\xa0", errc::bad_request},
    };
    for (const auto& [value, failure] : others) {
        EXPECT_EQ(parse(post_with("Transfer-Encoding: "s + value + "\r\n")).failure, failure)
            << value;
    }
    EXPECT_EQ(
        parse(post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n")).failure,
        errc::bad_request
    );
    EXPECT_EQ(
        parse("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").failure,
        errc::bad_request
    );
}

TEST(head_parser, spellings_that_look_like_a_framing_field_are_not_one) {
    const auto [failure, head, shown] =
        parse(post_with("Content_Length: 5\r\nTransfer_Encoding: chunked\r\nContent-Lengt: 5\r\n"));
    ASSERT_FALSE(failure);
    EXPECT_EQ(head.framing.kind, body_kind::none);
}

TEST(head_parser, names_with_an_underscore_are_told_from_others_FW_4) {
    const auto [failure, head, shown] =
        parse(get_with("X_Forwarded_For: 1\r\n_: 2\r\nX-Y: 3\r\nX-Y_Z: 4\r\n"));
    ASSERT_FALSE(failure);
    EXPECT_EQ(head.fields[1].id, field_id::underscored);
    EXPECT_EQ(head.fields[2].id, field_id::underscored);
    EXPECT_EQ(head.fields[3].id, field_id::other);
    EXPECT_EQ(head.fields[4].id, field_id::underscored);
}

TEST(head_parser, a_connection_stays_open_by_its_version_and_the_connection_field) {
    const auto stays_open = [](const std::string& version, const std::string& lines) {
        const auto [failure, head, shown] =
            parse("GET / HTTP/" + version + "\r\nHost: a\r\n" + lines + "\r\n");
        EXPECT_FALSE(failure);
        return head.keep_alive;
    };
    EXPECT_TRUE(stays_open("1.1", ""));
    EXPECT_TRUE(stays_open("1.1", "Connection: keep-alive\r\n"));
    EXPECT_TRUE(stays_open("1.1", "Connection: closed\r\n"));
    EXPECT_FALSE(stays_open("1.1", "Connection: close\r\n"));
    EXPECT_FALSE(stays_open("1.1", "Connection: CLOSE\r\n"));
    EXPECT_FALSE(stays_open("1.1", "Connection: x ,\tclose, y\r\n"));
    EXPECT_FALSE(stays_open("1.1", "Connection: keep-alive\r\nConnection: close\r\n"));
    EXPECT_FALSE(stays_open("1.0", ""));
    EXPECT_TRUE(stays_open("1.0", "Connection: Keep-Alive\r\n"));
    EXPECT_FALSE(stays_open("1.0", "Connection: keep-alive, close\r\n"));
}

TEST(head_parser, expectations_other_than_100_continue_fail_PX_13) {
    EXPECT_TRUE(
        parse(post_with("Expect: 100-Continue\r\nContent-Length: 3\r\n")).head.expects_continue
    );
    EXPECT_TRUE(parse(post_with("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n"))
                    .head.expects_continue);
    EXPECT_FALSE(
        parse(post_with("Expect: 100-continue\r\nContent-Length: 0\r\n")).head.expects_continue
    );
    EXPECT_FALSE(parse(get_with("Expect: 100-continue\r\n")).head.expects_continue);

    for (const char* const value :
         {"", "200-ok", "100-continue, 100-continue", "100-continue;x", "100"}) {
        EXPECT_EQ(parse(post_with("Expect: "s + value + "\r\n")).failure, errc::expectation_failed)
            << value;
    }
    EXPECT_EQ(
        parse(post_with("Expect: 100-continue\r\nExpect: 100-continue\r\n")).failure,
        errc::bad_request
    );
}

TEST(head_parser, http_1_0_knows_no_interim_answers) {
    const auto [failure, head, shown] =
        parse("POST / HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
    ASSERT_FALSE(failure);
    EXPECT_FALSE(head.expects_continue);
}

TEST(head_parser, fields_that_decide_are_refused_when_repeated) {
    for (const char* const name :
         {"Content-Type",
          "Authorization",
          "Origin",
          "Sec-Fetch-Site",
          "Sec-Fetch-Mode",
          "Sec-Fetch-Dest"}) {
        const std::string line = name + ": a\r\n"s;
        EXPECT_FALSE(parse(get_with(line)).failure) << name;
        EXPECT_EQ(parse(get_with(line + "X: y\r\n" + line)).failure, errc::bad_request) << name;
    }
}

TEST(head_parser, several_cookie_lines_are_kept_apart_CK_5) {
    const auto [failure, head, shown] =
        parse(get_with("Cookie: a=1\r\nCookie: b=2\r\nX: y\r\nX: z\r\n"));
    ASSERT_FALSE(failure);
    ASSERT_EQ(head.fields.size(), 5u);
    EXPECT_EQ(head.find(field_id::cookie)->value, "a=1");
    EXPECT_EQ(head.fields[2].value, "b=2");
}

// ---- where a head ends

TEST(find_head_end, is_behind_the_empty_line) {
    const std::string block = get_with("A: b\r\n");
    std::size_t scanned = 0;
    EXPECT_EQ(find_head_end(block, scanned), block.size());
    scanned = 0;
    EXPECT_EQ(find_head_end(block + "body\r\n\r\n", scanned), block.size());
}

TEST(find_head_end, finds_it_however_the_bytes_arrive) {
    const std::string block = "\r\n" + get_with("A: b\r\n");
    for (std::size_t first = 1; first < block.size(); ++first) {
        std::size_t scanned = 0;
        EXPECT_EQ(find_head_end(std::string_view(block).substr(0, first), scanned), 0u) << first;
        EXPECT_LE(scanned, first);
        EXPECT_EQ(find_head_end(block, scanned), block.size()) << first;
    }
    std::size_t scanned = 0;
    for (std::size_t size = 0; size < block.size(); ++size) {
        ASSERT_EQ(find_head_end(std::string_view(block).substr(0, size), scanned), 0u) << size;
    }
    EXPECT_EQ(find_head_end(block, scanned), block.size());
}

TEST(find_head_end, does_not_wait_behind_bare_line_feeds_so_that_they_are_refused_at_once) {
    for (const char* const text :
         {"GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n"}) {
        std::size_t scanned = 0;
        const std::string block = text;
        EXPECT_EQ(find_head_end(block, scanned), block.size());
        EXPECT_EQ(parse(block).failure, errc::bad_request);
    }
}

// ---- answers

struct answer {
    bool valid;
    response_head head;
    std::unique_ptr<const std::string> block;
};

answer parse_answer(const std::string& block, method verb = method::get) {
    answer parsed{};
    parsed.block = std::make_unique<const std::string>(block);
    const auto read = parse_response_head(*parsed.block, {}, verb, parsed.head);
    parsed.valid = read.has_value();
    EXPECT_TRUE(read || read.error() == errc::upstream_invalid);
    return parsed;
}

TEST(head_parser, an_answer_is_taken_apart) {
    const auto [valid, head, shown] = parse_answer(
        "HTTP/1.1 200 All right\r\nContent-Length: 5\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n\r\n"
    );
    ASSERT_TRUE(valid);
    EXPECT_EQ(head.status, 200u);
    EXPECT_EQ(head.reason, "All right");
    EXPECT_EQ(head.version_minor, 1);
    EXPECT_TRUE(head.keep_alive);
    EXPECT_EQ(head.framing.kind, body_kind::length);
    EXPECT_EQ(head.framing.length, 5u);
    ASSERT_EQ(head.fields.size(), 3u);
    EXPECT_EQ(head.fields[1].id, field_id::set_cookie);
    EXPECT_EQ(head.fields[2].id, field_id::set_cookie);
    EXPECT_EQ(head.value(field_id::set_cookie), "a=1");
}

TEST(head_parser, a_reason_may_be_empty_or_missing) {
    EXPECT_TRUE(parse_answer("HTTP/1.1 204 \r\n\r\n").valid);
    EXPECT_TRUE(parse_answer("HTTP/1.1 204\r\n\r\n").valid);
}

TEST(head_parser, broken_status_lines_are_refused_PX_4) {
    for (const char* const line :
         {"",
          "HTTP/1.1",
          "HTTP/1.1 ",
          "HTTP/1.1 20",
          "HTTP/1.1 2000 OK",
          "HTTP/1.1 20x OK",
          "HTTP/1.1  200 OK",
          "HTTP/1.1 099 No",
          "HTTP/2.0 200 OK",
          "HTTP/1.2 200 OK",
          "http/1.1 200 OK",
          "HTTP/1.1200 OK",
          "HTTP/1.1 200OK",
          "ICY 200 OK",
          " HTTP/1.1 200 OK",
          "HTTP/1.1\t200 OK",
          "HTTP/1.1 -20 OK"}) {
        EXPECT_FALSE(parse_answer(line + "\r\nContent-Length: 0\r\n\r\n"s).valid) << line;
    }
    EXPECT_FALSE(parse_answer("\r\nHTTP/1.1 200 OK\r\n\r\n").valid);
}

TEST(head_parser, badly_framed_answers_are_refused_PX_4) {
    for (const char* const lines :
         {"Content-Length: 5\r\nContent-Length: 5\r\n",
          "Content-Length: 5, 5\r\n",
          "Content-Length: -5\r\n",
          "Content-Length: x\r\n",
          "Content-Length:\r\n",
          "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: gzip, chunked\r\n",
          "Transfer-Encoding: identity\r\n",
          "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
          "A : b\r\n",
          "A: b\r\n c\r\n",
          "A: b\n",
          "A: b\rc\r\n",
          " A: b\r\n",
          "A\r\n"}) {
        EXPECT_FALSE(parse_answer("HTTP/1.1 200 OK\r\n"s + lines + "\r\n").valid) << lines;
        // Where there is no body, its framing is broken all the same.
        EXPECT_FALSE(parse_answer("HTTP/1.1 304 Not Modified\r\n"s + lines + "\r\n").valid)
            << lines;
    }
    EXPECT_FALSE(parse_answer("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").valid);
}

TEST(head_parser, answers_to_head_and_of_some_statuses_have_no_body_PX_15) {
    const std::string lines = "\r\nContent-Length: 5\r\n\r\n";
    EXPECT_EQ(
        parse_answer("HTTP/1.1 200 OK" + lines, method::head).head.framing.kind, body_kind::none
    );
    for (const char* const status : {"100", "101", "103", "204", "304"}) {
        const auto [valid, head, shown] = parse_answer("HTTP/1.1 "s + status + " X" + lines);
        ASSERT_TRUE(valid);
        EXPECT_EQ(head.framing.kind, body_kind::none) << status;
        EXPECT_TRUE(head.keep_alive);
    }
}

TEST(head_parser, an_answer_without_framing_ends_with_the_connection) {
    const auto [valid, head, shown] =
        parse_answer("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n");
    ASSERT_TRUE(valid);
    EXPECT_EQ(head.framing.kind, body_kind::until_close);
    EXPECT_FALSE(head.keep_alive);
}

TEST(head_parser, an_upstream_of_http_1_0_closes_unless_it_says_otherwise) {
    EXPECT_FALSE(parse_answer("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n").head.keep_alive);
    EXPECT_TRUE(
        parse_answer("HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n")
            .head.keep_alive
    );
    EXPECT_FALSE(parse_answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                     .head.keep_alive);
}

}  // namespace
}  // namespace cloche::http
