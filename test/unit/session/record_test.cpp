#include "session/record.hpp"

#include "support/session_records.hpp"

#include <gtest/gtest.h>

namespace cloche::session {
namespace {

TEST(record, an_id_is_known_by_its_sha256) {  // SE-1
    const auto hash = hash_of("abc");
    EXPECT_EQ(hash.bytes[0], 0xba);
    EXPECT_EQ(hash.bytes[31], 0xad);
    EXPECT_NE(hash_of("abc"), hash_of("abd"));
}

TEST(record, a_log_tag_names_a_session_and_gives_nothing_away) {  // LG-2
    const auto tag = log_tag(hash_of("abc"));
    EXPECT_EQ(tag.size(), 8U);
    EXPECT_EQ(tag.find_first_not_of("0123456789abcdef"), std::string::npos);
    EXPECT_EQ(tag, log_tag(hash_of("abc")));
    EXPECT_NE(tag, "ba7816bf") << "not a piece of the hash that the store holds";
    EXPECT_NE(tag, log_tag(hash_of("abd")));
}

TEST(record, every_reason_has_a_name) {
    EXPECT_EQ(name_of(end_reason::signed_out), "signed_out");
    EXPECT_EQ(name_of(end_reason::replaced), "replaced");
    EXPECT_EQ(name_of(end_reason::idle), "idle");
    EXPECT_EQ(name_of(end_reason::absolute), "absolute");
    EXPECT_EQ(name_of(end_reason::refused), "refused");
    EXPECT_EQ(name_of(end_reason::unreadable), "unreadable");
    EXPECT_EQ(name_of(end_reason::none), "none");
}

}  // namespace
}  // namespace cloche::session
