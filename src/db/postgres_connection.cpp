#include "db/postgres_connection.hpp"

#include <libpq-fe.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace cloche::db {

namespace asio = boost::asio;
using runtime::task;
using runtime::use_task;
using std::chrono::milliseconds;

namespace {

struct clear_answer {
    void operator()(PGresult* answer) const noexcept { PQclear(answer); }
};
using answer_ptr = std::unique_ptr<PGresult, clear_answer>;

struct free_notification {
    void operator()(PGnotify* heard) const noexcept { PQfreemem(heard); }
};
using notification_ptr = std::unique_ptr<PGnotify, free_notification>;

void ignore_notice(void*, const PGresult*) {}

bool is_failure(const PGresult* answer) {
    const auto status = PQresultStatus(answer);
    return status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
}

}  // namespace

postgres_connection::postgres_connection(asio::io_context& loop)
    : loop_(loop.get_executor()),
      socket_(loop_),
      limit_(runtime::deadline_wheel::of(loop), this, runtime::calls<&postgres_connection::on_limit>) {
}

postgres_connection::~postgres_connection() {
    close();
}

void postgres_connection::close() noexcept {
    limit_.disarm();
    // The descriptor is libpq's.
    if (socket_.is_open()) socket_.release();
    PQfinish(std::exchange(handle_, nullptr));
}

void postgres_connection::stop() noexcept {
    stopped_ = true;
    error ignored;
    if (socket_.is_open()) socket_.cancel(ignored);
    if (lookup_) lookup_->leave();
}

void postgres_connection::on_limit() {
    late_ = true;
    error ignored;
    if (socket_.is_open()) socket_.cancel(ignored);
    if (lookup_) lookup_->leave();
}

void postgres_connection::begin(milliseconds limit) {
    late_ = false;
    limit_.arm(limit);
}

void postgres_connection::note(const char* message) {
    failure_ = where_ ? where_->fit_for_a_log(message) : one_line(message);
}

error postgres_connection::broken() {
    if (late_) {
        failure_ = "the server did not answer in time";
    } else if (stopped_) {
        failure_ = "the connection is being closed";
    } else {
        note(PQerrorMessage(handle_));
    }
    close();
    return make_error_code(errc::unavailable);
}

error postgres_connection::refused(const PGresult* answer) {
    const char* const sqlstate = PQresultErrorField(answer, PG_DIAG_SQLSTATE);
    const auto meaning = meaning_of(sqlstate == nullptr ? "" : sqlstate);
    note(PQresultErrorMessage(answer));
    spent_ = spent_ || meaning.ends_connection;
    bad_server_ = bad_server_ || meaning.ends_all;
    return make_error_code(meaning.code);
}

bool postgres_connection::is_usable() const noexcept {
    return handle_ != nullptr && !busy_ && !spent_ && !stopped_ &&
           PQstatus(handle_) == CONNECTION_OK && PQtransactionStatus(handle_) == PQTRANS_IDLE;
}

bool postgres_connection::is_alive() const noexcept {
    if (!is_usable()) return false;
    // All that a server has to say to an idle connection is that it ends it.
    char one = 0;
    const auto got = ::recv(PQsocket(handle_), &one, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

task<void> postgres_connection::ready(direction which) {
    if (given_up()) co_return;
    const auto kind = which == direction::read ? asio::posix::stream_descriptor::wait_read
                                               : asio::posix::stream_descriptor::wait_write;
    error failed;
    co_await socket_.async_wait(kind, asio::redirect_error(use_task, failed));
}

task<result<void>> postgres_connection::open(
    const postgres_address& where, std::size_t first_host
) {
    using clock = std::chrono::steady_clock;
    close();
    where_ = where;
    failure_ = "no address of the server is known";
    const auto until = clock::now() + postgres_connect_limit;
    begin(postgres_connect_limit);
    const auto targets = co_await find_targets(where, first_host);
    for (std::size_t i = 0; i < targets.size() && !stopped_; ++i) {
        const auto left = std::chrono::duration_cast<milliseconds>(until - clock::now());
        // One that does not answer must leave time for those behind it.
        begin(std::max(left / static_cast<int>(targets.size() - i), milliseconds(100)));
        const auto parameters =
            where.parameters_for(where.hosts()[targets[i].host], targets[i].address);
        const bool connected = co_await connect(parameters);
        if (connected) {
            host_ = targets[i].host;
            limit_.disarm();
            co_return result<void>();
        }
        static_cast<void>(broken());
    }
    limit_.disarm();
    CLOCHE_CO_FAIL(errc::unavailable);
}

task<std::vector<postgres_connection::target>> postgres_connection::find_targets(
    const postgres_address& where, std::size_t first_host
) {
    std::vector<target> targets;
    const auto& hosts = where.hosts();
    for (std::size_t i = 0; i < hosts.size(); ++i) {
        const std::size_t index = (first_host + i) % hosts.size();
        if (!hosts[index].is_name()) {
            targets.emplace_back(index, std::string());
            continue;
        }
        const auto addresses = co_await look_up(hosts[index].name);
        for (const auto& address : addresses)
            targets.emplace_back(index, address);
    }
    co_return targets;
}

task<std::vector<std::string>> postgres_connection::look_up(const std::string& name) {
    if (given_up()) co_return std::vector<std::string>();
    lookup_ = runtime::name_lookup::begin(loop_, name, 0);
    co_await lookup_->wait();
    const auto finished = std::exchange(lookup_, nullptr);
    std::vector<std::string> addresses;
    for (const auto& each : finished->found())
        addresses.push_back(each.address().to_string());
    if (addresses.empty()) {
        const auto& failed = finished->failure();
        failure_ = "cannot look up " + name + ": " + (failed ? failed.message() : "no answer");
    }
    co_return addresses;
}

// libpq changes its socket on the way, where one way of encryption fails: it is Asio's for each
// wait alone.
task<bool> postgres_connection::connect(const postgres_parameters& parameters) {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : parameters) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    prepared_.clear();
    spent_ = false;
    bad_server_ = false;
    handle_ = PQconnectStartParams(keywords.data(), values.data(), 0);
    if (handle_ == nullptr || PQstatus(handle_) == CONNECTION_BAD) co_return false;
    PQsetNoticeReceiver(handle_, ignore_notice, nullptr);

    auto next = PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK && next != PGRES_POLLING_FAILED) {
        error failed;
        socket_.assign(PQsocket(handle_), failed);
        if (failed) co_return false;
        const auto which = next == PGRES_POLLING_READING ? direction::read : direction::write;
        co_await ready(which);
        socket_.release();
        if (given_up()) co_return false;
        next = PQconnectPoll(handle_);
    }
    if (next == PGRES_POLLING_FAILED || PQsetnonblocking(handle_, 1) != 0) co_return false;
    error failed;
    socket_.assign(PQsocket(handle_), failed);
    co_return !failed;
}

