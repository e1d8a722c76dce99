// The outbox's queries. Inside a transaction of the caller's.
#pragma once

#include "db/sqlite.hpp"
#include "identity/mail_outbox.hpp"

namespace cloche::identity::sql {

result<void> put_mail(db::sqlite_connection& connection, const outgoing_mail& mail);
result<std::vector<due_mail>> due_mails(
    db::sqlite_connection& connection, instant now, std::size_t most
);
result<std::optional<instant>> next_due_mail(db::sqlite_connection& connection);
result<void> remove_mail(db::sqlite_connection& connection, const std::string& id);
result<void> begin_try(db::sqlite_connection& connection, const std::string& id, instant again);
result<void> note_failure(
    db::sqlite_connection& connection, const std::string& id, const std::string& reason
);
result<void> give_up_mail(
    db::sqlite_connection& connection, const std::string& id, const std::string& reason
);
/// Forgets mails that were given up a month ago.
result<void> prune_mails(db::sqlite_connection& connection, instant now);

}  // namespace cloche::identity::sql
