#include "identity/mail_message.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cloche::identity {
namespace {

email_address address(std::string_view text) {
    return email_address::parse(text).value();
}

const instant when{milliseconds(1'715'488'644'007)};

// ID-11
TEST(mail_message, the_link_is_built_on_the_configured_address_and_escaped) {
    const verification_token token("a-b_c");
    EXPECT_EQ(
        verification_link("https://app.example.org", token, address("zoe+x&y@example.org")),
        "https://app.example.org/auth/verify?token=a-b_c&email=zoe%2Bx%26y%40example.org"
    );
    EXPECT_EQ(
        verification_link("https://app.example.org/", token, address("a@b")),
        "https://app.example.org/auth/verify?token=a-b_c&email=a%40b"
    );
}

TEST(mail_message, the_link_stands_alone_on_its_line) {
    const std::string link = "https://app.example.org/auth/verify?token=t&email=e";
    for (const auto& mail : {verification_mail(link, "Zoe", when), new_place_mail(link)})
        EXPECT_NE(mail.body.find("\n" + link + "\n"), std::string::npos);
}

TEST(mail_message, the_recipient_can_tell_whose_attempt_it_is) {
    const auto mail = verification_mail("link", "Zoe Example", when);
    EXPECT_NE(mail.body.find("Hello Zoe Example,"), std::string::npos);
    EXPECT_NE(mail.body.find("Sun, 12 May 2024 04:37:24 GMT"), std::string::npos);
}

// A name is chosen by whoever registers, and mailed to an address that may be another's.
TEST(mail_message, a_name_that_could_become_a_link_is_left_out) {
    EXPECT_EQ(name_for_mail("Zoe Example"), "Zoe Example");
    EXPECT_EQ(name_for_mail("J. R. Doe jr."), "J. R. Doe jr.");
    EXPECT_EQ(name_for_mail("win at evil.example"), "");
    EXPECT_EQ(name_for_mail("https://evil"), "");
    EXPECT_EQ(name_for_mail("call me@evil"), "");
    EXPECT_EQ(name_for_mail("<b>Zoe</b>"), "");
    const auto mail = verification_mail("link", "click evil.example now", when);
    EXPECT_EQ(mail.body.find("evil"), std::string::npos);
}

TEST(mail_message, the_message_has_the_fields_and_line_ends_of_rfc_5322) {
    const envelope about(address("no-reply@example.org"), address("zoe@example.org"), "abc", when);
    const auto text = render_mail(about, "Confirm your e-mail address", "Hello,\n\nlink\n");
    EXPECT_EQ(
        text,
        "From: no-reply@example.org\r\n"
        "To: zoe@example.org\r\n"
        "Subject: Confirm your e-mail address\r\n"
        "Date: Sun, 12 May 2024 04:37:24 +0000\r\n"
        "Message-ID: <abc@example.org>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 7bit\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "\r\n"
        "Hello,\r\n\r\nlink\r\n"
    );
    const auto other = render_mail(about, "x", "Hello Z\xC3\xB6\xC3\xA9\n");
    EXPECT_NE(other.find("Content-Transfer-Encoding: 8bit\r\n"), std::string::npos);
}

TEST(mail_message, lines_without_a_link_are_short) {
    for (const auto& mail :
         {verification_mail("link", "Zoe", when),
          already_registered_mail("link"),
          new_place_mail("link")}) {
        std::size_t start = 0;
        for (auto end = mail.body.find('\n'); end != std::string::npos;
             end = mail.body.find('\n', start)) {
            EXPECT_LE(end - start, 80u) << mail.body.substr(start, end - start);
            start = end + 1;
        }
        EXPECT_EQ(start, mail.body.size());
    }
}

}  // namespace
}  // namespace cloche::identity
