// Takes one rendered mail to where it goes. Blocking calls, from the dispatcher's thread.
#pragma once

#include "base/result.hpp"
#include "identity/email_address.hpp"
#include "identity/mail_outbox.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace cloche::identity {

class mail_transport {
public:
    virtual ~mail_transport() = default;

    /// `message`: with its header fields. Errors: mail_refused (trying again is pointless),
    /// mail_unreachable; `why` says it in words.
    virtual result<void> send(
        const outgoing_mail& mail, std::string_view message, std::string& why
    ) = 0;

    /// From any thread: ends a `send` that is on, and every later one, with mail_unreachable.
    virtual void cancel() noexcept = 0;
};

/// Writes each mail into a file of its own in `folder` (made if it is not there, mode 0700), and
/// logs the path: for development.
std::unique_ptr<mail_transport> make_file_mail_transport(std::string folder);

/// Hands mails to an SMTP server (libcurl). `url`: smtp://[user:password@]host[:port], or smtps://
/// for TLS from the first byte. With smtp:// TLS is used if the server offers it, and demanded as
/// soon as there is a password to send, unless the host is a loopback name. Nothing if the URL is
/// none.
std::unique_ptr<mail_transport> make_smtp_mail_transport(
    const std::string& url, email_address from
);

}  // namespace cloche::identity
