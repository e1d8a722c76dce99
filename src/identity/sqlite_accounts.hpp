// The queries about users, registrations and familiar places. Inside a transaction of the caller's.
#pragma once

#include "db/sqlite.hpp"
#include "identity/identity_store.hpp"

namespace cloche::identity::sql {

result<void> put_registration(
    db::sqlite_connection& connection,
    const registration& attempt,
    const outgoing_mail& if_new,
    const outgoing_mail& if_known
);
result<std::optional<pending_attempt>> find_pending(
    db::sqlite_connection& connection, const email_address& email, instant now
);
result<void> renew_link(
    db::sqlite_connection& connection,
    const link_renewal& what,
    const outgoing_mail& if_pending,
    const outgoing_mail& if_user
);
result<link_outcome> use_link(db::sqlite_connection& connection, const presented_link& link);
result<void> put_user(
    db::sqlite_connection& connection, const user& who, const std::string& password_hash
);
result<std::optional<credential>> find_credential(
    db::sqlite_connection& connection, const email_address& email, const place& from
);
/// False: gone, disabled, or the password is another by now.
result<bool> still_has_password(
    db::sqlite_connection& connection, const user_id& who, const std::string& hash
);
result<void> set_password_hash(
    db::sqlite_connection& connection, const user_id& who, const std::string& hash
);
result<void> make_familiar(
    db::sqlite_connection& connection, const user_id& who, const place& where, instant now
);
result<void> prune_accounts(db::sqlite_connection& connection, instant now);

/// A user out of the columns id, email, full_name, role, created_at, the first of them at `column`.
result<user> read_user(const db::statement& row, int column);

}  // namespace cloche::identity::sql
