#include "app/store_visit.hpp"

#include "app/session_stores.hpp"
#include "app/store_clock.hpp"
#include "crypto/random.hpp"
#include "runtime/io_threads.hpp"
#include "session/store_visit.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>

#include <utility>

namespace cloche::app {

struct store_visit::parts {
    crypto::system_random random;
    runtime::io_threads threads{1};
    opened_store opened;
    store_clock time;
    session::refresh_options options;

    template <class T>
    T run(runtime::task<T> work) {
        auto& context = threads.context(0);
        return runtime::asio::co_spawn(context, std::move(work), runtime::asio::use_future).get();
    }
};

std::unique_ptr<store_visit> store_visit::begin(
    const config::gateway_config& config, std::string& why
) {
    auto made = std::make_unique<parts>();
    made->options = config.session.refresh;
    made->opened = visit_session_store(config, made->threads, made->random, why);
    if (!made->opened.store) return nullptr;
    made->time.follow(*made->opened.store);
    made->threads.start();
    return std::unique_ptr<store_visit>(new store_visit(std::move(made)));
}

store_visit::store_visit(std::unique_ptr<parts> opened) noexcept : parts_(std::move(opened)) {}

store_visit::~store_visit() {
    parts_->threads.stop();
}

result<std::vector<session::record_ptr>> store_visit::sessions_of(const std::string& subject) {
    auto& store = *parts_->opened.store;
    return parts_->run(session::sessions_in_store(store, parts_->time, subject, parts_->options));
}

result<bool> store_visit::end(const session::id_hash& id) {
    auto& store = *parts_->opened.store;
    return parts_->run(session::end_in_store(store, parts_->time, id));
}

}  // namespace cloche::app
