// From a page or an action of the application to a route of the gateway.
#pragma once

#include "embed/page_threads.hpp"
#include "gateway/application_route.hpp"

#include <cloche/application.hpp>

#include <memory>
#include <string>

namespace cloche::embed {

struct page_entry {
    std::string path;
    bool is_action = false;
    bool is_private = false;
    application::handler handle;

    page_entry() = default;
};

gateway::application_route route_of(
    std::shared_ptr<const page_entry> entry, std::shared_ptr<page_threads> threads
);

struct asset_entry {
    std::string path;
    std::string content_type;
    std::string content;
    std::string version;  ///< changes with the content

    asset_entry() = default;
};

gateway::application_route route_of(std::shared_ptr<const asset_entry> entry);

}  // namespace cloche::embed
