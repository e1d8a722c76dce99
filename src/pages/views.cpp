#include "pages/views.hpp"

#include <boost/json/value.hpp>

#include <array>
#include <cctype>

namespace cloche::pages {

namespace {

constexpr std::array name_members{"fullName", "full_name", "name", "displayName", "username"};
constexpr std::array email_members{"email", "mail", "emailAddress"};

template <std::size_t Count>
std::string first_text(
    const boost::json::object& user, const std::array<const char*, Count>& members
) {
    for (const char* member : members) {
        const auto* value = user.if_contains(member);
        if (value != nullptr && value->is_string()) return std::string(value->get_string());
    }
    return {};
}

template <std::size_t Count>
bool is_one_of(std::string_view name, const std::array<const char*, Count>& members) {
    for (const char* member : members) {
        if (name == member) return true;
    }
    return false;
}

/// `createdAt`, `created_at` → `Created at`
std::string label_of(std::string_view member) {
    std::string label;
    for (const char c : member) {
        const auto byte = static_cast<unsigned char>(c);
        if (label.empty()) {
            label += static_cast<char>(std::toupper(byte));
        } else if (c == '_') {
            label += ' ';
        } else if (std::isupper(byte) != 0) {
            label += ' ';
            label += static_cast<char>(std::tolower(byte));
        } else {
            label += c;
        }
    }
    return label;
}

/// `2026-11-23T15:28:00.123Z` → `2026-11-23 15:28 UTC`; any other text as it is.
std::string readable(std::string_view text) {
    constexpr std::string_view shape = "0000-00-00T00:00:00";
    if (text.size() <= shape.size() || text.back() != 'Z') return std::string(text);
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::string(text);
    }
    std::string moment(text.substr(0, 10));
    return moment.append(" ").append(text.substr(11, 5)).append(" UTC");
}

std::string text_of(const boost::json::value& value) {
    if (value.is_string()) return readable(value.get_string());
    if (value.is_bool()) return value.get_bool() ? "yes" : "no";
    if (value.is_int64()) return std::to_string(value.get_int64());
    if (value.is_uint64()) return std::to_string(value.get_uint64());
    return {};
}

}  // namespace

notice notice_from_name(std::string_view name) noexcept {
    if (name == "signed-out") return notice::signed_out;
    if (name == "session-ended") return notice::session_ended;
    return notice::none;
}

void describe_user(account_view& view, const boost::json::object& user) {
    view.name = first_text(user, name_members);
    view.email = first_text(user, email_members);
    for (const auto& member : user) {
        const std::string_view name = member.key();
        if (is_one_of(name, name_members) || is_one_of(name, email_members)) continue;
        auto text = text_of(member.value());
        if (!text.empty()) view.details.emplace_back(label_of(name), std::move(text));
    }
}

}  // namespace cloche::pages
