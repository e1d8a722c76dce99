// GET /inbox: the mails that would have been sent, for development. In production mail goes to a
// mail server, and there is no folder to show.
#include "assets.hpp"
#include "frame.hpp"
#include "outbox.hpp"
#include "pages.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace cloche_demo {
namespace {

constexpr std::size_t most_shown = 25;

/// The text with each link that confirms an address made one to click. Whoever registers chooses
/// words of the mail, so everything else stays text.
markup with_links(std::string_view text) {
    markup out;
    while (!text.empty()) {
        const auto begin = std::min(text.find("http://"), text.find("https://"));
        if (begin == std::string_view::npos) break;
        const auto link = text.substr(begin, text.find_first_of(" \t\n", begin) - begin);
        out.html += cloche::escape(text.substr(0, begin));
        const auto path = confirmation_path(link);
        out.html +=
            path.empty()
                ? cloche::escape(link)
                : fill("<a href=\"{{path}}\">{{link}}</a>", {{"path", path}, {"link", link}}).html;
        text.remove_prefix(begin + link.size());
    }
    out.html += cloche::escape(text);
    return out;
}

markup show_mails(const std::vector<mail>& mails) {
    markup out;
    for (const auto& one : mails) {
        const auto shown = fill(
            templates::mail,
            {{"subject", one.subject},
             {"to", one.to},
             {"date", one.date},
             {"text", with_links(one.text)}}
        );
        out.html += shown.html;
    }
    return out;
}

/// How many mails there were before the one that somebody waits for.
std::optional<std::size_t> awaited(const cloche::request& rq) {
    const auto text = rq.query("more-than");
    if (!text) return std::nullopt;
    std::size_t count = 0;
    const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), count);
    if (fault != std::errc() || end != text->data() + text->size()) return std::nullopt;
    return count;
}

std::string_view state_of(const std::string& folder, bool waiting, bool empty) {
    if (folder.empty())
        return "This application sends real mail. If you have just registered, look into your own "
               "mailbox.";
    if (waiting) return "A mail is on its way. This page looks again every second.";
    if (empty) return "No mail yet. Create an account, and its mail appears here.";
    return {};
}

}  // namespace

cloche::response show_inbox(cloche::request& rq, const std::string& outbox_folder) {
    const auto before = awaited(rq);
    const bool waiting = !outbox_folder.empty() && before && count_mails(outbox_folder) <= *before;
    const auto mails = newest_mails(outbox_folder, most_shown);
    const auto state = state_of(outbox_folder, waiting, mails.empty());
    const auto words =
        state.empty()
            ? markup{}
            : fill("<p class=\"notice\" role=\"status\">{{state}}</p>", {{"state", state}});
    const auto body = fill(templates::inbox, {{"state", words}, {"mails", show_mails(mails)}});
    auto answer = show(rq, {.title = "Inbox", .path = "/inbox", .body = body, .live = true});
    if (waiting) answer.header("Refresh", "1");
    return answer;
}

}  // namespace cloche_demo
