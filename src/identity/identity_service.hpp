// The whole identity API behind one door: made from options, started, handed to an http::server,
// stopped.
//
//     identity_service service(options, "data", time, random, metrics);
//     if (!service.start(why)) …             // opens DATA/identity.db, keys, signing key
//     http::server server(threads, listen, service.handler());
//     …
//     server.drain(20s);                     // no exchange may be on when the service stops
//     service.stop();                        // and the I/O threads go last
//
// For `app`, which decides about listeners, clocks and threads. What lies in the data folder:
// identity.db, identity.keys (seals mails at rest), identity-signing.jwk, outbox/.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "crypto/random.hpp"
#include "http/client_stream.hpp"
#include "identity/options.hpp"
#include "observability/metrics.hpp"
#include "runtime/task.hpp"

#include <memory>
#include <string>

namespace cloche::identity {

class identity_service {
public:
    /// The references outlive the service.
    identity_service(
        identity_options options,
        std::string data_folder,
        const clock& time,
        crypto::random_source& random,
        observability::metrics& metrics
    );
    /// Stops.
    ~identity_service();

    /// Makes the data folder if it is not there (mode 0700), opens what is in it, and begins to
    /// deliver mails. Blocks; before the server. Errors: those of `db` and of the files, and
    /// std::errc::invalid_argument for options that must not be (ID-1); `why` says it in words that
    /// a person can act on.
    result<void> start(std::string& why);
    /// Ends what runs in the background. After the server was drained, before the I/O threads end.
    void stop();

    /// From `start` to `stop`.
    http::exchange_handler& handler();
    /// Whether the database takes writes: for /readyz. Errors: those of `db`.
    runtime::task<result<void>> check();

    /// Makes an account with a verified address, or gives the one of that address this name and
    /// password: for `cloche demo` and tests. The password policy does not ask. Blocks; not from an
    /// I/O thread. Errors: malformed_mail_address, those of `db`.
    result<void> put_account(
        const std::string& email, const std::string& full_name, const password& secret
    );

private:
    struct running;
    result<std::unique_ptr<running>> prepare(std::string& why);

    const identity_options options_;
    const std::string folder_;
    const clock& time_;
    crypto::random_source& random_;
    observability::metrics& metrics_;
    std::unique_ptr<running> running_;
};

}  // namespace cloche::identity
