// The texts of templates/, compiled in by the build. For this folder alone.
#pragma once

#include <string_view>

namespace cloche::pages::templates {

extern const std::string_view top;
extern const std::string_view bottom;
extern const std::string_view sign_in;
extern const std::string_view sign_up;
extern const std::string_view verify;
extern const std::string_view account;
extern const std::string_view message;
extern const std::string_view bounce;

}  // namespace cloche::pages::templates
