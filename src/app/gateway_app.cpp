// Puts the gateway together: which store, which provider, which listeners.
#include "app/data_folder.hpp"
#include "app/file_watch.hpp"
#include "app/listener.hpp"
#include "app/operations.hpp"
#include "app/program.hpp"
#include "app/session_metrics.hpp"
#include "app/session_stores.hpp"
#include "app/store_clock.hpp"
#include "base/encoding.hpp"
#include "gateway/gateway.hpp"
#include "gateway/host_policy.hpp"
#include "gateway/https_redirect.hpp"
#include "http/forwarded.hpp"
#include "http/server.hpp"
#include "observability/audit.hpp"
#include "observability/log.hpp"
#include "providers/json_api_provider.hpp"
#include "runtime/descriptor_limit.hpp"
#include "runtime/io_threads.hpp"
#include "runtime/offload.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>
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

/// The API's paths that answer with tokens, end sessions behind the gateway's back, or have a route
/// of the gateway's own with its own CSRF rule (CS-6).
std::vector<std::string> auth_paths_of(const providers::json_api_description& api) {
    std::vector<std::string> paths{api.login.request.path, api.refresh.request.path};
    for (const auto& request : {api.logout, api.register_account, api.verify_account}) {
        if (request) paths.push_back(request->path);
    }
    return paths;
}

class gateway_program final : public program {
public:
    gateway_program(
        config::gateway_config config, std::vector<gateway::application_route> application
    )
        : config_(std::move(config)),
          application_(std::move(application)),
          threads_(config_.threads) {}

    ~gateway_program() override { stop(); }

    bool start(std::string& why) {
        const std::size_t descriptors = runtime::raise_descriptor_limit();
        if (descriptors < config_.server.connections) {
            log_line(level::info, "descriptors_limited")
                .with("descriptors", descriptors)
                .with("connections", config_.server.connections)
                .with("remedy", "raise LimitNOFILE, or lower limits.connections");
        }
        return read_certificates(why) && open_store(why) && assemble(why) && listen(why);
    }

    void stop() override {
        if (std::exchange(stopped_, true)) return;
        if (operations_) operations_->drain();
        if (!address_.empty()) {
            // One time for both: what requests leave of it is the refreshes'.
            const auto until = std::chrono::steady_clock::now() + config_.drain;
            if (plain_server_) plain_server_->drain(milliseconds(0));
            public_server_->drain(config_.drain);
            const auto left = until - std::chrono::steady_clock::now();
            sessions_->stop(std::max(milliseconds(0), std::chrono::ceil<milliseconds>(left)));
            operations_server_->drain(milliseconds(0));
            api_->close();
            for (const auto& each : route_apis_)
                each->close();
            if (frontend_) frontend_->close();
        }
        threads_.stop();
        if (!address_.empty()) log_line(level::info, "stopped").with("program", "gateway");
    }

    std::string address() const override { return address_; }

private:
    bool read_certificates(std::string& why) {
        if (config_.certificates.empty()) return true;
        config_.server.tls = http::certificates::read(config_.certificates, config_.http2, why);
        if (!config_.server.tls) return false;
        watch_files(threads_, files_, [kept = config_.server.tls] { kept->look(); });
        return true;
    }

    bool open_store(std::string& why) {
        opened_store opened = open_session_store(config_, threads_, random_, why);
        folder_ = std::move(opened.folder);
        store_ = std::move(opened.store);
        health_ = std::move(opened.health);
        if (!store_) return false;
        time_.follow(*store_);
        if (opened.keys) {
            opened.keys->on_events(session_metrics_.key_events());
            watch_files(threads_, files_, [keys = *opened.keys] { keys.look(); });
        }
        return true;
    }

    bool assemble(std::string& why) {
        try {
            api_ = std::make_unique<http::client>(threads_, config_.upstream, config_.client);
        } catch (const std::invalid_argument& failure) {
            why = std::string("upstream: ") + failure.what();
            return false;
        }
        via_ = "cloche-" + hex_encode(random_.bytes(4));
        providers::json_api_options api;
        api.api = config_.provider;
        const std::string& url = config_.gateway.public_url;
        api.public_scheme = url.substr(0, url.find("://"));
        api.public_host = url.substr(url.find("://") + 3);
        api.via = via_;
        auth_paths_ = auth_paths_of(api.api);
        provider_ = providers::make_json_api_provider(*api_, std::move(api), time_);
        sessions_ = std::make_unique<session::refresh_coordinator>(
            threads_,
            *store_,
            *provider_,
            time_,
            random_,
            config_.session,
            session_metrics_.events()
        );

        if (config_.gateway.frontend.serve == gateway::frontend_options::kind::upstream) {
            auto where = http::origin::parse(config_.gateway.frontend.upstream);
            if (!where) {
                why = "frontend.upstream is not a URL: " + config_.gateway.frontend.upstream;
                return false;
            }
            frontend_ = std::make_unique<http::client>(threads_, std::move(*where), config_.client);
        }
        std::vector<http::client*> route_apis;
        if (!open_route_apis(route_apis, why)) return false;
        auto trusted = http::trusted_proxies::parse(config_.gateway.trusted_proxies, why);
        if (!trusted) return false;
        gateway::services parts{
            config_.gateway,
            *sessions_,
            *provider_,
            *api_,
            std::move(route_apis),
            frontend_.get(),
            files_,
            time_,
            id_random_,
            gateway_metrics_,
            std::move(*trusted)};
        try {
            gateway_ =
                std::make_unique<gateway::gateway>(std::move(parts), std::move(application_));
        } catch (const std::invalid_argument& failure) {
            why = failure.what();
            return false;
        }
        return true;
    }

