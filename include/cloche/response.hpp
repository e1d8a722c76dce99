// What a page or an action answers: a value.
//
//     return cloche::html("<h1>Hello</h1>");
//     return cloche::redirect("/");
//     return cloche::html(form_with(errors)).status(422);
//
// The library adds `Cache-Control: no-store`, a content security policy that allows what comes from
// this site alone, and the other fields that keep a page safe; one that is set here stays.
#pragma once

#include <cloche/export.hpp>

#include <string>
#include <utility>
#include <vector>

namespace cloche {

class CLOCHE_API response {
public:
    response() = default;

    response& status(unsigned code) & {
        code_ = code;
        return *this;
    }
    response&& status(unsigned code) && { return std::move(status(code)); }
    /// Adds a field. Set-Cookie is allowed, except under the gateway's names, which are left out.
    response& header(std::string name, std::string value) & {
        fields_.emplace_back(std::move(name), std::move(value));
        return *this;
    }
    response&& header(std::string name, std::string value) && {
        return std::move(header(std::move(name), std::move(value)));
    }
    response& body(std::string text) & {
        body_ = std::move(text);
        return *this;
    }
    response&& body(std::string text) && { return std::move(body(std::move(text))); }

    unsigned status() const noexcept { return code_; }
    const std::string& body() const noexcept { return body_; }
    const std::vector<std::pair<std::string, std::string>>& fields() const noexcept {
        return fields_;
    }

private:
    unsigned code_ = 200;
    std::vector<std::pair<std::string, std::string>> fields_;
    std::string body_;
};

/// A page: text/html in UTF-8.
CLOCHE_API response html(std::string body);
/// application/json.
CLOCHE_API response json(std::string body);
/// 303: the browser GETs `location`. For an action that did its work, so that a reload does not do
/// it again. Text that came with the request does not belong here: see request::return_path.
CLOCHE_API response redirect(std::string location);
/// 404, as the gateway's own page.
CLOCHE_API response not_found();

}  // namespace cloche
