// A mail server for one mail a connection: notes what it is told, and answers what the test says.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <atomic>
#include <istream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace cloche::identity::test {

class smtp_server {
public:
    using answers = std::map<std::string, std::string>;
    /// `instead`: by command word (`RCPT`, `.` for the end of the data), instead of the usual ones.
    explicit smtp_server(answers instead = {})
        : answers_(std::move(instead)),
          acceptor_(loop_, {boost::asio::ip::address_v4::loopback(), 0}),
          port_(acceptor_.local_endpoint().port()),
          thread_([this] { serve(); }) {}
    ~smtp_server() {
        stopping_ = true;
        boost::system::error_code ignored;
        boost::asio::ip::tcp::socket wake(loop_);
        wake.connect({boost::asio::ip::address_v4::loopback(), port_}, ignored);
        wake.close(ignored);
        thread_.join();
    }

    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }
    std::vector<std::string> commands() const {
        const std::lock_guard lock(mutex_);
        return commands_;
    }
    std::string message() const {
        const std::lock_guard lock(mutex_);
        return message_;
    }

private:
    void serve() {
        while (!stopping_) {
            boost::system::error_code failed;
            boost::asio::ip::tcp::socket socket(loop_);
            acceptor_.accept(socket, failed);
            if (!failed && !stopping_) converse(socket);
        }
    }

    void converse(boost::asio::ip::tcp::socket& socket) {
        boost::asio::streambuf received;
        say(socket, "220 test");
        bool in_message = false;
        for (;;) {
            boost::system::error_code failed;
            boost::asio::read_until(socket, received, "\r\n", failed);
            if (failed) return;
            std::istream stream(&received);
            std::string line;
            std::getline(stream, line);
            line.pop_back();
            if (in_message && line != ".") {
                const std::lock_guard lock(mutex_);
                message_ += line + "\n";
                continue;
            }
            in_message = false;
            const auto word = line.substr(0, line.find_first_of(" :"));
            {
                const std::lock_guard lock(mutex_);
                commands_.push_back(line);
            }
            const auto own = answers_.find(word);
            const auto answer = own != answers_.end() ? own->second
                                : word == "DATA"      ? "354 go"
                                                      : "250 ok";
            say(socket, answer);
            in_message = word == "DATA" && answer.starts_with("354");
            if (word == "QUIT") return;
        }
    }

    static void say(boost::asio::ip::tcp::socket& socket, const std::string& line) {
        boost::system::error_code ignored;
        boost::asio::write(socket, boost::asio::buffer(line + "\r\n"), ignored);
    }

    const answers answers_;
    boost::asio::io_context loop_{1};
    boost::asio::ip::tcp::acceptor acceptor_;
    const std::uint16_t port_;
    std::atomic<bool> stopping_{false};
    mutable std::mutex mutex_;
    std::vector<std::string> commands_;
    std::string message_;
    std::thread thread_;
};

}  // namespace cloche::identity::test
