// The example as a program of its own:
//
//     cloche-demo --config gateway.yaml [--outbox FOLDER]
//
// `cloche demo` shows the same pages with an identity API beside them.
#include "demo_app.hpp"

#include <cstdio>
#include <exception>
#include <string_view>
#include <vector>

int main(int argc, char** argv) {
    cloche_demo::options how;
    // This program's own option; the library reads the rest.
    std::vector<char*> rest;
    for (int i = 0; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--outbox" && i + 1 < argc) {
            how.outbox_folder = argv[++i];
        } else {
            rest.push_back(argv[i]);
        }
    }
    const int count = static_cast<int>(rest.size());
    rest.push_back(nullptr);

    try {
        cloche::application app;
        cloche_demo::add_pages(app, how);
        return app.run(count, rest.data());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "cloche-demo: %s\n", error.what());
        return 1;
    }
}
