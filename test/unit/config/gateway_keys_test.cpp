#include "unit/config/reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace cloche::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// The whole of docs/configuration.md's promise: a file that says what holds anyway changes nothing.
constexpr const char* the_defaults = R"(
listen: 127.0.0.1:3000
operations: 127.0.0.1:3001
public_url: http://localhost:3000
hosts: []
trusted_proxies: []
data: ./data
threads: 0
upstream: http://127.0.0.1:8000
provider:
  kind: json-api
  login:    { request: POST /auth/login }
  refresh:  { request: GET /auth/refresh-token, final: [401], timeout: 6s, wait: 5s }
  logout:   { request: DELETE /auth/logout }
  user:     { request: GET /auth/me, at: /data }
  register: { request: POST /auth/register }
  verify:   { request: GET /auth/verify }
  access_token:  { at: /data/accessToken }
  refresh_token: { cookie: refreshToken }
  expires:       jwt
  refresh_expires: cookie
  subject:       { claim: sub }
session:
  mode: server
  store: sqlite
  replicas: one
  keys: auto
  absolute: 30d
  idle: 7d
  same_site: strict
proxy:
  prefix: /api/proxy
  auth: required
  csrf: origin
  allow: [ "/**" ]
  pass_set_cookie: []
frontend: none
pages: true
limits:   { head: 32KiB, body: 0, login_body: 64KiB, connections: 65536 }
timeouts: { head: 10s, idle: 60s, upstream_connect: 3s, upstream_answer: 60s, stream_idle: 5m, drain: 20s }
log: { level: info, format: auto }
)";

TEST(gateway_keys, defaults_are_those_of_the_contract) {
    for (const char* text : {"", the_defaults}) {
        const auto [config, problems] = gateway_of(text);
        EXPECT_EQ(problems, "");
        EXPECT_EQ(config.server.listen, "127.0.0.1:3000");
        EXPECT_EQ(config.operations.listen, "127.0.0.1:3001");
        EXPECT_EQ(config.operations.threads, 1U);
        EXPECT_EQ(config.gateway.public_url, "http://localhost:3000");
        EXPECT_TRUE(config.development);
        EXPECT_EQ(config.data, "./data");
        EXPECT_EQ(config.session_keys, "./data/session.keys");
        EXPECT_EQ(config.threads, 0U);
        EXPECT_FALSE(config.upstream.tls);
        EXPECT_EQ(config.upstream.host, "127.0.0.1");
        EXPECT_EQ(config.upstream.port, 8000);
        EXPECT_EQ(config.provider.login.request.method, "POST");
        EXPECT_EQ(config.provider.login.request.path, "/auth/login");
        EXPECT_EQ(config.provider.refresh.request.path, "/auth/refresh-token");
        EXPECT_THAT(config.provider.refresh.final_statuses, ElementsAre(401U));
        EXPECT_EQ(config.provider.refresh.timeout, 6s);
        EXPECT_EQ(config.provider.refresh.wait, 5s);
        EXPECT_EQ(config.provider.logout->method, "DELETE");
        EXPECT_EQ(config.provider.user->path, "/auth/me");
        EXPECT_EQ(config.provider.user_at, "/data");
        EXPECT_EQ(config.provider.register_account->path, "/auth/register");
        EXPECT_EQ(config.provider.verify_account->path, "/auth/verify");
        EXPECT_EQ(config.provider.access_token_at, "/data/accessToken");
        EXPECT_EQ(config.provider.refresh_token.in, providers::refresh_token_place::kind::cookie);
        EXPECT_EQ(config.provider.refresh_token.cookie, "refreshToken");
        EXPECT_EQ(config.provider.expires.in, providers::expiry_place::kind::jwt);
        EXPECT_EQ(
            config.provider.refresh_expires.in, providers::refresh_expiry_place::kind::cookie
        );
        EXPECT_EQ(config.provider.subject.in, providers::subject_place::kind::claim);
        EXPECT_EQ(config.provider.subject.name, "sub");
        EXPECT_EQ(config.gateway.cookies.mode, gateway::cookie_mode::server);
        EXPECT_EQ(config.gateway.cookies.session, "cloche_session");
        EXPECT_EQ(config.gateway.cookies.access, "accessToken");
        EXPECT_EQ(config.gateway.cookies.refresh, "refreshToken");
        EXPECT_EQ(config.store.kind, store_kind::sqlite);
        EXPECT_EQ(config.replicas, replica_count::one);
        EXPECT_EQ(config.session.absolute, 720h);
        EXPECT_EQ(config.session.idle, 168h);
        EXPECT_EQ(config.gateway.proxy.prefix, "/api/proxy");
        EXPECT_EQ(config.gateway.proxy.auth, gateway::auth_mode::required);
        EXPECT_EQ(config.gateway.proxy.csrf, gateway::csrf_mode::origin);
        EXPECT_THAT(config.gateway.proxy.allow, ElementsAre("/**"));
        EXPECT_EQ(config.gateway.frontend.serve, gateway::frontend_options::kind::none);
        EXPECT_TRUE(config.gateway.pages);
        EXPECT_EQ(config.server.head_bytes, 32U * 1024);
        EXPECT_EQ(config.server.body_bytes, 0U);
        EXPECT_EQ(config.gateway.login_body, 64U * 1024);
        EXPECT_EQ(config.server.connections, 65536U);
        EXPECT_EQ(config.server.head_timeout, 10s);
        EXPECT_EQ(config.server.idle_timeout, 60s);
        EXPECT_EQ(config.client.connect_timeout, 3s);
        EXPECT_EQ(config.client.answer_timeout, 60s);
        EXPECT_EQ(config.server.stream_idle, 5min);
        EXPECT_EQ(config.drain, 20s);
        EXPECT_EQ(config.log.threshold, observability::level::info);
        EXPECT_EQ(config.log.format, observability::log_format::automatic);
    }
}

