// Reads a Cookie header without copying (RFC 6265bis section 4.2.1). Pure.
//
//     cookie-string = cookie-pair *( ";" SP cookie-pair )
//
// Names are matched byte for byte: no trimming beyond SP and HTAB around a pair, no
// `$Version`, no case folding (CK-3).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cloche::cookies {

struct cookie {
    std::string_view name;
    std::string_view value;  ///< as it came, quotes and all
};

/// Walks over the pairs of one Cookie field.
class cookie_header {
public:
    explicit cookie_header(std::string_view text) noexcept : rest_(text) {}
    /// The next pair; nothing at the end. Pairs without `=` are given with an empty
    /// name; blank ones are left out.
    std::optional<cookie> next() noexcept;
    /// The next pair of that name, which is not empty; the others are passed over at the pace of a
    /// search for text.
    std::optional<cookie> next_named(std::string_view name) noexcept;

private:
    std::string_view rest_;
};

/// All values of `name`, in order (CK-4: the caller decides what a second one means).
std::vector<std::string_view> values_of(std::string_view header, std::string_view name);

/// Appends `header` to `out` without the pairs of these names, which are all different and none of
/// them empty, and without the blanks and `;` that would then stand at an end; other bytes stay as
/// they are. True if anything was appended.
bool copy_without(
    std::string_view header, std::span<const std::string_view> names, std::string& out
);

}  // namespace cloche::cookies
