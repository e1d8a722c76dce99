// Words that passwords are commonly made of, in lower case. They are pieces, not passwords:
// guess_estimate puts them together with figures, keyboard rows, repetitions and the usual ways of
// writing letters as signs.
#pragma once

#include <span>
#include <string_view>

namespace cloche::identity {

std::span<const std::string_view> common_words() noexcept;

}  // namespace cloche::identity