TEST(gateway_keys, production_keeps_the_cookie_prefix) {
    const auto [config, problems] = gateway_of("public_url: https://app.example.com");
    EXPECT_EQ(problems, "");
    EXPECT_FALSE(config.development);
    EXPECT_EQ(config.gateway.cookies.session, "__Host-Http-session");
}

// CK-10 and the like: one number of the file is known to every module that needs it.
TEST(gateway_keys, options_that_several_modules_need_agree) {
    const auto [config, problems] = gateway_of(R"(
session: { absolute: 3d, idle: 1d }
limits: { body: 1MiB }
timeouts: { stream_idle: 7s, upstream_answer: 8s }
provider: { refresh: { timeout: 4s, wait: 2s } }
data: /srv/cloche
)");
    EXPECT_EQ(problems, "");
    EXPECT_EQ(config.session.absolute, 72h);
    EXPECT_EQ(config.server.body_bytes, 1024U * 1024);
    EXPECT_EQ(config.server.stream_idle, 7s);
    EXPECT_EQ(config.client.stream_idle, 7s);
    EXPECT_EQ(config.client.answer_timeout, 8s);
    EXPECT_EQ(config.provider.answer_timeout, 8s);
    EXPECT_EQ(config.gateway.api.user_path, "/auth/me");
    EXPECT_TRUE(config.gateway.api.registration);
    EXPECT_TRUE(config.gateway.api.verification);
    const auto bare =
        gateway_of("provider: { register: none, verify: none, user: { request: POST /me } }")
            .config;
    EXPECT_EQ(bare.gateway.api.user_path, "");
    EXPECT_FALSE(bare.gateway.api.registration);
    EXPECT_FALSE(bare.gateway.api.verification);
    EXPECT_EQ(config.session.refresh.timeout, 4s);
    EXPECT_EQ(config.session.refresh.wait, 2s);
    EXPECT_EQ(config.session_keys, "/srv/cloche/session.keys");
    EXPECT_EQ(gateway_of("session: { keys: /etc/k }").config.session_keys, "/etc/k");
}

TEST(gateway_keys, api_with_tokens_in_its_bodies_can_be_described) {
    const auto [config, problems] = gateway_of(R"(
upstream: https://api.example.com/v1
upstream_ca: /etc/ca.pem
provider:
  login:   { request: POST /token, format: form }
  refresh: { request: POST /token/refresh, final: [ 400, 401 ] }
  logout: none
  register: none
  verify: none
  user: { request: GET /me, at: "" }
  access_token: { at: /access_token }
  refresh_token: { at: /refresh_token, send: bearer }
  expires: { at: /expires_in }
  refresh_expires: unknown
  subject: { user: /email }
)");
    EXPECT_EQ(problems, "");
    EXPECT_TRUE(config.upstream.tls);
    EXPECT_EQ(config.upstream.base_path, "/v1");
    EXPECT_EQ(config.upstream.ca_file, "/etc/ca.pem");
    EXPECT_EQ(config.provider.login.format, providers::body_format::form);
    EXPECT_THAT(config.provider.refresh.final_statuses, ElementsAre(400U, 401U));
    EXPECT_FALSE(config.provider.logout);
    EXPECT_FALSE(config.provider.register_account);
    EXPECT_FALSE(config.provider.verify_account);
    EXPECT_EQ(config.provider.user_at, "");
    EXPECT_EQ(config.provider.refresh_token.in, providers::refresh_token_place::kind::body);
    EXPECT_EQ(config.provider.refresh_token.at, "/refresh_token");
    EXPECT_EQ(config.provider.refresh_token.send, "bearer");
    EXPECT_EQ(config.provider.expires.in, providers::expiry_place::kind::body);
    EXPECT_EQ(config.provider.expires.at, "/expires_in");
    EXPECT_EQ(config.provider.refresh_expires.in, providers::refresh_expiry_place::kind::unknown);
    EXPECT_EQ(config.provider.subject.in, providers::subject_place::kind::user);
    EXPECT_EQ(config.provider.subject.name, "/email");
}

