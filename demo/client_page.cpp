// GET /client: what a client component is in the example. The server sends a shell, the same for
// everybody; assets/client.js fills it through the browser client.
#include "assets.hpp"
#include "frame.hpp"
#include "pages.hpp"

namespace cloche_demo {

cloche::response show_client(cloche::request& rq) {
    return show(
        rq,
        {.title = "Client component",
         .path = "/client",
         .body = fill(templates::client, {}),
         .script = "/demo/client.js",
         .live = true}
    );
}

}  // namespace cloche_demo
