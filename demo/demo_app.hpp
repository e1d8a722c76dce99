// The example application: a home page rendered on the server, a client component, both ways to
// sign in, registration with a development inbox, and the way of a request as a live diagram.
//
// It uses nothing but <cloche/...>: copy this folder to begin an application of your own.
#pragma once

#include <cloche/application.hpp>

#include <string>

namespace cloche_demo {

struct options {
    /// Where the identity API writes its mails (`mail.to: files`), for the page /inbox, which shows
    /// them to whoever asks: for development alone. Empty: no mail is shown.
    std::string outbox_folder;
};

/// To be called before the application starts.
void add_pages(cloche::application& app, const options& how);

}  // namespace cloche_demo
