// One connection to PostgreSQL on an event loop: libpq does the protocol, Asio the waiting.
//
// One thing at a time, on the loop's thread. Everything has a time limit (of the deadline wheel, so
// up to 500 ms more); what is late or broken is closed, and the connection is of no more use. It
// must not be destroyed while a coroutine of its own waits.
#pragma once

#include "db/postgres.hpp"
#include "db/postgres_address.hpp"
#include "runtime/deadline_wheel.hpp"
#include "runtime/name_lookup.hpp"
#include "runtime/task.hpp"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

struct pg_conn;

namespace cloche::db {

inline constexpr std::chrono::milliseconds postgres_connect_limit{2'000};
inline constexpr std::chrono::milliseconds postgres_statement_limit{2'000};

class postgres_connection {
public:
    explicit postgres_connection(boost::asio::io_context& loop);
    ~postgres_connection();
    postgres_connection(const postgres_connection&) = delete;
    postgres_connection& operator=(const postgres_connection&) = delete;

    /// Tries one host after the other, from the one with that index on, and each address of it,
    /// with a fair share of postgres_connect_limit. Errors: unavailable.
    runtime::task<result<void>> open(const postgres_address& where, std::size_t first_host = 0);
    /// The index of the host that it is open to.
    std::size_t host() const noexcept { return host_; }

    /// Errors: unavailable, constraint.
    runtime::task<result<postgres_rows>> run(
        const postgres_query& query, std::chrono::milliseconds limit = postgres_statement_limit
    );

    /// One or more statements without parameters; gives the rows of the last. Errors: as `run`.
    runtime::task<result<postgres_rows>> execute(
        const std::string& sql, std::chrono::milliseconds limit = postgres_statement_limit
    );

    /// The text of the next NOTIFY on what this connection listens to, however long it takes.
    /// Errors: unavailable.
    runtime::task<result<std::string>> notification();

    /// It can run another query, as far as is known.
    bool is_usable() const noexcept;
    /// Asks the socket whether the server has closed it meanwhile. For an idle connection.
    bool is_alive() const noexcept;
    /// The server said something that holds for all connections that lead to it: it shuts down, or
    /// has become read-only.
    bool is_bad_server() const noexcept { return bad_server_; }

    /// Whoever waits for it gives up. On the loop's thread.
    void stop() noexcept;

    /// libpq's own words for the latest failure, fit for a log.
    const std::string& last_failure() const noexcept { return failure_; }

private:
    struct target {
        std::size_t host;
        std::string address;

        target(std::size_t which, std::string numeric) : host(which), address(std::move(numeric)) {}
    };
    enum class direction { read, write };

    runtime::task<std::vector<target>> find_targets(
        const postgres_address& where, std::size_t first_host
    );
    runtime::task<std::vector<std::string>> look_up(const std::string& name);
    runtime::task<bool> connect(const postgres_parameters& parameters);
    runtime::task<result<void>> prepare(const postgres_statement& statement);
    bool send(const postgres_query& query);
    runtime::task<result<postgres_rows>> answer();
    runtime::task<bool> flush();
    runtime::task<bool> consume();
    runtime::task<void> ready(direction which);

    void begin(std::chrono::milliseconds limit);
    bool given_up() const noexcept { return late_ || stopped_; }
    error broken();
    error refused(const pg_result* answer);
    void note(const char* message);
    void close() noexcept;
    void on_limit();

    runtime::io_executor loop_;
    boost::asio::posix::basic_stream_descriptor<runtime::io_executor> socket_;
    runtime::deadline limit_;
    std::shared_ptr<runtime::name_lookup> lookup_;
    pg_conn* handle_ = nullptr;
    std::optional<postgres_address> where_;
    std::unordered_set<const postgres_statement*> prepared_;
    std::string failure_;
    std::size_t host_ = 0;
    bool late_ = false;
    bool stopped_ = false;
    bool busy_ = false;
    bool spent_ = false;
    bool bad_server_ = false;
};

}  // namespace cloche::db
