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

const key_ring::key first("AAAAAAAA", std::string(32, '1'));
const key_ring::key second("BBBBBBBB", std::string(32, '2'));

TEST(key_ring, what_was_sealed_opens) {
    system_random random;
    const key_ring ring({first});
    const auto sealed = ring.seal("a token", "session 1", random);
    EXPECT_EQ(sealed.size(), 7U + 49U);
    EXPECT_EQ(ring.open(sealed, "session 1").value(), "a token");
}

// Computed as in sealed_test.cpp.
TEST(key_ring, the_bytes_are_those_of_the_documented_format) {
    test::scripted_random random({"abcdefghijklmnopqrstuvwx"});
    EXPECT_EQ(
        hex_encode(key_ring({first}).seal("a token", "session 1", random)),
        "0141414141414141416162636465666768696a6b6c6d6e6f7071727374757677785d8d1c0a5e779c"
        "eadae453d2de98139582cb317d81f115"
    );
}

TEST(key_ring, the_newest_key_seals_and_its_id_is_in_front) {
    system_random random;
    EXPECT_THAT(
        key_ring({second, first}).seal("x", "", random),
        StartsWith("\x01"
                   "BBBBBBBB")
    );
}

TEST(key_ring, older_keys_go_on_opening) {
    system_random random;
    const auto sealed = key_ring({first}).seal("a token", "session 1", random);
    EXPECT_EQ(key_ring({second, first}).open(sealed, "session 1").value(), "a token");
}

TEST(key_ring, a_key_that_is_gone_is_told_from_a_change) {
    system_random random;
    const auto sealed = key_ring({first}).seal("a token", "session 1", random);
    EXPECT_EQ(key_ring({second}).open(sealed, "session 1").error(), errc::unknown_key);
}

// A sealed token must not be usable in another record, nor for another purpose.
TEST(key_ring, sealed_text_cannot_be_moved) {
    system_random random;
    const key_ring ring({first});
    const auto sealed = ring.seal("a token", "session 1", random);
    EXPECT_EQ(ring.open(sealed, "session 2").error(), errc::cannot_open);
    EXPECT_EQ(ring.open(sealed, "").error(), errc::cannot_open);
}

TEST(key_ring, any_changed_bit_is_noticed) {
    system_random random;
    const key_ring ring({second, first});
    const auto sealed = ring.seal("a token", "session 1", random);
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
    auto sealed = key_ring({first}).seal("a token", "session 1", random);
    sealed.replace(1, 8, "BBBBBBBB");
    EXPECT_EQ(key_ring({same_bytes}).open(sealed, "session 1").error(), errc::cannot_open);
}

TEST(key_ring, a_cut_text_does_not_open) {
    system_random random;
    const key_ring ring({first});
    const auto sealed = ring.seal("a token", "session 1", random);
    for (std::size_t size = 0; size < sealed.size(); ++size) {
        EXPECT_EQ(ring.open(sealed.substr(0, size), "session 1").error(), errc::cannot_open);
    }
}

TEST(key_ring, a_one_off_sealed_text_is_none_of_a_ring) {
    system_random random;
    const auto sealed = seal_with(first.bytes, "a token", "session 1", random);
    EXPECT_EQ(key_ring({first}).open(sealed, "session 1").error(), errc::cannot_open);
    const auto of_ring = key_ring({first}).seal("a token", "session 1", random);
    EXPECT_EQ(open_with(first.bytes, of_ring, "session 1").error(), errc::cannot_open);
}

TEST(key_ring, its_text_reads_back) {
    system_random random;
    const key_ring ring({second, first});
    std::string why;
    const auto read = key_ring::parse(ring.to_text(), why);
    ASSERT_TRUE(read) << why;
    EXPECT_EQ(read->to_text(), ring.to_text());
    EXPECT_EQ(read->open(key_ring({first}).seal("x", "", random), "").value(), "x");
}

TEST(key_ring, the_text_is_that_of_the_documented_format) {
    EXPECT_EQ(
        key_ring({first}).to_text(),
        "{\"keys\":[{\"id\":\"AAAAAAAA\",\"key\":\"MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE\"}]}"
        "\n"
    );
}

TEST(key_ring, texts_that_are_no_ring_are_refused_with_the_reason) {
    const auto good = base64url_encode(std::string(32, 'k'));
    const auto entry = [](const std::string& id, const std::string& bytes) {
        return R"({"id":")" + id + R"(","key":")" + bytes + R"("})";
    };
    const auto list = [](const std::string& keys) { return R"({"keys":[)" + keys + "]}"; };
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
        {list(entry("AAAAAAA", good)), "key 1 is not"},
        {list(entry("AAAAAAA+", good)), "key 1 is not"},
        {list(entry("AAAAAAAA", good) + "," + entry("BBBBBBBB", good + "AA")), "key 2 is not"},
        {list(entry("AAAAAAAA", good.substr(1))), "key 1 is not"},
        {list(R"({"id":"AAAAAAAA","key":")" + good + R"(","note":1})"), "key 1 is not"},
        {list(entry("AAAAAAAA", good) + "," + entry("AAAAAAAA", good)), "same id"},
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

TEST(key_ring, a_rotated_ring_seals_with_a_new_key_and_opens_the_old) {
    system_random random;
    const key_ring old({second, first});
    const auto by_second = old.seal("a token", "", random);
    const auto by_first = key_ring({first}).seal("a token", "", random);

    const auto rotated = old.with_fresh_key(random, 1);
    EXPECT_EQ(rotated.open(by_second, "").value(), "a token");
    EXPECT_EQ(rotated.open(by_first, "").error(), errc::unknown_key);
    EXPECT_EQ(old.open(rotated.seal("x", "", random), "").error(), errc::unknown_key);
    EXPECT_EQ(old.with_fresh_key(random, 9).open(by_first, "").value(), "a token");
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
    EXPECT_EQ(read->open(made->seal("x", "", random), "").value(), "x");
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
