#include "identity/email_address.hpp"

#include "identity/text.hpp"

#include <algorithm>

namespace cloche::identity {
namespace {

bool is_alphanumeric(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// atext of RFC 5322 section 3.2.3.
bool is_atext(char c) noexcept {
    return is_alphanumeric(c) ||
           std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Calls `good` for each part between dots; false when a part is empty or not good.
template <class Good>
bool all_labels(std::string_view text, Good good) {
    for (;;) {
        const auto dot = text.find('.');
        const auto label = text.substr(0, dot);
        if (label.empty() || !good(label)) return false;
        if (dot == std::string_view::npos) return true;
        text.remove_prefix(dot + 1);
    }
}

bool is_local_part(std::string_view text) {
    return text.size() <= 64 && all_labels(text, [](std::string_view atom) {
               return std::all_of(atom.begin(), atom.end(), is_atext);
           });
}

/// Letters, digits and inner hyphens (RFC 1123 section 2.1); 63 bytes at most.
bool is_host_label(std::string_view label) {
    return label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::all_of(label.begin(), label.end(), [](char c) {
               return is_alphanumeric(c) || c == '-';
           });
}

}  // namespace

result<email_address> email_address::parse(std::string_view text) {
    // 254: the longest path of RFC 5321 section 4.5.3.1.3 without its angle brackets.
    if (text.size() > 254) CLOCHE_FAIL(errc::malformed_mail_address);
    const auto at = text.find('@');
    if (at == std::string_view::npos) CLOCHE_FAIL(errc::malformed_mail_address);
    const auto local = text.substr(0, at);
    const auto host = text.substr(at + 1);
    if (!is_local_part(local) || !all_labels(host, is_host_label))
        CLOCHE_FAIL(errc::malformed_mail_address);
    return email_address(std::string(local) + "@" + lower(host));
}

std::string_view email_address::local_part() const noexcept {
    return std::string_view(text_).substr(0, text_.find('@'));
}

std::string_view email_address::domain() const noexcept {
    return std::string_view(text_).substr(text_.find('@') + 1);
}

}  // namespace cloche::identity
