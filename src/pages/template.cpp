#include "pages/template.hpp"

#include "pages/assets.hpp"
#include "pages/templates.hpp"
#include "pages/views.hpp"

#include <stdexcept>

namespace cloche::pages {

namespace {

kainjow::mustache::partial partial_of(std::string_view source) {
    return [source] { return std::string(source); };
}

}  // namespace

data page_data(const site_view& site, const std::string& title) {
    data page;
    page.set("title", title);
    page.set("site", site.name);
    page.set("prefix", site.page_prefix);
    page.set("style", std::string(style_sheet.path));
    page.set("icon", std::string(icon.path));
    page.set("top", partial_of(templates::top));
    page.set("bottom", partial_of(templates::bottom));
    return page;
}

void set_if_any(data& into, const std::string& name, const std::string& value) {
    if (!value.empty()) into.set(name, value);
}

std::string render(std::string_view source, const data& with) {
    kainjow::mustache::mustache page{std::string(source)};
    auto html = page.render(with);
    if (!page.is_valid()) throw std::logic_error("page template: " + page.error_message());
    return html;
}

}  // namespace cloche::pages
