#include "session/record_codec.hpp"

#include "crypto/random.hpp"
#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::session {
namespace {

using namespace std::chrono_literals;
using test::live_record;
using test::some_day;

crypto::key_ring::key key_of(char letter) {
    return crypto::key_ring::key(std::string("key0000") + letter, std::string(32, letter));
}

void expect_same_private_part(const record& a, const record& b) {
    EXPECT_EQ(a.tokens.access, b.tokens.access);
    EXPECT_EQ(a.tokens.sent_at, b.tokens.sent_at);
    EXPECT_EQ(a.tokens.life, b.tokens.life);
    EXPECT_EQ(a.tokens.refresh, b.tokens.refresh);
    EXPECT_EQ(a.tokens.refresh_expires, b.tokens.refresh_expires);
    EXPECT_EQ(a.user, b.user);
    EXPECT_EQ(a.address, b.address);
    EXPECT_EQ(a.agent, b.agent);
}

record full_record() {
    auto session = live_record();
    session.tokens.refresh_expires = some_day + 24h;
    session.tokens.access = access_token(std::string("\0\xff;", 3));
    return session;
}

TEST(record_codec, what_is_written_is_read) {
    for (const record& session : {full_record(), live_record(), record()}) {
        record read;
        ASSERT_TRUE(decode_private_part(encode_private_part(session), read));
        expect_same_private_part(read, session);
    }
}

TEST(record_codec, every_cut_is_refused) {
    const auto bytes = encode_private_part(full_record());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        record read;
        EXPECT_EQ(
            decode_private_part(std::string_view(bytes).substr(0, size), read).error(),
            errc::unreadable_record
        ) << size;
    }
}

TEST(record_codec, bytes_left_over_are_refused) {
    record read;
    EXPECT_FALSE(decode_private_part(encode_private_part(full_record()) + "x", read));
}

TEST(record_codec, another_layout_is_refused) {
    auto bytes = encode_private_part(full_record());
    bytes[0] = 2;
    record read;
    EXPECT_FALSE(decode_private_part(bytes, read));
}

TEST(record_codec, the_bytes_are_those_of_the_format_page) {  // docs/formats/session-record.md
    record session;
    session.tokens.access = access_token("A");
    session.tokens.sent_at = instant(milliseconds(0x0102));
    session.tokens.life = milliseconds(3);
    session.tokens.refresh = refresh_token("RR");
    session.user = "{}";
    const std::string expected(
        "\x01"
        "\x01\0\0\0A"
        "\x02\x01\0\0\0\0\0\0"
        "\x01\x03\0\0\0\0\0\0\0"
        "\x02\0\0\0RR"
        "\0"
        "\x02\0\0\0{}"
        "\0\0\0\0"
        "\0\0\0\0",
        44
    );
    EXPECT_EQ(encode_private_part(session), expected);
}

class sealed_record : public testing::Test {
protected:
    crypto::system_random random_;
    crypto::key_ring keys_{{key_of('a')}};
    record session_ = full_record();
    std::string sealed_ = seal_private_part(session_, keys_, some_day, random_);
};

TEST_F(sealed_record, opens_for_its_own_session) {
    record read;
    read.id = session_.id;
    ASSERT_TRUE(open_private_part(sealed_, keys_, read));
    expect_same_private_part(read, session_);
}

TEST_F(sealed_record, does_not_open_for_another) {  // CK-12: moved between rows
    record read;
    read.id = test::id_of("another");
    EXPECT_EQ(open_private_part(sealed_, keys_, read).error(), errc::unreadable_record);
}

TEST_F(sealed_record, shows_no_token) {
    EXPECT_EQ(sealed_.find("refresh of one"), std::string::npos);
    EXPECT_EQ(sealed_.find("someone@example.org"), std::string::npos);
}

TEST_F(sealed_record, opens_after_the_key_was_rotated_and_not_after_it_is_gone) {
    record read;
    read.id = session_.id;
    EXPECT_TRUE(open_private_part(sealed_, crypto::key_ring({key_of('b'), key_of('a')}), read));
    EXPECT_EQ(
        open_private_part(sealed_, crypto::key_ring({key_of('b')}), read).error(), errc::key_missing
    );
}

TEST_F(sealed_record, any_changed_byte_is_noticed) {
    for (std::size_t index = 0; index < sealed_.size(); ++index) {
        auto changed = sealed_;
        changed[index] = static_cast<char>(changed[index] ^ 1);
        record read;
        read.id = session_.id;
        EXPECT_FALSE(open_private_part(changed, keys_, read)) << index;
    }
}

}  // namespace
}  // namespace cloche::session
