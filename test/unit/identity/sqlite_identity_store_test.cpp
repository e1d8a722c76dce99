#include "identity/sqlite_identity_store.hpp"

#include "support/run_task.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

namespace cloche::identity {
namespace {

using cloche::test::run_task;
using namespace std::chrono_literals;

const instant start{milliseconds(1'800'000'000'000)};

email_address address(std::string_view text) {
    return email_address::parse(text).value();
}

const place home("192.0.2.1");
const place elsewhere("198.51.100.7");

class sqlite_store : public testing::Test {
protected:
    void SetUp() override { reopen(); }

    void reopen() {
        store.reset();
        std::string why;
        auto opened = sqlite_identity_store::open(path(), why);
        ASSERT_TRUE(opened) << why;
        store = std::move(*opened);
    }
    std::string path() const { return folder.file("identity.db"); }

    outgoing_mail mail(const std::string& id, mail_kind kind = mail_kind::verification) {
        outgoing_mail made(id, kind, address("zoe@example.org"));
        made.subject = "subject";
        made.sealed_body = std::string("\0sealed", 7);
        made.created = start;
        made.give_up = start + 24h;
        return made;
    }
    void put_user(const std::string& email = "zoe@example.org", const std::string& id = "u1") {
        const user who(user_id(id), address(email), "Zoe Example", "user", start);
        ASSERT_TRUE(store->put_user_blocking(who, "hash of " + email));
    }
    void register_account(const std::string& token, const std::string& name, instant when) {
        registration attempt(address("zoe@example.org"), name, "hash of " + name);
        attempt.token = hash_token(token);
        attempt.made = when;
        attempt.expires = when + 24h;
        ASSERT_TRUE(
            run_task(store->put_registration(attempt, mail("new " + token), mail("known " + token)))
        );
    }
    link_outcome use(const std::string& token, instant when = start, const place& from = home) {
        presented_link link(
            address("zoe@example.org"), hash_token(token), when, from, user_id("fresh " + token)
        );
        return run_task(store->use_link(link)).value();
    }
    std::optional<credential> credential_of(const place& from = home) {
        return run_task(store->find_credential(address("zoe@example.org"), from)).value();
    }
    family_outcome begin(const std::string& token, instant when = start) {
        new_family family(family_id("f " + token), user_id("u1"), hash_token(token), when);
        family.from = home;
        family.verified_hash = "hash of zoe@example.org";
        return run_task(store->begin_family(family, policy)).value();
    }
    rotation rotate(const std::string& from, const std::string& to, instant when) {
        rotation_request request(hash_token(from), hash_token(to), "sealed " + to, when);
        return run_task(store->rotate(request, policy)).value();
    }
    std::vector<std::string> waiting() {
        std::vector<std::string> ids;
        const auto found = store->due(start + 1h, 100);
        for (const auto& one : found.value())
            ids.push_back(one.mail.id);
        std::sort(ids.begin(), ids.end());
        return ids;
    }
    /// What lies in the file, past the store.
    std::int64_t count(const std::string& sql) {
        sqlite3* raw = nullptr;
        EXPECT_EQ(sqlite3_open(path().c_str(), &raw), SQLITE_OK);
        sqlite3_stmt* query = nullptr;
        EXPECT_EQ(sqlite3_prepare_v2(raw, sql.c_str(), -1, &query, nullptr), SQLITE_OK) << sql;
        sqlite3_step(query);
        const auto found = sqlite3_column_int64(query, 0);
        sqlite3_finalize(query);
        sqlite3_close(raw);
        return found;
    }

