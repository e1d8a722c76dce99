// What all pages have around them: the navigation, who is signed in, the footer.
#pragma once

#include "markup.hpp"

#include <cloche/request.hpp>
#include <cloche/response.hpp>

#include <string_view>

namespace cloche_demo {

struct page {
    std::string_view title;
    /// Its link in the navigation is marked.
    std::string_view path;
    markup body;
    /// A module of its own, besides the one that every page has.
    std::string_view script = {};
    /// Its script follows the session. Other pages are loaded again when somebody signs in or out,
    /// so that none shows what it should not any more.
    bool live = false;
};

cloche::response show(const cloche::request& rq, const page& what);

}  // namespace cloche_demo
