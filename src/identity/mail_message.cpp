#include "identity/mail_message.hpp"

#include "base/encoding.hpp"
#include "identity/text.hpp"

#include <algorithm>

namespace cloche::identity {
namespace {

constexpr std::string_view footer =
    "\n"
    "If this was not you, you need not do anything. Nobody gets in without opening\n"
    "the link above.\n";

bool is_ascii(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
}

}  // namespace

std::string_view name_of(mail_kind kind) noexcept {
    switch (kind) {
        case mail_kind::verification:
            return "verification";
        case mail_kind::already_registered:
            return "already_registered";
        case mail_kind::new_place:
            return "new_place";
    }
    return "unknown";
}

std::string_view name_for_mail(std::string_view full_name) noexcept {
    if (full_name.find_first_of("/@:<>\\&\"") != std::string_view::npos) return {};
    // A dot inside a word makes mail programs see a host name ("example.org"); "J. R. Doe" is a
    // name.
    for (std::size_t at = full_name.find('.'); at != std::string_view::npos;
         at = full_name.find('.', at + 1)) {
        const bool ends_word = at + 1 == full_name.size() || full_name[at + 1] == ' ';
        if (!ends_word) return {};
    }
    return full_name;
}

mail_text verification_mail(std::string_view link, std::string_view full_name, instant made) {
    mail_text mail{mail_kind::verification, "Confirm your e-mail address", {}};
    const auto name = name_for_mail(full_name);
    mail.body = name.empty() ? "Hello,\n" : "Hello " + std::string(name) + ",\n";
    mail.body +=
        "\n"
        "somebody registered an account with this e-mail address on\n" +
        http_date(made) +
        ". If it was you, confirm it here:\n"
        "\n" +
        std::string(link) +
        "\n"
        "\n"
        "The link works once, for 24 hours, and only until a newer mail like this one\n"
        "is asked for. Do not open it if you did not register at that time, or under\n"
        "another name: the account would have a password that somebody else chose.\n";
    mail.body += footer;
    return mail;
}

mail_text already_registered_mail(std::string_view sign_in_page) {
    mail_text mail{mail_kind::already_registered, "You already have an account", {}};
    mail.body =
        "Hello,\n"
        "\n"
        "somebody tried to register an account with this e-mail address, but there is\n"
        "one already. Nothing was changed. If it was you, sign in with the password\n"
        "that you chose before:\n"
        "\n" +
        std::string(sign_in_page) +
        "\n"
        "\n"
        "If this was not you, you need not do anything.\n";
    return mail;
}

mail_text new_place_mail(std::string_view link) {
    mail_text mail{mail_kind::new_place, "Sign in from a new place", {}};
    mail.body =
        "Hello,\n"
        "\n"
        "a link was asked for that lets you sign in from a new place, also while\n"
        "somebody else keeps trying wrong passwords. Open it in the place where you\n"
        "want to sign in, and then sign in with your password:\n"
        "\n" +
        std::string(link) +
        "\n"
        "\n"
        "The link works once, for 24 hours. Without your password it lets nobody in.\n"
        "\n"
        "If this was not you, do not open it; you need not do anything.\n";
    return mail;
}

std::string verification_link(
    std::string_view public_url, const verification_token& token, const email_address& email
) {
    while (public_url.ends_with('/'))
        public_url.remove_suffix(1);
    return std::string(public_url) + "/auth/verify?token=" + percent_encode(token.reveal()) +
           "&email=" + percent_encode(email.text());
}

std::string render_mail(const envelope& about, std::string_view subject, std::string_view body) {
    std::string out;
    out += "From: " + about.from.text() + "\r\n";
    out += "To: " + about.to.text() + "\r\n";
    out += "Subject: " + std::string(subject) + "\r\n";
    out += "Date: " + mail_date(about.date) + "\r\n";
    out += "Message-ID: <" + about.id + "@" + std::string(about.from.domain()) + ">\r\n";
    out += "MIME-Version: 1.0\r\n";
    out += "Content-Type: text/plain; charset=utf-8\r\n";
    out += is_ascii(body) ? "Content-Transfer-Encoding: 7bit\r\n"
                          : "Content-Transfer-Encoding: 8bit\r\n";
    // Keeps out-of-office programs from answering (RFC 3834 section 5).
    out += "Auto-Submitted: auto-generated\r\n";
    out += "\r\n";
    for (const char c : body) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

}  // namespace cloche::identity
