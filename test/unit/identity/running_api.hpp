// The identity API on a free port, with a clock that the test moves, and its mails in a folder.
#pragma once

#include "http/server.hpp"
#include "identity/identity_service.hpp"
#include "observability/metrics.hpp"
#include "runtime/io_threads.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_folder.hpp"
#include "unit/identity/api_client.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace cloche::identity::test {

/// A password that is nobody's word.
inline const std::string good_password = "seven gnomes quarrel";

class running_api {
public:
    explicit running_api(identity_options options = {})
        : threads_(2), service_(std::move(options), folder_.file("data"), time, random_, metrics_) {
        std::string why;
        if (!service_.start(why)) throw std::runtime_error(why);
        http::server_options listen;
        listen.listen = "127.0.0.1:0";
        server_ = std::make_unique<http::server>(threads_, listen, service_.handler());
        const auto endpoint = server_->start(why);
        if (!endpoint) throw std::runtime_error(why);
        port_ = endpoint->port();
        threads_.start();
    }
    ~running_api() {
        server_->drain(milliseconds(5'000));
        service_.stop();
        threads_.stop();
    }

    api_answer call(
        std::string_view method,
        std::string_view target,
        const field_list& fields = {},
        std::string_view body = {}
    ) const {
        return ask(port_, method, target, fields, body);
    }
    api_answer post(std::string_view target, const boost::json::value& body, field_list fields = {})
        const {
        fields.emplace_back("Content-Type", "application/json");
        return call("POST", target, fields, boost::json::serialize(body));
    }

    api_answer register_account(
        const std::string& email,
        const std::string& secret = good_password,
        const std::string& name = "Zoe Example"
    ) const {
        return post("/auth/register", {{"fullName", name}, {"email", email}, {"password", secret}});
    }
    api_answer login(
        const std::string& email, const std::string& secret = good_password, field_list fields = {}
    ) const {
        return post("/auth/login", {{"email", email}, {"password", secret}}, std::move(fields));
    }
    api_answer refresh(const std::string& token, field_list fields = {}) const {
        fields.emplace_back("Cookie", "refreshToken=" + token);
        return call("GET", "/auth/refresh-token", fields);
    }
    api_answer me(const std::string& access_token) const {
        return call("GET", "/auth/me", {{"Authorization", "Bearer " + access_token}});
    }

    /// An account that can sign in.
    void put_account(const std::string& email = "zoe@example.org") {
        if (!service_.put_account(email, "Zoe Example", password(good_password)))
            throw std::runtime_error("no account");
    }

    /// All mails to that address, oldest first, once there are at least `count` of them.
    std::vector<std::string> mails_to(const std::string& email, std::size_t count) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        for (;;) {
            auto found = mails_now(email);
            if (found.size() >= count) return found;
            if (std::chrono::steady_clock::now() > deadline)
                throw std::runtime_error("the mail did not come");
            std::this_thread::sleep_for(milliseconds(2));
        }
    }
    std::vector<std::string> mails_now(const std::string& email) const {
        std::vector<std::filesystem::path> paths;
        std::error_code none;
        for (const auto& entry :
             std::filesystem::directory_iterator(folder_.file("data") + "/outbox", none)) {
            if (entry.path().extension() == ".eml") paths.push_back(entry.path());
        }
        std::sort(paths.begin(), paths.end());
        std::vector<std::string> found;
        for (const auto& path : paths) {
            std::ifstream file(path);
            std::stringstream text;
            text << file.rdbuf();
            if (text.str().find("\nTo: " + email + "\r") != std::string::npos)
                found.push_back(text.str());
        }
        return found;
    }

    std::string data_file(const std::string& name) const { return folder_.file("data/" + name); }
    identity_service& service() { return service_; }

    /// 2027-01-15T08:00:00.250Z at first.
    cloche::test::manual_clock time{instant(milliseconds(1'800'000'000'250))};

private:
    cloche::test::temporary_folder folder_;
    crypto::system_random random_;
    observability::metrics metrics_;
    runtime::io_threads threads_;
    identity_service service_;
    std::unique_ptr<http::server> server_;
    std::uint16_t port_ = 0;
};

/// The query of the link in a mail: `token=…&email=…`.
inline std::string link_query(const std::string& mail) {
    const auto at = mail.find("/auth/verify?");
    if (at == std::string::npos) throw std::runtime_error("no link in the mail");
    const auto start = at + std::string_view("/auth/verify?").size();
    return mail.substr(start, mail.find("\r\n", start) - start);
}

}  // namespace cloche::identity::test
