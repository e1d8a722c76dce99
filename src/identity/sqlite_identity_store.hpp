// The identity store in one SQLite file: users, families and outbox in the same transactions.
#pragma once

#include "db/sqlite.hpp"
#include "identity/identity_store.hpp"
#include "identity/mail_outbox.hpp"

#include <memory>
#include <string>

namespace cloche::identity {

class sqlite_identity_store final : public identity_store, public mail_outbox {
public:
    /// Opens or creates the file and brings its schema up to date. Blocks: for start-up.
    /// Errors: those of `db`, with the reason in `why`.
    static result<std::unique_ptr<sqlite_identity_store>> open(
        const std::string& path, std::string& why
    );

    task<result<void>> put_registration(
        registration attempt, outgoing_mail if_new, outgoing_mail if_known
    ) override;
    task<result<std::optional<pending_attempt>>> find_pending(email_address email, instant now)
        override;
    task<result<void>> renew_link(
        link_renewal what, outgoing_mail if_pending, outgoing_mail if_user
    ) override;
    task<result<link_outcome>> use_link(presented_link link) override;
    task<result<void>> put_user(user who, std::string password_hash) override;

    task<result<std::optional<credential>>> find_credential(email_address email, place from)
        override;
    task<result<family_outcome>> begin_family(new_family family, refresh_policy policy) override;
    task<result<rotation>> rotate(rotation_request request, refresh_policy policy) override;
    task<result<ending>> end_family_of(token_hash token, instant now) override;
    task<result<ending>> end_family(family_id family, instant now) override;
    task<result<std::optional<user>>> find_signed_in(user_id who, family_id family, instant now)
        override;

    result<void> prune(instant now, refresh_policy policy) override;

    result<std::vector<due_mail>> due(instant now, std::size_t most) override;
    result<std::optional<instant>> next_due() override;
    result<void> delivered(const std::string& id) override;
    result<void> begin_try(const std::string& id, instant again) override;
    result<void> failed(const std::string& id, const std::string& reason) override;

    result<void> given_up(const std::string& id, const std::string& reason) override;

    /// put_user for threads without an event loop.
    result<void> put_user_blocking(const user& who, const std::string& password_hash);
    /// Whether the database takes writes. Errors: those of `db`.
    task<result<void>> check();

private:
    explicit sqlite_identity_store(std::unique_ptr<db::sqlite_database> database);
    std::unique_ptr<db::sqlite_database> database_;
};

}  // namespace cloche::identity
