#include "unit/config/reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloche::config {
namespace {

using testing::HasSubstr;

TEST(validate, plain_http_is_for_loopback_names_alone) {
    const std::string problem =
        "public_url: plain http on a name that is not this machine: every cookie could be read on "
        "the way; "
        "write https://, or for development http://localhost\n";
    EXPECT_THAT(gateway_of("public_url: http://app.example.com").problems, HasSubstr(problem));
    EXPECT_THAT(identity_of("public_url: http://app.example.com").problems, HasSubstr(problem));
    EXPECT_THAT(gateway_of("public_url: http://192.168.1.2:3000").problems, HasSubstr(problem));
    EXPECT_EQ(gateway_of("public_url: http://127.0.0.1:3000").problems, "");
}

TEST(validate, listeners_need_ports_of_their_own) {
    EXPECT_EQ(
        gateway_of("operations: 127.0.0.1:3000").problems,
        "c.yaml:1: operations: is the same as `listen`; give it a port of its own\n"
    );
    EXPECT_EQ(gateway_of("listen: 127.0.0.1:0\noperations: 127.0.0.1:0").problems, "");
    EXPECT_EQ(gateway_of("operations: 127.0.0.2:3000").problems, "");
}

TEST(validate, idle_beyond_absolute_could_never_be_reached) {
    EXPECT_EQ(
        gateway_of("session:\n  absolute: 1d\n").problems,
        "c.yaml:1: session.idle: is longer than `absolute`, 1d, and could never be reached; make "
        "it shorter, or "
        "`absolute` longer\n"
    );
    EXPECT_EQ(gateway_of("session: { absolute: 7d }").problems, "");
    EXPECT_THAT(
        identity_of("refresh_token: { idle: 31d }").problems,
        HasSubstr("refresh_token.idle: is longer than `absolute`, 30d")
    );
}

// CK-2
TEST(validate, cookie_prefix_needs_https) {
    for (const char* name :
         {"__Host-Http-session", "__Host-a", "__Secure-a", "__Http-a", "__host-a"}) {
        const std::string session = std::string("session: { cookie: ") + name + " }\n";
        EXPECT_EQ(
            gateway_of(session).problems,
            std::string("c.yaml:1: session.cookie: browsers refuse a cookie of the name \"") +
                name +
                "\" without https; take the prefix off in development, or give `public_url` https\n"
        );
        EXPECT_EQ(gateway_of(session + "public_url: https://app.example.com").problems, "") << name;
    }
    EXPECT_THAT(
        gateway_of("session: { mode: tokens, access_cookie: __Host-at }").problems,
        HasSubstr("session.access_cookie: browsers refuse")
    );
    EXPECT_EQ(gateway_of("session: { access_cookie: __Host-at }").problems, "");
}

TEST(validate, cookies_need_names_of_their_own) {
    EXPECT_EQ(
        gateway_of("session: { mode: tokens, access_cookie: t, refresh_cookie: t }").problems,
        "c.yaml:1: session.refresh_cookie: is the same as `session.access_cookie`; give each a "
        "name of its own\n"
    );
    EXPECT_THAT(
        gateway_of("session: { mode: tokens, cookie: accessToken }").problems,
        HasSubstr("session.access_cookie: is the same as `session.cookie`")
    );
    // CK-14: otherwise the API could set the id of a session.
    EXPECT_THAT(
        gateway_of("proxy: { pass_set_cookie: [ theme, cloche_session ] }").problems,
        HasSubstr("proxy.pass_set_cookie: \"cloche_session\" is the gateway's own cookie")
    );
}

TEST(validate, prefixes_must_not_overlap) {
    EXPECT_EQ(
        gateway_of("proxy: { prefix: /api/auth/proxy }").problems,
        "c.yaml:1: proxy.prefix: overlaps with `prefixes.api`, /api/auth; choose paths that do not "
        "begin with each "
        "other\n"
    );
    EXPECT_THAT(
        gateway_of("prefixes: { pages: /api/auth }").problems, HasSubstr("prefixes.pages: overlaps")
    );
    EXPECT_THAT(
        gateway_of("proxy: { prefix: /api }").problems, HasSubstr("proxy.prefix: overlaps")
    );
    EXPECT_EQ(gateway_of("proxy: { prefix: /api/authentic }").problems, "");
}

TEST(validate, many_replicas_need_a_store_they_share) {
    const std::string problem =
        "session.replicas: `many` gateways cannot share a store that only one process can see";
    EXPECT_THAT(gateway_of("session: { replicas: many }").problems, HasSubstr(problem));
    EXPECT_THAT(
        gateway_of("session: { replicas: many, store: memory }").problems, HasSubstr(problem)
    );
    const std::string shared = "session: { replicas: many, store: 'redis://a'";
    EXPECT_THAT(gateway_of(shared + " }").problems, HasSubstr("name in `session.keys` a file"));
    EXPECT_THAT(
        gateway_of(shared + ", keys: auto }").problems, HasSubstr("name in `session.keys` a file")
    );
    EXPECT_EQ(gateway_of(shared + ", keys: /etc/cloche/session.keys }").problems, "");
}

TEST(validate, request_cannot_wait_for_longer_than_the_refresh_lasts) {
    EXPECT_THAT(
        gateway_of("provider: { refresh: { timeout: 2s } }").problems,
        HasSubstr("provider.refresh.wait: is longer than `timeout`, 2s, after which there is "
                  "nothing to wait for; "
                  "make it 2s at most")
    );
    EXPECT_EQ(gateway_of("provider: { refresh: { timeout: 2s, wait: 2s } }").problems, "");
}

// RT-6: a status that asks for patience must never end a session.
TEST(validate, statuses_that_pass_are_not_final) {
    for (const char* status : {"408", "425", "429"}) {
        EXPECT_THAT(
            gateway_of(std::string("provider: { refresh: { final: [ 401, ") + status + " ] } }")
                .problems,
            HasSubstr(std::string("provider.refresh.final: ") + status + " says to come back later")
        );
    }
    EXPECT_THAT(
        gateway_of("provider: { refresh: { final: [ 500 ] } }").problems,
        HasSubstr("provider.refresh.final: \"500\" is too much")
    );
}

TEST(validate, refresh_token_must_have_a_way_to_the_api) {
    const std::string in_body = "refresh_token: { at: /r, send: /r }, refresh_expires: unknown";
    EXPECT_THAT(
        gateway_of("provider: { " + in_body + " }").problems,
        HasSubstr("provider.refresh.request: a GET has no body to send the refresh token in")
    );
    EXPECT_EQ(
        gateway_of("provider: { refresh: { request: POST /r }, " + in_body + " }").problems, ""
    );
    EXPECT_THAT(
        gateway_of(
            "provider: { refresh: { request: POST /r }, logout: { request: GET /l }, " + in_body +
            " }"
        )
            .problems,
        HasSubstr("provider.logout.request: a GET has no body to send the refresh token in")
    );
    EXPECT_THAT(
        gateway_of("provider: { refresh: { request: POST /r, format: form }, "
                   "refresh_token: { at: /r, send: /data/r }, refresh_expires: unknown }")
            .problems,
        HasSubstr("provider.refresh_token.send: a form has no members within members")
    );
    EXPECT_EQ(
        gateway_of("provider: { refresh_token: { at: /r, send: bearer }, refresh_expires: unknown }"
        )
            .problems,
        ""
    );
    EXPECT_THAT(
        gateway_of("provider: { refresh_token: { at: /r, send: bearer } }").problems,
        HasSubstr(
            "provider.refresh_expires: there is no cookie of the refresh token to read it from"
        )
    );
}

TEST(validate, subject_out_of_the_user_needs_a_request_for_the_user) {
    EXPECT_THAT(
        gateway_of("provider: { user: none, subject: { user: /id } }").problems,
        HasSubstr("provider.subject.user: there is no request for the user")
    );
}

// ID-1
TEST(validate, one_pass_of_argon2id_needs_more_memory) {
    EXPECT_EQ(
        identity_of("password: { hash: { passes: 1 } }").problems,
        "c.yaml:1: password.hash.passes: one pass is too weak over 19MiB; write 2, or `memory: "
        "46MiB`\n"
    );
}

TEST(validate, access_token_does_not_outlive_its_refresh_token) {
    EXPECT_THAT(
        identity_of("access_token: { lifetime: 30m }\nrefresh_token: { idle: 10m }").problems,
        HasSubstr("c.yaml:1: access_token.lifetime: is longer than `refresh_token.idle`, 10m")
    );
}

}  // namespace
}  // namespace cloche::config
