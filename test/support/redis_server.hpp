// A Redis server of the tests' own, in a folder that goes with it: on a unix socket, and on a port
// of this machine where another server is to reach it.
#pragma once

#include "db/redis_console.hpp"
#include "support/temporary_folder.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace cloche::test {

class redis_server {
public:
    using words = std::vector<std::string>;

    explicit redis_server(words options = {}) : options_(std::move(options)) { start(); }
    ~redis_server() { stop(); }
    redis_server(const redis_server&) = delete;
    redis_server& operator=(const redis_server&) = delete;

    /// On a port, for a replica of it.
    static std::unique_ptr<redis_server> on_port() {
        // Between the finding and the taking somebody else may take a port.
        for (int tries_left = 3;; --tries_left) {
            const int port = free_port();
            try {
                auto made = std::make_unique<redis_server>(words{"--port", std::to_string(port)});
                made->port_ = port;
                return made;
            } catch (const std::runtime_error&) {
                if (tries_left == 0) throw;
            }
        }
    }

    /// Returns when it takes connections.
    void start() {
        int lines[2] = {-1, -1};
        if (::pipe2(lines, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
        process_ = ::fork();
        if (process_ < 0) throw std::runtime_error("no process");
        if (process_ == 0) run(lines[1]);
        ::close(lines[1]);
        const bool ready = says_it_is_ready(lines[0]);
        output_ = lines[0];
        if (ready) return;
        stop();
        throw std::runtime_error("redis-server does not start: " + said_);
    }
    /// As by a power cut: nothing is saved that is not on the disk.
    void stop() {
        if (process_ > 0) {
            ::kill(process_, SIGKILL);
            ::waitpid(process_, nullptr, 0);
        }
        process_ = -1;
        if (output_ >= 0) ::close(output_);
        output_ = -1;
    }
    void restart() {
        stop();
        start();
    }
    /// Neither answers nor breaks connections off, until it goes on.
    void pause() { ::kill(process_, SIGSTOP); }
    void go_on() { ::kill(process_, SIGCONT); }

    std::string socket() const { return folder_.file("redis.sock"); }
    int port() const noexcept { return port_; }
    /// `query`: "prefix=…".
    std::string url(const std::string& query = {}) const {
        return "redis+unix://" + socket() + (query.empty() ? "" : "?" + query);
    }

    /// A connection of the test's own.
    std::unique_ptr<db::redis_console> console() const {
        std::string why;
        auto target = db::parse_redis_url(url(), why);
        auto opened = db::redis_console::open(
            std::make_shared<const db::redis_target>(std::move(*target)), why
        );
        if (!opened) throw std::runtime_error(why);
        return std::move(*opened);
    }
    /// One command on a connection of its own.
    db::redis_value ask(std::initializer_list<std::string_view> command) const {
        return console()->ask(command);
    }

    static int free_port() {
        const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in here{};
        here.sin_family = AF_INET;
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof here;
        auto* address = reinterpret_cast<sockaddr*>(&here);
        const bool bound =
            ::bind(probe, address, size) == 0 && ::getsockname(probe, address, &size) == 0;
        ::close(probe);
        if (!bound) throw std::runtime_error("no free port");
        return ntohs(here.sin_port);
    }

private:
    /// In the new process.
    [[noreturn]] void run(int output) {
        // It goes with the tests, also where they abort.
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::dup2(output, STDOUT_FILENO);
        ::dup2(output, STDERR_FILENO);
        words all{
            "redis-server",
            "--port",
            "0",
            "--bind",
            "127.0.0.1",
            "--unixsocket",
            socket(),
            "--dir",
            folder_.path().string(),
            "--save",
            "",
            "--appendonly",
            "no",
            "--repl-diskless-sync-delay",
            "0"};
        all.insert(all.end(), options_.begin(), options_.end());
        std::vector<char*> arguments;
        for (auto& word : all)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        ::execvp("redis-server", arguments.data());
        ::_exit(127);
    }

    bool says_it_is_ready(int from) {
        said_.clear();
        char piece[1024];
        for (;;) {
            const auto got = ::read(from, piece, sizeof piece);
            if (got <= 0) return false;
            said_.append(piece, static_cast<std::size_t>(got));
            if (said_.find("ready to accept connections at") != std::string::npos) return true;
        }
    }

    temporary_folder folder_;
    words options_;
    pid_t process_ = -1;
    int output_ = -1;
    int port_ = 0;
    std::string said_;
};

/// Where this machine has no redis-server, ends the program as one that CTest calls skipped; not
/// where CI or CLOCHE_REQUIRE_SERVERS is set: there its tests fail. Before main(): true.
inline bool end_without_redis() {
    const bool is_required = ::getenv("CI") || ::getenv("CLOCHE_REQUIRE_SERVERS");
    if (is_required || ::system("command -v redis-server >/dev/null 2>&1") == 0) return true;
    std::cerr << "left out: redis-server is not installed (apt install redis-server)\n";
    ::_exit(77);
}

/// The one that the tests of a program share; started with the first, stopped at the end.
inline redis_server& shared_redis() {
    static redis_server server;
    return server;
}

/// A prefix that no other test has: "prefix=test1:".
inline std::string fresh_prefix() {
    static int made = 0;
    return "prefix=test" + std::to_string(++made) + ":";
}

}  // namespace cloche::test
