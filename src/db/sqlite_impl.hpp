// The templates of sqlite.hpp: only what depends on the type of the work.
#pragma once

#include "db/sqlite.hpp"

namespace cloche::db {

/// A work and its outcome.
template <class Work>
class typed_job final : public sqlite_database::job {
public:
    using outcome_type = std::invoke_result_t<Work, sqlite_connection&>;

    explicit typed_job(Work work) : work_(std::move(work)) {}

    error run(sqlite_connection& connection) override {
        outcome_.emplace(work_(connection));
        return outcome_->has_error() ? outcome_->error() : error();
    }
    void fail(error reason) override { outcome_.emplace(boost::system::in_place_error, reason); }

    outcome_type take() { return std::move(*outcome_); }

private:
    Work work_;
    std::optional<outcome_type> outcome_;
};

template <class Work>
auto sqlite_database::write(Work work)
    -> runtime::task<std::invoke_result_t<Work, sqlite_connection&>> {
    auto queued = std::make_shared<typed_job<Work>>(std::move(work));
    co_await run_write(queued);
    co_return queued->take();
}

template <class Work>
auto sqlite_database::read(Work work)
    -> runtime::task<std::invoke_result_t<Work, sqlite_connection&>> {
    auto queued = std::make_shared<typed_job<Work>>(std::move(work));
    co_await run_read(queued);
    co_return queued->take();
}

template <class Work>
auto sqlite_database::write_blocking(Work work) -> std::invoke_result_t<Work, sqlite_connection&> {
    auto queued = std::make_shared<typed_job<Work>>(std::move(work));
    run_write_blocking(queued);
    return queued->take();
}

}  // namespace cloche::db
