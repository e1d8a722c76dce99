#include "identity/email_address.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cloche::identity {
namespace {

struct accepted {
    std::string_view given;
    std::string_view canonical;
};

// ID-8: one rule for every flow.
TEST(email_address, the_domain_is_lowered_and_the_local_part_is_kept) {
    const accepted table[] = {
        {"zoe@example.org", "zoe@example.org"},
        {"Zoe@Example.ORG", "Zoe@example.org"},
        {"zoe+tag@mail.example.co.uk", "zoe+tag@mail.example.co.uk"},
        {"zoe.o'neil@xn--bcher-kva.example", "zoe.o'neil@xn--bcher-kva.example"},
        {"a@b", "a@b"},
        {"no-reply@localhost", "no-reply@localhost"},
        {"!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"},
    };
    for (const auto& row : table) {
        const auto address = email_address::parse(row.given);
        ASSERT_TRUE(address) << row.given;
        EXPECT_EQ(address->text(), row.canonical);
    }
}

TEST(email_address, hostile_and_ambiguous_forms_are_refused) {
    const std::string_view table[] = {
        "",
        "zoe",
        "@",
        "@example.org",
        "zoe@",
        "zoe@@example.org",
        "zoe@evil.example@example.org",
        "zoe@example.org ",
        " zoe@example.org",
        "zoe @example.org",
        "zoe@exa mple.org",
        "zoe@example..org",
        "zoe@.example.org",
        "zoe@example.org.",
        ".zoe@example.org",
        "zoe.@example.org",
        "z..oe@example.org",
        "zoe@-example.org",
        "zoe@example-.org",
        "zoe@example_1.org",
        "\"zoe\"@example.org",
        "\"zoe@evil.example\"@example.org",
        "zoe(comment)@example.org",
        "Zoe <zoe@example.org>",
        "zoe@[127.0.0.1]",
        "zoe,other@example.org",
        "zoe;other@example.org",
        "zoe@example.org\r\nBcc: all@example.org",
        "zo\xC3\xAB@example.org",
        "zoe@b\xC3\xBC"
        "cher.example",
        "zoe\xE2\x80\x8B@example.org",
    };
    for (const auto text : table) {
        const auto address = email_address::parse(text);
        ASSERT_FALSE(address) << text;
        EXPECT_EQ(address.error(), errc::malformed_mail_address);
    }
    EXPECT_FALSE(email_address::parse(std::string_view("zoe\0@example.org", 16)));
}

TEST(email_address, the_length_limits_are_those_of_smtp) {
    const std::string local_64(64, 'a');
    EXPECT_TRUE(email_address::parse(local_64 + "@example.org"));
    EXPECT_FALSE(email_address::parse(local_64 + "a@example.org"));
    const std::string label_63(63, 'b');
    EXPECT_TRUE(email_address::parse("a@" + label_63 + ".org"));
    EXPECT_FALSE(email_address::parse("a@" + label_63 + "b.org"));
    const std::string longest =
        "a@" + label_63 + "." + label_63 + "." + label_63 + "." + std::string(60, 'c');
    ASSERT_EQ(longest.size(), 254u);
    EXPECT_TRUE(email_address::parse(longest));
    EXPECT_FALSE(email_address::parse(longest + "c"));
}

TEST(email_address, the_parts_are_on_both_sides_of_the_sign) {
    const auto address = email_address::parse("zoe@Example.org");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->local_part(), "zoe");
    EXPECT_EQ(address->domain(), "example.org");
}

}  // namespace
}  // namespace cloche::identity
