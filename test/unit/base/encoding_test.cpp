#include "base/encoding.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cloche {
namespace {

using namespace std::string_literals;
using testing::Optional;

struct pair_of_texts {
    std::string plain;
    std::string encoded;
};

// RFC 4648 section 10, without the padding, and the two characters that tell base64url from base64.
const pair_of_texts base64url_vectors[] = {
    {"", ""},
    {"f", "Zg"},
    {"fo", "Zm8"},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg"},
    {"fooba", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "-__-"},
    {"\0\0"s, "AAA"},
};

TEST(encoding, base64url_vectors_hold_in_both_directions) {
    for (const auto& [plain, encoded] : base64url_vectors) {
        EXPECT_EQ(base64url_encode(plain), encoded);
        EXPECT_THAT(base64url_decode(encoded), Optional(plain)) << encoded;
    }
}

TEST(encoding, every_byte_survives_base64url) {
    for (std::size_t size = 0; size < 300; ++size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i)
            bytes.push_back(static_cast<char>(i * 7 + size));
        EXPECT_THAT(base64url_decode(base64url_encode(bytes)), Optional(bytes));
    }
}

// TK-5: one text has one encoding only.
TEST(encoding, lenient_base64url_is_refused) {
    const std::string refused[] = {
        "Zg==",        // padding
        "Zm8=",        //
        "Z",           // one character holds no byte
        "Zm9vY",       //
        "Zh",          // stray bits in the last character
        "Zm9",         //
        "Zm 9v",       // foreign characters
        "Zm9v\n",      //
        " Zm9v",       //
        "Zm+v",        // the other alphabet
        "Zm/v",        //
        "Zm.v",        //
        "Zm9v\0"s,     //
        "Zm\xc3\xa9",  //
    };
    for (const auto& text : refused)
        EXPECT_FALSE(base64url_decode(text)) << text;
}

TEST(encoding, only_characters_of_the_alphabet_are_base64url) {
    const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (int c = 0; c < 256; ++c) {
        const auto character = static_cast<char>(c);
        const auto wanted = alphabet.find(character) != std::string::npos;
        EXPECT_EQ(base64url_decode(std::string{character, 'A', 'A', 'A'}).has_value(), wanted) << c;
        EXPECT_EQ(base64url_decode(std::string{'A', 'A', character, 'A'}).has_value(), wanted) << c;
    }
}

TEST(encoding, hex_is_read_strictly) {
    EXPECT_THAT(hex_decode(""), Optional(""s));
    EXPECT_THAT(hex_decode("000fa5ff"), Optional("\x00\x0f\xa5\xff"s));
    for (const char* wrong : {"0", "0A", "0g", " 0", "0x"})
        EXPECT_EQ(hex_decode(wrong), std::nullopt) << wrong;
}

TEST(encoding, hex_is_lower_case) {
    EXPECT_EQ(hex_encode(""), "");
    EXPECT_EQ(hex_encode("\x00\x0f\xa5\xff"s), "000fa5ff");
}

// RFC 3986 section 2.3.
TEST(encoding, only_unreserved_characters_stay_as_they_are) {
    EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(percent_encode("a b+c/d?e&f=g#h%i"), "a%20b%2Bc%2Fd%3Fe%26f%3Dg%23h%25i");
    EXPECT_EQ(percent_encode("\0\n\xc3\xa9"s), "%00%0A%C3%A9");
}

TEST(encoding, every_byte_survives_percent_encoding) {
    std::string bytes;
    for (int c = 0; c < 256; ++c)
        bytes.push_back(static_cast<char>(c));
    EXPECT_THAT(percent_decode(percent_encode(bytes)), Optional(bytes));
}

TEST(encoding, escapes_are_decoded_once_in_either_case) {
    EXPECT_THAT(percent_decode("%2f%2F%253D+"), Optional("//%3D+"s));
    EXPECT_THAT(percent_decode("%00"), Optional("\0"s));
}

TEST(encoding, broken_escapes_are_refused) {
    for (const auto* text : {"%", "a%", "%2", "%2g", "%g2", "%%41", "% 41", "%-1"}) {
        EXPECT_FALSE(percent_decode(text)) << text;
    }
}

TEST(encoding, form_fields_keep_their_order_and_leave_out_what_cannot_be_read) {
    const std::vector<std::pair<std::string, std::string>> expected{
        {"email", "zoe@example.org"}, {"code", "1 2"}, {"email", "other"}, {"bare", ""}};
    EXPECT_EQ(
        form_fields("email=zoe%40example.org&code=1+2&&bad=%zz&=nameless&email=other&bare"),
        expected
    );
    EXPECT_TRUE(form_fields("").empty());
}

TEST(encoding, form_values_are_found_and_decoded) {
    const auto form =
        "email=zoe%40example.org&next=%2Faccount%3Fa%3D1%26b&note=a+b%2Bc&empty=&bare";
    EXPECT_THAT(form_value(form, "email"), Optional("zoe@example.org"s));
    EXPECT_THAT(form_value(form, "next"), Optional("/account?a=1&b"s));
    EXPECT_THAT(form_value(form, "note"), Optional("a b+c"s));
    EXPECT_THAT(form_value(form, "empty"), Optional(""s));
    EXPECT_THAT(form_value(form, "bare"), Optional(""s));
    EXPECT_FALSE(form_value(form, "absent"));
    EXPECT_FALSE(form_value(form, "mail"));
    EXPECT_FALSE(form_value("", "a"));
}

TEST(encoding, form_names_are_decoded_too) {
    EXPECT_THAT(form_value("full+name=Zoe&%66irst=1", "full name"), Optional("Zoe"s));
    EXPECT_THAT(form_value("full+name=Zoe&%66irst=1", "first"), Optional("1"s));
}

TEST(encoding, the_first_of_several_form_values_counts) {
    EXPECT_THAT(form_value("a=1&a=2", "a"), Optional("1"s));
    EXPECT_THAT(form_value("&&a=1=2&", "a"), Optional("1=2"s));
}

TEST(encoding, a_badly_escaped_form_value_is_none_even_if_a_good_one_follows) {
    EXPECT_FALSE(form_value("a=%zz&a=2", "a"));
    EXPECT_THAT(form_value("%zz=1&a=2", "a"), Optional("2"s));
}

}  // namespace
}  // namespace cloche
