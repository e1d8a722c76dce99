#include "db/postgres_address.hpp"

#include "db/postgres.hpp"

#include <libpq-fe.h>

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <memory>

namespace cloche::db {
namespace {

struct free_options {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};
using options_ptr = std::unique_ptr<PQconninfoOption, free_options>;

void add_options(postgres_parameters& to, const PQconninfoOption* options) {
    for (; options != nullptr && options->keyword != nullptr; ++options)
        if (options->val != nullptr) to.emplace(options->keyword, options->val);
}

std::string value_of(const postgres_parameters& from, const std::string& keyword) {
    const auto found = from.find(keyword);
    return found == from.end() ? std::string() : found->second;
}

/// At least one piece.
std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> pieces(1);
    for (const char c : list) {
        if (c == ',') {
            pieces.emplace_back();
        } else {
            pieces.back() += c;
        }
    }
    return pieces;
}

/// One that is said once counts for every host.
std::string piece_of(const std::vector<std::string>& pieces, std::size_t index) {
    if (pieces.size() == 1) return pieces.front();
    return index < pieces.size() ? pieces[index] : std::string();
}

}  // namespace

bool postgres_address::host::is_name() const {
    if (!address.empty() || name.empty() || name.front() == '/' || name.front() == '@')
        return false;
    boost::system::error_code not_numeric;
    boost::asio::ip::make_address(name, not_numeric);
    return static_cast<bool>(not_numeric);
}

std::optional<postgres_address> postgres_address::parse(const std::string& url, std::string& why) {
    // libpq's own words quote the piece that it stumbles on, which may be the password.
    const options_ptr parsed(PQconninfoParse(url.c_str(), nullptr));
    if (!parsed) {
        why =
            "the URL of the PostgreSQL database cannot be read; it looks like "
            "postgresql://user:password@host:5432/database, with %XX for special characters in "
            "the password";
        return std::nullopt;
    }
    postgres_address made;
    auto& given = made.given_;
    add_options(given, parsed.get());
    const bool any_server = !given.contains("target_session_attrs");
    const bool any_encryption = !given.contains("gssencmode");
    // A service file is libpq's to read, with the hosts in it.
    if (!given.contains("service")) {
        const options_ptr usual(PQconndefaults());
        add_options(given, usual.get());
    }

    const auto names = split(value_of(given, "host"));
    const auto addresses = split(value_of(given, "hostaddr"));
    const auto ports = split(value_of(given, "port"));
    for (std::size_t i = 0; i < std::max(names.size(), addresses.size()); ++i) {
        host next;
        next.name = i < names.size() ? names[i] : std::string();
        next.address = i < addresses.size() ? addresses[i] : std::string();
        next.port = piece_of(ports, i);
        made.hosts_.push_back(std::move(next));
    }

    const auto otherwise = [&given](const char* keyword, const char* value) {
        auto& kept = given[keyword];
        if (kept.empty()) kept = value;
    };
    // After a failover the old server may still be there, read-only.
    if (any_server) given["target_session_attrs"] = "read-write";
    // Otherwise libpq asks a Kerberos library, which may block.
    if (any_encryption) given["gssencmode"] = "disable";
    otherwise("fallback_application_name", "cloche");
    otherwise("keepalives_idle", "30");
    otherwise("keepalives_interval", "10");
    otherwise("keepalives_count", "3");
    // A statement ends at the server, too, when nobody waits for it any more; and it sees each
    // record as the last one left it, whatever the server's default.
    given["options"] +=
        " -c statement_timeout=2000 -c default_transaction_isolation=read\\ committed";
    return made;
}

postgres_parameters postgres_address::parameters_for(const host& which, const std::string& address)
    const {
    postgres_parameters parameters = given_;
    parameters["host"] = which.name;
    parameters["hostaddr"] = address.empty() ? which.address : address;
    parameters["port"] = which.port;
    std::erase_if(parameters, [](const auto& each) { return each.second.empty(); });
    return parameters;
}

std::string postgres_address::description() const {
    std::string text = value_of(given_, "dbname");
    if (text.empty()) text = value_of(given_, "user");
    if (text.empty()) text = "the usual database";
    text += " at ";
    for (std::size_t i = 0; i < hosts_.size(); ++i) {
        const auto& each = hosts_[i];
        if (i > 0) text += ", ";
        const std::string& where = each.name.empty() ? each.address : each.name;
        text += where.empty() ? "the local socket" : where;
        text += ':' + (each.port.empty() ? std::string("5432") : each.port);
    }
    return text;
}

std::string postgres_address::fit_for_a_log(const std::string& text) const {
    std::string line = one_line(text);
    const std::string password = value_of(given_, "password");
    if (password.empty()) return line;
    for (auto at = line.find(password); at != std::string::npos; at = line.find(password, at + 3))
        line.replace(at, password.size(), "***");
    return line;
}

}  // namespace cloche::db
