// Where a PostgreSQL server is and how to get in, as its URL says. Any thread; never changes.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cloche::db {

/// libpq's keywords and values. They hold the password.
using postgres_parameters = std::map<std::string, std::string>;

class postgres_address {
public:
    /// One of the servers that may be the one, in the order of the URL.
    struct host {
        std::string name;     ///< a name, an address or the folder of a socket; may be empty
        std::string address;  ///< numeric, if the URL gives it
        std::string port;     ///< empty: the usual one

        host() = default;
        /// It has to be looked up. libpq would do that by blocking.
        bool is_name() const;
    };

    /// `postgresql://user:password@host:5432/database`, or libpq's `host=... dbname=...`. What it
    /// leaves out is taken from the environment as libpq does. Nothing: `why` says why, without the
    /// password.
    static std::optional<postgres_address> parse(const std::string& url, std::string& why);

    const std::vector<host>& hosts() const noexcept { return hosts_; }

    /// What to connect to that host with, under a numeric address if `address` is not empty.
    postgres_parameters parameters_for(const host& which, const std::string& address) const;

    /// `database at host:port`: all that is fit for a log.
    std::string description() const;

    /// The text in one line, and without the password should it be in there.
    std::string fit_for_a_log(const std::string& text) const;

private:
    postgres_address() = default;

    postgres_parameters given_;
    std::vector<host> hosts_;
};

}  // namespace cloche::db
