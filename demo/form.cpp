#include "form.hpp"

#include "assets.hpp"

#include <algorithm>

namespace cloche_demo {

std::string_view refusal::at(std::string_view field) const {
    for (const auto& [name, words] : at_fields) {
        if (name == field) return words;
    }
    return {};
}

refusal refusal_of(const std::function<cloche::api_answer()>& ask) {
    refusal why;
    try {
        const auto answer = ask();
        if (answer.ok()) return why;
        // A fault of the API is not one of this page: to the browser it is a bad gateway.
        why.status = answer.status() >= 400 && answer.status() < 500 ? answer.status() : 502;
        why.message = answer.message();
        why.at_fields = answer.field_errors();
        why.retry_after = answer.header("Retry-After");
    } catch (const cloche::unavailable& error) {
        why.status = error.status();
        why.message = error.what();
        if (error.retry_after()) why.retry_after = std::to_string(error.retry_after()->count());
    }
    return why;
}

cloche::response with_refusal(cloche::response form, const refusal& why) {
    form.status(why.status);
    if (!why.retry_after.empty()) form.header("Retry-After", why.retry_after);
    return form;
}

markup show(const field& what, const refusal& why) {
    const auto complaint = why.at(what.name);
    const auto words = complaint.empty() ? what.hint : complaint;
    markup attributes;
    markup note;
    if (!words.empty()) {
        attributes = fill(" aria-describedby=\"{{id}}-note\"", {{"id", what.name}});
        note = fill(
            "<p class=\"{{kind}}\" id=\"{{id}}-note\">{{words}}</p>",
            {{"kind", complaint.empty() ? "hint" : "complaint"},
             {"id", what.name},
             {"words", words}}
        );
    }
    // The first field that is wrong is where the person goes on.
    if (!complaint.empty()) attributes.html += " aria-invalid=\"true\"";
    if (!why.at_fields.empty() && why.at_fields.front().first == what.name)
        attributes.html += " autofocus";
    return fill(
        templates::field,
        {{"kind", complaint.empty() ? "field" : "field wrong"},
         {"id", what.name},
         {"label", what.label},
         {"type", what.type},
         {"value", what.value},
         {"autocomplete", what.autocomplete},
         {"attributes", attributes},
         {"note", note}}
    );
}

markup alert(const refusal& why, std::initializer_list<std::string_view> shown) {
    markup lines;
    const auto add = [&lines](std::string_view words) {
        lines.html += fill("<p>{{words}}</p>", {{"words", words}}).html;
    };
    if (!why.message.empty()) add(why.message);
    for (const auto& [name, words] : why.at_fields) {
        if (std::find(shown.begin(), shown.end(), name) == shown.end()) add(words);
    }
    if (lines.html.empty()) return lines;
    return fill("<div class=\"alert\" role=\"alert\">{{lines}}</div>", {{"lines", lines}});
}

}  // namespace cloche_demo
