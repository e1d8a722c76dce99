// Puts the identity API together: its service and its listeners.
#include "app/data_folder.hpp"
#include "app/listener.hpp"
#include "app/operations.hpp"
#include "app/program.hpp"
#include "http/server.hpp"
#include "identity/identity_service.hpp"
#include "observability/audit.hpp"
#include "observability/log.hpp"
#include "runtime/io_threads.hpp"

#include <utility>

namespace cloche::app {
namespace {

/// How long requests that are on may take to finish. Nothing here takes longer than a hash and a
/// database write.
constexpr milliseconds drain_time{20'000};

class database_readiness final : public readiness {
public:
    explicit database_readiness(identity::identity_service& service) : service_(service) {}
    runtime::task<bool> ready() override {
        result<void> checked = co_await service_.check();
        co_return checked.has_value();
    }

private:
    identity::identity_service& service_;
};

class identity_api final : public identity_program {
public:
    explicit identity_api(config::identity_config config)
        : config_(std::move(config)),
          threads_(config_.threads),
          service_(config_.identity, config_.data, time_, random_, metrics_),
          ready_(service_) {}

    ~identity_api() override { stop(); }

    bool start(std::string& why) {
        folder_ = data_folder::open(config_.data, "identity.lock", why);
        if (!folder_ || !service_.start(why)) return false;

        public_server_ =
            std::make_unique<http::server>(threads_, config_.server, service_.handler());
        const auto bound = public_server_->start(why);
        if (!bound) return false;
        operations_server_ =
            std::make_unique<http::server>(threads_, config_.operations, operations_);
        const auto operations_bound = operations_server_->start(why);
        if (!operations_bound) return false;

        observability::expose_audit(metrics_);
        threads_.start();
        address_ = endpoint_text(*bound);
        log_listening("identity", "public", *bound);
        log_listening("identity", "operations", *operations_bound);
        return true;
    }

    void stop() override {
        if (std::exchange(stopped_, true)) return;
        operations_.drain();
        if (!address_.empty()) {
            public_server_->drain(drain_time);
            operations_server_->drain(milliseconds(0));
        }
        service_.stop();
        threads_.stop();
        if (!address_.empty()) {
            observability::log_line(observability::level::info, "stopped")
                .with("program", "identity");
        }
    }

    std::string address() const override { return address_; }

    bool make_demo_account(
        const std::string& name, const std::string& email, const std::string& secret
    ) override {
        return service_.put_account(email, name, password(secret)).has_value();
    }

private:
    config::identity_config config_;
    system_clock time_;
    crypto::system_random random_;
    observability::metrics metrics_;
    std::unique_ptr<data_folder> folder_;
    runtime::io_threads threads_;
    identity::identity_service service_;
    database_readiness ready_;
    operations_handler operations_{metrics_, ready_};
    std::unique_ptr<http::server> public_server_;
    std::unique_ptr<http::server> operations_server_;
    std::string address_;
    bool stopped_ = false;
};

}  // namespace

std::unique_ptr<identity_program> start_identity(config::identity_config config, std::string& why) {
    auto made = std::make_unique<identity_api>(std::move(config));
    if (!made->start(why)) return nullptr;
    return made;
}

}  // namespace cloche::app
