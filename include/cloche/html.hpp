// Text on its way into a page.
#pragma once

#include <cloche/export.hpp>

#include <string>
#include <string_view>

namespace cloche {

/// `text` as it may stand in an element or in a quoted attribute: `&`, `<`, `>`, `"` and `'` as
/// character references. Not enough inside of <script>, <style>, or an unquoted attribute, where no
/// text from elsewhere belongs.
CLOCHE_API std::string escape(std::string_view text);

}  // namespace cloche
