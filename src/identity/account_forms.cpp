#include "identity/account_forms.hpp"

#include "base/json.hpp"
#include "identity/text.hpp"

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>

namespace cloche::identity {
namespace {

namespace json = boost::json;

constexpr std::size_t fewest_name_characters = 3;
constexpr std::size_t most_name_characters = 100;

/// Takes the members out of one body and notes what is wrong.
class form_reader {
public:
    form_reader(const json::object& body, std::initializer_list<std::string_view> known)
        : body_(body) {
        for (const auto& member : body) {
            const std::string_view name(member.key().data(), member.key().size());
            if (std::find(known.begin(), known.end(), name) == known.end())
                refuse(std::string(name), "This property is not known here.");
        }
    }

    void refuse(std::string property, std::string message) {
        found_.push_back({std::move(property), std::move(message)});
    }

    std::optional<std::string_view> text(std::string_view name) {
        const auto value = text_member(body_, name);
        if (!value) refuse(std::string(name), "This needs to be given, as text.");
        return value;
    }

    std::optional<email_address> email() {
        const auto value = text("email");
        if (!value) return std::nullopt;
        auto address = email_address::parse(*value);
        if (address) return std::move(*address);
        refuse(
            "email",
            "This is not an e-mail address. An international domain is written in its xn-- form."
        );
        return std::nullopt;
    }

    bool good() const noexcept { return found_.empty(); }
    violations take() { return std::move(found_); }

private:
    const json::object& body_;
    violations found_;
};

std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// Control characters, and those that change the direction of what follows or end a line: a name is
/// shown in pages and mails, where they could make it look like something else.
bool has_controls(std::string_view text) noexcept {
    const auto byte = [text](std::size_t at) {
        return at < text.size() ? static_cast<unsigned char>(text[at]) : 0;
    };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto lead = byte(at);
        const auto second = byte(at + 1);
        const auto third = byte(at + 2);
        if (lead < 0x20 || lead == 0x7F) return true;
        if (lead == 0xC2 && second >= 0x80 && second <= 0x9F) return true;  // U+0080 to U+009F
        if (lead == 0xE2 && second == 0x80 && third >= 0xA8 && third <= 0xAE)
            return true;  // U+2028 to U+202E
        if (lead == 0xE2 && second == 0x81 && third >= 0xA6 && third <= 0xA9)
            return true;  // U+2066 to U+2069
    }
    return false;
}

std::optional<std::string> read_full_name(form_reader& reader) {
    const auto value = reader.text("fullName");
    if (!value) return std::nullopt;
    const auto name = trimmed(*value);
    const auto length = code_points(name);
    if (!length || has_controls(name)) {
        reader.refuse("fullName", "The name has characters in it that no name has.");
    } else if (*length < fewest_name_characters) {
        reader.refuse("fullName", "The name needs at least 3 characters.");
    } else if (*length > most_name_characters) {
        reader.refuse("fullName", "The name is longer than 100 characters.");
    } else {
        return std::string(name);
    }
    return std::nullopt;
}

}  // namespace

read_form<registration_form> read_registration(
    const json::object& body, const password_policy& policy
) {
    form_reader reader(body, {"fullName", "email", "password"});
    auto name = read_full_name(reader);
    auto email = reader.email();
    const auto given = reader.text("password");
    if (given) {
        password candidate{std::string(*given)};
        const auto problem = policy.check(candidate, email, name.value_or(""));
        if (problem) {
            reader.refuse("password", policy.explain(*problem));
        } else if (reader.good()) {
            return registration_form(std::move(*name), std::move(*email), std::move(candidate));
        }
    }
    return reader.take();
}

read_form<login_form> read_login(const json::object& body) {
    form_reader reader(body, {"email", "password"});
    auto email = reader.email();
    const auto given = reader.text("password");
    if (given && given->empty()) reader.refuse("password", "This needs to be given, as text.");
    if (given && given->size() > password_policy::most_bytes)
        reader.refuse("password", "The password is longer than 1024 bytes.");
    if (!reader.good()) return reader.take();
    return login_form(std::move(*email), password(std::string(*given)));
}

read_form<verification_form> read_verification(const json::object& body) {
    form_reader reader(body, {"token", "email"});
    const auto token = reader.text("token");
    auto email = reader.email();
    if (!reader.good()) return reader.take();
    return verification_form(std::move(*email), verification_token(std::string(*token)));
}

read_form<resend_form> read_resend(const json::object& body) {
    form_reader reader(body, {"email"});
    auto email = reader.email();
    if (!reader.good()) return reader.take();
    return resend_form(std::move(*email));
}

}  // namespace cloche::identity
