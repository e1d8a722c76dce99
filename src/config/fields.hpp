// Header fields and methods, as the configuration names them. Pure.
#pragma once

#include "config/notation.hpp"

#include <string>
#include <utility>

namespace cloche::config {

enum class field_direction { request, response };

/// A name that a rule may change: none that the gateway sets itself or that frames the message.
notation<std::string> header_name(field_direction direction);
/// `NAME: VALUE`
notation<std::pair<std::string, std::string>> header_field(field_direction direction);

/// GET, POST, …: what is passed on.
notation<std::string> method_name();

}  // namespace cloche::config
