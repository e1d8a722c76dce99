// The pages and actions of the example, one file each. What they do is in the file of that name.
#pragma once

#include <cloche/request.hpp>
#include <cloche/response.hpp>

#include <string>

namespace cloche_demo {

// home_page.cpp
cloche::response show_home(cloche::request& rq);

// client_page.cpp
cloche::response show_client(cloche::request& rq);

// flow_page.cpp
cloche::response show_flow(cloche::request& rq);

// sign_in_page.cpp
cloche::response show_sign_in(cloche::request& rq);
cloche::response sign_in(cloche::request& rq);
cloche::response sign_out(cloche::request& rq);

// sign_up_page.cpp
cloche::response show_sign_up(cloche::request& rq);
cloche::response sign_up(cloche::request& rq, const std::string& outbox_folder);

// inbox_page.cpp
cloche::response show_inbox(cloche::request& rq, const std::string& outbox_folder);

}  // namespace cloche_demo
