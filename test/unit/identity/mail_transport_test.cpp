#include "identity/mail_transport.hpp"

#include "support/temporary_folder.hpp"
#include "unit/identity/smtp_server.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace cloche::identity {
namespace {

email_address address(std::string_view text) {
    return email_address::parse(text).value();
}

outgoing_mail mail_to(std::string_view to) {
    outgoing_mail mail("Ab3xY_9-", mail_kind::verification, address(to));
    mail.created = instant(milliseconds(1'715'488'644'007));
    return mail;
}

unsigned mode_of(const std::filesystem::path& path) {
    struct stat about {};
    EXPECT_EQ(::stat(path.c_str(), &about), 0);
    return about.st_mode & 0777U;
}

TEST(file_mail_transport, a_mail_becomes_a_private_file_with_a_readable_name) {
    const cloche::test::temporary_folder folder;
    const auto outbox = folder.path() / "data" / "outbox";
    const auto transport = make_file_mail_transport(outbox.string());
    std::string why;
    ASSERT_TRUE(transport->send(mail_to("zoe@example.org"), "From: x\r\n\r\nbody\r\n", why)) << why;
    const auto path = outbox / "20240512T043724.007Z-verification-zoe@example.org-Ab3xY_9-.eml";
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    EXPECT_EQ(text.str(), "From: x\r\n\r\nbody\r\n");
    EXPECT_EQ(mode_of(path), 0600U);
    EXPECT_EQ(mode_of(outbox), 0700U);
}

// A local part may hold a slash.
TEST(file_mail_transport, no_address_leads_out_of_the_folder) {
    const cloche::test::temporary_folder folder;
    const auto transport = make_file_mail_transport(folder.path().string());
    std::string why;
    ASSERT_TRUE(transport->send(mail_to("/a/b$c`d|e*f@example.org"), "text", why)) << why;
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        EXPECT_NE(
            entry.path().filename().string().find("_a_b_c_d_e_f@example.org"), std::string::npos
        );
        ++files;
    }
    EXPECT_EQ(files, 1u);
}

TEST(file_mail_transport, a_folder_that_cannot_be_written_is_tried_again_later) {
    const cloche::test::temporary_folder folder;
    std::ofstream(folder.file("outbox")) << "a file";
    const auto transport = make_file_mail_transport(folder.file("outbox"));
    std::string why;
    const auto sent = transport->send(mail_to("zoe@example.org"), "text", why);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error(), errc::mail_unreachable);
    EXPECT_NE(why.find("outbox"), std::string::npos);
}

class smtp : public testing::Test {
protected:
    result<void> send_by(
        const std::string& url, const std::string& text = "Subject: x\r\n\r\nbody\r\n"
    ) {
        const auto transport = make_smtp_mail_transport(url, address("no-reply@example.org"));
        EXPECT_TRUE(transport);
        return transport->send(mail_to("zoe@example.org"), text, why);
    }
    std::string why;
};

TEST_F(smtp, a_mail_is_handed_over_with_its_envelope) {
    const test::smtp_server server;
    ASSERT_TRUE(send_by(server.url(), "Subject: x\r\n\r\nbody\r\n.dot\r\n")) << why;
    const auto commands = server.commands();
    ASSERT_GE(commands.size(), 4u);
    EXPECT_EQ(commands[0], "EHLO example.org");
    EXPECT_EQ(commands[1].substr(0, 33), "MAIL FROM:<no-reply@example.org>");
    EXPECT_EQ(commands[2], "RCPT TO:<zoe@example.org>");
    // A line that begins with a dot is stuffed on the wire (RFC 5321 section 4.5.2).
    EXPECT_EQ(server.message(), "Subject: x\n\nbody\n..dot\n");
}

TEST_F(smtp, a_permanent_refusal_is_final) {
    const test::smtp_server server(test::smtp_server::answers{{"RCPT", "550 no such user"}});
    const auto sent = send_by(server.url());
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error(), errc::mail_refused);
    EXPECT_NE(why.find("550"), std::string::npos);
}

TEST_F(smtp, a_passing_refusal_is_tried_again) {
    const test::smtp_server server(test::smtp_server::answers{{"RCPT", "451 greylisted"}});
    const auto sent = send_by(server.url());
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error(), errc::mail_unreachable);
}

TEST_F(smtp, a_refusal_of_the_text_is_final_too) {
    const test::smtp_server server(test::smtp_server::answers{{".", "554 looks like spam"}});
    EXPECT_EQ(send_by(server.url()).error(), errc::mail_refused);
}

TEST_F(smtp, a_server_that_is_not_there_is_tried_again) {
    std::uint16_t unused = 0;
    {
        boost::asio::io_context loop(1);
        boost::asio::ip::tcp::acceptor taken(loop, {boost::asio::ip::address_v4::loopback(), 0});
        unused = taken.local_endpoint().port();
    }
    const auto sent = send_by("smtp://127.0.0.1:" + std::to_string(unused));
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error(), errc::mail_unreachable);
    EXPECT_FALSE(why.empty());
}

TEST_F(smtp, a_cancelled_transport_sends_nothing) {
    const test::smtp_server server;
    const auto transport = make_smtp_mail_transport(server.url(), address("no-reply@example.org"));
    transport->cancel();
    EXPECT_EQ(
        transport->send(mail_to("zoe@example.org"), "x", why).error(), errc::mail_unreachable
    );
    EXPECT_EQ(server.message(), "");
}

TEST_F(smtp, other_urls_are_refused) {
    for (const auto* url :
         {"", "files", "http://127.0.0.1:25", "smtp://", "not a url", "ftp://host"})
        EXPECT_FALSE(make_smtp_mail_transport(url, address("no-reply@example.org"))) << url;
}

}  // namespace
}  // namespace cloche::identity
