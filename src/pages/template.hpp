// Mustache, and the only place that knows of it. Templates are compiled in; the build refuses one
// with an unescaped variable, so whatever is rendered is escaped for HTML text and quoted
// attributes. For this folder alone.
#pragma once

#include <kainjow/mustache.hpp>

#include <string>
#include <string_view>

namespace cloche::pages {

using kainjow::mustache::data;
using kainjow::mustache::list;

struct site_view;

/// What every page needs: prefixes, assets, and the two partials around its body. `title` is the
/// document's.
data page_data(const site_view& site, const std::string& title);

/// Sets `name` unless `value` is empty: mustache takes an empty text for true.
void set_if_any(data& into, const std::string& name, const std::string& value);

/// Throws std::logic_error if the template itself is broken.
std::string render(std::string_view source, const data& with);

}  // namespace cloche::pages