task<result<postgres_rows>> postgres_connection::run(
    const postgres_query& query, milliseconds limit
) {
    if (handle_ == nullptr || busy_) CLOCHE_CO_FAIL(errc::unavailable);
    busy_ = true;
    begin(limit);
    const auto prepared = co_await prepare(query.statement());
    if (!prepared) {
        limit_.disarm();
        busy_ = false;
        co_return prepared.error();
    }
    if (!send(query)) co_return broken();
    auto rows = co_await answer();
    limit_.disarm();
    busy_ = false;
    co_return rows;
}

task<result<postgres_rows>> postgres_connection::execute(
    const std::string& sql, milliseconds limit
) {
    if (handle_ == nullptr || busy_) CLOCHE_CO_FAIL(errc::unavailable);
    busy_ = true;
    begin(limit);
    if (PQsendQuery(handle_, sql.c_str()) == 0) co_return broken();
    auto rows = co_await answer();
    limit_.disarm();
    busy_ = false;
    co_return rows;
}

task<result<void>> postgres_connection::prepare(const postgres_statement& statement) {
    if (prepared_.contains(&statement)) co_return result<void>();
    if (PQsendPrepare(handle_, statement.name, statement.sql, 0, nullptr) == 0) co_return broken();
    const auto made = co_await answer();
    if (!made) co_return made.error();
    prepared_.insert(&statement);
    co_return result<void>();
}

bool postgres_connection::send(const postgres_query& query) {
    std::vector<const char*> values;
    std::vector<int> lengths;
    std::vector<int> formats;
    for (std::size_t i = 0; i < query.size(); ++i) {
        const auto& value = query.value(i);
        values.push_back(value ? value->c_str() : nullptr);
        lengths.push_back(value ? static_cast<int>(value->size()) : 0);
        formats.push_back(query.is_bytes(i) ? 1 : 0);
    }
    return PQsendQueryPrepared(
               handle_,
               query.statement().name,
               static_cast<int>(query.size()),
               values.data(),
               lengths.data(),
               formats.data(),
               0
           ) != 0;
}

// The last of the answers, but the first failure.
task<result<postgres_rows>> postgres_connection::answer() {
    const bool sent = co_await flush();
    if (!sent) co_return broken();
    answer_ptr last;
    error refusal;
    std::string words;
    for (;;) {
        while (PQisBusy(handle_) != 0) {
            const bool more = co_await consume();
            if (more) continue;
            const error failure = broken();
            // It said why before it closed the connection.
            if (refusal) failure_ = words;
            co_return refusal ? refusal : failure;
        }
        answer_ptr next(PQgetResult(handle_));
        if (!next) break;
        if (is_failure(next.get())) {
            if (!refusal) refusal = refused(next.get());
            words = failure_;
        } else {
            last = std::move(next);
        }
    }
    if (refusal) co_return refusal;
    co_return postgres_rows(last.release());
}

task<bool> postgres_connection::flush() {
    for (;;) {
        const int left = PQflush(handle_);
        if (left <= 0) co_return left == 0;
        co_await ready(direction::write);
        if (given_up()) co_return false;
    }
}

task<bool> postgres_connection::consume() {
    co_await ready(direction::read);
    if (given_up()) co_return false;
    // Under TLS a part of a record may stay behind in OpenSSL, where no socket tells of it: a
    // record has 16 KiB at most, and libpq reads 8 KiB at least.
    const int times = PQsslInUse(handle_) != 0 ? 3 : 1;
    for (int i = 0; i < times; ++i)
        if (PQconsumeInput(handle_) == 0) co_return false;
    co_return true;
}

task<result<std::string>> postgres_connection::notification() {
    for (;;) {
        if (handle_ == nullptr) CLOCHE_CO_FAIL(errc::unavailable);
        const notification_ptr heard(PQnotifies(handle_));
        if (heard) co_return std::string(heard->extra);
        const bool more = co_await consume();
        if (!more || PQstatus(handle_) != CONNECTION_OK) co_return broken();
    }
}

}  // namespace cloche::db
