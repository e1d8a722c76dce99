// The two threads of a database, and how a coroutine waits for them.
#include "db/sqlite.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

namespace cloche::db {
namespace {

namespace asio = boost::asio;

/// Bounds how long the first job of a group waits for the last.
constexpr std::size_t group_limit = 512;

struct queued_job {
    std::shared_ptr<sqlite_database::job> work;
    std::function<void()> done;

    /// The database lets go of the job before anybody hears of it.
    void complete() {
        work.reset();
        done();
    }
};

/// Jobs from any thread to one.
class job_queue {
public:
    void push(queued_job next) {
        {
            const std::lock_guard lock(mutex_);
            jobs_.push_back(std::move(next));
        }
        filled_.notify_one();
    }
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        filled_.notify_one();
    }
    /// Waits for work; takes up to `most`. Empty: closed, and nothing is left.
    std::vector<queued_job> take(std::size_t most) {
        std::unique_lock lock(mutex_);
        filled_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
        std::vector<queued_job> taken;
        if (jobs_.size() <= most) {
            taken.swap(jobs_);
            return taken;
        }
        const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(most);
        taken.assign(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(end));
        jobs_.erase(jobs_.begin(), end);
        return taken;
    }

private:
    std::mutex mutex_;
    std::condition_variable filled_;
    std::vector<queued_job> jobs_;
    bool closed_ = false;
};

/// Queues a job when its coroutine suspends; the coroutine goes on where it came from.
struct enqueue {
    job_queue* queue;
    std::shared_ptr<sqlite_database::job> work;

    template <class Handler>
    void operator()(Handler handler) {
        auto executor = asio::get_associated_executor(handler);
        auto resume = [waiting = std::make_shared<Handler>(std::move(handler)),
                       guard = asio::make_work_guard(executor)]() mutable {
            auto target = guard.get_executor();
            asio::post(target, [handler = std::move(waiting)] { (*handler)(); });
            guard.reset();
        };
        queue->push(queued_job{std::move(work), std::move(resume)});
    }
};

runtime::task<void> wait_for(job_queue& queue, std::shared_ptr<sqlite_database::job> work) {
    enqueue initiation{&queue, std::move(work)};
    using token = const asio::use_awaitable_t<runtime::io_executor>;
    co_await asio::async_initiate<token, void()>(std::move(initiation), runtime::use_task);
}

}  // namespace

struct sqlite_database::state {
    std::unique_ptr<sqlite_connection> writer;
    std::unique_ptr<sqlite_connection> reader;
    job_queue writes;
    job_queue reads;
    mutable std::mutex failure_mutex;
    std::string failure;
    std::thread writer_thread;
    std::thread reader_thread;

    ~state() {
        writes.close();
        reads.close();
        if (writer_thread.joinable()) writer_thread.join();
        if (reader_thread.joinable()) reader_thread.join();
    }

    void note_failure(std::string words) {
        const std::lock_guard lock(failure_mutex);
        failure = std::move(words);
    }

    /// Runs one job; what it throws is a failure like any other.
    error run(job& work, sqlite_connection& connection) {
        try {
            const auto code = work.run(connection);
            if (code.category() == db_category() && code != make_error_code(errc::constraint))
                note_failure(connection.last_message());
            return code;
        } catch (const std::exception& thrown) {
            note_failure(thrown.what());
        } catch (...) {
            note_failure("an exception of unknown type");
        }
        work.fail(make_error_code(errc::unavailable));
        return make_error_code(errc::unavailable);
    }

    /// One job as a part of the group's transaction. A failure undoes the job alone.
    error run_part(job& work) {
        auto part = transaction::begin(*writer);
        if (!part) {
            note_failure(writer->last_message());
            work.fail(part.error());
            return part.error();
        }
        const auto code = run(work, *writer);
        if (code) return code;
        const auto kept = part->commit();
        if (kept) return {};
        note_failure(writer->last_message());
        work.fail(kept.error());
        return kept.error();
    }

    /// False: nothing of the group is in the file.
    bool run_group(std::vector<queued_job>& group) {
        if (!writer->in_place()) {
            note_failure("the database file is gone from its path");
            return false;
        }
        auto whole = transaction::begin(*writer);
        if (!whole) {
            note_failure(writer->last_message());
            return false;
        }
        for (auto& next : group) {
            (void)run_part(*next.work);
            // SQLite gave up the whole transaction, with what earlier jobs did.
            if (!writer->in_transaction()) return false;
        }
        const auto committed = whole->commit();
        if (!committed) note_failure(writer->last_message());
        return committed.has_value();
    }

    void write_loop() {
        for (auto group = writes.take(group_limit); !group.empty();
             group = writes.take(group_limit)) {
            const bool kept = run_group(group);
            for (auto& next : group) {
                if (!kept) next.work->fail(make_error_code(errc::unavailable));
                next.complete();
            }
        }
    }

    void read_loop() {
        for (auto next = reads.take(1); !next.empty(); next = reads.take(1)) {
            auto& only = next.front();
            if (reader->in_place()) {
                (void)run(*only.work, *reader);
            } else {
                note_failure("the database file is gone from its path");
                only.work->fail(make_error_code(errc::unavailable));
            }
            only.complete();
        }
    }
};

sqlite_database::sqlite_database(std::unique_ptr<state> opened) : state_(std::move(opened)) {}
sqlite_database::~sqlite_database() = default;

result<std::unique_ptr<sqlite_database>> sqlite_database::open(
    const std::string& path, sqlite_connection::durability level
) {
    auto opened = std::make_unique<state>();
    auto writer = sqlite_connection::open(path, level);
    if (!writer) return writer.error();
    auto reader = sqlite_connection::open(path, level);
    if (!reader) return reader.error();
    opened->writer = std::move(*writer);
    opened->reader = std::move(*reader);
    const auto restricted = opened->reader->execute("PRAGMA query_only = ON");
    if (!restricted) return restricted.error();
    opened->writer_thread = std::thread(&state::write_loop, opened.get());
    opened->reader_thread = std::thread(&state::read_loop, opened.get());
    return std::unique_ptr<sqlite_database>(new sqlite_database(std::move(opened)));
}

std::string sqlite_database::last_failure() const {
    const std::lock_guard lock(state_->failure_mutex);
    return state_->failure;
}

runtime::task<void> sqlite_database::run_write(std::shared_ptr<job> work) {
    return wait_for(state_->writes, std::move(work));
}

runtime::task<void> sqlite_database::run_read(std::shared_ptr<job> work) {
    return wait_for(state_->reads, std::move(work));
}

void sqlite_database::run_write_blocking(std::shared_ptr<job> work) {
    auto finished = std::make_shared<std::promise<void>>();
    auto done = finished->get_future();
    state_->writes.push(queued_job{std::move(work), [finished] { finished->set_value(); }});
    done.wait();
}

}  // namespace cloche::db
