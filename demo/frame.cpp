#include "frame.hpp"

#include "assets.hpp"

#include <array>
#include <string>

namespace cloche_demo {
namespace {

struct place {
    std::string_view path;
    std::string_view name;
};
constexpr std::array places{
    place{"/", "Home"},
    place{"/client", "Client"},
    place{"/flow", "Flow"},
    place{"/inbox", "Inbox"}};

markup links(std::string_view here) {
    markup out;
    for (const auto& [path, name] : places) {
        const markup mark{path == here ? " aria-current=\"page\"" : ""};
        const auto link = fill(
            "<li><a href=\"{{path}}\"{{mark}}>{{name}}</a></li>\n",
            {{"path", path}, {"mark", mark}, {"name", name}}
        );
        out.html += link.html;
    }
    return out;
}

markup script_element(std::string_view path) {
    if (path.empty()) return {};
    return fill("<script type=\"module\" src=\"{{path}}\"></script>", {{"path", path}});
}

/// The attribute, where it is wanted.
markup hidden_if(bool hidden) {
    return {hidden ? " hidden" : ""};
}

}  // namespace

cloche::response show(const cloche::request& rq, const page& what) {
    const bool in = rq.signed_in();
    std::string name;
    std::string email;
    if (in) {
        email = rq.session().user("/email").value_or("");
        name = rq.session().user("/fullName").value_or(email);
    }
    const auto whole = fill(
        templates::frame,
        {{"title", what.title},
         {"script", script_element(what.script)},
         {"signed_in", in ? "yes" : "no"},
         {"live", what.live ? "yes" : "no"},
         {"email", email},
         {"links", links(what.path)},
         {"hidden_in", hidden_if(!in)},
         {"hidden_out", hidden_if(in)},
         {"name", name},
         {"body", what.body}}
    );
    return cloche::html(whole.html);
}

}  // namespace cloche_demo
