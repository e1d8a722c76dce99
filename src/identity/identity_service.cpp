#include "identity/identity_service.hpp"

#include "base/encoding.hpp"
#include "identity/identity_handler.hpp"
#include "identity/mail_dispatcher.hpp"
#include "identity/sqlite_identity_store.hpp"
#include "identity/upkeep.hpp"
#include "observability/log.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>

namespace cloche::identity {
namespace {

namespace fs = std::filesystem;
using observability::level;
using observability::log_line;

constexpr std::size_t hashing_queue = 64;
constexpr std::size_t throttled_accounts = 65'536;
constexpr std::chrono::minutes prune_interval{5};
constexpr milliseconds shortest_rest{1'000};
constexpr milliseconds longest_rest{30'000};

error invalid_option() {
    return make_error_code(boost::system::errc::invalid_argument);
}

/// What config does not let through anyway; said again for whoever embeds the service.
result<void> check_options(const identity_options& options, std::string& why) {
    if (!crypto::meets_floor(options.password_cost)) {
        why = "password.hash is weaker than 19 MiB in two passes, or 46 MiB in one";
    } else if (options.password_min_length < 8) {
        why = "password.min_length is below 8";
    } else if (options.refresh_grace < seconds(0) || options.refresh_grace > seconds(60)) {
        why = "refresh_token.grace is not between 0s and 60s";
    } else if (!email_address::parse(options.mail.from)) {
        why = "mail.from is not an e-mail address";
    } else {
        return {};
    }
    return invalid_option();
}

result<void> make_folder(const std::string& folder, std::string& why) {
    std::error_code failed;
    const bool made = fs::create_directories(folder, failed);
    if (made) fs::permissions(folder, fs::perms::owner_all, failed);
    if (!failed) return {};
    why = "cannot make the folder " + folder + ": " + failed.message();
    return error(failed);
}

/// DATA/identity-signing-*.jwk: keys that are published and do not sign (TK-7).
result<std::vector<tokens::signing_key>> other_keys(const std::string& folder, std::string& why) {
    std::vector<tokens::signing_key> keys;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed)) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with("identity-signing-") || !name.ends_with(".jwk")) continue;
        auto key = tokens::signing_key::load_or_create(entry.path().string(), why);
        if (!key) return key.error();
        keys.push_back(std::move(*key));
    }
    return keys;
}

refresh_policy policy_of(const identity_options& options) {
    refresh_policy policy;
    policy.absolute = options.refresh_absolute;
    policy.idle = options.refresh_idle;
    policy.grace = options.refresh_grace;
    return policy;
}

access_tokens::options token_options_of(const identity_options& options) {
    access_tokens::options made;
    made.issuer = options.issuer;
    made.audience = options.audience.empty() ? options.issuer : options.audience;
    made.lifetime = options.access_lifetime;
    return made;
}

std::vector<std::string> site_words(const identity_options& options) {
    auto words = words_of(options.public_url);
    words.push_back("cloche");
    return words;
}

}  // namespace

/// Everything that lives between start and stop, each part after what it works with.
struct identity_service::running {
    struct prepared {
        std::unique_ptr<sqlite_identity_store> store;
        crypto::key_ring keys;
        tokens::signing_key signing_key;
        std::vector<tokens::signing_key> other_keys;
        http::trusted_proxies trusted;
        email_address sender;
        std::unique_ptr<mail_transport> transport;
    };

    running(identity_service& self, prepared with)
        : time(self.time_),
          policy(policy_of(self.options_)),
          store(std::move(with.store)),
          keys(std::move(with.keys)),
          tokens(std::move(with.signing_key), with.other_keys, token_options_of(self.options_)),
          hasher(self.options_.password_cost, 0, hashing_queue, self.random_),
          throttle(throttle_policy{}, throttled_accounts),
          limits(self.options_.limits),
          origins(self.options_.cors),
          passwords(self.options_.password_min_length, site_words(self.options_)),
          mails(self.options_.public_url, keys, self.random_),
          dispatcher(*store, std::move(with.transport), keys, with.sender, self.metrics_),
          accounts(
              {*store, hasher, mails, limits, time, self.random_, [this] { background.wake(); }}
          ),
          logins({*store, hasher, tokens, throttle, time, self.random_, policy}),
          refreshes({*store, tokens, time, self.random_, policy, self.metrics_}),
          handler(
              {accounts,
               logins,
               refreshes,
               tokens,
               origins,
               passwords,
               time,
               self.options_.issuer.starts_with("https://")},
              limits,
              std::move(with.trusted),
              self.random_,
              self.metrics_
          ),
          background([this] { return turn(); }) {}

