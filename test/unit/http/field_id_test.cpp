#include "http/field_id.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace cloche::http {
namespace {

struct known_name {
    const char* name;
    field_id id;
};

const known_name known[] = {
    {"Accept", field_id::accept},
    {"Authorization", field_id::authorization},
    {"Cache-Control", field_id::cache_control},
    {"Connection", field_id::connection},
    {"Content-Length", field_id::content_length},
    {"Content-Type", field_id::content_type},
    {"Cookie", field_id::cookie},
    {"Date", field_id::date},
    {"Expect", field_id::expect},
    {"Forwarded", field_id::forwarded},
    {"Host", field_id::host},
    {"If-Modified-Since", field_id::if_modified_since},
    {"If-None-Match", field_id::if_none_match},
    {"Keep-Alive", field_id::keep_alive},
    {"Location", field_id::location},
    {"Origin", field_id::origin},
    {"Proxy-Authenticate", field_id::proxy_authenticate},
    {"Proxy-Authorization", field_id::proxy_authorization},
    {"Proxy-Connection", field_id::proxy_connection},
    {"Range", field_id::range},
    {"Retry-After", field_id::retry_after},
    {"Sec-Fetch-Dest", field_id::sec_fetch_dest},
    {"Sec-Fetch-Mode", field_id::sec_fetch_mode},
    {"Sec-Fetch-Site", field_id::sec_fetch_site},
    {"Server", field_id::server},
    {"Set-Cookie", field_id::set_cookie},
    {"TE", field_id::te},
    {"traceparent", field_id::traceparent},
    {"accept-language", field_id::accept_language},
    {"tracestate", field_id::tracestate},
    {"Trailer", field_id::trailer},
    {"Transfer-Encoding", field_id::transfer_encoding},
    {"Upgrade", field_id::upgrade},
    {"User-Agent", field_id::user_agent},
    {"Via", field_id::via},
    {"WWW-Authenticate", field_id::www_authenticate},
    {"X-CSRF", field_id::x_csrf},
    {"X-Forwarded-For", field_id::x_forwarded_for},
    {"X-Forwarded-Host", field_id::x_forwarded_host},
    {"X-Forwarded-Port", field_id::x_forwarded_port},
    {"X-Forwarded-Proto", field_id::x_forwarded_proto},
    {"X-Real-IP", field_id::x_real_ip},
    {"X-Request-Id", field_id::x_request_id},
};

TEST(field_id, every_name_has_its_number) {
    for (const known_name& each : known)
        EXPECT_EQ(identify(each.name), each.id) << each.name;
}

TEST(field_id, the_list_of_this_test_is_complete) {
    // `other` and `underscored` have no name.
    EXPECT_EQ(std::size(known) + 2, field_id_count);
}

TEST(field_id, case_does_not_count) {
    for (const known_name& each : known) {
        std::string name = each.name;
        for (char& c : name)
            c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        EXPECT_EQ(identify(name), each.id) << name;
        for (char& c : name)
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        EXPECT_EQ(identify(name), each.id) << name;
    }
}

TEST(field_id, a_name_with_any_other_byte_in_any_place_is_another_name) {
    for (const known_name& each : known) {
        const std::string name = each.name;
        for (std::size_t at = 0; at < name.size(); ++at) {
            for (int byte = 0; byte < 256; ++byte) {
                const auto c = static_cast<unsigned char>(name[at]);
                if (std::tolower(byte) == std::tolower(c)) continue;
                std::string changed = name;
                changed[at] = static_cast<char>(byte);
                EXPECT_NE(identify(changed), each.id)
                    << name << " with byte " << byte << " at " << at;
            }
        }
    }
}

TEST(field_id, a_name_that_is_longer_or_shorter_is_another_name) {
    for (const known_name& each : known) {
        const std::string name = each.name;
        EXPECT_NE(identify(name + "x"), each.id);
        EXPECT_NE(identify("x" + name), each.id);
        EXPECT_NE(identify(name.substr(1)), each.id);
        EXPECT_NE(identify(name.substr(0, name.size() - 1)), each.id);
    }
    EXPECT_EQ(identify(""), field_id::other);
    EXPECT_EQ(identify("x"), field_id::other);
    EXPECT_EQ(identify(std::string(1000, 'a')), field_id::other);
}

}  // namespace
}  // namespace cloche::http
