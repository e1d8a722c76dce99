#include "identity/mail_dispatcher.hpp"

#include "identity/mail_composer.hpp"
#include "support/scripted_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cloche::identity {
namespace {

using namespace std::chrono_literals;

const instant start{milliseconds(1'800'000'000'000)};

/// The table in memory.
class listed_outbox final : public mail_outbox {
public:
    struct row {
        outgoing_mail mail;
        instant due;
        unsigned attempts = 0;
        std::string reason;
        bool given_up = false;
    };
    std::vector<row> rows;
    bool broken = false;

    result<std::vector<due_mail>> due(instant now, std::size_t most) override {
        std::vector<due_mail> found;
        for (const auto& one : rows) {
            if (one.given_up || one.due > now || found.size() == most) continue;
            due_mail next(one.mail);
            next.attempts = one.attempts;
            found.push_back(std::move(next));
        }
        return found;
    }
    result<std::optional<instant>> next_due() override {
        std::optional<instant> next;
        for (const auto& one : rows) {
            if (!one.given_up && (!next || one.due < *next)) next = one.due;
        }
        return next;
    }
    result<void> begin_try(const std::string& id, instant again) override {
        if (broken) return make_error_code(boost::system::errc::io_error);
        at(id).due = again;
        ++at(id).attempts;
        return {};
    }
    result<void> delivered(const std::string& id) override {
        std::erase_if(rows, [&](const row& one) { return one.mail.id == id; });
        return {};
    }
    result<void> failed(const std::string& id, const std::string& reason) override {
        at(id).reason = reason;
        return {};
    }
    result<void> given_up(const std::string& id, const std::string& reason) override {
        at(id).given_up = true;
        at(id).reason = reason;
        return {};
    }
    row& at(const std::string& id) {
        return *std::find_if(rows.begin(), rows.end(), [&](const row& one) {
            return one.mail.id == id;
        });
    }
};

class scripted_transport final : public mail_transport {
public:
    std::vector<std::string>* sent;
    const errc* answer;  ///< 0: it goes through

    scripted_transport(std::vector<std::string>& into, const errc& what)
        : sent(&into), answer(&what) {}
    result<void> send(const outgoing_mail&, std::string_view message, std::string& why) override {
        sent->emplace_back(message);
        if (*answer == errc{}) return {};
        why = "the reason";
        return make_error_code(*answer);
    }
    void cancel() noexcept override {}
};

class dispatcher : public testing::Test {
protected:
    void put(const std::string& to) {
        const auto recipient = email_address::parse(to).value();
        auto mail = composer.already_registered(recipient, start);
        outbox.rows.push_back({mail, start, 0, {}, false});
    }

    listed_outbox outbox;
    std::vector<std::string> sent;
    errc answer{};
    cloche::test::scripted_random random;
    crypto::key_ring keys{{crypto::key_ring::key("12345678", std::string(32, 'k'))}};
    mail_composer composer{"http://public", keys, random};
    observability::metrics metrics;
    mail_dispatcher subject{
        outbox,
        std::make_unique<scripted_transport>(sent, answer),
        keys,
        email_address::parse("no-reply@example.org").value(),
        metrics};
};

TEST_F(dispatcher, what_is_due_goes_out_and_is_forgotten) {
    put("zoe@example.org");
    put("max@example.org");
    EXPECT_EQ(subject.deliver_due(start), start + 30s);
    ASSERT_EQ(sent.size(), 2u);
    EXPECT_NE(sent[0].find("To: zoe@example.org\r\n"), std::string::npos);
    EXPECT_NE(sent[0].find("http://public/auth/login"), std::string::npos);
    EXPECT_TRUE(outbox.rows.empty());
}

TEST_F(dispatcher, a_mail_that_fails_is_tried_again_later_and_later) {
    put("zoe@example.org");
    answer = errc::mail_unreachable;
    auto now = start;
    for (const seconds wait : {10s, 40s, 160s, 640s, 2560s, 3600s, 3600s}) {
        EXPECT_EQ(outbox.rows[0].due, now);
        const auto next = subject.deliver_due(now);
        EXPECT_EQ(next, std::min<instant>(now + wait, now + 30s));
        EXPECT_EQ(outbox.rows[0].due, now + wait);
        EXPECT_EQ(outbox.rows[0].reason, "the reason");
        now += wait;
    }
    answer = errc{};
    subject.deliver_due(now);
    EXPECT_EQ(sent.size(), 8u);
    EXPECT_TRUE(outbox.rows.empty());
}

TEST_F(dispatcher, a_mail_is_given_up_when_its_link_is_stale) {
    put("zoe@example.org");
    answer = errc::mail_unreachable;
    auto now = start;
    while (!outbox.rows[0].given_up && now < start + 48h) {
        subject.deliver_due(now);
        now = outbox.rows[0].due;
    }
    EXPECT_TRUE(outbox.rows[0].given_up);
    EXPECT_LE(now, start + 25h);
    EXPECT_GT(sent.size(), 20u);
}

TEST_F(dispatcher, a_refused_mail_is_given_up_at_once) {
    put("zoe@example.org");
    answer = errc::mail_refused;
    subject.deliver_due(start);
    EXPECT_TRUE(outbox.rows[0].given_up);
    EXPECT_EQ(outbox.rows[0].reason, "the reason");
    subject.deliver_due(start + 1h);
    EXPECT_EQ(sent.size(), 1u);
}

// Otherwise a full disk would send the same mail again and again.
TEST_F(dispatcher, a_try_that_cannot_be_noted_down_is_not_made) {
    put("zoe@example.org");
    outbox.broken = true;
    subject.deliver_due(start);
    EXPECT_TRUE(sent.empty());
}

TEST_F(dispatcher, a_body_that_does_not_open_is_given_up) {
    put("zoe@example.org");
    outbox.rows[0].mail.id = "another row's";
    subject.deliver_due(start);
    EXPECT_TRUE(sent.empty());
    EXPECT_TRUE(outbox.rows[0].given_up);
}

}  // namespace
}  // namespace cloche::identity
