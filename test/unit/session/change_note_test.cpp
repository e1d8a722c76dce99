#include "session/change_note.hpp"

#include "support/session_records.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::session {
namespace {

TEST(change_note, is_understood_by_others_and_passed_over_by_its_own) {
    const std::string note = change_note("0123456789abcdef", test::id_of("one"));
    EXPECT_EQ(changed_by_another(note, "fedcba9876543210"), test::id_of("one"));
    EXPECT_EQ(changed_by_another(note, "0123456789abcdef"), std::nullopt);
}

TEST(change_note, of_strangers_means_nothing) {
    const std::string note = change_note("a", test::id_of("one"));
    for (const std::string& other :
         {std::string(),
          std::string(":"),
          std::string("hello"),
          std::string("a:zz"),
          std::string("a:0123"),
          note + "00",
          note.substr(0, note.size() - 1),
          note.substr(2)})
        EXPECT_EQ(changed_by_another(other, "own"), std::nullopt) << other;
}

}  // namespace
}  // namespace cloche::session