    /// One for each route: of its own where it names another API or other time limits.
    bool open_route_apis(std::vector<http::client*>& of_routes, std::string& why) {
        for (const config::route_upstream& route : config_.routes) {
            if (!route.where && !route.timed) {
                of_routes.push_back(api_.get());
                continue;
            }
            const http::origin& where = route.where ? *route.where : config_.upstream;
            try {
                route_apis_.push_back(std::make_unique<http::client>(threads_, where, route.client)
                );
            } catch (const std::invalid_argument& failure) {
                why = std::string("routes.upstream: ") + failure.what();
                return false;
            }
            of_routes.push_back(route_apis_.back().get());
        }
        return true;
    }

    bool listen(std::string& why) {
        public_server_ = std::make_unique<http::server>(threads_, config_.server, *gateway_);
        auto bound = public_server_->start(why);
        if (!bound) return false;
        // Which hosts are ours depends on the port.
        if (!gateway_->open(bound->port(), auth_paths_, via_, why)) return false;

        if (!lead_to_https(bound->port(), why)) return false;
        ready_ = std::make_unique<store_readiness>(*store_);
        operations_ = std::make_unique<operations_handler>(metrics_, *ready_);
        operations_server_ =
            std::make_unique<http::server>(threads_, config_.operations, *operations_);
        auto operations_bound = operations_server_->start(why);
        if (!operations_bound) return false;

        observability::expose_audit(metrics_);
        metrics_.before_exposition([this] {
            session_metrics_.set_live(store_->live_count());
            session_metrics_.show(*health_);
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

    /// The listener for plain http beside one for https.
    bool lead_to_https(std::uint16_t port, std::string& why) {
        if (config_.plain.listen.empty()) return true;
        const auto& options = config_.gateway;
        const auto hosts = gateway::host_policy::make(options.public_url, options.hosts, port, why);
        if (!hosts) return false;
        redirect_ = std::make_unique<gateway::https_redirect>(options, hosts->origins());
        plain_server_ = std::make_unique<http::server>(threads_, config_.plain, *redirect_);
        const auto bound = plain_server_->start(why);
        if (bound) log_listening("gateway", "redirect", *bound);
        return bound.has_value();
    }

    config::gateway_config config_;
    std::vector<gateway::application_route> application_;
    store_clock time_;
    crypto::system_random random_;
    crypto::buffered_random id_random_;
    observability::metrics metrics_;
    gateway::gateway_metrics gateway_metrics_{metrics_};
    session_metrics session_metrics_{metrics_};
    std::unique_ptr<data_folder> folder_;
    runtime::worker_pool files_{1, 1024};
    runtime::io_threads threads_;
    std::unique_ptr<session::session_store> store_;
    std::shared_ptr<session::store_health> health_;
    std::unique_ptr<http::client> api_;
    std::vector<std::unique_ptr<http::client>> route_apis_;
    std::unique_ptr<http::client> frontend_;
    std::unique_ptr<session::auth_provider> provider_;
    std::unique_ptr<session::refresh_coordinator> sessions_;
    std::unique_ptr<gateway::gateway> gateway_;
    std::unique_ptr<store_readiness> ready_;
    std::unique_ptr<operations_handler> operations_;
    std::unique_ptr<http::server> public_server_;
    std::unique_ptr<http::server> operations_server_;
    std::unique_ptr<gateway::https_redirect> redirect_;
    std::unique_ptr<http::server> plain_server_;
    std::vector<std::string> auth_paths_;
    std::string via_;
    std::string address_;
    bool stopped_ = false;
};

}  // namespace

std::unique_ptr<program> start_gateway(
    config::gateway_config config,
    std::string& why,
    std::vector<gateway::application_route> application
) {
    auto made = std::make_unique<gateway_program>(std::move(config), std::move(application));
    if (!made->start(why)) return nullptr;
    return made;
}

}  // namespace cloche::app