    cloche::test::temporary_folder folder;
    std::unique_ptr<sqlite_identity_store> store;
    const refresh_policy policy;
};

TEST_F(sqlite_store, what_was_written_is_there_after_a_restart) {
    put_user();
    begin("a");
    reopen();
    EXPECT_TRUE(credential_of());
    EXPECT_EQ(rotate("a", "b", start + 1s).step, refresh_step::rotate);
}

TEST_F(sqlite_store, a_file_that_is_no_database_is_refused_with_a_reason) {
    const auto other = folder.file("other.db");
    std::ofstream(other) << std::string(5000, 'x');
    std::string why;
    EXPECT_FALSE(sqlite_identity_store::open(other, why));
    EXPECT_NE(why.find("other.db"), std::string::npos);
}

TEST_F(sqlite_store, the_newest_attempt_alone_can_be_verified) {
    register_account("t1", "First", start);
    register_account("t2", "Second", start + 1s);
    EXPECT_EQ(use("t1"), link_outcome::invalid);
    EXPECT_EQ(use("t2"), link_outcome::activated);
    EXPECT_EQ(use("t2"), link_outcome::invalid);
    const auto found = credential_of();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->who.full_name, "Second");
    EXPECT_EQ(found->password_hash, "hash of Second");
    EXPECT_TRUE(found->familiar);
    EXPECT_FALSE(credential_of(elsewhere)->familiar);
    EXPECT_EQ(waiting(), (std::vector<std::string>{"new t1", "new t2"}));
}

TEST_F(sqlite_store, a_known_address_gets_the_other_mail_and_stays_as_it_is) {
    put_user();
    register_account("t1", "Intruder", start);
    EXPECT_EQ(waiting(), std::vector<std::string>{"known t1"});
    EXPECT_EQ(use("t1"), link_outcome::invalid);
    EXPECT_EQ(credential_of()->who.full_name, "Zoe Example");
}

TEST_F(sqlite_store, a_stale_attempt_cannot_be_verified) {
    register_account("t1", "First", start);
    EXPECT_EQ(use("t1", start + 24h), link_outcome::invalid);
    EXPECT_EQ(use("t1", start + 24h - 1ms), link_outcome::activated);
}

// Two requests at the same moment: the mail must not speak of one attempt and verify another.
TEST_F(sqlite_store, a_renewed_link_is_for_the_attempt_that_its_mail_speaks_of) {
    register_account("t1", "First", start);
    const auto pending = run_task(store->find_pending(address("zoe@example.org"), start)).value();
    ASSERT_TRUE(pending);
    EXPECT_EQ(pending->full_name, "First");
    register_account("t2", "Second", start + 1s);
    link_renewal renewal(address("zoe@example.org"), hash_token("t3"), start + 2s, start + 24h);
    renewal.attempt = pending->made;
    ASSERT_TRUE(run_task(store->renew_link(renewal, mail("pending"), mail("user"))));
    EXPECT_EQ(use("t3"), link_outcome::invalid);
    EXPECT_EQ(use("t2"), link_outcome::activated);
    EXPECT_EQ(waiting(), (std::vector<std::string>{"new t1", "new t2"}));
}

TEST_F(sqlite_store, a_users_link_makes_one_place_familiar_once) {
    put_user();
    const link_renewal renewal(address("zoe@example.org"), hash_token("t"), start, start + 24h);
    ASSERT_TRUE(run_task(store->renew_link(renewal, mail("pending"), mail("user"))));
    EXPECT_EQ(waiting(), std::vector<std::string>{"user"});
    EXPECT_FALSE(credential_of(elsewhere)->familiar);
    EXPECT_EQ(use("t", start + 24h, elsewhere), link_outcome::invalid);
    EXPECT_EQ(use("t", start, elsewhere), link_outcome::welcomed);
    EXPECT_EQ(use("t", start, home), link_outcome::invalid);
    EXPECT_TRUE(credential_of(elsewhere)->familiar);
    EXPECT_FALSE(credential_of(home)->familiar);
}

TEST_F(sqlite_store, only_the_latest_places_are_kept) {
    put_user();
    for (int i = 0; i < 30; ++i) {
        new_family family(
            family_id("f" + std::to_string(i)),
            user_id("u1"),
            hash_token(std::to_string(i)),
            start + seconds(i)
        );
        family.from = place("192.0.2." + std::to_string(i));
        family.verified_hash = "hash of zoe@example.org";
        ASSERT_TRUE(run_task(store->begin_family(family, policy)));
    }
    EXPECT_EQ(count("SELECT count(*) FROM familiar_places"), 20);
    EXPECT_TRUE(credential_of(place("192.0.2.29"))->familiar);
    EXPECT_FALSE(credential_of(place("192.0.2.9"))->familiar);
}

// The password was changed, or the account disabled, while the hash was being compared.
TEST_F(sqlite_store, a_sign_in_that_was_overtaken_begins_nothing) {
    put_user();
    const user who(user_id("u1"), address("zoe@example.org"), "Zoe Example", "user", start);
    ASSERT_TRUE(store->put_user_blocking(who, "another hash"));
    EXPECT_EQ(begin("a"), family_outcome::refused);
    EXPECT_EQ(rotate("a", "b", start).step, refresh_step::unknown);
}

// ID-2
TEST_F(sqlite_store, a_better_hash_takes_the_place_of_the_one_that_was_verified) {
    put_user();
    new_family family(family_id("f"), user_id("u1"), hash_token("a"), start);
    family.verified_hash = "hash of zoe@example.org";
    family.better_hash = "a better one";
    ASSERT_EQ(run_task(store->begin_family(family, policy)).value(), family_outcome::begun);
    EXPECT_EQ(credential_of()->password_hash, "a better one");
}

TEST_F(sqlite_store, a_family_is_told_with_each_step) {
    put_user();
    begin("a");
    const auto rotated = rotate("a", "b", start + 1h);
    EXPECT_EQ(rotated.step, refresh_step::rotate);
    EXPECT_EQ(rotated.family.text(), "f a");
    EXPECT_EQ(rotated.who.text(), "u1");
    EXPECT_EQ(rotated.role, "user");
    EXPECT_EQ(rotated.absolute_end, start + 30 * 24h);
    EXPECT_EQ(rotated.idle_end, start + 1h + 7 * 24h);
    const auto repeated = rotate("a", "x", start + 1h + 5s);
    EXPECT_EQ(repeated.step, refresh_step::repeat_successor);
    EXPECT_EQ(repeated.sealed_successor, "sealed b");
    // What was offered with a repetition came to nothing.
    EXPECT_EQ(rotate("x", "y", start + 1h).step, refresh_step::unknown);
    EXPECT_EQ(rotate("b", "c", start + 2h).step, refresh_step::rotate);
}

TEST_F(sqlite_store, reuse_revokes_for_good) {
    put_user();
    begin("a");
    rotate("a", "b", start);
    rotate("b", "c", start);
    EXPECT_EQ(rotate("a", "x", start).step, refresh_step::revoke_family);
    EXPECT_EQ(rotate("a", "x", start).step, refresh_step::revoked);
    EXPECT_EQ(rotate("c", "x", start).step, refresh_step::revoked);
    EXPECT_EQ(count("SELECT count(*) FROM families WHERE sealed_successor IS NOT NULL"), 0);
}

// RA-6
TEST_F(sqlite_store, a_disabled_user_has_no_families) {
    put_user();
    begin("a");
    sqlite3* raw = nullptr;
    ASSERT_EQ(sqlite3_open(path().c_str(), &raw), SQLITE_OK);
    ASSERT_EQ(
        sqlite3_exec(raw, "UPDATE users SET disabled = 1", nullptr, nullptr, nullptr), SQLITE_OK
    );
    sqlite3_close(raw);
    EXPECT_EQ(rotate("a", "b", start).step, refresh_step::revoked);
    EXPECT_EQ(begin("c"), family_outcome::refused);
    EXPECT_TRUE(credential_of()->disabled);
    EXPECT_FALSE(run_task(store->find_signed_in(user_id("u1"), family_id("f a"), start)).value());
}

TEST_F(sqlite_store, a_family_can_be_ended_by_any_token_and_by_its_id) {
    put_user();
    begin("a");
    rotate("a", "b", start);
    EXPECT_EQ(run_task(store->end_family_of(hash_token("a"), start)).value(), ending::ended);
    EXPECT_EQ(run_task(store->end_family_of(hash_token("b"), start)).value(), ending::was_over);
    EXPECT_EQ(
        run_task(store->end_family_of(hash_token("nobody's"), start)).value(), ending::was_over
    );
    begin("c");
    EXPECT_EQ(run_task(store->end_family(family_id("f c"), start)).value(), ending::ended);
    EXPECT_EQ(run_task(store->end_family(family_id("f c"), start)).value(), ending::was_over);
}

TEST_F(sqlite_store, whoever_is_signed_in_is_found_by_user_and_family) {
    put_user();
    put_user("max@example.org", "u2");
    begin("a");
    const auto find = [this](const char* who, const char* family, instant when) {
        return run_task(store->find_signed_in(user_id(who), family_id(family), when)).value();
    };
    EXPECT_TRUE(find("u1", "f a", start));
    EXPECT_FALSE(find("u2", "f a", start));
    EXPECT_FALSE(find("u1", "f b", start));
    EXPECT_FALSE(find("u1", "f a", start + 30 * 24h));
}

TEST_F(sqlite_store, pruning_removes_what_is_over_and_nothing_else) {
    put_user();
    begin("a");
    begin("b");
    rotate("b", "c", start);
    register_account("t", "Nobody", start);
    ASSERT_TRUE(store->prune(start + 5s, policy));
    EXPECT_EQ(count("SELECT count(*) FROM families WHERE sealed_successor IS NOT NULL"), 1);
    ASSERT_TRUE(store->prune(start + 11s, policy));
    EXPECT_EQ(count("SELECT count(*) FROM families WHERE sealed_successor IS NOT NULL"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM families"), 2);
    EXPECT_EQ(count("SELECT count(*) FROM refresh_tokens"), 3);

    // A day after it ended a family is forgotten, with all its tokens.
    ASSERT_TRUE(run_task(store->end_family_of(hash_token("a"), start)));
    ASSERT_TRUE(store->prune(start + 24h + 1s, policy));
    EXPECT_EQ(count("SELECT count(*) FROM families"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM refresh_tokens"), 2);
    ASSERT_TRUE(store->prune(start + 8 * 24h + 1s, policy));
    EXPECT_EQ(count("SELECT count(*) FROM families"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM refresh_tokens"), 0);
    EXPECT_TRUE(credential_of()->familiar);
    ASSERT_TRUE(store->prune(start + 91 * 24h, policy));
    EXPECT_FALSE(credential_of()->familiar);
}

TEST_F(sqlite_store, pruning_forgets_stale_registrations_and_links) {
    register_account("t", "Nobody", start);
    ASSERT_TRUE(store->prune(start + 24h - 1ms, policy));
    EXPECT_EQ(count("SELECT count(*) FROM registrations"), 1);
    ASSERT_TRUE(store->prune(start + 24h, policy));
    EXPECT_EQ(count("SELECT count(*) FROM registrations"), 0);
}

TEST_F(sqlite_store, mails_wait_until_they_are_due) {
    put_user();
    register_account("t", "Nobody", start);
    EXPECT_EQ(store->next_due().value(), start);
    ASSERT_EQ(store->due(start - 1ms, 10)->size(), 0u);
    auto due = store->due(start, 10).value();
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].mail.to.text(), "zoe@example.org");
    EXPECT_EQ(due[0].mail.sealed_body, std::string("\0sealed", 7));
    EXPECT_EQ(due[0].mail.give_up, start + 24h);
    EXPECT_EQ(due[0].attempts, 0u);

    ASSERT_TRUE(store->begin_try(due[0].mail.id, start + 10s));
    ASSERT_TRUE(store->failed(due[0].mail.id, "no answer"));
    EXPECT_TRUE(store->due(start + 9s, 10)->empty());
    due = store->due(start + 10s, 10).value();
    ASSERT_EQ(due.size(), 1u);
    EXPECT_EQ(due[0].attempts, 1u);
    ASSERT_TRUE(store->delivered(due[0].mail.id));
    EXPECT_EQ(store->next_due().value(), std::nullopt);
    EXPECT_EQ(count("SELECT count(*) FROM outbox"), 0);
}

TEST_F(sqlite_store, a_mail_that_was_given_up_stays_without_its_body_for_a_month) {
    register_account("t", "Nobody", start);
    ASSERT_TRUE(store->given_up("new t", "550 no such user"));
    EXPECT_EQ(store->next_due().value(), std::nullopt);
    EXPECT_EQ(count("SELECT count(*) FROM outbox WHERE last_error = '550 no such user'"), 1);
    EXPECT_EQ(count("SELECT count(*) FROM outbox WHERE sealed_body IS NOT NULL"), 0);
    ASSERT_TRUE(store->prune(start + 32 * 24h, policy));
    EXPECT_EQ(count("SELECT count(*) FROM outbox"), 0);
}

}  // namespace
}  // namespace cloche::identity
