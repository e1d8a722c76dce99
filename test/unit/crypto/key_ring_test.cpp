#include "crypto/key_ring.hpp"

#include "base/atomic_file.hpp"
#include "base/encoding.hpp"
#include "support/scripted_random.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace cloche::crypto {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

using namespace std::chrono_literals;

const instant today = std::chrono::sys_days(std::chrono::year(2026) / 11 / 24);
const key_ring::key first("AAAAAAAA", std::string(32, '1'));
const key_ring::key second("BBBBBBBB", std::string(32, '2'));

TEST(key_ring, what_was_sealed_opens) {
    system_random random;
    const key_ring ring({first});
    const auto sealed = ring.seal("a token", "session 1", today, random);
    EXPECT_EQ(sealed.size(), 7U + 49U);
    EXPECT_EQ(ring.open(sealed, "session 1").value(), "a token");
}

// Computed as in sealed_test.cpp.
TEST(key_ring, the_bytes_are_those_of_the_documented_format) {
    test::scripted_random random({"abcdefghijklmnopqrstuvwx"});
    EXPECT_EQ(
        hex_encode(key_ring({first}).seal("a token", "session 1", today, random)),
        "0141414141414141416162636465666768696a6b6c6d6e6f7071727374757677785d8d1c0a5e779c"
        "eadae453d2de98139582cb317d81f115"
    );
}

TEST(key_ring, the_newest_key_seals_and_its_id_is_in_front) {
    system_random random;
    EXPECT_THAT(
        key_ring({second, first}).seal("x", "", today, random),
        StartsWith("\x01"
                   "BBBBBBBB")
    );
}

TEST(key_ring, older_keys_go_on_opening) {
    system_random random;
    const auto sealed = key_ring({first}).seal("a token", "session 1", today, random);
    EXPECT_EQ(key_ring({second, first}).open(sealed, "session 1").value(), "a token");
}

TEST(key_ring, a_key_that_is_gone_is_told_from_a_change) {
    system_random random;
    const auto sealed = key_ring({first}).seal("a token", "session 1", today, random);
    EXPECT_EQ(key_ring({second}).open(sealed, "session 1").error(), errc::unknown_key);
}

// A sealed token must not be usable in another record, nor for another purpose.
TEST(key_ring, sealed_text_cannot_be_moved) {
    system_random random;
    const key_ring ring({first});
    const auto sealed = ring.seal("a token", "session 1", today, random);
    EXPECT_EQ(ring.open(sealed, "session 2").error(), errc::cannot_open);
    EXPECT_EQ(ring.open(sealed, "").error(), errc::cannot_open);
}

TEST(key_ring, any_changed_bit_is_noticed) {
    system_random random;
    const key_ring ring({second, first});
    const auto sealed = ring.seal("a token", "session 1", today, random);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        auto changed = sealed;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
        EXPECT_FALSE(ring.open(changed, "session 1")) << bit;
    }
}

// Even under two ids, a text sealed by one key does not open as another's.
TEST(key_ring, the_key_id_is_authenticated) {
    system_random random;
    const key_ring::key same_bytes("BBBBBBBB", first.bytes);
    auto sealed = key_ring({first}).seal("a token", "session 1", today, random);
    sealed.replace(1, 8, "BBBBBBBB");
    EXPECT_EQ(key_ring({same_bytes}).open(sealed, "session 1").error(), errc::cannot_open);
}

TEST(key_ring, a_cut_text_does_not_open) {
    system_random random;
    const key_ring ring({first});
    const auto sealed = ring.seal("a token", "session 1", today, random);
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        EXPECT_EQ(ring.open(sealed.substr(0, size), "session 1").error(), errc::cannot_open);
    }
}

TEST(key_ring, a_one_off_sealed_text_is_none_of_a_ring) {
    system_random random;
    const auto sealed = seal_with(first.bytes, "a token", "session 1", random);
    EXPECT_EQ(key_ring({first}).open(sealed, "session 1").error(), errc::cannot_open);
    const auto of_ring = key_ring({first}).seal("a token", "session 1", today, random);
    EXPECT_EQ(open_with(first.bytes, of_ring, "session 1").error(), errc::cannot_open);
}

TEST(key_ring, its_text_reads_back) {
    system_random random;
    const key_ring ring({second, first});
    std::string why;
    const auto read = key_ring::parse(ring.to_text(), why);
    ASSERT_TRUE(read) << why;
    EXPECT_EQ(read->to_text(), ring.to_text());
    EXPECT_EQ(read->open(key_ring({first}).seal("x", "", today, random), "").value(), "x");
}

TEST(key_ring, the_text_is_that_of_the_documented_format) {
    EXPECT_EQ(
        key_ring({first}).to_text(),
        "{\"keys\":[\n"
        "{\"id\":\"AAAAAAAA\",\"key\":\"MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE\"}\n"
        "]}\n"
    );
}

