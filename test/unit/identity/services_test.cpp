// What the services cost and leave behind, whoever asks.
#include "db/sqlite.hpp"
#include "identity/account_service.hpp"
#include "identity/login_service.hpp"
#include "support/manual_clock.hpp"
#include "unit/identity/fake_store.hpp"
#include "unit/identity/kept_loop.hpp"

#include <gtest/gtest.h>

namespace cloche::identity {
namespace {

using namespace std::chrono_literals;

email_address address(std::string_view text = "zoe@example.org") {
    return email_address::parse(text).value();
}

access_tokens make_tokens() {
    access_tokens::options how;
    how.issuer = "http://issuer";
    how.audience = "http://audience";
    return {tokens::signing_key::generate().value(), {}, how};
}

class services_under_test : public testing::Test {
protected:
    login_form form(const std::string& secret) const { return {address(), password(secret)}; }
    outcome<token_pair> login(const std::string& secret) {
        return loop.run(logins.login(form(secret), place("192.0.2.1")));
    }
    static errc reason_of(const outcome<token_pair>& done) {
        const auto* refused = std::get_if<refusal>(&done);
        return refused ? static_cast<errc>(refused->reason.value()) : errc{};
    }
    void know(const std::string& secret, const crypto::password_cost& cost = {}) {
        user who(user_id("u1"), address(), "Zoe Example", "user", time.now());
        store.known.emplace(who, crypto::hash_password(password(secret), cost));
    }

    test::kept_loop loop;
    cloche::test::manual_clock time;
    crypto::system_random random;
    test::fake_store store;
    password_hasher hasher{{}, 1, 8, random};
    access_tokens tokens = make_tokens();
    login_throttle throttle{throttle_policy{}, 100};
    login_service logins{{store, hasher, tokens, throttle, time, random, refresh_policy{}}};

    request_limits limits{limit_options{}};
    crypto::key_ring keys{{crypto::key_ring::key("12345678", std::string(32, 'k'))}};
    mail_composer mails{"http://public", keys, random};
    unsigned woken = 0;
    account_service accounts{{store, hasher, mails, limits, time, random, [this] { ++woken; }}};
};

// EN-2: the price is the same, by count.
TEST_F(services_under_test, every_refused_sign_in_costs_one_hash) {
    auto before = hasher.hashes();
    EXPECT_EQ(reason_of(login("unknown")), errc::bad_credentials);
    EXPECT_EQ(hasher.hashes() - before, 1u);

    know("right");
    before = hasher.hashes();
    EXPECT_EQ(reason_of(login("wrong")), errc::bad_credentials);
    EXPECT_EQ(hasher.hashes() - before, 1u);

    store.known->disabled = true;
    before = hasher.hashes();
    EXPECT_EQ(reason_of(login("right")), errc::bad_credentials);
    EXPECT_EQ(hasher.hashes() - before, 1u);
    EXPECT_FALSE(store.begun);
}

// EN-5: decided before hashing.
TEST_F(services_under_test, a_throttled_sign_in_costs_no_hash) {
    for (int i = 0; i < 5; ++i)
        login("wrong");
    const auto before = hasher.hashes();
    const auto refused = login("wrong");
    EXPECT_EQ(reason_of(refused), errc::throttled);
    EXPECT_EQ(std::get<refusal>(refused).retry_after, 1s);
    EXPECT_EQ(hasher.hashes(), before);
}

// ID-2
TEST_F(services_under_test, a_password_with_old_parameters_is_hashed_anew) {
    crypto::password_cost old;
    old.passes = 3;
    know("right", old);
    EXPECT_TRUE(std::holds_alternative<token_pair>(login("right")));
    ASSERT_TRUE(store.begun);
    EXPECT_EQ(store.begun->verified_hash, store.known->password_hash);
    EXPECT_FALSE(crypto::needs_rehash(store.begun->better_hash, {}));
    EXPECT_TRUE(crypto::verify_password(password("right"), store.begun->better_hash).value());

    know("right");
    login("right");
    EXPECT_EQ(store.begun->better_hash, "");
}

TEST_F(services_under_test, a_sign_in_that_was_overtaken_is_refused_like_a_wrong_password) {
    know("right");
    store.begin_answer = family_outcome::refused;
    EXPECT_EQ(reason_of(login("right")), errc::bad_credentials);
}

TEST_F(services_under_test, a_database_that_is_away_is_no_wrong_password) {
    store.failure = make_error_code(db::errc::unavailable);
    const auto refused = login("right");
    EXPECT_EQ(std::get<refusal>(refused).reason, db::errc::unavailable);
    store.failure = {};
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(reason_of(login("wrong")), errc::bad_credentials);
}

// EN-3, and the form's password is hashed before anybody looks whether it is needed.
TEST_F(services_under_test, registering_costs_one_hash_and_one_write) {
    const auto before = hasher.hashes();
    registration_form form("Zoe Example", address(), password("seven gnomes quarrel"));
    const auto done = loop.run(accounts.register_account(form));
    EXPECT_TRUE(std::holds_alternative<account_service::done>(done));
    EXPECT_EQ(hasher.hashes() - before, 1u);
    EXPECT_EQ(store.registrations, 1u);
    EXPECT_EQ(woken, 1u);
}

TEST_F(services_under_test, registering_too_often_costs_no_hash) {
    const registration_form form("Zoe Example", address(), password("seven gnomes quarrel"));
    for (int i = 0; i < 5; ++i)
        loop.run(accounts.register_account(form));
    const auto before = hasher.hashes();
    const auto done = loop.run(accounts.register_account(form));
    ASSERT_TRUE(std::holds_alternative<refusal>(done));
    EXPECT_EQ(std::get<refusal>(done).reason, errc::throttled);
    EXPECT_EQ(hasher.hashes(), before);
}

}  // namespace
}  // namespace cloche::identity