TEST(gateway_keys, token_of_unknown_life_can_be_described) {
    const auto [config, problems] =
        gateway_of("provider: { expires: unknown, refresh_expires: { at: /refresh_expires_in } }");
    EXPECT_EQ(problems, "");
    EXPECT_EQ(config.provider.expires.in, providers::expiry_place::kind::unknown);
    EXPECT_EQ(config.provider.refresh_expires.in, providers::refresh_expiry_place::kind::body);
    EXPECT_EQ(config.provider.refresh_expires.at, "/refresh_expires_in");
}

TEST(gateway_keys, description_that_contradicts_itself_is_refused) {
    const struct {
        const char* text;
        const char* problem;
    } rows[] = {
        {"refresh_token: { cookie: a, at: /b, send: /b }",
         "provider.refresh_token.at: contradicts `cookie`"},
        {"refresh_token: { at: /b }",
         "provider.refresh_token.at: does not say how the token goes back"},
        {"refresh_token: { send: /b }", "provider.refresh_token.send: says nothing without `at`"},
        {"expires: {}", "provider.expires: does not say where"},
        {"expires: soon",
         "provider.expires: \"soon\" is not one of the choices; write jwt, unknown or a group"},
        {"refresh_expires: {}", "provider.refresh_expires: does not say where"},
        {"subject: { claim: sub, user: /id }", "provider.subject.user: contradicts `claim`"},
        {"kind: oidc", "provider.kind: \"oidc\" is not one of the choices; write json-api"},
        {"logout: { path: /x }", "provider.logout.path: is not a key"},
    };
    for (const auto& row : rows) {
        EXPECT_THAT(
            gateway_of(std::string("provider: { ") + row.text + " }").problems,
            HasSubstr(row.problem)
        ) << row.text;
    }
}

TEST(gateway_keys, front_end_is_a_folder_or_an_app) {
    using kind = gateway::frontend_options::kind;
    const auto folder = gateway_of("frontend: { static: ./public, guard: [ /account/* ] }");
    EXPECT_EQ(folder.problems, "");
    EXPECT_EQ(folder.config.gateway.frontend.serve, kind::static_files);
    EXPECT_EQ(folder.config.gateway.frontend.directory, "./public");
    EXPECT_THAT(folder.config.gateway.frontend.guard, ElementsAre("/account/*"));

    const auto app = gateway_of(
        "frontend: { upstream: http://127.0.0.1:3100, guard: [ \"/\" ], static: [ "
        "\"/_next/static/*\" ] }"
    );
    EXPECT_EQ(app.problems, "");
    EXPECT_EQ(app.config.gateway.frontend.serve, kind::upstream);
    EXPECT_EQ(app.config.gateway.frontend.upstream, "http://127.0.0.1:3100");
    EXPECT_THAT(app.config.gateway.frontend.guard, ElementsAre("/"));
    EXPECT_THAT(app.config.gateway.frontend.static_paths, ElementsAre("/_next/static/*"));

    EXPECT_THAT(
        gateway_of("frontend: {}").problems,
        HasSubstr("frontend: names neither a folder nor an app")
    );
    EXPECT_THAT(
        gateway_of("frontend: { static: [ a ] }").problems,
        HasSubstr("frontend.static: is not a single value")
    );
    EXPECT_THAT(
        gateway_of("frontend: all").problems,
        HasSubstr("frontend: \"all\" is not one of the choices")
    );
}

TEST(gateway_keys, tokens_mode_names_its_cookies) {
    const auto [config, problems] = gateway_of(R"(
session: { mode: tokens, store: memory, same_site: lax, cookie: id, access_cookie: at, refresh_cookie: rt }
proxy: { auth: public, csrf: header, pass_set_cookie: [ theme ] }
)");
    EXPECT_EQ(problems, "");
    EXPECT_EQ(config.gateway.cookies.mode, gateway::cookie_mode::tokens);
    EXPECT_EQ(config.gateway.cookies.site, cookies::same_site::lax);
    EXPECT_EQ(config.gateway.cookies.session, "id");
    EXPECT_EQ(config.gateway.cookies.access, "at");
    EXPECT_EQ(config.gateway.cookies.refresh, "rt");
    EXPECT_EQ(config.store.kind, store_kind::memory);
    EXPECT_EQ(config.gateway.proxy.auth, gateway::auth_mode::open);
    EXPECT_EQ(config.gateway.proxy.csrf, gateway::csrf_mode::header);
    EXPECT_THAT(config.gateway.proxy.pass_set_cookie, ElementsAre("theme"));
}

TEST(gateway_keys, a_store_that_is_none_is_named_without_its_password) {
    const std::string problems =
        gateway_of("session:\n  store: mysql://cloche:s3cret@db/cloche\n").problems;
    EXPECT_EQ(
        problems,
        "c.yaml:2: session.store: the value is not a store; write sqlite, memory, "
        "postgres://USER@HOST/DATABASE or redis://HOST:PORT\n"
    );
}

}  // namespace
}  // namespace cloche::config