TEST(key_ring, a_text_without_lines_and_dates_is_read) {
    const std::string text =
        R"({"keys":[{"id":"BBBBBBBB","key":"MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI"},)"
        R"({"id":"AAAAAAAA","key":"MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE"}]})";
    std::string why;
    const auto read = key_ring::parse(text, why);
    ASSERT_TRUE(read) << why;
    EXPECT_EQ(read->to_text(), key_ring({second, first}).to_text());
}

TEST(key_ring, texts_that_are_no_ring_are_refused_with_the_reason) {
    const auto good = base64url_encode(std::string(32, 'k'));
    const auto entry = [](const std::string& id, const std::string& bytes) {
        return R"({"id":")" + id + R"(","key":")" + bytes + R"("})";
    };
    const auto dated = [&good](const std::string& from) {
        return R"({"id":"AAAAAAAA","key":")" + good + R"(","seals_from":)" + from + "}";
    };
    const auto list = [](const std::string& keys) { return "{\"keys\":[\n" + keys + "\n]}"; };
    const struct {
        std::string text;
        const char* reason;
    } refused[] = {
        {"", "no JSON object"},
        {"[]", "no JSON object"},
        {"{}", "no JSON object"},
        {R"({"keys":{}})", "no JSON object"},
        {list(entry("AAAAAAAA", good)) + "x", "no JSON object"},
        {list(""), "is empty"},
        {list("1"), "key 1 is not"},
        {list(entry("AAAAAAA", good)), "line 2: key 1 is not"},
        {list(entry("AAAAAAA+", good)), "line 2: key 1 is not"},
        {list(entry("AAAAAAAA", good) + "," + entry("BBBBBBBB", good + "AA")), "line 2: key 2 is"},
        {list(entry("A{\\\"{AAAA", good)), "line 2: key 1 is not"},
        {list(entry("AAAAAAAA", good) + ",\n\n" + entry("BBBBBBBB", "")), "line 4: key 2 is not"},
        {list(entry("AAAAAAAA", good.substr(1))), "key 1 is not"},
        {list(R"({"id":"AAAAAAAA","key":")" + good + R"(","note":1})"), "key 1 is not"},
        {list(dated("1")), "line 2: key 1 is not"},
        {list(dated("null")), "line 2: key 1 is not"},
        {list(dated(R"("tomorrow")")), "a time like 2026-01-31T12:00:00Z"},
        {list(dated(R"("2026-11-24T08:10:00Z","note":1)")), "key 1 is not"},
        {list(entry("AAAAAAAA", good) + ",\n" + entry("AAAAAAAA", good)), "line 3: key 2 has the"},
    };
    for (const auto& each : refused) {
        std::string why;
        EXPECT_EQ(key_ring::parse(each.text, why).error(), errc::bad_key_file) << each.text;
        EXPECT_THAT(why, HasSubstr(each.reason)) << each.text;
    }
}

TEST(key_ring, a_reason_never_shows_a_key) {
    std::string why;
    EXPECT_FALSE(key_ring::parse(R"({"keys":[{"id":"A","key":"c2VjcmV0"}]})", why));
    EXPECT_THAT(why, testing::Not(HasSubstr("c2VjcmV0")));
}

key_ring::key dated(char letter, instant from) {
    return {std::string(8, letter), std::string(32, letter), from};
}

TEST(key_ring, the_newest_key_whose_time_has_come_seals) {
    const key_ring plain({second, first});
    const key_ring overlapping({dated('C', today + 2h), dated('B', today + 1h), first});
    const key_ring all_later({dated('C', today + 2h), dated('B', today + 1h)});
    const key_ring undated_in_front({second, dated('C', today + 2h)});
    const struct {
        const key_ring& ring;
        instant now;
        const char* id;
    } cases[] = {
        {plain, today, "BBBBBBBB"},
        {overlapping, today, "AAAAAAAA"},
        {overlapping, today + 1h - 1ms, "AAAAAAAA"},
        {overlapping, today + 1h, "BBBBBBBB"},
        {overlapping, today + 2h - 1ms, "BBBBBBBB"},
        {overlapping, today + 2h, "CCCCCCCC"},
        {overlapping, today + 24h * 365, "CCCCCCCC"},
        {all_later, today, "BBBBBBBB"},
        {all_later, today + 2h, "CCCCCCCC"},
        {undated_in_front, today, "BBBBBBBB"},
    };
    system_random random;
    for (const auto& each : cases) {
        const auto sealed = each.ring.seal("x", "", each.now, random);
        EXPECT_EQ(key_ring::id_in(sealed), each.id) << each.now.time_since_epoch().count();
        EXPECT_TRUE(each.ring.open(sealed, ""));
    }
}

