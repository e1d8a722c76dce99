// GET /flow: the way of a request through browser, gateway and API. The diagram stands by itself;
// assets/flow.js sends a real request and writes what it saw beside each step.
#include "assets.hpp"
#include "frame.hpp"
#include "pages.hpp"

#include <string>

namespace cloche_demo {

cloche::response show_flow(cloche::request& rq) {
    const markup diagram{std::string(templates::flow_diagram)};
    return show(
        rq,
        {.title = "The flow",
         .path = "/flow",
         .body = fill(templates::flow, {{"diagram", diagram}}),
         .script = "/demo/flow.js",
         .live = true}
    );
}

}  // namespace cloche_demo
