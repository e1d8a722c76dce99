#include "identity/identity_service.hpp"

#include "observability/log.hpp"
#include "unit/identity/running_api.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace cloche::identity::test {
namespace {

class identity_service_start : public testing::Test {
protected:
    /// Why it does not start; empty if it does.
    std::string refusal_of(const identity_options& options) {
        identity_service service(options, folder.file("data"), time, random, metrics);
        std::string why;
        return service.start(why) ? "" : why;
    }
    cloche::test::temporary_folder folder;
    cloche::test::manual_clock time;
    crypto::system_random random;
    observability::metrics metrics;
};

TEST_F(identity_service_start, the_defaults_start) {
    EXPECT_EQ(refusal_of({}), "");
    for (const auto* name : {"identity.db", "identity.keys", "identity-signing.jwk"}) {
        struct stat about {};
        ASSERT_EQ(::stat(folder.file(std::string("data/") + name).c_str(), &about), 0) << name;
        EXPECT_EQ(about.st_mode & 0777U, 0600U) << name;
    }
}

// ID-1
TEST_F(identity_service_start, weak_hashing_does_not_start) {
    identity_options options;
    options.password_cost.passes = 1;
    EXPECT_NE(refusal_of(options).find("password.hash"), std::string::npos);
    options.password_cost = {};
    options.password_cost.memory /= 2;
    EXPECT_NE(refusal_of(options).find("password.hash"), std::string::npos);
}

TEST_F(identity_service_start, options_that_must_not_be_do_not_start) {
    identity_options options;
    options.password_min_length = 7;
    EXPECT_NE(refusal_of(options), "");
    options = {};
    options.refresh_grace = seconds(61);
    EXPECT_NE(refusal_of(options), "");
    options = {};
    options.mail.from = "nobody";
    EXPECT_NE(refusal_of(options), "");
    options = {};
    options.mail.to = "http://mail";
    EXPECT_NE(refusal_of(options), "");
    options = {};
    options.trusted_proxies = {"everybody"};
    EXPECT_NE(refusal_of(options), "");
}

TEST_F(identity_service_start, a_second_start_finds_the_same_keys_and_accounts) {
    std::string why;
    identity_service service({}, folder.file("data"), time, random, metrics);
    ASSERT_TRUE(service.start(why)) << why;
    ASSERT_TRUE(service.put_account("zoe@example.org", "Zoe Example", password(good_password)));
    service.stop();
    ASSERT_TRUE(service.start(why)) << why;
    ASSERT_TRUE(service.put_account("zoe@example.org", "Zoe Other", password(good_password)));
    EXPECT_FALSE(service.put_account("nobody", "Zoe Other", password(good_password)));
}

// LG-1: whatever is logged, no token, password or link is in it.
TEST(identity_service_log, no_secret_reaches_the_log) {
    observability::log_options options;
    options.threshold = observability::level::debug;
    options.format = observability::log_format::json;
    testing::internal::CaptureStderr();
    observability::start_log(options);
    std::vector<std::string> secrets{good_password};
    {
        running_api api;
        api.register_account("new@example.org");
        const auto query = link_query(api.mails_to("new@example.org", 1).front());
        secrets.push_back(query.substr(6, query.find('&') - 6));
        api.call("GET", "/auth/verify?token=wrong&email=new%40example.org");
        api.call("GET", "/auth/verify?" + query);
        for (int i = 0; i < 7; ++i)
            api.login("new@example.org", "a wrong secret of mine");
        secrets.push_back("a wrong secret of mine");
        api.time.advance(seconds(60));
        const auto signed_in = api.login("new@example.org");
        const auto first = signed_in.refresh_cookie();
        const auto second = api.refresh(first);
        api.time.advance(seconds(60));
        api.refresh(first);
        api.call("DELETE", "/auth/logout", {{"Cookie", "refreshToken=" + second.refresh_cookie()}});
        secrets.insert(
            secrets.end(),
            {first,
             second.refresh_cookie(),
             signed_in.text_at("/data/accessToken"),
             second.text_at("/data/accessToken")}
        );
    }
    observability::stop_log();
    const auto log = testing::internal::GetCapturedStderr();
    // LG-3
    for (const auto* event :
         {"account_registered",
          "mail_written",
          "account_verified",
          "login_failed",
          "throttled",
          "login_succeeded",
          "refresh_token_reused"})
        EXPECT_NE(log.find(event), std::string::npos) << event;
    for (const auto& secret : secrets) {
        ASSERT_GT(secret.size(), 10u);
        EXPECT_EQ(log.find(secret), std::string::npos);
    }
}

}  // namespace
}  // namespace cloche::identity::test
