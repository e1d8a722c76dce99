// What the operations of a session store cost, one kind at a time. bench/stores.py tells it what to
// do and looks at the store's server meanwhile.
//
//     bench_store_costs KEYFILE memory|FILE|postgres://...|redis://...
//
// For each line `OPERATION COUNT CONCURRENCY` that it reads it does that much on one I/O thread,
// and writes a line `{"count":…,"seconds":…,"cpu":…}`: seconds by the wall, and of the CPU of the
// whole process. It ends at the end of its input, or at the first operation that fails.
#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/memory_session_store.hpp"
#include "session/postgres_session_store.hpp"
#include "session/redis_session_store.hpp"
#include "session/refresh_fsm.hpp"
#include "session/session_keys.hpp"
#include "session/sqlite_session_store.hpp"
#include "session/store_health.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <functional>
#include <future>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace cloche;
using namespace cloche::session;
using runtime::task;

/// How many sessions each person has.
constexpr std::size_t devices = 2;
/// Sessions are visited in steps of this prime: no pages that happen to be at hand.
constexpr std::size_t stride = 7'919;
/// What the sweep asks for at once.
constexpr std::size_t chores_a_round = 256;

double cpu_seconds() {
    timespec used{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

struct cost {
    std::size_t count = 0;
    double seconds = 0;
    double cpu = 0;
};

template <class T>
T good(result<T> outcome, const char* what) {
    if (!outcome) throw std::runtime_error(std::string(what) + ": " + outcome.error().message());
    if constexpr (!std::is_void_v<T>) return std::move(*outcome);
}

class measured_store {
public:
    measured_store(std::string key_file, std::string where)
        : key_file_(std::move(key_file)), where_(std::move(where)), store_(open()) {
        threads_.start();
    }
    ~measured_store() { threads_.stop(); }
    measured_store(const measured_store&) = delete;
    measured_store& operator=(const measured_store&) = delete;

    /// Throws std::runtime_error where an operation fails, or is none.
    cost measure(const std::string& operation, std::size_t count, std::size_t at_once) {
        if (operation == "create") {
            const std::size_t before = std::exchange(made_, made_ + count);
            return run(count, at_once, [=, this](std::size_t n) { return create(before + n); });
        }
        if (operation == "listen") return listen(count);
        if (made_ == 0) throw std::runtime_error("create some sessions first");
        first_ += count;
        if (operation == "load")
            return run(count, at_once, [this](std::size_t n) { return load(visited(n)); });
        if (operation == "swap") return swap(count, at_once);
        if (operation == "touch") return touch(count);
        if (operation == "due")
            return run(count, at_once, [this](std::size_t) { return look_for_due(); });
        if (operation == "list")
            return run(count, at_once, [this](std::size_t n) { return list(visited(n)); });
        if (operation == "purge")
            return run(count, at_once, [this](std::size_t) { return purge(); });
        throw std::runtime_error("no operation " + operation);
    }

private:
    using numbered = std::function<task<void>(std::size_t number)>;

    std::unique_ptr<session_store> open() {
        if (where_ == "memory") return make_memory_session_store(options_);
        std::string why;
        auto read = session_keys::of_file(key_file_, random_, why);
        if (!read) throw std::runtime_error(why);
        const session_keys& keys = *read;
        std::unique_ptr<session_store> opened;
        if (where_.starts_with("postgres://")) {
            opened = make_postgres_session_store(threads_, where_, keys, random_, options_, why);
        } else if (where_.starts_with("redis://")) {
            opened = make_redis_session_store(
                threads_, where_, keys, random_, options_, std::make_shared<store_health>(), why
            );
        } else {
            opened = good(make_sqlite_session_store(where_, keys, random_, options_), "open");
        }
        if (!opened) throw std::runtime_error(why);
        return opened;
    }

    static id_hash id_of(std::size_t number) {
        return hash_of("session " + std::to_string(number));
    }
    static std::string subject_of(std::size_t number) {
        return "person-" + std::to_string(number / devices);
    }
    std::size_t visited(std::size_t number) const { return (first_ + number) * stride % made_; }

    /// As after a sign-in: an access token of 1,024 bytes, a refresh token of 43. Sealed they
    /// cannot be compressed, whatever they are.
    static record fresh(std::size_t number) {
        record made;
        made.id = id_of(number);
        made.subject = subject_of(number);
        made.user = R"({"id":"3f8a2c1e-77b0-4a58-9f0e-0c2d51b6a1de","fullName":"Zoe Hill",)"
                    R"("email":"zoe.hill@example.org","role":"user"})";
        made.address = "192.0.2.17";
        made.agent =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/130.0.0.0 Safari/537.36";
        made.made = now();
        made.last_used = made.made;
        made.absolute_until = made.made + std::chrono::hours(24 * 30);
        made.idle = std::chrono::hours(24 * 7);
        made.tokens.access = access_token(std::string(1'024, 't'));
        made.tokens.sent_at = made.made;
        made.tokens.life = milliseconds(300'000);
        made.tokens.refresh = refresh_token(std::string(43, 'r'));
        return made;
    }

    task<void> create(std::size_t number) {
        const auto created = co_await store_->create(fresh(number));
        good(created, "create");
    }

    task<void> load(std::size_t number) {
        auto loaded = co_await store_->load(id_of(number));
        if (!good(std::move(loaded), "load")) throw std::runtime_error("a session is gone");
    }

    task<void> read_for_swap(std::size_t index) {
        auto loaded = co_await store_->load(id_of(visited(index)));
        held_[index] = good(std::move(loaded), "load");
    }

    /// The flight goes on record.
    task<void> depart(std::size_t index) {
        record next = with_flight(*held_[index], "0123456789abcdef", now(), options_);
        auto swapped = co_await store_->compare_and_swap(std::move(next));
        held_[index] = good(std::move(swapped), "swap");
    }

    /// Its answer does.
    task<void> arrive(std::size_t index) {
        const record& flying = *held_[index];
        refresh_answer answer;
        answer.verdict = refresh_verdict::renewed;
        answer.tokens = flying.tokens;
        answer.tokens.sent_at = now();
        auto how =
            land(flying, *flying.in_flight, flying.generation, answer, now(), 0.5, false, options_);
        auto swapped = co_await store_->compare_and_swap(std::move(how.next));
        held_[index] = good(std::move(swapped), "swap");
    }

    task<void> look_for_due() {
        const auto found = co_await store_->due(now(), chores_a_round);
        if (!good(found, "due").empty()) throw std::runtime_error("something was due");
    }

    task<void> list(std::size_t number) {
        const auto found = co_await store_->list_by_subject(subject_of(number));
        if (good(found, "list").empty()) throw std::runtime_error("a session is missing");
    }

    task<void> purge() {
        const auto purged = co_await store_->purge(now());
        if (good(purged, "purge") != 0) throw std::runtime_error("something was purged");
    }

    /// Both swaps of a refresh; `count` is of refreshes.
    cost swap(std::size_t count, std::size_t at_once) {
        held_.assign(count, nullptr);
        run(count, at_once, [this](std::size_t n) { return read_for_swap(n); });
        const cost first = run(count, at_once, [this](std::size_t n) { return depart(n); });
        const cost second = run(count, at_once, [this](std::size_t n) { return arrive(n); });
        held_.clear();
        return {2 * count, first.seconds + second.seconds, first.cpu + second.cpu};
    }

    /// `count` sessions are used, and all of that is written at once.
    cost touch(std::size_t count) {
        return timed(count, [&] {
            for (std::size_t n = 0; n < count; ++n)
                store_->touch(id_of(visited(n)), now());
            auto& loop = threads_.context(0);
            auto flushed =
                runtime::asio::co_spawn(loop, store_->flush(), runtime::asio::use_future);
            good(flushed.get(), "flush");
        });
    }

    /// So many more gateways hear of changes from now on, in this process.
    cost listen(std::size_t count) {
        for (std::size_t n = 0; n < count; ++n) {
            listeners_.push_back(open());
            listeners_.back()->on_change([](const id_hash&) {});
        }
        return {};
    }

    template <class Work>
    static cost timed(std::size_t count, Work work) {
        const double used = cpu_seconds();
        const auto began = std::chrono::steady_clock::now();
        work();
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - began;
        return {count, passed.count(), cpu_seconds() - used};
    }

    /// On the I/O thread alone.
    static task<void> keep_at_it(
        std::shared_ptr<std::size_t> next, std::size_t count, numbered one
    ) {
        while (*next < count) {
            const std::size_t number = (*next)++;
            co_await one(number);
        }
    }

    cost run(std::size_t count, std::size_t at_once, const numbered& one) {
        return timed(count, [&] {
            auto next = std::make_shared<std::size_t>(0);
            std::vector<std::future<void>> workers;
            for (std::size_t n = 0; n < at_once; ++n)
                workers.push_back(runtime::asio::co_spawn(
                    threads_.context(0), keep_at_it(next, count, one), runtime::asio::use_future
                ));
            for (auto& worker : workers)
                worker.get();
        });
    }

    static instant now() { return system_clock().now(); }

    const std::string key_file_;
    const std::string where_;
    const refresh_options options_;
    crypto::system_random random_;
    runtime::io_threads threads_{1};
    std::unique_ptr<session_store> store_;
    std::vector<std::unique_ptr<session_store>> listeners_;
    std::vector<record_ptr> held_;
    std::size_t made_ = 0;
    std::size_t first_ = 0;  ///< where the visits of this measurement begin
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: bench_store_costs KEYFILE memory|FILE|URL\n");
        return 64;
    }
    try {
        measured_store store(argv[1], argv[2]);
        std::string operation;
        std::size_t count = 0;
        std::size_t at_once = 0;
        while (std::cin >> operation >> count >> at_once) {
            const cost found = store.measure(operation, count, at_once);
            std::printf(
                "{\"count\":%zu,\"seconds\":%.6f,\"cpu\":%.6f}\n",
                found.count,
                found.seconds,
                found.cpu
            );
            std::fflush(stdout);
        }
    } catch (const std::exception& failed) {
        std::fprintf(stderr, "bench_store_costs: %s\n", failed.what());
        return 1;
    }
}
