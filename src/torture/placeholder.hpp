// What stands for something that is known only when it is used: `{port}` in a command.
#pragma once

#include <string>
#include <string_view>

namespace cloche::torture {

/// Puts `value` wherever `placeholder` stands.
void put_in(std::string& text, std::string_view placeholder, std::string_view value);

}  // namespace cloche::torture
