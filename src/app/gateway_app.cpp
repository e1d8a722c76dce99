// Puts the gateway together: which store, which provider, which listeners.
#include "app/data_folder.hpp"
#include "app/listener.hpp"
#include "app/operations.hpp"
#include "app/program.hpp"
#include "base/encoding.hpp"
#include "crypto/key_ring.hpp"
#include "gateway/gateway.hpp"
#include "http/forwarded.hpp"
#include "http/server.hpp"
#include "observability/audit.hpp"
#include "observability/log.hpp"
#include "providers/json_api_provider.hpp"
#include "runtime/io_threads.hpp"
#include "runtime/offload.hpp"
#include "session/memory_session_store.hpp"
#include "session/sqlite_session_store.hpp"

#include <utility>
#include <vector>

namespace cloche::app {
namespace {

using observability::level;
using observability::log_line;

/// Reads a session that cannot be there: what counts is whether the store answers.
class store_readiness final : public readiness {
public:
    explicit store_readiness(session::session_store& store) : store_(store) {}
    runtime::task<bool> ready() override {
        const session::id_hash nobody;
        result<session::record_ptr> read = co_await store_.load(nobody);
        co_return read.has_value();
    }

private:
    session::session_store& store_;
};

/// The API's paths that answer with tokens, or end sessions behind the gateway's back.
std::vector<std::string> auth_paths(const providers::json_api_description& api) {
    std::vector<std::string> paths{api.login.request.path, api.refresh.request.path};
    if (api.logout) paths.push_back(api.logout->path);
    return paths;
}

class gateway_program final : public program {
public:
    explicit gateway_program(config::gateway_config config)
        : config_(std::move(config)), threads_(config_.threads) {}

    ~gateway_program() override { stop(); }

    bool start(std::string& why) { return open_store(why) && assemble(why) && listen(why); }

    void stop() override {
        if (std::exchange(stopped_, true)) return;
        if (operations_) operations_->drain();
        if (!address_.empty()) {
            public_server_->drain(config_.drain);
            sessions_->stop(config_.drain);
            operations_server_->drain(milliseconds(0));
            api_->close();
            if (frontend_) frontend_->close();
        }
        threads_.stop();
        if (!address_.empty()) log_line(level::info, "stopped").with("program", "gateway");
    }

    std::string address() const override { return address_; }

private:
    bool open_store(std::string& why) {
        if (config_.store == config::store_kind::memory) {
            store_ = session::make_memory_session_store(config_.session.refresh);
            return true;
        }
        folder_ = data_folder::open(config_.data, "gateway.lock", why);
        if (!folder_) return false;
        auto keys = crypto::key_ring::load_or_create(config_.session_keys, random_, why);
        if (!keys) return false;
        const std::string file = folder_->file("sessions.db");
        auto store = session::make_sqlite_session_store(
            file, std::move(*keys), random_, config_.session.refresh
        );
        if (!store) {
            why = "cannot open " + file + ": " + store.error().message() +
                  "; is the disk full, or the file of a newer version?";
            return false;
        }
        store_ = std::move(*store);
        return true;
    }

    bool assemble(std::string& why) {
        api_ = std::make_unique<http::client>(threads_, config_.upstream, config_.client);
        via_ = "cloche-" + hex_encode(random_.bytes(4));
        providers::json_api_options api;
        api.api = config_.provider;
        const std::string& url = config_.gateway.public_url;
        api.public_scheme = url.substr(0, url.find("://"));
        api.public_host = url.substr(url.find("://") + 3);
        api.via = via_;
        kept_paths_ = auth_paths(api.api);
        provider_ = providers::make_json_api_provider(*api_, std::move(api), time_);
        sessions_ = std::make_unique<session::refresh_coordinator>(
            threads_, *store_, *provider_, time_, random_, config_.session, coordinator_events()
        );

        if (config_.gateway.frontend.serve == gateway::frontend_options::kind::upstream) {
            auto where = http::origin::parse(config_.gateway.frontend.upstream);
            if (!where) {
                why = "frontend.upstream is not a URL: " + config_.gateway.frontend.upstream;
                return false;
            }
            frontend_ = std::make_unique<http::client>(threads_, std::move(*where), config_.client);
        }
        auto trusted = http::trusted_proxies::parse(config_.gateway.trusted_proxies, why);
        if (!trusted) return false;
        gateway::services parts{
            config_.gateway,
            *sessions_,
            *provider_,
            *api_,
            frontend_.get(),
            files_,
            time_,
            names_,
            gateway_metrics_,
            std::move(*trusted)};
        gateway_ = std::make_unique<gateway::gateway>(std::move(parts));
        return true;
    }