    ~running() {
        dispatcher.cancel();
        background.stop();
    }

    /// Mails at once, the rest now and then. Gives how long it may rest.
    milliseconds turn() {
        const auto now = time.now();
        if (now >= next_prune) {
            const auto pruned = store->prune(now, policy);
            if (!pruned)
                log_line(level::error, "prune_failed").with("reason", pruned.error().message());
            next_prune = now + prune_interval;
        }
        const milliseconds rest = dispatcher.deliver_due(now) - now;
        return std::clamp(rest, shortest_rest, longest_rest);
    }

    const clock& time;
    const refresh_policy policy;
    const std::unique_ptr<sqlite_identity_store> store;
    const crypto::key_ring keys;
    const access_tokens tokens;
    password_hasher hasher;
    login_throttle throttle;
    request_limits limits;
    const origin_policy origins;
    const password_policy passwords;
    const mail_composer mails;
    mail_dispatcher dispatcher;
    account_service accounts;
    login_service logins;
    refresh_service refreshes;
    identity_handler handler;
    instant next_prune;
    upkeep background;
};

identity_service::identity_service(
    identity_options options,
    std::string data_folder,
    const clock& time,
    crypto::random_source& random,
    observability::metrics& metrics
)
    : options_(std::move(options)),
      folder_(std::move(data_folder)),
      time_(time),
      random_(random),
      metrics_(metrics) {}

identity_service::~identity_service() = default;

result<std::unique_ptr<identity_service::running>> identity_service::prepare(std::string& why) {
    const auto good = check_options(options_, why);
    if (!good) return good.error();
    auto trusted = http::trusted_proxies::parse(options_.trusted_proxies, why);
    if (!trusted) return invalid_option();
    const auto made = make_folder(folder_, why);
    if (!made) return made.error();
    auto keys = crypto::key_ring::load_or_create(folder_ + "/identity.keys", random_, why);
    if (!keys) return keys.error();
    auto signing_key = tokens::signing_key::load_or_create(folder_ + "/identity-signing.jwk", why);
    if (!signing_key) return signing_key.error();
    auto others = other_keys(folder_, why);
    if (!others) return others.error();
    auto store = sqlite_identity_store::open(folder_ + "/identity.db", why);
    if (!store) return store.error();

    auto sender = email_address::parse(options_.mail.from).value();
    std::unique_ptr<mail_transport> transport;
    if (options_.mail.to == "files") {
        const auto& folder = options_.mail.outbox_folder;
        transport = make_file_mail_transport(folder.empty() ? folder_ + "/outbox" : folder);
    } else {
        transport = make_smtp_mail_transport(options_.mail.to, sender);
        if (!transport) {
            why = "mail.to is neither `files` nor smtp://host[:port] nor smtps://host[:port]";
            return invalid_option();
        }
    }
    return std::make_unique<running>(
        *this,
        running::prepared{
            std::move(*store),
            std::move(*keys),
            std::move(*signing_key),
            std::move(*others),
            std::move(*trusted),
            std::move(sender),
            std::move(transport)}
    );
}

result<void> identity_service::start(std::string& why) {
    auto prepared = prepare(why);
    if (!prepared) return prepared.error();
    running_ = std::move(*prepared);
    return {};
}

void identity_service::stop() {
    running_.reset();
}

http::exchange_handler& identity_service::handler() {
    return running_->handler;
}

runtime::task<result<void>> identity_service::check() {
    auto checked = co_await running_->store->check();
    co_return checked;
}

result<void> identity_service::put_account(
    const std::string& email, const std::string& full_name, const password& secret
) {
    auto address = email_address::parse(email);
    if (!address) return address.error();
    const user who(
        user_id(base64url_encode(random_.bytes(16))),
        std::move(*address),
        full_name,
        "user",
        time_.now()
    );
    return running_->store->put_user_blocking(who, running_->hasher.hash_blocking(secret));
}

}  // namespace cloche::identity
