// Pages from templates. Whether a text is escaped is a matter of its type, so it cannot be
// forgotten: only `markup` stands in a page as it is.
#pragma once

#include <cloche/html.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace cloche_demo {

/// HTML that is fit to be sent. Made by fill(), and of literals.
struct markup {
    std::string html;
};

/// What goes into a template: a text, which is escaped, or markup.
class value {
public:
    value(std::string_view text) : html_(cloche::escape(text)) {}
    value(const std::string& text) : value(std::string_view(text)) {}
    value(const char* text) : value(std::string_view(text)) {}
    value(markup ready) : html_(std::move(ready.html)) {}

    const std::string& html() const noexcept { return html_; }

private:
    std::string html_;
};

/// `page` with each `{{name}}` replaced. Throws std::logic_error for a name that has no value: a
/// page with a hole in it is a fault of the program.
markup fill(
    std::string_view page, std::initializer_list<std::pair<std::string_view, value>> values
);

}  // namespace cloche_demo
