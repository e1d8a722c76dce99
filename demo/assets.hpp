// The files of assets/ and pages/ as constants; CMakeLists.txt makes what is declared here.
#pragma once

#include <string_view>

namespace cloche_demo::assets {

extern const std::string_view demo_css;
extern const std::string_view icon_svg;
extern const std::string_view session_js;
extern const std::string_view frame_js;
extern const std::string_view client_js;
extern const std::string_view sign_in_js;
extern const std::string_view flow_js;

}  // namespace cloche_demo::assets

namespace cloche_demo::templates {

extern const std::string_view frame;
extern const std::string_view home;
extern const std::string_view client;
extern const std::string_view flow;
extern const std::string_view flow_diagram;
extern const std::string_view sign_in;
extern const std::string_view sign_up;
extern const std::string_view field;
extern const std::string_view inbox;
extern const std::string_view mail;

}  // namespace cloche_demo::templates
