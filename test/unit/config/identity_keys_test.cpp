#include "unit/config/reading.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace cloche::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* the_defaults = R"(
listen: 127.0.0.1:8000
operations: 127.0.0.1:8001
issuer: http://127.0.0.1:8000
public_url: http://localhost:3000
trusted_proxies: []
cors: []
data: ./data
store: sqlite
access_token:  { lifetime: 5m }
refresh_token: { absolute: 30d, idle: 7d, grace: 10s }
password: { min_length: 15, hash: { memory: 19MiB, passes: 2 } }
mail: { from: no-reply@localhost, to: files }
log: { level: info, format: auto }
)";

TEST(identity_keys, defaults_are_those_of_the_contract) {
    for (const char* text : {"", the_defaults}) {
        const auto [config, problems] = identity_of(text);
        EXPECT_EQ(problems, "");
        EXPECT_EQ(config.server.listen, "127.0.0.1:8000");
        EXPECT_EQ(config.operations.listen, "127.0.0.1:8001");
        EXPECT_EQ(config.identity.issuer, "http://127.0.0.1:8000");
        EXPECT_EQ(config.identity.audience, "");
        EXPECT_EQ(config.identity.public_url, "http://localhost:3000");
        EXPECT_TRUE(config.identity.trusted_proxies.empty());
        EXPECT_TRUE(config.identity.cors.empty());
        EXPECT_EQ(config.data, "./data");
        EXPECT_EQ(config.identity.access_lifetime, 5min);
        EXPECT_EQ(config.identity.refresh_absolute, 720h);
        EXPECT_EQ(config.identity.refresh_idle, 168h);
        EXPECT_EQ(config.identity.refresh_grace, 10s);
        EXPECT_EQ(config.identity.password_min_length, 15U);
        EXPECT_EQ(config.identity.password_cost.memory, 19U * 1024 * 1024);
        EXPECT_EQ(config.identity.password_cost.passes, 2U);
        EXPECT_EQ(config.identity.mail.from, "no-reply@localhost");
        EXPECT_EQ(config.identity.mail.to, "files");
        EXPECT_TRUE(config.development);
    }
}

TEST(identity_keys, keys_reach_their_options) {
    const auto [config, problems] = identity_of(
        R"(
listen: "[::1]:0"
issuer: https://id.example.com
audience: https://api.example.com
public_url: https://app.example.com
trusted_proxies: [ 127.0.0.0/8, "::1" ]
cors: [ https://admin.example.com ]
access_token:  { lifetime: 2s }
refresh_token: { absolute: 1d, idle: 2h, grace: 0s }
password: { min_length: 8, hash: { memory: 46MiB, passes: 1 } }
mail: { from: id@example.com, to: { env: SMTP } }
log: { level: debug, format: json }
)",
        {{"SMTP", "smtps://user:password@mail.example.com"}}
    );
    EXPECT_EQ(problems, "");
    EXPECT_FALSE(config.development);
    EXPECT_EQ(config.server.listen, "[::1]:0");
    EXPECT_EQ(config.identity.issuer, "https://id.example.com");
    EXPECT_EQ(config.identity.audience, "https://api.example.com");
    EXPECT_THAT(config.identity.trusted_proxies, ElementsAre("127.0.0.0/8", "::1"));
    EXPECT_THAT(config.identity.cors, ElementsAre("https://admin.example.com"));
    EXPECT_EQ(config.identity.access_lifetime, 2s);
    EXPECT_EQ(config.identity.refresh_absolute, 24h);
    EXPECT_EQ(config.identity.refresh_idle, 2h);
    EXPECT_EQ(config.identity.refresh_grace, 0s);
    EXPECT_EQ(config.identity.password_min_length, 8U);
    EXPECT_EQ(config.identity.password_cost.passes, 1U);
    EXPECT_EQ(config.identity.mail.to, "smtps://user:password@mail.example.com");
    EXPECT_EQ(config.log.threshold, observability::level::debug);
    EXPECT_EQ(config.log.format, observability::log_format::json);
}

// ID-1, ID-4, RA-3, CS-5: what would be unsafe does not start.
TEST(identity_keys, settings_below_the_floor_are_refused) {
    const struct {
        const char* text;
        const char* problem;
    } rows[] = {
        {"password: { min_length: 7 }",
         "password.min_length: \"7\" is too little; write at least 8"},
        {"password: { hash: { memory: 18MiB } }",
         "password.hash.memory: \"18MiB\" is too little; write at least 19MiB"},
        {"password: { hash: { passes: 0 } }",
         "password.hash.passes: \"0\" is too little; write at least 1"},
        {"refresh_token: { grace: 61s }",
         "refresh_token.grace: \"61s\" is too much; write at most 1m"},
        {"access_token: { lifetime: 2h }",
         "access_token.lifetime: \"2h\" is too much; write at most 1h"},
        {"cors: [ \"*\" ]", "cors: \"*\" is not an origin"},
        {"cors: [ https://a/b ]", "cors: \"https://a/b\" is not an origin"},
        {"store: postgres://db", "store: the value is a store that is not in this version"},
        {"mail: { to: \"smtp://user:secret@a/b\" }", "mail.to: the value is no place for mail"},
    };
    for (const auto& row : rows)
        EXPECT_THAT(identity_of(row.text).problems, HasSubstr(row.problem)) << row.text;
}

}  // namespace
}  // namespace cloche::config
