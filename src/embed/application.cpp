#include "app/exit_code.hpp"
#include "app/program.hpp"
#include "base/encoding.hpp"
#include "config/load.hpp"
#include "crypto/digest.hpp"
#include "embed/page_route.hpp"
#include "embed/start.hpp"
#include "observability/log.hpp"
#include "runtime/process_signals.hpp"

#include <cloche/application.hpp>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace cloche {
namespace {

using embed::asset_entry;
using embed::page_entry;

std::string hash_of(const std::string& content) {
    const auto digest = crypto::sha256(content);
    const std::string_view bytes(reinterpret_cast<const char*>(digest.data()), 16);
    return hex_encode(bytes);
}

/// `--config FILE` or nothing. False: neither.
bool read_arguments(int argc, char** argv, std::string& file) {
    if (argc == 1) return true;
    if (argc != 3 || std::string_view(argv[1]) != "--config") return false;
    file = argv[2];
    return true;
}

}  // namespace

struct application::state {
    std::vector<std::shared_ptr<page_entry>> pages;
    std::vector<std::shared_ptr<asset_entry>> assets;
    std::size_t threads = 16;
    std::string sign_in_page;

    std::shared_ptr<embed::page_threads> running_threads;
    std::unique_ptr<app::program> running;
    bool owns_log = false;

    void add(std::string path, handler what, bool is_action, bool is_private) {
        if (!what) throw std::invalid_argument(path + ": there is no handler");
        if (!path.starts_with('/')) throw std::invalid_argument(path + ": a path begins with /");
        auto entry = std::make_shared<page_entry>();
        entry->path = std::move(path);
        entry->is_action = is_action;
        entry->is_private = is_private;
        entry->handle = std::move(what);
        pages.push_back(std::move(entry));
    }

    bool is_private_page(const std::string& path) const {
        return std::ranges::any_of(pages, [&](const auto& entry) {
            return entry->is_private && !entry->is_action && entry->path == path;
        });
    }

    bool start(config::gateway_config with, std::string& why) {
        if (running) {
            why = "the application is running already";
            return false;
        }
        if (!sign_in_page.empty()) with.gateway.sign_in_page = sign_in_page;
        if (is_private_page(with.gateway.sign_in_page)) {
            why = "the sign-in page " + with.gateway.sign_in_page +
                  " is a private page: nobody who needs it could see it; add it with page()";
            return false;
        }
        running_threads = std::make_shared<embed::page_threads>(threads);
        std::vector<gateway::application_route> routes;
        for (const auto& page : pages)
            routes.push_back(embed::route_of(page, running_threads));
        for (const auto& asset : assets)
            routes.push_back(embed::route_of(asset));
        running = app::start_gateway(std::move(with), why, std::move(routes));
        return running != nullptr;
    }

    void stop() {
        if (!running) return;
        running->stop();
        // A page that still runs works on a request that goes with the program.
        running_threads->give_up();
        running_threads->pool().stop();
        running.reset();
        running_threads.reset();
        if (std::exchange(owns_log, false)) observability::stop_log();
    }
};

application::application() : state_(std::make_unique<state>()) {}
application::application(application&&) noexcept = default;
application& application::operator=(application&& other) noexcept {
    if (state_) state_->stop();
    state_ = std::move(other.state_);
    return *this;
}
application::~application() {
    if (state_) state_->stop();
}

application& application::page(std::string path, handler show) {
    state_->add(std::move(path), std::move(show), false, false);
    return *this;
}
application& application::private_page(std::string path, handler show) {
    state_->add(std::move(path), std::move(show), false, true);
    return *this;
}
application& application::action(std::string path, handler act) {
    state_->add(std::move(path), std::move(act), true, false);
    return *this;
}
application& application::private_action(std::string path, handler act) {
    state_->add(std::move(path), std::move(act), true, true);
    return *this;
}

application& application::asset(std::string path, std::string content_type, std::string content) {
    auto entry = std::make_shared<asset_entry>();
    entry->version = hash_of(content);
    entry->path = std::move(path);
    entry->content_type = std::move(content_type);
    entry->content = std::move(content);
    state_->assets.push_back(std::move(entry));
    return *this;
}

application& application::sign_in_page(std::string path) {
    if (!path.starts_with('/')) throw std::invalid_argument(path + ": a path begins with /");
    state_->sign_in_page = std::move(path);
    return *this;
}

application& application::threads(std::size_t count) {
    if (count == 0) throw std::invalid_argument("pages need a thread");
    state_->threads = count;
    return *this;
}

bool application::start(const std::string& config_file, std::string& why) {
    config::problems found;
    const auto file = config_file.empty() ? std::nullopt : std::optional(config_file);
    auto config = config::load_gateway(file, found);
    if (!found.empty()) {
        why = config::render(std::move(found));
        return false;
    }
    try {
        observability::start_log(config.log);
        state_->owns_log = state_->start(std::move(config), why);
    } catch (const std::exception& failure) {
        why = failure.what();  // the system refuses a thread, say
    }
    if (!state_->owns_log) observability::stop_log();
    return state_->owns_log;
}

bool detail::application_access::start(
    application& app, config::gateway_config with, std::string& why
) {
    return app.state_->start(std::move(with), why);
}

std::string application::address() const {
    return state_->running ? state_->running->address() : std::string();
}

void application::stop() {
    state_->stop();
}

int application::run(int argc, char** argv) {
    std::string file;
    if (!read_arguments(argc, argv, file)) {
        std::fprintf(stderr, "usage: %s [--config FILE]\n", argv[0]);
        return app::wrong_usage;
    }
    const runtime::process_signals signals;
    std::string why;
    if (!start(file, why)) {
        app::complain(argv[0], why);
        return app::could_not_start;
    }
    signals.wait();
    stop();
    return app::success;
}

}  // namespace cloche