    bool listen(std::string& why) {
        public_server_ = std::make_unique<http::server>(threads_, config_.server, *gateway_);
        auto bound = public_server_->start(why);
        if (!bound) return false;
        // Which hosts are ours depends on the port.
        if (!gateway_->open(bound->port(), kept_paths_, via_, why)) return false;

        ready_ = std::make_unique<store_readiness>(*store_);
        operations_ = std::make_unique<operations_handler>(metrics_, *ready_);
        operations_server_ =
            std::make_unique<http::server>(threads_, config_.operations, *operations_);
        auto operations_bound = operations_server_->start(why);
        if (!operations_bound) return false;

        observability::expose_audit(metrics_);
        metrics_.before_exposition([this] {
            live_sessions_.set(static_cast<double>(store_->live_count()));
        });
        threads_.start();
        sessions_->start(config_.replicas == config::replica_count::one);
        address_ = endpoint_text(*bound);
        log_listening("gateway", "public", *bound);
        log_listening("gateway", "operations", *operations_bound);
        if (config_.development) {
            log_line(level::warn, "development_mode")
                .with(
                    "reason",
                    "public_url is plain http on a loopback name: cookies are sent without Secure"
                );
        }
        return true;
    }

    session::coordinator_events coordinator_events() {
        session::coordinator_events events;
        events.refreshed = [this](std::string_view result) {
            metrics_
                .make_counter(
                    "cloche_refreshes_total",
                    "Refreshes by result.",
                    {{"result", std::string(result)}}
                )
                .add();
        };
        events.ended = [this](std::string_view reason) {
            metrics_
                .make_counter(
                    "cloche_sessions_ended_total",
                    "Sessions by how they ended.",
                    {{"reason", std::string(reason)}}
                )
                .add();
        };
        events.breaker = [this](bool open) { breaker_.set(open ? 1 : 0); };
        return events;
    }

    config::gateway_config config_;
    system_clock time_;
    crypto::system_random random_;
    crypto::buffered_random names_;
    observability::metrics metrics_;
    gateway::gateway_metrics gateway_metrics_{metrics_};
    observability::gauge live_sessions_ = metrics_.make_gauge("cloche_sessions", "Live sessions.");
    observability::gauge breaker_ = metrics_.make_gauge(
        "cloche_refresh_breaker_open",
        "1 while so many refreshes are refused that they count as passing."
    );
    std::unique_ptr<data_folder> folder_;
    runtime::worker_pool files_{1, 1024};
    runtime::io_threads threads_;
    std::unique_ptr<session::session_store> store_;
    std::unique_ptr<http::client> api_;
    std::unique_ptr<http::client> frontend_;
    std::unique_ptr<session::auth_provider> provider_;
    std::unique_ptr<session::refresh_coordinator> sessions_;
    std::unique_ptr<gateway::gateway> gateway_;
    std::unique_ptr<store_readiness> ready_;
    std::unique_ptr<operations_handler> operations_;
    std::unique_ptr<http::server> public_server_;
    std::unique_ptr<http::server> operations_server_;
    std::vector<std::string> kept_paths_;
    std::string via_;
    std::string address_;
    bool stopped_ = false;
};

}  // namespace

std::unique_ptr<program> start_gateway(config::gateway_config config, std::string& why) {
    auto made = std::make_unique<gateway_program>(std::move(config));
    if (!made->start(why)) return nullptr;
    return made;
}

}  // namespace cloche::app
