#include <cloche/html.hpp>
#include <cloche/response.hpp>

namespace cloche {

response html(std::string body) {
    response made;
    made.header("Content-Type", "text/html; charset=utf-8").body(std::move(body));
    return made;
}

response json(std::string body) {
    response made;
    made.header("Content-Type", "application/json").body(std::move(body));
    return made;
}

response redirect(std::string location) {
    response made;
    made.status(303).header("Location", std::move(location));
    return made;
}

response not_found() {
    return response().status(404);
}

std::string escape(std::string_view text) {
    std::string safe;
    safe.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '&':
                safe += "&amp;";
                break;
            case '<':
                safe += "&lt;";
                break;
            case '>':
                safe += "&gt;";
                break;
            case '"':
                safe += "&quot;";
                break;
            case '\'':
                safe += "&#39;";
                break;
            default:
                safe += c;
        }
    }
    return safe;
}

}  // namespace cloche
