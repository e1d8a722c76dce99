#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <new>
#include <sstream>
#include <type_traits>

namespace cloche {
namespace {

template <class T>
concept streamable = requires(std::ostream& out, const T& value) {
    out << value;
};

static_assert(!streamable<access_token>);
static_assert(!std::is_convertible_v<access_token, std::string>);
static_assert(!std::is_convertible_v<access_token, std::string_view>);
static_assert(!std::is_convertible_v<std::string, access_token>);
static_assert(!std::is_constructible_v<refresh_token, access_token>);
static_assert(std::is_nothrow_move_constructible_v<password>);

/// A secret in memory of ours, so that what is left of it can be looked at.
class watched_secret {
public:
    explicit watched_secret(const char* text) { new (memory_) password(std::string(text)); }
    password& get() { return *std::launder(reinterpret_cast<password*>(memory_)); }
    bool memory_holds(const char* text) const {
        return std::search(memory_, memory_ + sizeof memory_, text, text + std::strlen(text)) !=
               memory_ + sizeof memory_;
    }

private:
    alignas(password) char memory_[sizeof(password)] = {};
};

// Texts of up to 15 characters live within the object: that is where something can be left behind.
TEST(secret, a_short_one_leaves_nothing_when_it_ends) {
    watched_secret watched("hunter2");
    ASSERT_TRUE(watched.memory_holds("hunter2"));
    watched.get().~password();
    EXPECT_FALSE(watched.memory_holds("hunter2"));
}

TEST(secret, a_short_one_leaves_nothing_when_it_is_moved_from) {
    watched_secret watched("hunter2");
    const auto taken = std::move(watched.get());
    EXPECT_EQ(taken.reveal(), "hunter2");
    EXPECT_TRUE(watched.get().empty());
    EXPECT_FALSE(watched.memory_holds("unter2"));
    watched.get().~password();
}

TEST(secret, a_short_one_leaves_nothing_when_it_is_replaced) {
    watched_secret watched("hunter2-and-on");
    watched.get() = password("x");
    EXPECT_EQ(watched.get().reveal(), "x");
    EXPECT_FALSE(watched.memory_holds("unter2"));
    watched.get().~password();
}

TEST(secret, wiping_a_text_empties_all_that_it_holds) {
    std::string text = "hunter2 and a long tail of words";
    text.resize(3);
    wipe(text);
    EXPECT_TRUE(text.empty());
    text.resize(text.capacity(), 'x');
    EXPECT_EQ(text.find("unter"), std::string::npos);
}

TEST(secret, copies_and_moves_keep_the_characters) {
    const access_token original("a token that is long enough to be on the heap");
    access_token copy = original;
    EXPECT_EQ(copy, original);
    access_token moved = std::move(copy);
    EXPECT_EQ(moved, original);
    copy = moved;
    EXPECT_EQ(copy.reveal(), original.reveal());
    auto& same = copy;
    copy = same;
    EXPECT_EQ(copy, original);
    EXPECT_EQ(copy.size(), 45U);
    EXPECT_NE(copy, access_token("another"));
}

}  // namespace
}  // namespace cloche
