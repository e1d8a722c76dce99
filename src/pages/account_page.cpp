#include "pages/assets.hpp"
#include "pages/pages.hpp"
#include "pages/template.hpp"
#include "pages/templates.hpp"

#include <array>

namespace cloche::pages {

namespace {

struct unit {
    std::int64_t seconds;
    const char* one;
    const char* many;
};

constexpr std::array units{
    unit{86'400, "day", "days"}, unit{3'600, "hour", "hours"}, unit{60, "minute", "minutes"}};

std::string counted(std::int64_t count, const unit& of) {
    return std::to_string(count) + ' ' + (count == 1 ? of.one : of.many);
}

/// The two largest units that matter: `6 days 23 hours`, `5 minutes`, `less than a minute`.
std::string in_words(std::chrono::seconds span) {
    auto left = span.count();
    for (std::size_t i = 0; i < units.size(); ++i) {
        if (left < units[i].seconds) continue;
        auto words = counted(left / units[i].seconds, units[i]);
        left %= units[i].seconds;
        if (i + 1 < units.size() && left >= units[i + 1].seconds) {
            words += ' ' + counted(left / units[i + 1].seconds, units[i + 1]);
        }
        return words;
    }
    return "less than a minute";
}

/// The first letter of a name for its round badge; the whole of a UTF-8 character.
std::string initial_of(const std::string& name) {
    if (name.empty()) return "?";
    std::size_t size = 1;
    while (size < name.size() && (static_cast<unsigned char>(name[size]) & 0xC0U) == 0x80U)
        ++size;
    return name.substr(0, size);
}

}  // namespace

std::string account_page(const account_view& view) {
    auto page = page_data(view.site, "Your account");
    const auto& shown = view.name.empty() ? view.email : view.name;
    page.set("shown_name", shown.empty() ? std::string("there") : shown);
    page.set("initial", initial_of(shown));
    set_if_any(page, "email", view.email);
    list details;
    for (const auto& [label, value] : view.details) {
        data detail;
        detail.set("label", label);
        detail.set("value", value);
        details.push_back(detail);
    }
    page.set("details", data(details));
    page.set("expires", in_words(view.expires_in));
    page.set("idle", in_words(view.idle_in));
    page.set("script", std::string(script.path));
    page.set("session_url", view.site.api_prefix + "/session");
    if (!view.site.user_path.empty())
        page.set("call_url", view.site.proxy_prefix + view.site.user_path);
    return render(templates::account, page);
}

}  // namespace cloche::pages