TEST(key_ring, a_key_that_waits_opens_what_others_seal_with_it) {
    system_random random;
    const key_ring ring({dated('B', today + 1h), first});
    EXPECT_TRUE(ring.open(ring.seal("x", "", today + 1h, random), ""));
}

TEST(key_ring, what_each_key_does_depends_on_the_time) {
    const key_ring ring({dated('D', today + 2h), dated('C', today + 1h), second, first});
    const auto said = [&ring](instant now) {
        std::string text;
        for (const key_use& use : ring.uses(now)) {
            text += use.id.front();
            text += use.duty == key_duty::waits ? " waits" : "";
            text += use.duty == key_duty::seals ? " seals" : "";
            if (use.sealed_until)
                text += " until " + std::to_string((*use.sealed_until - today) / 1h);
            text += "; ";
        }
        return text;
    };
    EXPECT_EQ(said(today), "D waits; C waits; B seals; A; ");
    EXPECT_EQ(said(today + 1h), "D waits; C seals; B until 1; A; ");
    EXPECT_EQ(said(today + 3h), "D seals; C until 2; B until 1; A; ");
}

TEST(key_ring, a_fresh_key_waits_in_front_and_the_old_ones_stay) {
    system_random random;
    const key_ring old({second, first});
    const auto rotated = old.with_fresh_key(random, today + 1h);
    ASSERT_EQ(rotated.ids().size(), 3U);
    EXPECT_EQ(rotated.uses(today).front().seals_from, today + 1h);
    const auto before = rotated.seal("x", "", today, random);
    EXPECT_EQ(key_ring::id_in(before), "BBBBBBBB");
    const auto after = rotated.seal("x", "", today + 1h, random);
    EXPECT_EQ(key_ring::id_in(after), rotated.ids().front());
    EXPECT_EQ(old.open(after, "").error(), errc::unknown_key);

    const auto without = rotated.without("AAAAAAAA");
    EXPECT_EQ(without.ids().size(), 2U);
    EXPECT_EQ(
        without.open(key_ring({first}).seal("x", "", today, random), "").error(), errc::unknown_key
    );
    std::string why;
    EXPECT_EQ(key_ring::parse(rotated.to_text(), why)->to_text(), rotated.to_text()) << why;
}

TEST(key_ring, a_file_that_has_to_be_there_is_not_made) {
    const test::temporary_folder folder;
    const auto path = folder.file("session.keys");
    std::string why;
    EXPECT_EQ(key_ring::load(path, why).error(), errc::bad_key_file);
    EXPECT_EQ(why, path + " is not there");
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(key_ring, a_ring_that_cannot_work_is_a_mistake_of_the_program) {
    EXPECT_THROW(key_ring({}), std::invalid_argument);
    EXPECT_THROW(key_ring({first, first}), std::invalid_argument);
    const key_ring::key short_key("AAAAAAAA", "short");
    const key_ring::key short_id("AAA", std::string(32, 'k'));
    EXPECT_THROW(key_ring({short_key}), std::invalid_argument);
    EXPECT_THROW(key_ring({short_id}), std::invalid_argument);
}

TEST(key_ring, the_file_is_made_once_and_read_afterwards) {
    const test::temporary_folder folder;
    const auto path = folder.file("session.keys");
    system_random random;
    std::string why;
    const auto made = key_ring::load_or_create(path, random, why);
    ASSERT_TRUE(made) << why;
    const auto read = key_ring::load_or_create(path, random, why);
    ASSERT_TRUE(read) << why;
    EXPECT_EQ(read->open(made->seal("x", "", today, random), "").value(), "x");
    EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0600));
}

TEST(key_ring, a_file_that_others_can_read_is_refused) {
    const test::temporary_folder folder;
    const auto path = folder.file("session.keys");
    ASSERT_TRUE(write_file(path, key_ring({first}).to_text(), 0640));
    system_random random;
    std::string why;
    EXPECT_EQ(key_ring::load_or_create(path, random, why).error(), errc::bad_key_file);
    EXPECT_THAT(why, HasSubstr("chmod 600 " + path));
}

TEST(key_ring, a_broken_file_is_named_and_not_replaced) {
    const test::temporary_folder folder;
    const auto path = folder.file("session.keys");
    ASSERT_TRUE(write_file(path, "{}", 0600));
    system_random random;
    std::string why;
    EXPECT_EQ(key_ring::load_or_create(path, random, why).error(), errc::bad_key_file);
    EXPECT_THAT(why, StartsWith(path + ": "));
    EXPECT_EQ(std::filesystem::file_size(path), 2U);
}

}  // namespace
}  // namespace cloche::crypto
