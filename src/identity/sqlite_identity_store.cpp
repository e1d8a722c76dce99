#include "identity/sqlite_identity_store.hpp"

#include "identity/migrations.hpp"
#include "identity/sqlite_accounts.hpp"
#include "identity/sqlite_families.hpp"
#include "identity/sqlite_outbox.hpp"
#include "identity/sqlite_query.hpp"

namespace cloche::identity {

using connection = db::sqlite_connection;

result<std::unique_ptr<sqlite_identity_store>> sqlite_identity_store::open(
    const std::string& path, std::string& why
) {
    auto opened = db::sqlite_database::open(path, connection::durability::full);
    if (!opened) {
        why = "cannot open " + path + ": " + opened.error().message();
        return opened.error();
    }
    auto& database = **opened;
    const auto brought =
        database.write_blocking([](connection& c) { return db::migrate(c, migrations()); });
    if (!brought) {
        why = "cannot bring " + path + " up to date: " + database.last_failure();
        return brought.error();
    }
    return std::unique_ptr<sqlite_identity_store>(new sqlite_identity_store(std::move(*opened)));
}

sqlite_identity_store::sqlite_identity_store(std::unique_ptr<db::sqlite_database> database)
    : database_(std::move(database)) {}

// Each task owns its parameters until the work is done: the queries may look at them in place.

task<result<void>> sqlite_identity_store::put_registration(
    registration attempt, outgoing_mail if_new, outgoing_mail if_known
) {
    const auto work = [&](connection& c) {
        return sql::put_registration(c, attempt, if_new, if_known);
    };
    auto done = co_await database_->write(work);
    co_return done;
}

task<result<std::optional<pending_attempt>>> sqlite_identity_store::find_pending(
    email_address email, instant now
) {
    const auto work = [&](connection& c) { return sql::find_pending(c, email, now); };
    auto found = co_await database_->read(work);
    co_return found;
}

task<result<void>> sqlite_identity_store::renew_link(
    link_renewal what, outgoing_mail if_pending, outgoing_mail if_user
) {
    const auto work = [&](connection& c) { return sql::renew_link(c, what, if_pending, if_user); };
    auto done = co_await database_->write(work);
    co_return done;
}

task<result<link_outcome>> sqlite_identity_store::use_link(presented_link link) {
    const auto work = [&](connection& c) { return sql::use_link(c, link); };
    auto done = co_await database_->write(work);
    co_return done;
}

task<result<void>> sqlite_identity_store::put_user(user who, std::string password_hash) {
    const auto work = [&](connection& c) { return sql::put_user(c, who, password_hash); };
    auto done = co_await database_->write(work);
    co_return done;
}

task<result<std::optional<credential>>> sqlite_identity_store::find_credential(
    email_address email, place from
) {
    const auto work = [&](connection& c) { return sql::find_credential(c, email, from); };
    auto found = co_await database_->read(work);
    co_return found;
}

task<result<family_outcome>> sqlite_identity_store::begin_family(
    new_family family, refresh_policy policy
) {
    const auto work = [&](connection& c) -> result<family_outcome> {
        const auto good = sql::still_has_password(c, family.who, family.verified_hash);
        if (!good) return good.error();
        if (!*good) return family_outcome::refused;
        if (!family.better_hash.empty()) {
            const auto rehashed = sql::set_password_hash(c, family.who, family.better_hash);
            if (!rehashed) return rehashed.error();
        }
        const auto familiar = sql::make_familiar(c, family.who, family.from, family.now);
        if (!familiar) return familiar.error();
        const auto stored = sql::put_family(c, family, policy);
        if (!stored) return stored.error();
        return family_outcome::begun;
    };
    auto begun = co_await database_->write(work);
    co_return begun;
}

task<result<rotation>> sqlite_identity_store::rotate(
    rotation_request request, refresh_policy policy
) {
    const auto work = [&](connection& c) { return sql::rotate(c, request, policy); };
    auto rotated = co_await database_->write(work);
    co_return rotated;
}

task<result<ending>> sqlite_identity_store::end_family_of(token_hash token, instant now) {
    const auto work = [&](connection& c) { return sql::end_family_of(c, token, now); };
    auto ended = co_await database_->write(work);
    co_return ended;
}

task<result<ending>> sqlite_identity_store::end_family(family_id family, instant now) {
    const auto work = [&](connection& c) { return sql::end_family(c, family, now); };
    auto ended = co_await database_->write(work);
    co_return ended;
}

task<result<std::optional<user>>> sqlite_identity_store::find_signed_in(
    user_id who, family_id family, instant now
) {
    const auto work = [&](connection& c) { return sql::find_signed_in(c, who, family, now); };
    auto found = co_await database_->read(work);
    co_return found;
}

result<void> sqlite_identity_store::prune(instant now, refresh_policy policy) {
    return database_->write_blocking([&](connection& c) -> result<void> {
        const auto accounts = sql::prune_accounts(c, now);
        if (!accounts) return accounts.error();
        const auto families = sql::prune_families(c, now, policy);
        if (!families) return families.error();
        return sql::prune_mails(c, now);
    });
}

result<std::vector<due_mail>> sqlite_identity_store::due(instant now, std::size_t most) {
    return database_->write_blocking([&](connection& c) { return sql::due_mails(c, now, most); });
}

result<std::optional<instant>> sqlite_identity_store::next_due() {
    return database_->write_blocking([](connection& c) { return sql::next_due_mail(c); });
}

result<void> sqlite_identity_store::delivered(const std::string& id) {
    return database_->write_blocking([&](connection& c) { return sql::remove_mail(c, id); });
}

result<void> sqlite_identity_store::begin_try(const std::string& id, instant again) {
    return database_->write_blocking([&](connection& c) { return sql::begin_try(c, id, again); });
}

result<void> sqlite_identity_store::failed(const std::string& id, const std::string& reason) {
    return database_->write_blocking([&](connection& c) { return sql::note_failure(c, id, reason); }
    );
}

result<void> sqlite_identity_store::given_up(const std::string& id, const std::string& reason) {
    return database_->write_blocking([&](connection& c) { return sql::give_up_mail(c, id, reason); }
    );
}

result<void> sqlite_identity_store::put_user_blocking(
    const user& who, const std::string& password_hash
) {
    return database_->write_blocking([&](connection& c) {
        return sql::put_user(c, who, password_hash);
    });
}

task<result<void>> sqlite_identity_store::check() {
    const auto nothing = [](connection&) { return result<void>(); };
    auto done = co_await database_->write(nothing);
    co_return done;
}

}  // namespace cloche::identity
